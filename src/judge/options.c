/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/options.h"

#include <stdlib.h>

enum { MAX_LABELS = 256, MAX_CAUSES = 3, LEAVE_RETURNS = 3, DAY = 86400, MONTH = 30 };

struct options {
	const struct rep_options_in *in;
	const struct rep_judge_in *facts;
	const struct rep_verdicts *v;
	struct rep_options_out *out;
	struct rep_arena *a;
	bool small; /* the arena is used up */
};

static const char *const advice_words[REP_ADVICE_N] = { "do", "prepare", "possible", "mend-first",
	"no-use", "ruled-out" };
static const char *const phrases[REP_CAUSE_N] = { "the neighbourhood", "your own reputation there",
	"recipients that do not exist", "authentication", "PTR or HELO", "volume", "the content",
	"the provider itself" };
static const char *const leads[REP_EFFECT_N] = { "cannot tell for", "would cure", "would ease",
	"would not cure", "would make worse" };
static const char *const its[REP_EFFECT_N] = { "nobody knows what it does", "would cure it",
	"would ease it", "would not cure it", "would make it worse" };

const char *
rep_advice_word(enum rep_advice a)
{
	return (unsigned)a < REP_ADVICE_N ? advice_words[a] : NULL;
}

const char *
rep_cause_phrase(enum rep_cause c)
{
	return (unsigned)c < REP_CAUSE_N ? phrases[c] : NULL;
}

/* The arena is looked at once, at the end: what could not be made stays empty till then. */
#define MAKE(d, ...) made((d), rep_arena_printf((d)->a, __VA_ARGS__))
static struct rep_str
made(struct options *d, struct rep_str s)
{
	d->small = d->small || s.p == NULL;
	return s.p != NULL ? s : (struct rep_str){ "", 0 };
}

static const struct rep_cell *
cell_of(const struct options *d, const struct rep_incident *i)
{
	return i->cell < d->v->cells_n ? &d->v->cells[i->cell] : NULL;
}

static enum rep_scope
scope_of(const struct options *d, const struct rep_incident *i)
{
	const struct rep_rule *r =
	    rep_know_rule(d->facts->know, rep_name(&d->facts->names, i->rule));

	return r != NULL ? r->scope : REP_SCOPE_NONE;
}

static int
likeliest(const struct rep_incident *i)
{
	int best = -1;

	for (int c = 0; c < REP_CAUSE_N; c++)
		if (!i->cannot_be[c] && i->probability[c] > 0 &&
		    (best < 0 || i->probability[c] > i->probability[best]))
			best = c;
	return best;
}

/* --- what an option does for an incident ---------------------------------------------------------- */

static struct rep_option_effect
effect_on(const struct options *d, const struct rep_option *o, const struct rep_incident *i,
    enum rep_cause c)
{
	const struct rep_cell *cell = cell_of(d, i);
	enum rep_scope s = scope_of(d, i);

	if (o->route.n > 0 && cell != NULL &&
	    rep_str_eq(rep_name(&d->facts->names, cell->key.route), o->route))
		return (struct rep_option_effect){ REP_EFFECT_LEAVES,
			REP_S("you send through it already") };
	if (o->scope[s].effect != REP_EFFECT_UNKNOWN)
		return o->scope[s];
	return o->cause[c];
}

/* Asking is worth less with every time that it did not last. */
static double
value(const struct rep_option *o, const struct rep_incident *i, enum rep_effect e)
{
	static const double values[REP_EFFECT_N] = { 0, 1, 0.5, 0, -1 };
	bool asks = o->kind == REP_OPTION_STAY && e == REP_EFFECT_EASES;

	return asks ? values[e] / (double)i->episodes_n : values[e];
}

/* Of what is likely in an incident: the part that is cured. */
static double
worth(const struct options *d, const struct rep_option *o, const struct rep_incident *i)
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

/* Below this a cause is not spoken of, however little the others are likely. */
static const double faint = 0.1;

/*
 * The causes to speak of, likeliest first: the likeliest, all that are not unlikely, and the
 * second one where none is probable.
 */
static size_t
to_speak_of(const struct options *d, const struct rep_incident *i, enum rep_cause v[MAX_CAUSES])
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

