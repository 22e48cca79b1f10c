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
	TICK_MS = 10,
	HEADER = 12,
	FORMERR = 1,
	NOTIMP = 4,
	FORMERR_SHOWN = 15 /* to c-ares, see as_told() */
};

enum { UDP = 0, TCP, WAYS };

/* One way to one server. */
struct channel {
	struct rep_asker *k;
	const struct server *server;
	ares_channel ares;
	int way;
	bool open;
};

struct server {
	struct rep_dns_server at;
	struct channel way[WAYS]; /* opened when they are needed */
	int64_t heard_us;	  /* the last time it said anything; 0: never */
	bool plain;		  /* it does not know EDNS */
	bool mute;
};

struct question {
	struct question *next_waiting;
	struct rep_asker *k;
	struct rep_asker_question q;
	struct rep_dns_answer answer;
	struct rep_name asked; /* what goes out: q.name, then where its aliases lead */
	int64_t began_us;
	struct server *server; /* the one being asked; NULL: to be chosen */
	int64_t sent_us;       /* to it, for the first time */
	unsigned tried;	       /* a bit for each of the servers */
	unsigned last;	       /* who was asked last */
	unsigned hops, cnames; /* aliases that led out of what one server told; all before */
	uint16_t id;
	bool tcp, plain; /* how: over TCP, without EDNS */
	bool unproven;	 /* an alias that was followed is not authentic */
	bool taken;
};

