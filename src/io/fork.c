/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* pipe2 */
#include "io/fork.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

static void
in_child(pid_t starter)
{
	sigset_t none;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != starter)
		_exit(EXIT_FAILURE); /* it ended before we could hear of it */
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

pid_t
rep_fork(int *pipe)
{
	int ends[2] = { -1, -1 }, error;
	pid_t starter = getpid(), pid = pipe2(ends, O_CLOEXEC) == 0 ? fork() : -1;

	if (pid < 0) {
		error = errno;
		if (ends[0] >= 0) {
			(void)close(ends[0]);
			(void)close(ends[1]);
		}
		errno = error;
		*pipe = -1;
		return pid;
	}
	*pipe = ends[pid == 0];
	(void)close(ends[pid != 0]);
	if (pid == 0)
		in_child(starter);
	return pid;
}
