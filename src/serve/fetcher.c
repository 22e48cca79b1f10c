/*
 * Both sides of serve/fetcher.h. They share two messages:
 *
 *	FETCH	timeout u32 | host | path | file of the authorities or ""; the socket is beside it
 *	FETCHED rc u8 | the document, or the reason
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE /* SOCK_NONBLOCK */
#include "serve/fetcher.h"
#include "io/fetch.h"
#include "serve/start.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	PORT = 443,
	PACKET = 8 << 10, /* of FETCH: a name, a path, a file's name */
	DOCUMENT_MAX = 1 << 20,
	MEMORY = 512 << 20,
	START_MS = 5000, /* to load libcurl, on a busy machine */
	DEATH_MS = 200
};

static int64_t
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Waits for one event until a moment. */
static bool
wait_for(int fd, short events, int64_t until_ms)
{
	struct pollfd p = { .fd = fd, .events = events };
	int64_t left;
	int got;

	do {
		left = until_ms - now_ms();
		got = poll(&p, 1, left > 0 ? (int)left : 0);
	} while (got < 0 && errno == EINTR);
	return got > 0;
}

/* --- the side that asks -------------------------------------------------------------------------- */

/* A connected socket, or -1 (errno). */
static int
connect_to(const struct rep_ip *ip, int64_t until_ms)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(PORT) };
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

/* READY, then FETCHED, and nothing else. */
enum rep_rc
rep_fetcher_understand(struct rep_str s, const char *host, struct rep_buf *out, struct rep_err *err)
{
	struct rep_msg_reader r;
	struct rep_msg m;
	struct rep_str text;
	size_t used;
	uint64_t rc;

	if (rep_msg_take(s, &m, &used, NULL) != REP_OK || m.type != REP_MSG_READY)
		return rep_fail(err, REP_ESYNTAX, "https://%s: its process died", host);
	s = rep_str_sub(s, used, s.n);
	if (rep_msg_take(s, &m, &used, NULL) != REP_OK)
		return rep_fail(err, REP_ESYNTAX, "https://%s: its process died", host);
	r = (struct rep_msg_reader){ m.payload, 0, false };
	rc = rep_msg_get(&r, 1);
	text = rep_msg_get_str(&r);
	if (m.type != REP_MSG_FETCHED || used != s.n || !rep_msg_done(&r) || rc > REP_EUSAGE ||
	    text.n > out->max)
		return rep_fail(err, REP_EIO,
		    "https://%s: what its process sent is no document and no reason", host);
	if (rc != REP_OK)
		return rep_fail(err, (enum rep_rc)rc, "%.*s", REP_PR(text));
	rep_buf_add(out, text);
	return out->full ? rep_fail(err, REP_EMEM, "out of memory") : REP_OK;
}

static bool
order(int to, int fd, const char *host, const char *path, const struct rep_fetcher_params *o)
{
	struct rep_buf b;
	size_t at;
	bool sent;

	rep_buf_init(&b, PACKET);
	at = rep_msg_begin(&b, REP_MSG_FETCH, 0);
	rep_msg_put(&b, (uint64_t)o->timeout_ms, 4);
	rep_msg_put_str(&b, rep_str_c(host));
	rep_msg_put_str(&b, rep_str_c(path));
	rep_msg_put_str(&b, rep_str_c(o->ca_file != NULL ? o->ca_file : ""));
	rep_msg_end(&b, at);
	sent = !b.full && rep_worker_send(to, rep_buf_str(&b), fd, 0);
	rep_buf_fini(&b);
	return sent;
}

