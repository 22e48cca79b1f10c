/*
 * Both sides of serve/fetcher.h. They share four messages:
 *
 *	FETCH	 timeout u32 | now u64 | host | path | file of the authorities or ""; the socket is beside it
 *	FETCHED	 rc u8 | the document, or the reason
 *	STARTTLS as FETCH, but the name for EHLO in the place of the path
 *	SHOWN	 serve/starttls_msg.h
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE /* SOCK_NONBLOCK */
#include "serve/fetcher.h"
#include "io/fetch.h"
#include "serve/chain.h"
#include "serve/start.h"
#include "serve/starttls_msg.h"
#include "io/steady.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	PORT_HTTPS = 443,
	PORT_SMTP = 25,
	PACKET = 8 << 10, /* of FETCH: a name, a path, a file's name */
	DOCUMENT_MAX = 1 << 20,
	ARENA_MAX = 4 << 20,
	MEMORY = 512 << 20,
	START_MS = 5000, /* to load libcurl, on a busy machine */
	DEATH_MS = 200
};

/* Waits for one event until a moment. */
static bool
wait_for(int fd, short events, int64_t until_ms)
{
	struct pollfd p = { .fd = fd, .events = events };
	int64_t left;
	int got;

	do {
		left = until_ms - rep_steady_ms();
		got = poll(&p, 1, left > 0 ? (int)left : 0);
	} while (got < 0 && errno == EINTR);
	return got > 0;
}

/* --- the side that asks -------------------------------------------------------------------------- */

/* A connected socket, or -1 (errno). */
static int
connect_to(const struct rep_ip *ip, uint16_t port, int64_t until_ms)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	bool is4 = ip->version == 4;
	int fd = socket(is4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
	    error = 0;
	socklen_t n = sizeof error;

	if (fd < 0)
		return -1;
	memcpy(&v4.sin_addr, ip->b, sizeof v4.sin_addr);
	memcpy(&v6.sin6_addr, ip->b, sizeof v6.sin6_addr);
	if ((is4 ? connect(fd, (const struct sockaddr *)&v4, sizeof v4)
		 : connect(fd, (const struct sockaddr *)&v6, sizeof v6)) == 0)
		return fd;
	error = errno;
	if (error == EINPROGRESS) {
		error = ETIMEDOUT;
		if (wait_for(fd, POLLOUT, until_ms))
			(void)getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &n);
		if (error == 0)
			return fd;
	}
	(void)close(fd);
	errno = error;
	return -1;
}

/* All that it sends until it ends. False: it sends too much, or is not done at a moment. */
static bool
read_all(int from, int64_t until_ms, struct rep_buf *in)
{
	char chunk[8192];
	ssize_t n;

	while (!in->full && wait_for(from, POLLIN, until_ms)) {
		n = read(from, chunk, sizeof chunk);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return true;
		rep_buf_add(in, (struct rep_str){ chunk, (size_t)n });
	}
	return false;
}

/* READY, and then one message and nothing else. False: it ended before. */
static bool
take_only(struct rep_str s, struct rep_msg *m, bool *alone)
{
	size_t used;

	if (rep_msg_take(s, m, &used, NULL) != REP_OK || m->type != REP_MSG_READY)
		return false;
	s = rep_str_sub(s, used, s.n);
	if (rep_msg_take(s, m, &used, NULL) != REP_OK)
		return false;
	*alone = used == s.n;
	return true;
}

enum rep_rc
rep_fetcher_understand(struct rep_str s, const char *host, struct rep_buf *out, struct rep_err *err)
{
	struct rep_msg_reader r;
	struct rep_msg m;
	struct rep_str text;
	bool alone;
	uint64_t rc;

	if (!take_only(s, &m, &alone))
		return rep_fail(err, REP_ESYNTAX, "https://%s: its process died", host);
	r = (struct rep_msg_reader){ m.payload, 0, false };
	rc = rep_msg_get(&r, 1);
	text = rep_msg_get_str(&r);
	if (m.type != REP_MSG_FETCHED || !alone || !rep_msg_done(&r) || rc > REP_EUSAGE ||
	    text.n > out->max)
		return rep_fail(err, REP_EIO,
		    "https://%s: what its process sent is no document and no reason", host);
	if (rc != REP_OK)
		return rep_fail(err, (enum rep_rc)rc, "%.*s", REP_PR(text));
	rep_buf_add(out, text);
	return out->full ? rep_fail(err, REP_EMEM, "out of memory") : REP_OK;
}

