/*
 * The side of serve/resolver.h that asks: questions and answers, the budget, the sockets it hands out.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE /* SOCK_NONBLOCK */
#include "serve/resolver.h"
#include "base/hash.h"
#include "serve/resolve_msg.h"
#include "serve/start.h"
#include "io/steady.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum {
	MAX_QUERIES = 20000,
	MEMORY = 64 << 20,
	SLOTS = 1 << 14,
	START_MS = 20000,
	DEATH_MS = 200,
	TURN_MS = 10,
	CHUNK = 64 << 10,
	HANDING_S = 5, /* it waits for what is handed over, and takes it at once */
	RECEIVE_BYTES = 1 << 20
};

struct lookup {
	struct lookup *next_slot, *next_waiting;
	struct rep_asker_question q;
	struct rep_dns_answer answer;
	uint64_t hash;
	int64_t began_us; /* 0: not sent */
	bool done;
};

struct rep_resolver {
	struct rep_resolver_params o;
	struct rep_dns_servers servers;
	char texts[REP_DNS_SERVERS][REP_DNS_SERVER_TEXT];
	pid_t pid; /* 0: not running */
	int to, from;
	struct rep_sandbox box;
	bool closed;	    /* it will send no more */
	bool gone;	    /* it died, or is not believed any more */
	struct rep_err why; /* gone: the reason */
	uint64_t messages;
	struct rep_buf in, out; /* what came; a packet that is not sent yet */
	struct rep_arena *a;
	struct lookup *slots[SLOTS];
	struct lookup *first, *last;		      /* waiting to be sent */
	struct lookup *flying[REP_ASKER_WINDOW];      /* by the slot it was asked in */
	unsigned free_slot[REP_ASKER_WINDOW], free_n; /* a stack */
	int64_t until_us;			      /* the budget is over */
	bool late;				      /* it was over, and everything was given up */
	struct rep_resolver_counts counts;
};

/* --- the process -------------------------------------------------------------------------------- */

/* Ends it. Returns its status, after waiting for its own end for wait_ms. */
static int
end(struct rep_resolver *r, int wait_ms)
{
	int status;

	if (r->pid == 0)
		return 0;
	(void)close(r->to);
	status = rep_worker_reap(r->pid, wait_ms);
	(void)close(r->from);
	r->pid = 0;
	return status;
}

static enum rep_rc
died(struct rep_resolver *r)
{
	char how[REP_WORKER_STATUS_TEXT];

	rep_worker_status_text(end(r, DEATH_MS), how);
	r->gone = true;
	return rep_fail(&r->why, REP_EIO,
	    "DNS cannot be asked any more: the process that reads its answers died (%s)", how);
}

/* It sent what no such process sends. */
static enum rep_rc
distrust(struct rep_resolver *r, const struct rep_err *why)
{
	(void)end(r, 0);
	r->gone = true;
	return rep_fail(
	    &r->why, REP_EIO, "DNS cannot be asked any more: %s; it was ended", why->msg);
}

static enum rep_rc
told(const struct rep_resolver *r, struct rep_err *err)
{
	return rep_fail(err, REP_EIO, "%s", r->why.msg);
}

/* Reads more of what it sends, within ms. REP_ETIMEOUT: nothing came. */
static enum rep_rc
fill(struct rep_resolver *r, int ms)
{
	struct pollfd p[2] = { { .fd = r->from, .events = POLLIN },
		{ .fd = r->to, .events = POLLOUT } };
	static char chunk[CHUNK];
	ssize_t n;
	int got;

	do
		got = poll(p, r->out.n > 0 ? 2 : 1, ms);
	while (got < 0 && errno == EINTR);
	if (p[0].revents == 0)
		return got > 0 ? REP_OK : REP_ETIMEOUT;
	do
		n = read(r->from, chunk, sizeof chunk);
	while (n < 0 && errno == EINTR);
	if (n > 0)
		rep_buf_add(&r->in, (struct rep_str){ chunk, (size_t)n });
	else
		r->closed = true;
	return r->in.full ? REP_EMEM : REP_OK;
}

/* --- questions ----------------------------------------------------------------------------------- */

