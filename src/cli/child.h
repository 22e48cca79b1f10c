/*
 * cli/child.h -- a process that the daemon starts for one piece of work.
 *
 * It writes what came of it to a pipe when it ends well. It ends when the daemon ends, however that does, and can be
 * killed at any moment.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_CHILD_H
#define REP_CLI_CHILD_H

#include "cli/cli.h"

#include <sys/types.h>

/*
 * As fork. In the daemon *pipe is the end to read from, in the child the one to write to. In the child `c` is ready
 * for work of the present, and its output is as in a letter (cli/out.h). `lock` is closed there: when the daemon is
 * killed, the next one must not wait for its children. < 0: none could be started (printed).
 */
pid_t rep_child_start(struct rep_cli *c, int lock, int *pipe);

/* Writes what came of the work, and ends the process with the exit code of c. */
_Noreturn void rep_child_end(const struct rep_cli *c, int pipe, const void *p, size_t n);

/* Reads that, in the daemon, and closes the pipe. False: the child did not end well. */
bool rep_child_ended(int *pipe, void *p, size_t n);

/* Ends a child and waits for its end. pid 0: there is none. */
void rep_child_kill(pid_t pid);

#endif
