/*
 * From observations to cells, episodes and incidents: what happened, not why.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/index.h"
#include "base/hash.h"

#include <stdlib.h>

enum { HOUR = 3600, DAY = 86400 };

/* What must hold before a trouble is over, and before it counts at all. */
static const struct {
	int64_t quiet_s;   /* no reply of the trouble for so long, while mail was accepted */
	uint64_t accepted; /* and so many accepted since the last of them */
	uint64_t replies;  /* fewer do not count, unless certain_counts */
	bool certain_counts;
	double share; /* of the attempts of the episode */
} terms[REP_TROUBLE_N] = {
	[REP_TROUBLE_BLOCK] = { 1800, 10, 3, true, 0 },
	[REP_TROUBLE_THROTTLE] = { 6 * HOUR, 1, 5, false, 0.01 },
	[REP_TROUBLE_FAIL] = { 1800, 10, 3, false, 0.02 },
};
enum { INCIDENT_GAP_S = 90 * DAY };

bool
rep_class_troubles(enum rep_class c, enum rep_trouble *t)
{
	switch (c) {
	case REP_CLASS_BLOCKED:
	case REP_CLASS_LISTED: *t = REP_TROUBLE_BLOCK; return true;
	case REP_CLASS_THROTTLED: *t = REP_TROUBLE_THROTTLE; return true;
	case REP_CLASS_AUTHENTICATION:
	case REP_CLASS_IDENTITY: *t = REP_TROUBLE_FAIL; return true;
	default: return false;
	}
}

/* A reply about one message, link or recipient says nothing of the source. */
static bool
about_the_sender(const struct rep_judge_in *in, const struct rep_observation *o)
{
	const struct rep_rule *r = rep_know_rule(in->know, rep_name(&in->names, o->rule));

	return r == NULL ||
	    (r->scope != REP_SCOPE_MESSAGE && r->scope != REP_SCOPE_URL &&
		r->scope != REP_SCOPE_RECIPIENT && r->scope != REP_SCOPE_PROVIDER);
}

bool
rep_index_trouble(
    const struct rep_verdicts *v, const struct rep_observation *o, enum rep_trouble *t)
{
	return o->evidence && rep_class_troubles((enum rep_class)o->class, t) &&
	    (o->rule == 0 || o->rule >= v->index->rules_n || v->index->sender_rule[o->rule]);
}

/* --- cells ----------------------------------------------------------------------------------- */

static bool
same_key(const struct rep_cell_key *a, const struct rep_cell_key *b)
{
	return a->label == b->label && a->route == b->route && a->provider == b->provider &&
	    a->provider_domain == b->provider_domain;
}

static uint64_t
key_hash(const struct rep_cell_key *k)
{
	return rep_hash_mix(((uint64_t)k->label << 32 | k->provider) ^
	    rep_hash_mix((uint64_t)k->route << 32 | k->provider_domain));
}

struct cell_table {
	uint32_t *slots; /* index + 1 */
	size_t n;	 /* a power of two */
};

/* The index of a cell, made when it is new; SIZE_MAX when the table is full. */
static size_t
cell_index(struct rep_verdicts *v, struct cell_table *t, const struct rep_cell_key *k)
{
	size_t i = key_hash(k) & (t->n - 1);

	for (; t->slots[i] != 0; i = (i + 1) & (t->n - 1))
		if (same_key(&v->cells[t->slots[i] - 1].key, k))
			return t->slots[i] - 1;
	v->cells[v->cells_n].key = *k;
	t->slots[i] = (uint32_t)++v->cells_n;
	return v->cells_n - 1;
}

static struct rep_cell_key
key_of(const struct rep_observation *o)
{
	return (struct rep_cell_key){ o->label, o->route, o->provider, o->provider_domain };
}

/* Counts the different keys, so that the arena is asked once. */
static size_t
upper_bound(const struct rep_judge_in *in)
{
	size_t n = 1;

	while (n < (in->obs_n + in->recent_n) * 2 + 16)
		n *= 2;
	return n;
}

