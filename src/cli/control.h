/*
 * cli/control.h -- the control socket of reputed serve: commands that write hand their work over here (cli/handover.h).
 *
 * The daemon reads nothing of it. It accepts, looks who it is, and starts a process for each (cli/control_work.h), for
 * some at once; the others wait for their turn. When the
 * command goes away, its process is ended. When the process ends, however it does, the command sees the end of the
 * connection.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_CONTROL_H
#define REP_CLI_CONTROL_H

#include "cli/cli.h"

#include <poll.h>
#include <sys/types.h>

enum {
	/* Commands at work; the next ones wait. Judgement: each may need some 100 MB, and they write by turns. */
	REP_CONTROL_AT_ONCE_MAX = 8,
	/* Of these, for root and the owner of the database only: others may be at work for long. */
	REP_CONTROL_RESERVED = 1,
	/* Commands that wait here; further ones wait to be accepted. Judgement: a descriptor for each. */
	REP_CONTROL_WAITING_MAX = 64,
	REP_CONTROL_JOBS = REP_CONTROL_AT_ONCE_MAX + REP_CONTROL_WAITING_MAX,
	REP_CONTROL_POLLED = 1 + REP_CONTROL_JOBS
};

struct rep_control {
	int fd; /* -1: there is none */
	const char *path;
	gid_t group;
	int64_t deaf_until_ms; /* something was short; 0: it is not */
	uint64_t came;	       /* connections so far */
	struct rep_control_job {
		bool used;
		bool owner; /* of root or the owner */
		bool gone;  /* the command is, and its process was told to end */
		uint64_t nth;
		pid_t pid; /* 0: it waits for its turn */
		int pipe, conn;
	} v[REP_CONTROL_JOBS];
};

/* Makes the socket; the caller holds the lock of the database. When it cannot be made, that is printed, and commands do
   their work themselves. */
void rep_control_open(struct rep_control *k, struct rep_cli *c);

/* What is to be polled, REP_CONTROL_POLLED entries, and what is done about what came of it. */
void rep_control_poll(struct rep_control *k, int64_t now_ms, struct pollfd *v);
void rep_control_obey(
    struct rep_control *k, struct rep_cli *c, int lock, int64_t now_ms, const struct pollfd *v);

/* When rep_control_poll polls something else, by itself; INT64_MAX: never. */
int64_t rep_control_next(const struct rep_control *k);

/* A child ended. False: it is none of these. *news becomes true when it may have stored something. */
bool rep_control_ended(struct rep_control *k, pid_t pid, int status, bool *news);

/* Ends all of them, and removes the socket. */
void rep_control_close(struct rep_control *k);

#endif
