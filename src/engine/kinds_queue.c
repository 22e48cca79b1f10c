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
	if (rep_queue_usual_expires(u))
		rep_condition_add(out, REP_KIND_QUEUE_EXPIRES, c->host, REP_S(""), u->at_s,
		    rep_arena_printf(out->a,
			"%llu messages will be returned within a day, the first at %s. %llu of "
			"them wait because your own server does not try. Most wait for: %.*s.",
			(unsigned long long)u->expiring, rep_time_text(u->expires_s, when),
			(unsigned long long)u->own, REP_PR(u->most_wait)));
}
