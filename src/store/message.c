/*
 * store/message.c -- finds the delivery that a Message-ID belongs to.
 *
 * Facts have a keyed hash of it. All Message-IDs that are asked for are hashed once and sorted.
 * Then one walk over the facts looks up the hash of each fact.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store/inside.h"

#include <stdlib.h>

/* A hash to look for, and whose it is. */
struct asked {
	uint64_t hash;
	size_t whose;
};

struct message_search {
	struct asked *asked; /* owned; by hash */
	size_t n;
	struct rep_traced *v;
	size_t left; /* how many of v are not found yet */
	struct rep_traced_span span;
};

static int
by_hash(const void *a, const void *b)
{
	const struct asked *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->whose < y->whose ? -1 : x->whose > y->whose;
}

/*
 * Logs have the Message-ID with brackets, some events and reports without. Both forms are looked
 * for.
 */
static void
ask(struct message_search *f, const struct rep_store *s, size_t whose)
{
	struct rep_str id = rep_str_trim(f->v[whose].id);
	char with[1024];

	f->v[whose].found = false;
	if (id.n > 1 && id.p[0] == '<' && id.p[id.n - 1] == '>')
		id = rep_str_sub(id, 1, id.n - 2);
	if (id.n == 0)
		return;
	f->left++;
	f->asked[f->n++] = (struct asked){ rep_store_message_hash(s, id), whose };
	if (id.n > sizeof with - 2)
		return;
	with[0] = '<';
	memcpy(with + 1, id.p, id.n);
	with[id.n + 1] = '>';
	f->asked[f->n++] =
	    (struct asked){ rep_store_message_hash(s, (struct rep_str){ with, id.n + 2 }), whose };
}

/* The first entry for this hash; n when there is none. */
static size_t
first_of(const struct message_search *f, uint64_t hash)
{
	size_t lo = 0, hi = f->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (f->asked[mid].hash < hash)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* REP_ENOTFOUND ends the walk when everything was found. */
static enum rep_rc
on_message(void *ctx, const struct rep_fact_row *row)
{
	struct message_search *f = ctx;

	if (f->span.last_s == 0 || row->at_s > f->span.last_s)
		f->span.last_s = row->at_s;
	if (f->span.first_s == 0 || row->at_s < f->span.first_s)
		f->span.first_s = row->at_s;
	for (size_t i = first_of(f, row->message); i < f->n && f->asked[i].hash == row->message;
	     i++) {
		struct rep_traced *m = &f->v[f->asked[i].whose];

		if (m->found)
			continue;
		m->found = true;
		m->at_s = row->at_s;
		m->label = row->label;
		m->stream = row->stream;
		m->provider = row->provider;
		f->left--;
	}
	return f->left > 0 ? REP_OK : REP_ENOTFOUND;
}

enum rep_rc
rep_store_message(struct rep_store *s, struct rep_traced *v, size_t n, struct rep_traced_span *span,
    struct rep_err *err)
{
	struct message_search f = { .v = v };
	enum rep_rc rc = rep_store_facts_flush(s, err);

	if (rc != REP_OK)
		return rep_store_mark(s, rc);
	if ((f.asked = malloc((2 * n + 1) * sizeof *f.asked)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for Message-IDs");
	for (size_t i = 0; i < n; i++)
		ask(&f, s, i);
	qsort(f.asked, f.n, sizeof *f.asked, by_hash);
	if (f.left > 0)
		rc = s->b->ops->messages(s->b, on_message, &f, err);
	free(f.asked);
	if (rc != REP_OK && !(rc == REP_ENOTFOUND && f.left == 0))
		return rc;
	*span = f.span;
	return REP_OK;
}