struct rep_asker {
	struct rep_asker_params o;
	struct rep_arena *scratch; /* for one message */
	struct server servers[REP_DNS_SERVERS], direct[REP_ASKER_DIRECT];
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
	return c->k->o.connected(c->k->o.ctx, &c->server->at, type == SOCK_STREAM);
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

/* The question under way to a server with this id; NULL: there is none. */
static const struct question *
question_of(const struct channel *c, unsigned id)
{
	for (unsigned i = 0; i < REP_ASKER_WINDOW; i++)
		if (c->k->questions[i].taken && c->k->questions[i].server == c->server &&
		    c->k->questions[i].id == id)
			return &c->k->questions[i];
	return NULL;
}

/*
 * A datagram that does not like EDNS, in a form that c-ares passes on. c-ares takes FORMERR for itself:
 * it asks again, and from then on cuts each answer of this channel at 512 bytes; so it gets a number
 * that nobody uses. A server that knows nothing of EDNS may send back a mere header, which c-ares
 * drops, since it does not hold the question: the question is added.
 */
static ssize_t
as_told(const struct channel *c, unsigned char *p, ssize_t n, size_t room)
{
	int rcode = n >= HEADER ? p[3] & 0x0f : 0;
	const struct question *q;

	if ((rcode != FORMERR && rcode != NOTIMP) || (p[2] & 0x80) == 0)
		return n;
	if (n == HEADER && p[4] == 0 && p[5] == 0 &&
	    (q = question_of(c, (unsigned)p[0] << 8 | p[1])) != NULL &&
	    room >= HEADER + q->asked.n + 4u) {
		memcpy(p + HEADER, q->asked.w, q->asked.n);
		n += q->asked.n;
		p[n++] = (unsigned char)(q->q.type >> 8);
		p[n++] = (unsigned char)q->q.type;
		p[n++] = 0;
		p[n++] = 1; /* IN */
		p[5] = 1;
	}
	if (rcode == FORMERR)
		p[3] = (unsigned char)((p[3] & 0xf0) | FORMERR_SHOWN);
	return n;
}

/* A connected socket hears its server only: that is who a datagram is from. */
static ares_ssize_t
on_receive(ares_socket_t fd, void *p, size_t n, int flags, struct sockaddr *from,
    ares_socklen_t *from_n, void *ctx)
{
	const struct rep_dns_server *at = &((const struct channel *)ctx)->server->at;
	union {
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} who = { .v6 = { .sin6_family = AF_INET6, .sin6_port = htons(at->port) } };
	socklen_t size = sizeof who.v6;
	ssize_t got;

	(void)flags;
	if (at->ip.version == 4) {
		size = sizeof who.v4;
		who.v4 = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(at->port) };
		memcpy(&who.v4.sin_addr, at->ip.b, 4);
	} else {
		memcpy(&who.v6.sin6_addr, at->ip.b, 16);
	}
	if (from != NULL && from_n != NULL) {
		memcpy(from, &who, *from_n < size ? *from_n : size);
		*from_n = size;
	}
	got = read(fd, p, n);
	return got > 0 && ((const struct channel *)ctx)->way == UDP ? as_told(ctx, p, got, n) : got;
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
 * c-ares sends, repeats and matches answers with questions; it leaves all judgement of an answer to us
 * (NOCHECKRESP), asks names as they are, and does not look at files. TCP after a truncated answer
 * (IGNTC), and the question without EDNS (as_told()), are our business, too: it has one time for both
 * ways, and does not remember. The flag EDNS only makes it take datagrams above 512 bytes.
 *
 * Over UDP two tries, the second twice as patient: one third and two thirds of the time. Over TCP one:
 * what is under way on a connection is not sent again, so the first try has all of the time. The
 * second is for a connection that was closed.
 */
static bool
open_channel(struct rep_asker *k, struct server *s, int way)
{
	int tcp_ms = k->o.timeout_ms, udp_ms = k->o.timeout_ms < 30 ? 10 : k->o.timeout_ms / 3;
	struct channel *c = &s->way[way];
	struct ares_options o = { .flags = ARES_FLAG_NOCHECKRESP | ARES_FLAG_NOSEARCH |
		    ARES_FLAG_NOALIASES | ARES_FLAG_STAYOPEN | ARES_FLAG_IGNTC |
		    (way == TCP ? ARES_FLAG_USEVC : ARES_FLAG_EDNS),
		.timeout = way == TCP ? tcp_ms : udp_ms,
		.tries = 2,
		.sock_state_cb = on_socket,
		.sock_state_cb_data = c,
		.lookups = (char *)(uintptr_t) "b",
		.ednspsz = REP_DNS_UDP_SIZE };
	struct ares_addr_port_node node = { .family = s->at.ip.version == 4 ? AF_INET : AF_INET6,
		.udp_port = s->at.port,
		.tcp_port = s->at.port };

	if (c->open)
		return true;
	c->k = k;
	c->server = s;
	c->way = way;
	if (ares_init_options(&c->ares, &o,
		ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB |
		    ARES_OPT_LOOKUPS | ARES_OPT_EDNSPSZ) != ARES_SUCCESS)
		return false;
	memcpy(&node.addr, s->at.ip.b, s->at.ip.version == 4 ? 4 : 16);
	if (ares_set_servers_ports(c->ares, &node) != ARES_SUCCESS) {
		ares_destroy(c->ares);
		return false;
	}
	ares_set_socket_functions(c->ares, &sockets, c);
	c->open = true;
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
	for (; k->servers_n < o->servers_n; k->servers_n++) {
		k->servers[k->servers_n].at = o->servers[k->servers_n];
		if (!open_channel(k, &k->servers[k->servers_n], UDP))
			return rep_fail(err, REP_EMEM,
			    "the resolver cannot be set up: out of memory or descriptors");
	}
	*out = k;
	return REP_OK;
}

/* --- questions ---------------------------------------------------------------------------------- */

/* One name server; NULL when there are too many. */
static struct server *
server_at(struct rep_asker *k, const struct rep_dns_server *at)
{
	for (unsigned i = 0; i < k->direct_n; i++)
		if (rep_dns_server_eq(&k->direct[i].at, at))
			return &k->direct[i];
	if (k->direct_n == REP_ASKER_DIRECT)
		return NULL;
	k->direct[k->direct_n].at = *at;
	return &k->direct[k->direct_n++];
}

/* The server to ask next; NULL: all that can help were asked. */
static struct server *
server_next(struct rep_asker *k, const struct question *q)
{
	struct server *best = &k->servers[0];

	if (q->q.at.ip.version != 0)
		return q->tried != 0 ? NULL : server_at(k, &q->q.at);
	for (unsigned i = 0; i < k->servers_n; i++) {
		if ((q->tried & (1u << i)) == 0 && !k->servers[i].mute)
			return &k->servers[i];
		if (k->servers[i].heard_us > best->heard_us)
			best = &k->servers[i];
	}
	return q->tried != 0 ? NULL : best; /* mute, all of them */
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

/* What was truncated before stays so: that the server cuts answers is known of it. */
static void
no_answer(struct question *q, enum rep_dns_state state)
{
	q->answer.rcode = -1;
	q->answer.state = state;
	q->answer.n = 0;
	q->answer.rr = NULL;
}

/* Bytes of an answer into q->answer; its records are in the scratch. *edns: there is an OPT record. */
static void
read_answer(struct question *q, unsigned char *p, int n, bool *edns)
{
	struct rep_asker *k = q->k;
	const struct rep_dns_answer blank = {
		.name = q->asked, .canonical = q->asked, .type = q->q.type, .size = (size_t)n
	};
	struct rep_str wire = { (const char *)p, (size_t)n };
	struct rep_dns_answer a = blank;
	struct rep_dns_msg m;
	enum rep_rc rc;

	if (n >= HEADER && !q->tcp && (p[3] & 0x0f) == FORMERR_SHOWN)
		p[3] = (unsigned char)((p[3] & 0xf0) | FORMERR);
	*edns = false;
	rep_arena_reset(k->scratch);
	rc = rep_dns_msg_parse(wire, k->scratch, &m, NULL);
	if (rc == REP_OK && !rep_dns_answer_from(&m, k->scratch, &a))
		rc = REP_ESYNTAX;
	if (rc != REP_OK) {
		a = blank;
		a.rcode = -1;
		a.state = rc == REP_ELIMIT ? REP_DNS_LIMIT : REP_DNS_MALFORMED;
	} else {
		*edns = m.edns;
		k->any = true;
		k->recursed = k->recursed || (n > 3 && (p[3] & 0x80) != 0);
	}
	a.tcp = q->tcp;
	a.cnames += q->cnames;
	a.authentic = a.authentic && !q->unproven;
	q->answer = a;
}

/* Put to a server of its own choice, or in another way to the same one. */
static void
ask_next(struct question *q)
{
	q->server = NULL;
	q->tcp = q->q.tcp;
	put_waiting(q->k, q);
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
	q->cnames = q->answer.cnames;
	q->unproven = !q->answer.authentic;
	q->tcp = q->q.tcp;
	q->sent_us = now_us();
	put_waiting(q->k, q);
}

/* What the answer, or its absence, tells of the server: whether it speaks, whether it knows EDNS. */
static void
learn(struct question *q, bool heard)
{
	struct server *s = q->server;

	if (heard) {
		s->heard_us = now_us();
		s->mute = false;
	} else if (q->answer.state == REP_DNS_TIMEOUT && s->heard_us < q->sent_us) {
		s->mute = true;
	}
	if (heard && q->plain && q->answer.rcode >= 0 && q->answer.rcode != FORMERR &&
	    q->answer.rcode != NOTIMP)
		s->plain = true;
}

/* The same server must be asked in another way: without EDNS, or over TCP. */
static bool
ask_otherwise(struct question *q, bool edns)
{
	if (!q->plain && !edns && (q->answer.rcode == FORMERR || q->answer.rcode == NOTIMP))
		q->plain = true;
	else if (!q->tcp && q->answer.truncated)
		q->tcp = true;
	else
		return false;
	put_waiting(q->k, q);
	return true;
}

static void
on_answer(void *ctx, int status, int timeouts, unsigned char *p, int n)
{
	struct question *q = ctx;
	struct rep_asker *k = q->k;
	bool direct = q->q.at.ip.version != 0, heard = status == ARES_SUCCESS && n > 0,
	     edns = false;

	(void)timeouts;
	k->flying--;
	if (status == ARES_EDESTRUCTION || status == ARES_ECANCELLED)
		return;
	if (heard)
		read_answer(q, p, n, &edns);
	else
		no_answer(q, state_of(status));
	q->last = direct ? REP_ASKER_AT : (unsigned)(q->server - k->servers);
	learn(q, heard);
	if (heard && ask_otherwise(q, edns))
		return;
	if (!direct && rep_dns_failed(q->answer.state) && !q->answer.chain_loops &&
	    q->answer.state != REP_DNS_LIMIT && server_next(k, q) != NULL) {
		ask_next(q);
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
	struct server *s = q->server != NULL ? q->server : server_next(k, q);
	size_t n;

	/* Older versions of c-ares send this id, newer ones a random one of their own. */
	if (s == NULL || !open_channel(k, s, q->tcp ? TCP : UDP) ||
	    getrandom(&q->id, sizeof q->id, 0) != (ssize_t)sizeof q->id) {
		q->answer.state = REP_DNS_LIMIT;
		settle(q);
		return;
	}
	if (q->server == NULL) {
		q->server = s;
		q->sent_us = now_us();
		q->tried |= direct ? 1u : 1u << (s - k->servers);
		q->plain = s->plain;
	}
	q->plain = q->plain || s->plain;
	n = rep_dns_query_make(q->id,
	    (direct ? 0u : REP_DNS_RECURSE) | (q->q.unchecked ? REP_DNS_UNCHECKED : 0u) |
		(q->plain ? 0u : REP_DNS_EDNS),
	    &q->asked, q->q.type, wire);
	k->flying++;
	ares_send(s->way[q->tcp ? TCP : UDP].ares, wire, (int)n, on_answer, q);
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
		.tcp = question->tcp,
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
tick_server(const struct server *s)
{
	for (int i = 0; i < WAYS; i++)
		if (s->way[i].open)
			ares_process_fd(s->way[i].ares, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

static void
tick(struct rep_asker *k)
{
	int64_t now = now_us();

	if (now - k->ticked_us < (int64_t)TICK_MS * 1000)
		return;
	k->ticked_us = now;
	for (unsigned i = 0; i < k->servers_n; i++)
		tick_server(&k->servers[i]);
	for (unsigned i = 0; i < k->direct_n; i++)
		tick_server(&k->direct[i]);
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
