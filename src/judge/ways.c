/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/advised.h"
#include "judge/index.h"
#include "judge/weighing.h"

#include <stdlib.h>

enum { LEAVE_RETURNS = 3, MONTH = 30, TEXT_MAX = 1 << 20 };

static const char *const advice_words[REP_ADVICE_N] = { "do", "prepare", "possible", "fix-first",
	"no-use", "ruled-out" };

const char *
rep_way_advice_word(enum rep_way_advice a)
{
	return (unsigned)a < REP_ADVICE_N ? advice_words[a] : NULL;
}

bool
rep_choice_needs(const struct rep_choice *c, size_t n)
{
	unsigned only = c->option->needs_for[n];
	enum rep_way_about about = c->option->needs_about[n];

	if (about != REP_ABOUT_CAUSE || (only != 0 && c->about != REP_ABOUT_CAUSE))
		return about == c->about;
	return only == 0 || c->causes == 0 || (only & c->causes) != 0;
}

/* --- a provider and its incidents ------------------------------------------------------------------ */

static size_t
returns(const struct rep_way_group *g)
{
	size_t most = 0;

	for (size_t n = 0; n < g->incidents_n; n++)
		if (g->incidents[n]->episodes_n - 1 > most)
			most = g->incidents[n]->episodes_n - 1;
	return most;
}

/* The strictest answer on conduct among the open incidents there; if none is open, among all. */
static struct rep_conduct_answer
conduct(const struct rep_weighing *d, const struct rep_way_group *g)
{
	struct rep_conduct_answer worst =
	    g->incidents_n == 0 ? d->v->conduct : g->incidents[0]->conduct;

	for (size_t n = 0; n < g->incidents_n; n++) {
		const struct rep_incident *i = g->incidents[n];

		if (g->open_n > 0 && !rep_incident_open(i))
			continue;
		if ((i->conduct.own_fault && !worst.own_fault) || (!i->conduct.way && worst.way))
			worst = i->conduct;
	}
	return worst;
}

/* Whether a choice names another way although conduct does not allow that here. */
static bool
hidden(const struct rep_way_group *g, const struct rep_choice *c)
{
	return !g->conduct.way &&
	    (c->option->kind == REP_WAY_PATH || c->option->kind == REP_WAY_MOVE) &&
	    c->advice != REP_ADVICE_NO_USE && c->advice != REP_ADVICE_RULED_OUT;
}

/* Whether an option is possible at a provider. o->at lists ids or kinds of providers. */
static bool
possible_there(const struct rep_weighing *d, const struct rep_way *o, struct rep_str provider)
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
only_there(struct rep_weighing *d, const struct rep_way *o, const struct rep_way_group *g)
{
	struct rep_buf b;

	rep_buf_init(&b, TEXT_MAX);
	rep_buf_printf(
	    &b, "it is not possible at %.*s; it helps only at: ", REP_PR(g->in_sentence));
	for (size_t i = 0; i < o->at_n; i++) {
		rep_buf_add(&b, i > 0 ? REP_S(", ") : REP_S(""));
		rep_buf_add(&b, o->at[i]);
	}
	return rep_weighing_made(d, rep_arena_take(d->a, &b));
}

static bool
mine(const struct rep_weighing *d, const struct rep_incident *i, const struct rep_way_group *g)
{
	const struct rep_cell *c = rep_weighing_cell(d, i);

	return c != NULL && rep_index_same_provider(&c->key, &g->key);
}

