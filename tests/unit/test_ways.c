/*
 * unit/test_ways.c -- what each way out would fix and cost. Every figure follows from the facts: it
 * changes when they change, and does not change when other facts do.
 *
 * The verdicts are made by hand, so that probabilities and volumes are exactly those of a case.
 * Costs and files of options come first.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/ways.h"
#include "file_told.h"
#include "tap.h"

#include <math.h>
#include <stdlib.h>

enum { HOUR = 3600, DAY = 86400, NOW = 1793750400 };

static struct rep_arena *arena;

/* --- costs ------------------------------------------------------------------------------------- */

static void
test_costs(void)
{
	static const struct {
		const char *text, *back; /* NULL: refused */
	} cases[] = {
		{ "0.10 USD per-1000-messages", "0.10 USD per-1000-messages" },
		{ "0.1-0.16 USD per-1000-messages", "0.10-0.16 USD per-1000-messages" },
		{ "24.95 USD per-address-month", "24.95 USD per-address-month" },
		{ "0.005 USD per-address-hour", "0.005 USD per-address-hour" },
		{ "33 EUR per-address-once", "33.00 EUR per-address-once" },
		{ "  5  CHF   once ", "5.00 CHF once" },
		{ "0 USD per-month", "0.00 USD per-month" },
		{ "1.8 USD per-1000-messages above 10000",
		    "1.80 USD per-1000-messages above 10000" },
		{ "", NULL },
		{ "5", NULL },
		{ "5 USD", NULL },
		{ "5 usd once", NULL },
		{ "5 DOLLAR once", NULL },
		{ "-5 USD once", NULL },
		{ "5- USD once", NULL },
		{ "6-5 USD once", NULL },
		{ "5. USD once", NULL },
		{ ".5 USD once", NULL },
		{ "1e3 USD once", NULL },
		{ "1234567890 USD once", NULL },
		{ "0.1234567 USD once", NULL },
		{ "5 USD monthly", NULL },
		{ "5 USD per-month above 10", NULL },
		{ "5 USD per-1000-messages above", NULL },
		{ "5 USD per-1000-messages above x", NULL },
		{ "5 USD per-1000-messages above 1 2", NULL },
		{ "5 USD once more", NULL },
	};

	for (size_t i = 0; i < REP_COUNT(cases); i++) {
		struct rep_cost c = { .above = 77 };
		char why[REP_COST_WHY] = "", text[REP_COST_TEXT];
		bool fine = rep_cost_parse(rep_str_c(cases[i].text), &c, why);

		if (cases[i].back == NULL)
			ok(!fine && why[0] != '\0' && c.above == 77, "refused: \"%s\" (%s)",
			    cases[i].text, why);
		else
			is_str(rep_str_c(fine ? rep_cost_text(&c, text) : why), cases[i].back,
			    "\"%s\"", cases[i].text);
	}
}

static void
test_days(void)
{
	static const struct {
		const char *text;
		int from, to; /* -1: refused */
	} cases[] = { { "3", 3, 3 }, { "0-14", 0, 14 }, { "3-3", 3, 3 }, { "14-3", -1, -1 },
		{ "", -1, -1 }, { "-3", -1, -1 }, { "3-", -1, -1 }, { "3 days", -1, -1 },
		{ "99999", -1, -1 } };

	for (size_t i = 0; i < REP_COUNT(cases); i++) {
		unsigned from = 0, to = 0;
		bool fine = rep_days_parse(rep_str_c(cases[i].text), &from, &to);

		ok(fine ? (int)from == cases[i].from && (int)to == cases[i].to : cases[i].from < 0,
		    "days \"%s\"", cases[i].text);
	}
}

/* --- the files --------------------------------------------------------------------------------- */

static struct rep_ways *
options_of(const char *text, unsigned *bad)
{
	struct rep_ways *o = rep_ways_new(arena);
	struct rep_err err;

	told_n = 0;
	if (o == NULL ||
	    rep_ways_parse(o, "t.options", rep_str_c(text), on_problem, NULL, bad, &err) != REP_OK)
		abort();
	return o;
}

#define GOOD                                                              \
	"title \"T\"; step \"do it\"; kind move; days 1-3 \"they say\"\n" \
	"cost 0.10 USD per-1000-messages { source \"list\"; date 2026-07-22; url https://x.example/p }\n"

static void
test_file(void)
{
	unsigned bad;
	struct rep_ways *o = options_of("# a comment\n"
					"option a {\n" GOOD "cures range \"elsewhere\"\n"
					"leaves scope domain \"same domain\"\n"
					"needs \"one\"\nneeds \"two\"\nlimit \"three\"\n"
					"at gateway other\naddresses 256\nroute amazon-ses\n"
					"cost ask https://y.example/ \"the rest\"\n}\n",
	    &bad);
	const struct rep_way *v = rep_way_by_id(o, REP_S("a"));

	ok(bad == 0 && told_n == 0 && v != NULL, "an option with every field is read");
	if (v == NULL)
		return;
	ok(v->kind == REP_WAY_MOVE && v->days_n == 1 && v->days[0].from == 1 &&
		v->days[0].to == 3 && v->addresses == 256,
	    "its kind, days and addresses");
	ok(v->cause[REP_CAUSE_RANGE].effect == REP_EFFECT_CURES &&
		v->cause[REP_CAUSE_HYGIENE].effect == REP_EFFECT_UNKNOWN &&
		v->scope[REP_SCOPE_DOMAIN].effect == REP_EFFECT_LEAVES,
	    "what it does for a cause and a scope; the rest is not known");
	ok(v->costs_n == 1 && v->asks_n == 1 && !v->free && v->needs_n == 2 && v->limits_n == 1 &&
		v->at_n == 2,
	    "its costs and lines");
	is_str(v->costs[0].url, "https://x.example/p", "where its price is from");
	o = options_of("option a {\n" GOOD "}\noption a {\n" GOOD "addresses 3\n}\n", &bad);
	ok(bad == 0 && rep_ways_n(o) == 1 && rep_ways_at(o, 0)->addresses == 3,
	    "an option of the same name replaces the first");
}

