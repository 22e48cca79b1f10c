/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/track.h"
#include "judge/index.h"
#include "judge/usual.h"

#include <math.h>
#include <stdlib.h>

enum { HOUR = 3600 };

const struct rep_trouble_terms rep_trouble_terms[REP_TROUBLE_N] = {
	[REP_TROUBLE_BLOCK] = { HOUR / 2, 10, 3, 0 },
	[REP_TROUBLE_THROTTLE] = { 6 * HOUR, 1, 5, 0 },
	[REP_TROUBLE_FAIL] = { HOUR / 2, 10, 3, 0 },
	[REP_TROUBLE_DROP] = { HOUR, 5, 8, 2 * HOUR },
};

/*
 * What is usual. A certain reply that names the sender is not chance, so it is taken to be
 * independent of the next; the rest comes in bursts. doc/judge.md has what was measured.
 */
static const struct rep_usual_terms usual_terms[REP_TROUBLE_N] = {
	[REP_TROUBLE_THROTTLE] = { .least = 0.003, .step = 0.05, .bar = 10, .bursts = 1.1 },
	[REP_TROUBLE_FAIL] = { .least = 0.003, .step = 0.03, .bar = 5, .bursts = 1 },
	[REP_TROUBLE_DROP] = { .least = 0.01, .step = 0.10, .bar = 12, .bursts = 3 },
};

/* --- buckets ------------------------------------------------------------------------------------- */

struct replies {
	uint64_t n, bounced, deferred, expired, theirs;
	int64_t first_s, last_s;
	bool certain;
};

/* One bucket of one cell, added up. */
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
	struct bucket *buckets; /* owned */
	size_t n, cap;
	struct rep_usual usual; /* of the kind being followed */
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
	r->expired += o->status == REP_STATUS_EXPIRED ? o->count : 0;
	r->theirs += rep_class_theirs((enum rep_class)o->class) ? o->count : 0;
	r->certain |= o->certain;
}

/* Fills t->buckets; *kinds gets a bit for each kind of trouble that is in them. */
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

/* --- a stay being followed ------------------------------------------------------------------------ */

struct walk {
	struct rep_track *t;
	enum rep_trouble kind;
	const struct rep_trouble_terms *terms;
	struct rep_stay stay;
	bool open, no_memory;
	double bad;	   /* share from which a bucket is of the trouble */
	uint64_t accepted; /* since its last reply */
	int64_t accepted_from_s;
};