static const char *
words(const struct options *d, const struct rep_incident *i, enum rep_cause c)
{
	return rep_probability_words(d->facts->weights, i->probability[c]);
}

/* "; lifted twice before, back after 9 and 13 days" */
static struct rep_str
came_back(struct options *d, const struct rep_incident *i)
{
	struct rep_str s = { "", 0 };
	size_t n = i->episodes_n - 1;

	for (size_t k = 0; k < n; k++) {
		int64_t until_s = i->episodes[k].until_s;
		int64_t days = until_s == 0 ? 0 : (i->episodes[k + 1].since_s - until_s) / DAY;

		s = MAKE(d, "%.*s%s%lld", REP_PR(s),
		    k == 0	    ? ""
			: k + 1 < n ? ", "
				    : " and ",
		    (long long)days);
	}
	return n == 0
	    ? s
	    : MAKE(d, "; lifted %zu time%s before, back after %.*s day%s", n, n == 1 ? "" : "s",
		  REP_PR(s), n == 1 && rep_str_eq(s, REP_S("1")) ? "" : "s");
}

/* Of a cause that is likely enough to be the one. */
static struct rep_str
tail_of_one(struct options *d, const struct rep_option *o, const struct rep_incident *i,
    enum rep_cause top, const enum rep_cause *v, size_t n)
{
	struct rep_option_effect e = effect_on(d, o, i, top);
	struct rep_str s = MAKE(d, " if the cause is %s (%s)%s%.*s", phrases[top], words(d, i, top),
	    e.why.n > 0 ? ": " : "", REP_PR(e.why));

	if (o->kind == REP_OPTION_STAY && e.effect == REP_EFFECT_EASES)
		s = MAKE(d, "%.*s%.*s", REP_PR(s), REP_PR(came_back(d, i)));
	for (size_t k = 0; k < n; k++) {
		enum rep_effect other = effect_on(d, o, i, v[k]).effect;

		if (v[k] == top || other == e.effect || other == REP_EFFECT_UNKNOWN)
			continue;
		s = MAKE(d, "%.*s. It %s if it is %s (%s)", REP_PR(s), its[other], phrases[v[k]],
		    words(d, i, v[k]));
	}
	return s;
}

/* Nothing is likely enough: what it would do for each. */
static struct rep_str
tail_of_many(struct options *d, const struct rep_option *o, const struct rep_incident *i,
    const enum rep_cause *v, size_t n)
{
	struct rep_str s = { ":", 1 };

	for (size_t k = 0; k < n; k++) {
		enum rep_effect e = effect_on(d, o, i, v[k]).effect;

		s = MAKE(d, "%.*s%s %s if it is %s (%s)", REP_PR(s), k == 0 ? "" : ",", its[e],
		    phrases[v[k]], words(d, i, v[k]));
	}
	return n > 0 ? s : REP_S(": no cause stands out");
}

static void
judge_one(struct options *d, const struct rep_option *o, const struct rep_incident *i,
    struct rep_option_verdict *r)
{
	enum rep_cause v[MAX_CAUSES];
	size_t n = to_speak_of(d, i, v);
	int top = likeliest(i);
	bool alike = n > 0;
	enum rep_effect first = n > 0 ? effect_on(d, o, i, v[0]).effect : REP_EFFECT_UNKNOWN;

	*r = (struct rep_option_verdict){ .incident = i, .cause = top };
	for (size_t k = 1; k < n; k++)
		alike = alike && effect_on(d, o, i, v[k]).effect == first;
	if (n > 0 && (alike || i->probability[v[0]] >= d->facts->weights->probably))
		r->effect = first;
	r->lead = rep_str_c(leads[r->effect]);
	r->tail = r->effect != REP_EFFECT_UNKNOWN ? tail_of_one(d, o, i, v[0], v, n)
						  : tail_of_many(d, o, i, v, n);
}

static bool
alike(const struct rep_option_verdict *x, const struct rep_option_verdict *y)
{
	return rep_str_eq(x->lead, y->lead) && rep_str_eq(x->tail, y->tail);
}

