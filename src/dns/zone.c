/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/zone.h"
#include "base/hash.h"

#include <stdlib.h>

enum { SLOTS = 1 << 14 };

struct record {
	struct record *next; /* of the same name */
	struct rep_dns_rr rr;
};

struct node {
	struct node *next; /* in the same slot */
	struct rep_name name;
	struct record *first, *last;
	enum rep_dns_state broken; /* YES: not */
};

struct memo {
	struct memo *next;
	struct rep_dns_answer answer;
};

struct rep_zone_memory {
	struct rep_arena *a; /* owned */
	struct node *nodes[SLOTS];
	struct memo *memos[SLOTS];
};

struct rep_zone_memory *
rep_zone_memory_new(size_t cap)
{
	struct rep_zone_memory *z = calloc(1, sizeof *z);

	if (z != NULL && (z->a = rep_arena_new(cap)) == NULL) {
		free(z);
		return NULL;
	}
	return z;
}

void
rep_zone_memory_free(struct rep_zone_memory *z)
{
	if (z == NULL)
		return;
	rep_arena_free(z->a);
	free(z);
}

static uint64_t
hash_of(const struct rep_name *name)
{
	return rep_hash((struct rep_str){ (const char *)name->w, name->n });
}

static struct node *
find(const struct rep_zone_memory *z, const struct rep_name *name)
{
	struct node *n = z->nodes[hash_of(name) % SLOTS];

	while (n != NULL && !rep_name_eq(&n->name, name))
		n = n->next;
	return n;
}

/* The node, made with those above it. NULL: out of memory. */
static struct node *
node_for(struct rep_zone_memory *z, const struct rep_name *name)
{
	struct node *n = find(z, name), **slot = &z->nodes[hash_of(name) % SLOTS];
	struct rep_name up;

	if (n != NULL)
		return n;
	if ((n = rep_arena_alloc(z->a, sizeof *n)) == NULL)
		return NULL;
	n->name = *name;
	n->next = *slot;
	*slot = n;
	if (rep_name_labels(name) > 2 && rep_name_up(name, 1, &up) && node_for(z, &up) == NULL)
		return NULL;
	return n;
}

/* --- reading ------------------------------------------------------------------------------ */

static struct rep_str
word(struct rep_str *rest)
{
	struct rep_str s = rep_str_trim(*rest);
	size_t n = 0;

	while (n < s.n && !rep_blank(s.p[n]))
		n++;
	*rest = rep_str_trim(rep_str_sub(s, n, s.n));
	return rep_str_sub(s, 0, n);
}

/* Quoted strings, or the rest of the line as it is. */
static bool
txt(struct rep_zone_memory *z, struct rep_str rest, struct rep_dns_rr *rr)
{
	char *p = rep_arena_alloc(z->a, rest.n + 1);
	size_t n = 0;
	bool in = false;

	if (p == NULL)
		return false;
	if (rest.n == 0 || rest.p[0] != '"') {
		memcpy(p, rest.n > 0 ? rest.p : "", rest.n);
		rr->data = (struct rep_str){ p, rest.n };
		rr->strings = 1;
		return true;
	}
	for (size_t i = 0; i < rest.n; i++) {
		if (rest.p[i] == '"') {
			in = !in;
			rr->strings += in;
		} else if (in && rest.p[i] == '\\' && i + 1 < rest.n) {
			p[n++] = rest.p[++i];
		} else if (in) {
			p[n++] = rest.p[i];
		} else if (!rep_blank(rest.p[i])) {
			return false;
		}
	}
	rr->data = (struct rep_str){ p, n };
	return !in;
}

static bool
data(struct rep_zone_memory *z, struct rep_str rest, struct rep_dns_rr *rr)
{
	struct rep_name *target;
	uint64_t v;

	switch (rr->type) {
	case REP_DNS_TXT: return txt(z, rest, rr);
	case REP_DNS_A:
	case REP_DNS_AAAA:
		return rep_ip_parse(rest, &rr->ip) &&
		    rr->ip.version == (rr->type == REP_DNS_A ? 4 : 6);
	case REP_DNS_MX:
		if (!rep_str_u64(word(&rest), 65535, &v))
			return false;
		rr->number = (unsigned)v;
		/* fallthrough */
	case REP_DNS_NS:
	case REP_DNS_CNAME:
	case REP_DNS_PTR:
		if ((target = rep_arena_alloc(z->a, sizeof *target)) == NULL)
			return false;
		rr->target = target;
		return rep_name_parse(rest, target);
	default: rr->data = rep_arena_dup(z->a, rest); return rr->data.p != NULL;
	}
}

