/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* dup3, close_range */
#include "cli/answering.h"
#include "cli/answers.h"
#include "cli/child.h"
#include "cli/desk.h"
#include "cli/desk_sns.h"
#include "cli/users_file.h"
#include "engine/db_stamp.h"
#include "io/fork.h"
#include "io/listen.h"
#include "io/local.h"
#include "io/steady.h"
#include "serve/web_msg.h"
#include "web/front.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	AT_ONCE =
	    3, /* answers in the making: two processors, and one that waits for the disk. Judgement */
	LOOK_MS =
	    1000, /* between two looks at the database: what is new is on the page within seconds */
	/*
	 * When judging takes longer, one answer at a time is made that needs it: it may also need gigabytes
	 * (bench/start.md). Judgement.
	 */
	HEAVY_MS = 2000,
	ANSWER_MS = 120000,  /* then an answer is given up: ten times what 10,000 sources take */
	FRONT_END_MS = 1000, /* then a front whose socket is gone is ended */
	FRONT_TRY_MS = 10,
	KEPT_ABOVE = 64,
	TELL_MS = 5000,	    /* for a front that does not read; then it hangs. Judgement */
	BIND_MS = 2000,	    /* a place may be taken for so long before that is said */
	MISSING_MS = 10000, /* between two tries of a place that is missing. Judgement */
	PACKET = REP_WEB_MSG_MAX + 1
};

/* A question, from when it came until it is answered. */
struct desk_ask {
	bool used, judged, acts;
	uint64_t id, nth;
	char *packet; /* owned; its views are in the message */
	size_t n;
	struct rep_answering at;  /* the process; pid 0: it waits for its turn */
	uint64_t generation;	  /* of the database when it began */
	struct rep_db_stamp told; /* the accounts that the front knew then */
};

/* What the process that looked at a password or a token says. */
struct desk_login {
	unsigned scopes;
	uint64_t mark;
	char name[REP_USER_NAME_MAX + 1];
};

struct desk {
	struct rep_cli *c;
	struct rep_front_params front;
	struct rep_arena *a;
	int link;
	pid_t front_pid;
	int front_pipe;
	struct desk_ask v[REP_WEB_ASKS_MAX];
	uint64_t came, generation;
	uint64_t judging_ms; /* how long the last answer took for which everything was judged */
	struct rep_db_stamp stamp, accounts;
	const char *accounts_path;
	struct rep_desk_sns sns;
	struct rep_buf out;
	struct rep_config_place missing[REP_FRONT_LISTEN_MAX]; /* that could not be opened */
	size_t missing_n;
	int64_t missing_ms; /* tried again then */
	bool stop;
	char in[PACKET];
};

/* --- where the page is ------------------------------------------------------------------------------------ */

/* wait_ms: for a place that is taken. -1: with a sentence. */
static int
open_place(const struct rep_config_place *p, int64_t wait_ms, struct rep_err *err)
{
	return p->path.n > 0 ? rep_listen_path(p->path, wait_ms, err)
			     : rep_listen_address(&p->ip, p->port, wait_ms, err);
}

/* One that cannot be opened is said, and the others are. */
static bool
open_places(struct desk *d)
{
	static const struct rep_str usual[] = { { "127.0.0.1:8025", 14 } };
	const struct rep_config_list *web = &d->c->cfg.web;
	struct rep_config_list list = web->n > 0 ? *web : (struct rep_config_list){ usual, 1 };
	struct rep_front_params *f = &d->front;
	struct rep_config_place place;
	struct rep_err err;

	for (size_t i = 0; i < list.n && i < REP_FRONT_LISTEN_MAX; i++) {
		bool path;
		int fd;

		if (!rep_config_place_parse(list.v[i], &place))
			continue;
		path = place.path.n > 0;
		fd = open_place(&place, BIND_MS, &err);
		if (fd < 0) {
			rep_cli_say("the page: %s; tried again", err.msg);
			d->missing[d->missing_n++] = place;
			continue;
		}
		if (!path && !rep_ip_loopback(&place.ip))
			rep_cli_say(
			    "the page is on %.*s without encryption: passwords can be read on the way. "
			    "Let a proxy with TLS do that, and listen on 127.0.0.1",
			    REP_PR(list.v[i]));
		f->places[f->places_n++] = (struct rep_front_place){ .fd = fd, .local = path };
	}
	return f->places_n > 0;
}