/* Incidents of which the same can be said are told together. */
static struct rep_str
told_together(struct options *d, const struct rep_choice *c, size_t n)
{
	struct rep_str s = { "", 0 };

	for (size_t i = 0; i < n; i++) {
		const struct rep_option_verdict *r = &c->verdicts[i];
		size_t same = 0, all = 0;
		struct rep_str ids = { "", 0 };
		bool told = false;

		for (size_t k = 0; k < n; k++) {
			told = told || (k < i && alike(&c->verdicts[k], r));
			all += alike(&c->verdicts[k], r);
		}
		for (size_t k = i; k < n && !told; k++)
			if (alike(&c->verdicts[k], r))
				ids = MAKE(d, "%.*s%s%lld", REP_PR(ids),
				    same++ == 0	     ? ""
					: same < all ? ", "
						     : " and ",
				    (long long)c->verdicts[k].incident->id);
		if (told)
			continue;
		s = MAKE(d, "%.*s%s%.*s incident%s %.*s%.*s", REP_PR(s), s.n > 0 ? ". " : "",
		    REP_PR(r->lead), same > 1 ? "s" : "", REP_PR(ids), REP_PR(r->tail));
	}
	return s;
}

/* --- a provider and its incidents ------------------------------------------------------------------ */

static size_t
returns(const struct rep_option_group *g)
{
	size_t most = 0;

	for (size_t n = 0; n < g->incidents_n; n++)
		if (g->incidents[n]->episodes_n - 1 > most)
			most = g->incidents[n]->episodes_n - 1;
	return most;
}

/*
 * Conduct: complaints, traps or dead recipients are a probable cause of what is open. Its limits
 * are compiled in: own weights may make it hold sooner, never later.
 */
static bool
own_conduct(const struct options *d, const struct rep_option_group *g)
{
	const double unknown_high = 0.05, probably = 0.65;
	double at = d->facts->weights->probably < probably ? d->facts->weights->probably : probably;

	for (size_t n = 0; n < g->incidents_n; n++) {
		const struct rep_incident *i = g->incidents[n];

		if (g->open_n > 0 && i->life == REP_LIFE_OVER)
			continue;
		if (i->probability[REP_CAUSE_HYGIENE] >= at ||
		    i->probability[REP_CAUSE_OWN_REPUTATION] >= at ||
		    i->unknown_share >= unknown_high)
			return true;
		for (size_t k = 0; k < i->evidence_n; k++)
			if (strcmp(i->evidence[k].name, "hygiene_high") == 0 ||
			    strcmp(i->evidence[k].name, "hygiene_high_sibling") == 0)
				return true;
	}
	return false;
}

/* Only at these providers: an id, or a kind of provider. */
static bool
possible_there(const struct options *d, const struct rep_option *o, struct rep_str provider)
{
	static const char *const kinds[] = { "mailbox", "gateway", "route" };
	const struct rep_provider *p =
	    rep_provider_by_id(rep_know_providers(d->facts->know), provider);

	for (size_t i = 0; i < o->at_n; i++)
		if (rep_str_eq(o->at[i], provider) ||
		    (p != NULL && rep_str_eq(o->at[i], rep_str_c(kinds[p->kind]))))
			return true;
	return o->at_n == 0;
}

static struct rep_str
only_there(struct options *d, const struct rep_option *o, const struct rep_option_group *g)
{
	struct rep_str s = { "", 0 };

	for (size_t i = 0; i < o->at_n; i++)
		s = MAKE(d, "%.*s%s%.*s", REP_PR(s), i > 0 ? ", " : "", REP_PR(o->at[i]));
	return MAKE(d, "nobody can do it at %.*s; it helps only at: %.*s", REP_PR(g->in_sentence),
	    REP_PR(s));
}

static bool
mine(const struct options *d, const struct rep_incident *i, const struct rep_option_group *g)
{
	const struct rep_cell *c = cell_of(d, i);

	return c != NULL && rep_str_eq(rep_name(&d->facts->names, c->key.provider), g->provider) &&
	    (g->provider_domain.n == 0 ||
		rep_str_eq(rep_name(&d->facts->names, c->key.provider_domain), g->provider_domain));
}