/* Cells, and each cell's observations in the order of time. */
static enum rep_rc
make_cells(struct rep_verdicts *v, struct rep_arena *a, struct rep_err *err)
{
	const struct rep_judge_in *in = v->in;
	struct cell_table t = { NULL, upper_bound(in) };
	size_t most = in->obs_n + in->recent_n + 1, *at, c;
	uint32_t *cell_of;

	t.slots = calloc(t.n, sizeof *t.slots);
	cell_of = calloc(in->obs_n + 1, sizeof *cell_of);
	v->cells = calloc(most, sizeof *v->cells);
	if (t.slots == NULL || cell_of == NULL || v->cells == NULL)
		goto small;
	for (size_t i = 0; i < in->obs_n; i++) {
		struct rep_cell_key k = key_of(&in->obs[i]);

		cell_of[i] = (uint32_t)cell_index(v, &t, &k);
		v->cells[cell_of[i]].obs_n++;
	}
	for (size_t i = 0; i < in->recent_n; i++) {
		const struct rep_observation *o = &in->recent[i];
		struct rep_cell_key k = key_of(o);

		if (in->window_s != 0 &&
		    (o->last_s <= in->now_s - in->window_s || o->first_s > in->now_s))
			continue;
		c = cell_index(v, &t, &k);
		v->cells[c].count[o->status] += o->count;
		v->totals[o->status] += o->count;
		v->cells[c].classes[o->class] += o->count;
	}
	/* The arena keeps only as many as there are. */
	struct rep_cell *kept = rep_arena_alloc(a, (v->cells_n + 1) * sizeof *kept);

	v->index->obs = rep_arena_alloc(a, (in->obs_n + 1) * sizeof *v->index->obs);
	at = rep_arena_alloc(a, (v->cells_n + 1) * sizeof *at);
	if (kept == NULL || v->index->obs == NULL || at == NULL)
		goto small;
	memcpy(kept, v->cells, v->cells_n * sizeof *kept);
	free(v->cells);
	v->cells = kept;
	for (size_t i = 0, sum = 0; i < v->cells_n; i++) {
		kept[i].obs_from = at[i] = sum;
		sum += kept[i].obs_n;
	}
	for (size_t i = 0; i < in->obs_n; i++)
		v->index->obs[at[cell_of[i]]++] = &in->obs[i];
	free(t.slots);
	free(cell_of);
	return REP_OK;
small:
	free(t.slots);
	free(cell_of);
	free(v->cells);
	v->cells = NULL;
	v->cells_n = 0;
	return rep_fail(err, REP_ELIMIT, "more history than memory is set aside for");
}

/* --- episodes ---------------------------------------------------------------------------------- */

/* One bucket of one cell, added up. */
struct bucket {
	struct {
		uint64_t n, bounced, deferred;
		int64_t first_s, last_s;
		bool certain;
	} trouble[REP_TROUBLE_N];
	struct {
		uint64_t n;
		int64_t first_s, last_s;
	} accepted;
	uint64_t attempts;
};

struct track {
	struct rep_episode e; /* being followed */
	bool open, certain;
	uint64_t accepted, attempts; /* accepted: since the last reply of the trouble */
	int64_t accepted_from_s;
};

struct sink {
	struct rep_verdicts *v;
	struct rep_arena *a;
	size_t cell;
	struct rep_episode *episodes; /* in the arena, of one cell and trouble */
	size_t n, cap;
	bool certain; /* of the last one */
	bool full;
};

static void
keep(struct sink *s, const struct track *t)
{
	struct rep_episode *more;

	if (s->n == s->cap) {
		s->cap = s->cap == 0 ? 4 : s->cap * 2;
		more = rep_arena_alloc(s->a, s->cap * sizeof *more);
		if (more == NULL) {
			s->full = true;
			return;
		}
		if (s->n > 0)
			memcpy(more, s->episodes, s->n * sizeof *more);
		s->episodes = more;
	}
	s->episodes[s->n++] = t->e;
	s->certain = t->certain;
}

