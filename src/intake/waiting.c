/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/waiting.h"
#include "base/time.h"

#include <stdlib.h>

enum { ROUNDS_UNSEEN = 3 };

struct waits_counting {
	const struct rep_waiting_times *times;
	struct rep_waiting_list *out;
	int64_t now_s;
	uint64_t *last; /* of each row: the message that was counted last */
	uint64_t number;
};

static bool
same(const struct rep_waiting_mail *x, const struct rep_waiting_mail *y)
{
	return x->wait == y->wait && rep_str_eq(x->provider, y->provider) &&
	    rep_str_eq(x->domain, y->domain) && rep_str_eq(x->host, y->host);
}

/* The row of these; made when there is none. SIZE_MAX: there are too many. */
static size_t
row_of(struct waits_counting *c, const struct rep_waiting_mail *key)
{
	struct rep_waiting_list *l = c->out;

	for (size_t i = 0; i < l->n; i++)
		if (same(&l->v[i], key))
			return i;
	if (l->n == REP_WAITING_ROWS)
		return SIZE_MAX;
	c->last[l->n] = 0;
	l->v[l->n] = *key;
	return l->n++;
}

static void
earlier(int64_t *to, int64_t at_s)
{
	if (at_s != 0 && (*to == 0 || at_s < *to))
		*to = at_s;
}

/* The domain that a small host is known by: its own, else that of the recipient. */
static struct rep_str
domain_of(const struct rep_pending *p)
{
	if (!rep_str_eq(p->provider, REP_S("other")))
		return REP_S("");
	return rep_str_or(p->provider_domain, p->domain);
}

static void
add(struct waits_counting *c, const struct rep_queued *e, const struct rep_pending *p)
{
	struct rep_waiting_mail key = { .host = e->log_host,
		.provider = p->provider,
		.domain = domain_of(p),
		.wait = p->waits };
	size_t i = row_of(c, &key);
	int64_t expires_s = 0;
	struct rep_waiting_mail *w;

	if (i == SIZE_MAX) {
		c->out->left_out++;
		return;
	}
	w = &c->out->v[i];
	w->recipients++;
	if (p->arrived_s != 0)
		expires_s =
		    p->arrived_s + (e->bounce ? c->times->bounce_lifetime_s : c->times->lifetime_s);
	earlier(&w->since_s, p->since_s);
	earlier(&w->oldest_s, p->arrived_s);
	earlier(&w->expires_s, expires_s);
	if (c->last[i] == c->number)
		return;
	c->last[i] = c->number;
	w->messages++;
	w->expiring += expires_s != 0 && expires_s <= c->now_s + REP_DAY_S;
}

static void
add_unseen(struct rep_waiting_list *l, const struct rep_queued *e)
{
	struct rep_unseen *u;
	size_t i = 0;

	while (i < l->unseen_n && !rep_str_eq(l->unseen[i].host, e->log_host))
		i++;
	if (i == REP_UNSEEN_HOSTS)
		return;
	if (i == l->unseen_n)
		l->unseen[l->unseen_n++] = (struct rep_unseen){ .host = e->log_host };
	u = &l->unseen[i];
	u->messages++;
	u->recipients += e->recipients;
	earlier(&u->first_s, e->round_s);
	if (e->round_s > u->last_s)
		u->last_s = e->round_s;
	if (u->sender_domain.n == 0)
		u->sender_domain = e->sender_domain;
}

static int
by_messages(const void *a, const void *b)
{
	const struct rep_waiting_mail *x = a, *y = b;
	int d;

	if (x->messages != y->messages)
		return x->messages > y->messages ? -1 : 1;
	if ((d = rep_str_cmp(x->provider, y->provider)) != 0 ||
	    (d = rep_str_cmp(x->domain, y->domain)) != 0 ||
	    (d = rep_str_cmp(x->host, y->host)) != 0)
		return d;
	return (x->wait > y->wait) - (x->wait < y->wait);
}

bool
rep_waiting_of(const struct rep_queue *q, const struct rep_waiting_times *t, int64_t now_s,
    struct rep_arena *a, struct rep_waiting_list *out)
{
	struct waits_counting c = { .times = t,
		.out = out,
		.now_s = now_s,
		.last = rep_arena_alloc(a, REP_WAITING_ROWS * sizeof *c.last) };
	const struct rep_queued *e;

	*out =
	    (struct rep_waiting_list){ .v = rep_arena_alloc(a, REP_WAITING_ROWS * sizeof *out->v),
		    .unseen = rep_arena_alloc(a, REP_UNSEEN_HOSTS * sizeof *out->unseen) };
	if (c.last == NULL || out->v == NULL || out->unseen == NULL)
		return false;
	for (e = rep_queue_each(q, NULL); e != NULL; e = rep_queue_each(q, e))
		if (e->seen_s > out->newest_s)
			out->newest_s = e->seen_s;
	for (e = rep_queue_each(q, NULL); e != NULL; e = rep_queue_each(q, e)) {
		if (e->seen_s < out->newest_s - REP_QUEUE_STALE_S)
			continue;
		c.number++;
		out->forwarded += rep_str_ends(e->stream, REP_S("/srs"));
		for (const struct rep_pending *p = e->pending; p != NULL; p = p->next)
			add(&c, e, p);
		if (!e->tried && (e->removed || e->rounds >= ROUNDS_UNSEEN))
			add_unseen(out, e);
	}
	if (out->n > 1)
		qsort(out->v, out->n, sizeof *out->v, by_messages);
	return true;
}