/* How long it takes, for a cause, a verdict, a provider: the first line that fits. */
static void
test_days_for(void)
{
	static const struct {
		const char *provider;
		int cause;
		enum rep_way_about about;
		unsigned to;
	} rows[] = {
		{ "t-online", REP_CAUSE_RANGE, REP_ABOUT_CAUSE, 2 },
		{ "t-online", REP_CAUSE_VOLUME, REP_ABOUT_ENDS, 2 }, /* its line comes first */
		{ "orange", REP_CAUSE_RANGE, REP_ABOUT_ENDS, 28 },
		{ "orange", REP_CAUSE_IDENTITY, REP_ABOUT_CAUSE, 1 },
		{ "orange", REP_CAUSE_AUTHENTICATION, REP_ABOUT_CAUSE, 1 },
		{ "orange", REP_CAUSE_RANGE, REP_ABOUT_CAUSE, 3 },
		{ "", -1, REP_ABOUT_CAUSE, 3 },
	};
	unsigned bad;
	struct rep_ways *o = options_of(
	    "option a {\ndays at t-online 0-2 \"there\"\ndays verdict ends-by-itself 0-28 \"so\"\n"
	    "days authentication identity 1 \"records\"\n" GOOD "}\n",
	    &bad);
	const struct rep_way *v = rep_way_by_id(o, REP_S("a"));

	ok(bad == 0 && v != NULL, "days for a cause, a verdict and a provider are read");
	for (size_t i = 0; v != NULL && i < REP_COUNT(rows); i++)
		is_int(rep_way_days_of(v, rep_str_c(rows[i].provider), rows[i].cause, rows[i].about)
			   ->to,
		    rows[i].to, "days %zu: until %u", i + 1, rows[i].to);
}

static void
test_wrong(void)
{
	static const struct {
		const char *text, *sentence;
	} cases[] = {
		{ "option a {\n" GOOD "cures rnage \"x\"\n}\n",
		    "t.options:4:7: no cause \"rnage\"; did you mean \"range\"?" },
		{ "option a {\n" GOOD "leaves scope subnte \"x\"\n}\n",
		    "t.options:4:14: no scope \"subnte\"; did you mean \"subnet\"?" },
		{ "option a {\n" GOOD "cures range\n}\n",
		    "t.options:4:1: expected cures CAUSE \"why\" or cures scope SCOPE \"why\"" },
		{ "option a {\n" GOOD "cures range \"x\"; eases range \"y\"\n}\n",
		    "t.options:4:24: what it does for range was already said" },
		{ "option a {\n" GOOD "needz \"x\"\n}\n",
		    "t.options:4:1: an option has no field \"needz\"; did you mean \"needs\"?" },
		{ "option a {\n" GOOD "kind mvoe\n}\n",
		    "t.options:4:6: kind must be stay, fix, "
		    "path, move or recipient; did you mean "
		    "\"move\"?" },
		{ "option a {\n" GOOD "cost 5 USD per-mnth { source x; date 2026-01-01; url "
		  "https://x.example/ }\n}\n",
		    "t.options:4:6: cost: expected a unit such as per-1000-messages, not "
		    "\"per-mnth\"; did you mean \"per-month\"?" },
		{ "option a {\n" GOOD "cost 5 USD once { date 2026-01-01; url https://x.example/ "
		  "}\n}\n",
		    "t.options:4:6: a cost has { source \"..\"; date DAY; url URL }, or is: cost ask "
		    "URL" },
		{ "option a {\n" GOOD "cost 5 USD once { source x; date 2026-02-30; url "
		  "https://x.example/ }\n}\n",
		    "t.options:4:34: date needs a day such as 2026-07-22" },
		{ "option a {\n" GOOD "cost ask ftp://x.example/\n}\n",
		    "t.options:4:6: cost ask needs a URL, and can say what to ask for" },
		{ "option a {\ntitle \"T\"; step \"s\"; kind stay; days 1 \"x\"\n}\n",
		    "t.options:1:8: option a lacks cost" },
		{ "option a {\nstep \"s\"; kind stay; days 1 \"x\"; cost nothing\n}\n",
		    "t.options:1:8: option a lacks title" },
		{ "option a {\ntitle \"T\"; step \"s\"; days 1 \"x\"; cost nothing\n}\n",
		    "t.options:1:8: option a lacks kind" },
		{ "option a {\n" GOOD "addresses 0\n}\n",
		    "t.options:4:11: addresses needs a number from 1 to 65536" },
		{ "option a {\n" GOOD "days 3-1 \"x\"\n}\n",
		    "t.options:4:1: expected days FROM[-TO] \"who says so\"" },
		{ "option a {\n" GOOD "days contnet 1 \"x\"\n}\n",
		    "t.options:4:6: no cause \"contnet\"; did you mean \"content\"?" },
		{ "option a {\n" GOOD "days verdict ends 1 \"x\"\n}\n",
		    "t.options:4:14: no verdict \"ends\"" },
		{ "option a {\n" GOOD "days content 1 \"x\"\n}\n",
		    "t.options:1:8: option a lacks days" },
		{ "optoin a {\n" GOOD "}\n",
		    "t.options:1:1: expected option NAME {, not \"optoin\"" },
		{ "option a {\n" GOOD "box { x y }\n}\n",
		    "t.options:4:1: an option has no block \"box\"" },
	};

	for (size_t i = 0; i < REP_COUNT(cases); i++) {
		unsigned bad = 0;

		(void)options_of(cases[i].text, &bad);
		is_str(told_first(), cases[i].sentence, "%s", cases[i].sentence);
		ok(bad == told_n && bad > 0, "and it is counted");
	}
}

