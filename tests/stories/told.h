/*
 * stories/told.h -- what `reputed serve` would have told in a story.
 *
 * It does what a pass of the daemon does (engine/pass.h): news, their words, and messages in an outbox. Nothing
 * takes the messages there; each is noted here when it is put in.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_TEST_TOLD_H
#define REP_TEST_TOLD_H

#include "engine/pass.h"

enum {
	/* So many messages in any 24 hours a person reads, on the worst day of their mail. Judgement. */
	STORY_TOLD_A_DAY = 8
};

/*
 * How long (s) until the daemon looks again, this long after something changed. It judges at the latest after five
 * minutes (cli/cmd_serve.c, JUDGE_MS); in a story that is long quiet it looks less often, for the sake of time.
 */
int64_t story_told_next(int64_t after_s);

struct story_message {
	struct story_message *next;
	enum rep_alert_event event;
	int64_t at_s;
	struct rep_str title, text;
};

struct story_told {
	struct rep_arena *a; /* of the messages */
	struct story_message *first, *last;
	uint64_t numbered;		/* the last message of the outbox that is noted */
	struct story_message *expected; /* the last one that was expected; NULL: none was */
};

/* Looks once, now. Needs a transaction; the session has the clock. */
enum rep_rc story_told_look(struct story_told *t, const struct rep_session *session,
    const struct rep_know *know, struct rep_store *store, struct rep_err *err) REP_NODISCARD;

/* The first message that was not expected yet. NULL: all were. */
struct story_message *story_told_left(const struct story_told *t);
/* The most messages within a day. */
size_t story_told_day(const struct story_told *t);

#endif
