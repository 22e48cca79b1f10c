/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/ways_text.h"
#include "base/time.h"

#include <math.h>
#include <stdio.h>

/* What is shown without --all. The best come first, so what is left out is the least useful. */
enum { INDENT = 12, GROUPS_MAX = 3, BEST_MAX = 3, INCIDENTS_MAX = 8, PATHS_MAX = 12 };

struct ways_teller {
	struct rep_buf *b;
	const struct rep_verdict_set *s;
	const struct rep_ways_out *o;
	const struct rep_way_group *g;
	bool trace, all;
};

static size_t
at_most(const struct ways_teller *t, size_t n, size_t max)
{
	return t->all || n < max ? n : max;
}

/* "  cost      ...", wrapped. */
static void
item(struct ways_teller *t, const char *head, struct rep_str text)
{
	rep_buf_printf(t->b, "     %-6s ", head);
	rep_out_wrap(t->b, text, INDENT, INDENT);
	rep_buf_addc(t->b, '\n');
}

void
rep_money_text(struct rep_buf *b, double from, double to, const char *currency)
{
	char whole[32], n1[32];

	for (int i = 0; i < 2; i++) {
		double v = i == 0 ? from : to, cents = round(v * 100);

		if (i == 1 && round(from * 100) >= cents)
			break;
		snprintf(whole, sizeof whole, "%s", rep_out_number((uint64_t)(cents / 100), n1));
		rep_buf_printf(
		    b, "%s%s.%02u", i == 0 ? "" : "-", whole, (unsigned)fmod(cents, 100));
	}
	rep_buf_printf(b, " %s", currency);
}

static void
number(struct rep_buf *b, double v)
{
	char n1[32];

	rep_buf_printf(b, "%s", rep_out_number((uint64_t)llround(v), n1));
}

/* "41.23 thousand messages x 0.10-0.16 USD = 4.12-6.60 USD" */
static void
arithmetic(struct rep_buf *b, const struct rep_bill *l)
{
	static const char *const names[REP_UNIT_N] = { "thousand messages", "", "addresses",
		"hours of an address", "addresses", "" };
	const char *name = names[l->cost.unit];
	char text[REP_COST_TEXT];
	struct rep_str price;

	price = rep_str_c(rep_cost_text(&l->cost, text));
	price = rep_str_sub(price, 0, rep_str_chr(price, ' ', 0));
	if (!l->told) {
		rep_buf_printf(b, "%.*s %s %s; the log covers too short a time to count them",
		    REP_PR(price), l->cost.currency, rep_unit_word(l->cost.unit));
		return;
	}
	if (l->cost.unit == REP_UNIT_MONTH || l->cost.unit == REP_UNIT_ONCE) {
		rep_money_text(b, l->from, l->to, l->cost.currency);
		rep_buf_add(b, l->once ? REP_S(" once") : REP_S(" a month"));
		return;
	}
	if (l->cost.unit == REP_UNIT_1000_MESSAGES)
		rep_buf_printf(b, "%.2f", l->quantity);
	else
		number(b, l->quantity);
	rep_buf_printf(b, " %.*s",
	    (int)(strcmp(name, "addresses") == 0 && l->quantity < 1.5 ? 7 : strlen(name)), name);
	if (l->cost.above > 0) {
		rep_buf_add(b, REP_S(" above "));
		number(b, l->cost.above);
	}
	rep_buf_printf(b, " x %.*s %s = ", REP_PR(price), l->cost.currency);
	rep_money_text(b, l->from, l->to, l->cost.currency);
	if (l->once)
		rep_buf_add(b, REP_S(" once"));
}

static void
sums(struct rep_buf *b, const struct rep_choice *c, bool all)
{
	for (size_t i = 0; i < c->money_n; i++) {
		const struct rep_money *m = &c->money[i];

		rep_buf_add(b, i > 0 ? REP_S(" and ") : REP_S(""));
		rep_money_text(
		    b, all ? m->all_from : m->from, all ? m->all_to : m->to, m->currency);
		rep_buf_add(b, m->once ? REP_S(" once") : REP_S(" a month"));
	}
}

static bool
all_costs_more(const struct rep_choice *c)
{
	for (size_t i = 0; i < c->money_n; i++)
		if (c->money[i].all_to > c->money[i].to)
			return true;
	return false;
}

