/*
 * store/complaint.c -- counts each complaint once; does not store who complained.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/bytes.h"
#include "fact/identity.h"
#include "store/inside.h"

#include <stdlib.h>

enum { PACKED = 8 + 4 * 6 + 3 + 17 };

/* Read all at once, 64 bytes each: 320 MB, or ten years of 1,300 complaints a day. */
enum { COMPLAINTS_MAX = 5000000 };

static void
put(char **p, uint64_t v, unsigned bytes)
{
	rep_le_put(*p, v, bytes);
	*p += bytes;
}

static uint64_t
get(const char **p, unsigned bytes)
{
	uint64_t v = rep_le(*p, bytes);

	*p += bytes;
	return v;
}

static void
pack(const struct rep_complaint *c, char out[PACKED])
{
	char *p = out;

	put(&p, (uint64_t)c->at_s, 8);
	put(&p, c->provider, 4);
	put(&p, c->stream, 4);
	put(&p, c->route, 4);
	put(&p, c->domain, 4);
	put(&p, c->reporter, 4);
	put(&p, c->count, 4);
	put(&p, c->type, 1);
	put(&p, (uint64_t)(c->matched | c->untraced << 1), 1);
	put(&p, c->redacted, 1);
	put(&p, (uint64_t)c->source_ip.version, 1);
	memcpy(p, c->source_ip.b, sizeof c->source_ip.b);
}

static bool
unpack(struct rep_str s, struct rep_complaint *c)
{
	const char *p = s.p;
	uint64_t matched;

	if (s.n != PACKED)
		return false;
	c->at_s = (int64_t)get(&p, 8);
	c->provider = (uint32_t)get(&p, 4);
	c->stream = (uint32_t)get(&p, 4);
	c->route = (uint32_t)get(&p, 4);
	c->domain = (uint32_t)get(&p, 4);
	c->reporter = (uint32_t)get(&p, 4);
	c->count = (uint32_t)get(&p, 4);
	c->type = (uint8_t)get(&p, 1);
	matched = get(&p, 1);
	c->matched = (matched & 1) != 0;
	c->untraced = (matched & 2) != 0;
	c->redacted = get(&p, 1) != 0;
	c->source_ip.version = (int)get(&p, 1);
	memcpy(c->source_ip.b, p, sizeof c->source_ip.b);
	return c->type < REP_FEEDBACK_N;
}

/*
 * A complaint is identified by Message-ID and recipient. Without a Message-ID, by everything else
 * it says.
 */
static uint64_t
identity(
    const struct rep_store *s, const struct rep_complaint *c, const struct rep_complaint_names *n)
{
	struct rep_str parts[] = { rep_str_sub(n->message_id, 0, 200),
		rep_str_sub(n->reporter, 0, 100), rep_str_sub(n->stream, 0, 100),
		rep_str_sub(n->domain, 0, 100) };
	uint64_t who = n->recipient.n > 0 ? rep_recipient_hash(&s->key, n->recipient) : 0;
	char buf[64 + 512 + 8];
	size_t at = 0;

	memcpy(buf, &who, 8);
	at = 8;
	if (n->message_id.n == 0) {
		memcpy(buf + at, &c->at_s, 8);
		memcpy(buf + at + 8, c->source_ip.b, 16);
		at += 24;
	}
	buf[at++] = (char)c->type;
	for (size_t i = 0; i < (n->message_id.n > 0 ? 1 : REP_COUNT(parts)); i++) {
		if (parts[i].n > 0)
			memcpy(buf + at, parts[i].p, parts[i].n);
		at += parts[i].n;
		buf[at++] = 0;
	}
	return rep_siphash(&s->key, (struct rep_str){ buf, at }) >> 1;
}

static enum rep_rc
add(struct rep_store *s, struct rep_complaint *c, const struct rep_complaint_names *n, uint64_t id,
    struct rep_err *err)
{
	char bytes[PACKED];
	bool unnamed = false;
	enum rep_rc rc;

