/*
 * tests/fuzz/fuzz_queue.c -- a saved queue state with any content.
 *
 * A state that loads is saved, loaded again and is the same. A state that does not load leaves a
 * queue that works.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "intake/queue.h"

/* A queue is large: it is made once, and emptied for each input. */
static struct rep_queue *
emptied(struct rep_queue **q)
{
	if (*q == NULL)
		*q = rep_queue_new();
	MUST(*q != NULL);
	rep_queue_clear(*q);
	MUST(rep_queue_n(*q) == 0);
	return *q;
}

static void
round_trip(struct rep_queue *q)
{
	static struct rep_queue *second;
	static struct rep_buf a, b;
	struct rep_queue *again = emptied(&second);
	struct rep_err err;

	a.max = b.max = 64 << 20;
	rep_buf_clear(&a);
	rep_buf_clear(&b);
	rep_queue_save(q, &a);
	MUST(!a.full && rep_queue_load(again, rep_buf_str(&a), &err) == REP_OK);
	MUST(rep_queue_n(again) == rep_queue_n(q));
	rep_queue_save(again, &b);
	MUST(a.n == b.n); /* the recipients of an id come back in another order */
}

static void
works(struct rep_queue *q)
{
	struct rep_pending p = { .identity_hash = 1, .domain = REP_S("small.example") };
	struct rep_queued *e = rep_queue_get(q, REP_S("mx1"), REP_S("4F1A2B"));

	MUST(e != NULL && rep_queued_set(&e->stream, REP_S("x/news")));
	MUST(rep_queued_pend(q, e, &p));
	MUST(rep_queue_find(q, REP_S("mx1"), REP_S("4F1A2B")) == e);
	rep_queue_remove(q, e);
	MUST(rep_queue_find(q, REP_S("mx1"), REP_S("4F1A2B")) == NULL);
}

/*
 * The input as strings of a log: one byte of length, then so many (times 8) bytes of each string.
 */
static struct rep_str
take(struct rep_str *s)
{
	size_t n = s->n > 0 ? (size_t)(unsigned char)s->p[0] * 8 : 0;
	struct rep_str out = rep_str_sub(*s, 1, n);

	*s = rep_str_sub(*s, 1 + out.n, s->n);
	return out;
}

static void
filled(struct rep_str s)
{
	static struct rep_queue *first;
	struct rep_queue *q = emptied(&first);

	while (s.n > 0) {
		struct rep_str host = take(&s), id = take(&s);
		struct rep_queued *e = rep_queue_get(q, host, rep_str_sub(id, 0, 8));
		struct rep_pending p = {
			.identity_hash = s.n, .host = take(&s), .label = take(&s)
		};

		if (e == NULL)
			continue;
		MUST(rep_queued_set(&e->message_id, take(&s)) &&
		    rep_queued_set(&e->stream, take(&s)));
		MUST(rep_queued_pend(q, e, &p) || e->pending_n == REP_QUEUE_PENDING_MAX);
	}
	round_trip(q);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct rep_queue *first;
	struct rep_queue *q = emptied(&first);
	struct rep_err err = { .msg = "" };

	if (rep_queue_load(q, (struct rep_str){ (const char *)data, size }, &err) == REP_OK)
		round_trip(q);
	else
		MUST(err.msg[0] != '\0');
	works(q);
	filled((struct rep_str){ (const char *)data, size });
	return 0;
}