static void
costs(struct ways_teller *t, const struct rep_choice *c)
{
	bool own = c->own != NULL && c->own->costs_n > 0;
	struct rep_buf line;

	rep_buf_init(&line, 1 << 16);
	if (c->bills_n == 0)
		rep_buf_add(&line, c->option->free ? REP_S("nothing") : REP_S("not known"));
	if (c->money_n > 0 && c->bills_n > 1) {
		sums(&line, c, false);
		rep_buf_add(&line, REP_S(": "));
	}
	for (size_t i = 0; i < c->bills_n; i++) {
		rep_buf_add(&line, i > 0 ? REP_S(" + ") : REP_S(""));
		arithmetic(&line, &c->bills[i]);
	}
	if (c->bills_n == 1 && c->bills[0].told && !c->bills[0].once &&
	    c->bills[0].cost.unit != REP_UNIT_MONTH)
		rep_buf_add(&line, REP_S(" a month"));
	if (c->bills_n > 0 && own)
		rep_buf_add(&line, REP_S(" (your own figures)"));
	else if (c->bills_n > 0)
		rep_buf_printf(&line, " (list price of %.*s)", REP_PR(c->bills[0].row->date));
	if (c->money_n > 0 && all_costs_more(c) && t->g->provider.n > 0) {
		rep_buf_add(&line, REP_S("; for all your mail: "));
		sums(&line, c, true);
	}
	item(t, "cost", rep_buf_str(&line));
	for (size_t i = 0; i < c->option->asks_n && !own; i++) {
		const struct rep_way_ask *a = &c->option->asks[i];

		rep_buf_clear(&line);
		rep_buf_printf(&line, "ask%s%.*s: %.*s", a->what.n > 0 ? " for " : "",
		    REP_PR(a->what), REP_PR(a->url));
		item(t, "", rep_buf_str(&line));
	}
	rep_buf_fini(&line);
}

static void
days(struct ways_teller *t, const struct rep_choice *c)
{
	struct rep_buf line;

	rep_buf_init(&line, 1 << 16);
	rep_buf_printf(&line, "%u", c->days_from);
	if (c->days_to > c->days_from)
		rep_buf_printf(&line, " to %u", c->days_to);
	rep_buf_printf(&line, " day%s", rep_plural(c->days_to));
	if (c->days_source.n == 0)
		rep_buf_add(&line, REP_S(" (your own figure)"));
	else
		rep_buf_printf(&line, " (%.*s)", REP_PR(c->days_source));
	item(t, "time", rep_buf_str(&line));
	rep_buf_fini(&line);
}

/*
 * Every number that was used: what the option does for each cause, and where the prices are from.
 */
static void
trace(struct ways_teller *t, const struct rep_choice *c)
{
	const struct rep_way *o = c->option;
	struct rep_buf line;

	rep_buf_init(&line, 1 << 16);
	if (c->verdicts != NULL) {
		const struct rep_incident *i = c->verdicts[0].incident;

		rep_buf_printf(
		    &line, "%.2f of what is likely in incident %lld:", c->worth, (long long)i->id);
		for (int k = 0; k < REP_CAUSE_N; k++)
			if (!i->cannot_be[k])
				rep_buf_printf(&line, " %s %.2f %s%s",
				    rep_cause_word((enum rep_cause)k), i->probability[k],
				    rep_effect_word(c->verdicts[0].by_cause[k]),
				    k + 1 < REP_CAUSE_N ? "," : "");
		item(t, "worth", rep_buf_str(&line));
	}
	for (size_t i = 0; i < c->bills_n; i++) {
		const struct rep_way_cost *r = c->bills[i].row;
		char text[REP_COST_TEXT];

		rep_buf_clear(&line);
		rep_buf_printf(&line, "%s: ", rep_cost_text(&c->bills[i].cost, text));
		if (r == NULL)
			rep_buf_add(&line, REP_S("your own figure, from the configuration"));
		else
			rep_buf_printf(&line, "%.*s, %.*s, %.*s", REP_PR(r->source),
			    REP_PR(r->date), REP_PR(r->url));
		item(t, "price", rep_buf_str(&line));
	}
	rep_buf_clear(&line);
	rep_buf_printf(&line, "option %.*s, %s:%u", REP_PR(o->id), o->file, o->line);
	item(t, "from", rep_buf_str(&line));
	rep_buf_fini(&line);
}