/* Whether a cell is in open trouble with this group, or the same network or relay as one that is. */
static bool
same_way(const struct options *d, const struct rep_option_group *g, const struct rep_cell *c)
{
	const struct rep_label *l = rep_label_of(d->facts, c->key.label);

	if (c->key.route == 0 && (l == NULL || l->public.version == 0))
		return true; /* its address is not known: nobody can say that it stands apart */
	for (size_t n = 0; n < g->incidents_n; n++) {
		const struct rep_cell *o = cell_of(d, g->incidents[n]);
		const struct rep_label *m;

		if (g->incidents[n]->everywhere)
			return true;
		if (o == NULL || o->key.route != c->key.route)
			continue;
		if (c->key.route != 0)
			return true;
		m = rep_label_of(d->facts, o->key.label);
		if (m == NULL || m->public.version == 0 ||
		    rep_ip_same_subnet(&m->public, &l->public))
			return true;
	}
	return false;
}

/* The path of another network or relay that the provider takes most mail from. */
static bool
find_path(struct options *d, const struct rep_option_group *g, struct rep_choice *c)
{
	double least = rep_weights_limit(d->facts->weights, "compared-messages", 200);
	struct rep_path best = { .messages = 0 };
	struct rep_path *keep;

	for (size_t n = 0; n < d->v->cells_n; n++) {
		const struct rep_cell *x = &d->v->cells[n];
		struct rep_volume_of of = { .by_provider = true,
			.provider = x->key.provider,
			.provider_domain = x->key.provider_domain,
			.labels = &x->key.label,
			.labels_n = 1,
			.by_route = true,
			.route = x->key.route };
		struct rep_volume v;
		char buf[REP_IP_TEXT];

		if (x->folded || x->state != REP_STATE_WELL ||
		    !rep_str_eq(rep_name(&d->facts->names, x->key.provider), g->provider) ||
		    !rep_str_eq(
			rep_name(&d->facts->names, x->key.provider_domain), g->provider_domain) ||
		    same_way(d, g, x))
			continue;
		v = rep_volume_sum(d->facts, &of);
		if (!v.told || (double)v.messages < least || v.messages <= best.messages)
			continue;
		best = (struct rep_path){ .messages = v.messages,
			.relay = x->key.route != 0,
			.known = true,
			.sources = 1,
			.name = x->key.route != 0
			    ? rep_name(&d->facts->names, x->key.route)
			    : MAKE(d, "%.*s",
				  REP_PR(rep_source_text(d->facts, x->key.label, buf))) };
		c->path_day = v.month / MONTH;
	}
	if (best.messages == 0 || (keep = rep_arena_alloc(d->a, sizeof *keep)) == NULL)
		return false;
	*keep = best;
	c->path = keep;
	return true;
}

/* --- advice and order ---------------------------------------------------------------------------- */

static enum rep_advice
staying(const struct rep_option_group *g, const struct rep_choice *c, enum rep_effect e)
{
	if (c->option->kind == REP_OPTION_MEND)
		return g->own_conduct || e == REP_EFFECT_CURES || e == REP_EFFECT_EASES
		    ? REP_ADVICE_DO
		    : e == REP_EFFECT_UNKNOWN && c->worth > 0 ? REP_ADVICE_POSSIBLE
							      : REP_ADVICE_NO_USE;
	if (g->open_n == 0)
		return REP_ADVICE_NO_USE;
	if (e == REP_EFFECT_CURES || e == REP_EFFECT_EASES)
		return g->own_conduct ? REP_ADVICE_MEND_FIRST : REP_ADVICE_DO;
	return e == REP_EFFECT_UNKNOWN ? REP_ADVICE_POSSIBLE : REP_ADVICE_NO_USE;
}

