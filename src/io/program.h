/*
 * io/program.h -- runs a program that takes a message, or answers a question: no shell, a clean environment, an end.
 *
 * The program leads a process group of its own. It has standard input, output and error, and no other descriptor
 * of ours; its folder is "/". Its signals are as for a new login.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_IO_PROGRAM_H
#define REP_IO_PROGRAM_H

#include "base/buf.h"
#include "base/err.h"

/* What of its output is kept. */
enum { REP_PROGRAM_SAID_MAX = 512 };

struct rep_program {
	const char *const *argv; /* [0] is its path; NULL ends */
	const char *const *env;	 /* "NAME=value"; NULL ends */
	struct rep_str in;	 /* its standard input; it need not read it */
	int timeout_ms;
	/*
	 * Gets all of its standard output; what it says on standard error goes nowhere then, and `said` stays empty.
	 * A buffer that is full has lost the rest. NULL: only `said` is kept.
	 */
	struct rep_buf *whole;
};

struct rep_program_end {
	int code;			     /* its exit code; 128 and the signal that ended it */
	char said[REP_PROGRAM_SAID_MAX + 1]; /* how its output begins, one line, printable */
};

/*
 * Runs it and waits. REP_OK: it ended, out says how. REP_ETIMEOUT: it did not in time; its process group was
 * killed. REP_ENOTFOUND, REP_EIO: it cannot be run. What it left running in the background stays.
 */
enum rep_rc rep_program_run(
    const struct rep_program *p, struct rep_program_end *out, struct rep_err *err) REP_NODISCARD;

#endif