/* Begins anew when there is another place to listen: a front that runs can be given none. */
static void
try_missing(struct desk *d)
{
	struct rep_err err;
	int fd;

	for (size_t i = 0; i < d->missing_n; i++) {
		if ((fd = open_place(&d->missing[i], 0, &err)) < 0)
			continue;
		(void)close(fd);
		rep_cli_say("the page begins anew, because a place that was missing is there");
		d->stop = true;
		return;
	}
}

/* --- the front -------------------------------------------------------------------------------------------- */

/*
 * Of what the daemon has open, the front keeps what it speaks through: the link and the places become the first
 * descriptors behind standard error, and all others are closed.
 */
static void
keep_few(struct desk *d, int link)
{
	int v[1 + REP_FRONT_LISTEN_MAX] = { link }, n = 1;

	for (size_t i = 0; i < d->front.places_n; i++)
		v[n++] = d->front.places[i].fd;
	for (int i = 0; i < n; i++) /* above all that they become */
		if ((v[i] = fcntl(v[i], F_DUPFD_CLOEXEC, KEPT_ABOVE)) < 0)
			_exit(REP_EXIT_FAILED);
	for (int i = 0; i < n; i++)
		if (dup3(v[i], STDERR_FILENO + 1 + i, O_CLOEXEC) < 0)
			_exit(REP_EXIT_FAILED);
	if (close_range((unsigned)(STDERR_FILENO + 1 + n), ~0U, 0) != 0)
		_exit(REP_EXIT_FAILED);
	d->front.desk = STDERR_FILENO + 1;
	for (size_t i = 0; i < d->front.places_n; i++)
		d->front.places[i].fd = STDERR_FILENO + 2 + (int)i;
}

static _Noreturn void
be_front(struct desk *d, int link)
{
	struct rep_err err;

	keep_few(d, link);
	d->front.slots = d->sns.slots;
	if (rep_front_run(&d->front, &err) == REP_OK)
		_exit(REP_EXIT_OK);
	rep_cli_say("the page: %s", err.msg);
	_exit(REP_EXIT_FAILED);
}

static bool
start_front(struct desk *d)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0)
		return false;
	d->link = ends[0];
	d->front_pid = rep_fork(&d->front_pipe);
	if (d->front_pid == 0)
		be_front(d, ends[1]);
	(void)close(ends[1]);
	for (size_t i = 0; i < d->front.places_n; i++)
		(void)close(d->front.places[i].fd);
	return d->front_pid > 0;
}

/* Nothing is left out: a front that missed an answer, or who may log in, would be wrong for days. */
static void
tell(struct desk *d, const int *fd)
{
	struct pollfd p = { .fd = d->link, .events = POLLOUT };
	bool told;

	while (!(told = rep_local_send(d->link, rep_buf_str(&d->out), fd, fd != NULL ? 1 : 0, 0)) &&
	    (errno == EAGAIN || errno == EWOULDBLOCK) && poll(&p, 1, TELL_MS) > 0)
		;
	if (!told)
		d->stop = true; /* it is gone, or hangs: another one begins */
	rep_buf_clear(&d->out);
}

static void
on_sns(void *ctx, uint64_t id, const struct rep_web_answer *a)
{
	struct desk *d = ctx;

	rep_web_put_answer(&d->out, id, a);
	tell(d, NULL);
}