	if ((rc = rep_store_soft_name(s, n->provider, &unnamed, &c->provider, err)) != REP_OK ||
	    (rc = rep_store_soft_name(s, n->stream, &unnamed, &c->stream, err)) != REP_OK ||
	    (rc = rep_store_soft_name(s, n->route, &unnamed, &c->route, err)) != REP_OK ||
	    (rc = rep_store_soft_name(s, n->domain, &unnamed, &c->domain, err)) != REP_OK ||
	    (rc = rep_store_soft_name(s, n->reporter, &unnamed, &c->reporter, err)) != REP_OK)
		return rc;
	s->meta[REP_META_UNNAMED] += unnamed;
	pack(c, bytes);
	return s->b->ops->note_put(
	    s->b, REP_NOTE_COMPLAINT, id, (struct rep_str){ bytes, sizeof bytes }, err);
}

enum rep_rc
rep_store_complaint(struct rep_store *s, struct rep_complaint *c,
    const struct rep_complaint_names *names, bool *fresh, struct rep_err *err)
{
	uint64_t id = identity(s, c, names);
	bool known = false;
	enum rep_rc rc;

	if ((rc = rep_store_must_be_open(s, err)) != REP_OK)
		return rc;
	rc = s->b->ops->note_has(s->b, REP_NOTE_COMPLAINT, id, &known, err);
	if (rc == REP_OK && !known)
		rc = add(s, c, names, id, err);
	if (rc == REP_OK)
		*fresh = !known;
	return rep_store_mark(s, rc);
}

/* --- reading ---------------------------------------------------------------------------------- */

struct complaint_walk {
	int64_t from_s, until_s;
	rep_complaint_fn fn;
	void *ctx;
};

static enum rep_rc
on_row(void *ctx, int64_t id, struct rep_str s)
{
	const struct complaint_walk *w = ctx;
	struct rep_complaint c = { 0 };

	(void)id;
	return unpack(s, &c) && c.at_s >= w->from_s && c.at_s < w->until_s ? w->fn(w->ctx, &c)
									   : REP_OK;
}

enum rep_rc
rep_store_each_complaint(struct rep_store *s, int64_t from_s, int64_t until_s, rep_complaint_fn fn,
    void *ctx, struct rep_err *err)
{
	struct complaint_walk w = { from_s, until_s, fn, ctx };
	enum rep_rc rc = rep_store_flush(s, err);

	return rc != REP_OK ? rc : s->b->ops->notes(s->b, REP_NOTE_COMPLAINT, on_row, &w, err);
}

struct complaint_list {
	struct rep_complaint *v;
	size_t n, cap;
	struct rep_err *err;
};

static enum rep_rc
on_listed(void *ctx, const struct rep_complaint *c)
{
	struct complaint_list *g = ctx;

	if (g->n == COMPLAINTS_MAX)
		return rep_fail(g->err, REP_ELIMIT,
		    "more than %d complaints in this period; ask for a shorter one",
		    COMPLAINTS_MAX);
	if (g->n == g->cap) {
		size_t cap = g->cap == 0 ? 256 : g->cap * 2;
		struct rep_complaint *v = realloc(g->v, cap * sizeof *v);

		if (v == NULL)
			return rep_fail(g->err, REP_EMEM, "out of memory for complaints");
		g->v = v;
		g->cap = cap;
	}
	g->v[g->n++] = *c;
	return REP_OK;
}

static int
by_time(const void *a, const void *b)
{
	const struct rep_complaint *x = a, *y = b;

	if (x->at_s != y->at_s)
		return x->at_s < y->at_s ? -1 : 1;
	return memcmp(x, y, sizeof *x);
}

enum rep_rc
rep_store_complaints(struct rep_store *s, int64_t from_s, int64_t until_s, struct rep_complaint **v,
    size_t *n, struct rep_err *err)
{
	struct complaint_list g = { .err = err };
	enum rep_rc rc = rep_store_each_complaint(s, from_s, until_s, on_listed, &g, err);

	if (rc != REP_OK) {
		free(g.v);
		return rc;
	}
	if (g.n > 0)
		qsort(g.v, g.n, sizeof *g.v, by_time);
	*v = g.v;
	*n = g.n;
	return REP_OK;
}