static enum rep_advice
first_advice(const struct rep_option_group *g, const struct rep_choice *c)
{
	enum rep_effect e = c->verdicts[0].effect;

	if (c->own != NULL && c->own->ruled_out)
		return REP_ADVICE_RULED_OUT;
	switch (c->option->kind) {
	case REP_OPTION_STAY:
	case REP_OPTION_MEND: return staying(g, c, e);
	case REP_OPTION_PATH:
	case REP_OPTION_MOVE:
		if (g->own_conduct)
			return REP_ADVICE_MEND_FIRST;
		if (e == REP_EFFECT_LEAVES || e == REP_EFFECT_WORSENS)
			return REP_ADVICE_NO_USE;
		return c->option->kind == REP_OPTION_PATH && g->open_n > 0 ? REP_ADVICE_DO
									   : REP_ADVICE_POSSIBLE;
	case REP_OPTION_RECIPIENT:
	case REP_OPTION_KIND_N: break;
	}
	if (e != REP_EFFECT_CURES && e != REP_EFFECT_EASES)
		return e == REP_EFFECT_UNKNOWN ? REP_ADVICE_POSSIBLE : REP_ADVICE_NO_USE;
	if (g->own_conduct)
		return REP_ADVICE_MEND_FIRST;
	return g->open_n > 0 ? REP_ADVICE_DO : REP_ADVICE_POSSIBLE;
}

/* Cures before eases before what nobody can tell; then the price, the days, the worth. */
static int
effect_rank(const struct rep_choice *c)
{
	static const int ranks[REP_EFFECT_N] = { 2, 0, 1, 3, 4 };

	return c->verdicts != NULL ? ranks[c->verdicts[0].effect] : 0;
}

static int
better(const struct rep_choice *x, const struct rep_choice *y)
{
	double px = rep_option_price(x), py = rep_option_price(y);
	int rx = effect_rank(x), ry = effect_rank(y);

	if (rx != ry)
		return rx < ry ? -1 : 1;
	if (px < py || px > py)
		return px < py ? -1 : 1;
	if (x->days_to != y->days_to)
		return x->days_to < y->days_to ? -1 : 1;
	if (x->worth < y->worth || x->worth > y->worth)
		return x->worth > y->worth ? -1 : 1;
	return rep_str_cmp(x->option->id, y->option->id);
}

static int
by_advice(const void *a, const void *b)
{
	const struct rep_choice *x = a, *y = b;

	if (x->advice != y->advice)
		return x->advice < y->advice ? -1 : 1;
	if (x->advice == REP_ADVICE_DO && x->option->kind != y->option->kind)
		return x->option->kind == REP_OPTION_MEND ? -1
		    : y->option->kind == REP_OPTION_MEND  ? 1
		    : x->option->kind < y->option->kind	  ? -1
							  : 1;
	return better(x, y);
}

/* What came back is left: the best way to move is prepared, and taken when it came back often. */
static void
advise_moving(struct rep_option_group *g)
{
	struct rep_choice *best = NULL;

	for (size_t n = 0; n < g->choices_n; n++) {
		struct rep_choice *c = &g->choices[n];

		if (c->option->kind != REP_OPTION_MOVE || c->advice != REP_ADVICE_POSSIBLE ||
		    effect_rank(c) > 1)
			continue;
		if (best == NULL || better(c, best) < 0)
			best = c;
	}
	if (best == NULL || returns(g) == 0)
		return;
	best->advice =
	    returns(g) >= LEAVE_RETURNS && g->open_n > 0 ? REP_ADVICE_DO : REP_ADVICE_PREPARE;
}

/* --- choices --------------------------------------------------------------------------------------- */

static const struct rep_option_own *
own_of(const struct options *d, const struct rep_option *o)
{
	for (size_t i = 0; i < d->in->own_n; i++)
		if (rep_str_eq(d->in->own[i].option, o->id))
			return &d->in->own[i];
	return NULL;
}

