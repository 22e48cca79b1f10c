/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "serve/start.h"
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PIPE = 1 << 20 };

/* --- the engine's side -------------------------------------------------------------------------- */

/* Runs in the child. Never returns. */
static void
become_worker(const char *exe, char *const *argv, int (*run)(void), int in, int out)
{
	static char zone[256] = "TZ=";
	static char *const named[] = { zone, NULL }, *const unnamed[] = { NULL };
	const char *tz = getenv("TZ");
	int n = tz == NULL ? -1 : snprintf(zone, sizeof zone, "TZ=%s", tz);
	bool fits = n > 0 && (size_t)n < sizeof zone;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (dup2(in, 0) != 0 || dup2(out, 1) != 1)
		_exit(1);
	if (close_range(3, ~0u, 0) != 0)
		for (int fd = 3; fd < 1024; fd++)
			(void)close(fd);
	if (exe == NULL)
		_exit(run());
	(void)execve(exe, argv, fits ? named : unnamed);
	_exit(127);
}

pid_t
rep_worker_start(const char *exe, char *const *argv, int (*run)(void), int in, int out)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	/* Above 2, so that making them 0 and 1 overwrites neither. They are, unless one was closed. */
	if (in < 3)
		in = fcntl(in, F_DUPFD, 3);
	if (out < 3)
		out = fcntl(out, F_DUPFD, 3);
	become_worker(exe, argv, run, in, out);
	return -1;
}

int
rep_worker_reap(pid_t pid, int wait_ms)
{
	int status = 0;

	for (int i = 0; i < wait_ms; i++) {
		struct timespec t = { 0, 1000000 };

		if (waitpid(pid, &status, WNOHANG) == pid)
			return status;
		(void)nanosleep(&t, NULL);
	}
	(void)kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

pid_t
rep_worker_open(const char *exe, char *const *argv, int (*run)(void), int *to, int *from)
{
	int pair[2] = { -1, -1 }, pipes[2] = { -1, -1 }, error;
	pid_t pid = -1;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0 &&
	    pipe2(pipes, O_CLOEXEC) == 0)
		pid = rep_worker_start(exe, argv, run, pair[0], pipes[1]);
	error = errno;
	(void)close(pair[0]);
	(void)close(pipes[1]);
	if (pid < 0) {
		(void)close(pair[1]);
		(void)close(pipes[0]);
		errno = error;
		return -1;
	}
	(void)fcntl(pipes[0], F_SETPIPE_SZ, PIPE);
	*to = pair[1];
	*from = pipes[0];
	return pid;
}

/* Room for one descriptor beside a packet. */
union beside {
	struct cmsghdr head;
	char room[CMSG_SPACE(sizeof(int))];
};

bool
rep_worker_send(int to, struct rep_str packet, int fd, int flags)
{
	union beside beside = { .room = { 0 } };
	struct iovec v = { (void *)(uintptr_t)packet.p, packet.n };
	struct msghdr h = { .msg_iov = &v, .msg_iovlen = 1 };
	ssize_t n;

	if (fd >= 0) {
		h.msg_control = beside.room;
		h.msg_controllen = sizeof beside.room;
		beside.head.cmsg_level = SOL_SOCKET;
		beside.head.cmsg_type = SCM_RIGHTS;
		beside.head.cmsg_len = CMSG_LEN(sizeof fd);
		memcpy(CMSG_DATA(&beside.head), &fd, sizeof fd);
	}
	do
		n = sendmsg(to, &h, MSG_NOSIGNAL | flags);
	while (n < 0 && errno == EINTR);
	return n >= 0;
}

void
rep_worker_status_text(int status, char out[REP_WORKER_STATUS_TEXT])
{
	if (WIFSIGNALED(status))
		snprintf(out, REP_WORKER_STATUS_TEXT, "signal %d%s", WTERMSIG(status),
		    WTERMSIG(status) == SIGSYS	      ? ": it wanted more than reading allows"
			: WTERMSIG(status) == SIGABRT ? ": as a rule out of memory"
						      : "");
	else
		snprintf(out, REP_WORKER_STATUS_TEXT, "ended with %d", WEXITSTATUS(status));
}

void
rep_worker_ready(const struct rep_msg *m, struct rep_sandbox *out)
{
	struct rep_msg_reader r = { m->payload, 0, false };

	out->seccomp = rep_msg_get(&r, 1) != 0;
	out->landlock = (int)rep_msg_get(&r, 1);
	out->tried = rep_msg_get(&r, 1) != 0;
	out->user = rep_msg_get(&r, 1) != 0;
}

/* --- the worker's side --------------------------------------------------------------------------- */

bool
rep_worker_receive(char *p, size_t room, int flags, size_t *n, int *fd)
{
	union beside beside = { .room = { 0 } };
	struct iovec v = { p, room };
	struct msghdr h = { .msg_iov = &v,
		.msg_iovlen = 1,
		.msg_control = beside.room,
		.msg_controllen = sizeof beside.room };
	ssize_t got;

	do
		got = recvmsg(0, &h, MSG_CMSG_CLOEXEC | flags);
	while (got < 0 && errno == EINTR);
	*n = got > 0 ? (size_t)got : 0;
	*fd = -1;
	if (got > 0 && h.msg_controllen >= CMSG_LEN(sizeof *fd) &&
	    beside.head.cmsg_level == SOL_SOCKET && beside.head.cmsg_type == SCM_RIGHTS)
		memcpy(fd, CMSG_DATA(&beside.head), sizeof *fd);
	return got >= 0;
}

bool
rep_worker_write(struct rep_str s)
{
	return rep_fd_write(1, s);
}

/* What libraries print goes nowhere, except where a sanitizer may have to report something. */
static void
quiet(void)
{
	int fd;

	if (rep_sandbox_sanitized() || (fd = open("/dev/null", O_WRONLY | O_CLOEXEC)) < 0)
		return;
	(void)dup2(fd, 2);
	(void)close(fd);
}

bool
rep_worker_begin(const struct rep_sandbox_params *o)
{
	struct rep_sandbox s;
	struct rep_buf hello;
	bool fine;
	size_t at;

	quiet();
	tzset(); /* the file of the zone cannot be opened afterwards */
	if (rep_sandbox_enter(o, &s, NULL) != REP_OK)
		return false;
	rep_buf_init(&hello, 256);
	at = rep_msg_begin(&hello, REP_MSG_READY, 0);
	rep_msg_put(&hello, s.seccomp, 1);
	rep_msg_put(&hello, (uint64_t)s.landlock, 1);
	rep_msg_put(&hello, s.tried, 1);
	rep_msg_put(&hello, s.user, 1);
	rep_msg_end(&hello, at);
	fine = rep_worker_write(rep_buf_str(&hello));
	rep_buf_fini(&hello);
	return fine;
}