enum rep_rc
rep_fetcher_understand_starttls(
    struct rep_str s, const char *host, struct rep_starttls *out, struct rep_err *err)
{
	struct rep_msg m;
	struct rep_starttls got;
	bool alone;
	enum rep_rc rc;

	if (!take_only(s, &m, &alone))
		return rep_fail(err, REP_ESYNTAX, "%s: its process died", host);
	rc = m.type == REP_MSG_SHOWN && alone ? rep_msg_get_starttls(m.payload, &got, err)
					      : REP_ESYNTAX;
	if (rc == REP_ESYNTAX)
		return rep_fail(err, REP_EIO,
		    "%s: what its process sent is no answer of a mail server and no reason", host);
	if (rc == REP_OK)
		*out = got;
	return rc;
}

/* What the process is to do. */
struct task {
	enum rep_msg_type type;
	const char *host, *path; /* or the name for EHLO */
	int64_t now_s;
};

static bool
order(int to, int fd, const struct task *t, const struct rep_fetcher_params *o)
{
	struct rep_buf b;
	size_t at;
	bool sent;

	rep_buf_init(&b, PACKET);
	at = rep_msg_begin(&b, t->type, 0);
	rep_msg_put(&b, (uint64_t)o->timeout_ms, 4);
	rep_msg_put(&b, (uint64_t)t->now_s, 8);
	rep_msg_put_str(&b, rep_str_c(t->host));
	rep_msg_put_str(&b, rep_str_c(t->path));
	rep_msg_put_str(&b, rep_str_c(o->ca_file != NULL ? o->ca_file : ""));
	rep_msg_end(&b, at);
	sent = !b.full && rep_worker_send(to, rep_buf_str(&b), fd, 0);
	rep_buf_fini(&b);
	return sent;
}

/*
 * Starts the process, hands it the socket and takes all that it says. how: how it ended. False: it cannot
 * be started (errno).
 */
static bool
run_apart(const struct rep_fetcher_params *o, int fd, const struct task *t, int64_t until_ms,
    struct rep_buf *in, char how[REP_WORKER_STATUS_TEXT])
{
	int to, from, status;
	bool ended;
	pid_t pid = rep_worker_open(o->exe, o->argv, rep_fetch_worker_main, &to, &from);

	if (pid < 0)
		return false;
	ended = order(to, fd, t, o) && read_all(from, until_ms + START_MS, in);
	status = rep_worker_reap(pid, ended ? DEATH_MS : 0);
	rep_worker_status_text(status, how);
	(void)close(to);
	(void)close(from);
	return true;
}

enum rep_rc
rep_fetcher_get(const struct rep_fetcher_params *o, const char *host, const char *path,
    const struct rep_ip *ip, struct rep_buf *out, struct rep_err *err)
{
	const struct task t = { REP_MSG_FETCH, host, path, 0 };
	int64_t until_ms = rep_steady_ms() + o->timeout_ms;
	int fd = connect_to(ip, PORT_HTTPS, until_ms);
	char how[REP_WORKER_STATUS_TEXT];
	enum rep_rc rc;
	struct rep_buf in;

	if (fd < 0)
		return rep_fail(
		    err, REP_EIO, "https://%s%s: no connection: %s", host, path, strerror(errno));
	rep_buf_init(&in, DOCUMENT_MAX + (64 << 10));
	if (!run_apart(o, fd, &t, until_ms, &in, how)) {
		rc = rep_fail(err, REP_EIO, "https://%s: its process cannot be started: %s", host,
		    strerror(errno));
	} else {
		rc = rep_fetcher_understand(rep_buf_str(&in), host, out, err);
		if (rc == REP_ESYNTAX)
			rc = rep_fail(err, REP_EIO,
			    "https://%s: the process that fetched it died (%s)", host, how);
	}
	rep_buf_fini(&in);
	(void)close(fd);
	return rc;
}