/* Ends the episode being followed; it is kept when it is more than an odd reply or two. */
static void
end_episode(struct sink *s, enum rep_trouble kind, struct track *t, bool still_open)
{
	bool enough = t->e.replies >= terms[kind].replies &&
	    (double)t->e.replies >= terms[kind].share * (double)t->attempts;

	if (t->open &&
	    (enough || (terms[kind].certain_counts && t->certain) ||
		(still_open && kind == REP_TROUBLE_BLOCK)))
		keep(s, t);
	*t = (struct track){ 0 };
}

static void
begin_or_go_on(struct track *t, enum rep_trouble kind, const struct bucket *b)
{
	if (!t->open) {
		*t = (struct track){ .open = true };
		t->e.since_s = b->trouble[kind].first_s;
	}
	t->e.last_s = b->trouble[kind].last_s;
	t->e.replies += b->trouble[kind].n;
	t->e.bounced += b->trouble[kind].bounced;
	t->e.deferred += b->trouble[kind].deferred;
	t->certain |= b->trouble[kind].certain;
	t->attempts += b->attempts;
	t->accepted = 0;
	t->accepted_from_s = 0;
	if (b->accepted.n > 0 && b->accepted.last_s > t->e.last_s) {
		bool all = b->accepted.first_s > t->e.last_s;

		t->accepted = all ? b->accepted.n : 1;
		t->accepted_from_s = all ? b->accepted.first_s : t->e.last_s + 1;
	}
}

static void
walk_bucket(struct sink *s, enum rep_trouble kind, struct track *t, const struct bucket *b)
{
	if (b->trouble[kind].n > 0) {
		/* The trouble may have ended before within what was accepted since. */
		if (t->open && t->accepted >= terms[kind].accepted &&
		    b->trouble[kind].first_s - t->e.last_s >= terms[kind].quiet_s) {
			t->e.until_s = t->accepted_from_s;
			end_episode(s, kind, t, false);
		}
		begin_or_go_on(t, kind, b);
	} else if (t->open && b->accepted.n > 0) {
		if (t->accepted == 0)
			t->accepted_from_s = b->accepted.first_s;
		t->accepted += b->accepted.n;
		t->attempts += b->attempts;
	}
	if (t->open && t->accepted >= terms[kind].accepted && b->accepted.n > 0 &&
	    b->accepted.last_s - t->e.last_s >= terms[kind].quiet_s) {
		t->e.until_s = t->accepted_from_s;
		end_episode(s, kind, t, false);
	}
}

static void
add_up(const struct rep_verdicts *v, const struct rep_observation *o, struct bucket *b)
{
	enum rep_trouble t;

	if (!o->evidence)
		return;
	b->attempts += o->count;
	if (o->class == REP_CLASS_ACCEPTED) {
		if (b->accepted.n == 0 || o->first_s < b->accepted.first_s)
			b->accepted.first_s = o->first_s;
		if (o->last_s > b->accepted.last_s)
			b->accepted.last_s = o->last_s;
		b->accepted.n += o->count;
	} else if (rep_index_trouble(v, o, &t)) {
		if (b->trouble[t].n == 0 || o->first_s < b->trouble[t].first_s)
			b->trouble[t].first_s = o->first_s;
		if (o->last_s > b->trouble[t].last_s)
			b->trouble[t].last_s = o->last_s;
		b->trouble[t].n += o->count;
		b->trouble[t].bounced += o->status == REP_STATUS_BOUNCED ? o->count : 0;
		b->trouble[t].deferred += o->status == REP_STATUS_DEFERRED ? o->count : 0;
		b->trouble[t].certain |= o->certain;
	}
}

static void
follow(struct rep_verdicts *v, const struct rep_cell *c, enum rep_trouble kind, struct sink *s)
{
	struct track t = { 0 };
	size_t i = c->obs_from, end = c->obs_from + c->obs_n;

	while (i < end) {
		int64_t from_s = v->index->obs[i]->from_s;
		struct bucket b = { 0 };

		for (; i < end && v->index->obs[i]->from_s == from_s; i++)
			if (v->index->obs[i]->first_s <= v->in->now_s)
				add_up(v, v->index->obs[i], &b);
		walk_bucket(s, kind, &t, &b);
	}
	end_episode(s, kind, &t, true);
}

