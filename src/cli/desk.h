/*
 * cli/desk.h -- the desk of the page: the process of reputed serve that answers for its front (web/front.h), which strangers
 * reach.
 *
 * It opens the places where the page listens, starts the front, and gets its questions (serve/web_msg.h). Each is answered by
 * a process of its own (cli/answers.h), which only reads the database; acts go the way of the commands, through the control
 * socket. What SNS posts is stored by processes that it starts (cli/desk_sns.h); then the daemon judges.
 * It looks at the database and at the accounts each second, and tells the front when they have changed.
 *
 * There is one from the first account on. Whatever happens to it, or to the front, the watch goes on, and another one is
 * started.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_DESK_H
#define REP_CLI_DESK_H

#include "cli/cli.h"

#include <sys/types.h>

/* In the daemon. */
struct rep_desk {
	pid_t pid;	      /* 0: none */
	int pipe;	      /* from it: enum rep_desk_word (cli/desk_sns.h) */
	bool deaf, takes_in;  /* nothing comes any more; it may store something just now */
	const char *accounts; /* the file; NULL: not looked up yet */
	int64_t begun_ms;
	int64_t next_ms; /* it may begin then */
	unsigned failed; /* in a row */
};

/* It begins anew: after a reload. */
void rep_desk_set(struct rep_desk *d);
/* Begins it, when it is time and there are accounts. In the child it does not return. `lock`: rep_child_start. */
void rep_desk_begin(struct rep_desk *d, struct rep_cli *c, int lock, int64_t now_ms);
/* When that has to be done again. */
int64_t rep_desk_next(const struct rep_desk *d);
/* What to wait for until it says something; -1: nothing. */
int rep_desk_fd(const struct rep_desk *d);
/* Reads what it says. *judge is set when something is new in the database. */
void rep_desk_hear(struct rep_desk *d, bool *judge);
/* A process has ended. False: it is not this one. *judge: the same. */
bool rep_desk_ended(struct rep_desk *d, pid_t pid, int status, bool *judge);
void rep_desk_kill(struct rep_desk *d);

/* The work, in the child: cli/desk_work.c. daemon: the pipe to it. Returns when the front has ended, or could not begin (printed). */
void rep_desk_work(struct rep_cli *c, int daemon);

#endif
