/*
 * engine/kinds_machine.c -- conditions of the machine, and of the watch itself.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/conditions.h"
#include "base/time.h"

/*
 * Judgement. A twentieth is little, but a twentieth of a large disk is not: there it is 5 GiB, a few days of logs of a
 * busy mail server. 256 MiB are little on any disk.
 */
enum { DISK_PART = 20 };
#define DISK_LITTLE ((uint64_t)5 << 30)
#define DISK_LEAST ((uint64_t)256 << 20)

static void
disk(const struct rep_conditions_in *c, struct rep_conditions *out)
{
	uint64_t room = c->disk_free;

	if (c->disk_all == 0) {
		out->unknown[REP_KIND_DISK_FULL] = true;
		return;
	}
	if (room >= DISK_LEAST && (room >= c->disk_all / DISK_PART || room >= DISK_LITTLE))
		return;
	rep_condition_add(out, REP_KIND_DISK_FULL, c->disk, REP_S(""), c->in->now_s,
	    rep_arena_printf(out->a, "%llu MiB of %llu MiB are free.",
		(unsigned long long)(room >> 20), (unsigned long long)(c->disk_all >> 20)));
}

static void
one_certificate(
    const struct rep_conditions_in *c, const struct rep_certificate *x, struct rep_conditions *out)
{
	bool over = x->ends_s <= c->in->now_s;
	char when[REP_TIME_TEXT];
	struct rep_str text;

	/* One that cannot be read may be a new one: then nothing begins, and nothing is over. */
	if (x->ends_s == 0 || x->ends_s - c->in->now_s >= REP_CERTIFICATE_NEAR_S ||
	    (x->unread && !rep_condition_held(c, out, REP_KIND_CERTIFICATE_ENDS, x->file)))
		return;
	text = rep_arena_printf(out->a, over ? "It expired at %s." : "It expires at %s.",
	    rep_time_text(x->ends_s, when));
	if (x->unread)
		text = rep_arena_printf(out->a,
		    "%.*s The file cannot be read any more, so it may have been renewed since.",
		    REP_PR(text));
	rep_condition_add(out, REP_KIND_CERTIFICATE_ENDS, x->file, REP_S(""),
	    x->ends_s - REP_CERTIFICATE_NEAR_S, text);
}

static void
certificates(const struct rep_conditions_in *c, struct rep_conditions *out)
{
	const struct rep_certificates *v = c->certificates;

	if (v == NULL || v->at_s == 0 || v->at_s > c->in->now_s ||
	    c->in->now_s - v->at_s > REP_CERTIFICATES_OLD_S) {
		out->unknown[REP_KIND_CERTIFICATE_ENDS] = true;
		return;
	}
	for (size_t i = 0; i < v->n; i++)
		one_certificate(c, &v->v[i], out);
}

void
rep_conditions_machine(const struct rep_conditions_in *c, struct rep_conditions *out)
{
	disk(c, out);
	certificates(c, out);
	for (size_t i = 0; i < c->limps_n; i++)
		rep_condition_add(out, REP_KIND_WATCH_LIMPS, c->limps[i].what, REP_S(""),
		    c->limps[i].since_s, c->limps[i].text);
}
