/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* pipe2, posix_spawn_file_actions_addclosefrom_np */
#include "io/program.h"
#include "base/one_line.h"
#include "io/steady.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

/* How often it is looked whether the program ended. Judgement: most end within a few of these. */
enum { LOOK_MS = 10 };
/* Pieces of 4096 bytes that a pipe holds: pipe(7), 16 pages. */
enum { LEFT_CHUNKS = 16 };

struct running {
	pid_t pid;
	int in, out;	     /* our ends; -1: closed */
	struct rep_str rest; /* of its input */
	struct rep_buf *whole;
	char said[REP_PROGRAM_SAID_MAX];
	size_t said_n;
};

static void
shut(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

/* --- its start ------------------------------------------------------------------------------------- */

static bool
set_up(posix_spawn_file_actions_t *actions, posix_spawnattr_t *attr, int in, int out, bool apart)
{
	sigset_t none, all;
	int err = apart
	    ? posix_spawn_file_actions_addopen(actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
	    : posix_spawn_file_actions_adddup2(actions, out, STDERR_FILENO);

	(void)sigemptyset(&none);
	(void)sigfillset(&all);
	return err == 0 && posix_spawn_file_actions_adddup2(actions, in, STDIN_FILENO) == 0 &&
	    posix_spawn_file_actions_adddup2(actions, out, STDOUT_FILENO) == 0 &&
	    posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1) == 0 &&
	    posix_spawn_file_actions_addchdir_np(actions, "/") == 0 &&
	    posix_spawnattr_setpgroup(attr, 0) == 0 &&
	    posix_spawnattr_setsigmask(attr, &none) == 0 &&
	    posix_spawnattr_setsigdefault(attr, &all) == 0 &&
	    posix_spawnattr_setflags(
		attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) == 0;
}

/* posix_spawn takes words that it never writes to as if it did. */
static char *const *
words(const char *const *v)
{
	union {
		const char *const *from;
		char *const *to;
	} u = { .from = v };

	return u.to;
}

static enum rep_rc
spawn(const struct rep_program *p, int in, int out, pid_t *pid, struct rep_err *err)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	int r = ENOMEM;

	if (posix_spawn_file_actions_init(&actions) != 0)
		return rep_fail(err, REP_EMEM, "out of memory");
	if (posix_spawnattr_init(&attr) == 0) {
		if (set_up(&actions, &attr, in, out, p->whole != NULL))
			r = posix_spawn(
			    pid, p->argv[0], &actions, &attr, words(p->argv), words(p->env));
		(void)posix_spawnattr_destroy(&attr);
	}
	(void)posix_spawn_file_actions_destroy(&actions);
	if (r == 0)
		return REP_OK;
	return rep_fail(
	    err, r == ENOENT ? REP_ENOTFOUND : REP_EIO, "%s: %s", p->argv[0], strerror(r));
}

static enum rep_rc
start(const struct rep_program *p, struct running *r, struct rep_err *err)
{
	int in[2] = { -1, -1 }, out[2] = { -1, -1 };
	enum rep_rc rc;

	if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0 ||
	    fcntl(in[1], F_SETFL, O_NONBLOCK) != 0 || fcntl(out[0], F_SETFL, O_NONBLOCK) != 0)
		rc = rep_fail(err, REP_EIO, "%s: %s", p->argv[0], strerror(errno));
	else
		rc = spawn(p, in[0], out[1], &r->pid, err);
	shut(&in[0]);
	shut(&out[1]);
	r->in = in[1];
	r->out = out[0];
	return rc;
}

/* --- while it runs ------------------------------------------------------------------------------------ */

/* Gives it what it takes of its input. One that reads nothing is no error. */
static void
feed(struct running *r)
{
	ssize_t n = r->rest.n > 0 ? write(r->in, r->rest.p, r->rest.n) : 0;

	if (n > 0)
		r->rest = rep_str_sub(r->rest, (size_t)n, r->rest.n);
	if (r->rest.n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		shut(&r->in);
}

/* Takes what it says; what is too much is read and dropped, so that it does not wait for us. False: nothing is there. */
static bool
listen_to(struct running *r)
{
	char chunk[4096];
	ssize_t n = read(r->out, chunk, sizeof chunk);
	size_t room = r->whole == NULL ? sizeof r->said - r->said_n : 0;

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		shut(&r->out);
	if (n <= 0)
		return false;
	if (r->whole != NULL)
		rep_buf_add(r->whole, (struct rep_str){ chunk, (size_t)n });
	room = (size_t)n < room ? (size_t)n : room;
	memcpy(r->said + r->said_n, chunk, room);
	r->said_n += room;
	return true;
}

/* False: the time is over. *status is what waitpid says; -1: it cannot be waited for. */
static bool
follow(struct running *r, int64_t end_ms, int *status)
{
	for (;;) {
		struct pollfd v[2] = { { .fd = r->in, .events = POLLOUT },
			{ .fd = r->out, .events = POLLIN } };
		pid_t done = waitpid(r->pid, status, WNOHANG);

		if (done < 0 && errno != EINTR)
			*status = -1;
		if (done > 0 || (done < 0 && errno != EINTR))
			return true;
		if (rep_steady_ms() >= end_ms)
			return false;
		if (poll(v, 2, LOOK_MS) <= 0)
			continue;
		if (v[0].revents != 0)
			feed(r);
		if (v[1].revents != 0)
			(void)listen_to(r);
	}
}

enum rep_rc
rep_program_run(const struct rep_program *p, struct rep_program_end *out, struct rep_err *err)
{
	/* One that ends without reading its input must not end us. */
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
	struct running r = { .in = -1, .out = -1, .rest = p->in, .whole = p->whole };
	int status = 0;
	enum rep_rc rc = start(p, &r, err);

	(void)sigaction(SIGPIPE, &ignore, &before);
	if (rc == REP_OK && !follow(&r, rep_steady_ms() + p->timeout_ms, &status)) {
		(void)kill(-r.pid, SIGKILL);
		(void)waitpid(r.pid, NULL, 0);
		rc = rep_fail(err, REP_ETIMEOUT, "%s did not end within %d ms, and was killed",
		    p->argv[0], p->timeout_ms);
	} else if (rc == REP_OK && status == -1) {
		rc = rep_fail(err, REP_EIO, "%s: its end was not seen", p->argv[0]);
	} else if (rc == REP_OK) {
		/* What it said last is still in the pipe. A child of its may write on, so no more than a pipe holds. */
		for (int i = 0; i < LEFT_CHUNKS && r.out >= 0 && listen_to(&r); i++)
			;
		out->code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		(void)rep_one_line(
		    (struct rep_str){ r.said, r.said_n }, NULL, 0, out->said, sizeof out->said);
	}
	(void)sigaction(SIGPIPE, &before, NULL);
	shut(&r.in);
	shut(&r.out);
	return rc;
}
