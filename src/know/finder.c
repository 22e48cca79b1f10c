/* SPDX-License-Identifier: Apache-2.0 */
#include "know/finder.h"
#include "base/bytes.h"

#include <stdlib.h>

enum { BITS = 1 << 16, NONE = -1 };

/* Four bytes in a row (three for a literal of three), and the literals that are found by them. */
struct gram {
	uint32_t key;
	int32_t first; /* index of a literal; NONE: the place is free */
};

/*
 * Everything that a comparison needs, together in memory. head and tail are its first and last eight
 * bytes; four of a literal of at most eight, and of one of three they are not used.
 */
struct literal {
	uint64_t head, tail;
	const char *p; /* borrowed */
	uint32_t n;
	uint32_t offset; /* of the gram in the literal */
	int32_t next;	 /* the next literal with the same gram, or NONE */
};

struct rep_finder {
	uint64_t any[BITS / 64];		    /* by slot: whether there may be a gram */
	uint64_t four[BITS / 64], three[BITS / 64]; /* by hash: whether it has this length */
	struct gram *grams; /* owned; open addressing; grams of three bytes have a top byte of 0 */
	uint32_t mask;
	struct literal *v; /* owned */
};

static uint32_t
hash(uint32_t key)
{
	return key * UINT32_C(0x9e3779b1) >> 16;
}

static uint32_t
three_at(const char *p)
{
	return (uint32_t)rep_le(p, 3);
}

/* Of the fourth byte five bits, so that a literal of three bytes has only 32 keys. */
static uint32_t
slot(uint32_t key)
{
	return hash(key & 0x1fffffff);
}

static bool
bit(const uint64_t *bits, uint32_t h)
{
	return bits[h / 64] >> h % 64 & 1;
}

static void
set(uint64_t *bits, uint32_t h)
{
	bits[h / 64] |= UINT64_C(1) << h % 64;
}

void
rep_finder_free(struct rep_finder *f)
{
	if (f == NULL)
		return;
	free(f->grams);
	free(f->v);
	free(f);
}

/* The place of a gram, or the free place for it. */
static struct gram *
place(const struct rep_finder *f, uint32_t key)
{
	for (uint32_t i = hash(key) & f->mask;; i = (i + 1) & f->mask)
		if (f->grams[i].first == NONE || f->grams[i].key == key)
			return &f->grams[i];
}

static void
add(struct rep_finder *f, uint32_t literal, size_t offset, uint32_t key)
{
	struct gram *g = place(f, key);
	bool three = f->v[literal].n == 3;

	set(three ? f->three : f->four, hash(key));
	for (uint32_t c = 0; c < (three ? 32 : 1); c++)
		set(f->any, slot(key | c << 24));
	f->v[literal].next = g->first;
	f->v[literal].offset = (uint32_t)offset;
	g->key = key;
	g->first = (int32_t)literal;
}

/* Chooses the rarest four bytes of each literal. Counted by hash, which is exact enough. */
static void
choose(struct rep_finder *f, uint32_t n, uint32_t *times)
{
	for (uint32_t i = 0; i < n; i++)
		for (size_t o = 0; o + 4 <= f->v[i].n; o++)
			times[hash(rep_le32(f->v[i].p + o))]++;
	for (uint32_t i = 0; i < n; i++) {
		struct literal s = f->v[i];
		size_t best = 0;

		if (s.n == 3) {
			add(f, i, 0, three_at(s.p));
			continue;
		}
		for (size_t o = 1; o + 4 <= s.n; o++)
			if (times[hash(rep_le32(s.p + o))] < times[hash(rep_le32(s.p + best))])
				best = o;
		add(f, i, best, rep_le32(s.p + best));
	}
}

static struct literal
literal_of(struct rep_str s)
{
	struct literal l = { .p = s.p, .n = (uint32_t)s.n, .next = NONE };

	if (s.n > 8) {
		l.head = rep_le64(s.p);
		l.tail = rep_le64(s.p + s.n - 8);
	} else if (s.n > 3) {
		l.head = rep_le32(s.p);
		l.tail = rep_le32(s.p + s.n - 4);
	}
	return l;
}

enum rep_rc
rep_finder_new(
    const struct rep_str *literals, uint32_t n, struct rep_finder **out, struct rep_err *err)
{
	struct rep_finder *f = calloc(1, sizeof *f);
	uint32_t *times = calloc(BITS, sizeof *times), size = 16;
	enum rep_rc rc = REP_EMEM;

	for (uint32_t i = 0; i < n; i++)
		if (literals[i].n < REP_FINDER_LEAST || literals[i].n > UINT16_MAX) {
			rc = REP_EUSAGE;
			goto out;
		}
	while (size < n * 2)
		size *= 2;
	if (f == NULL || times == NULL)
		goto out;
	f->mask = size - 1;
	f->grams = malloc(size * sizeof *f->grams);
	f->v = malloc((n + 1) * sizeof *f->v);
	if (f->grams == NULL || f->v == NULL)
		goto out;
	for (uint32_t i = 0; i < size; i++)
		f->grams[i] = (struct gram){ 0, NONE };
	for (uint32_t i = 0; i < n; i++)
		f->v[i] = literal_of(literals[i]);
	choose(f, n, times);
	*out = f;
	f = NULL;
	rc = REP_OK;
out:
	free(times);
	rep_finder_free(f);
	if (rc == REP_EUSAGE)
		return rep_fail(err, rc, "a literal of less than %d bytes", REP_FINDER_LEAST);
	return rc == REP_OK ? rc : rep_fail(err, rc, "out of memory for %u rule literals", n);
}

/* Whether the literal begins at p, where its gram is already known to be, and as many bytes are. */
static bool
same(const struct literal *l, const char *p)
{
	if (l->n == 3)
		return true;
	if (l->n <= 8)
		return rep_le32(p) == l->head && rep_le32(p + l->n - 4) == l->tail;
	return rep_le64(p) == l->head && rep_le64(p + l->n - 8) == l->tail &&
	    (l->n <= 16 || memcmp(p + 8, l->p + 8, l->n - 16) == 0);
}

/* Compares in full the literals whose gram is at `at`. */
static void
hit(const struct rep_finder *f, struct rep_str text, size_t at, uint32_t key, rep_finder_fn fn,
    void *ctx)
{
	int32_t next;

	for (int32_t l = place(f, key)->first; l != NONE; l = next) {
		const struct literal *s = &f->v[l];
		size_t start = at - s->offset;

		next = s->next;
		if (s->offset <= at && s->n <= text.n - start && same(s, text.p + start))
			fn(ctx, (uint32_t)l, start);
	}
}

void
rep_finder_scan(const struct rep_finder *f, struct rep_str text, rep_finder_fn fn, void *ctx)
{
	size_t i;

	for (i = 0; i + 4 <= text.n; i++) {
		uint32_t key = rep_le32(text.p + i);
		bool four;

		if (!bit(f->any, slot(key)))
			continue;
		if ((four = bit(f->four, hash(key))))
			hit(f, text, i, key, fn, ctx);
		/* With a NUL behind them, three bytes have the key of four: that place was looked at. */
		if (bit(f->three, hash(key & 0xffffff)) && !(four && key <= 0xffffff))
			hit(f, text, i, key & 0xffffff, fn, ctx);
	}
	if (i + 3 <= text.n)
		hit(f, text, i, three_at(text.p + i), fn, ctx);
}