static void
title(struct ways_teller *t, const struct rep_choice *c)
{
	struct rep_buf line;
	char n[32];

	rep_buf_init(&line, 1 << 16);
	rep_buf_add(&line, c->option->title);
	if (c->path != NULL)
		rep_buf_printf(&line, ": %.*s, %s messages a day there now", REP_PR(c->path->name),
		    rep_out_number((uint64_t)llround(c->path_day), n));
	rep_buf_printf(t->b, "  -  %s", rep_paint(REP_BOLD));
	rep_out_wrap(t->b, rep_buf_str(&line), 5, 5);
	rep_buf_printf(t->b, "%s\n", rep_unpaint());
	rep_buf_fini(&line);
}

/*
 * An option that is not advised now is shown without its steps, unless --trace asks for all
 * details.
 */
static void
in_full(struct ways_teller *t, const struct rep_choice *c)
{
	bool steps = c->advice == REP_ADVICE_DO || c->advice == REP_ADVICE_PREPARE || t->trace;
	bool first = true;

	title(t, c);
	if (c->why.n > 0)
		item(t, "", c->why);
	costs(t, c);
	days(t, c);
	for (size_t i = 0; steps && i < c->option->needs_n; i++)
		if (rep_choice_needs(c, i)) {
			item(t, first ? "first" : "", c->option->needs[i]);
			first = false;
		}
	for (size_t i = 0; steps && i < c->option->limits_n; i++)
		item(t, i == 0 ? "but" : "", c->option->limits[i]);
	if (c->own != NULL && c->own->note.n > 0)
		item(t, "note", c->own->note);
	if (t->trace)
		trace(t, c);
}

/* An option that would not help gets a sentence, not a bill. */
static void
in_short(struct ways_teller *t, const struct rep_choice *c)
{
	title(t, c);
	if (c->why.n > 0)
		item(t, "", c->why);
	if (c->own != NULL && c->own->note.n > 0)
		item(t, "note", c->own->note);
	if (t->trace)
		trace(t, c);
}

static bool
would_not_help(const struct rep_choice *c)
{
	return c->advice == REP_ADVICE_NO_USE || c->advice == REP_ADVICE_RULED_OUT;
}

/* The provider as `reputed options` takes it. */
static struct rep_str
to_ask(const struct rep_way_group *g)
{
	return g->provider_domain.n > 0 ? g->provider_domain : g->provider;
}

/* "8 more ways out, and 3 that would not help: reputed options microsoft-consumer --all" */
static void
other_choices(struct ways_teller *t, size_t shown)
{
	size_t helps = 0, idle = 0;
	struct rep_buf line;
	struct rep_str id = to_ask(t->g);

	for (size_t n = shown; n < t->g->choices_n; n++)
		*(would_not_help(&t->g->choices[n]) ? &idle : &helps) += 1;
	if (helps + idle == 0)
		return;
	rep_buf_init(&line, 1 << 14);
	if (helps > 0)
		rep_buf_printf(&line, "%zu more way%s out", helps, rep_plural(helps));
	if (idle > 0)
		rep_buf_printf(&line, "%s%zu%s that would not help", helps > 0 ? ", and " : "",
		    idle,
		    helps > 0	    ? ""
			: idle == 1 ? " way out"
				    : " ways out");
	rep_buf_printf(&line, ": reputed options %.*s%s--all", REP_PR(id), id.n > 0 ? " " : "");
	rep_buf_addc(t->b, '\n');
	rep_out_wrap(t->b, rep_buf_str(&line), 0, 2);
	rep_buf_addc(t->b, '\n');
	rep_buf_fini(&line);
}

static void
choices(struct ways_teller *t)
{
	static const char *const heads[REP_ADVICE_N] = { "Do now", "Prepare", "Possible",
		"Only once your own faults are fixed", "Useless here",
		"Ruled out by your configuration" };
	const char *last = NULL;
	size_t n, shown = at_most(t, t->g->choices_n, BEST_MAX);

	for (n = 0; n < shown && (t->all || !would_not_help(&t->g->choices[n])); n++) {
		const struct rep_choice *c = &t->g->choices[n];
		const char *head = t->g->incidents_n == 0 && c->why.n > 0
		    ? "Ways out that need no open port 25"
		    : t->g->incidents_n == 0 && c->advice == REP_ADVICE_POSSIBLE
		    ? "A second way out, to prepare before you need it"
		    : heads[c->advice];

		if (head != last)
			rep_buf_printf(
			    t->b, "\n%s%s%s\n", rep_paint(REP_BOLD), head, rep_unpaint());
		last = head;
		if (would_not_help(c))
			in_short(t, c);
		else
			in_full(t, c);
	}
	other_choices(t, n);
}

