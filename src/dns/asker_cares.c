/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/asker.h"

#include <sys/select.h> /* ares.h needs it */
#include <ares.h>
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum {
	MESSAGE = 8 << 20, /* read, of one message */
	MAX_FD = 1024,
	MAX_HOPS = 8, /* aliases that lead out of what one server told */
	TICK_MS = 10
};

/* One server and one way to it (UDP with TCP when truncated, or TCP alone). */
struct channel {
	struct rep_asker *k;
	ares_channel ares;
	struct rep_dns_server at;
	bool tcp;
};

struct question {
	struct question *next_waiting;
	struct rep_asker *k;
	struct rep_asker_question q;
	struct rep_dns_answer answer;
	struct rep_name asked; /* what goes out: q.name, then where its aliases lead */
	int64_t began_us;
	unsigned server; /* index of the server being asked */
	unsigned last;	 /* who was asked last */
	unsigned hops;
	bool taken;
};

struct rep_asker {
	struct rep_asker_params o;
	struct rep_arena *scratch; /* for one message */
	struct channel servers[REP_DNS_SERVERS], direct[REP_ASKER_DIRECT];
	unsigned servers_n, direct_n;
	struct question questions[REP_ASKER_WINDOW], *first,
	    *last; /* the list: waiting to be sent */
	unsigned flying;
	/* What c-ares waits for, by descriptor, of which none is above fd_most. */
	struct {
		struct channel *channel;
		short events;
	} watched[MAX_FD];
	int fd_most;
	int64_t ticked_us;
	bool any, recursed;
};

/* --- sockets ------------------------------------------------------------------------------------ */

static ares_socket_t
on_open(int family, int type, int protocol, void *ctx)
{
	struct channel *c = ctx;

	(void)family;
	(void)protocol;
	return c->k->o.connected(c->k->o.ctx, &c->at, type == SOCK_STREAM);
}

static int
on_close(ares_socket_t fd, void *ctx)
{
	(void)ctx;
	return close(fd);
}

/* It was connected before it was handed over. */
static int
on_connect(ares_socket_t fd, const struct sockaddr *to, ares_socklen_t n, void *ctx)
{
	(void)fd;
	(void)to;
	(void)n;
	(void)ctx;
	return 0;
}

/* A connected socket hears its server only: that is who a datagram is from. */
static ares_ssize_t
on_receive(ares_socket_t fd, void *p, size_t n, int flags, struct sockaddr *from,
    ares_socklen_t *from_n, void *ctx)
{
	const struct channel *c = ctx;
	union {
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} who = { .v6 = { .sin6_family = AF_INET6, .sin6_port = htons(c->at.port) } };
	socklen_t size = sizeof who.v6;

	(void)flags;
	if (c->at.ip.version == 4) {
		size = sizeof who.v4;
		who.v4 =
		    (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(c->at.port) };
		memcpy(&who.v4.sin_addr, c->at.ip.b, 4);
	} else {
		memcpy(&who.v6.sin6_addr, c->at.ip.b, 16);
	}
	if (from != NULL && from_n != NULL) {
		memcpy(from, &who, *from_n < size ? *from_n : size);
		*from_n = size;
	}
	return read(fd, p, n);
}

static ares_ssize_t
on_send(ares_socket_t fd, const struct iovec *v, int n, void *ctx)
{
	(void)ctx;
	return writev(fd, v, n);
}

static const struct ares_socket_functions sockets = { .asocket = on_open,
	.aclose = on_close,
	.aconnect = on_connect,
	.arecvfrom = on_receive,
	.asendv = on_send };

static void
on_socket(void *ctx, ares_socket_t fd, int readable, int writable)
{
	struct channel *c = ctx;
	struct rep_asker *k = c->k;

	if (fd < 0 || fd >= MAX_FD) /* no descriptor is so high: serve/sandbox.h limits them */
		return;
	k->watched[fd].channel = c;
	k->watched[fd].events = (short)((readable ? POLLIN : 0) | (writable ? POLLOUT : 0));
	if (k->fd_most < fd)
		k->fd_most = fd;
}

/*
 * Two tries, the second twice as patient: one third and two thirds of the time. c-ares leaves all
 * judgement of an answer to us (NOCHECKRESP), asks names as they are, and does not look at files.
 */