/* --- incidents ---------------------------------------------------------------------------------- */

/* The rule, class and stage of most replies of an episode. */
static void
commonest(const struct rep_verdicts *v, const struct rep_cell *c, const struct rep_episode *e,
    struct rep_incident *i)
{
	struct {
		uint32_t rule;
		uint8_t class, stage;
		uint64_t n;
	} seen[16];
	size_t n = 0, best = 0, k;
	enum rep_trouble t;

	for (size_t o = c->obs_from; o < c->obs_from + c->obs_n; o++) {
		const struct rep_observation *x = v->index->obs[o];

		if (x->last_s < e->since_s || x->first_s > e->last_s ||
		    !rep_index_trouble(v, x, &t) || t != i->trouble)
			continue;
		i->certain |= x->certain;
		for (k = 0; k < n; k++)
			if (seen[k].rule == x->rule && seen[k].class == x->class &&
			    seen[k].stage == x->stage)
				break;
		if (k == REP_COUNT(seen))
			continue;
		if (k == n) {
			seen[n].rule = x->rule;
			seen[n].class = x->class;
			seen[n].stage = x->stage;
			seen[n++].n = 0;
		}
		seen[k].n += x->count;
		if (seen[k].n > seen[best].n)
			best = k;
	}
	if (n == 0)
		return;
	i->rule = seen[best].rule;
	i->class = (enum rep_class)seen[best].class;
	i->stage = (enum rep_stage)seen[best].stage;
}

static int
by_loss(const void *a, const void *b)
{
	const struct rep_lost_stream *x = a, *y = b;

	if (x->bounced != y->bounced)
		return x->bounced > y->bounced ? -1 : 1;
	if (x->deferred != y->deferred)
		return x->deferred > y->deferred ? -1 : 1;
	return x->stream < y->stream ? -1 : x->stream > y->stream;
}

static enum rep_rc
lost(struct rep_verdicts *v, const struct rep_cell *c, struct rep_incident *i, struct rep_arena *a,
    struct rep_err *err)
{
	const struct rep_episode *e = &i->episodes[i->episodes_n - 1];
	enum { MOST = 256 };
	enum rep_trouble t;
	size_t k;

	i->streams = rep_arena_alloc(a, MOST * sizeof *i->streams);
	if (i->streams == NULL)
		return rep_fail(err, REP_ELIMIT, "more history than memory is set aside for");
	for (size_t o = c->obs_from; o < c->obs_from + c->obs_n; o++) {
		const struct rep_observation *x = v->index->obs[o];

		if (x->last_s < e->since_s || x->first_s > e->last_s ||
		    !rep_index_trouble(v, x, &t) || t != i->trouble)
			continue;
		for (k = 0; k < i->streams_n && i->streams[k].stream != x->stream;)
			k++;
		if (k == MOST)
			continue;
		if (k == i->streams_n)
			i->streams[i->streams_n++] =
			    (struct rep_lost_stream){ .stream = x->stream };
		if (x->status == REP_STATUS_BOUNCED)
			i->streams[k].bounced += x->count;
		else
			i->streams[k].deferred += x->count;
	}
	qsort(i->streams, i->streams_n, sizeof *i->streams, by_loss);
	return REP_OK;
}

