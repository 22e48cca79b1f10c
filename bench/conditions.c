/*
 * bench/conditions.c -- what would have been told of a stored month, hour by hour, besides incidents.
 *
 *	conditions DB CONFIG STATE
 *
 * Asks which conditions hold at the end of each hour of the log since the last call, with what was known then, and puts
 * what is told into an outbox. What was told, and up to where, is in STATE, a database that is made. Writes a line for
 * each message: its time, what it is, and its title; then the number of hours. In an ordinary month each message is a
 * false alarm (tools/months).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"
#include "engine/condition_alerts.h"
#include "engine/outbox_kept.h"
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

/* Where the last call ended; 0: there was none. */
static int64_t
begins(struct rep_store *state)
{
	struct rep_str text;
	struct rep_err err;
	uint64_t s = 0;

	if (rep_store_state_get(state, "bench", &text, &err) == REP_OK)
		(void)rep_str_u64(text, INT64_MAX, &s);
	return (int64_t)s;
}

static enum rep_rc
one(const struct rep_config *cfg, const struct rep_know *know, struct rep_store *facts,
    struct rep_verdict_set *set, struct rep_outbox *box, struct rep_arena *a, struct rep_err *err)
{
	struct rep_conditions_in in = { .in = &set->in, .verdicts = &set->verdicts };
	struct rep_outbox_to to = { channel, 1, set->in.now_s };
	struct rep_condition_news news;
	struct rep_held_all held;
	struct rep_conditions c;
	struct rep_delays delays;
	struct rep_own own;
	size_t before;
	bool counted;
	char now[24];
	enum rep_rc rc;

	in.own = &own;
	in.held = &held;
	in.delays = &delays;
	snprintf(now, sizeof now, "%lld", (long long)set->in.now_s);
	if ((rc = rep_outbox_begin(box, a, err)) != REP_OK ||
	    (rc = rep_held_load(box->store, a, &held, err)) != REP_OK ||
	    (rc = rep_delays_load(box->store, a, &delays, err)) != REP_OK ||
	    (rc = rep_delays_count(&delays, facts, set->in.now_s, &counted, err)) != REP_OK ||
	    (rc = rep_delays_save(&delays, box->store, err)) != REP_OK ||
	    (rc = rep_own_find(cfg, &set->in, a, &own, err)) != REP_OK ||
	    (rc = rep_conditions_make(&in, a, &c, err)) != REP_OK)
		return rc;
	before = box->messages_n;
	rc = rep_condition_alerts_put(know, &c, false, &held, &to, box, &news, err);
	show(box, before);
	if (rc != REP_OK || (rc = rep_held_save(&held, box->store, err)) != REP_OK ||
	    (rc = rep_store_state_put(box->store, "bench", rep_str_c(now), err)) != REP_OK)
		return rc;
	return rep_outbox_commit(box, err);
}

static enum rep_rc
play(const struct rep_config *cfg, const struct rep_know *know, struct rep_store *facts,
    struct rep_verdict_set *set, struct rep_store *state, struct rep_err *err)
{
	struct rep_session quiet = { .cfg = cfg };
	struct rep_outbox box = { .session = &quiet, .store = state };
	struct rep_arena *a = rep_arena_new(256 << 20);
	int64_t t = begins(state);
	enum rep_rc rc = REP_OK;
	unsigned hours = 0;

	t = t > 0 ? t + HOUR_S : set->totals.first_s - set->totals.first_s % HOUR_S + HOUR_S;
	for (; t <= set->totals.last_s && rc == REP_OK; t += HOUR_S, hours++) {
		rep_arena_reset(a);
		set->in.now_s = t;
		rc = one(cfg, know, facts, set, &box, a, err);
	}
	printf("%u hours\n", hours);
	rep_arena_free(a);
	return rc;
}

int
main(int argc, char **argv)
{
	static const struct rep_key key = { "a bench's key..." };
	struct rep_arena *a = rep_arena_new(64 << 20);
	struct rep_config_problems problems = { .n = 0 };
	struct rep_verdict_set set = { .arena = NULL };
	struct rep_store *store = NULL, *state = NULL;
	struct rep_know *know = NULL;
	struct rep_config cfg;
	struct rep_session s = { .cfg = &cfg, .arena = a };
	struct rep_err err = { .msg = "" };

	if (argc != 4) {
		fputs("usage: conditions DB CONFIG STATE\n", stderr);
		return 2;
	}
	rep_config_init(&cfg, NULL);
	s.db = argv[1];
	if (rep_config_load(argv[2], a, &cfg, &problems, &err) != REP_OK ||
	    rep_session_know(&s, &know, &err) != REP_OK ||
	    rep_session_store(&s, REP_STORE_READ_ONLY, &store, &err) != REP_OK ||
	    rep_store_open(argv[3], REP_STORE_CREATE, &key, &state, &err) != REP_OK ||
	    rep_verdicts_make(&s, know, store, REP_DEPTH_TOLD, &set, &err) != REP_OK ||
	    play(&cfg, know, store, &set, state, &err) != REP_OK)
		return fail(&err);
	rep_verdicts_free(&set);
	rep_store_close(store);
	rep_store_close(state);
	rep_know_free(know);
	rep_arena_free(a);
	return 0;
}