/* "[192.0.2.7]", "[IPv6:2001:db8::7]": where the connection leaves from. */
static void
literal(int fd, char *out, size_t room)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} a = { .any = { .sa_family = AF_UNSPEC } };
	struct rep_ip ip = { .version = 4 };
	char text[REP_IP_TEXT];
	socklen_t n = sizeof a;

	(void)getsockname(fd, &a.any, &n);
	if (a.any.sa_family == AF_INET6) {
		ip.version = 6;
		memcpy(ip.b, &a.v6.sin6_addr, sizeof a.v6.sin6_addr);
	} else {
		memcpy(ip.b, &a.v4.sin_addr, sizeof a.v4.sin_addr);
	}
	snprintf(out, room, "[%s%s]", ip.version == 6 ? "IPv6:" : "", rep_ip_text(&ip, text));
}

/* A copy in the arena: what was sent does not live long. False: out of memory. */
static bool
own(struct rep_starttls *s, struct rep_arena *a)
{
	bool good = true;

	s->why = rep_arena_dup(a, s->why);
	s->names = rep_arena_dup(a, s->names);
	for (size_t i = 0; i < s->chain_n; i++) {
		s->chain[i].certificate = rep_arena_dup(a, s->chain[i].certificate);
		s->chain[i].key = rep_arena_dup(a, s->chain[i].key);
		good = good && s->chain[i].certificate.p != NULL && s->chain[i].key.p != NULL;
	}
	return good && s->why.p != NULL && s->names.p != NULL;
}

enum rep_rc
rep_fetcher_starttls(const struct rep_fetcher_params *o, const char *host, const char *helo,
    const struct rep_ip *ip, int64_t now_s, struct rep_arena *a, struct rep_starttls *out,
    struct rep_err *err)
{
	struct task t = { REP_MSG_STARTTLS, host, helo, now_s };
	int64_t until_ms = rep_steady_ms() + o->timeout_ms;
	int fd = connect_to(ip, PORT_SMTP, until_ms);
	char how[REP_WORKER_STATUS_TEXT], own_name[REP_IP_TEXT + 8];
	struct rep_starttls got = { .state = REP_STARTTLS_NO_CONNECTION };
	enum rep_rc rc;
	struct rep_buf in;

	if (fd < 0) {
		got.why = rep_arena_dup(a, rep_str_c(strerror(errno)));
		if (got.why.p == NULL)
			return rep_fail(err, REP_EMEM, "out of memory");
		*out = got;
		return REP_OK;
	}
	if (*helo == '\0') {
		literal(fd, own_name, sizeof own_name);
		t.path = own_name;
	}
	rep_buf_init(&in, DOCUMENT_MAX + (64 << 10));
	if (!run_apart(o, fd, &t, until_ms, &in, how)) {
		rc = rep_fail(
		    err, REP_EIO, "%s: its process cannot be started: %s", host, strerror(errno));
	} else {
		rc = rep_fetcher_understand_starttls(rep_buf_str(&in), host, &got, err);
		if (rc == REP_ESYNTAX)
			rc = rep_fail(
			    err, REP_EIO, "%s: the process that asked it died (%s)", host, how);
	}
	if (rc == REP_OK && !own(&got, a))
		rc = rep_fail(err, REP_EMEM, "out of memory");
	if (rc == REP_OK)
		*out = got;
	rep_buf_fini(&in);
	(void)close(fd);
	return rc;
}

/* --- the locked side ----------------------------------------------------------------------------- */

/* A command: what is asked, its strings with a NUL at their end. */
struct fetch_command {
	enum rep_msg_type type;
	int fd, timeout_ms;
	int64_t now_s;
	char host[PACKET], path[PACKET], ca[PACKET];
};

static bool
copy(struct rep_str s, char *out, size_t room)
{
	if (s.n >= room)
		return false;
	memcpy(out, s.p, s.n);
	out[s.n] = '\0';
	return true;
}

static bool
receive(struct fetch_command *c)
{
	static char packet[PACKET];
	struct rep_msg_reader r;
	struct rep_msg m;
	size_t n, used;

	if (!rep_worker_receive(packet, sizeof packet, 0, &n, &c->fd) || c->fd < 0 ||
	    rep_msg_take((struct rep_str){ packet, n }, &m, &used, NULL) != REP_OK)
		return false;
	r = (struct rep_msg_reader){ m.payload, 0, false };
	c->type = m.type;
	c->timeout_ms = (int)(rep_msg_get(&r, 4) & INT32_MAX);
	c->now_s = (int64_t)rep_msg_get(&r, 8);
	return copy(rep_msg_get_str(&r), c->host, sizeof c->host) &&
	    copy(rep_msg_get_str(&r), c->path, sizeof c->path) &&
	    copy(rep_msg_get_str(&r), c->ca, sizeof c->ca) && rep_msg_done(&r);
}