static enum rep_rc
one_incident(struct rep_verdicts *v, size_t cell, enum rep_trouble kind,
    const struct rep_episode *e, size_t n, bool certain, struct rep_arena *a, struct rep_err *err)
{
	struct rep_incident *i = &v->incidents[v->incidents_n];
	const struct rep_cell *c = &v->cells[cell];
	const struct rep_episode *last = &e[n - 1];

	*i = (struct rep_incident){ .cell = cell, .trouble = kind, .episodes = e, .episodes_n = n };
	commonest(v, c, last, i);
	i->life = last->until_s != 0			      ? REP_LIFE_OVER
	    : certain || last->replies >= terms[kind].replies ? REP_LIFE_ACTIVE
							      : REP_LIFE_SUSPECTED;
	i->tried_again = last->replies > 0 ? last->replies - 1 : 0;
	i->key = rep_arena_printf(a, "%.*s|%.*s|%.*s|%.*s|%d|%lld",
	    REP_PR(rep_name(&v->in->names, c->key.label)),
	    REP_PR(rep_name(&v->in->names, c->key.route)),
	    REP_PR(rep_name(&v->in->names, c->key.provider)),
	    REP_PR(rep_name(&v->in->names, c->key.provider_domain)), (int)kind,
	    (long long)e[0].since_s);
	if (i->key.p == NULL)
		return rep_fail(err, REP_ELIMIT, "more history than memory is set aside for");
	v->incidents_n++;
	return lost(v, c, i, a, err);
}

/* Episodes within 90 days of one another are one incident with returns. */
static enum rep_rc
group(
    struct rep_verdicts *v, struct sink *s, enum rep_trouble kind, size_t *cap, struct rep_err *err)
{
	enum rep_rc rc;

	for (size_t from = 0, to; from < s->n; from = to) {
		for (to = from + 1; to < s->n &&
		     s->episodes[to].since_s - s->episodes[to - 1].until_s <= INCIDENT_GAP_S;)
			to++;
		if (v->incidents_n == *cap) {
			size_t more = *cap == 0 ? 32 : *cap * 2;
			struct rep_incident *p = rep_arena_alloc(s->a, more * sizeof *p);

			if (p == NULL)
				return rep_fail(
				    err, REP_ELIMIT, "more incidents than memory is set aside for");
			if (v->incidents_n > 0)
				memcpy(p, v->incidents, v->incidents_n * sizeof *p);
			v->incidents = p;
			*cap = more;
		}
		rc = one_incident(v, s->cell, kind, s->episodes + from, to - from,
		    to < s->n || s->certain, s->a, err);
		if (rc != REP_OK)
			return rc;
	}
	return REP_OK;
}

/* Throttling that turned into a block ends where the block begins. */
static void
throttle_before_block(struct rep_verdicts *v)
{
	for (size_t t = 0; t < v->incidents_n; t++) {
		struct rep_incident *x = &v->incidents[t];
		struct rep_episode *e =
		    (struct rep_episode *)(uintptr_t)&x->episodes[x->episodes_n - 1];

		if (x->trouble != REP_TROUBLE_THROTTLE || e->until_s != 0)
			continue;
		for (size_t b = 0; b < v->incidents_n; b++) {
			const struct rep_incident *y = &v->incidents[b];
			const struct rep_episode *f = &y->episodes[y->episodes_n - 1];

			if (y->cell == x->cell && y->trouble == REP_TROUBLE_BLOCK &&
			    f->since_s >= e->since_s && e->last_s <= f->since_s + HOUR) {
				e->until_s = f->since_s;
				x->life = REP_LIFE_OVER;
			}
		}
	}
}

/* --- states ----------------------------------------------------------------------------------- */

static void
set_states(struct rep_verdicts *v)
{
	for (size_t n = 0; n < v->incidents_n; n++) {
		const struct rep_incident *i = &v->incidents[n];
		struct rep_cell *c = &v->cells[i->cell];
		enum rep_state s = i->trouble == REP_TROUBLE_THROTTLE ? REP_STATE_THROTTLED
		    : i->trouble == REP_TROUBLE_FAIL		      ? REP_STATE_FAILING
		    : i->class == REP_CLASS_LISTED		      ? REP_STATE_LISTED
								      : REP_STATE_BLOCKED;

		c->named = true;
		if (i->life == REP_LIFE_OVER || s <= c->state)
			continue;
		c->state = s;
		c->since_s = i->episodes[i->episodes_n - 1].since_s;
		c->rule = i->rule;
		c->incident = n + 1;
	}
	for (size_t n = 0; n < v->cells_n; n++) {
		struct rep_cell *c = &v->cells[n];
		uint64_t all = 0, well, lost_n = 0;

		for (int s = 0; s < REP_STATUS_N; s++)
			all += c->count[s];
		well = c->classes[REP_CLASS_ACCEPTED] + c->classes[REP_CLASS_RECIPIENT] +
		    c->classes[REP_CLASS_MAILBOX] + c->classes[REP_CLASS_GREYLISTED];
		lost_n = all > well ? all - well : 0;
		if (c->state != REP_STATE_UNKNOWN || all == 0)
			continue;
		c->state = all >= 20 && lost_n * 2 >= all	     ? REP_STATE_FAILING
		    : c->classes[REP_CLASS_ACCEPTED] > 0 || well > 0 ? REP_STATE_WELL
								     : REP_STATE_UNKNOWN;
	}
}

