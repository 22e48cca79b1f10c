/*
 * serve/start.h -- how a worker begins and ends, on both sides of its pipes.
 *
 * A worker is this same program started again, or a fork of the caller (tests). It keeps two
 * descriptors, and of the environment only the time zone, which log lines may be in. It locks itself (serve/sandbox.h) before it reads a byte, and its
 * first message says what is in force.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_SERVE_START_H
#define REP_SERVE_START_H

#include "serve/msg.h"
#include "serve/sandbox.h"

#include <sys/types.h>

/* The engine's side. */

/*
 * Starts a worker. In it, `in` and `out` become descriptors 0 and 1, and all others are closed. exe
 * is started with argv; with NULL, `run` runs in a fork of this process. Returns the process, or -1
 * (errno).
 */
pid_t rep_worker_start(const char *exe, char *const *argv, int (*run)(void), int in, int out);

/*
 * The same, with what joins the two: *to, a socket for packets (descriptor 0 of the worker), and
 * *from, a pipe of 1 MiB that it writes to (its descriptor 1). Both are the caller's to close. -1
 * (errno): it was not started, and nothing is open.
 */
pid_t rep_worker_open(const char *exe, char *const *argv, int (*run)(void), int *to, int *from);

/* Ends it when it has not ended yet (after `wait_ms`), and returns its status (waitpid). */
int rep_worker_reap(pid_t pid, int wait_ms);

/*
 * Sends one packet into the socket that is its descriptor 0, and a descriptor beside it when fd is not
 * below 0. flags: of sendmsg. False: it was not sent (errno).
 */
bool rep_worker_send(int to, struct rep_str packet, int fd, int flags);

/* How it ended, as the end of a sentence: "signal 9", "ended with 1". */
enum { REP_WORKER_STATUS_TEXT = 80 };
void rep_worker_status_text(int status, char out[REP_WORKER_STATUS_TEXT]);

/* What the first message of a worker says. */
void rep_worker_ready(const struct rep_msg *m, struct rep_sandbox *out);

/* The worker's side. */

/* Locks this process and says so on descriptor 1. False: it must end. */
bool rep_worker_begin(const struct rep_sandbox_params *o);
/*
 * The next packet from descriptor 0, and the descriptor that came beside it (-1: none). *n is 0 at the
 * end. flags: of recvmsg. False: none came (errno).
 */
bool rep_worker_receive(char *p, size_t room, int flags, size_t *n, int *fd);
/* Writes all of it to descriptor 1. */
bool rep_worker_write(struct rep_str s);

#endif
