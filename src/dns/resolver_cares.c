/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/resolver.h"
#include "base/hash.h"
#include "io/loop.h"

#include <sys/select.h> /* ares.h needs it */
#include <ares.h>
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

enum {
	TIMEOUT_MS = 5000,
	WINDOW = 400,
	MAX_QUERIES = 20000,
	MEMORY = 64 << 20,
	MESSAGE = 8 << 20, /* read, of one message */
	MAX_SERVERS = 4,
	MAX_DIRECT = 64, /* name servers asked by themselves */
	MAX_FD = 1024,
	SLOTS = 1 << 14,
	MAX_HOPS = 8, /* aliases that lead out of what one server told */
	TICK_MS = 10
};

/* One server and one way to it (UDP with TCP when truncated, or TCP alone). */
struct channel {
	struct rep_resolver *r;
	ares_channel ares;
	struct rep_dns_at at;
	char text[80];
	bool used;
};

struct question {
	struct question *next_slot, *next_waiting;
	struct rep_resolver *r;
	struct rep_dns_at at;
	struct rep_dns_answer answer;
	uint64_t hash;
	int64_t began_us, until_us; /* until_us: when it is stale */
	unsigned server;	    /* index of the server being asked */
	unsigned hops;
	const struct rep_name *asked; /* what goes out: answer.name, then where its aliases lead */
	bool done;
};

struct watch {
	struct rep_watch *w;
	struct channel *channel;
};

struct rep_resolver {
	struct rep_loop *loop;
	struct rep_tick *tick;
	struct rep_arena *a;
	struct rep_arena *scratch; /* for one message, until it is known that records are kept */
	struct channel servers[MAX_SERVERS];
	unsigned servers_n;
	struct channel direct[MAX_DIRECT];
	unsigned direct_n;
	struct watch watches[MAX_FD];
	struct question *slots[SLOTS];
	struct question *first, *last; /* waiting to be sent */
	unsigned flying, waiting, window, max_queries;
	int timeout_ms;
	int64_t until_us; /* the budget is over */
	bool late;	  /* it was over, and everything was given up */
	struct rep_resolver_counts counts;
	struct rep_ip server_ip;
	int server_port;
	unsigned left_out; /* servers of the system beyond MAX_SERVERS */
	bool no_watch;	   /* a socket was beyond MAX_FD: its answers cannot be read */
	char names[MAX_SERVERS * 84 + 64];
};

static void send_next(struct rep_resolver *r);

/* --- c-ares and the loop ----------------------------------------------------------------------- */

static void
on_ready(void *ctx, int fd, int events)
{
	struct channel *c = ctx;

	ares_process_fd(c->ares, (events & REP_READABLE) != 0 ? fd : ARES_SOCKET_BAD,
	    (events & REP_WRITABLE) != 0 ? fd : ARES_SOCKET_BAD);
}

static void
on_socket(void *ctx, ares_socket_t fd, int readable, int writable)
{
	struct channel *c = ctx;
	struct watch *w;
	int events = (readable ? REP_READABLE : 0) | (writable ? REP_WRITABLE : 0);

	if (fd >= MAX_FD)
		c->r->no_watch = true; /* its queries end at their deadline, as REP_DNS_LIMIT */
	if (fd < 0 || fd >= MAX_FD)
		return;
	w = &c->r->watches[fd];
	if (events == 0) {
		rep_watch_stop(w->w);
		w->w = NULL;
	} else if (w->w == NULL) {
		w->w = rep_watch_start(c->r->loop, fd, events, on_ready, c);
	} else {
		rep_watch_change(w->w, events);
	}
}