static void
verdicts(struct options *d, struct rep_option_group *g, struct rep_choice *c)
{
	c->verdicts = rep_arena_alloc(d->a, g->incidents_n * sizeof *c->verdicts);
	if (c->verdicts == NULL) {
		d->small = true;
		return;
	}
	for (size_t n = 0; n < g->incidents_n; n++)
		judge_one(d, c->option, g->incidents[n], &c->verdicts[n]);
	c->worth = worth(d, c->option, g->incidents[0]);
	c->advice = first_advice(g, c);
	c->why = told_together(d, c, g->incidents_n);
	if (!possible_there(d, c->option, g->provider)) {
		c->worth = 0;
		for (size_t n = 0; n < g->incidents_n; n++) {
			c->verdicts[n].effect = REP_EFFECT_LEAVES;
			c->verdicts[n].lead = rep_str_c(leads[REP_EFFECT_LEAVES]);
			c->verdicts[n].tail =
			    MAKE(d, ": %.*s", REP_PR(only_there(d, c->option, g)));
		}
		c->why = only_there(d, c->option, g);
		if (c->advice != REP_ADVICE_RULED_OUT)
			c->advice = REP_ADVICE_NO_USE;
	} else if (c->advice == REP_ADVICE_MEND_FIRST &&
	    (c->option->kind == REP_OPTION_PATH || c->option->kind == REP_OPTION_MOVE)) {
		c->why = MAKE(d, "would move the trouble with it: %.*s", REP_PR(c->why));
	} else if (c->option->kind == REP_OPTION_STAY && g->open_n == 0) {
		c->why = REP_S("nothing is refused there now");
	}
}

/* Whether an option is to be weighed here at all; fills what does not hang on incidents. */
static bool
choice(struct options *d, const struct rep_option_group *g, const struct rep_option *o,
    struct rep_choice *c)
{
	*c = (struct rep_choice){ .option = o,
		.own = own_of(d, o),
		.advice = REP_ADVICE_POSSIBLE,
		.days_from = o->days_from,
		.days_to = o->days_to };
	if (c->own != NULL && c->own->days_told) {
		c->days_from = c->own->days_from;
		c->days_to = c->own->days_to;
	}
	if (o->kind == REP_OPTION_PATH && !find_path(d, g, c))
		return false;
	/* A second way out is worth having when it stands in another neighbourhood. */
	if (g->incidents_n == 0 &&
	    (o->kind != REP_OPTION_MOVE ||
		(o->cause[REP_CAUSE_RANGE].effect != REP_EFFECT_CURES &&
		    o->cause[REP_CAUSE_RANGE].effect != REP_EFFECT_EASES)))
		return false;
	if (g->incidents_n == 0 && c->own != NULL && c->own->ruled_out)
		c->advice = REP_ADVICE_RULED_OUT;
	if (!rep_option_bills(c, d->out, g, d->a))
		d->small = true;
	return true;
}

/* "send what is urgent over the path that works (198.51.100.9)", "ask for delisting once more" */
static struct rep_str
step(struct options *d, const struct rep_option_group *g, const struct rep_choice *c)
{
	if (c->path != NULL)
		return MAKE(d, "%.*s (%.*s)", REP_PR(c->option->step), REP_PR(c->path->name));
	if (c->option->kind == REP_OPTION_STAY && returns(g) > 0 &&
	    c->verdicts[0].effect == REP_EFFECT_EASES)
		return MAKE(d, "%.*s once more", REP_PR(c->option->step));
	return c->option->step;
}

/* Whether no cause of the worst incident is likely enough to act on. */
static bool
undecided(const struct options *d, const struct rep_option_group *g)
{
	int top = likeliest(g->incidents[0]);

	return top < 0 || g->incidents[0]->probability[top] < d->facts->weights->probably;
}

static struct rep_str
answer(struct options *d, const struct rep_option_group *g)
{
	const struct rep_choice *v[8], *prepare = NULL;
	struct rep_str s = { "", 0 };
	size_t n = 0, back = returns(g);

	if (g->incidents_n == 0)
		return REP_S("nothing to cure; here is what you depend on");
	for (size_t k = 0; k < g->choices_n; k++) {
		if (g->choices[k].advice == REP_ADVICE_DO && n < REP_COUNT(v))
			v[n++] = &g->choices[k];
		else if (g->choices[k].advice == REP_ADVICE_PREPARE)
			prepare = &g->choices[k];
	}
	for (size_t k = 0; k < n; k++)
		s = MAKE(d, "%.*s%s%.*s", REP_PR(s),
		    k == 0			       ? ""
			: k + 1 < n || prepare != NULL ? ", "
						       : " and ",
		    REP_PR(step(d, g, v[k])));
	if (prepare != NULL)
		s = MAKE(d, "%.*s%sprepare to %.*s", REP_PR(s), n > 0 ? ", and " : "",
		    REP_PR(prepare->option->step));
	if (!g->own_conduct && g->open_n > 0 && prepare == NULL && undecided(d, g))
		s = MAKE(d, "%.*s%sit cannot be told yet whether moving would cure it", REP_PR(s),
		    s.n > 0 ? "; " : "");
	if (g->own_conduct)
		s = MAKE(d, "%.*s first: to move now would move the trouble with it",
		    REP_PR(s.n > 0 ? s : REP_S("mend what is yours")));
	if (g->open_n == 0)
		s = MAKE(d, "nothing is refused there now, but it came back %zu time%s%s%.*s", back,
		    back == 1 ? "" : "s", s.n > 0 ? ": " : "", REP_PR(s));
	return s.n > 0 ? s
		       : REP_S("no option is known to cure it; find out more first: reputed why");
}

