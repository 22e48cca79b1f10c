/*
 * What an option does for an incident: its effect on the likeliest cause, and the sentence about
 * it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"
#include "judge/advised.h"
#include "judge/weighing.h"

enum { MAX_CAUSES = 3, MAX_TOLD = 8, TEXT_MAX = 1 << 20 };

static const char *const leads[REP_EFFECT_N] = { "unclear for", "would fix", "would ease",
	"would not fix", "would make worse" };
static const char *const its[REP_EFFECT_N] = { "its effect is not known", "would fix it",
	"would ease it", "would not fix it", "would make it worse" };

struct rep_str
rep_weighing_made(struct rep_weighing *d, struct rep_str s)
{
	d->small = d->small || s.p == NULL;
	return s.p != NULL ? s : (struct rep_str){ "", 0 };
}

const struct rep_cell *
rep_weighing_cell(const struct rep_weighing *d, const struct rep_incident *i)
{
	return i->cell < d->v->cells_n ? &d->v->cells[i->cell] : NULL;
}

static struct rep_way_effect
effect_on(const struct rep_weighing *d, const struct rep_way *o, const struct rep_incident *i,
    enum rep_cause c)
{
	const struct rep_cell *cell = rep_weighing_cell(d, i);
	enum rep_way_about about = rep_advised_about(d->v, i);

	if (o->route.n > 0 && cell != NULL &&
	    rep_str_eq(rep_name(&d->facts->names, cell->key.route), o->route))
		return (struct rep_way_effect){ REP_EFFECT_LEAVES,
			REP_S("you send through it already") };
	if (o->asks_them && rep_advised_request(d->v, i) == REP_REQUEST_NONE &&
	    o->about[about].effect != REP_EFFECT_LEAVES)
		return (struct rep_way_effect){ REP_EFFECT_LEAVES,
			REP_S("they take no request for this refusal") };
	/* It is another cause than that one which may be at work, too. */
	if (o->about[about].effect != REP_EFFECT_UNKNOWN &&
	    (about != REP_ABOUT_UNKNOWN_THERE || c == REP_CAUSE_VOLUME))
		return o->about[about];
	if (o->scope[i->scope].effect != REP_EFFECT_UNKNOWN)
		return o->scope[i->scope];
	return o->cause[c];
}

/* Each time that a delisting did not last, asking again is worth less. */
static double
value(const struct rep_way *o, const struct rep_incident *i, enum rep_effect e)
{
	static const double values[REP_EFFECT_N] = { 0, 1, 0.5, 0, -1 };
	bool asks = o->kind == REP_WAY_STAY && e == REP_EFFECT_EASES;

	return asks ? values[e] / (double)i->episodes_n : values[e];
}

/* The share of the likely causes that the option cures. */
double
rep_weighing_worth(
    const struct rep_weighing *d, const struct rep_way *o, const struct rep_incident *i)
{
	double sum = 0, all = 0;

	for (int c = 0; c < REP_CAUSE_N; c++) {
		if (i->cannot_be[c])
			continue;
		all += i->probability[c];
		sum +=
		    i->probability[c] * value(o, i, effect_on(d, o, i, (enum rep_cause)c).effect);
	}
	return all > 0 ? sum / all : 0;
}

/* A less likely cause than this is not mentioned, even if the others are unlikely too. */
static const double faint = 0.1;

/*
 * The causes to mention, likeliest first: the likeliest one, all that are not unlikely, and the
 * second one if no cause is probable.
 */
static size_t
to_speak_of(
    const struct rep_weighing *d, const struct rep_incident *i, enum rep_cause v[MAX_CAUSES])
{
	const struct rep_weights *w = d->facts->weights;
	bool done[REP_CAUSE_N] = { false };
	size_t n = 0;

	while (n < MAX_CAUSES) {
		int best = -1;
		double least = n == 0				   ? 0
		    : n == 1 && i->probability[v[0]] < w->probably ? faint
								   : w->unlikely;

		for (int c = 0; c < REP_CAUSE_N; c++)
			if (!done[c] && !i->cannot_be[c] && i->probability[c] > 0 &&
			    (best < 0 || i->probability[c] > i->probability[best]))
				best = c;
		if (best < 0 || i->probability[best] <= least)
			break;
		done[best] = true;
		v[n++] = (enum rep_cause)best;
	}
	return n;
}