/* --- a world of our own -------------------------------------------------------------------------- */

enum {
	MS = 1,
	ORANGE,
	M365,
	LABEL_A,
	LABEL_B,
	LABEL_C,
	RELAY,
	RULE,
	DOMAIN_RULE,
	OTHER,
	FIRM,
	NAMES
};

static const struct rep_str names[NAMES] = { { "", 0 }, { "microsoft-consumer", 18 },
	{ "orange", 6 }, { "microsoft-365", 13 }, { "mx/a", 4 }, { "mx/b", 4 }, { "mx/c", 4 },
	{ "amazon-ses", 10 }, { "microsoft-consumer.s3140", 24 }, { "google.rate-dkim-domain", 23 },
	{ "other", 5 }, { "firm.example", 12 } };

struct world {
	struct rep_know *know;
	struct rep_ways *options;
	struct rep_weights weights;
	struct rep_label labels[3];
	struct rep_observation obs[64];
	struct rep_cell cells[16];
	struct rep_incident incidents[4];
	struct rep_episode episodes[4][5];
	struct rep_judge_in in;
	struct rep_verdicts v;
	struct rep_ways_in ask;
	struct rep_ways_out out;
};

static struct world w;

static const char ways[] =
    "option ask { title Ask; step \"ask\"; kind stay; days 1-2 x; cost nothing\n"
    "  eases range \"a\"; eases own-reputation \"b\"; leaves hygiene \"c\" }\n"
    "option fix { title Fix; step \"fix\"; kind fix; days 1-30 x; cost nothing\n"
    "  leaves range \"a\"; cures own-reputation \"b\"; cures hygiene \"c\" }\n"
    "option path { title Path; step \"use the path\"; kind path; days 0-1 x; cost nothing\n"
    "  cures range \"a\"; worsens own-reputation \"b\"; worsens hygiene \"c\" }\n"
    "option cheap { title Cheap; step \"go cheap\"; kind move; days 1-4 x; route amazon-ses\n"
    "  cures range \"another network is judged separately\"; worsens own-reputation \"b\"\n"
    "  worsens hygiene \"c\"; leaves scope domain \"the domain is refused\"\n"
    "  cost 0.10-0.20 USD per-1000-messages { source s; date 2026-01-02; url https://x.example/ } }\n"
    "option dear { title Dear; step \"go dear\"; kind move; days 14-45 x\n"
    "  cures range \"d\"; worsens own-reputation \"b\"; worsens hygiene \"c\"\n"
    "  cost 25 USD per-address-month { source s; date 2026-01-02; url https://x.example/ }\n"
    "  cost 1 USD per-1000-messages above 10000 { source s; date 2026-01-02; url https://x.example/ }\n"
    "  cost 7 EUR once { source s; date 2026-01-02; url https://x.example/ } }\n"
    "option near { title Near; step \"stay near\"; kind move; days 1 x\n"
    "  leaves range \"the same network\"\n"
    "  cost 0.005 USD per-address-hour { source s; date 2026-01-02; url https://x.example/ } }\n"
    "option allow { title Allow; step \"be allowed\"; kind recipient; days 1 x; cost nothing\n"
    "  at microsoft-365 gateway; eases range \"e\"; leaves hygiene \"f\" }\n";

static void
cell(size_t at, uint32_t label, uint32_t provider, enum rep_state state)
{
	w.cells[at] =
	    (struct rep_cell){ .key = { .label = label, .provider = provider }, .state = state };
}

/* Messages of a label at a provider, spread over the last `days` days. */
static void
mail(uint32_t label, uint32_t route, uint32_t provider, uint32_t count, int days)
{
	w.obs[w.in.obs_n++] = (struct rep_observation){ .from_s = NOW - (int64_t)days * DAY,
		.label = label,
		.route = route,
		.provider = provider,
		.status = REP_STATUS_SENT,
		.class = REP_CLASS_ACCEPTED,
		.count = count };
}

static void
incident(size_t at, size_t cell_at, enum rep_life life, size_t episodes, double range)
{
	struct rep_incident *i = &w.incidents[at];

	*i = (struct rep_incident){ .cell = cell_at,
		.class = REP_CLASS_BLOCKED,
		.rule = RULE,
		.scope = REP_SCOPE_SOURCE_OR_SUBNET,
		.certain = true,
		.life = life,
		.episodes = w.episodes[at],
		.episodes_n = episodes,
		.id = (int64_t)at + 1 };
	for (size_t e = 0; e < episodes; e++)
		w.episodes[at][e] =
		    (struct rep_episode){ .since_s = NOW - (int64_t)(episodes - e) * 10 * DAY,
			    .until_s = e + 1 < episodes || life == REP_LIFE_OVER
				? NOW - (int64_t)(episodes - e) * 10 * DAY + 2 * DAY
				: 0 };
	for (int c = 0; c < REP_CAUSE_N; c++)
		i->probability[c] = 0.05;
	i->probability[REP_CAUSE_RANGE] = range;
	i->conduct.way = true;
	w.v.conduct.way = true;
	w.v.incidents_n = at + 1;
}