/* "41,230 messages in 30 days". When the log is shorter, it says how that number was made. */
static void
volume(struct rep_buf *b, const struct rep_volume *v)
{
	char n1[32], span[REP_TIME_TEXT];

	rep_time_span(v->until_s - v->from_s, span);
	if (v->messages == 0) {
		rep_buf_printf(b, "none was delivered in %s", span);
		return;
	}
	rep_buf_printf(b, "%s message%s in %s", rep_out_number(v->messages, n1),
	    rep_plural(v->messages), span);
	if (v->told && v->until_s - v->from_s < 29 * REP_DAY_S) {
		rep_buf_add(b, REP_S(", which makes "));
		number(b, v->month);
		rep_buf_add(b, REP_S(" in 30 days"));
	}
}

static void
incidents(struct ways_teller *t)
{
	const struct rep_way_group *g = t->g;
	size_t shown = at_most(t, g->incidents_n, INCIDENTS_MAX);
	struct rep_buf line;

	rep_buf_init(&line, 1 << 16);
	for (size_t n = 0; n < shown; n++) {
		const struct rep_incident *i = g->incidents[n];
		const struct rep_cell *c = &t->s->verdicts.cells[i->cell];
		struct rep_str route = rep_name(&t->s->in.names, c->key.route);
		char ip[REP_IP_TEXT], when[48], times[REP_TIMES_TEXT];
		struct rep_str from = i->everywhere ? REP_S("all addresses")
		    : route.n > 0		    ? route
						    : rep_source_text(&t->s->in, c->key.label, ip);
		size_t back = i->episodes_n - 1;

		rep_buf_printf(&line, "%sincident %lld (%.*s, %s", n > 0 ? "; " : "",
		    (long long)i->id, REP_PR(from),
		    rep_incident_open(i) ? rep_class_word(i->class) : "over");
		if (rep_incident_open(i))
			rep_buf_printf(
			    &line, " since %s", rep_when(i->episodes[back].since_s, when));
		if (back > 0)
			rep_buf_printf(&line, ", came back %s", rep_times(back, times));
		rep_buf_addc(&line, ')');
	}
	if (g->incidents_n > shown)
		rep_buf_printf(&line, "; and %zu more", g->incidents_n - shown);
	if (g->incidents_n > 0) {
		rep_buf_add(t->b, REP_S("For      "));
		rep_out_wrap(t->b, rep_buf_str(&line), 9, 9);
		rep_buf_addc(t->b, '\n');
	}
	rep_buf_fini(&line);
}

static void
concerned(struct ways_teller *t)
{
	const struct rep_way_group *g = t->g;
	struct rep_buf line;

	rep_buf_init(&line, 1 << 16);
	volume(&line, &g->volume);
	if (g->addresses > 0)
		rep_buf_printf(
		    &line, " from %zu address%s", g->addresses, g->addresses == 1 ? "" : "es");
	if (g->provider.n > 0) {
		rep_buf_add(&line, REP_S("; all your mail: "));
		volume(&line, &t->o->volume);
	}
	rep_buf_add(t->b, REP_S("Mail     "));
	rep_out_wrap(t->b, rep_buf_str(&line), 9, 9);
	rep_buf_addc(t->b, '\n');
	rep_buf_fini(&line);
}

static void
warnings(struct ways_teller *t, const struct rep_warning *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		rep_buf_printf(t->b, "%sWarning%s  ", rep_paint(REP_YELLOW), rep_unpaint());
		rep_out_wrap(t->b, v[i].sentence, 9, 9);
		rep_buf_addc(t->b, '\n');
	}
}

static void
headline(struct ways_teller *t)
{
	struct rep_buf line;

	rep_buf_init(&line, 1 << 14);
	if (t->g->provider.n > 0)
		rep_buf_printf(
		    &line, "For %.*s: %.*s.", REP_PR(t->g->in_sentence), REP_PR(t->g->answer));
	else
		rep_buf_printf(&line, "%s: %.*s.",
		    t->s->verdicts.across_n > 0 ? "The trouble is not with one provider"
			: t->s->seen.n > 0	? "No incident"
						: "No provider refuses or slows your mail",
		    REP_PR(t->g->answer));
	rep_buf_add(t->b, rep_str_c(rep_paint(REP_BOLD)));
	rep_out_wrap(t->b, rep_buf_str(&line), 0, 0);
	rep_buf_add(t->b, rep_str_c(rep_unpaint()));
	rep_buf_addc(t->b, '\n');
	rep_buf_fini(&line);
}