/* How sure it is. "Cannot tell" says nothing in brackets after a cause that was just named. */
static const char *
words(const struct rep_weighing *d, const struct rep_incident *i, enum rep_cause c)
{
	const struct rep_weights *w = d->facts->weights;

	if (i->probability[c] >= w->probably)
		return rep_probability_words(w, i->probability[c]);
	if ((int)c == rep_advised_cause(i))
		return "most likely, but it cannot be proven";
	return i->probability[c] <= w->unlikely ? "unlikely" : "possible";
}

/* "; lifted twice before, back after 9 and 13 days" */
static struct rep_str
came_back(struct rep_weighing *d, const struct rep_incident *i)
{
	size_t n = i->episodes_n - 1;
	char times[REP_TIMES_TEXT];
	int64_t days = 0;
	struct rep_buf b;

	rep_buf_init(&b, TEXT_MAX);
	if (n > 0)
		rep_buf_printf(&b, "; lifted %s before, back after ", rep_times(n, times));
	for (size_t k = 0; k < n; k++) {
		int64_t until_s = i->episodes[k].until_s;

		days = until_s == 0 ? 0 : (i->episodes[k + 1].since_s - until_s) / REP_DAY_S;
		rep_buf_printf(&b, "%s%lld",
		    k == 0	    ? ""
			: k + 1 < n ? ", "
				    : " and ",
		    (long long)days);
	}
	if (n > 0)
		rep_buf_add(&b, n == 1 && days == 1 ? REP_S(" day") : REP_S(" days"));
	return rep_weighing_made(d, rep_arena_take(d->a, &b));
}

/* The sentence when one cause is likely enough. */
static struct rep_str
tail_of_one(struct rep_weighing *d, const struct rep_way *o, const struct rep_incident *i,
    enum rep_cause top, const enum rep_cause *v, size_t n)
{
	struct rep_way_effect e = effect_on(d, o, i, top);
	struct rep_buf b;

	rep_buf_init(&b, TEXT_MAX);
	rep_buf_printf(&b, " if the cause is %s (%s)%s%.*s", rep_advised_words(d->v, i, top),
	    words(d, i, top), e.why.n > 0 ? ": " : "", REP_PR(e.why));
	if (o->kind == REP_WAY_STAY && e.effect == REP_EFFECT_EASES)
		rep_buf_add(&b, came_back(d, i));
	for (size_t k = 0; k < n; k++) {
		enum rep_effect other = effect_on(d, o, i, v[k]).effect;

		if (v[k] == top || other == e.effect || other == REP_EFFECT_UNKNOWN)
			continue;
		rep_buf_printf(&b, ". It %s if it is %s (%s)", its[other],
		    rep_advised_words(d->v, i, v[k]), words(d, i, v[k]));
	}
	return rep_weighing_made(d, rep_arena_take(d->a, &b));
}

/* The sentence when no cause is likely enough: the effect on each of them. */
static struct rep_str
tail_of_many(struct rep_weighing *d, const struct rep_way *o, const struct rep_incident *i,
    const enum rep_cause *v, size_t n)
{
	struct rep_buf b;

	rep_buf_init(&b, TEXT_MAX);
	for (size_t k = 0; k < n; k++) {
		enum rep_effect e = effect_on(d, o, i, v[k]).effect;

		rep_buf_printf(&b, "%s %s if it is %s (%s)", k == 0 ? ":" : ",", its[e],
		    rep_advised_words(d->v, i, v[k]), words(d, i, v[k]));
	}
	if (n == 0)
		rep_buf_add(&b, REP_S(": no cause stands out"));
	return rep_weighing_made(d, rep_arena_take(d->a, &b));
}

