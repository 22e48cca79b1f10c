/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/resolve_msg.h"

enum {
	FLAG_AUTHORITATIVE = 1,
	FLAG_AUTHENTIC = 2,
	FLAG_TRUNCATED = 4,
	FLAG_TCP = 8,
	FLAG_LOOPS = 16,
	FLAG_ANY = 32,
	FLAG_RECURSED = 64,
	FLAGS = 128
};
enum { WIRE_MAX = 65535, RCODE_MAX = 4095, CNAMES_MAX = 255, ERRNO_MAX = 4095 };
static const int64_t TOOK_MAX_US = INT64_C(86400) * 1000000;

static enum rep_rc
no_message(struct rep_err *err)
{
	return rep_fail(err, REP_ESYNTAX,
	    "what the process that asks DNS sent is no message of such a process");
}

static void
put_name(struct rep_buf *out, const struct rep_name *name)
{
	rep_msg_put_str(out, (struct rep_str){ (const char *)name->w, name->n });
}

/* Bad when it is none. */
static void
get_name(struct rep_msg_reader *r, struct rep_name *out)
{
	struct rep_str s = rep_msg_get_str(r);

	if (!rep_name_of_bytes(s, out))
		r->bad = true;
}

static void
put_server(struct rep_buf *out, const struct rep_dns_server *s)
{
	rep_msg_put(out, (uint64_t)s->ip.version, 1);
	rep_buf_add(out, (struct rep_str){ (const char *)s->ip.b, sizeof s->ip.b });
	rep_msg_put(out, s->port, 2);
}

static void
get_ip(struct rep_msg_reader *r, struct rep_ip *ip)
{
	*ip = (struct rep_ip){ .version = (int)rep_msg_get(r, 1) };
	for (size_t i = 0; i < sizeof ip->b; i++) {
		ip->b[i] = (uint8_t)rep_msg_get(r, 1);
		/* Where a version has no bytes there are none: addresses are compared whole. */
		if (ip->b[i] != 0 && i >= (ip->version == 4 ? 4u : 16u))
			r->bad = true;
	}
	if (ip->version != 0 && ip->version != 4 && ip->version != 6)
		r->bad = true;
}

static void
get_server(struct rep_msg_reader *r, struct rep_dns_server *s)
{
	get_ip(r, &s->ip);
	s->port = (uint16_t)rep_msg_get(r, 2);
}

static bool
get_bool(struct rep_msg_reader *r)
{
	uint64_t v = rep_msg_get(r, 1);

	if (v > 1)
		r->bad = true;
	return v == 1;
}

/* --- the beginning, sockets --------------------------------------------------------------------- */

void
rep_resolve_put_begin(struct rep_buf *out, const struct rep_resolve_begin *b)
{
	size_t at = rep_msg_begin(out, REP_MSG_BEGIN, 0);

	rep_msg_put(out, (uint64_t)b->timeout_ms, 4);
	rep_msg_put(out, b->servers_n, 1);
	for (unsigned i = 0; i < b->servers_n; i++)
		put_server(out, &b->servers[i]);
	rep_msg_end(out, at);
}

enum rep_rc
rep_resolve_get_begin(const struct rep_msg *m, struct rep_resolve_begin *b, struct rep_err *err)
{
	struct rep_msg_reader r = { m->payload, 0, false };
	uint64_t ms = rep_msg_get(&r, 4);

	b->timeout_ms = (int)(ms & INT32_MAX);
	b->servers_n = (unsigned)rep_msg_get(&r, 1);
	for (unsigned i = 0; i < b->servers_n && i < REP_DNS_SERVERS; i++)
		get_server(&r, &b->servers[i]);
	return m->type == REP_MSG_BEGIN && rep_msg_done(&r) && ms > 0 && ms <= INT32_MAX &&
		b->servers_n > 0 && b->servers_n <= REP_DNS_SERVERS
	    ? REP_OK
	    : no_message(err);
}

void
rep_resolve_put_begun(struct rep_buf *out, enum rep_rc rc, struct rep_str why)
{
	size_t at = rep_msg_begin(out, REP_MSG_BEGUN, 0);

	rep_msg_put(out, (uint64_t)rc, 1);
	rep_msg_put_str(out, why);
	rep_msg_end(out, at);
}

enum rep_rc
rep_resolve_get_begun(
    const struct rep_msg *m, enum rep_rc *rc, struct rep_str *why, struct rep_err *err)
{
	struct rep_msg_reader r = { m->payload, 0, false };
	uint64_t v = rep_msg_get(&r, 1);

	*rc = (enum rep_rc)v;
	*why = rep_msg_get_str(&r);
	return m->type == REP_MSG_BEGUN && rep_msg_done(&r) && v <= REP_EUSAGE ? REP_OK
									       : no_message(err);
}

void
rep_resolve_put_connect(struct rep_buf *out, const struct rep_dns_server *to, bool tcp)
{
	size_t at = rep_msg_begin(out, REP_MSG_CONNECT, 0);

	put_server(out, to);
	rep_msg_put(out, tcp, 1);
	rep_msg_end(out, at);
}