static void
depends(struct ways_teller *t)
{
	size_t shown = at_most(t, t->o->paths_n, PATHS_MAX);
	struct rep_buf line;
	char n1[32];

	rep_buf_init(&line, 1 << 16);
	for (size_t i = 0; i < shown; i++) {
		const struct rep_path *p = &t->o->paths[i];

		rep_buf_printf(&line, "%s%s%.*s %s (%.0f %%)", i > 0 ? "; " : "",
		    p->relay	   ? "relay "
			: p->known ? ""
				   : "label ",
		    REP_PR(p->name), rep_out_number(p->messages, n1),
		    t->o->volume.messages == 0
			? 0
			: 100.0 * (double)p->messages / (double)t->o->volume.messages);
	}
	if (t->o->paths_n > shown)
		rep_buf_printf(&line, "; and %zu more", t->o->paths_n - shown);
	if (t->o->paths_n > 0) {
		rep_buf_add(t->b, REP_S("Through  "));
		rep_out_wrap(t->b, rep_buf_str(&line), 9, 9);
		rep_buf_addc(t->b, '\n');
	}
	rep_buf_fini(&line);
}

static void
group(struct ways_teller *t, bool first)
{
	if (!first)
		rep_buf_printf(t->b, "\n%.*s\n\n", 60,
		    "------------------------------------------------------------");
	headline(t);
	incidents(t);
	concerned(t);
	if (first) {
		depends(t);
		warnings(t, t->o->warnings, t->o->warnings_n);
	}
	/* A warning that is true for all mail is not repeated for a part of it. */
	if (t->g->provider.n > 0 && t->o->warnings_n == 0)
		warnings(t, t->g->warnings, t->g->warnings_n);
	choices(t);
}

/* One line for each group that is not shown in full. */
static void
more(struct ways_teller *t, size_t shown)
{
	size_t left = t->o->groups_n - shown;

	if (left > 0) {
		rep_buf_addc(t->b, '\n');
		rep_out_wrap(t->b,
		    rep_arena_printf(t->s->arena,
			"%zu more provider%s. One in full: reputed options PROVIDER; all: reputed "
			"options --all\n",
			left, rep_plural(left)),
		    0, 0);
	}
	for (size_t n = shown; n < t->o->groups_n; n++) {
		struct rep_str id = to_ask(&t->o->groups[n]);

		rep_buf_printf(t->b, "  %.*s: ", REP_PR(id));
		rep_out_wrap(t->b, t->o->groups[n].answer, id.n + 4, 4);
		rep_buf_addc(t->b, '\n');
	}
	if (t->o->left_out > 0)
		rep_buf_printf(t->b, "  and %zu incident%s at other providers: reputed why\n",
		    t->o->left_out, rep_plural(t->o->left_out));
}

void
rep_ways_text(struct rep_buf *b, const struct rep_verdict_set *s, const struct rep_ways_out *o,
    struct rep_str what, bool with_trace, bool all)
{
	struct ways_teller t = { .b = b, .s = s, .o = o, .trace = with_trace, .all = all };
	size_t shown = at_most(&t, o->groups_n, GROUPS_MAX);

	if (s->totals.counted == 0) {
		rep_out_nothing_read(b, s->totals.lines);
		return;
	}
	if (o->groups_n == 0) {
		rep_buf_printf(b,
		    "This log shows no mail to \"%.*s\". Where your mail goes: reputed status "
		    "--all\n",
		    REP_PR(what));
		return;
	}
	for (size_t n = 0; n < shown; n++) {
		t.g = &o->groups[n];
		group(&t, n == 0);
	}
	more(&t, shown);
	rep_buf_addc(b, '\n');
	rep_out_wrap(b,
	    REP_S(
		"Prices are list prices without tax: look at the page before you sign. --trace "
		"names it, and every number, and what each way needs first. Your own figures: option "
		"blocks in the configuration, reputed.conf(5). What an option does for a cause is "
		"judgement: doc/options.md."),
	    0, 0);
	rep_buf_addc(b, '\n');
}
