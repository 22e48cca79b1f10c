/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* accept4, POLLRDHUP */
#include "cli/control.h"
#include "cli/child.h"
#include "cli/control_work.h"
#include "cli/handover.h"
#include "io/local.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	BACKLOG = 64,  /* commands that wait to be accepted; further ones wait to connect */
	DEAF_MS = 1000 /* when no process could be started, or descriptors are short */
};

void
rep_control_open(struct rep_control *k, struct rep_cli *c)
{
	struct rep_err err;

	*k = (struct rep_control){ .fd = -1,
		.path =
		    rep_arena_printf(c->arena, REP_CONTROL_SOCKET, rep_session_db(&c->session)).p };
	if (k->path == NULL)
		rep_cli_say("out of memory");
	else if (rep_local_listen(k->path, BACKLOG, &k->fd, &k->group, &err) != REP_OK)
		rep_cli_say(
		    "%s. Commands beside this one write to the database themselves, as its owner "
		    "or root",
		    err.msg);
}

static struct rep_control_job *
idle(struct rep_control *k)
{
	for (size_t i = 0; i < REP_COUNT(k->v); i++)
		if (k->v[i].pid == 0)
			return &k->v[i];
	return NULL;
}

void
rep_control_poll(const struct rep_control *k, int64_t now_ms, struct pollfd *v)
{
	bool room = false;

	for (size_t i = 0; i < REP_COUNT(k->v); i++) {
		const struct rep_control_job *x = &k->v[i];

		room = room || x->pid == 0;
		v[1 + i] = (struct pollfd){ .fd = x->pid != 0 && !x->gone ? x->conn : -1,
			.events = POLLRDHUP };
	}
	v[0] = (struct pollfd){ .fd = room && now_ms >= k->deaf_until_ms ? k->fd : -1,
		.events = POLLIN };
}

/* What the other end reads when it is not let in. */
static void
refuse(const struct rep_control *k, int conn)
{
	struct rep_buf b;

	rep_buf_init(&b, REP_CONTROL_MAX);
	rep_control_put_no(&b, REP_MSG_REFUSED,
	    REP_S(
		"only root, the owner of the database and members of the socket's group may hand work "
		"to reputed serve"));
	(void)rep_local_send(conn, rep_buf_str(&b), NULL, 0, MSG_DONTWAIT);
	rep_buf_fini(&b);
	rep_cli_say("user %ld was refused at %s", (long)rep_local_peer(conn), k->path);
}

/* In a child. */
static _Noreturn void
run(const struct rep_control *k, const struct rep_cli *c, int conn)
{
	(void)close(k->fd);
	for (size_t i = 0; i < REP_COUNT(k->v); i++)
		if (k->v[i].pid != 0)
			(void)close(k->v[i].conn);
	rep_control_work(c, conn);
}

static void
let_in(struct rep_control *k, struct rep_cli *c, int lock, int64_t now_ms)
{
	struct rep_control_job *x = idle(k);
	int conn = x != NULL ? accept4(k->fd, NULL, NULL, SOCK_CLOEXEC) : -1;

	if (conn < 0) {
		if (x != NULL && errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
			k->deaf_until_ms = now_ms + DEAF_MS;
		return;
	}
	if (!rep_local_may(conn, k->path, k->group)) {
		refuse(k, conn);
		(void)close(conn);
		return;
	}
	*x = (struct rep_control_job){ .conn = conn };
	x->pid = rep_child_start(c, lock, &x->pipe);
	if (x->pid == 0)
		run(k, c, conn);
	if (x->pid < 0) {
		x->pid = 0;
		(void)close(conn);
		k->deaf_until_ms = now_ms + DEAF_MS;
	}
}

void
rep_control_obey(
    struct rep_control *k, struct rep_cli *c, int lock, int64_t now_ms, const struct pollfd *v)
{
	for (size_t i = 0; i < REP_COUNT(k->v); i++) {
		struct rep_control_job *x = &k->v[i];

		if (v[1 + i].revents == 0 || x->pid == 0)
			continue;
		x->gone = true;
		(void)kill(x->pid, SIGTERM);
	}
	if (v[0].revents != 0)
		let_in(k, c, lock, now_ms);
}

bool
rep_control_ended(struct rep_control *k, pid_t pid, int status, bool *news)
{
	for (size_t i = 0; i < REP_COUNT(k->v); i++) {
		struct rep_control_job *x = &k->v[i];

		if (x->pid != pid)
			continue;
		if (WIFSIGNALED(status) && !x->gone)
			rep_cli_say(
			    "the process that did the work of a command was ended by signal %d; "
			    "the command was told",
			    WTERMSIG(status));
		/* Other children may have it open, too: the end of the connection does not wait for them. */
		(void)shutdown(x->conn, SHUT_RDWR);
		(void)close(x->conn);
		(void)close(x->pipe);
		*x = (struct rep_control_job){ .pid = 0 };
		*news = true;
		return true;
	}
	return false;
}

void
rep_control_close(struct rep_control *k)
{
	for (size_t i = 0; i < REP_COUNT(k->v); i++)
		rep_child_kill(k->v[i].pid);
	if (k->fd < 0)
		return;
	(void)unlink(k->path);
	(void)close(k->fd);
}
