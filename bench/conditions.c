/*
 * bench/conditions.c -- what would have been told of a stored month, hour by hour, besides incidents.
 *
 *	conditions DB CONFIG
 *
 * Asks which conditions hold at the end of each hour of the log, with what was known then, and puts what is told into an
 * outbox in memory. Writes a line for each message: its time, what it is, and its title; then the number of hours. In
 * an ordinary month each message is a false alarm.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"
#include "engine/condition_alerts.h"
#include "engine/verdicts.h"

#include <stdio.h>

enum { HOUR_S = 3600 };

static const struct rep_str channel[] = { { "bench", 5 } };

static int
fail(const struct rep_err *err)
{
	fprintf(stderr, "conditions: %s\n", err->msg);
	return 4;
}

static void
show(const struct rep_outbox *box, size_t from)
{
	char when[REP_TIME_TEXT];

	for (size_t i = from; i < box->messages_n; i++)
		printf("%s\t%s\t%.*s\n", rep_time_text(box->messages[i].at_s, when),
		    rep_alert_event_word(box->messages[i].event), REP_PR(box->messages[i].title));
}

static enum rep_rc
play(const struct rep_config *cfg, const struct rep_know *know, struct rep_verdict_set *set,
    struct rep_err *err)
{
	struct rep_arena *a = rep_arena_new(256 << 20), *kept = rep_arena_new(256 << 20);
	struct rep_held_all held = { .a = kept,
		.v = rep_arena_alloc(kept, REP_HELD_MAX * sizeof *held.v) };
	struct rep_outbox box = { .arena = kept };
	struct rep_condition_news news;
	struct rep_conditions c;
	struct rep_own own;
	enum rep_rc rc = REP_OK;
	unsigned hours = 0;

	for (int64_t t = set->totals.first_s; t <= set->totals.last_s && rc == REP_OK;
	     t += HOUR_S, hours++) {
		struct rep_conditions_in in = { .in = &set->in, .own = &own };
		struct rep_outbox_to to = { channel, 1, t };
		size_t before = box.messages_n;

		rep_arena_reset(a);
		set->in.now_s = t;
		if ((rc = rep_own_find(cfg, &set->in, a, &own, err)) == REP_OK &&
		    (rc = rep_conditions_make(&in, kept, &c, err)) == REP_OK)
			rc =
			    rep_condition_alerts_put(know, &c, false, &held, &to, &box, &news, err);
		show(&box, before);
	}
	printf("%u hours\n", hours);
	rep_arena_free(a);
	rep_arena_free(kept);
	return rc;
}

int
main(int argc, char **argv)
{
	struct rep_arena *a = rep_arena_new(64 << 20);
	struct rep_config_problems problems = { .n = 0 };
	struct rep_verdict_set set = { .arena = NULL };
	struct rep_store *store = NULL;
	struct rep_know *know = NULL;
	struct rep_config cfg;
	struct rep_session s = { .cfg = &cfg, .arena = a };
	struct rep_err err = { .msg = "" };

	if (argc != 3) {
		fputs("usage: conditions DB CONFIG\n", stderr);
		return 2;
	}
	rep_config_init(&cfg, NULL);
	s.db = argv[1];
	if (rep_config_load(argv[2], a, &cfg, &problems, &err) != REP_OK ||
	    rep_session_know(&s, &know, &err) != REP_OK ||
	    rep_session_store(&s, REP_STORE_READ_ONLY, &store, &err) != REP_OK ||
	    rep_verdicts_make(&s, know, store, REP_DEPTH_TOLD, &set, &err) != REP_OK ||
	    play(&cfg, know, &set, &err) != REP_OK)
		return fail(&err);
	rep_verdicts_free(&set);
	rep_store_close(store);
	rep_know_free(know);
	rep_arena_free(a);
	return 0;
}