/* Two addresses of one network are blocked at Microsoft. A third in another network is ok there. */
static void
begin(void)
{
	struct rep_err err;
	unsigned bad;

	memset(&w, 0, sizeof w);
	rep_arena_reset(arena);
	w.know = rep_know_new();
	if (w.know == NULL || rep_know_add_builtin(w.know, &err) != REP_OK ||
	    rep_know_ready(w.know, &err) != REP_OK ||
	    rep_weights_builtin(&w.weights, arena, &err) != REP_OK)
		abort();
	w.options = options_of(ways, &bad);
	if (bad > 0) {
		printf("# %s\n", told[0]);
		abort();
	}
	for (uint32_t n = 0; n < 3; n++) {
		static const char *const ips[] = { "203.0.113.24", "203.0.113.31", "198.51.100.9" };

		w.labels[n].label = LABEL_A + n;
		(void)rep_ip_parse(rep_str_c(ips[n]), &w.labels[n].public);
	}
	w.in = (struct rep_judge_in){ .now_s = NOW,
		.know = w.know,
		.weights = &w.weights,
		.names = { names, NAMES },
		.obs = w.obs,
		.labels = w.labels,
		.labels_n = 3 };
	cell(0, LABEL_A, MS, REP_STATE_BLOCKED);
	cell(1, LABEL_B, MS, REP_STATE_BLOCKED);
	cell(2, LABEL_C, MS, REP_STATE_WELL);
	cell(3, LABEL_A, ORANGE, REP_STATE_WELL);
	mail(LABEL_A, 0, MS, 6000, 30);
	mail(LABEL_B, 0, MS, 3000, 20);
	mail(LABEL_C, 0, MS, 1500, 10);
	mail(LABEL_A, 0, ORANGE, 20000, 10);
	w.v = (struct rep_verdicts){
		.in = &w.in, .cells = w.cells, .cells_n = 4, .incidents = w.incidents
	};
	incident(0, 0, REP_LIFE_ACTIVE, 1, 0.8);
	incident(1, 1, REP_LIFE_ACTIVE, 1, 0.8);
	w.ask = (struct rep_ways_in){ .v = &w.v, .know = w.options };
}

static struct rep_way_group *
weigh(void)
{
	struct rep_err err = { .msg = "" };

	if (rep_judge_ways(&w.ask, arena, &w.out, &err) != REP_OK || w.out.groups_n == 0) {
		ok(false, "weighed: %s", err.msg);
		exit(1);
	}
	return &w.out.groups[0];
}

static const struct rep_choice *
option(const struct rep_way_group *g, const char *id)
{
	for (size_t i = 0; i < g->choices_n; i++)
		if (rep_str_eq(g->choices[i].option->id, rep_str_c(id)))
			return &g->choices[i];
	return NULL;
}

static bool
advice(const struct rep_way_group *g, const char *id, enum rep_way_advice a)
{
	const struct rep_choice *c = option(g, id);

	if (c == NULL || c->advice != a)
		printf(
		    "# %s is %s\n", id, c == NULL ? "not there" : rep_way_advice_word(c->advice));
	return c != NULL && c->advice == a;
}

static void
end(void)
{
	rep_know_free(w.know);
}

static bool
near(double a, double b)
{
	if (fabs(a - b) > 1e-6)
		printf("# %.6f, not %.6f\n", a, b);
	return fabs(a - b) <= 1e-6;
}

static bool
says(struct rep_str s, const char *words)
{
	bool found = rep_str_find(s, rep_str_c(words), 0) != SIZE_MAX;

	if (!found)
		printf("# \"%.*s\"\n", REP_PR(s));
	return found;
}

/* --- figures follow from facts -------------------------------------------------------------------- */

static void
test_money(void)
{
	const struct rep_way_group *g;
	const struct rep_choice *c;

	begin();
	g = weigh();
	ok(g->volume.messages == 9000 && near(g->volume.month, 9000) && g->addresses == 2,
	    "the mail concerned is that of the addresses in trouble, at that provider");
	ok(w.out.volume.messages == 30500 && w.out.addresses == 3, "all mail is all of it");
	c = option(g, "cheap");
	ok(c != NULL && c->money_n == 1 && near(c->money[0].from, 0.9) &&
		near(c->money[0].to, 1.8) && near(c->money[0].all_to, 6.1),
	    "9 thousand at 0.10 to 0.20, and 30.5 thousand for all");
	c = option(g, "dear");
	ok(c != NULL && c->money_n == 2 && near(c->money[0].from, 50) && c->money[1].once &&
		near(c->money[1].from, 7),
	    "two addresses at 25, nothing above the 10,000 messages; and 7 EUR once, apart");
	ok(c != NULL && near(c->money[0].all_from, 3 * 25 + 20.5),
	    "for all mail three addresses, and what lies above 10,000");
	c = option(g, "near");
	ok(c != NULL && near(c->money[0].from, 2 * 730 * 0.005), "hours of two addresses");
	end();
}