/* Starts the process, hands it the socket and takes what it says. */
static enum rep_rc
fetch_apart(const struct rep_fetcher_params *o, int fd, const char *host, const char *path,
    int64_t until_ms, struct rep_buf *out, struct rep_err *err)
{
	int to, from, status;
	char how[REP_WORKER_STATUS_TEXT];
	enum rep_rc rc;
	struct rep_buf in;
	bool ended;
	pid_t pid = rep_worker_open(o->exe, o->argv, rep_fetch_worker_main, &to, &from);

	if (pid < 0)
		return rep_fail(err, REP_EIO, "https://%s: its process cannot be started: %s", host,
		    strerror(errno));
	rep_buf_init(&in, DOCUMENT_MAX + (64 << 10));
	ended = order(to, fd, host, path, o) && read_all(from, until_ms + START_MS, &in);
	status = rep_worker_reap(pid, ended ? DEATH_MS : 0);
	rc = rep_fetcher_understand(rep_buf_str(&in), host, out, err);
	rep_worker_status_text(status, how);
	if (rc == REP_ESYNTAX)
		rc = rep_fail(
		    err, REP_EIO, "https://%s: the process that fetched it died (%s)", host, how);
	(void)close(to);
	(void)close(from);
	rep_buf_fini(&in);
	return rc;
}

enum rep_rc
rep_fetcher_get(const struct rep_fetcher_params *o, const char *host, const char *path,
    const struct rep_ip *ip, struct rep_buf *out, struct rep_err *err)
{
	int64_t until_ms = now_ms() + o->timeout_ms;
	int fd = connect_to(ip, until_ms);
	enum rep_rc rc;

	if (fd < 0)
		return rep_fail(
		    err, REP_EIO, "https://%s%s: no connection: %s", host, path, strerror(errno));
	rc = fetch_apart(o, fd, host, path, until_ms, out, err);
	(void)close(fd);
	return rc;
}

/* --- the locked side ----------------------------------------------------------------------------- */

static bool
copy(struct rep_str s, char *out, size_t room)
{
	if (s.n >= room)
		return false;
	memcpy(out, s.p, s.n);
	out[s.n] = '\0';
	return true;
}

int
rep_fetch_worker_main(void)
{
	static const struct rep_sandbox_params o = { .memory = MEMORY, .talks = true };
	static char packet[PACKET], host[PACKET], path[PACKET], ca[PACKET];
	struct rep_msg_reader r;
	struct rep_fetch *f = NULL;
	struct rep_err err = { .msg = "" };
	struct rep_buf text, out;
	size_t n, used, at;
	struct rep_msg m;
	enum rep_rc rc;
	int fd, timeout_ms;

	(void)signal(SIGPIPE, SIG_IGN);
	rep_buf_init(&text, DOCUMENT_MAX);
	rep_buf_init(&out, DOCUMENT_MAX + PACKET);
	if (!rep_worker_receive(packet, sizeof packet, 0, &n, &fd) || fd < 0 ||
	    rep_msg_take((struct rep_str){ packet, n }, &m, &used, NULL) != REP_OK)
		return 1;
	r = (struct rep_msg_reader){ m.payload, 0, false };
	timeout_ms = (int)(rep_msg_get(&r, 4) & INT32_MAX);
	if (!copy(rep_msg_get_str(&r), host, sizeof host) ||
	    !copy(rep_msg_get_str(&r), path, sizeof path) ||
	    !copy(rep_msg_get_str(&r), ca, sizeof ca) || !rep_msg_done(&r))
		return 1;
	/* Of the network nothing was read yet: these are our own files. */
	rc = rep_fetch_prepare(ca[0] != '\0' ? ca : NULL, &f, &err);
	if (!rep_worker_begin(&o))
		return 1;
	if (rc == REP_OK)
		rc = rep_fetch_get(f, fd, host, path, timeout_ms, &text, &err);
	at = rep_msg_begin(&out, REP_MSG_FETCHED, 0);
	rep_msg_put(&out, (uint64_t)rc, 1);
	rep_msg_put_str(&out, rc == REP_OK ? rep_buf_str(&text) : rep_str_c(err.msg));
	rep_msg_end(&out, at);
	return !out.full && rep_worker_write(rep_buf_str(&out)) ? 0 : 1;
}
