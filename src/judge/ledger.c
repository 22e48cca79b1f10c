/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/ledger.h"
#include "judge/index.h"

#include <stdlib.h>

struct counting {
	const struct rep_verdicts *v;
	const struct rep_incident *i;
	struct rep_ledger_sum *sum;
	const struct rep_episode *e;
	int64_t next_s; /* start of the next stay; later than now if there is none */
	int64_t end_s;	/* end of this stay, or now */
	bool first_found;
};

static struct rep_ledger_line *
line_of(struct rep_ledger_sum *s, uint32_t stream)
{
	size_t k = 0;

	while (k < s->streams_n && k < REP_STREAMS_TOLD && s->streams[k].stream != stream)
		k++;
	if (k == s->streams_n)
		s->streams[s->streams_n++] =
		    (struct rep_ledger_line){ .stream = k < REP_STREAMS_TOLD ? stream
									     : REP_OTHER_STREAMS };
	return &s->streams[k];
}

/* A message that expired got no reply at that moment. Its class is that of its last reply. */
static bool
of_this_trouble(const struct counting *c, const struct rep_observation *o)
{
	struct rep_observation as_said = *o;
	enum rep_trouble t;

	as_said.evidence = o->evidence || o->status == REP_STATUS_EXPIRED;
	return rep_index_trouble(c->v, &as_said, &t) && t == c->i->trouble;
}

static void
add(struct rep_ledger_line *l, const struct rep_ledger_line *more)
{
	l->bounced += more->bounced;
	l->expired += more->expired;
	l->delayed += more->delayed;
	l->waiting += more->waiting;
	l->not_made += more->not_made;
}

static void
count(struct counting *c, const struct rep_observation *o)
{
	struct rep_ledger_line l = { .stream = o->stream };
	bool first;

	if (o->first_s < c->e->since_s || o->first_s >= c->next_s || !of_this_trouble(c, o) ||
	    (o->status != REP_STATUS_EXPIRED && o->first_s > c->e->last_s))
		return;
	first = !c->first_found && o->first_s == c->e->since_s && o->status != REP_STATUS_EXPIRED;
	c->first_found = c->first_found || first;
	switch ((enum rep_status)o->status) {
	case REP_STATUS_BOUNCED: l.bounced = o->count; break;
	case REP_STATUS_EXPIRED: l.expired = o->count; break;
	case REP_STATUS_DEFERRED: l.delayed = o->count; break;
	default: return;
	}
	if (c->i->trouble == REP_TROUBLE_BLOCK) {
		/* Nobody could know before the first refusal, so it was not avoidable. */
		if (c->end_s - o->last_s < REP_LEDGER_KEPT_S)
			l.waiting = l.bounced - (first && l.bounced > 0);
		l.not_made = l.bounced + l.delayed - first;
	}
	add(&c->sum->all, &l);
	add(line_of(c->sum, o->stream), &l);
}

static void
one_cell(struct counting *c, const struct rep_cell *cell)
{
	size_t n;
	const struct rep_observation *obs = rep_index_obs(c->v, cell, &n);

	for (size_t k = 0; k < n; k++)
		if (obs[k].first_s <= c->v->in->now_s)
			count(c, &obs[k]);
}

/* Counts one stay: at the cell of the incident, or at all cells of the provider. */
static void
one_stay(const struct rep_verdicts *v, const struct rep_incident *i, size_t e,
    struct rep_ledger_sum *sum)
{
	struct counting c = { .v = v, .i = i, .sum = sum, .e = &i->episodes[e] };
	const struct rep_cell *cell = &v->cells[i->cell];
	size_t n;
	const uint32_t *at = rep_index_at_provider(v, cell, &n);

	c.next_s = e + 1 < i->episodes_n ? i->episodes[e + 1].since_s : v->in->now_s + 1;
	c.end_s = c.e->until_s != 0 ? c.e->until_s : v->in->now_s;
	if (!i->everywhere) {
		one_cell(&c, cell);
		return;
	}
	for (size_t k = 0; k < n; k++)
		one_cell(&c, &v->cells[at[k]]);
}

static int
by_loss(const void *a, const void *b)
{
	const struct rep_ledger_line *x = a, *y = b;
	uint64_t lx = x->bounced + x->expired, ly = y->bounced + y->expired;

	if ((x->stream == REP_OTHER_STREAMS) != (y->stream == REP_OTHER_STREAMS))
		return x->stream == REP_OTHER_STREAMS ? 1 : -1;
	if (lx != ly)
		return lx > ly ? -1 : 1;
	if (x->delayed != y->delayed)
		return x->delayed > y->delayed ? -1 : 1;
	return x->stream < y->stream ? -1 : x->stream > y->stream;
}

static bool
settle(struct rep_ledger_sum *s, struct rep_arena *a)
{
	struct rep_ledger_line *kept = rep_arena_alloc(a, (s->streams_n + 1) * sizeof *kept);

	if (kept == NULL)
		return false;
	qsort(s->streams, s->streams_n, sizeof *s->streams, by_loss);
	memcpy(kept, s->streams, s->streams_n * sizeof *kept);
	s->streams = kept;
	return true;
}

bool
rep_ledger(const struct rep_verdicts *v, const struct rep_incident *i, struct rep_arena *a,
    struct rep_ledger *out)
{
	struct rep_ledger_line last[REP_STREAMS_TOLD + 1], stays[REP_STREAMS_TOLD + 1];
	struct rep_ledger l = { .last.streams = last,
		.stays.streams = stays,
		.stays_n = i->episodes_n,
		.other_course = i->trouble == REP_TROUBLE_BLOCK };

	if (!rep_judge_has(v->in, "ledger"))
		return false;
	for (size_t e = 0; e < i->episodes_n; e++)
		one_stay(v, i, e, &l.stays);
	one_stay(v, i, i->episodes_n - 1, &l.last);
	if (!settle(&l.last, a) || !settle(&l.stays, a))
		return false;
	*out = l;
	return true;
}