enum rep_rc
rep_resolve_get_connect(
    const struct rep_msg *m, struct rep_dns_server *to, bool *tcp, struct rep_err *err)
{
	struct rep_msg_reader r = { m->payload, 0, false };

	get_server(&r, to);
	*tcp = get_bool(&r);
	return m->type == REP_MSG_CONNECT && rep_msg_done(&r) && to->ip.version != 0
	    ? REP_OK
	    : no_message(err);
}

void
rep_resolve_put_connected(struct rep_buf *out, int error)
{
	size_t at = rep_msg_begin(out, REP_MSG_CONNECTED, 0);

	rep_msg_put(out, (uint64_t)error, 4);
	rep_msg_end(out, at);
}

enum rep_rc
rep_resolve_get_connected(const struct rep_msg *m, int *error, struct rep_err *err)
{
	struct rep_msg_reader r = { m->payload, 0, false };
	uint64_t v = rep_msg_get(&r, 4);

	*error = (int)(v & ERRNO_MAX);
	return m->type == REP_MSG_CONNECTED && rep_msg_done(&r) && v <= ERRNO_MAX ? REP_OK
										  : no_message(err);
}

/* --- questions ---------------------------------------------------------------------------------- */

void
rep_resolve_put_ask(struct rep_buf *out, unsigned slot, const struct rep_asker_question *q)
{
	size_t at = rep_msg_begin(out, REP_MSG_ASK, slot);

	put_server(out, &q->at);
	rep_msg_put(out, q->tcp, 1);
	rep_msg_put(out, q->unchecked, 1);
	rep_msg_put(out, q->type, 2);
	put_name(out, &q->name);
	rep_msg_end(out, at);
}

enum rep_rc
rep_resolve_get_ask(const struct rep_msg *m, struct rep_asker_question *q, struct rep_err *err)
{
	struct rep_msg_reader r = { m->payload, 0, false };

	get_server(&r, &q->at);
	q->tcp = get_bool(&r);
	q->unchecked = get_bool(&r);
	q->type = (uint16_t)rep_msg_get(&r, 2);
	get_name(&r, &q->name);
	return m->type == REP_MSG_ASK && rep_msg_done(&r) && m->id < REP_ASKER_WINDOW
	    ? REP_OK
	    : no_message(err);
}

/* --- answers ------------------------------------------------------------------------------------ */

static void
put_record(struct rep_buf *out, const struct rep_dns_rr *rr)
{
	static const struct rep_name none = { .n = 0 };

	rep_msg_put(out, rr->ttl_s, 4);
	rep_msg_put(out, rr->number, 4);
	rep_msg_put(out, rr->strings, 4);
	rep_msg_put(out, (uint64_t)rr->ip.version, 1);
	rep_buf_add(out, (struct rep_str){ (const char *)rr->ip.b, sizeof rr->ip.b });
	put_name(out, rr->target != NULL ? rr->target : &none);
	rep_msg_put_str(out, rr->data);
}

void
rep_resolve_put_answer(struct rep_buf *out, unsigned slot, const struct rep_asker_answer *answer)
{
	const struct rep_dns_answer *a = &answer->a;
	size_t at = rep_msg_begin(out, REP_MSG_ANSWER, slot);

	rep_msg_put(out, (uint64_t)a->state, 1);
	rep_msg_put(out, (uint64_t)(a->rcode + 1), 2);
	rep_msg_put(out,
	    (a->authoritative ? FLAG_AUTHORITATIVE : 0u) | (a->authentic ? FLAG_AUTHENTIC : 0u) |
		(a->truncated ? FLAG_TRUNCATED : 0u) | (a->tcp ? FLAG_TCP : 0u) |
		(a->chain_loops ? FLAG_LOOPS : 0u) | (answer->any ? FLAG_ANY : 0u) |
		(answer->recursed ? FLAG_RECURSED : 0u),
	    1);
	rep_msg_put(out, answer->server, 1);
	rep_msg_put(out, a->cnames, 2);
	rep_msg_put(out, a->size, 4);
	rep_msg_put(out, a->ttl_s, 4);
	rep_msg_put(out, (uint64_t)a->took_us, 8);
	put_name(out, &a->canonical);
	rep_msg_put(out, a->n, 4);
	for (size_t i = 0; i < a->n; i++)
		put_record(out, a->rr[i]);
	rep_msg_end(out, at);
}