/* --- groups ------------------------------------------------------------------------------------------ */

static void
concerned(struct options *d, struct rep_option_group *g)
{
	uint32_t labels[MAX_LABELS];
	struct rep_volume_of of = { .by_provider = g->provider.n > 0, .labels = NULL };
	struct rep_path *paths;
	size_t n, paths_n = 0;

	for (uint32_t k = 0; k < d->facts->names.n && g->provider.n > 0; k++) {
		if (rep_str_eq(d->facts->names.v[k], g->provider))
			of.provider = k;
		if (g->provider_domain.n > 0 &&
		    rep_str_eq(d->facts->names.v[k], g->provider_domain))
			of.provider_domain = k;
	}
	paths = rep_volume_paths(d->facts, &of, d->a, &paths_n);
	if (paths == NULL ||
	    (g->warnings = rep_volume_warnings(paths, paths_n,
		 g->provider.n > 0 ? MAKE(d, " to %.*s", REP_PR(g->in_sentence)) : REP_S(""), d->a,
		 &g->warnings_n)) == NULL) {
		d->small = true;
		return;
	}
	for (size_t i = n = 0; i < g->incidents_n && n < MAX_LABELS; i++) {
		const struct rep_cell *c = cell_of(d, g->incidents[i]);
		size_t k = 0;

		if (c == NULL || (g->open_n > 0 && g->incidents[i]->life == REP_LIFE_OVER))
			continue;
		if (g->incidents[i]->everywhere) { /* all that send there */
			n = 0;
			break;
		}
		while (k < n && labels[k] != c->key.label)
			k++;
		if (k == n)
			labels[n++] = c->key.label;
	}
	if (n > 0) {
		of.labels = labels;
		of.labels_n = n;
		if ((paths = rep_volume_paths(d->facts, &of, d->a, &paths_n)) == NULL)
			d->small = true;
	}
	g->volume = rep_volume_sum(d->facts, &of);
	for (size_t k = 0; paths != NULL && k < paths_n; k++)
		g->addresses += paths[k].relay ? 1 : paths[k].sources;
}

static void
weigh(struct options *d, struct rep_option_group *g)
{
	size_t all = rep_options_n(d->in->know);

	concerned(d, g);
	g->own_conduct = own_conduct(d, g);
	g->choices = rep_arena_alloc(d->a, (all + 1) * sizeof *g->choices);
	if (g->choices == NULL) {
		d->small = true;
		return;
	}
	for (size_t i = 0; i < all && !d->small; i++) {
		struct rep_choice *c = &g->choices[g->choices_n];

		if (!choice(d, g, rep_options_at(d->in->know, i), c))
			continue;
		if (g->incidents_n > 0)
			verdicts(d, g, c);
		g->choices_n++;
	}
	if (d->small)
		return;
	if (!g->own_conduct)
		advise_moving(g);
	qsort(g->choices, g->choices_n, sizeof *g->choices, by_advice);
	g->answer = answer(d, g);
}

/* Open before over, blocks before the rest, the most that came back first, then by number. */
static bool
worse(const struct rep_incident *x, const struct rep_incident *y)
{
	bool ox = x->life == REP_LIFE_OVER, oy = y->life == REP_LIFE_OVER;

	if (ox != oy)
		return !ox;
	if ((x->trouble == REP_TROUBLE_BLOCK) != (y->trouble == REP_TROUBLE_BLOCK))
		return x->trouble == REP_TROUBLE_BLOCK;
	return x->episodes_n != y->episodes_n ? x->episodes_n > y->episodes_n : x->id < y->id;
}

