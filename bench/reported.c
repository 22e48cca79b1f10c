/*
 * bench/reported.c -- what would have been told of reports at a moment, besides incidents.
 *
 *	reported DB CONFIG NOW
 *
 * Does what a pass of the daemon does after it has read: finds which conditions hold NOW (seconds), and puts what is told
 * into the outbox of DB. Writes a line for each message: its time, what it is, and its title; its text with tabs before it. Then
 * the time that it took, and the most memory. tools/reported replays years with it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"
#include "engine/conditions_tend.h"
#include "engine/outbox_kept.h"
#include "engine/verdicts.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

static const struct rep_str channel[] = { { "bench", 5 } };

static int
fail(const struct rep_err *err)
{
	fprintf(stderr, "reported: %s\n", err->msg);
	return 4;
}

static void
show(const struct rep_outbox *box, uint64_t last)
{
	char when[REP_TIME_TEXT];

	for (size_t i = 0; i < box->messages_n; i++) {
		const struct rep_outbox_message *m = &box->messages[i];
		struct rep_str text = m->text, line;

		if (m->n <= last)
			continue;
		printf("%s\t%s\t%.*s\n", rep_time_text(m->at_s, when),
		    rep_alert_event_word(m->event), REP_PR(m->title));
		while (rep_str_take_line(&text, &line))
			printf("\t%.*s\n", REP_PR(line));
	}
}

static double
cpu_s(void)
{
	struct rusage u;

	(void)getrusage(RUSAGE_SELF, &u);
	return (double)u.ru_utime.tv_sec + (double)u.ru_stime.tv_sec +
	    (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static enum rep_rc
pass(const struct rep_session *s, const struct rep_verdict_set *set, struct rep_store *store,
    struct rep_err *err)
{
	const struct rep_conditions_tend o = { .session = s, .host = REP_S("mx1") };
	const struct rep_outbox_to to = { channel, 1, set->in.now_s };
	struct rep_outbox box = { .session = s, .store = store };
	struct rep_condition_news news;
	struct rep_held_all held;
	uint64_t last = 0;
	double began;
	enum rep_rc rc;

	if ((rc = rep_outbox_begin(&box, set->arena, err)) != REP_OK ||
	    (rc = rep_conditions_numbers(&box, &held, err)) != REP_OK)
		return rc;
	for (size_t i = 0; i < box.messages_n; i++)
		last = box.messages[i].n > last ? box.messages[i].n : last;
	began = cpu_s();
	if ((rc = rep_conditions_tend(&o, set, &to, &held, &box, &news, err)) != REP_OK)
		return rc;
	show(&box, last);
	printf("cpu\t%.3f\n", cpu_s() - began);
	return rep_outbox_commit(&box, err);
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
	struct rusage u;
	uint64_t now = 0;

	if (argc != 4 || !rep_str_u64(rep_str_c(argv[3]), INT64_MAX, &now)) {
		fputs("usage: reported DB CONFIG NOW\n", stderr);
		return 2;
	}
	rep_config_init(&cfg, NULL);
	s.db = argv[1];
	s.now_s = s.clock_s = (int64_t)now;
	if (rep_config_load(argv[2], a, &cfg, &problems, &err) != REP_OK ||
	    rep_session_know(&s, &know, &err) != REP_OK ||
	    rep_session_store(&s, 0, &store, &err) != REP_OK ||
	    rep_verdicts_make(&s, know, store, REP_DEPTH_TOLD, &set, &err) != REP_OK ||
	    pass(&s, &set, store, &err) != REP_OK)
		return fail(&err);
	(void)getrusage(RUSAGE_SELF, &u);
	printf("memory\t%ld\n", u.ru_maxrss >> 10);
	rep_verdicts_free(&set);
	rep_store_close(store);
	rep_know_free(know);
	rep_arena_free(a);
	return 0;
}
