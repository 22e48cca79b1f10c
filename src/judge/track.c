/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/track.h"
#include "judge/index.h"
#include "judge/streams.h"
#include "judge/usual.h"

#include <math.h>
#include <stdlib.h>

enum { MINUTE = 60, HOUR = 3600, ACCEPTED_MAX = 200, FULL = 30 /* replies */ };

const struct rep_trouble_terms rep_trouble_terms[REP_TROUBLE_N] = {
	[REP_TROUBLE_BLOCK] = { HOUR / 2, 10, 3, 0, 0 },
	[REP_TROUBLE_THROTTLE] = { 6 * HOUR, 1, 5, 20 * MINUTE, 0 },
	[REP_TROUBLE_FAIL] = { HOUR / 2, 10, 3, 0, 0 },
	[REP_TROUBLE_DROP] = { HOUR, 5, 8, 20 * MINUTE, 2 * HOUR },
};

/*
 * What is usual. A certain reply that names the sender is no accident, so each is taken as
 * independent of the next. Other replies come in bursts. doc/judge.md has what was measured.
 */
static const struct rep_usual_terms usual_terms[REP_TROUBLE_N] = {
	[REP_TROUBLE_THROTTLE] = { .least = 0.003, .step = 0.05, .bar = 13, .bursts = 1.1 },
	[REP_TROUBLE_FAIL] = { .least = 0.003, .step = 0.03, .bar = 5, .bursts = 1 },
	[REP_TROUBLE_DROP] = { .least = 0.01, .step = 0.10, .bar = 12, .bursts = 3 },
};

/*
 * One stream alone. The greater part of it is refused, or it is not noticed apart: several streams are
 * looked at, and each of them is less mail. Judgement; bench/judge.md shows that ordinary months stay quiet.
 */
static const struct rep_usual_terms stream_terms = {
	.least = 0.01, .step = 0.40, .bar = 12, .bursts = 3
};

/* --- buckets ------------------------------------------------------------------------------------- */

struct replies {
	uint64_t n, bounced, deferred, theirs;
	int64_t first_s, last_s;
	bool certain;
};

/* The sums of one bucket of one cell. */
struct bucket {
	int64_t from_s;
	uint64_t attempts;
	struct {
		uint64_t n;
		int64_t first_s, last_s;
	} accepted;
	struct replies of[REP_TROUBLE_N];
};

struct rep_track {
	const struct rep_verdicts *v;
	const struct rep_observation *obs; /* of the cell, borrowed */
	size_t obs_n;
	struct bucket *buckets; /* owned */
	size_t n, cap;
	struct rep_usual usual;	      /* for the kind of trouble being followed */
	bool by_bounces;	      /* only bounces tell of this cell */
	bool one_stream;	      /* obs are those of one stream */
	struct rep_observation *room; /* owned; of rep_streams_rows */
	size_t room_cap;
	struct rep_stays stays[REP_TROUBLE_N];
};

struct rep_track *
rep_track_new(const struct rep_verdicts *v)
{
	struct rep_track *t = calloc(1, sizeof *t);

	if (t != NULL)
		t->v = v;
	return t;
}

void
rep_track_free(struct rep_track *t)
{
	if (t == NULL)
		return;
	for (int k = 0; k < REP_TROUBLE_N; k++)
		free(t->stays[k].v);
	free(t->buckets);
	free(t->room);
	free(t);
}

static void
widen(int64_t *first_s, int64_t *last_s, bool none, const struct rep_observation *o)
{
	if (none || o->first_s < *first_s)
		*first_s = o->first_s;
	if (none || o->last_s > *last_s)
		*last_s = o->last_s;
}

static void
add_up(const struct rep_verdicts *v, const struct rep_observation *o, struct bucket *b)
{
	enum rep_trouble kind;
	struct replies *r;

	switch (rep_index_counts(v, o, &kind)) {
	case REP_COUNTS_NOT: return;
	case REP_COUNTS_ATTEMPT: b->attempts += o->count; return;
	case REP_COUNTS_ACCEPTED:
		b->attempts += o->count;
		widen(&b->accepted.first_s, &b->accepted.last_s, b->accepted.n == 0, o);
		b->accepted.n += o->count;
		return;
	case REP_COUNTS_TROUBLE: break;
	}
	r = &b->of[kind];
	b->attempts += o->count;
	widen(&r->first_s, &r->last_s, r->n == 0, o);
	r->n += o->count;
	r->bounced += o->status == REP_STATUS_BOUNCED ? o->count : 0;
	r->deferred += o->status == REP_STATUS_DEFERRED ? o->count : 0;
	r->theirs += rep_class_theirs((enum rep_class)o->class) ? o->count : 0;
	r->certain |= o->certain;
}