static void
settle(struct rep_resolver *r, struct lookup *q)
{
	q->done = true;
	r->counts.late += q->answer.state == REP_DNS_LATE;
	r->counts.refused +=
	    q->answer.state == REP_DNS_REFUSED || q->answer.state == REP_DNS_OTHER_RCODE;
	r->counts.tried += q->answer.state == REP_DNS_SERVFAIL;
	if (rep_dns_failed(q->answer.state))
		r->counts.failed++;
	else
		r->counts.answered++;
}

static void
put_waiting(struct rep_resolver *r, struct lookup *q)
{
	q->next_waiting = NULL;
	if (r->last != NULL)
		r->last->next_waiting = q;
	else
		r->first = q;
	r->last = q;
}

static bool
open_questions(const struct rep_resolver *r)
{
	return r->first != NULL || r->free_n < REP_ASKER_WINDOW;
}

/* Puts questions that wait into a packet. */
static void
pack(struct rep_resolver *r)
{
	struct lookup *q;
	unsigned slot;

	while ((q = r->first) != NULL && r->free_n > 0 &&
	    r->out.n + REP_RESOLVE_ASK_MAX <= REP_RESOLVE_PACKET) {
		r->first = q->next_waiting;
		if (r->first == NULL)
			r->last = NULL;
		slot = r->free_slot[--r->free_n];
		r->flying[slot] = q;
		q->began_us = rep_steady_us();
		rep_resolve_put_ask(&r->out, slot, &q->q);
	}
}

/* Sends what waits, as much as goes without waiting. */
static enum rep_rc
send_waiting(struct rep_resolver *r)
{
	for (;;) {
		if (r->out.n == 0)
			pack(r);
		if (r->out.n == 0)
			return REP_OK;
		if (r->out.full || !rep_worker_send(r->to, rep_buf_str(&r->out), -1, MSG_DONTWAIT))
			return errno == EAGAIN || errno == EWOULDBLOCK ? REP_OK : died(r);
		rep_buf_clear(&r->out);
	}
}

/* Is the budget over? Then everything that waits or is under way has its answer with this call. */
static bool
over(struct rep_resolver *r)
{
	int64_t now;
	struct lookup *q;

	if (r->late || (now = rep_steady_us()) < r->until_us)
		return r->late;
	r->late = true;
	(void)end(r, 0);
	for (unsigned i = 0; i < REP_ASKER_WINDOW; i++)
		if (r->flying[i] != NULL)
			put_waiting(r, r->flying[i]);
	memset(r->flying, 0, sizeof r->flying);
	r->free_n = REP_ASKER_WINDOW;
	while ((q = r->first) != NULL) {
		r->first = q->next_waiting;
		q->answer.state = REP_DNS_LATE;
		q->answer.took_us = q->began_us != 0 ? now - q->began_us : 0;
		settle(r, q);
	}
	r->last = NULL;
	return true;
}

/* --- what it sends ------------------------------------------------------------------------------- */

/* Whether it may have a socket to `to`: to one of the servers, or to one that a question names. */
static bool
may_reach(const struct rep_resolver *r, const struct rep_dns_server *to)
{
	for (unsigned i = 0; i < r->servers.n; i++)
		if (rep_dns_server_eq(&r->servers.v[i], to))
			return true;
	for (unsigned i = 0; i < REP_ASKER_WINDOW; i++)
		if (r->flying[i] != NULL && rep_dns_server_eq(&r->flying[i]->q.at, to))
			return true;
	return false;
}

