/*
 * engine/kinds_reported.c -- what the reports of receivers say: failures, new senders, forged mail, and silence.
 *
 * What it is was found when the reports were read (engine/alarms.h). Here is decided what of it holds: what began a short
 * while ago, and what was told and goes on. That reports stopped says something only where mail was sent meanwhile.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"
#include "engine/conditions.h"

enum {
	USUAL_DAYS = 28,
	/* Judgement: a tenth of what is usual, and it would be no wonder that nobody reports. */
	PART = 10
};

static bool
was_told(const struct rep_conditions_in *c, struct rep_conditions *out, const struct rep_alarm *x)
{
	const struct rep_condition k = { .kind = x->kind,
		.subject = rep_condition_name(out->a, x->subject),
		.of = rep_condition_name(out->a, x->of) };
	const struct rep_held *h = c->held == NULL ? NULL : rep_held_find(c->held, &k);

	return h != NULL && h->over_s == 0;
}

/* Accepted mail from a domain in [from_s, until_s). */
static uint64_t
accepted(const struct rep_judge_in *in, const bool *from, int64_t from_s, int64_t until_s)
{
	uint64_t n = 0;

	for (size_t i = 0; i < in->obs_n; i++) {
		const struct rep_observation *o = &in->obs[i];

		n += o->class == REP_CLASS_ACCEPTED && o->stream < in->names.n && from[o->stream] &&
			o->from_s >= from_s && o->from_s < until_s
		    ? o->count
		    : 0;
	}
	return n;
}

/* Whether so little was sent that there is nothing to report, as far as the log knows. Without a log: no. */
static bool
nothing_sent(const struct rep_judge_in *in, struct rep_str domain, int64_t last_s,
    struct rep_conditions *out)
{
	bool *from = rep_arena_alloc(out->a, (in->names.n + 1) * sizeof *from);
	double before, since, days = (double)(in->now_s - last_s) / REP_DAY_S;

	if (from == NULL) {
		out->small = true;
		return true;
	}
	for (uint32_t i = 1; i < in->names.n; i++)
		from[i] = rep_str_within(rep_own_sender(rep_name(&in->names, i)), domain);
	before = (double)accepted(in, from, last_s - USUAL_DAYS * (int64_t)REP_DAY_S, last_s);
	since = (double)accepted(in, from, last_s, in->now_s);
	return before > 0 && since / days * PART < before / USUAL_DAYS;
}

void
rep_conditions_reported(const struct rep_conditions_in *c, struct rep_conditions *out)
{
	const struct rep_alarms *v = c->alarms;

	/* What is left out may be what was told. */
	for (int k = 0; k < REP_KIND_N; k++)
		if (rep_alarms_kind((enum rep_kind)k))
			out->unknown[k] = v == NULL || v->unknown || v->partial;
	for (size_t i = 0; v != NULL && !v->unknown && i < v->n; i++) {
		const struct rep_alarm *x = &v->v[i];

		if (!was_told(c, out, x) &&
		    (!x->begins ||
			(x->kind == REP_KIND_REPORTS_STOPPED &&
			    nothing_sent(c->in, x->subject, x->since_s, out))))
			continue;
		rep_condition_add(out, x->kind, x->subject, x->of, x->since_s, x->text);
	}
}