/* Fills t->buckets. *kinds gets one bit for each kind of trouble in them. */
static bool
make_buckets(struct rep_track *t, const struct rep_observation *obs, size_t n, unsigned *kinds)
{
	enum rep_trouble kind;

	*kinds = 0;
	for (size_t i = 0; i < n; i++)
		if (rep_index_counts(t->v, &obs[i], &kind) == REP_COUNTS_TROUBLE)
			*kinds |= 1u << kind;
	t->n = 0;
	for (size_t i = 0; *kinds != 0 && i < n; i++) {
		if (obs[i].first_s > t->v->in->now_s)
			continue;
		if (t->n == 0 || t->buckets[t->n - 1].from_s != obs[i].from_s) {
			if (t->n == t->cap) {
				size_t cap = t->cap == 0 ? 256 : t->cap * 2;
				struct bucket *more = realloc(t->buckets, cap * sizeof *more);

				if (more == NULL)
					return false;
				t->buckets = more;
				t->cap = cap;
			}
			t->buckets[t->n++] = (struct bucket){ .from_s = obs[i].from_s };
		}
		add_up(t->v, &obs[i], &t->buckets[t->n - 1]);
	}
	return true;
}

/* --- following one stay ---------------------------------------------------------------------- */

/* Where a stay began. */
struct beginning {
	size_t bucket;
	double share; /* of such replies since then */
};

struct track_walk {
	struct rep_track *t;
	enum rep_trouble kind;
	const struct rep_trouble_terms *terms;
	const struct rep_usual_terms *usual_terms;
	struct rep_stay stay;
	bool open, no_memory, counted; /* counted: the last stay was long enough */
	struct beginning began;
	size_t at;	   /* the current bucket */
	double bad;	   /* from this share on a bucket is part of the trouble */
	uint64_t accepted; /* since the last reply of the trouble */
	int64_t accepted_from_s;
};

/*
 * Whether it lasted long enough to be more than a short disturbance. With few replies it must last
 * longer. If nearly all attempts met the trouble, it need not last at all.
 */
static bool
lasted(const struct track_walk *w)
{
	const struct rep_episode *e = &w->stay.e;
	double times = fmin(fmax((double)FULL / (double)e->replies, 1), 2.5);

	if (w->t->by_bounces)
		return e->replies >= REP_BOUNCES_MAKE;
	return e->replies >= w->terms->replies &&
	    ((e->replies * 10 >= w->stay.attempts * 8 &&
		 (!w->t->one_stream || e->replies >= FULL)) ||
		(double)(e->last_s - e->since_s) >= times * (double)w->terms->for_s);
}

/*
 * Nothing was accepted, and most attempts could not reach the provider or found it unable to work.
 */
static bool
is_away(const struct bucket *b)
{
	return b->accepted.n == 0 && b->of[REP_TROUBLE_DROP].theirs * 2 > b->attempts;
}

/*
 * For an absence. If a provider accepted nothing for whole buckets, the stay is the gap between the
 * last accepted message and the next one. Stray failures around the gap cannot stretch it.
 */
static void
narrow_to_gap(struct track_walk *w)
{
	const struct bucket *b = w->t->buckets;
	struct rep_episode *e = &w->stay.e;
	size_t end = w->at + 1 < w->t->n ? w->at + 1 : w->t->n, first = w->began.bucket, last;

	while (first < end && !is_away(&b[first]))
		first++;
	if (first == end)
		return;
	for (last = end - 1; !is_away(&b[last]);)
		last--;
	w->stay.away = true;
	e->since_s = b[first].of[w->kind].first_s;
	if (first > 0 && b[first - 1].of[w->kind].last_s > b[first - 1].accepted.last_s &&
	    b[first].from_s - b[first - 1].from_s <= HOUR)
		e->since_s = b[first - 1].accepted.last_s + 1;
	e->until_s = last + 1 == w->t->n ? 0
	    : b[last + 1].accepted.n > 0 ? b[last + 1].accepted.first_s
					 : b[last + 1].from_s;
	e->last_s = b[last].of[w->kind].last_s;
	if (last + 1 < w->t->n && b[last + 1].of[w->kind].n > 0 &&
	    b[last + 1].of[w->kind].first_s < e->until_s)
		e->last_s = e->until_s - 1;
}

