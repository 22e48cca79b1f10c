/*
 * cli/desk_sns.h -- what SNS posts, at the desk of the page (cli/desk.h): it waits here for the process that takes it in
 * (cli/sns_job.h), one process at a time, and gets its answer.
 *
 * A body is longer than a packet between front and desk may be, so it comes through memory that both have: the front
 * writes it into a slot and asks with the number of that; it is copied out before anything looks at it, and the slot is
 * the front's again with the answer.
 *
 * The process and the next one have as much time between them as the last one took, so that a flood of posts takes half of a
 * processor at most. Meanwhile as many as there are slots wait; the front answers others 503, and SNS posts them again.
 *
 * What came of a message is logged when nothing of its kind was in the last hour, then with how many there were: a
 * stranger can post as much as he likes. A subscription that was confirmed, or has ended, is always logged.
 *
 * The daemon hears of it through a pipe: it judges when something was stored.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_DESK_SNS_H
#define REP_CLI_DESK_SNS_H

#include "cli/sns_job.h"
#include "serve/web_msg.h"

/* What the desk writes to the daemon, a byte each. */
enum rep_desk_word {
	REP_DESK_TAKES_IN = 't', /* a process has begun, which may store something */
	REP_DESK_NEWS = 'n',	 /* it has ended, and stored something */
	REP_DESK_NOTHING = '-'	 /* it has ended, and did not */
};

struct rep_desk_post {
	uint64_t id; /* of the question; 0: none is here */
	uint64_t nth;
	struct rep_str name; /* owned, as body */
	struct rep_str body;
};

struct rep_desk_sns {
	struct rep_cli *c;
	int daemon;  /* the pipe to it */
	char *slots; /* REP_WEB_SLOTS of REP_WEB_SLOT bytes, which the front has, too */
	struct rep_sns_kept *kept;
	struct rep_sns_done *done;
	struct rep_desk_post v[REP_SNS_AT_ONCE_MAX];
	uint64_t came;
	pid_t pid; /* of the process; 0: none */
	int pipe;
	size_t of[REP_SNS_AT_ONCE_MAX]; /* what it was given: numbers in v */
	size_t n;
	int64_t begun_ms, next_ms; /* no process begins before that */
	struct {
		int64_t said_ms; /* 0: never */
		uint64_t unsaid;
	} kinds[REP_SNS_OUTCOMES];
	char noted[sizeof((struct rep_sns_answer *)NULL)
		       ->why]; /* the last REP_SNS_NOTED that was logged */
	/* Gives an answer to the front. */
	void (*answer)(void *ctx, uint64_t id, const struct rep_web_answer *a);
	void *ctx;
};

/* c, daemon, answer and ctx are set. REP_EMEM, REP_EIO. It lives as long as the process. */
enum rep_rc rep_desk_sns_open(struct rep_desk_sns *s, struct rep_err *err) REP_NODISCARD;

/* Takes a question of REP_WEB_SNS. False: what it says cannot be. */
bool rep_desk_sns_take(struct rep_desk_sns *s, uint64_t id, const struct rep_web_ask *q);

/* Begins a process when there is something for it, and ends one that takes too long. */
void rep_desk_sns_turn(struct rep_desk_sns *s, int64_t now_ms);

/* Until when nothing is to be done by rep_desk_sns_turn. */
int64_t rep_desk_sns_next(const struct rep_desk_sns *s);

/* A process has ended. False: it is not this one. */
bool rep_desk_sns_ended(struct rep_desk_sns *s, pid_t pid);

#endif