/* --- an answer, in its own process ------------------------------------------------------------------------ */

static int
answer_login(struct desk *d, const struct rep_web_ask *q, bool token)
{
	struct rep_users *u = rep_arena_alloc(d->a, sizeof *u);
	const struct rep_user *who = NULL;
	struct desk_login out;
	struct rep_err err;
	unsigned scopes = 0;

	enum rep_rc rc;

	if (u == NULL)
		return REP_EXIT_FAILED;
	if ((rc = rep_users_file_read(d->accounts_path, u, &err)) != REP_OK &&
	    rc != REP_ENOTFOUND) {
		rep_cli_say("%s", err.msg);
		return REP_EXIT_FAILED;
	}
	if (token) {
		const struct rep_user_token *t = rep_users_token(u, q->body, &scopes);

		who = t != NULL ? rep_users_find(u, rep_str_c(t->name)) : NULL;
	} else if ((who = rep_users_login(u, q->who, q->body)) != NULL) {
		scopes = who->scopes;
	}
	if (who == NULL)
		return REP_EXIT_TROUBLE;
	out = (struct desk_login){ .scopes = scopes, .mark = rep_user_mark(who) };
	snprintf(out.name, sizeof out.name, "%s", who->name);
	return write(STDOUT_FILENO, &out, sizeof out) == (ssize_t)sizeof out ? REP_EXIT_OK
									     : REP_EXIT_FAILED;
}

static int
answer(struct desk *d, const struct desk_ask *x)
{
	struct rep_web_ask *q = rep_arena_alloc(d->a, sizeof *q);
	struct rep_params *p = rep_arena_alloc(d->a, sizeof *p);
	struct rep_cli *c = d->c;
	struct rep_msg m;
	struct rep_err err;

	if (q == NULL || p == NULL ||
	    rep_web_take((struct rep_str){ x->packet, x->n }, &m, &err) != REP_OK ||
	    rep_web_get_ask(&m, q, &err) != REP_OK)
		return REP_EXIT_FAILED;
	c->session.clock_s = c->session.now_s = rep_cli_clock_s();
	rep_out_present(c->session.now_s);
	switch (q->kind) {
	case REP_WEB_LOGIN: return answer_login(d, q, false);
	case REP_WEB_TOKEN: return answer_login(d, q, true);
	case REP_WEB_RESOURCE:
		memcpy(p->v, q->params, sizeof p->v);
		p->v[REP_QUERY_WHO] = q->who;
		return rep_answer(c, (enum rep_resource)q->resource, p);
	case REP_WEB_SNS: /* cli/desk_sns.h */
	case REP_WEB_KINDS: break;
	}
	return REP_EXIT_FAILED;
}

static void
begin(struct desk *d, struct desk_ask *x)
{
	x->generation = d->generation;
	x->told = d->accounts;
	if (rep_answering_start(&x->at) == 0)
		_exit(answer(d, x));
}

/* --- answers ---------------------------------------------------------------------------------------------- */

static enum rep_web_outcome
outcome_of(int status)
{
	if (!WIFEXITED(status))
		return REP_WEB_FAILED;
	switch (WEXITSTATUS(status)) {
	case REP_EXIT_OK:
	case REP_EXIT_TROUBLE:
	case REP_EXIT_BAD_INPUT: return REP_WEB_FINE;
	case REP_EXIT_USAGE: return REP_WEB_USAGE;
	case REP_ANSWER_NONE: return REP_WEB_NONE;
	default: return REP_WEB_FAILED;
	}
}

static void
free_ask(struct desk_ask *x)
{
	rep_answering_end(&x->at);
	free(x->packet);
	*x = (struct desk_ask){ .used = false };
}

static enum rep_web_kind
kind_of(const struct desk_ask *x)
{
	struct rep_web_ask q;
	struct rep_msg m;

	return rep_web_take((struct rep_str){ x->packet, x->n }, &m, NULL) == REP_OK &&
		rep_web_get_ask(&m, &q, NULL) == REP_OK
	    ? q.kind
	    : REP_WEB_KINDS;
}