static void
test_volume_moves(void)
{
	struct rep_way_group *g;
	double before;

	begin();
	before = option(weigh(), "cheap")->money[0].from;
	w.obs[0].count *= 2;
	g = weigh();
	ok(near(option(g, "cheap")->money[0].from, before + 0.6), "more mail there costs more");
	w.obs[0].count /= 2;
	w.obs[3].count *= 7;
	g = weigh();
	ok(near(option(g, "cheap")->money[0].from, before), "more mail elsewhere does not");
	ok(near(option(g, "cheap")->money[0].all_from, 0.1 * (10500 + 140000) / 1000),
	    "but it does for all mail");
	w.obs[0].status = REP_STATUS_DEFERRED;
	ok(near(option(weigh(), "cheap")->money[0].from, 0.3), "a retry is no message");
	w.obs[0].status = REP_STATUS_BOUNCED;
	ok(near(option(weigh(), "cheap")->money[0].from, before),
	    "what bounced would have been sent");
	w.obs[0].from_s -= DAY;
	g = weigh();
	ok(near(option(g, "cheap")->money[0].from, 0.3),
	    "what is older than 30 days counts no more");
	end();

	begin();
	for (size_t i = 0; i < 4; i++)
		w.obs[i].from_s = NOW - 3 * DAY;
	g = weigh();
	ok(g->volume.told && near(g->volume.month, 90000) &&
		near(option(g, "cheap")->money[0].from, 9.0),
	    "three days of log make a month of ten times as much");
	for (size_t i = 0; i < 4; i++)
		w.obs[i].from_s = NOW - 3 * HOUR;
	g = weigh();
	ok(!g->volume.told && option(g, "cheap")->money_n == 0 &&
		!option(g, "cheap")->bills[0].told,
	    "from three hours nothing is made: no sum rather than a wrong one");
	end();
}

static void
test_prices_move(void)
{
	struct rep_cost costs[1];
	struct rep_way_own own = { .option = REP_S("cheap"), .costs = costs, .costs_n = 1 };
	const struct rep_way_group *g;
	char why[REP_COST_WHY];
	double dear;

	begin();
	dear = option(weigh(), "dear")->money[0].from;
	if (!rep_cost_parse(REP_S("0.05 EUR per-1000-messages"), &costs[0], why))
		abort();
	w.ask.own = &own;
	w.ask.own_n = 1;
	g = weigh();
	ok(near(option(g, "cheap")->money[0].from, 0.45) && option(g, "cheap")->bills[0].own &&
		strcmp(option(g, "cheap")->money[0].currency, "EUR") == 0,
	    "own figures replace the list price");
	ok(near(option(g, "dear")->money[0].from, dear), "and touch no other option");
	own.days_told = true;
	own.days_from = own.days_to = 9;
	ok(option(weigh(), "cheap")->days_to == 9, "own days replace know's");
	costs[0].from = costs[0].to = 9999;
	own.costs_n = 1;
	w.episodes[0][0].since_s = NOW - 5 * DAY;
	incident(0, 0, REP_LIFE_ACTIVE, 2, 0.8);
	incident(1, 1, REP_LIFE_ACTIVE, 2, 0.8);
	g = weigh();
	ok(advice(g, "dear", REP_ADVICE_PREPARE) && advice(g, "cheap", REP_ADVICE_POSSIBLE),
	    "a price that goes up far enough changes which one is advised");
	own.ruled_out = true;
	ok(advice(weigh(), "cheap", REP_ADVICE_RULED_OUT), "what was ruled out is never advised");
	end();
}

static void
test_effects_move(void)
{
	struct rep_way_group *g;
	double before;

	begin();
	g = weigh();
	ok(option(g, "cheap")->verdicts[0].effect == REP_EFFECT_CURES &&
		says(option(g, "cheap")->why,
		    "would fix incidents 1 and 2 if the cause is the neighbourhood (probably): "
		    "another network is judged separately"),
	    "a sentence with incidents, cause, likelihood and reason");
	before = option(g, "cheap")->worth;
	w.incidents[0].probability[REP_CAUSE_RANGE] = 0.97;
	g = weigh();
	ok(option(g, "cheap")->worth > before + 0.01, "likelier range: more of it is cured");
	ok(says(option(g, "cheap")->why,
	       "incident 1 if the cause is the neighbourhood (almost surely)") &&
		says(option(g, "cheap")->why,
		    "incident 2 if the cause is the neighbourhood (probably)"),
	    "unlike incidents are told apart");
	w.incidents[0].probability[REP_CAUSE_RANGE] = 0.5;
	w.incidents[0].probability[REP_CAUSE_OWN_REPUTATION] = 0.4;
	g = weigh();
	ok(option(g, "cheap")->verdicts[0].effect == REP_EFFECT_UNKNOWN &&
		says(option(g, "cheap")->why,
		    "unclear for incident 1: would fix it if it is the neighbourhood (most "
		    "likely, but it cannot be proven), would make it worse if it is your own "
		    "reputation (possible)"),
	    "undecided: what it would do for each");
	ok(option(g, "ask")->verdicts[0].effect == REP_EFFECT_EASES,
	    "but asking eases either, so that can be told");
	ok(option(g, "near")->verdicts[0].effect == REP_EFFECT_UNKNOWN &&
		option(g, "near")->verdicts[0].by_cause[REP_CAUSE_RANGE] == REP_EFFECT_LEAVES,
	    "an option of which half is not known is not called useless");
	w.incidents[0].probability[REP_CAUSE_HYGIENE] = 0.45;
	w.incidents[0].probability[REP_CAUSE_RANGE] = 0.05;
	g = weigh();
	ok(option(g, "cheap")->verdicts[0].effect == REP_EFFECT_WORSENS &&
		advice(g, "cheap", REP_ADVICE_NO_USE),
	    "undecided between causes that it cures neither of: of no use");
	w.incidents[0].probability[REP_CAUSE_HYGIENE] = 0.05;
	w.incidents[0].probability[REP_CAUSE_RANGE] = 0.5;
	g = weigh();
	ok(says(g->answer, "the log cannot show yet whether moving would fix it"),
	    "the answer says that it is undecided");
	w.incidents[0].probability[REP_CAUSE_RANGE] = 0.8;
	w.incidents[0].probability[REP_CAUSE_OWN_REPUTATION] = 0.5;
	g = weigh();
	ok(says(option(g, "cheap")->why,
	       "It would make it worse if it is your own reputation (possible)"),
	    "a probable cause, and one that is not unlikely: both are told");
	ok(option(g, "near")->verdicts[0].effect == REP_EFFECT_LEAVES &&
		advice(g, "near", REP_ADVICE_NO_USE),
	    "an address in the same network is of no use");
	end();
}