/* Whether a cell is in open trouble of this group, or in the network or relay of one that is. */
static bool
same_way(const struct rep_weighing *d, const struct rep_way_group *g, const struct rep_cell *c)
{
	const struct rep_label *l = rep_label_of(d->facts, c->key.label);

	if (c->key.route == 0 && (l == NULL || l->public.version == 0))
		return true; /* its address is not known, so it may be in the same network */
	for (size_t n = 0; n < g->incidents_n; n++) {
		const struct rep_cell *o = rep_weighing_cell(d, g->incidents[n]);
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

/* Finds the path in another network or relay from which the provider accepts most mail. */
static bool
find_path(struct rep_weighing *d, const struct rep_way_group *g, struct rep_choice *c)
{
	double least = rep_weights_limit(d->facts->weights, REP_LIMIT_COMPARED_MESSAGES);
	struct rep_volume_of of = { .by_provider = true,
		.provider = g->key.provider,
		.provider_domain = g->key.provider_domain };
	struct rep_volume v = { .messages = 0 };
	const struct rep_cell *best = NULL;
	struct rep_path *path;
	struct rep_pairs pairs;
	char buf[REP_IP_TEXT];

	if (!rep_volume_pairs(d->facts, &of, d->a, &pairs)) {
		d->small = true;
		return false;
	}
	for (size_t n = 0; n < d->v->cells_n; n++) {
		const struct rep_cell *x = &d->v->cells[n];
		struct rep_volume here = pairs.covers;

		if (x->folded || x->state != REP_STATE_WELL ||
		    !rep_index_same_provider(&x->key, &g->key))
			continue;
		rep_volume_of_pair(&pairs, x->key.label, x->key.route, &here);
		if (!here.told || (double)here.messages < least || here.messages <= v.messages ||
		    same_way(d, g, x))
			continue;
		v = here;
		best = x;
	}
	if (best == NULL)
		return false;
	if ((path = rep_arena_alloc(d->a, sizeof *path)) == NULL) {
		d->small = true;
		return false;
	}
	*path = (struct rep_path){ .messages = v.messages,
		.relay = best->key.route != 0,
		.known = true,
		.sources = 1,
		.name = best->key.route != 0
		    ? rep_name(&d->facts->names, best->key.route)
		    : rep_weighing_made(d,
			  rep_arena_dup(d->a, rep_source_text(d->facts, best->key.label, buf))) };
	c->path = path;
	c->path_day = v.month / MONTH;
	return true;
}

/* --- advice and order ---------------------------------------------------------------------------- */

static enum rep_way_advice
staying(const struct rep_way_group *g, const struct rep_choice *c, enum rep_effect e)
{
	if (c->option->kind == REP_WAY_MEND)
		return g->own_conduct || e == REP_EFFECT_CURES || e == REP_EFFECT_EASES
		    ? REP_ADVICE_DO
		    : e == REP_EFFECT_UNKNOWN && c->worth > 0 ? REP_ADVICE_POSSIBLE
							      : REP_ADVICE_NO_USE;
	if (g->open_n == 0)
		return REP_ADVICE_NO_USE;
	if (e == REP_EFFECT_CURES || e == REP_EFFECT_EASES)
		return g->own_conduct ? REP_ADVICE_FIX_FIRST : REP_ADVICE_DO;
	return e == REP_EFFECT_UNKNOWN ? REP_ADVICE_POSSIBLE : REP_ADVICE_NO_USE;
}

static enum rep_way_advice
first_advice(const struct rep_way_group *g, const struct rep_choice *c)
{
	enum rep_effect e = c->verdicts[0].effect;

	if (c->own != NULL && c->own->ruled_out)
		return REP_ADVICE_RULED_OUT;
	switch (c->option->kind) {
	case REP_WAY_STAY:
	case REP_WAY_MEND: return staying(g, c, e);
	case REP_WAY_PATH:
	case REP_WAY_MOVE:
		if (e == REP_EFFECT_LEAVES || e == REP_EFFECT_WORSENS)
			return REP_ADVICE_NO_USE;
		if (g->own_conduct)
			return REP_ADVICE_FIX_FIRST;
		return c->option->kind == REP_WAY_PATH && g->open_n > 0 ? REP_ADVICE_DO
									: REP_ADVICE_POSSIBLE;
	case REP_WAY_RECIPIENT:
	case REP_WAY_KIND_N: break;
	}
	if (e != REP_EFFECT_CURES && e != REP_EFFECT_EASES)
		return e == REP_EFFECT_UNKNOWN ? REP_ADVICE_POSSIBLE : REP_ADVICE_NO_USE;
	if (g->own_conduct)
		return REP_ADVICE_FIX_FIRST;
	return g->open_n > 0 ? REP_ADVICE_DO : REP_ADVICE_POSSIBLE;
}

/* First what cures, then eases, then is unknown. After that price, days and worth decide. */
static int
effect_rank(const struct rep_choice *c)
{
	static const int ranks[REP_EFFECT_N] = { 2, 0, 1, 3, 4 };

	return c->verdicts != NULL ? ranks[c->verdicts[0].effect] : 0;
}

static int
better(const struct rep_choice *x, const struct rep_choice *y)
{
	double px = rep_way_price(x), py = rep_way_price(y);
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
		return x->option->kind == REP_WAY_MEND	? -1
		    : y->option->kind == REP_WAY_MEND	? 1
		    : x->option->kind < y->option->kind ? -1
							: 1;
	return better(x, y);
}

/* Mail that may not leave directly, or cannot, is moved at once: nothing else helps. */
static bool
must_move(const struct rep_weighing *d, const struct rep_way_group *g)
{
	enum rep_way_about about = rep_advised_about(d->v, g->incidents[0]);

	return about == REP_ABOUT_NO_DIRECT || about == REP_ABOUT_PORT_CLOSED;
}

/* If a trouble came back, prepare the best way to move. If it came back often, take it. */
static void
advise_moving(const struct rep_weighing *d, struct rep_way_group *g)
{
	struct rep_choice *best = NULL;

	for (size_t n = 0; n < g->choices_n; n++) {
		struct rep_choice *c = &g->choices[n];

		if (c->option->kind != REP_WAY_MOVE || c->advice != REP_ADVICE_POSSIBLE ||
		    effect_rank(c) > 1)
			continue;
		if (best == NULL || better(c, best) < 0)
			best = c;
	}
	if (best == NULL || (returns(g) == 0 && !must_move(d, g)))
		return;
	best->advice = (must_move(d, g) || returns(g) >= LEAVE_RETURNS) && g->open_n > 0
	    ? REP_ADVICE_DO
	    : REP_ADVICE_PREPARE;
}

/* --- choices --------------------------------------------------------------------------------------- */

static const struct rep_way_own *
own_of(const struct rep_weighing *d, const struct rep_way *o)
{
	for (size_t i = 0; i < d->in->own_n; i++)
		if (rep_str_eq(d->in->own[i].option, o->id))
			return &d->in->own[i];
	return NULL;
}

static void
verdicts(struct rep_weighing *d, struct rep_way_group *g, struct rep_choice *c)
{
	c->verdicts = rep_arena_alloc(d->a, g->incidents_n * sizeof *c->verdicts);
	if (c->verdicts == NULL) {
		d->small = true;
		return;
	}
	for (size_t n = 0; n < g->incidents_n; n++)
		rep_weighing_effect(d, c->option, g->incidents[n], &c->verdicts[n]);
	c->causes = c->verdicts[0].causes;
	c->worth = rep_weighing_worth(d, c->option, g->incidents[0]);
	c->advice = first_advice(g, c);
	c->why = rep_weighing_told(d, c->verdicts, g->incidents_n);
	if (!possible_there(d, c->option, g->provider)) {
		struct rep_str why = only_there(d, c->option, g),
			       tail = REP_MAKE(d, ": %.*s", REP_PR(why));

		c->worth = 0;
		for (size_t n = 0; n < g->incidents_n; n++)
			rep_weighing_leaves(&c->verdicts[n], tail);
		c->why = why;
		if (c->advice != REP_ADVICE_RULED_OUT)
			c->advice = REP_ADVICE_NO_USE;
	} else if (c->option->kind == REP_WAY_STAY && g->open_n == 0) {
		c->why = REP_S("nothing is refused there now");
	}
}

/* Whether an option is considered here at all. Sets what does not depend on incidents. */
static bool
choice(struct rep_weighing *d, const struct rep_way_group *g, const struct rep_way *o,
    struct rep_choice *c)
{
	const struct rep_incident *i = g->incidents_n > 0 ? g->incidents[0] : NULL;
	enum rep_way_about is =
	    i != NULL ? rep_advised_about(d->v, i) : rep_advised_everywhere(d->v);
	const struct rep_way_days *days =
	    rep_way_days_of(o, g->provider, i != NULL ? rep_advised_cause(i) : -1, is);

	*c = (struct rep_choice){ .option = o,
		.own = own_of(d, o),
		.advice = REP_ADVICE_POSSIBLE,
		.about = is,
		.days_from = days->from,
		.days_to = days->to,
		.days_source = days->source };
	if (c->own != NULL && c->own->days_told) {
		c->days_from = c->own->days_from;
		c->days_to = c->own->days_to;
		c->days_source = (struct rep_str){ "", 0 };
	}
	if (o->kind == REP_WAY_PATH && !find_path(d, g, c))
		return false;
	/* A second way out is useful only in another neighbourhood. */
	if (g->incidents_n == 0) {
		enum rep_way_about about = rep_advised_everywhere(d->v);
		const struct rep_way_effect *e =
		    about != REP_ABOUT_CAUSE ? &o->about[about] : &o->cause[REP_CAUSE_RANGE];

		if (o->kind != REP_WAY_MOVE ||
		    (e->effect != REP_EFFECT_CURES && e->effect != REP_EFFECT_EASES))
			return false;
		if (about != REP_ABOUT_CAUSE)
			c->why = e->why;
	}
	if (g->incidents_n == 0 && c->own != NULL && c->own->ruled_out)
		c->advice = REP_ADVICE_RULED_OUT;
	if (!rep_way_bills(c, d->out, g, d->a))
		d->small = true;
	return true;
}

/* "send what is urgent over the path that works (198.51.100.9)", "ask for delisting once more" */
static struct rep_str
step(struct rep_weighing *d, const struct rep_way_group *g, const struct rep_choice *c)
{
	if (c->path != NULL)
		return REP_MAKE(d, "%.*s (%.*s)", REP_PR(c->option->step), REP_PR(c->path->name));
	if (c->option->kind == REP_WAY_STAY && returns(g) > 0 &&
	    c->verdicts[0].effect == REP_EFFECT_EASES)
		return REP_MAKE(d, "%.*s once more", REP_PR(c->option->step));
	return c->option->step;
}

/* Whether no cause of the worst incident is probable enough to act on. */
static bool
undecided(const struct rep_weighing *d, const struct rep_way_group *g)
{
	int top = rep_advised_cause(g->incidents[0]);

	return top < 0 || g->incidents[0]->probability[top] < d->facts->weights->probably;
}

/* Whether what the sender fixes ends it: then no other path is missed. */
static bool
fixable(const struct rep_weighing *d, const struct rep_way_group *g)
{
	int top = rep_advised_cause(g->incidents[0]);

	return !undecided(d, g) && top != REP_CAUSE_RANGE && top != REP_CAUSE_PROVIDER;
}

/* What to do now, and what to prepare; false when nothing is to prepare. */
static bool
add_steps(struct rep_weighing *d, const struct rep_way_group *g, struct rep_buf *b)
{
	const struct rep_choice *v[8], *prepare = NULL;
	size_t n = 0;

	for (size_t k = 0; k < g->choices_n; k++) {
		if (g->choices[k].advice == REP_ADVICE_DO && n < REP_COUNT(v))
			v[n++] = &g->choices[k];
		else if (g->choices[k].advice == REP_ADVICE_PREPARE)
			prepare = &g->choices[k];
	}
	for (size_t k = 0; k < n; k++) {
		if (k > 0)
			rep_buf_add(b, k + 1 < n || prepare != NULL ? REP_S(", ") : REP_S(" and "));
		rep_buf_add(b, step(d, g, v[k]));
	}
	if (prepare != NULL)
		rep_buf_printf(
		    b, "%sprepare to %.*s", n > 0 ? ", and " : "", REP_PR(prepare->option->step));
	return prepare != NULL;
}

static struct rep_str
answer(struct rep_weighing *d, const struct rep_way_group *g)
{
	size_t back = returns(g);
	char times[REP_TIMES_TEXT];
	struct rep_buf b;
	struct rep_str s;
	bool prepared;

	if ((g->incidents_n == 0
		    ? rep_advised_everywhere(d->v)
		    : rep_advised_about(d->v, g->incidents[0])) == REP_ABOUT_PORT_CLOSED)
		return g->own_conduct
		    ? REP_S("have port 25 opened, and fix what is yours meanwhile")
		    : REP_S("have port 25 opened, or send through a relay that takes your mail on "
			    "another port");
	if (g->incidents_n == 0)
		return d->v->across_n > 0
		    ? REP_S("first fix what reputed why shows; here is what you depend on")
		    : d->in->failed && g->provider.n == 0
		    ? REP_S("nothing to move away from. What still failed, and what to do "
			    "about it: reputed why. Here is what you depend on")
		    : REP_S("nothing to fix. Here is what you depend on");
	rep_buf_init(&b, TEXT_MAX);
	prepared = add_steps(d, g, &b);
	if (g->conduct.way && g->open_n > 0 && !prepared && undecided(d, g))
		rep_buf_printf(&b, "%sthe log cannot show yet whether moving would fix it",
		    b.n > 0 ? "; " : "");
	if (!g->own_conduct && !g->conduct.way && g->hidden > 0 &&
	    !fixable(d, g)) /* else none would help */
		rep_buf_printf(&b, "%sno other path is suggested: %.*s", b.n > 0 ? "; " : "",
		    REP_PR(g->conduct.why));
	if (g->own_conduct) {
		if (b.n == 0)
			rep_buf_add(&b, REP_S("fix what is yours"));
		rep_buf_add(&b, REP_S(" first: moving now would move the trouble too"));
	}
	s = rep_weighing_made(d, rep_arena_take(d->a, &b));
	if (g->open_n == 0)
		s = REP_MAKE(d, "nothing is refused there now, but it came back %s%s%.*s",
		    rep_times(back, times), s.n > 0 ? ": " : "", REP_PR(s));
	return s.n > 0 ? s
		       : REP_S("no option is known to fix it; find out more first: reputed why");
}

/* --- groups ------------------------------------------------------------------------------------------ */

static int
ascending(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* The labels in open trouble there, ascending. None if all labels that send there are. */
static size_t
labels_in_trouble(struct rep_weighing *d, const struct rep_way_group *g, uint32_t *v)
{
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < g->incidents_n; i++) {
		const struct rep_cell *c = rep_weighing_cell(d, g->incidents[i]);

		if (c == NULL || (g->open_n > 0 && !rep_incident_open(g->incidents[i])))
			continue;
		if (g->incidents[i]->everywhere)
			return 0;
		v[n++] = c->key.label;
	}
	qsort(v, n, sizeof *v, ascending);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || v[kept - 1] != v[i])
			v[kept++] = v[i];
	return kept;
}

/* The mail that an option would have to carry, and the paths that all mail there depends on. */
static void
concerned(struct rep_weighing *d, struct rep_way_group *g)
{
	uint32_t *labels = rep_arena_alloc(d->a, (g->incidents_n + 1) * sizeof *labels);
	struct rep_volume_of of = { .by_provider = g->provider.n > 0,
		.provider = g->key.provider,
		.provider_domain = g->key.provider_domain };
	struct rep_str where =
	    g->provider.n > 0 ? REP_MAKE(d, " to %.*s", REP_PR(g->in_sentence)) : REP_S("");
	struct rep_path *paths;
	size_t n = 0;

	d->small = d->small || labels == NULL;
	if (d->small)
		return;
	paths = rep_volume_paths(d->facts, &of, d->a, &n, &g->volume);
	g->warnings = rep_volume_warnings(paths, n, where, d->a, &g->warnings_n);
	if ((of.labels_n = labels_in_trouble(d, g, labels)) > 0) {
		of.labels = labels;
		paths = rep_volume_paths(d->facts, &of, d->a, &n, &g->volume);
	}
	if (paths == NULL || g->warnings == NULL) {
		d->small = true;
		return;
	}
	for (size_t k = 0; k < n; k++)
		g->addresses += paths[k].relay ? 1 : paths[k].sources;
}

static void
weigh(struct rep_weighing *d, struct rep_way_group *g)
{
	size_t all = rep_ways_n(d->in->know);

	concerned(d, g);
	g->conduct = conduct(d, g);
	g->own_conduct = g->conduct.own_fault;
	g->choices = rep_arena_alloc(d->a, (all + 1) * sizeof *g->choices);
	if (g->choices == NULL) {
		d->small = true;
		return;
	}
	for (size_t i = 0; i < all && !d->small; i++) {
		struct rep_choice *c = &g->choices[g->choices_n];

		if (!choice(d, g, rep_ways_at(d->in->know, i), c))
			continue;
		if (g->incidents_n > 0)
			verdicts(d, g, c);
		if (hidden(g, c))
			g->hidden++;
		else
			g->choices_n++;
	}
	if (d->small)
		return;
	if (g->conduct.way && g->incidents_n > 0)
		advise_moving(d, g);
	qsort(g->choices, g->choices_n, sizeof *g->choices, by_advice);
	g->answer = answer(d, g);
}

/* Open before over, blocks before the rest, then the most returns, then by number. */
static int
worse(const void *a, const void *b)
{
	const struct rep_incident *x = *(const struct rep_incident *const *)a;
	const struct rep_incident *y = *(const struct rep_incident *const *)b;
	bool ox = !rep_incident_open(x), oy = !rep_incident_open(y);
	bool bx = x->trouble == REP_TROUBLE_BLOCK, by = y->trouble == REP_TROUBLE_BLOCK;

	if (ox != oy)
		return ox ? 1 : -1;
	if (bx != by)
		return bx ? -1 : 1;
	if (x->episodes_n != y->episodes_n)
		return x->episodes_n > y->episodes_n ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

static void
gather(struct rep_weighing *d, struct rep_way_group *g)
{
	size_t n = 0;

	for (size_t i = 0; i < d->v->incidents_n; i++)
		n += mine(d, &d->v->incidents[i], g);
	g->incidents = rep_arena_alloc(d->a, (n + 1) * sizeof *g->incidents);
	if (g->incidents == NULL) {
		d->small = true;
		return;
	}
	for (size_t i = 0; i < d->v->incidents_n; i++) {
		const struct rep_incident *x = &d->v->incidents[i];

		if ((!rep_incident_open(x) && x->episodes_n < 2) || !mine(d, x, g))
			continue;
		g->incidents[g->incidents_n++] = x;
		g->open_n += rep_incident_open(x);
	}
	qsort(g->incidents, g->incidents_n, sizeof *g->incidents, worse);
}

/* Adds the group of a provider, by any of its cells. NULL: all mail, when nothing is wrong. */
static void
group(struct rep_weighing *d, const struct rep_cell_key *k)
{
	struct rep_way_group *g = &d->out->groups[d->out->groups_n];

	for (size_t n = 0; k != NULL && n < d->out->groups_n; n++)
		if (rep_index_same_provider(&d->out->groups[n].key, k))
			return;
	if (d->out->groups_n == REP_WAY_GROUPS) {
		d->out->left_out++;
		return;
	}
	*g = (struct rep_way_group){ .provider = { "", 0 }, .provider_domain = { "", 0 } };
	if (k != NULL) {
		g->key = *k;
		g->provider = rep_name(&d->facts->names, k->provider);
		g->provider_domain = rep_name(&d->facts->names, k->provider_domain);
		g->in_sentence = rep_provider_text(d->facts, k, d->a);
		gather(d, g);
	}
	weigh(d, g);
	d->out->groups_n++;
}

/* Finds the provider that the user asked for: any cell with its name. */
static const struct rep_cell_key *
asked(const struct rep_weighing *d)
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
all_groups(struct rep_weighing *d)
{
	const struct rep_cell_key *k = d->in->provider.n > 0 ? asked(d) : NULL;

	if (k != NULL)
		group(d, k);
	if (d->in->provider.n > 0)
		return;
	for (size_t n = 0; n < d->v->incidents_n && !d->small; n++) {
		const struct rep_incident *i = &d->v->incidents[n];
		const struct rep_cell *c = rep_weighing_cell(d, i);

		if (c != NULL && (rep_incident_open(i) || i->episodes_n > 1))
			group(d, &c->key);
	}
	if (d->out->groups_n == 0)
		group(d, NULL);
}

enum rep_rc
rep_judge_ways(const struct rep_ways_in *in, struct rep_arena *a, struct rep_ways_out *out,
    struct rep_err *err)
{
	struct rep_weighing d = { .in = in, .facts = in->v->in, .v = in->v, .out = out, .a = a };
	struct rep_volume_of everything = { .labels = NULL };

	*out = (struct rep_ways_out){ .paths = NULL };
	out->paths = rep_volume_paths(d.facts, &everything, a, &out->paths_n, &out->volume);
	out->groups = rep_arena_alloc(a, REP_WAY_GROUPS * sizeof *out->groups);
	out->warnings =
	    rep_volume_warnings(out->paths, out->paths_n, REP_S(""), a, &out->warnings_n);
	if (out->paths == NULL || out->groups == NULL || out->warnings == NULL)
		return rep_fail(err, REP_ELIMIT, "more history than memory is set aside for");
	for (size_t k = 0; k < out->paths_n; k++)
		out->addresses += out->paths[k].relay ? 1 : out->paths[k].sources;
	all_groups(&d);
	return d.small ? rep_fail(err, REP_ELIMIT, "more history than memory is set aside for")
		       : REP_OK;
}