static void
end_stay(struct track_walk *w, bool still_open)
{
	struct rep_stays *s = &w->t->stays[w->kind];
	bool block = w->kind == REP_TROUBLE_BLOCK && !w->t->by_bounces;
	bool counts = lasted(w) || (block && (w->stay.certain || still_open));

	w->counted = counts;
	if (counts && w->kind == REP_TROUBLE_DROP && w->stay.theirs * 2 > w->stay.e.replies)
		narrow_to_gap(w);
	if (w->open && counts) {
		if (s->n == s->cap) {
			size_t cap = s->cap == 0 ? 8 : s->cap * 2;
			struct rep_stay *more = realloc(s->v, cap * sizeof *more);

			if (more == NULL) {
				w->no_memory = true;
				return;
			}
			s->v = more;
			s->cap = cap;
		}
		s->v[s->n++] = w->stay;
	}
	w->open = false;
}

/*
 * Attempts of a bucket from at_s on. at_s is its first reply of the trouble or later. Assumes that
 * the accepted ones are spread evenly between the first and the last of them, and the rest over the
 * hour.
 */
static double
attempts_since(const struct bucket *b, enum rep_trouble kind, int64_t at_s)
{
	double x = (double)b->of[kind].n, accepted = (double)b->accepted.n;
	double rest = (double)b->attempts - x - accepted;
	double span = (double)(b->accepted.last_s - b->accepted.first_s) + 1;
	double taken = (double)(b->accepted.last_s - at_s) / span;

	return x + accepted * fmin(fmax(taken, 0), 1) +
	    rest * fmin(fmax(1 - (double)(at_s - b->from_s) / HOUR, 0), 1);
}

static void
begin_or_go_on(struct track_walk *w, const struct bucket *b)
{
	const struct replies *r = &b->of[w->kind];
	struct rep_episode *e = &w->stay.e;

	if (!w->open) {
		w->stay = (struct rep_stay){ .e.since_s = r->first_s };
		w->open = true;
		w->stay.attempts = (uint64_t)attempts_since(b, w->kind, r->first_s);
	} else {
		w->stay.attempts += b->attempts;
	}
	e->last_s = r->last_s;
	e->replies += r->n;
	e->bounced += r->bounced;
	e->deferred += r->deferred;
	w->stay.certain |= r->certain;
	w->stay.theirs += r->theirs;
	w->accepted = 0;
	w->accepted_from_s = 0;
	if (b->accepted.n > 0 && b->accepted.last_s > e->last_s) {
		bool all = b->accepted.first_s > e->last_s;

		w->accepted = all ? b->accepted.n : 1;
		w->accepted_from_s = all ? b->accepted.first_s : e->last_s + 1;
	}
}

/* Whether the bucket has more such replies than usual. */
static bool
is_bad(const struct track_walk *w, const struct bucket *b)
{
	uint64_t x = b->of[w->kind].n;

	return x > 0 &&
	    (w->bad <= 0 ||
		((double)x >= w->bad * (double)b->attempts && (x > 1 || b->attempts < 20)));
}

/*
 * How many accepted messages show that the trouble is over: so many that, at the share of the
 * trouble, only one run in ten thousand would have none of its replies.
 */
static uint64_t
enough(const struct track_walk *w)
{
	double share = (double)w->stay.e.replies / fmax((double)w->stay.attempts, 1);
	double n = fmin(9.2 / fmax(share, 0.001), ACCEPTED_MAX);

	return (uint64_t)fmax(n, (double)w->terms->accepted);
}

/* Adds a bucket. True: the stay ended in it. */
static bool
go_on(struct track_walk *w, size_t at)
{
	const struct bucket *b = &w->t->buckets[at];
	int64_t until_s = 0;

	w->at = at;
	if (is_bad(w, b)) {
		/* The messages accepted since may show that it had ended before this bucket. */
		if (w->open && w->accepted >= enough(w) &&
		    b->of[w->kind].first_s - w->stay.e.last_s >= w->terms->quiet_s) {
			w->stay.e.until_s = w->accepted_from_s;
			end_stay(w, false);
		}
		begin_or_go_on(w, b);
	} else if (w->open && b->accepted.n > 0) {
		if (w->accepted == 0)
			w->accepted_from_s = b->accepted.first_s;
		w->accepted += b->accepted.n;
	}
	if (w->open && w->accepted >= enough(w) && b->accepted.n > 0 &&
	    b->accepted.last_s - w->stay.e.last_s >= w->terms->quiet_s)
		until_s = w->accepted_from_s;
	if (until_s == 0)
		return false;
	w->stay.e.until_s = until_s;
	end_stay(w, false);
	return true;
}

