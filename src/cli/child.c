/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* pipe2 */
#include "cli/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void
begin(struct rep_cli *c, pid_t daemon)
{
	sigset_t none;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != daemon)
		_exit(REP_EXIT_FAILED); /* the daemon ended before we could hear of it */
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	c->worst = REP_EXIT_OK;
	c->session.clock_s = c->session.now_s = (int64_t)time(NULL);
	rep_out_present(c->session.now_s);
	rep_out_letter();
}

pid_t
rep_child_start(struct rep_cli *c, int lock, int *pipe)
{
	int ends[2] = { -1, -1 };
	pid_t daemon = getpid(), pid = pipe2(ends, O_CLOEXEC) == 0 ? fork() : -1;

	if (pid < 0) {
		rep_cli_say("no process could be started: %s; tried again", strerror(errno));
		if (ends[0] >= 0) {
			(void)close(ends[0]);
			(void)close(ends[1]);
		}
		*pipe = -1;
		return pid;
	}
	*pipe = ends[pid == 0];
	(void)close(ends[pid != 0]);
	if (pid == 0) {
		(void)close(lock);
		begin(c, daemon);
	}
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