static void
test_conduct(void)
{
	struct rep_way_group *g;

	begin();
	w.incidents[0].probability[REP_CAUSE_RANGE] = 0.2;
	w.incidents[0].probability[REP_CAUSE_HYGIENE] = 0.8;
	w.incidents[0].conduct = (struct rep_conduct_answer){ .own_fault = true };
	g = weigh();
	ok(g->own_conduct && advice(g, "fix", REP_ADVICE_DO) &&
		rep_str_eq(g->choices[0].option->id, REP_S("fix")),
	    "dead recipients: fixing comes first");
	ok(advice(g, "cheap", REP_ADVICE_NO_USE) && option(g, "dear") != NULL &&
		advice(g, "path", REP_ADVICE_NO_USE) && advice(g, "ask", REP_ADVICE_NO_USE),
	    "what makes it worse is of no use");
	ok(says(g->answer, "fix first: moving now would move the trouble too"),
	    "with the sentence that says so");
	w.incidents[0].probability[REP_CAUSE_HYGIENE] = 0.1;
	w.incidents[0].probability[REP_CAUSE_RANGE] = 0.8;
	g = weigh();
	ok(g->own_conduct && option(g, "cheap") == NULL && option(g, "dear") == NULL &&
		option(g, "path") == NULL && option(g, "fix") != NULL && option(g, "ask") != NULL,
	    "own conduct, however likely the range: no other way is named");
	w.incidents[0].conduct = (struct rep_conduct_answer){ .why = REP_S("nobody can tell yet") };
	g = weigh();
	ok(!g->own_conduct && option(g, "cheap") == NULL && option(g, "path") == NULL &&
		says(g->answer, "no other path is suggested: nobody can tell yet"),
	    "undecided: none either, and the answer says why");
	w.incidents[0].conduct.way = true;
	w.incidents[1].conduct = (struct rep_conduct_answer){ .own_fault = true };
	g = weigh();
	ok(g->own_conduct && option(g, "cheap") == NULL,
	    "one incident of own conduct at the provider is enough");
	w.incidents[1].conduct.way = true;
	w.incidents[1].conduct.own_fault = false;
	g = weigh();
	ok(!g->own_conduct && option(g, "cheap") != NULL && advice(g, "path", REP_ADVICE_DO),
	    "and where the gate is open, they are named");
	end();
}

static void
test_returns(void)
{
	struct rep_way_group *g;
	double first, third;

	begin();
	g = weigh();
	first = option(g, "ask")->worth;
	ok(advice(g, "ask", REP_ADVICE_DO) && advice(g, "path", REP_ADVICE_DO) &&
		advice(g, "cheap", REP_ADVICE_POSSIBLE),
	    "the first time: ask, use the path that works, prepare nothing yet");
	is_str(g->answer, "ask and use the path (198.51.100.9)", "in words");
	incident(0, 0, REP_LIFE_ACTIVE, 3, 0.8);
	g = weigh();
	third = option(g, "ask")->worth;
	ok(third < first / 2, "asking is worth less with each return");
	ok(advice(g, "ask", REP_ADVICE_DO) && advice(g, "cheap", REP_ADVICE_PREPARE) &&
		advice(g, "dear", REP_ADVICE_POSSIBLE),
	    "after two returns the cheapest that cures is prepared");
	is_str(g->answer, "ask once more, use the path (198.51.100.9), and prepare to go cheap",
	    "in words");
	ok(says(option(g, "ask")->why, "lifted twice before, back after 8 and 8 days"),
	    "with the days between");
	incident(0, 0, REP_LIFE_ACTIVE, 4, 0.8);
	ok(advice(weigh(), "cheap", REP_ADVICE_DO), "after three returns it is time to leave");
	w.v.incidents_n = 1;
	incident(0, 0, REP_LIFE_OVER, 3, 0.8);
	g = weigh();
	ok(g->open_n == 0 && advice(g, "ask", REP_ADVICE_NO_USE) &&
		advice(g, "cheap", REP_ADVICE_PREPARE),
	    "over, but it came back before: nothing to ask, something to prepare");
	is_str(g->answer,
	    "nothing is refused there now, but it came back twice: prepare to go cheap",
	    "in words");
	incident(0, 0, REP_LIFE_OVER, 1, 0.8);
	w.v.incidents_n = 1;
	g = weigh();
	ok(g->incidents_n == 0 && g->provider.n == 0, "over and never back: no trouble");
	end();
}