/* A connected socket, or -1 (errno). TCP may still be connecting. */
static int
connect_to(const struct rep_dns_server *to, bool tcp)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(to->port) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(to->port) };
	bool is4 = to->ip.version == 4;
	int fd = socket(is4 ? AF_INET : AF_INET6,
		(tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
	    room = RECEIVE_BYTES, error;

	if (fd < 0)
		return -1;
	memcpy(&v4.sin_addr, to->ip.b, sizeof v4.sin_addr);
	memcpy(&v6.sin6_addr, to->ip.b, sizeof v6.sin6_addr);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
	if ((is4 ? connect(fd, (const struct sockaddr *)&v4, sizeof v4)
		 : connect(fd, (const struct sockaddr *)&v6, sizeof v6)) == 0 ||
	    errno == EINPROGRESS)
		return fd;
	error = errno;
	(void)close(fd);
	errno = error;
	return -1;
}

static enum rep_rc
hand_socket(struct rep_resolver *r, const struct rep_msg *m)
{
	struct rep_err why = { .msg = "the process that asks DNS wants a socket to a server that "
				      "no question names" };
	struct rep_dns_server to;
	struct rep_buf b;
	bool tcp, sent;
	int fd;

	if (rep_resolve_get_connect(m, &to, &tcp, &why) != REP_OK || !may_reach(r, &to))
		return distrust(r, &why);
	fd = connect_to(&to, tcp);
	rep_buf_init(&b, REP_RESOLVE_PACKET);
	rep_resolve_put_connected(&b, fd < 0 ? errno : 0);
	sent = !b.full && rep_worker_send(r->to, rep_buf_str(&b), fd, 0);
	rep_buf_fini(&b);
	if (fd >= 0)
		(void)close(fd);
	return sent ? REP_OK : died(r);
}

static const char *
text_of(struct rep_resolver *r, const struct lookup *q, unsigned server)
{
	char text[REP_DNS_SERVER_TEXT];

	if (server < r->servers.n)
		return r->texts[server];
	return server == REP_ASKER_AT
	    ? rep_arena_dup(r->a, rep_str_c(rep_dns_server_text(&q->q.at, text))).p
	    : NULL;
}

static enum rep_rc
take_answer(struct rep_resolver *r, const struct rep_msg *m)
{
	struct rep_err why = { .msg = "the process that asks DNS answers what was not asked" };
	struct rep_asker_answer got;
	struct lookup *q;

	if (m->id >= REP_ASKER_WINDOW || (q = r->flying[m->id]) == NULL ||
	    rep_resolve_get_answer(m, &q->q, r->servers.n, r->a, &got, &why) != REP_OK)
		return distrust(r, &why);
	q->answer = got.a;
	q->answer.server = text_of(r, q, got.server);
	r->counts.any = r->counts.any || got.any;
	r->counts.recursed = r->counts.recursed || got.recursed;
	r->flying[m->id] = NULL;
	r->free_slot[r->free_n++] = (unsigned)m->id;
	settle(r, q);
	return REP_OK;
}

/* Takes the next message, when it is whole. REP_ENOTFOUND: it is not. */
static enum rep_rc
next(struct rep_resolver *r, struct rep_str *unread, struct rep_msg *m)
{
	struct rep_err why = { .msg = "the process that asks DNS sends more than it may" };
	enum rep_rc rc;
	size_t used;

	if ((rc = rep_msg_take(*unread, m, &used, &why)) == REP_ENOTFOUND &&
	    used <= REP_RESOLVE_MAX + REP_MSG_HEADER)
		return rc;
	if (rc != REP_OK)
		return distrust(r, &why);
	*unread = rep_str_sub(*unread, used, unread->n);
	if (r->o.kill_at != 0 && ++r->messages == r->o.kill_at) {
		(void)kill(r->pid, SIGKILL);
		return died(r);
	}
	return REP_OK;
}

/* Takes all messages that are there. */
static enum rep_rc
take_all(struct rep_resolver *r)
{
	struct rep_str unread = rep_buf_str(&r->in);
	enum rep_rc rc;
	struct rep_msg m;

	while ((rc = next(r, &unread, &m)) == REP_OK) {
		rc = m.type == REP_MSG_CONNECT ? hand_socket(r, &m) : take_answer(r, &m);
		if (rc != REP_OK)
			return rc;
	}
	memmove(r->in.p, unread.p, unread.n);
	r->in.n = unread.n;
	return rc == REP_ENOTFOUND ? REP_OK : rc;
}

/* Sends, waits for ms, takes. */
static enum rep_rc
step(struct rep_resolver *r, int ms)
{
	enum rep_rc rc;

	if (r->gone || (rc = send_waiting(r)) != REP_OK)
		return REP_EIO;
	if ((rc = fill(r, ms)) == REP_EMEM) {
		(void)end(r, 0);
		r->gone = true;
		return rep_fail(&r->why, rc, "out of memory");
	}
	if (rc == REP_OK)
		rc = r->closed ? died(r) : take_all(r);
	return rc == REP_ETIMEOUT ? REP_OK : rc;
}

/* --- asking -------------------------------------------------------------------------------------- */

static uint64_t
hash_of(const struct rep_dns_at *at, const struct rep_name *name, uint16_t type)
{
	uint64_t h = rep_hash((struct rep_str){ (const char *)name->w, name->n }) + type;

	if (at->ip.version != 0)
		h += rep_hash((struct rep_str){ (const char *)at->ip.b, 16 }) + at->tcp;
	h += at->unchecked ? 1u << 20 : 0u;
	return rep_hash_mix(h);
}

/* The port of a name server that is asked by itself. */
static uint16_t
port_of(const struct rep_resolver *r, const struct rep_ip *ip)
{
	const struct rep_dns_server *s = &r->servers.v[0];

	/* A laboratory on loopback: all its servers are where --server is. */
	return rep_ip_eq(ip, &s->ip) || (rep_ip_loopback(ip) && rep_ip_loopback(&s->ip)) ? s->port
											 : 53;
}

static const struct rep_dns_answer *
get(void *ctx, const struct rep_dns_at *at, const struct rep_name *name, uint16_t type)
{
	static const struct rep_dns_answer limit = { .state = REP_DNS_LIMIT, .rcode = -1 };
	const struct rep_dns_at to = at != NULL ? *at : (struct rep_dns_at){ .tcp = false };
	struct rep_resolver *r = ctx;
	struct lookup *q;
	uint64_t h;

	h = hash_of(&to, name, type);
	for (q = r->slots[h % SLOTS]; q != NULL; q = q->next_slot)
		if (q->hash == h && q->q.type == type && rep_name_eq(&q->q.name, name) &&
		    rep_ip_eq(&q->q.at.ip, &to.ip) && q->q.tcp == to.tcp &&
		    q->q.unchecked == to.unchecked)
			return q->done ? &q->answer : NULL;
	if (r->counts.asked >= r->o.max_queries || (q = rep_arena_alloc(r->a, sizeof *q)) == NULL)
		return &limit;
	q->q = (struct rep_asker_question){ .at.ip = to.ip,
		.tcp = to.tcp,
		.unchecked = to.unchecked,
		.name = *name,
		.type = type };
	if (to.ip.version != 0)
		q->q.at.port = port_of(r, &to.ip);
	q->hash = h;
	q->answer.name = q->answer.canonical = *name;
	q->answer.type = type;
	q->answer.rcode = -1;
	q->next_slot = r->slots[h % SLOTS];
	r->slots[h % SLOTS] = q;
	r->counts.asked++;
	if (over(r)) {
		q->answer.state = REP_DNS_LATE;
		settle(r, q);
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

enum rep_rc
rep_resolver_wait(struct rep_resolver *r, struct rep_err *err)
{
	while (!over(r) && open_questions(r))
		if (step(r, rep_resolver_left_ms(r) + 1) != REP_OK)
			return told(r, err);
	return REP_OK;
}

enum rep_rc
rep_resolver_prove(struct rep_resolver *r, struct rep_err *err)
{
	static const struct rep_name root = { .n = 1 };
	enum rep_rc rc;

	if (r->counts.any || r->counts.asked == 0 || over(r))
		return REP_OK;
	(void)get(r, NULL, &root, REP_DNS_SOA);
	rc = rep_resolver_wait(r, err);
	if (rc == REP_OK && !r->counts.any)
		r->until_us = 0;
	return rc;
}

enum rep_rc
rep_resolver_turn(struct rep_resolver *r, struct rep_err *err)
{
	const struct timespec moment = { 0, TURN_MS * 1000000L };

	if (over(r)) {
		(void)nanosleep(&moment, NULL);
		return REP_OK;
	}
	return step(r, TURN_MS) == REP_OK ? REP_OK : told(r, err);
}

int
rep_resolver_left_ms(const struct rep_resolver *r)
{
	int64_t left = r->until_us - rep_steady_us();

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
	return r->servers.names;
}

const struct rep_sandbox *
rep_resolver_sandbox(const struct rep_resolver *r)
{
	return &r->box;
}

/* --- life ----------------------------------------------------------------------------------------- */

/* Starts the process with its pipes. */
static enum rep_rc
start(struct rep_resolver *r, struct rep_err *err)
{
	const struct timeval handing = { HANDING_S, 0 };

	r->pid = rep_worker_open(r->o.exe, r->o.argv, rep_resolve_worker_main, &r->to, &r->from);
	if (r->pid < 0) {
		r->pid = 0;
		return rep_fail(err, REP_EIO, "the process that asks DNS cannot be started: %s",
		    strerror(errno));
	}
	(void)setsockopt(r->to, SOL_SOCKET, SO_SNDTIMEO, &handing, sizeof handing);
	return REP_OK;
}

/* The next message of one that begins. */
static enum rep_rc
await(struct rep_resolver *r, struct rep_msg *m)
{
	struct rep_str unread;
	enum rep_rc rc;

	for (;;) {
		unread = rep_buf_str(&r->in);
		if ((rc = next(r, &unread, m)) != REP_ENOTFOUND)
			break;
		if (r->closed || fill(r, START_MS) != REP_OK)
			return died(r);
	}
	return rc;
}

/* Takes the first message away. */
static void
drop(struct rep_resolver *r, const struct rep_msg *m)
{
	size_t used = REP_MSG_HEADER + m->payload.n;

	memmove(r->in.p, r->in.p + used, r->in.n - used);
	r->in.n -= used;
}

/* Says which servers there are, and waits until it is locked and ready. */
static enum rep_rc
begin(struct rep_resolver *r, struct rep_err *err)
{
	struct rep_resolve_begin b = { .servers_n = r->servers.n, .timeout_ms = r->o.timeout_ms };
	struct rep_err why = { .msg = "the process that asks DNS does not begin" };
	struct rep_str words;
	struct rep_msg m;
	enum rep_rc rc;
	bool sent;

	memcpy(b.servers, r->servers.v, sizeof b.servers);
	rep_resolve_put_begin(&r->out, &b);
	sent = !r->out.full && rep_worker_send(r->to, rep_buf_str(&r->out), -1, 0);
	rep_buf_clear(&r->out);
	if (!sent)
		(void)died(r);
	if (!sent || await(r, &m) != REP_OK)
		return told(r, err);
	if (m.type != REP_MSG_READY) {
		(void)distrust(r, &why);
		return told(r, err);
	}
	rep_worker_ready(&m, &r->box);
	drop(r, &m);
	if (await(r, &m) != REP_OK)
		return told(r, err);
	if (rep_resolve_get_begun(&m, &rc, &words, &why) != REP_OK) {
		(void)distrust(r, &why);
		return told(r, err);
	}
	if (rc != REP_OK)
		return rep_fail(err, rc, "%.*s", REP_PR(words));
	drop(r, &m);
	r->messages = 0;
	return REP_OK;
}

enum rep_rc
rep_resolver_server(const char *text, struct rep_err *err)
{
	struct rep_dns_servers found;

	return rep_dns_servers_find(text, &found, err);
}

enum rep_rc
rep_resolver_open(
    const struct rep_resolver_params *o, struct rep_resolver **out, struct rep_err *err)
{
	struct rep_resolver *r = calloc(1, sizeof *r);
	enum rep_rc rc;

	if (r == NULL || (r->a = rep_arena_new(o->memory > 0 ? o->memory : MEMORY)) == NULL) {
		free(r);
		return rep_fail(err, REP_EMEM, "the resolver cannot be set up: out of memory");
	}
	rep_buf_init(&r->in, 2 * (REP_RESOLVE_MAX + CHUNK));
	rep_buf_init(&r->out, REP_RESOLVE_PACKET);
	r->o = *o;
	r->o.max_queries = o->max_queries > 0 ? o->max_queries : MAX_QUERIES;
	r->o.timeout_ms = o->timeout_ms > 0 ? o->timeout_ms : REP_ASKER_TIMEOUT_MS;
	for (unsigned i = 0; i < REP_ASKER_WINDOW; i++)
		r->free_slot[r->free_n++] = REP_ASKER_WINDOW - 1 - i;
	if ((rc = rep_dns_servers_find(o->server, &r->servers, err)) == REP_OK &&
	    (rc = start(r, err)) == REP_OK)
		rc = begin(r, err);
	if (rc != REP_OK) {
		rep_resolver_close(r);
		return rc;
	}
	for (unsigned i = 0; i < r->servers.n; i++)
		(void)rep_dns_server_text(&r->servers.v[i], r->texts[i]);
	r->until_us =
	    rep_steady_us() + (int64_t)(o->budget_ms > 0 ? o->budget_ms : REP_DNS_BUDGET_MS) * 1000;
	*out = r;
	return REP_OK;
}

void
rep_resolver_close(struct rep_resolver *r)
{
	if (r == NULL)
		return;
	(void)end(r, 0);
	rep_buf_fini(&r->in);
	rep_buf_fini(&r->out);
	rep_arena_free(r->a);
	free(r);
}
