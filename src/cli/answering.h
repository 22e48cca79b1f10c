/*
 * cli/answering.h -- the process that makes one answer (cli/answers.h): what it prints and what it says are files without a name.
 *
 * So that a long answer can be given up, and a broken one breaks nothing else.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_ANSWERING_H
#define REP_CLI_ANSWERING_H

#include "base/buf.h"

#include <sys/types.h>

struct rep_answering {
	pid_t pid;	  /* 0: none */
	int pipe;	  /* it ends with the process */
	int out, say;	  /* what it prints, and what it says about why it did not; -1: none */
	int64_t begun_ms; /* of rep_steady_ms */
};
#define REP_ANSWERING_NONE ((struct rep_answering){ .out = -1, .say = -1 })

/*
 * As fork: 0 in the child, whose standard output and error are these files and whose input is empty; it ends with _exit.
 * < 0, also as x->pid: none could be started.
 */
pid_t rep_answering_start(struct rep_answering *x);

/* Appends what it has said, without the name of the program before each sentence. */
void rep_answering_said(const struct rep_answering *x, struct rep_buf *out);

/* Closes all of it; the process has been waited for. */
void rep_answering_end(struct rep_answering *x);

#endif