/* --- comparing with what is usual ------------------------------------------------------------ */

static struct rep_usual_bucket
usual_bucket(const struct track_walk *w, const struct bucket *b)
{
	return (struct rep_usual_bucket){ b->from_s, b->from_s >= w->t->v->in->hours_from_s,
		b->of[w->kind].n, b->attempts };
}

static void
learn(struct track_walk *w, size_t from, size_t until)
{
	for (size_t i = from; i < until; i++) {
		struct rep_usual_bucket b = usual_bucket(w, &w->t->buckets[i]);

		rep_usual_learn(&w->t->usual, w->usual_terms, &b);
	}
}

/* Log of the likelihood ratio: x of n replies at `share`, against the usual share. */
static double
likelier(double x, double n, double share, double usual)
{
	return x * log(share / usual) + (n - x) * log((1 - share) / (1 - usual));
}

/*
 * Where the trouble began, among the buckets from `first` to `at`, in which it was noticed. Takes
 * the start that makes the share since then most likely, compared with the usual share.
 */
static struct beginning
beginning(const struct track_walk *w, size_t first, size_t at, double usual)
{
	const struct bucket *b = w->t->buckets;
	double x = 0, n = 0, sum = 0, best = -1;
	struct beginning found = { at, 0 };

	for (size_t i = at + 1; i-- > first && at - i < 3;) { /* the share in the latest buckets */
		const struct replies *r = &b[i].of[w->kind];

		x += (double)r->n;
		n += i == at && r->n > 0 ? attempts_since(&b[i], w->kind, r->first_s)
					 : (double)b[i].attempts;
	}
	found.share = fmin(fmax(x / fmax(n, 1), usual * 2), 0.99);
	for (size_t i = at + 1; i-- > first;) {
		const struct replies *r = &b[i].of[w->kind];
		double xi = (double)r->n;
		double ni = xi > 0 ? attempts_since(&b[i], w->kind, r->first_s) : 0;
		double from_here = sum + likelier(xi, ni, found.share, usual);

		if (xi > 0 && from_here > best) {
			best = from_here;
			found.bucket = i;
		}
		sum += likelier(xi, (double)b[i].attempts, found.share, usual);
	}
	return found;
}

/* Replies of a row before at_s, if they are spread evenly. At least one, the first reply. */
static double
part_before(const struct rep_observation *r, int64_t at_s)
{
	double part = (double)(at_s - r->first_s) / (double)(r->last_s - r->first_s + 1);

	return fmax(1, (double)r->count * fmin(part, 1));
}

/*
 * The moment within the first bucket. Each row (a stream, a rule) has its own first reply. One that
 * is long before the others is a stray reply of the usual kind.
 */
static int64_t
moment(const struct track_walk *w, const struct beginning *began, double usual)
{
	const struct bucket *b = &w->t->buckets[began->bucket];
	const struct rep_observation *o = w->t->obs, *end = o + w->t->obs_n, *first, *last;
	int64_t found = b->of[w->kind].first_s;
	double best = -HUGE_VAL;
	enum rep_trouble kind;

	while (o < end && o->from_s < b->from_s)
		o++;
	first = o;
	while (o < end && o->from_s == b->from_s)
		o++;
	last = o;
	for (const struct rep_observation *c = first; c < last; c++) {
		double strays = 0, x, n, score;

		if (!rep_index_trouble(w->t->v, c, &kind) || kind != w->kind)
			continue;
		for (const struct rep_observation *r = first; r < last; r++)
			if (r->first_s < c->first_s && rep_index_trouble(w->t->v, r, &kind) &&
			    kind == w->kind)
				strays += part_before(r, c->first_s);
		x = (double)b->of[w->kind].n - strays;
		n = fmax(attempts_since(b, w->kind, c->first_s) - strays, x);
		score = likelier(x, n, began->share, usual);
		if (score > best || (score >= best && c->first_s < found)) {
			best = score;
			found = c->first_s;
		}
	}
	return found;
}