static void
look_at_database(struct desk *d)
{
	struct rep_db_stamp now = rep_db_stamp_of(rep_session_db(&d->c->session));

	if (rep_db_stamp_eq(&now, &d->stamp))
		return;
	d->stamp = now;
	d->generation++;
	rep_web_put_changed(&d->out, d->generation);
	tell(d, NULL);
}

static void
answered(struct desk *d, struct desk_ask *x, int status)
{
	struct rep_buf why;
	struct rep_db_stamp accounts;
	struct desk_login who = { .scopes = 0 };
	enum rep_web_kind kind = kind_of(x);
	struct rep_web_answer a = { .outcome = outcome_of(status),
		.took_ms = (uint64_t)(rep_steady_ms() - x->at.begun_ms),
		.generation = x->generation };

	if (x->judged)
		d->judging_ms = a.took_ms;
	if (kind == REP_WEB_LOGIN || kind == REP_WEB_TOKEN) {
		if (WIFEXITED(status) && WEXITSTATUS(status) == REP_EXIT_TROUBLE)
			a.outcome = REP_WEB_DENIED;
		else if (a.outcome == REP_WEB_FINE &&
		    pread(x->at.out, &who, sizeof who, 0) != (ssize_t)sizeof who)
			a.outcome = REP_WEB_FAILED;
		a.scopes = who.scopes;
		a.mark = who.mark;
		a.name = rep_str_c(who.name);
	}
	/* Where the accounts changed while it was looked at, they are told again, behind this. */
	if (kind == REP_WEB_LOGIN) {
		accounts = rep_db_stamp_of(d->accounts_path);
		if (!rep_db_stamp_eq(&accounts, &x->told))
			d->accounts = (struct rep_db_stamp){ .size = { -1 } };
	}
	rep_buf_init(&why, SIZE_MAX);
	if (a.outcome != REP_WEB_FINE) {
		rep_answering_said(&x->at, &why);
		a.why = rep_buf_str(&why);
	}
	if (a.outcome == REP_WEB_FAILED && a.why.n == 0)
		a.why = x->at.pid < 0 ? REP_S("no process could be started")
				      : REP_S("the process that makes the answer has ended");
	/* Who did something and asks then sees it: what is kept is old before the answer is there. */
	if (x->acts)
		look_at_database(d);
	rep_web_put_answer(&d->out, x->id, &a);
	tell(d, a.outcome == REP_WEB_FINE && kind == REP_WEB_RESOURCE ? &x->at.out : NULL);
	rep_buf_fini(&why);
	free_ask(x);
}

static void
front_ended(struct desk *d, int status)
{
	d->front_pid = 0;
	d->stop = true;
	if (WIFSIGNALED(status))
		rep_cli_say("the front of the page was ended by signal %d; another one begins",
		    WTERMSIG(status));
}

/* Its end of the socket is gone a moment before it is. */
static void
await_front(struct desk *d)
{
	int64_t until = rep_steady_ms() + FRONT_END_MS;
	int status;

	while (d->front_pid > 0 && rep_steady_ms() < until)
		if (waitpid(d->front_pid, &status, WNOHANG) == d->front_pid)
			front_ended(d, status);
		else
			(void)poll(NULL, 0, FRONT_TRY_MS);
	if (d->front_pid > 0)
		rep_child_kill(d->front_pid);
}

static void
children(struct desk *d)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid == d->front_pid)
			front_ended(d, status);
		(void)rep_desk_sns_ended(&d->sns, pid);
		for (size_t i = 0; i < REP_COUNT(d->v); i++)
			if (d->v[i].used && d->v[i].at.pid == pid)
				answered(d, &d->v[i], status);
	}
}

