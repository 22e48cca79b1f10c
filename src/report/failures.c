/* SPDX-License-Identifier: Apache-2.0 */
#include "report/failures.h"
#include "base/hash.h"

#include <stdlib.h>

enum { SLOTS = 4 * REP_FAILED_GROUPS }; /* a power of two */

struct rep_failures_asking {
	struct rep_arena *a;
	struct rep_str domain;
	struct rep_failed_group v[REP_FAILED_GROUPS];
	struct {
		size_t reporter, message_id; /* bytes that their texts have room for */
	} room[REP_FAILED_GROUPS];
	uint16_t slot[SLOTS]; /* number of a group, from 1; 0: nothing */
	size_t n;
	uint64_t messages, left_out;
	bool full;
};

struct rep_failures_asking *
rep_failures_ask(struct rep_str domain, struct rep_arena *a)
{
	struct rep_failures_asking *q = rep_arena_alloc(a, sizeof *q);

	if (q != NULL) {
		memset(q, 0, sizeof *q);
		q->a = a;
		q->domain = domain;
	}
	return q;
}

/* The domain of an address, or of one that is a domain already; without a dot at its end. */
static struct rep_str
domain_of(struct rep_str s)
{
	size_t at = rep_str_rchr(s, '@');

	s = at == SIZE_MAX ? s : rep_str_sub(s, at + 1, SIZE_MAX);
	while (s.n > 0 && (s.p[s.n - 1] == '.' || s.p[s.n - 1] == '>'))
		s.n--;
	return s;
}

/* Of its first bytes: names that differ later are told apart by `alike`. */
static uint64_t
low_hash(struct rep_str s)
{
	char low[256];
	size_t n = s.n < sizeof low ? s.n : sizeof low;

	for (size_t i = 0; i < n; i++)
		low[i] = rep_lower(s.p[i]);
	return rep_hash((struct rep_str){ low, n });
}

static uint64_t
hash_of(const struct rep_failed_group *g)
{
	uint64_t h = rep_hash((struct rep_str){ (const char *)g->ip.b, sizeof g->ip.b });

	h = rep_hash_mix(h ^ (uint64_t)g->ip.version ^ (uint64_t)g->check << 8);
	h = rep_hash_mix(h ^ low_hash(g->from));
	h = rep_hash_mix(h ^ low_hash(g->dkim_domain));
	return rep_hash_mix(h ^ low_hash(g->dkim_selector));
}

static bool
alike(const struct rep_failed_group *x, const struct rep_failed_group *y)
{
	return x->check == y->check && x->ip.version == y->ip.version &&
	    (x->ip.version == 0 || rep_ip_eq(&x->ip, &y->ip)) &&
	    rep_str_eq_nocase(x->from, y->from) &&
	    rep_str_eq_nocase(x->dkim_domain, y->dkim_domain) &&
	    rep_str_eq_nocase(x->dkim_selector, y->dkim_selector);
}

static struct rep_str
kept(struct rep_failures_asking *q, struct rep_str s)
{
	struct rep_str copy = s.n > 0 ? rep_arena_dup(q->a, s) : (struct rep_str){ "", 0 };

	q->full = q->full || copy.p == NULL;
	return copy;
}

/* Takes the place of a text. Reports come by time, so nearly each one is the newest of its group: its room is used again. */
static void
anew(struct rep_failures_asking *q, struct rep_str *text, size_t *room, struct rep_str s)
{
	if (s.n > *room) {
		*text = kept(q, s);
		*room = text->n;
	} else {
		if (s.n > 0)
			memcpy(
			    (char *)(uintptr_t)text->p, s.p, s.n); /* ours: it was copied before */
		text->n = s.n;
	}
}

/* The group of what failed alike. NULL: there is no room for another one. */
static struct rep_failed_group *
group_of(struct rep_failures_asking *q, const struct rep_failed_group *like)
{
	size_t i = hash_of(like) % SLOTS;
	struct rep_failed_group *g;

	for (; q->slot[i] != 0; i = (i + 1) % SLOTS)
		if (alike(&q->v[q->slot[i] - 1], like))
			return &q->v[q->slot[i] - 1];
	if (q->n == REP_FAILED_GROUPS)
		return NULL;
	g = &q->v[q->n++];
	q->slot[i] = (uint16_t)q->n;
	*g = *like;
	g->from = kept(q, like->from);
	g->dkim_domain = kept(q, like->dkim_domain);
	g->dkim_selector = kept(q, like->dkim_selector);
	return g;
}

void
rep_failures_add(struct rep_failures_asking *q, const struct rep_auth_failure *f, int64_t at_s,
    struct rep_str reporter)
{
	struct rep_failed_group like = { .ip = f->source_ip,
		.check = f->check.v,
		.from = domain_of(f->header_from.n > 0 ? f->header_from : f->reported_domain),
		.dkim_domain = f->dkim_domain,
		.dkim_selector = f->dkim_selector };
	uint64_t n = f->incidents > 0 ? f->incidents : 1;
	struct rep_failed_group *g;

	if (q->domain.n > 0 &&
	    !rep_str_within(
		domain_of(f->reported_domain.n > 0 ? f->reported_domain : like.from), q->domain))
		return;
	q->messages += n;
	if ((g = group_of(q, &like)) == NULL) {
		q->left_out += n;
		return;
	}
	g->messages += n;
	g->delivered +=
	    f->result.v == REP_FAILED_DELIVERED || f->result.v == REP_FAILED_SPAM ? n : 0;
	g->stopped += f->result.v == REP_FAILED_REJECT || f->result.v == REP_FAILED_POLICY ? n : 0;
	g->first_s = g->first_s == 0 || at_s < g->first_s ? at_s : g->first_s;
	if (g->last_s != 0 && at_s < g->last_s)
		return;
	g->last_s = at_s;
	anew(q, &g->reporter, &q->room[g - q->v].reporter, reporter);
	anew(q, &g->message_id, &q->room[g - q->v].message_id, f->message_id);
}

static int
most_first(const void *a, const void *b)
{
	const struct rep_failed_group *x = a, *y = b;

	if (x->messages != y->messages)
		return x->messages > y->messages ? -1 : 1;
	if (x->last_s != y->last_s)
		return x->last_s > y->last_s ? -1 : 1;
	return memcmp(x->ip.b, y->ip.b, sizeof x->ip.b);
}

enum rep_rc
rep_failures_answer(
    struct rep_failures_asking *q, struct rep_failures_answer *out, struct rep_err *err)
{
	if (q->full)
		return rep_fail(err, REP_EMEM, "out of memory for failure reports");
	if (q->n > 0)
		qsort(q->v, q->n, sizeof q->v[0], most_first);
	out->v = q->v;
	out->n = q->n;
	out->messages = q->messages;
	out->left_out = q->left_out;
	return REP_OK;
}
