/*
 * engine/kinds_queue.c -- conditions of the queue: it grows as never before, or what waits is about to expire.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/conditions.h"
#include "base/time.h"

void
rep_conditions_queue(const struct rep_conditions_in *c, struct rep_conditions *out)
{
	const struct rep_queue_usual *u = c->queue;
	uint64_t messages, expiring;
	struct rep_str own = REP_S("");
	char when[REP_TIME_TEXT];

	if (u == NULL || u->at_s == 0 || u->at_s > c->in->now_s ||
	    c->in->now_s - u->at_s > REP_QUEUE_OLD_S) {
		out->unknown[REP_KIND_QUEUE_GROWS] = out->unknown[REP_KIND_QUEUE_EXPIRES] = true;
		return;
	}
	(void)rep_queue_usual_most(u, &messages, &expiring);
	if (rep_queue_usual_grown(u))
		rep_condition_add(out, REP_KIND_QUEUE_GROWS, c->host, REP_S(""), u->at_s,
		    rep_arena_printf(out->a,
			"%llu messages wait. On the days before there were at most %llu. Most wait "
			"for: %.*s.",
			(unsigned long long)u->messages, (unsigned long long)messages,
			REP_PR(u->most_wait)));
	if (!rep_queue_usual_expires(u))
		return;
	if (u->own > 0)
		own = rep_arena_printf(out->a,
		    " %llu of them wait%s because your own server does not try.",
		    (unsigned long long)u->own, u->own == 1 ? "s" : "");
	rep_condition_add(out, REP_KIND_QUEUE_EXPIRES, c->host, REP_S(""), u->at_s,
	    rep_arena_printf(out->a,
		"%llu message%s will be returned within a day, the first at %s.%.*s Most wait for: "
		"%.*s.",
		(unsigned long long)u->expiring, rep_plural(u->expiring),
		rep_time_text(u->expires_s, when), REP_PR(own), REP_PR(u->most_wait)));
}