/* Begins the oldest ones while there is room, and ends what takes too long. */
static void
turn(struct desk *d, int64_t now_ms)
{
	for (;;) {
		struct desk_ask *next = NULL;
		size_t busy = 0, judging = 0;

		for (size_t i = 0; i < REP_COUNT(d->v); i++) {
			struct desk_ask *x = &d->v[i];

			busy += x->used && x->at.pid > 0;
			judging += x->used && x->at.pid > 0 && x->judged;
			/* An act may be done already, and must not be said to have failed. */
			if (x->used && x->at.pid > 0 && !x->acts &&
			    now_ms - x->at.begun_ms > ANSWER_MS)
				(void)kill(x->at.pid, SIGKILL);
		}
		for (size_t i = 0; i < REP_COUNT(d->v); i++) {
			struct desk_ask *x = &d->v[i];

			if (x->used && x->at.pid == 0 && (next == NULL || x->nth < next->nth) &&
			    !(x->judged && judging > 0 && d->judging_ms > HEAVY_MS))
				next = x;
		}
		if (next == NULL || busy >= AT_ONCE)
			return;
		begin(d, next);
		if (next->at.pid < 0)
			answered(d, next, REP_EXIT_FAILED << 8);
	}
}

/* --- questions -------------------------------------------------------------------------------------------- */

static void
take(struct desk *d, struct rep_str packet)
{
	struct desk_ask *x = NULL;
	struct rep_sandbox lock;
	struct rep_web_ask q;
	struct rep_msg m = { .type = REP_MSG_NONE };
	struct rep_err err;
	bool whole = rep_web_take(packet, &m, &err) == REP_OK;

	if (whole && m.type == REP_MSG_WEB_READY && rep_web_get_ready(&m, &lock, &err) == REP_OK) {
		if (!lock.seccomp || lock.landlock == 0)
			rep_cli_say("the page is not locked as it should be: this kernel has no %s",
			    lock.seccomp ? "landlock" : "seccomp");
		return;
	}
	for (size_t i = 0; i < REP_COUNT(d->v) && x == NULL; i++)
		if (!d->v[i].used)
			x = &d->v[i];
	/* A front that asks for more than it may, or for what is not there, is not the one that was started. */
	if (x == NULL || !whole || m.type != REP_MSG_WEB_ASK ||
	    rep_web_get_ask(&m, &q, &err) != REP_OK ||
	    (q.kind == REP_WEB_RESOURCE && q.resource >= REP_RESOURCE_N) ||
	    (q.kind == REP_WEB_SNS && !rep_desk_sns_take(&d->sns, m.id, &q))) {
		rep_cli_say("the front of the page says what it should not, and is ended");
		d->stop = true;
		return;
	}
	if (q.kind == REP_WEB_SNS)
		return;
	*x = (struct desk_ask){ .used = true,
		.judged = q.kind == REP_WEB_RESOURCE && rep_resources[q.resource].judged,
		.acts =
		    q.kind == REP_WEB_RESOURCE && rep_resources[q.resource].scope == REP_MAY_ACT,
		.id = m.id,
		.nth = ++d->came,
		.packet = malloc(packet.n),
		.n = packet.n,
		.at = REP_ANSWERING_NONE };
	if (x->packet == NULL) {
		d->stop = true;
		return;
	}
	memcpy(x->packet, packet.p, packet.n);
}

static void
hear(struct desk *d)
{
	int fds[REP_LOCAL_DESCRIPTORS];
	size_t n, fds_n;

	while (!d->stop) {
		if (!rep_local_receive(d->link, -1, d->in, sizeof d->in, &n, fds, &fds_n)) {
			d->stop = errno != EAGAIN && errno != EWOULDBLOCK;
			return;
		}
		while (fds_n > 0)
			(void)close(fds[--fds_n]);
		if (n == 0)
			d->stop = true;
		else
			take(d, (struct rep_str){ d->in, n });
	}
}