static bool
one_line(struct rep_zone_memory *z, struct rep_str line)
{
	struct rep_str owner = word(&line), type = word(&line);
	struct rep_name name;
	struct record *rec;
	struct node *n;

	if (!rep_name_parse(owner, &name) || (n = node_for(z, &name)) == NULL)
		return false;
	if (rep_str_eq(type, REP_S("TIMEOUT")))
		n->broken = REP_DNS_TIMEOUT;
	else if (rep_str_eq(type, REP_S("SERVFAIL")))
		n->broken = REP_DNS_SERVFAIL;
	else if (rep_str_eq(type, REP_S("REFUSED")))
		n->broken = REP_DNS_REFUSED;
	if (n->broken != REP_DNS_YES)
		return true;
	if ((rec = rep_arena_alloc(z->a, sizeof *rec)) == NULL)
		return false;
	rec->rr.name = &n->name;
	rec->rr.type = rep_dns_type_parse(type);
	rec->rr.ttl_s = 3600;
	if (rec->rr.type == 0 || !data(z, line, &rec->rr))
		return false;
	if (n->last != NULL)
		n->last->next = rec;
	else
		n->first = rec;
	n->last = rec;
	return true;
}

enum rep_rc
rep_zone_memory_add(struct rep_zone_memory *z, struct rep_str text, struct rep_err *err)
{
	unsigned number = 0;

	for (size_t i = 0, end; i < text.n; i = end + 1) {
		struct rep_str line;

		end = rep_str_chr(text, '\n', i);
		if (end == SIZE_MAX)
			end = text.n;
		number++;
		line = rep_str_trim(rep_str_sub(text, i, end - i));
		if (line.n > 0 && line.p[0] != ';' && !one_line(z, line))
			return rep_fail(err, REP_ESYNTAX,
			    "line %u of the zone cannot be read: %.*s", number, REP_PR(line));
	}
	return REP_OK;
}

/* --- answering ------------------------------------------------------------------------------ */

static size_t
pick(const struct node *n, uint16_t type, const struct rep_dns_rr **rr)
{
	size_t k = 0;

	for (const struct record *r = n->first; r != NULL; r = r->next)
		if (r->rr.type == type) {
			if (rr != NULL)
				rr[k] = &r->rr;
			k++;
		}
	return k;
}

static void
answer(struct rep_zone_memory *z, struct rep_dns_answer *out)
{
	const struct rep_dns_rr *alias;
	const struct node *n;

	out->canonical = out->name;
	out->state = REP_DNS_NXDOMAIN;
	out->rcode = 3;
	while ((n = find(z, &out->canonical)) != NULL && n->broken == REP_DNS_YES &&
	    out->type != REP_DNS_CNAME && pick(n, REP_DNS_CNAME, NULL) == 1) {
		if (out->cnames++ == REP_DNS_CHAIN_MAX) {
			out->chain_loops = true;
			out->state = REP_DNS_SERVFAIL;
			out->rcode = 2;
			return;
		}
		(void)pick(n, REP_DNS_CNAME, &alias);
		out->canonical = *alias->target;
	}
	if (n == NULL)
		return;
	if (n->broken != REP_DNS_YES) {
		out->state = n->broken;
		out->rcode = n->broken == REP_DNS_SERVFAIL ? 2
		    : n->broken == REP_DNS_REFUSED	   ? 5
							   : -1;
		return;
	}
	out->rcode = 0;
	out->n = pick(n, out->type, NULL);
	out->state = out->n > 0 ? REP_DNS_YES : REP_DNS_NODATA;
	out->ttl_s = 3600;
	if (out->n == 0)
		return;
	out->rr = rep_arena_alloc(z->a, out->n * sizeof *out->rr);
	if (out->rr == NULL) {
		out->n = 0;
		out->state = REP_DNS_LIMIT;
		return;
	}
	(void)pick(n, out->type, out->rr);
	for (size_t i = 0; i < out->n; i++)
		out->size += out->rr[i]->data.n + out->rr[i]->strings + 12;
	out->size += 40u + out->name.n;
}

static const struct rep_dns_answer *
get(void *ctx, const struct rep_dns_at *at, const struct rep_name *name, uint16_t type)
{
	static const struct rep_dns_answer full = { .state = REP_DNS_LIMIT, .rcode = -1 };
	struct rep_zone_memory *z = ctx;
	struct memo **slot = &z->memos[(hash_of(name) + type) % SLOTS], *m;

	(void)at; /* every name server of a zone in memory says the same */
	for (m = *slot; m != NULL; m = m->next)
		if (m->answer.type == type && rep_name_eq(&m->answer.name, name))
			return &m->answer;
	if ((m = rep_arena_alloc(z->a, sizeof *m)) == NULL)
		return &full;
	m->answer.name = *name;
	m->answer.type = type;
	answer(z, &m->answer);
	m->next = *slot;
	*slot = m;
	return &m->answer;
}

struct rep_dns_view
rep_zone_memory_view(struct rep_zone_memory *z)
{
	return (struct rep_dns_view){ .get = get, .ctx = z };
}