static void
gather(struct options *d, struct rep_option_group *g)
{
	g->incidents = rep_arena_alloc(d->a, (d->v->incidents_n + 1) * sizeof *g->incidents);
	if (g->incidents == NULL) {
		d->small = true;
		return;
	}
	for (size_t n = 0; n < d->v->incidents_n; n++) {
		const struct rep_incident *i = &d->v->incidents[n];
		size_t at = g->incidents_n;

		if ((i->life == REP_LIFE_OVER && i->episodes_n < 2) || !mine(d, i, g))
			continue;
		for (; at > 0 && worse(i, g->incidents[at - 1]); at--)
			g->incidents[at] = g->incidents[at - 1];
		g->incidents[at] = i;
		g->incidents_n++;
		g->open_n += i->life != REP_LIFE_OVER;
	}
}

static void
group(
    struct options *d, struct rep_str provider, struct rep_str domain, const struct rep_cell_key *k)
{
	struct rep_option_group *g = &d->out->groups[d->out->groups_n];

	for (size_t n = 0; n < d->out->groups_n; n++)
		if (rep_str_eq(d->out->groups[n].provider, provider) &&
		    rep_str_eq(d->out->groups[n].provider_domain, domain))
			return;
	*g = (struct rep_option_group){ .provider = provider, .provider_domain = domain };
	if (k != NULL)
		g->in_sentence = rep_provider_text(d->facts, k, d->a);
	gather(d, g);
	weigh(d, g);
	d->out->groups_n++;
}

/* What was asked for, by any cell that bears its name. */
static const struct rep_cell_key *
asked(const struct options *d)
{
	for (size_t n = 0; n < d->v->cells_n; n++) {
		const struct rep_cell *c = &d->v->cells[n];

		if (rep_str_eq(rep_name(&d->facts->names, c->key.provider), d->in->provider) &&
		    rep_str_eq(
			rep_name(&d->facts->names, c->key.provider_domain), d->in->provider_domain))
			return &c->key;
	}
	return NULL;
}

static void
all_groups(struct options *d)
{
	struct rep_str none = { "", 0 };

	if (d->in->provider.n > 0) {
		const struct rep_cell_key *k = asked(d);

		if (k != NULL)
			group(d, d->in->provider, d->in->provider_domain, k);
		return;
	}
	for (size_t n = 0; n < d->v->incidents_n && !d->small; n++) {
		const struct rep_incident *i = &d->v->incidents[n];
		const struct rep_cell *c = cell_of(d, i);

		if (c != NULL && (i->life != REP_LIFE_OVER || i->episodes_n > 1))
			group(d, rep_name(&d->facts->names, c->key.provider),
			    rep_name(&d->facts->names, c->key.provider_domain), &c->key);
	}
	if (d->out->groups_n == 0)
		group(d, none, none, NULL);
}

enum rep_rc
rep_judge_options(const struct rep_options_in *in, struct rep_arena *a, struct rep_options_out *out,
    struct rep_err *err)
{
	struct options d = { .in = in, .facts = in->v->in, .v = in->v, .out = out, .a = a };
	struct rep_volume_of everything = { .labels = NULL };

	*out = (struct rep_options_out){ .paths = NULL };
	out->volume = rep_volume_sum(d.facts, &everything);
	out->paths = rep_volume_paths(d.facts, &everything, a, &out->paths_n);
	out->groups = rep_arena_alloc(a, (in->v->incidents_n + 2) * sizeof *out->groups);
	if (out->paths == NULL || out->groups == NULL ||
	    (out->warnings = rep_volume_warnings(
		 out->paths, out->paths_n, REP_S(""), a, &out->warnings_n)) == NULL)
		return rep_fail(err, REP_ELIMIT, "more history than memory is set aside for");
	for (size_t k = 0; k < out->paths_n; k++)
		out->addresses += out->paths[k].relay ? 1 : out->paths[k].sources;
	all_groups(&d);
	return d.small ? rep_fail(err, REP_ELIMIT, "more history than memory is set aside for")
		       : REP_OK;
}
