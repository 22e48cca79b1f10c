/*
 * The locked side of serve/resolver.h. Nothing here may assume that an answer is well-formed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "serve/resolve_msg.h"
#include "serve/resolver.h"
#include "serve/start.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>

enum { MEMORY = 256 << 20, FULL = 64 << 10 };

struct resolve_worker {
	struct rep_asker *asker;
	struct rep_buf out;
	bool over; /* who asks is gone, or sends what it never sends */
};

/* Sends what was put together. */
static bool
send_out(struct resolve_worker *w)
{
	if (w->out.full || !rep_worker_write(rep_buf_str(&w->out)))
		w->over = true;
	rep_buf_clear(&w->out);
	return !w->over;
}

static void
on_answered(void *ctx, unsigned slot, const struct rep_asker_answer *answer)
{
	struct resolve_worker *w = ctx;

	rep_resolve_put_answer(&w->out, slot, answer);
	if (w->out.n >= FULL)
		(void)send_out(w);
}

/* Takes the questions of a packet. *error: what CONNECTED says; else -1. */
static bool
obey(struct resolve_worker *w, struct rep_str packet, int *error)
{
	struct rep_asker_question q;
	struct rep_msg m;
	size_t used;

	*error = -1;
	for (; packet.n > 0; packet = rep_str_sub(packet, used, packet.n)) {
		if (rep_msg_take(packet, &m, &used, NULL) != REP_OK)
			return false;
		if (m.type == REP_MSG_CONNECTED &&
		    rep_resolve_get_connected(&m, error, NULL) == REP_OK)
			continue;
		if (rep_resolve_get_ask(&m, &q, NULL) != REP_OK ||
		    !rep_asker_ask(w->asker, (unsigned)m.id, &q))
			return false;
	}
	return true;
}

/* A socket to a server, from who may open them. Questions that come before it wait. */
static int
on_connected(void *ctx, const struct rep_dns_server *to, bool tcp)
{
	struct resolve_worker *w = ctx;
	char packet[REP_RESOLVE_PACKET];
	int fd, error = -1;
	size_t n;

	rep_resolve_put_connect(&w->out, to, tcp);
	if (!send_out(w))
		return -1;
	while (error < 0) {
		if (!rep_worker_receive(packet, sizeof packet, 0, &n, &fd) || n == 0 ||
		    !obey(w, (struct rep_str){ packet, n }, &error)) {
			w->over = true;
			return -1;
		}
	}
	/* Without an error, but without a socket either: there was no room for it here. */
	errno = error != 0 ? error : EMFILE;
	return fd;
}

/* All packets that are there. */
static bool
receive(struct resolve_worker *w)
{
	char packet[REP_RESOLVE_PACKET];
	int fd, error;
	size_t n;

	while (rep_worker_receive(packet, sizeof packet, MSG_DONTWAIT, &n, &fd))
		if (n == 0 || !obey(w, (struct rep_str){ packet, n }, &error) || error >= 0)
			return false;
	return errno == EAGAIN || errno == EWOULDBLOCK;
}

static bool
begin(struct resolve_worker *w)
{
	struct rep_asker_params o = {
		.connected = on_connected, .answered = on_answered, .ctx = w
	};
	struct rep_err why = { .msg = "" };
	struct rep_resolve_begin b;
	char packet[REP_RESOLVE_PACKET];
	struct rep_msg m;
	size_t n, used;
	enum rep_rc rc;
	int fd;

	if (!rep_worker_receive(packet, sizeof packet, 0, &n, &fd) ||
	    rep_msg_take((struct rep_str){ packet, n }, &m, &used, NULL) != REP_OK || used != n ||
	    rep_resolve_get_begin(&m, &b, NULL) != REP_OK)
		return false;
	memcpy(o.servers, b.servers, sizeof o.servers);
	o.servers_n = b.servers_n;
	o.timeout_ms = b.timeout_ms;
	rc = rep_asker_new(&o, &w->asker, &why);
	rep_resolve_put_begun(&w->out, rc, rep_str_c(why.msg));
	return send_out(w) && rc == REP_OK;
}

int
rep_resolve_worker_main(void)
{
	static struct resolve_worker w;
	static const struct rep_sandbox_params o = { .memory = MEMORY,
		.descriptors = REP_ASKER_SOCKETS };

	rep_buf_init(&w.out, REP_RESOLVE_MAX + FULL);
	(void)signal(
	    SIGPIPE, SIG_IGN); /* a server may close its connection while it is written to */
	if (!rep_worker_begin(&o) || !begin(&w))
		return 1;
	for (;;) {
		bool asked = rep_asker_turn(w.asker, 0);

		if ((w.out.n > 0 && !send_out(&w)) || w.over || (asked && !receive(&w)))
			return w.over ? 1 : 0;
	}
}