/* Deadlines: c-ares looks at its own when it is called. */
static void
on_tick(void *ctx)
{
	struct rep_resolver *r = ctx;

	for (unsigned i = 0; i < r->servers_n; i++)
		ares_process_fd(r->servers[i].ares, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	for (unsigned i = 0; i < r->direct_n; i++)
		ares_process_fd(r->direct[i].ares, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

/*
 * Two tries, the second twice as patient: one third and two thirds of the time. c-ares leaves all
 * judgement of an answer to us (NOCHECKRESP), asks names as they are, and does not look at files.
 */
static bool
open_channel(struct rep_resolver *r, struct channel *c, const struct rep_ip *ip, int port, bool tcp)
{
	struct ares_options o = { .flags = ARES_FLAG_NOCHECKRESP | ARES_FLAG_NOSEARCH |
		    ARES_FLAG_NOALIASES | ARES_FLAG_EDNS | ARES_FLAG_STAYOPEN |
		    (tcp ? ARES_FLAG_USEVC : 0),
		.timeout = r->timeout_ms < 30 ? 10 : r->timeout_ms / 3,
		.tries = 2,
		.sock_state_cb = on_socket,
		.sock_state_cb_data = c,
		.lookups = (char *)(uintptr_t) "b",
		.ednspsz = REP_DNS_UDP_SIZE,
		.socket_receive_buffer_size = 1 << 20 };
	struct ares_addr_port_node node = {
		.family = ip->version == 4 ? AF_INET : AF_INET6, .udp_port = port, .tcp_port = port
	};
	char text[REP_IP_TEXT];

	c->r = r;
	c->at = (struct rep_dns_at){ *ip, tcp };
	if (ares_init_options(&c->ares, &o,
		ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB |
		    ARES_OPT_LOOKUPS | ARES_OPT_EDNSPSZ | ARES_OPT_SOCK_RCVBUF) != ARES_SUCCESS)
		return false;
	memcpy(&node.addr, ip->b, ip->version == 4 ? 4 : 16);
	if (ares_set_servers_ports(c->ares, &node) != ARES_SUCCESS) {
		ares_destroy(c->ares);
		return false;
	}
	rep_ip_text(ip, text);
	if (port == 53)
		snprintf(c->text, sizeof c->text, "%s", text);
	else
		snprintf(
		    c->text, sizeof c->text, ip->version == 6 ? "[%s]:%d" : "%s:%d", text, port);
	c->used = true;
	return true;
}

/* --- which servers ------------------------------------------------------------------------------ */

static bool
read_server(const char *text, struct rep_ip *ip, int *port)
{
	struct rep_str s = rep_str_c(text), host = s;
	size_t colon = rep_str_rchr(s, ':'), close = rep_str_chr(s, ']', 0);
	uint64_t v;

	*port = 53;
	if (rep_ip_parse(s, ip))
		return true;
	if (colon == SIZE_MAX || (close != SIZE_MAX && colon != close + 1))
		return false;
	host = rep_str_sub(s, 0, colon);
	if (!rep_str_u64(rep_str_sub(s, colon + 1, s.n), 65535, &v) || v == 0)
		return false;
	*port = (int)v;
	return rep_ip_parse(host, ip);
}

static enum rep_rc
add_server(struct rep_resolver *r, const struct rep_ip *ip, int port, struct rep_err *err)
{
	size_t n = strlen(r->names);

	if (r->servers_n == MAX_SERVERS) {
		r->left_out++;
		return REP_OK;
	}
	if (!open_channel(r, &r->servers[r->servers_n], ip, port, false))
		return rep_fail(
		    err, REP_EIO, "the resolver cannot be set up: out of memory or descriptors");
	snprintf(r->names + n, sizeof r->names - n, "%s%s", n > 0 ? ", " : "",
	    r->servers[r->servers_n].text);
	if (r->servers_n++ == 0) {
		r->server_ip = *ip;
		r->server_port = port;
	}
	return REP_OK;
}

static enum rep_rc
servers_of_system(struct rep_resolver *r, struct rep_err *err)
{
	struct ares_addr_port_node *list = NULL, *s;
	struct ares_options o = { .flags = 0 };
	enum rep_rc rc = REP_OK;
	ares_channel probe;
	size_t n;

	if (ares_init_options(&probe, &o, 0) != ARES_SUCCESS)
		return rep_fail(err, REP_EIO, "the resolver cannot be set up");
	if (ares_get_servers_ports(probe, &list) != ARES_SUCCESS)
		list = NULL;
	for (s = list; s != NULL && rc == REP_OK; s = s->next) {
		struct rep_ip ip = { .version = s->family == AF_INET ? 4 : 6 };

		memcpy(ip.b, &s->addr, ip.version == 4 ? 4 : 16);
		rc = add_server(r, &ip, s->udp_port > 0 ? s->udp_port : 53, err);
	}
	if (list != NULL)
		ares_free_data(list);
	ares_destroy(probe);
	n = strlen(r->names);
	if (r->left_out > 0)
		snprintf(r->names + n, sizeof r->names - n,
		    " (%u more in /etc/resolv.conf not used)", r->left_out);
	if (rc == REP_OK && r->servers_n == 0)
		rc = rep_fail(err, REP_EIO, "no DNS server is known: /etc/resolv.conf names none");
	return rc;
}

enum rep_rc
rep_resolver_open(
    const struct rep_resolver_params *o, struct rep_resolver **out, struct rep_err *err)
{
	struct rep_resolver *r = calloc(1, sizeof *r);
	enum rep_rc rc = REP_OK;
	struct rep_ip ip;
	int port;

	if (r == NULL || ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS ||
	    (r->loop = rep_loop_new()) == NULL ||
	    (r->a = rep_arena_new(o->memory > 0 ? o->memory : MEMORY)) == NULL ||
	    (r->scratch = rep_arena_new(MESSAGE)) == NULL) {
		rep_resolver_close(r);
		return rep_fail(err, REP_EMEM, "the resolver cannot be set up: out of memory");
	}
	r->window = o->window > 0 ? o->window : WINDOW;
	r->max_queries = o->max_queries > 0 ? o->max_queries : MAX_QUERIES;
	r->timeout_ms = o->timeout_ms > 0 ? o->timeout_ms : TIMEOUT_MS;
	r->until_us =
	    rep_loop_us() + (int64_t)(o->budget_ms > 0 ? o->budget_ms : REP_DNS_BUDGET_MS) * 1000;
	r->tick = rep_tick_start(r->loop, TICK_MS, on_tick, r);
	if (o->server == NULL)
		rc = servers_of_system(r, err);
	else if (read_server(o->server, &ip, &port))
		rc = add_server(r, &ip, port, err);
	else
		rc = rep_fail(err, REP_EUSAGE,
		    "\"%s\" is not a DNS server address such as 192.0.2.53, 192.0.2.53:5353 or "
		    "[2001:db8::53]:5353",
		    o->server);
	if (rc != REP_OK) {
		rep_resolver_close(r);
		return rc;
	}
	*out = r;
	return REP_OK;
}

void
rep_resolver_close(struct rep_resolver *r)
{
	if (r == NULL)
		return;
	r->window = 0; /* nothing more is sent while the channels are taken down */
	for (unsigned i = 0; i < r->servers_n; i++)
		ares_destroy(r->servers[i].ares);
	for (unsigned i = 0; i < r->direct_n; i++)
		ares_destroy(r->direct[i].ares);
	rep_tick_stop(r->tick);
	rep_loop_free(r->loop);
	rep_arena_free(r->a);
	rep_arena_free(r->scratch);
	ares_library_cleanup();
	free(r);
}

/* --- questions ---------------------------------------------------------------------------------- */

/* The channel to one name server; NULL when there are too many. */
static struct channel *
channel_at(struct rep_resolver *r, const struct rep_dns_at *at)
{
	/* A laboratory on loopback: all its servers are where --server is. */
	bool here = rep_ip_eq(&at->ip, &r->server_ip) ||
	    (rep_ip_loopback(&at->ip) && rep_ip_loopback(&r->server_ip));
	int port = here ? r->server_port : 53;

	for (unsigned i = 0; i < r->direct_n; i++)
		if (rep_ip_eq(&r->direct[i].at.ip, &at->ip) && r->direct[i].at.tcp == at->tcp)
			return &r->direct[i];
	if (r->direct_n == MAX_DIRECT ||
	    !open_channel(r, &r->direct[r->direct_n], &at->ip, port, at->tcp))
		return NULL;
	return &r->direct[r->direct_n++];
}

static void
settle(struct question *q)
{
	q->done = true;
	q->answer.took_us = rep_loop_us() - q->began_us;
	q->until_us = rep_loop_us() + (int64_t)q->answer.ttl_s * 1000000;
	q->r->counts.late += q->answer.state == REP_DNS_LATE;
	if (rep_dns_failed(q->answer.state))
		q->r->counts.failed++;
	else
		q->r->counts.answered++;
}

static void
put_waiting(struct rep_resolver *r, struct question *q)
{
	q->next_waiting = NULL;
	if (r->last != NULL)
		r->last->next_waiting = q;
	else
		r->first = q;
	r->last = q;
	r->waiting++;
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

static enum rep_rc
understand(struct rep_str wire, struct rep_arena *a, struct rep_dns_answer *out)
{
	struct rep_dns_msg m;
	enum rep_rc rc = rep_dns_msg_parse(wire, a, &m, NULL);

	return rc == REP_OK && !rep_dns_answer_from(&m, a, out) ? REP_ESYNTAX : rc;
}

/*
 * Bytes of an answer into q->answer. Only one with records is kept whole: most answers of lists have
 * none, and the message that says so is many times what is worth knowing of it.
 */
static void
read_answer(struct question *q, const unsigned char *p, int n)
{
	struct rep_resolver *r = q->r;
	const struct rep_dns_answer blank = {
		.name = *q->asked, .type = q->answer.type, .size = (size_t)n
	};
	struct rep_str wire = { (const char *)p, (size_t)n };
	struct rep_dns_answer a = blank;
	enum rep_rc rc;

	rep_arena_reset(r->scratch);
	rc = understand(wire, r->scratch, &a);
	if (rc == REP_OK && a.n > 0) {
		a = blank;
		wire = rep_arena_dup(r->a, wire);
		rc = wire.p == NULL ? REP_ELIMIT : understand(wire, r->a, &a);
	}
	if (rc != REP_OK) {
		a = blank;
		a.rcode = -1;
		a.state = rc == REP_ELIMIT ? REP_DNS_LIMIT : REP_DNS_MALFORMED;
	} else {
		r->counts.any = true;
		r->counts.recursed = r->counts.recursed || (n > 3 && (p[3] & 0x80) != 0);
	}
	if (a.n == 0)
		a.rr = NULL; /* it was in the scratch */
	a.tcp = n > REP_DNS_UDP_SIZE || q->at.tcp;
	a.cnames += q->answer.cnames;
	a.chain_loops = a.chain_loops || q->answer.chain_loops;
	q->answer = a;
}

static void
follow(struct question *q)
{
	struct rep_name *next = rep_arena_alloc(q->r->a, sizeof *next);

	if (next == NULL || ++q->hops > MAX_HOPS) {
		q->answer.chain_loops = next != NULL;
		q->answer.state = next != NULL ? REP_DNS_SERVFAIL : REP_DNS_LIMIT;
		settle(q);
		return;
	}
	*next = q->answer.canonical;
	q->asked = next;
	put_waiting(q->r, q);
}

static void
on_answer(void *ctx, int status, int timeouts, unsigned char *p, int n)
{
	struct question *q = ctx;
	struct rep_resolver *r = q->r;
	struct rep_name first = q->answer.name;
	bool direct = q->at.ip.version != 0;

	(void)timeouts;
	r->flying--;
	if (status == ARES_ECANCELLED && r->late) {
		q->answer.state = REP_DNS_LATE;
		settle(q);
	}
	if (status == ARES_EDESTRUCTION || status == ARES_ECANCELLED)
		return;
	if (status == ARES_SUCCESS && n > 0)
		read_answer(q, p, n);
	else
		q->answer.state =
		    status == ARES_ETIMEOUT && r->no_watch ? REP_DNS_LIMIT : state_of(status);
	q->answer.server = direct ? channel_at(r, &q->at)->text : r->servers[q->server].text;
	if (!direct && rep_dns_failed(q->answer.state) && !q->answer.chain_loops &&
	    q->answer.state != REP_DNS_LIMIT && q->server + 1 < r->servers_n) {
		q->server++;
		put_waiting(r, q);
	} else if (!direct && q->answer.cnames > 0 && q->answer.n == 0 &&
	    !rep_dns_failed(q->answer.state) && !rep_name_eq(&q->answer.canonical, q->asked)) {
		/* The alias leads out of what this server told: asked for by itself. */
		follow(q);
	} else {
		settle(q);
	}
	q->answer.name = first;
}

static void
send_one(struct question *q)
{
	unsigned char wire[REP_DNS_QUERY_MAX];
	struct rep_resolver *r = q->r;
	struct channel *c = &r->servers[q->server];
	uint16_t id;
	size_t n;

	if (q->at.ip.version != 0 && (c = channel_at(r, &q->at)) == NULL) {
		q->answer.state = REP_DNS_LIMIT;
		settle(q);
		return;
	}
	/* Older versions of c-ares send this id, newer ones a random one of their own. */
	if (getrandom(&id, sizeof id, 0) != (ssize_t)sizeof id) {
		q->answer.state = REP_DNS_LIMIT;
		settle(q);
		return;
	}
	n = rep_dns_query_make(id, q->at.ip.version == 0, q->asked, q->answer.type, wire);
	r->flying++;
	if (q->began_us == 0)
		q->began_us = rep_loop_us();
	ares_send(c->ares, wire, (int)n, on_answer, q);
}

static void
send_next(struct rep_resolver *r)
{
	struct question *q;

	while (r->flying < r->window && (q = r->first) != NULL) {
		r->first = q->next_waiting;
		if (r->first == NULL)
			r->last = NULL;
		r->waiting--;
		send_one(q);
	}
}

/* Is the budget over? Then everything that waits or is under way has its answer with this call. */
static bool
over(struct rep_resolver *r)
{
	struct question *q;

	if (r->late || rep_loop_us() < r->until_us)
		return r->late;
	r->late = true;
	for (unsigned i = 0; i < r->servers_n; i++)
		ares_cancel(r->servers[i].ares);
	for (unsigned i = 0; i < r->direct_n; i++)
		ares_cancel(r->direct[i].ares);
	while ((q = r->first) != NULL) {
		r->first = q->next_waiting;
		q->began_us = q->began_us != 0 ? q->began_us : rep_loop_us();
		q->answer.state = REP_DNS_LATE;
		settle(q);
	}
	r->last = NULL;
	r->waiting = 0;
	return true;
}

static uint64_t
hash_of(const struct rep_dns_at *at, const struct rep_name *name, uint16_t type)
{
	uint64_t h = rep_hash((struct rep_str){ (const char *)name->w, name->n }) + type;

	if (at->ip.version != 0)
		h += rep_hash((struct rep_str){ (const char *)at->ip.b, 16 }) + at->tcp;
	return rep_hash_mix(h);
}

static const struct rep_dns_answer *
get(void *ctx, const struct rep_dns_at *at, const struct rep_name *name, uint16_t type)
{
	static const struct rep_dns_answer limit = { .state = REP_DNS_LIMIT, .rcode = -1 };
	static const struct rep_dns_at nowhere = { .ip = { .version = 0 } };
	struct rep_resolver *r = ctx;
	struct question *q;
	uint64_t h;

	at = at != NULL ? at : &nowhere;
	h = hash_of(at, name, type);
	for (q = r->slots[h % SLOTS]; q != NULL; q = q->next_slot)
		if (q->hash == h && q->answer.type == type && rep_name_eq(&q->answer.name, name) &&
		    rep_ip_eq(&q->at.ip, &at->ip) && q->at.tcp == at->tcp)
			return q->done ? &q->answer : NULL;
	if (r->counts.asked >= r->max_queries || (q = rep_arena_alloc(r->a, sizeof *q)) == NULL)
		return &limit;
	q->r = r;
	q->at = *at;
	q->hash = h;
	q->answer.name = q->answer.canonical = *name;
	q->asked = &q->answer.name;
	q->answer.type = type;
	q->answer.rcode = -1;
	q->next_slot = r->slots[h % SLOTS];
	r->slots[h % SLOTS] = q;
	r->counts.asked++;
	if (over(r)) {
		q->began_us = rep_loop_us();
		q->answer.state = REP_DNS_LATE;
		settle(q);
		return &q->answer;
	}
	put_waiting(r, q);
	return NULL;
}

struct rep_dns_view
rep_resolver_view(struct rep_resolver *r)
{
	return (struct rep_dns_view){ .get = get, .ctx = r };
}

void
rep_resolver_wait(struct rep_resolver *r)
{
	while (!over(r) && (r->flying > 0 || r->waiting > 0)) {
		send_next(r);
		if (r->flying > 0)
			rep_loop_turn(r->loop);
	}
}

void
rep_resolver_turn(struct rep_resolver *r)
{
	if (!over(r))
		send_next(r);
	rep_loop_turn(r->loop); /* the tick ends it */
}

int
rep_resolver_left_ms(const struct rep_resolver *r)
{
	int64_t left = r->until_us - rep_loop_us();

	return r->late || left <= 0 ? 0 : (int)(left / 1000);
}

struct rep_resolver_counts
rep_resolver_counted(const struct rep_resolver *r)
{
	return r->counts;
}

const char *
rep_resolver_servers(const struct rep_resolver *r)
{
	return r->names;
}