/* rc: of the preparation, with its reason in err. */
static void
fetch(struct rep_fetch *f, const struct fetch_command *c, enum rep_rc rc, struct rep_buf *out,
    struct rep_err *err)
{
	struct rep_buf text;
	size_t at;

	rep_buf_init(&text, DOCUMENT_MAX);
	if (rc == REP_OK)
		rc = rep_fetch_get(f, c->fd, c->host, c->path, c->timeout_ms, &text, err);
	at = rep_msg_begin(out, REP_MSG_FETCHED, 0);
	rep_msg_put(out, (uint64_t)rc, 1);
	rep_msg_put_str(out, rc == REP_OK ? rep_buf_str(&text) : rep_str_c(err->msg));
	rep_msg_end(out, at);
	rep_buf_fini(&text);
}

/* What it means how far a server went. */
static enum rep_starttls_state
state_of(const struct rep_fetch_shown *s)
{
	if (s->pem.n > 0)
		return REP_STARTTLS_ENCRYPTED;
	if (s->late)
		return REP_STARTTLS_NO_SMTP;
	return s->offered ? REP_STARTTLS_FAILED
	    : s->without  ? REP_STARTTLS_NOT_OFFERED
			  : REP_STARTTLS_NO_SMTP;
}

static void
starttls(struct rep_fetch *f, const struct fetch_command *c, enum rep_rc rc, struct rep_buf *out,
    struct rep_err *err)
{
	struct rep_fetch_shown shown = { .offered = false };
	struct rep_starttls s = { .state = REP_STARTTLS_NOT_ASKED };
	struct rep_arena *a = rep_arena_new(ARENA_MAX);

	rep_buf_init(&shown.pem, DOCUMENT_MAX);
	if (rc == REP_OK)
		rc = a == NULL
		    ? rep_fail(err, REP_EMEM, "out of memory")
		    : rep_fetch_starttls(f, c->fd, c->host, c->path, c->timeout_ms, &shown, err);
	if (rc == REP_OK) {
		s.state = state_of(&shown);
		if (s.state == REP_STARTTLS_ENCRYPTED &&
		    !rep_chain_read(rep_buf_str(&shown.pem), rep_fetch_authorities(f), c->host,
			c->now_s, a, &s))
			rc = rep_fail(err, REP_EIO, "%s: %.*s", c->host, REP_PR(s.why));
		else if (s.state != REP_STARTTLS_ENCRYPTED)
			s.why = rep_str_c(err->msg);
	}
	s.why = rep_str_sub(s.why, 0, REP_STARTTLS_WHY_MAX);
	err->msg[REP_STARTTLS_WHY_MAX] = '\0';
	rep_msg_put_starttls(out, rc, err->msg, &s);
	rep_buf_fini(&shown.pem);
	rep_arena_free(a);
}

int
rep_fetch_worker_main(void)
{
	static const struct rep_sandbox_params o = { .memory = MEMORY, .talks = true };
	static struct fetch_command c;
	struct rep_fetch *f = NULL;
	struct rep_err err = { .msg = "" };
	struct rep_buf out;
	enum rep_rc rc;

	(void)signal(SIGPIPE, SIG_IGN);
	rep_buf_init(&out, DOCUMENT_MAX + PACKET);
	if (!receive(&c))
		return 1;
	/* Of the network nothing was read yet: these are our own files. */
	rc = rep_fetch_prepare(c.ca[0] != '\0' ? c.ca : NULL, &f, &err);
	if (!rep_worker_begin(&o))
		return 1;
	if (c.type == REP_MSG_STARTTLS)
		starttls(f, &c, rc, &out, &err);
	else
		fetch(f, &c, rc, &out, &err);
	if (out.full || !rep_worker_write(rep_buf_str(&out)))
		return 1;
	(void)close(STDOUT_FILENO); /* that was all: nobody waits for what comes after QUIT */
	rep_fetch_free(f);
	rep_buf_fini(&out);
	return 0;
}