static void
end_stay(struct walk *w, bool still_open)
{
	struct rep_stays *s = &w->t->stays[w->kind];
	bool block = w->kind == REP_TROUBLE_BLOCK;
	bool counts =
	    w->stay.e.replies >= w->terms->replies || (block && (w->stay.certain || still_open));

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

static void
begin_or_go_on(struct walk *w, const struct bucket *b)
{
	const struct replies *r = &b->of[w->kind];
	struct rep_episode *e = &w->stay.e;

	if (!w->open) {
		w->stay = (struct rep_stay){ .e.since_s = r->first_s };
		w->open = true;
	}
	e->last_s = r->last_s;
	e->replies += r->n;
	e->bounced += r->bounced;
	e->deferred += r->deferred;
	e->expired += r->expired;
	w->stay.certain |= r->certain;
	w->stay.theirs += r->theirs;
	w->stay.attempts += b->attempts;
	w->accepted = 0;
	w->accepted_from_s = 0;
	if (b->accepted.n > 0 && b->accepted.last_s > e->last_s) {
		bool all = b->accepted.first_s > e->last_s;

		w->accepted = all ? b->accepted.n : 1;
		w->accepted_from_s = all ? b->accepted.first_s : e->last_s + 1;
	}
}

/* No more such replies than usual are as good as none. */
static bool
is_bad(const struct walk *w, const struct bucket *b)
{
	uint64_t x = b->of[w->kind].n;

	return x > 0 &&
	    (w->bad <= 0 ||
		((double)x >= w->bad * (double)b->attempts && (x > 1 || b->attempts < 20)));
}

/* True when the stay has ended in this bucket. */
static bool
go_on(struct walk *w, const struct bucket *b)
{
	int64_t until_s = 0;

	if (is_bad(w, b)) {
		/* It may have ended before, within what was accepted since. */
		if (w->open && w->accepted >= w->terms->accepted &&
		    b->of[w->kind].first_s - w->stay.e.last_s >= w->terms->quiet_s) {
			w->stay.e.until_s = w->accepted_from_s;
			end_stay(w, false);
		}
		begin_or_go_on(w, b);
	} else if (w->open && b->accepted.n > 0) {
		if (w->accepted == 0)
			w->accepted_from_s = b->accepted.first_s;
		w->accepted += b->accepted.n;
		w->stay.attempts += b->attempts;
	}
	if (w->open && w->accepted >= w->terms->accepted && b->accepted.n > 0 &&
	    b->accepted.last_s - w->stay.e.last_s >= w->terms->quiet_s)
		until_s = w->accepted_from_s;
	if (until_s == 0)
		return false;
	w->stay.e.until_s = until_s;
	end_stay(w, false);
	return true;
}

/* --- against what is usual ---------------------------------------------------------------------------- */

static struct rep_usual_bucket
usual_bucket(const struct walk *w, const struct bucket *b)
{
	return (struct rep_usual_bucket){ b->from_s, b->from_s >= w->t->v->in->hours_from_s,
		b->of[w->kind].n, b->attempts };
}

static void
learn(struct walk *w, size_t from, size_t until)
{
	for (size_t i = from; i < until; i++) {
		struct rep_usual_bucket b = usual_bucket(w, &w->t->buckets[i]);

		rep_usual_learn(&w->t->usual, &usual_terms[w->kind], &b);
	}
}

/*
 * Where the trouble began, of the buckets from `first` to `at`, where it was noticed: the
 * beginning that makes the share seen since the likeliest against the usual one.
 */
static size_t
beginning(const struct walk *w, size_t first, size_t at, double usual)
{
	const struct bucket *b = w->t->buckets;
	double x = 0, n = 0, share, sum = 0, best = -1;
	size_t found = at;

	for (size_t i = at + 1; i-- > first;) { /* the share of the latest buckets, 3 at most */
		x += (double)b[i].of[w->kind].n;
		n += (double)b[i].attempts;
		if (at - i == 2)
			break;
	}
	share = fmin(fmax(x / fmax(n, 1), usual * 2), 0.99);
	for (size_t i = at + 1; i-- > first;) {
		double xi = (double)b[i].of[w->kind].n, rest = (double)b[i].attempts - xi;

		sum += xi * log(share / usual) + rest * log((1 - share) / (1 - usual));
		if (sum > best && b[i].of[w->kind].n > 0) {
			best = sum;
			found = i;
		}
	}
	return found;
}

/* Follows buckets from `from` while nothing stands out; where it does, a stay is opened. */
static size_t
until_noticed(struct walk *w, size_t from)
{
	const struct rep_usual_terms *terms = &usual_terms[w->kind];
	size_t first = from; /* of the buckets that the sum rests on */
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
		for (size_t k = beginning(w, first, i, share); k <= i; k++)
			(void)go_on(w, &w->t->buckets[k]);
		return i + 1;
	}
	return w->t->n;
}

static bool
follow(struct rep_track *t, enum rep_trouble kind)
{
	struct walk w = { .t = t, .kind = kind, .terms = &rep_trouble_terms[kind] };
	bool against_usual = kind != REP_TROUBLE_BLOCK;

	if (against_usual)
		memset(&t->usual, 0, sizeof t->usual);
	for (size_t i = 0; i < t->n && !w.no_memory;) {
		if (against_usual && !w.open) {
			i = until_noticed(&w, i);
			continue;
		}
		(void)go_on(&w, &t->buckets[i++]);
	}
	end_stay(&w, true);
	return !w.no_memory;
}

enum rep_rc
rep_track_cell(struct rep_track *t, const struct rep_observation *obs, size_t n,
    struct rep_stays *out[REP_TROUBLE_N], struct rep_err *err)
{
	static const char *const pieces[REP_TROUBLE_N] = { "block", "throttle", "fail", "drop" };
	unsigned kinds;

	for (int k = 0; k < REP_TROUBLE_N; k++) {
		t->stays[k].n = 0;
		out[k] = &t->stays[k];
	}
	if (!make_buckets(t, obs, n, &kinds))
		return rep_fail(err, REP_EMEM, "out of memory");
	for (int k = 0; k < REP_TROUBLE_N; k++)
		if ((kinds & 1u << k) != 0 && rep_judge_has(t->v->in, pieces[k]) &&
		    !follow(t, (enum rep_trouble)k))
			return rep_fail(err, REP_EMEM, "out of memory");
	return REP_OK;
}