void
rep_weighing_effect(struct rep_weighing *d, const struct rep_way *o, const struct rep_incident *i,
    struct rep_way_verdict *r)
{
	enum rep_cause v[MAX_CAUSES];
	size_t n = to_speak_of(d, i, v);
	int top = rep_advised_cause(i);
	bool alike = true, useless = true; /* for all causes: the same effect; leaves or worsens */
	enum rep_effect first = n > 0 ? effect_on(d, o, i, v[0]).effect : REP_EFFECT_UNKNOWN;

	*r = (struct rep_way_verdict){ .incident = i, .cause = top };
	for (int c = 0; c < REP_CAUSE_N; c++)
		r->by_cause[c] = effect_on(d, o, i, (enum rep_cause)c).effect;
	for (size_t k = 0; k < n; k++) {
		r->causes |= 1u << v[k];
		alike = alike && r->by_cause[v[k]] == first;
		useless = useless && r->by_cause[v[k]] >= REP_EFFECT_LEAVES;
	}
	if (n > 0 && (alike || useless || i->probability[v[0]] >= d->facts->weights->probably))
		r->effect = first;
	r->lead = rep_str_c(leads[r->effect]);
	r->tail = r->effect != REP_EFFECT_UNKNOWN ? tail_of_one(d, o, i, v[0], v, n)
						  : tail_of_many(d, o, i, v, n);
}

void
rep_weighing_leaves(struct rep_way_verdict *r, struct rep_str why)
{
	r->effect = REP_EFFECT_LEAVES;
	r->lead = rep_str_c(leads[REP_EFFECT_LEAVES]);
	r->tail = why;
}

/* Incidents that get the same sentence. */
struct alike {
	const struct rep_way_verdict *first;
	int64_t id[MAX_TOLD];
	size_t n; /* those beyond id, too */
};

static void
add_number(struct alike *a, int64_t id)
{
	if (a->n < MAX_TOLD)
		a->id[a->n] = id;
	a->n++;
}

/* "1, 2 and 3"; of many the first few, and how many more. */
static void
numbers(struct rep_buf *b, const struct alike *a)
{
	for (size_t k = 0; k < a->n && k < MAX_TOLD; k++)
		rep_buf_printf(b, "%s%lld",
		    k == 0	       ? ""
			: k + 1 < a->n ? ", "
				       : " and ",
		    (long long)a->id[k]);
	if (a->n > MAX_TOLD)
		rep_buf_printf(b, " and %zu more", a->n - MAX_TOLD);
}

struct rep_str
rep_weighing_told(struct rep_weighing *d, const struct rep_way_verdict *v, size_t n)
{
	struct alike kinds[MAX_TOLD] = { { .n = 0 } };
	size_t kinds_n = 0, left = 0, k;
	struct rep_buf b;

	for (size_t i = 0; i < n; i++) {
		for (k = 0; k < kinds_n &&
		     (!rep_str_eq(kinds[k].first->lead, v[i].lead) ||
			 !rep_str_eq(kinds[k].first->tail, v[i].tail));)
			k++;
		if (k == MAX_TOLD) {
			left++;
			continue;
		}
		if (k == kinds_n)
			kinds[kinds_n++].first = &v[i];
		add_number(&kinds[k], v[i].incident->id);
	}
	rep_buf_init(&b, TEXT_MAX);
	for (k = 0; k < kinds_n; k++) {
		rep_buf_printf(&b, "%s%.*s incident%s ", k > 0 ? ". " : "",
		    REP_PR(kinds[k].first->lead), rep_plural(kinds[k].n));
		numbers(&b, &kinds[k]);
		rep_buf_add(&b, kinds[k].first->tail);
	}
	if (left > 0)
		rep_buf_printf(&b, ". And something else for %zu more", left);
	return rep_weighing_made(d, rep_arena_take(d->a, &b));
}
