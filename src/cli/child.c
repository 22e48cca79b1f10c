/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/child.h"
#include "io/fork.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

pid_t
rep_child_start(struct rep_cli *c, int lock, int *pipe)
{
	pid_t pid = rep_fork(pipe);

	if (pid < 0)
		rep_cli_say("no process could be started: %s; tried again", strerror(errno));
	if (pid != 0)
		return pid;
	(void)close(lock);
	c->worst = REP_EXIT_OK;
	c->session.clock_s = c->session.now_s = rep_cli_clock_s();
	rep_out_present(c->session.now_s);
	rep_out_letter();
	return pid;
}

_Noreturn void
rep_child_end(const struct rep_cli *c, int pipe, const void *p, size_t n)
{
	_exit(write(pipe, p, n) == (ssize_t)n ? c->worst : REP_EXIT_FAILED);
}

bool
rep_child_ended(int *pipe, void *p, size_t n)
{
	bool well = read(*pipe, p, n) == (ssize_t)n;

	(void)close(*pipe);
	*pipe = -1;
	return well;
}

void
rep_child_kill(pid_t pid)
{
	if (pid <= 0)
		return;
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
}
