/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/complaints.h"

#include <stdlib.h>

/* The strictest limit that any provider names. It is shown as a limit of others. */
static const struct rep_complaint_limit others = { 0.001, 0.003, { "others", 6 },
	{ "as Google and Yahoo do", 22 }, { "", 0 } };

static const char *const words[] = { "too few to tell", "well", "near the limit",
	"over the limit" };

const struct rep_complaint_limit *
rep_complaint_limit(const struct rep_providers *all, struct rep_str id)
{
	const struct rep_provider *p = rep_provider_by_id(all, id);

	return p != NULL && p->limit.act > 0 ? &p->limit : &others;
}

const char *
rep_rate_word(enum rep_rate_state s)
{
	return (unsigned)s < REP_COUNT(words) ? words[s] : words[0];
}

/* --- sums ---------------------------------------------------------------------------------------- */

struct sums {
	struct rep_rate *v;
	size_t n, cap;
	struct rep_arena *a;
	bool full;
};

static struct rep_rate *
row(struct sums *s, uint32_t provider, uint32_t stream, uint32_t route, bool make)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].provider == provider && s->v[i].stream == stream &&
		    s->v[i].route == route)
			return &s->v[i];
	if (!make)
		return NULL;
	if (s->n == s->cap) {
		size_t cap = s->cap == 0 ? 64 : s->cap * 2;
		struct rep_rate *v = rep_arena_alloc(s->a, cap * sizeof *v);

		if (v == NULL) {
			s->full = true;
			return NULL;
		}
		if (s->n > 0)
			memcpy(v, s->v, s->n * sizeof *v);
		s->v = v;
		s->cap = cap;
	}
	s->v[s->n] = (struct rep_rate){ .provider = provider, .stream = stream, .route = route };
	return &s->v[s->n++];
}

/* The rows that a message or complaint counts in: provider, stream, sending service. */
static void
count(struct sums *s, uint32_t provider, uint32_t stream, uint32_t route, uint64_t complaints,
    uint64_t accepted, int64_t at_s)
{
	const uint32_t keys[3][3] = { { provider, 0, 0 }, { provider, stream, 0 },
		{ 0, 0, route } };

	for (size_t i = 0; i < 3; i++) {
		struct rep_rate *r;

		if ((i == 1 && stream == 0) || (i == 2 && route == 0))
			continue;
		/*
		 * A row is created only by a complaint, so only what was complained about is shown.
		 */
		if ((r = row(s, keys[i][0], keys[i][1], keys[i][2], complaints > 0)) == NULL)
			continue;
		r->complaints += complaints;
		r->accepted += accepted;
		if (complaints > 0 && at_s > r->last_s)
			r->last_s = at_s;
	}
}

static void
rate(const struct rep_providers *all, const struct rep_names *names, struct rep_rate *r)
{
	r->limit =
	    rep_complaint_limit(all, rep_name(names, r->route != 0 ? r->route : r->provider));
	r->share = r->accepted > 0 ? (double)r->complaints / (double)r->accepted : -1;
	if (r->accepted < REP_RATE_MESSAGES)
		r->state = REP_RATE_FEW;
	else if (r->share >= r->limit->act)
		r->state = REP_RATE_OVER;
	else
		r->state = r->share >= r->limit->warn ? REP_RATE_WARN : REP_RATE_WELL;
}

static int
worst_first(const void *a, const void *b)
{
	const struct rep_rate *x = a, *y = b;
	double fx = x->share / x->limit->act, fy = y->share / y->limit->act;

	if (x->state != y->state)
		return x->state > y->state ? -1 : 1;
	if (x->state != REP_RATE_FEW && (fx > fy || fx < fy))
		return fx > fy ? -1 : 1;
	if (x->complaints != y->complaints)
		return x->complaints > y->complaints ? -1 : 1;
	if (x->provider != y->provider)
		return x->provider < y->provider ? -1 : 1;
	return x->stream < y->stream ? -1 : x->stream > y->stream;
}

enum rep_rc
rep_complaint_rates(const struct rep_providers *all, const struct rep_names *names,
    const struct rep_complaint *c, size_t c_n, const struct rep_observation *obs, size_t obs_n,
    int64_t from_s, int64_t until_s, struct rep_arena *a, struct rep_rates *out,
    struct rep_err *err)
{
	struct sums s = { .a = a };

	*out = (struct rep_rates){ .v = NULL };
	for (size_t i = 0; i < c_n; i++) {
		if (c[i].at_s < from_s || c[i].at_s >= until_s)
			continue;
		if (c[i].type == REP_FEEDBACK_OPT_OUT)
			out->opt_outs += c[i].count;
		else if (!rep_feedback_counts(c[i].type))
			out->others += c[i].count;
		else if (!c[i].matched)
			out->unmatched += c[i].count;
		else
			count(&s, c[i].provider, c[i].stream, c[i].route, c[i].count, 0, c[i].at_s);
		/* The rate has these too: the provider holds them against domain or address. */
		if (rep_feedback_counts(c[i].type) && c[i].matched && c[i].untraced)
			out->unmatched += c[i].count;
		if (rep_feedback_counts(c[i].type))
			out->complaints += c[i].count;
	}
	for (size_t i = 0; i < obs_n; i++)
		if (obs[i].class == REP_CLASS_ACCEPTED && obs[i].status == REP_STATUS_SENT &&
		    obs[i].from_s >= from_s && obs[i].from_s < until_s)
			count(&s, obs[i].provider, obs[i].stream, obs[i].route, 0, obs[i].count, 0);
	if (s.full)
		return rep_fail(
		    err, REP_ELIMIT, "more streams with complaints than memory is set aside for");
	for (size_t i = 0; i < s.n; i++)
		rate(all, names, &s.v[i]);
	if (s.n > 0)
		qsort(s.v, s.n, sizeof *s.v, worst_first);
	out->v = s.v;
	out->n = s.n;
	return REP_OK;
}