static void
test_paths(void)
{
	struct rep_way_group *g;

	begin();
	g = weigh();
	ok(option(g, "path")->path != NULL && near(option(g, "path")->path_day, 50),
	    "the path that works, and the 50 messages a day that it carries");
	w.obs[2].count = 199;
	ok(option(weigh(), "path") == NULL, "199 messages prove no path");
	w.obs[2].count = 1500;
	w.cells[2].state = REP_STATE_THROTTLED;
	ok(option(weigh(), "path") == NULL, "nor does one that is slowed itself");
	w.cells[2].state = REP_STATE_WELL;
	(void)rep_ip_parse(REP_S("203.0.113.99"), &w.labels[2].public);
	ok(option(weigh(), "path") == NULL, "nor one in the same network");
	w.labels[2].public.version = 0;
	ok(option(weigh(), "path") == NULL, "nor one whose address nobody knows");
	w.cells[2].key.route = RELAY;
	w.obs[2].route = RELAY;
	g = weigh();
	ok(option(g, "path") != NULL && option(g, "path")->path->relay, "a relay is one");
	end();
}

static void
test_where(void)
{
	struct rep_way_group *g;

	begin();
	g = weigh();
	ok(advice(g, "allow", REP_ADVICE_NO_USE) &&
		says(option(g, "allow")->why, "it helps only at: microsoft-365, gateway"),
	    "an allow entry is of no use at Outlook.com");
	cell(0, LABEL_A, M365, REP_STATE_BLOCKED);
	w.v.incidents_n = 1;
	g = weigh();
	ok(advice(g, "allow", REP_ADVICE_DO), "but at Microsoft 365");
	w.cells[0].key.route = RELAY;
	g = weigh();
	ok(option(g, "cheap")->verdicts[0].effect == REP_EFFECT_LEAVES &&
		says(option(g, "cheap")->why, "you send through it already"),
	    "what one sends through already changes nothing");
	w.cells[0].key.route = 0;
	w.incidents[0].rule = DOMAIN_RULE;
	w.incidents[0].scope = REP_SCOPE_DOMAIN;
	g = weigh();
	ok(option(g, "cheap")->verdicts[0].effect == REP_EFFECT_LEAVES &&
		says(option(g, "cheap")->why, "the domain is refused") &&
		option(g, "dear")->verdicts[0].effect == REP_EFFECT_CURES,
	    "a refusal of the domain is not cured by another address, where that is known");
	end();

	begin();
	cell(0, LABEL_A, OTHER, REP_STATE_BLOCKED);
	w.cells[0].key.provider_domain = FIRM;
	w.v.incidents_n = 1;
	w.obs[0].provider = w.obs[1].provider = OTHER;
	w.obs[1].label = LABEL_A;
	w.obs[1].provider_domain = FIRM;
	w.obs[1].from_s = NOW - 3 * DAY;
	g = weigh();
	ok(g->volume.messages == 3000 && near(g->volume.month, 30000),
	    "a host that has a name since three days: a month is made from these");
	end();

	begin();
	w.incidents[0].everywhere = true;
	w.v.incidents_n = 1;
	g = weigh();
	ok(g->volume.messages == 10500 && g->addresses == 3 && option(g, "path") == NULL,
	    "trouble everywhere: the mail of all addresses, and no path that works");
	end();
}

static void
test_warnings(void)
{
	struct rep_way_group *g;

	begin();
	g = weigh();
	ok(w.out.warnings_n == 0 && g->warnings_n == 0 && w.out.paths_n == 2 &&
		w.out.paths[0].messages == 29000 && w.out.paths[0].sources == 2,
	    "two networks: no warning");
	w.obs[2].provider = ORANGE;
	g = weigh();
	ok(w.out.warnings_n == 0 && g->warnings_n == 1 &&
		strcmp(g->warnings[0].kind, "one-subnet") == 0 &&
		says(g->warnings[0].sentence,
		    "the 2 addresses that send to Microsoft (Outlook.com, Hotmail) are all in "
		    "203.0.113.0/24"),
	    "one network at the provider that blocks: a warning there");
	w.obs[2].count = 0;
	w.in.obs_n = 2;
	g = weigh();
	ok(w.out.warnings_n == 1 && strcmp(w.out.warnings[0].kind, "one-subnet") == 0,
	    "one network for all mail: a warning for all");
	w.in.obs_n = 1;
	(void)weigh();
	ok(strcmp(w.out.warnings[0].kind, "one-source") == 0, "one address is called so");
	w.obs[0].route = RELAY;
	(void)weigh();
	ok(strcmp(w.out.warnings[0].kind, "one-relay") == 0 &&
		says(w.out.warnings[0].sentence, "one relay (amazon-ses)"),
	    "one relay too");
	w.obs[0].route = 0;
	w.in.obs_n = 2;
	w.labels[1].public.version = 0;
	(void)weigh();
	ok(strcmp(w.out.warnings[0].kind, "unknown-address") == 0,
	    "an address that is not known is said to be unknown, not to be elsewhere");
	end();
}

