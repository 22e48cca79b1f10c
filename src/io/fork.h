/*
 * io/fork.h -- a process of this program beside the one that starts it, with a pipe from it.
 *
 * It has all that its starter has, in a copy, and ends when that ends, however it does. Who waits for its end, and
 * what it writes, is the starter's.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_IO_FORK_H
#define REP_IO_FORK_H

#include <sys/types.h>

/*
 * As fork. *pipe is the end to read from in the starter, and the end to write to in the child, where no signal is
 * blocked any more. < 0: no process could be started, errno says why, and *pipe is -1.
 */
pid_t rep_fork(int *pipe);

#endif