/* A record of the type that was asked; its views point into the message. */
static void
get_record(struct rep_msg_reader *r, uint16_t type, struct rep_dns_rr *rr, struct rep_name *target)
{
	bool named = type == REP_DNS_NS || type == REP_DNS_CNAME || type == REP_DNS_PTR ||
	    type == REP_DNS_MX || type == REP_DNS_SOA;
	int version = type == REP_DNS_A ? 4 : type == REP_DNS_AAAA ? 6 : 0;
	struct rep_str name;

	*rr = (struct rep_dns_rr){ .type = type, .section = REP_DNS_ANSWER };
	rr->ttl_s = (uint32_t)rep_msg_get(r, 4);
	rr->number = (unsigned)rep_msg_get(r, 4);
	rr->strings = (unsigned)rep_msg_get(r, 4);
	get_ip(r, &rr->ip);
	name = rep_msg_get_str(r);
	rr->data = rep_msg_get_str(r);
	if (rr->ip.version != version || (name.n > 0) != named ||
	    (named && !rep_name_of_bytes(name, target)) || rr->data.n > WIRE_MAX ||
	    rr->strings > WIRE_MAX || (rr->strings > 0) != (type == REP_DNS_TXT) ||
	    rr->ttl_s > INT32_MAX)
		r->bad = true;
	rr->target = named ? target : NULL;
}

/* Copies a record; false: no room. */
static bool
keep(struct rep_arena *a, struct rep_dns_rr *rr, const struct rep_name *owner)
{
	struct rep_name *target;

	rr->name = owner;
	rr->data = rep_arena_dup(a, rr->data);
	if (rr->data.p == NULL)
		return false;
	if (rr->target == NULL)
		return true;
	if ((target = rep_arena_alloc(a, sizeof *target)) == NULL)
		return false;
	*target = *rr->target;
	rr->target = target;
	return true;
}

/* The records, all of which are read also when there is no room for them. */
static void
get_records(struct rep_msg_reader *r, size_t n, struct rep_arena *a, struct rep_dns_answer *out)
{
	struct rep_name *owner = rep_arena_alloc(a, sizeof *owner), target;
	struct rep_dns_rr *kept = rep_arena_alloc(a, n * sizeof *kept), rr;
	const struct rep_dns_rr **list = rep_arena_alloc(a, n * sizeof *list);
	bool room = owner != NULL && kept != NULL && list != NULL;

	if (room)
		*owner = out->canonical;
	for (size_t i = 0; i < n && !r->bad; i++) {
		get_record(r, out->type, &rr, &target);
		room = room && !r->bad && keep(a, &rr, owner);
		if (room) {
			kept[i] = rr;
			list[i] = &kept[i];
		}
	}
	if (room) {
		out->rr = list;
		out->n = n;
	} else {
		out->state = REP_DNS_LIMIT;
		out->rcode = -1;
	}
}

static bool
in_range(const struct rep_asker_answer *x, unsigned servers, size_t n)
{
	return x->a.state < REP_DNS_LATE && (n > 0) == (x->a.state == REP_DNS_YES) &&
	    n <= REP_RESOLVE_RECORDS_MAX && x->a.rcode <= RCODE_MAX && x->a.cnames <= CNAMES_MAX &&
	    x->a.size <= WIRE_MAX && x->a.ttl_s <= INT32_MAX && x->a.took_us >= 0 &&
	    x->a.took_us <= TOOK_MAX_US &&
	    (x->server < servers || x->server == REP_ASKER_AT || x->server == REP_ASKER_NOBODY);
}

enum rep_rc
rep_resolve_get_answer(const struct rep_msg *m, const struct rep_asker_question *q,
    unsigned servers, struct rep_arena *a, struct rep_asker_answer *out, struct rep_err *err)
{
	struct rep_msg_reader r = { m->payload, 0, false };
	struct rep_asker_answer x = { .a = { .name = q->name, .type = q->type } };
	unsigned flags;
	size_t n;

	x.a.state = (enum rep_dns_state)rep_msg_get(&r, 1);
	x.a.rcode = (int)rep_msg_get(&r, 2) - 1;
	flags = (unsigned)rep_msg_get(&r, 1);
	x.a.authoritative = (flags & FLAG_AUTHORITATIVE) != 0;
	x.a.authentic = (flags & FLAG_AUTHENTIC) != 0;
	x.a.truncated = (flags & FLAG_TRUNCATED) != 0;
	x.a.tcp = (flags & FLAG_TCP) != 0;
	x.a.chain_loops = (flags & FLAG_LOOPS) != 0;
	x.any = (flags & FLAG_ANY) != 0;
	x.recursed = (flags & FLAG_RECURSED) != 0;
	x.server = (unsigned)rep_msg_get(&r, 1);
	x.a.cnames = (unsigned)rep_msg_get(&r, 2);
	x.a.size = (size_t)rep_msg_get(&r, 4);
	x.a.ttl_s = (uint32_t)rep_msg_get(&r, 4);
	x.a.took_us = (int64_t)rep_msg_get(&r, 8);
	get_name(&r, &x.a.canonical);
	n = (size_t)rep_msg_get(&r, 4);
	if (m->type != REP_MSG_ANSWER || r.bad || flags >= FLAGS || !in_range(&x, servers, n))
		return no_message(err);
	if ((x.server == REP_ASKER_AT) != (q->at.ip.version != 0) && x.server != REP_ASKER_NOBODY)
		return no_message(err);
	if (n > 0)
		get_records(&r, n, a, &x.a);
	if (!rep_msg_done(&r))
		return no_message(err);
	*out = x;
	return REP_OK;
}