static bool
open_channel(struct rep_asker *k, struct channel *c, const struct rep_dns_server *at, bool tcp)
{
	struct ares_options o = { .flags = ARES_FLAG_NOCHECKRESP | ARES_FLAG_NOSEARCH |
		    ARES_FLAG_NOALIASES | ARES_FLAG_EDNS | ARES_FLAG_STAYOPEN |
		    (tcp ? ARES_FLAG_USEVC : 0),
		.timeout = k->o.timeout_ms < 30 ? 10 : k->o.timeout_ms / 3,
		.tries = 2,
		.sock_state_cb = on_socket,
		.sock_state_cb_data = c,
		.lookups = (char *)(uintptr_t) "b",
		.ednspsz = REP_DNS_UDP_SIZE };
	struct ares_addr_port_node node = { .family = at->ip.version == 4 ? AF_INET : AF_INET6,
		.udp_port = at->port,
		.tcp_port = at->port };

	c->k = k;
	c->at = *at;
	c->tcp = tcp;
	if (ares_init_options(&c->ares, &o,
		ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB |
		    ARES_OPT_LOOKUPS | ARES_OPT_EDNSPSZ) != ARES_SUCCESS)
		return false;
	memcpy(&node.addr, at->ip.b, at->ip.version == 4 ? 4 : 16);
	if (ares_set_servers_ports(c->ares, &node) != ARES_SUCCESS) {
		ares_destroy(c->ares);
		return false;
	}
	ares_set_socket_functions(c->ares, &sockets, c);
	return true;
}

enum rep_rc
rep_asker_new(const struct rep_asker_params *o, struct rep_asker **out, struct rep_err *err)
{
	struct rep_asker *k = calloc(1, sizeof *k);

	if (k == NULL || ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS ||
	    (k->scratch = rep_arena_new(MESSAGE)) == NULL) {
		free(k);
		return rep_fail(err, REP_EMEM, "the resolver cannot be set up: out of memory");
	}
	k->o = *o;
	for (; k->servers_n < o->servers_n; k->servers_n++)
		if (!open_channel(k, &k->servers[k->servers_n], &o->servers[k->servers_n], false))
			return rep_fail(err, REP_EMEM,
			    "the resolver cannot be set up: out of memory or descriptors");
	*out = k;
	return REP_OK;
}

/* --- questions ---------------------------------------------------------------------------------- */

/* The channel to one name server; NULL when there are too many. */
static struct channel *
channel_at(struct rep_asker *k, const struct rep_asker_question *q)
{
	for (unsigned i = 0; i < k->direct_n; i++)
		if (rep_dns_server_eq(&k->direct[i].at, &q->at) && k->direct[i].tcp == q->tcp)
			return &k->direct[i];
	if (k->direct_n == REP_ASKER_DIRECT ||
	    !open_channel(k, &k->direct[k->direct_n], &q->at, q->tcp))
		return NULL;
	return &k->direct[k->direct_n++];
}

static int64_t
now_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void
settle(struct question *q)
{
	struct rep_asker *k = q->k;
	struct rep_asker_answer said = {
		.a = q->answer, .server = q->last, .any = k->any, .recursed = k->recursed
	};

	said.a.took_us = now_us() - q->began_us;
	q->taken = false;
	k->o.answered(k->o.ctx, (unsigned)(q - k->questions), &said);
}

static void
put_waiting(struct rep_asker *k, struct question *q)
{
	q->next_waiting = NULL;
	if (k->last != NULL)
		k->last->next_waiting = q;
	else
		k->first = q;
	k->last = q;
}

static enum rep_dns_state
state_of(int status)
{
	switch (status) {
	case ARES_ETIMEOUT: return REP_DNS_TIMEOUT;
	case ARES_ECONNREFUSED: return REP_DNS_NETWORK;
	case ARES_ENOMEM: return REP_DNS_LIMIT;
	default: return REP_DNS_MALFORMED;
	}
}

/* Bytes of an answer into q->answer; its records are in the scratch. */
static void
read_answer(struct question *q, const unsigned char *p, int n)
{
	struct rep_asker *k = q->k;
	const struct rep_dns_answer blank = {
		.name = q->asked, .canonical = q->asked, .type = q->q.type, .size = (size_t)n
	};
	struct rep_str wire = { (const char *)p, (size_t)n };
	struct rep_dns_answer a = blank;
	struct rep_dns_msg m;
	enum rep_rc rc;

	rep_arena_reset(k->scratch);
	rc = rep_dns_msg_parse(wire, k->scratch, &m, NULL);
	if (rc == REP_OK && !rep_dns_answer_from(&m, k->scratch, &a))
		rc = REP_ESYNTAX;
	if (rc != REP_OK) {
		a = blank;
		a.rcode = -1;
		a.state = rc == REP_ELIMIT ? REP_DNS_LIMIT : REP_DNS_MALFORMED;
	} else {
		k->any = true;
		k->recursed = k->recursed || (n > 3 && (p[3] & 0x80) != 0);
	}
	a.tcp = n > REP_DNS_UDP_SIZE || q->q.tcp;
	a.cnames += q->answer.cnames;
	a.chain_loops = a.chain_loops || q->answer.chain_loops;
	q->answer = a;
}

