/* SPDX-License-Identifier: Apache-2.0 */
#include "report/path.h"
#include "base/time.h"

#include <stdlib.h>

const char *
rep_path_verdict_word(enum rep_path_verdict v)
{
	static const char *const words[REP_PATH_VERDICTS] = { NULL, "safe", "mend", "forwarded",
		"wait" };

	return (unsigned)v < REP_PATH_VERDICTS ? words[v] : NULL;
}

/* --- the policy ------------------------------------------------------------------------------------------ */

/* What mail from below the domain gets: sp, and np of names that do not exist, which reports do not tell apart. */
static enum rep_published
asks_below(const struct rep_reported_policy *p)
{
	enum rep_published sp = rep_reported_asks(p, p->sp != 0 ? p->sp : p->p),
			   np = p->np != 0 ? rep_reported_asks(p, p->np) : sp;

	return np < sp ? np : sp;
}

static enum rep_published
asks_row(const struct rep_reported_policy *p, const struct rep_reported_row *r)
{
	return r->from == 0 || r->from == r->policy_domain ? rep_reported_asks(p, p->p)
							   : asks_below(p);
}

static uint8_t
raised(const struct rep_reported_policy *p, uint8_t tag, enum rep_published to)
{
	enum rep_published v = rep_reported_asks(p, tag);

	return (uint8_t)(v > to ? v : to);
}

/* Without t=y, and without pct, which RFC 9989 does not have. */
static struct rep_reported_policy
next_policy(const struct rep_reported_policy *p, enum rep_published to)
{
	struct rep_reported_policy next = *p;

	next.p = raised(p, p->p, to);
	next.sp = p->sp != 0 ? raised(p, p->sp, to) : 0;
	next.np = p->np != 0 ? raised(p, p->np, to) : 0;
	next.testing = 0;
	next.pct = -1;
	return next;
}

static bool
same_policy(const struct rep_reported_policy *x, const struct rep_reported_policy *y)
{
	return x->p == y->p && x->sp == y->sp && x->np == y->np && x->adkim == y->adkim &&
	    x->aspf == y->aspf && x->testing == y->testing;
}

/* Whether p, sp, np and t are the same: alignment is left out by some receivers. */
static bool
asks_the_same(const struct rep_reported_policy *x, const struct rep_reported_policy *y)
{
	return rep_reported_asks(x, x->p) == rep_reported_asks(y, y->p) &&
	    asks_below(x) == asks_below(y);
}

/* Reports of the domain that say the policy. */
struct published {
	const struct rep_reported_period **v; /* newest end first */
	size_t n;
};

static int
newest_first(const void *a, const void *b)
{
	const struct rep_reported_period *x = *(const struct rep_reported_period *const *)a,
					 *y = *(const struct rep_reported_period *const *)b;

	return x->end_s != y->end_s ? (x->end_s > y->end_s ? -1 : 1)
				    : (x->receiver > y->receiver) - (x->receiver < y->receiver);
}

/* The one that most reports of the last day found: receivers hear of a new record at other hours. */
static void
find_policy(const struct published *l, struct rep_report_path *out)
{
	size_t last = 0, best = 0;

	while (last < l->n && l->v[last]->end_s > l->v[0]->end_s - REP_DAY_S)
		last++;
	out->asked = last;
	for (size_t i = 0; i < last; i++) {
		size_t same = 0;

		for (size_t k = 0; k < i && same == 0; k++)
			same += same_policy(&l->v[i]->policy, &l->v[k]->policy);
		if (same > 0)
			continue; /* it was counted */
		for (size_t k = i; k < last; k++)
			same += same_policy(&l->v[i]->policy, &l->v[k]->policy);
		if (same > best) {
			best = same;
			out->policy = l->v[i]->policy;
		}
	}
	out->known = last > 0;
	for (size_t i = 0; i < last; i++)
		out->agree += asks_the_same(&l->v[i]->policy, &out->policy);
	/* With one that has not heard of it, nobody can say since when. */
	for (size_t i = last; i < l->n && out->agree == last; i++)
		if (!asks_the_same(&l->v[i]->policy, &out->policy)) {
			out->since_s = l->v[i - 1]->begin_s;
			return;
		}
}

/* --- what a step would have stopped ---------------------------------------------------------------------- */

static int
worst_first(const void *a, const void *b)
{
	const struct rep_path_loss *x = a, *y = b;

	if (x->mend != y->mend)
		return x->mend ? -1 : 1;
	if (x->failed != y->failed)
		return x->failed > y->failed ? -1 : 1;
	return (x->source > y->source) - (x->source < y->source);
}

static bool
too_many(uint64_t failed, uint64_t messages, enum rep_published to)
{
	return failed > REP_PATH_FEW &&
	    rep_report_share(failed, messages,
		to == REP_PUBLISHED_REJECT ? REP_PATH_REJECT : REP_PATH_QUARANTINE);
}

/* Adds the records to the sources they are of. */
static void
lose(const struct rep_reported *v, const struct rep_report_answer *is,
    const struct rep_reported_policy *now, struct rep_path_step *s, struct rep_path_loss *all)
{
	for (size_t i = 0; i < is->rows_n; i++) {
		const struct rep_reported_row *r = &v->rows[is->rows[i]];
		struct rep_path_loss *l = &all[is->source_of[is->rows[i]]];

		if (asks_row(now, r) >= s->to)
			continue;
		s->messages += r->count;
		l->messages += r->count;
		if (rep_reported_passes(r) || r->count == 0)
			continue;
		l->failed += r->count;
		l->spared += rep_report_spared(r) ? r->count : 0;
		if (r->end_s > l->last_s)
			l->last_s = r->end_s;
	}
}