static void
test_nothing(void)
{
	const struct rep_way_group *g;

	begin();
	w.v.incidents_n = 0;
	g = weigh();
	ok(w.out.groups_n == 1 && g->provider.n == 0 && g->incidents_n == 0 &&
		says(g->answer, "nothing to fix"),
	    "no trouble: nothing to fix");
	ok(g->choices_n == 2 && advice(g, "cheap", REP_ADVICE_POSSIBLE) &&
		option(g, "near") == NULL && option(g, "ask") == NULL,
	    "only ways into another neighbourhood are shown");
	ok(near(option(g, "cheap")->money[0].from, 3.05), "with the bill for all mail");
	w.ask.provider = REP_S("orange");
	g = weigh();
	ok(rep_str_eq(g->provider, REP_S("orange")) && near(g->volume.month, 20000),
	    "a provider asked for without trouble: its mail alone");
	end();
}

static void
test_cut_off(void)
{
	struct rep_err err;
	unsigned limit = 0, fine = 0, odd = 0;

	begin();
	w.ask.know = rep_know_ways(w.know);
	for (size_t cap = 256; cap < 512 << 10; cap += cap / 8) {
		struct rep_arena *small = rep_arena_new(cap);
		enum rep_rc rc = rep_judge_ways(&w.ask, small, &w.out, &err);

		limit += rc == REP_ELIMIT;
		fine += rc == REP_OK;
		odd += (rc != REP_OK && rc != REP_ELIMIT) || (rc == REP_ELIMIT && fine > 0);
		rep_arena_free(small);
	}
	ok(limit > 10 && fine > 0 && odd == 0,
	    "too little memory is an error wherever it happens (%u times), enough is enough (%u)",
	    limit, fine);
	end();
}

/* Many of each: a sentence names only a few, but every message is counted. */
static void
test_many(void)
{
	enum { MANY = 3000 };
	static struct rep_observation obs[MANY];
	static struct rep_incident incidents[MANY];
	static struct rep_cell cells[MANY];
	static struct rep_label labels[MANY];
	const struct rep_way_group *g;

	begin();
	for (uint32_t n = 0; n < MANY; n++) {
		labels[n] = (struct rep_label){ .label = 100 + n,
			.public = { .version = 4,
			    .b = { 10, (unsigned char)(n >> 8), (unsigned char)n, 1 } } };
		cells[n] = (struct rep_cell){ .key = { .label = 100 + n, .provider = MS },
			.state = REP_STATE_BLOCKED };
		obs[n] = (struct rep_observation){ .from_s = NOW - 30 * (int64_t)DAY,
			.label = 100 + n,
			.provider = MS,
			.status = REP_STATUS_BOUNCED,
			.count = 10 };
		incidents[n] = w.incidents[0];
		incidents[n].cell = n;
		incidents[n].id = (int64_t)n + 1;
	}
	w.in.obs = obs;
	w.in.labels = labels;
	w.v.cells = cells;
	w.v.incidents = incidents;
	w.in.obs_n = w.in.labels_n = w.v.cells_n = w.v.incidents_n = MANY;
	g = weigh();
	ok(g->incidents_n == MANY && g->addresses == MANY && g->volume.messages == 10 * MANY &&
		w.out.paths_n == MANY,
	    "each of %d sources in trouble is counted", MANY);
	ok(says(option(g, "cheap")->why, "incidents 1, 2, 3, 4, 5, 6, 7, 8 and 2992 more if"),
	    "eight are named");
	end();
}

/* The built-in options say what doc/words.md, Conduct, promises. */
static void
test_built_in(void)
{
	static const char *const ids[] = { "ask", "fix", "wait", "own-path", "another-address",
		"ses-shared", "ses-dedicated", "ses-managed", "esp", "own-space", "leased-space",
		"small-host", "allow-entry" };
	const struct rep_ways *o;
	bool whole = true;

	begin();
	o = rep_know_ways(w.know);
	for (size_t i = 0; i < REP_COUNT(ids); i++)
		ok(rep_way_by_id(o, rep_str_c(ids[i])) != NULL, "built in: %s", ids[i]);
	for (size_t i = 0; i < rep_ways_n(o); i++) {
		const struct rep_way *v = rep_ways_at(o, i);

		for (int c = 0; c < REP_CAUSE_N; c++)
			whole = whole &&
			    (v->cause[c].effect == REP_EFFECT_UNKNOWN) == (v->cause[c].why.n == 0);
		whole = whole && v->needs_n > 0 &&
		    v->days[v->days_n - 1].to >= v->days[v->days_n - 1].from &&
		    (v->kind != REP_WAY_MOVE ||
			(v->limits_n > 0 &&
			    v->cause[REP_CAUSE_HYGIENE].effect >= REP_EFFECT_LEAVES));
	}
	ok(whole, "each names what it needs; no move cures a bad list");
	ok(rep_way_by_id(o, REP_S("another-address"))->cause[REP_CAUSE_RANGE].effect ==
		REP_EFFECT_LEAVES,
	    "another address of the same cloud does not cure a range");
	w.ask.know = o;
	ok(weigh()->choices_n > 8, "and they can be weighed");
	end();
}

int
main(void)
{
	arena = rep_arena_new(64 << 20);
	test_costs();
	test_days();
	test_file();
	test_days_for();
	test_wrong();
	test_money();
	test_volume_moves();
	test_prices_move();
	test_effects_move();
	test_conduct();
	test_returns();
	test_paths();
	test_where();
	test_warnings();
	test_nothing();
	test_cut_off();
	test_many();
	test_built_in();
	rep_arena_free(arena);
	return done();
}