static void
follow(struct question *q)
{
	if (++q->hops > MAX_HOPS) {
		q->answer.chain_loops = true;
		q->answer.state = REP_DNS_SERVFAIL;
		settle(q);
		return;
	}
	q->asked = q->answer.canonical;
	put_waiting(q->k, q);
}

static void
on_answer(void *ctx, int status, int timeouts, unsigned char *p, int n)
{
	struct question *q = ctx;
	struct rep_asker *k = q->k;
	bool direct = q->q.at.ip.version != 0;

	(void)timeouts;
	k->flying--;
	if (status == ARES_EDESTRUCTION || status == ARES_ECANCELLED)
		return;
	if (status == ARES_SUCCESS && n > 0)
		read_answer(q, p, n);
	else
		q->answer.state = state_of(status);
	q->last = direct ? REP_ASKER_AT : q->server;
	if (!direct && rep_dns_failed(q->answer.state) && !q->answer.chain_loops &&
	    q->answer.state != REP_DNS_LIMIT && q->server + 1 < k->servers_n) {
		q->server++;
		put_waiting(k, q);
	} else if (!direct && q->answer.cnames > 0 && q->answer.n == 0 &&
	    !rep_dns_failed(q->answer.state) && !rep_name_eq(&q->answer.canonical, &q->asked)) {
		/* The alias leads out of what this server told: asked for by itself. */
		follow(q);
	} else {
		settle(q);
	}
}

static void
send_one(struct question *q)
{
	unsigned char wire[REP_DNS_QUERY_MAX];
	struct rep_asker *k = q->k;
	bool direct = q->q.at.ip.version != 0;
	struct channel *c = direct ? channel_at(k, &q->q) : &k->servers[q->server];
	uint16_t id;
	size_t n;

	/* Older versions of c-ares send this id, newer ones a random one of their own. */
	if (c == NULL || getrandom(&id, sizeof id, 0) != (ssize_t)sizeof id) {
		q->answer.state = REP_DNS_LIMIT;
		settle(q);
		return;
	}
	n = rep_dns_query_make(id, !direct, &q->asked, q->q.type, wire);
	k->flying++;
	ares_send(c->ares, wire, (int)n, on_answer, q);
}

bool
rep_asker_ask(struct rep_asker *k, unsigned slot, const struct rep_asker_question *question)
{
	struct question *q;

	if (slot >= REP_ASKER_WINDOW || k->questions[slot].taken)
		return false;
	q = &k->questions[slot];
	*q = (struct question){ .k = k,
		.q = *question,
		.asked = question->name,
		.last = REP_ASKER_NOBODY,
		.began_us = now_us(),
		.taken = true };
	q->answer.name = q->answer.canonical = question->name;
	q->answer.type = question->type;
	q->answer.rcode = -1;
	put_waiting(k, q);
	return true;
}

/* --- the turn ----------------------------------------------------------------------------------- */

/* Deadlines: c-ares looks at its own when it is called. */
static void
tick(struct rep_asker *k)
{
	int64_t now = now_us();

	if (now - k->ticked_us < (int64_t)TICK_MS * 1000)
		return;
	k->ticked_us = now;
	for (unsigned i = 0; i < k->servers_n; i++)
		ares_process_fd(k->servers[i].ares, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	for (unsigned i = 0; i < k->direct_n; i++)
		ares_process_fd(k->direct[i].ares, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

static void
send_waiting(struct rep_asker *k)
{
	struct question *q;

	while ((q = k->first) != NULL) {
		k->first = q->next_waiting;
		if (k->first == NULL)
			k->last = NULL;
		send_one(q);
	}
}

bool
rep_asker_turn(struct rep_asker *k, int fd)
{
	struct pollfd p[MAX_FD + 1] = { { .fd = fd, .events = POLLIN } };
	nfds_t n = 1;

	send_waiting(k);
	for (int i = 0; i <= k->fd_most; i++)
		if (k->watched[i].events != 0)
			p[n++] = (struct pollfd){ .fd = i, .events = k->watched[i].events };
	(void)poll(p, n, k->flying > 0 ? TICK_MS : -1);
	for (nfds_t i = 1; i < n; i++) {
		struct channel *c = k->watched[p[i].fd].channel;

		if (p[i].revents != 0)
			ares_process_fd(c->ares,
			    (p[i].revents & (POLLIN | POLLERR | POLLHUP)) != 0 ? p[i].fd
									       : ARES_SOCKET_BAD,
			    (p[i].revents & (POLLOUT | POLLERR)) != 0 ? p[i].fd : ARES_SOCKET_BAD);
	}
	tick(k);
	return p[0].revents != 0;
}