/* Follows buckets from `from` while nothing stands out. When something does, opens a stay. */
static size_t
until_noticed(struct track_walk *w, size_t from)
{
	const struct rep_usual_terms *terms = w->usual_terms;
	size_t first = from; /* the first bucket of the present sum */
	double sum = 0, share = 0, worse = 0;
	uint64_t replies = 0;

	for (size_t i = from; i < w->t->n; i++) {
		struct rep_usual_bucket b = usual_bucket(w, &w->t->buckets[i]);

		if (b.x > 0 || sum > 0) {
			share = rep_usual_share(&w->t->usual, terms, &b, &worse);
			sum = fmax(0, sum + rep_usual_score(&w->t->usual, terms, &b, share, worse));
			replies += b.x;
		}
		if (sum <= 0) {
			learn(w, first, i + 1);
			first = i + 1;
			replies = 0;
			continue;
		}
		if (sum < terms->bar || replies < w->terms->replies)
			continue;
		w->bad = sqrt(share * worse);
		w->began = beginning(w, first, i, share);
		for (size_t k = w->began.bucket; k <= i; k++)
			if (go_on(w, k))
				return k + 1;
		if (w->open && w->stay.e.since_s < moment(w, &w->began, share))
			w->stay.e.since_s = moment(w, &w->began, share);
		return i + 1;
	}
	return w->t->n;
}

static bool
follow(struct rep_track *t, enum rep_trouble kind)
{
	struct track_walk w = { .t = t,
		.kind = kind,
		.terms = &rep_trouble_terms[kind],
		.usual_terms = t->one_stream ? &stream_terms : &usual_terms[kind] };
	bool against_usual = kind != REP_TROUBLE_BLOCK && !t->by_bounces;

	if (against_usual)
		memset(&t->usual, 0, sizeof t->usual);
	for (size_t i = 0; i < t->n && !w.no_memory;) {
		if (against_usual && !w.open) {
			i = until_noticed(&w, i);
			continue;
		}
		if (go_on(&w, i++) && against_usual && !w.counted)
			learn(
			    &w, w.began.bucket, i); /* too short for trouble, so it is usual then */
	}
	end_stay(&w, true);
	return !w.no_memory;
}

/* --- one stream ------------------------------------------------------------------------------ */

/* Drops that hit single streams and are too few in the mail of the whole cell. */
static bool
follow_streams(struct rep_track *t, const struct rep_observation *obs, size_t n)
{
	struct rep_stays *s = &t->stays[REP_TROUBLE_DROP];
	const struct rep_observation *rows;
	size_t whole = s->n, rows_n, end;
	bool enough = true;
	unsigned kinds;

	if (2 * n > t->room_cap) {
		struct rep_observation *room = realloc(t->room, 2 * n * sizeof *room);

		if (room == NULL)
			return false;
		t->room = room;
		t->room_cap = 2 * n;
	}
	rows_n = rep_streams_rows(
	    t->v, obs, n, rep_trouble_terms[REP_TROUBLE_DROP].replies, t->room, &rows);
	t->one_stream = true;
	for (size_t at = 0; enough && at < rows_n; at = end) {
		size_t kept = s->n;

		for (end = at + 1; end < rows_n && rows[end].stream == rows[at].stream;)
			end++;
		t->obs = rows + at;
		t->obs_n = end - at;
		enough = make_buckets(t, t->obs, t->obs_n, &kinds) && follow(t, REP_TROUBLE_DROP);
		for (size_t i = kept; i < s->n; i++)
			if (s->v[i].theirs * 2 <= s->v[i].e.replies) /* else it is no stream's */
				s->v[kept++] = s->v[i];
		s->n = kept;
	}
	t->one_stream = false;
	if (s->n > whole)
		s->n = rep_stays_join(s->v, whole, s->n);
	return enough;
}

enum rep_rc
rep_track_cell(struct rep_track *t, const struct rep_observation *obs, size_t n,
    struct rep_stays *out[REP_TROUBLE_N], struct rep_err *err)
{
	unsigned kinds;

	for (int k = 0; k < REP_TROUBLE_N; k++) {
		t->stays[k].n = 0;
		out[k] = &t->stays[k];
	}
	t->obs = obs;
	t->obs_n = n;
	t->by_bounces = n > 0 && rep_index_by_bounces(t->v->index, obs[0].label);
	if (!make_buckets(t, obs, n, &kinds))
		return rep_fail(err, REP_EMEM, "out of memory");
	for (int k = 0; k < REP_TROUBLE_N; k++)
		if ((kinds & 1u << k) != 0 &&
		    rep_judge_has(t->v->in, rep_trouble_word((enum rep_trouble)k)) &&
		    !follow(t, (enum rep_trouble)k))
			return rep_fail(err, REP_EMEM, "out of memory");
	if ((kinds & 1u << REP_TROUBLE_DROP) != 0 && !t->by_bounces &&
	    rep_judge_has(t->v->in, "drop") && rep_judge_has(t->v->in, "streams") &&
	    !follow_streams(t, obs, n))
		return rep_fail(err, REP_EMEM, "out of memory");
	return REP_OK;
}