/* The row of all small hosts of a label; made of the first of them when there is none yet. */
static struct rep_cell *
row_of_all(struct rep_cell **rows, size_t *n, struct rep_cell *c)
{
	struct rep_cell_key k = c->key;

	k.provider_domain = 0;
	for (size_t i = 0; i < *n; i++)
		if (same_key(&rows[i]->key, &k))
			return rows[i];
	c->key = k;
	rows[(*n)++] = c;
	return c;
}

/* Small hosts that are in no trouble are one row, not a thousand. */
static enum rep_rc
fold_small_hosts(struct rep_verdicts *v, struct rep_arena *a, struct rep_err *err)
{
	struct rep_cell **rows = rep_arena_alloc(a, (v->cells_n + 1) * sizeof *rows);
	size_t n = 0;

	if (rows == NULL)
		return rep_fail(err, REP_ELIMIT, "more history than memory is set aside for");
	for (size_t i = 0; i < v->cells_n; i++)
		if (v->cells[i].key.provider_domain == 0)
			rows[n++] = &v->cells[i];
	for (size_t i = 0; i < v->cells_n; i++) {
		struct rep_cell *c = &v->cells[i], *sum;

		if (c->key.provider_domain == 0 || c->named || (sum = row_of_all(rows, &n, c)) == c)
			continue;
		for (int s = 0; s < REP_STATUS_N; s++)
			sum->count[s] += c->count[s];
		for (int s = 0; s < REP_CLASS_N; s++)
			sum->classes[s] += c->classes[s];
		c->folded = true;
	}
	return REP_OK;
}

enum rep_rc
rep_judge_timeline(struct rep_verdicts *v, struct rep_arena *a, struct rep_err *err)
{
	struct sink s = { .v = v, .a = a };
	size_t cap = 0;
	enum rep_rc rc;

	v->index->rules_n = v->in->names.n;
	v->index->sender_rule = rep_arena_alloc(a, v->in->names.n + 1);
	if (v->index->sender_rule == NULL)
		return rep_fail(err, REP_ELIMIT, "more names than memory is set aside for");
	memset(v->index->sender_rule, 1, v->in->names.n + 1);
	for (size_t i = 0; i < v->in->obs_n; i++) {
		const struct rep_observation *o = &v->in->obs[i];

		if (o->rule != 0 && o->rule < v->in->names.n && v->index->sender_rule[o->rule] == 1)
			v->index->sender_rule[o->rule] = about_the_sender(v->in, o) ? 2 : 0;
	}
	if ((rc = make_cells(v, a, err)) != REP_OK)
		return rc;
	for (size_t c = 0; c < v->cells_n; c++)
		for (int kind = 0; kind < REP_TROUBLE_N; kind++) {
			s.cell = c;
			s.episodes = NULL;
			s.n = s.cap = 0;
			follow(v, &v->cells[c], (enum rep_trouble)kind, &s);
			if (s.full)
				return rep_fail(
				    err, REP_ELIMIT, "more history than memory is set aside for");
			if ((rc = group(v, &s, (enum rep_trouble)kind, &cap, err)) != REP_OK)
				return rc;
		}
	throttle_before_block(v);
	set_states(v);
	return fold_small_hosts(v, a, err);
}