static enum rep_path_verdict
judge(const struct rep_report_path *out, const struct rep_path_step *s, uint64_t passed)
{
	if (s->losses_n > 0 && s->losses[0].mend)
		return REP_PATH_MEND;
	if (out->days < REP_PATH_DAYS || out->receivers < REP_PATH_RECEIVERS)
		return REP_PATH_WAIT;
	/* Quarantine loses nothing for good, and is what RFC 9989 7.4 asks for instead. */
	if (s->to == REP_PUBLISHED_REJECT &&
	    too_many(s->forwarded - s->spared, passed + s->wanted + s->forwarded, s->to))
		return REP_PATH_FORWARDED;
	return REP_PATH_SAFE;
}

static enum rep_rc
make_step(const struct rep_reported *v, const struct rep_report_answer *is,
    const struct rep_report_path *path, enum rep_published to, struct rep_arena *a,
    struct rep_path_step *s, struct rep_err *err)
{
	struct rep_path_loss *all = rep_arena_alloc(a, (is->sources_n + 1) * sizeof *all);
	size_t n = 0;

	*s = (struct rep_path_step){ .to = to, .policy = next_policy(&path->policy, to) };
	if (all == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for %zu sources", is->sources_n);
	lose(v, is, &path->policy, s, all);
	for (size_t i = 0; i < is->sources_n; i++) {
		enum rep_report_sender who = is->sources[i].who;
		bool wanted = is->sources[i].wanted,
		     stranger = !wanted && who != REP_SENDER_FORWARDER;

		all[i].source = (uint32_t)i;
		if (all[i].failed == 0)
			continue;
		s->wanted += wanted ? all[i].failed : 0;
		s->unknown += stranger ? all[i].failed : 0;
		if (who == REP_SENDER_FORWARDER) {
			s->forwarded += all[i].failed;
			s->spared += all[i].spared;
		}
		all[i].mend = wanted && too_many(all[i].failed, all[i].messages, to);
		if (!stranger)
			all[n++] = all[i];
	}
	if (n > 0)
		qsort(all, n, sizeof *all, worst_first);
	s->losses = all;
	s->losses_n = n;
	s->verdict = judge(path, s, is->sums.passed);
	return REP_OK;
}

/* --- all of it ------------------------------------------------------------------------------------------- */

/* The reports of the domain within the time, and how long that is; of those whose records are counted. */
static enum rep_rc
find_published(const struct rep_reported *v, const struct rep_report_answer *is,
    struct rep_arena *a, struct published *l, struct rep_err *err)
{
	uint32_t domain = is->rows_n > 0 ? v->rows[is->rows[0]].policy_domain : 0;

	l->v = rep_arena_alloc(a, (v->periods_n + 1) * sizeof(*l->v));
	if (l->v == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for %zu reports", v->periods_n);
	for (size_t i = 0; i < v->periods_n; i++)
		if (v->periods[i].known && v->periods[i].policy_domain == domain &&
		    v->periods[i].end_s >= is->from_s)
			l->v[l->n++] = &v->periods[i];
	if (l->n > 0)
		qsort(l->v, l->n, sizeof(*l->v), newest_first);
	return REP_OK;
}

/* Not by the reports, but by their records: some may be left out. A report often ends a second before the day does. */
static int64_t
days_of(const struct rep_reported *v, const struct rep_report_answer *is)
{
	int64_t from_s = 0, until_s = 0;

	for (size_t i = 0; i < is->rows_n; i++) {
		const struct rep_reported_row *r = &v->rows[is->rows[i]];

		if (from_s == 0 || r->begin_s < from_s)
			from_s = r->begin_s;
		if (r->end_s > until_s)
			until_s = r->end_s;
	}
	return until_s > from_s ? (until_s - from_s + 60) / REP_DAY_S : 0;
}

enum rep_rc
rep_report_path(const struct rep_reported *v, const struct rep_report_answer *is,
    struct rep_arena *a, struct rep_report_path *out, struct rep_err *err)
{
	struct published l = { .n = 0 };
	enum rep_published below;
	enum rep_rc rc;

	memset(out, 0, sizeof *out);
	out->policy.pct = -1;
	if ((rc = find_published(v, is, a, &l, err)) != REP_OK)
		return rc;
	find_policy(&l, out);
	out->now = rep_reported_asks(&out->policy, out->policy.p);
	below = asks_below(&out->policy);
	if (below < out->now)
		out->now = below;
	out->days = days_of(v, is);
	for (size_t i = 0; i < is->receivers_n; i++)
		out->receivers += is->receivers[i].sums.messages > 0;
	for (size_t i = 0; i < is->rows_n; i++)
		if ((v->rows[is->rows[i]].overrides & 1u << REP_OVERRIDE_MAILING_LIST) != 0)
			out->lists += v->rows[is->rows[i]].count;
	for (unsigned to = out->now + 1; to <= REP_PUBLISHED_REJECT; to++)
		if ((rc = make_step(v, is, out, (enum rep_published)to, a,
			 &out->steps[out->steps_n++], err)) != REP_OK)
			return rc;
	return rep_report_strangers(v, is, a, &out->strangers, err);
}
