/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* accept4, POLLRDHUP, struct ucred */
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
	BACKLOG = 64, /* commands that wait to be accepted; further ones wait to connect */
	/* Who is nobody in the service's user namespace: user_namespaces(7), PrivateUsers= of systemd.exec(5). */
	OVERFLOW_UID = 65534,
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
		if (!k->v[i].used)
			return &k->v[i];
	return NULL;
}

void
rep_control_poll(struct rep_control *k, int64_t now_ms, struct pollfd *v)
{
	bool room = false;

	if (now_ms >= k->deaf_until_ms)
		k->deaf_until_ms = 0;
	for (size_t i = 0; i < REP_COUNT(k->v); i++) {
		const struct rep_control_job *x = &k->v[i];

		room = room || !x->used;
		v[1 + i] = (struct pollfd){ .fd = x->used && !x->gone ? x->conn : -1,
			.events = POLLRDHUP };
	}
	v[0] =
	    (struct pollfd){ .fd = room && k->deaf_until_ms == 0 ? k->fd : -1, .events = POLLIN };
}

/* What the other end reads when it is not let in. */
static void
refuse(const struct rep_control *k, int conn)
{
	struct ucred who = { .pid = 0 };
	socklen_t n = sizeof who;
	struct rep_buf b;

	rep_buf_init(&b, REP_CONTROL_MAX);
	rep_control_put_no(&b, REP_MSG_REFUSED,
	    REP_S(
		"only root, the owner of the database and members of the socket's group may hand work "
		"to reputed serve"));
	(void)rep_local_send(conn, rep_buf_str(&b), NULL, 0, MSG_DONTWAIT);
	rep_buf_fini(&b);
	if (getsockopt(conn, SOL_SOCKET, SO_PEERCRED, &who, &n) != 0 || who.uid == OVERFLOW_UID)
		rep_cli_say("another user (process %ld) was refused at %s", (long)who.pid, k->path);
	else
		rep_cli_say("user %ld was refused at %s", (long)who.uid, k->path);
}

/* In a child. */
static _Noreturn void
run(const struct rep_control *k, const struct rep_cli *c, int conn, int pipe)
{
	(void)close(k->fd);
	for (size_t i = 0; i < REP_COUNT(k->v); i++)
		if (k->v[i].used && k->v[i].conn != conn)
			(void)close(k->v[i].conn);
	rep_control_work(c, conn, pipe);
}

static void
let_in(struct rep_control *k, int64_t now_ms)
{
	struct rep_control_job *x = idle(k);
	int conn = x != NULL ? accept4(k->fd, NULL, NULL, SOCK_CLOEXEC) : -1;
	uid_t uid;

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
	uid = rep_local_peer(conn);
	*x = (struct rep_control_job){ .used = true,
		.conn = conn,
		.pipe = -1,
		.nth = k->came++,
		.owner = uid == 0 || uid == geteuid() };
}

/* The first that may begin; NULL: there is none. */
static struct rep_control_job *
next(struct rep_control *k)
{
	struct rep_control_job *first = NULL;
	size_t busy = 0, others = 0;

	for (size_t i = 0; i < REP_COUNT(k->v); i++) {
		busy += k->v[i].pid != 0;
		others += k->v[i].pid != 0 && !k->v[i].owner;
	}
	for (size_t i = 0; i < REP_COUNT(k->v) && busy < REP_CONTROL_AT_ONCE_MAX; i++) {
		struct rep_control_job *x = &k->v[i];

		if (x->used && x->pid == 0 &&
		    (x->owner || others < REP_CONTROL_AT_ONCE_MAX - REP_CONTROL_RESERVED) &&
		    (first == NULL || x->nth < first->nth))
			first = x;
	}
	return first;
}

static void
begin(struct rep_control *k, struct rep_cli *c, int lock, int64_t now_ms)
{
	struct rep_control_job *x;

	while (k->deaf_until_ms == 0 && (x = next(k)) != NULL) {
		x->pid = rep_child_start(c, lock, &x->pipe);
		if (x->pid == 0)
			run(k, c, x->conn, x->pipe);
		if (x->pid < 0) {
			x->pid = 0;
			k->deaf_until_ms = now_ms + DEAF_MS;
		}
	}
}

void
rep_control_obey(
    struct rep_control *k, struct rep_cli *c, int lock, int64_t now_ms, const struct pollfd *v)
{
	for (size_t i = 0; i < REP_COUNT(k->v); i++) {
		struct rep_control_job *x = &k->v[i];

		if (v[1 + i].revents == 0 || !x->used)
			continue;
		x->gone = true;
		if (x->pid != 0) {
			(void)kill(x->pid, SIGTERM);
		} else {
			(void)close(x->conn);
			*x = (struct rep_control_job){ .used = false };
		}
	}
	if (v[0].revents != 0)
		let_in(k, now_ms);
	begin(k, c, lock, now_ms);
}

int64_t
rep_control_next(const struct rep_control *k)
{
	return k->fd >= 0 && k->deaf_until_ms > 0 ? k->deaf_until_ms : INT64_MAX;
}

/* Whether its process took a request, which it writes to the pipe before it begins. */
static bool
took(const struct rep_control_job *x)
{
	struct pollfd p = { .fd = x->pipe, .events = POLLIN };
	char c;

	return poll(&p, 1, 0) == 1 && (p.revents & POLLIN) != 0 && read(x->pipe, &c, 1) == 1;
}

bool
rep_control_ended(struct rep_control *k, pid_t pid, int status, bool *news)
{
	for (size_t i = 0; i < REP_COUNT(k->v); i++) {
		struct rep_control_job *x = &k->v[i];

		if (!x->used || x->pid != pid)
			continue;
		if (WIFSIGNALED(status) && !x->gone)
			rep_cli_say(
			    "the process that did the work of a command was ended by signal %d; "
			    "the command was told",
			    WTERMSIG(status));
		*news = took(x) || *news;
		/* Other children may have it open, too: the end of the connection does not wait for them. */
		(void)shutdown(x->conn, SHUT_RDWR);
		(void)close(x->conn);
		(void)close(x->pipe);
		*x = (struct rep_control_job){ .used = false };
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