/* --- what has changed ------------------------------------------------------------------------------------- */

static void
tell_accounts(struct desk *d)
{
	struct rep_users *u = calloc(1, sizeof *u);
	struct rep_err err;
	enum rep_rc rc;
	size_t begun;

	if (u == NULL)
		return;
	if ((rc = rep_users_file_read(d->accounts_path, u, &err)) != REP_OK &&
	    rc != REP_ENOTFOUND) {
		rep_cli_say("the page: %s; nobody can log in", err.msg);
		u->users = 0;
	}
	begun = rep_web_begin_users(&d->out);
	for (size_t i = 0; i < u->users; i++) {
		struct rep_web_user one = { .name = rep_str_c(u->user[i].name),
			.scopes = u->user[i].scopes,
			.mark = rep_user_mark(&u->user[i]) };

		rep_web_put_user(&d->out, &one);
	}
	rep_web_end_users(&d->out, begun);
	tell(d, NULL);
	free(u);
}

static void
look(struct desk *d)
{
	struct rep_db_stamp accounts = rep_db_stamp_of(d->accounts_path);

	look_at_database(d);
	if (!rep_db_stamp_eq(&accounts, &d->accounts)) {
		d->accounts = accounts;
		tell_accounts(d);
	}
}

static void
loop(struct desk *d)
{
	struct pollfd v[2 + REP_WEB_ASKS_MAX] = { { .fd = d->link, .events = POLLIN } };
	int64_t look_ms = 0, now = rep_steady_ms(), sns;

	while (!d->stop) {
		for (size_t i = 0; i < REP_COUNT(d->v);
		     i++) /* the end of a pipe: its process has ended */
			v[2 + i] = (struct pollfd){
				.fd = d->v[i].used && d->v[i].at.pid > 0 ? d->v[i].at.pipe : -1,
				.events = POLLIN
			};
		v[1] = (struct pollfd){ .fd = d->sns.pid > 0 ? d->sns.pipe : -1, .events = POLLIN };
		sns = rep_desk_sns_next(&d->sns) - now;
		sns = sns < 0 ? 0 : sns < LOOK_MS ? sns : LOOK_MS;
		if (poll(v, REP_COUNT(v), (int)sns) < 0 && errno != EINTR)
			return;
		now = rep_steady_ms();
		if (now >= look_ms) {
			look_ms = now + LOOK_MS;
			look(d);
		}
		if (d->missing_n > 0 && now >= d->missing_ms) {
			d->missing_ms = now + MISSING_MS;
			try_missing(d);
		}
		children(d);
		hear(d);
		turn(d, now);
		rep_desk_sns_turn(&d->sns, now);
	}
}

void
rep_desk_work(struct rep_cli *c, int daemon)
{
	struct desk *d = calloc(1, sizeof *d);
	struct rep_err err;

	if (d == NULL || (d->a = rep_arena_new(REP_CONFIG_ARENA)) == NULL) {
		rep_cli_say("the page: out of memory");
		return;
	}
	d->c = c;
	d->front.url = c->cfg.web_url;
	d->front.clock_s = rep_cli_clock_s;
	d->accounts_path = rep_users_file(&c->session);
	d->generation = 1;
	d->sns = (struct rep_desk_sns){
		.c = c, .daemon = daemon, .pipe = -1, .answer = on_sns, .ctx = d
	};
	if (rep_desk_sns_open(&d->sns, &err) != REP_OK) {
		rep_cli_say("the page: %s", err.msg);
		return;
	}
	rep_buf_init(&d->out, REP_WEB_MSG_MAX);
	if (!open_places(d))
		return;
	if (!start_front(d)) {
		rep_cli_say("the page: no process could be started: %s", strerror(errno));
		return;
	}
	d->missing_ms = rep_steady_ms() + MISSING_MS;
	loop(d);
	(void)close(d->link);
	await_front(d);
}
