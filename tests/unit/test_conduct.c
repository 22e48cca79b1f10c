/*
 * unit/test_conduct.c -- the limits of conduct (doc/words.md, Conduct).
 *
 * Each limit closes the gates, and an operator's own weights open none.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "story.h"

#include "judge/conduct.h"
#include "judge/measure.h"

enum { AN_HOUR = 200 /* messages of a source: enough for small shares */ };

/*
 * A clean sender and its sibling are refused together, and another network is accepted: the range.
 */
struct plot {
	const char *name;
	int complaints;		   /* per 100,000 accepted messages; < 0: no feed is read */
	unsigned dead;		   /* unknown recipients, per 1,000 attempts */
	int traps;		   /* hits; < 0: no feed is read */
	bool undecided;		   /* nothing to compare with */
	bool rise;		   /* five times the usual mail in the hours before */
	bool login;		   /* somebody submits many times the usual */
	bool mailed;		   /* the complaints came by mail, without proof */
	unsigned dead_elsewhere;   /* of the source in another network, per 1,000 attempts */
	bool complaints_elsewhere; /* over the limit at another provider */
	const char *own;	   /* a file of weights */
	bool way, steer, own_fault;
	const char *why; /* in the reason of `way`, or else of `steer` */
};

static void
ignore(void *ctx, const char *sentence)
{
	(void)ctx;
	printf("# %s\n", sentence);
}

static void
feeds(struct story *s, const struct plot *p)
{
	uint64_t week = (uint64_t)7 * 24 * AN_HOUR * (p->undecided ? 1 : 3);

	s->complaints_mailed = p->mailed;
	if (p->complaints_elsewhere)
		s->complaints[s->complaints_n++] = (struct rep_complaint){ .at_s = at(MONTH) + DAY,
			.provider = name(s, "yahoo"),
			.matched = true,
			.count = AN_HOUR };
	if (p->complaints >= 0)
		s->complaints[s->complaints_n++] = (struct rep_complaint){ .at_s = at(MONTH) - DAY,
			.provider = name(s, MS),
			.matched = true,
			.count = (uint32_t)(week * (uint64_t)p->complaints / 100000) };
	/* A feed that is read and has nothing: one complaint, before the week that counts. */
	s->complaints[s->complaints_n] = (struct rep_complaint){
		.at_s = at(MONTH) - 20 * DAY, .provider = name(s, MS), .matched = true, .count = 1
	};
	s->complaints_n += p->complaints >= 0;
	if (p->traps >= 0)
		s->traps[s->traps_n++] = (struct rep_trap_count){ name(s, "a"), name(s, MS),
			at(MONTH) - 2 * DAY, (uint64_t)p->traps };
}

/* One login submits a little each day, another one nothing, and then as much as the whole hour has. */
static void
logins(struct story *s)
{
	static struct rep_handed_hour daily[30], jumped[1];

	for (unsigned d = 0; d < 30; d++)
		daily[d] = (struct rep_handed_hour){ .from_s = at(d * 24), .n = 3 };
	jumped[0] = (struct rep_handed_hour){ .from_s = at(MONTH - 3), .n = AN_HOUR };
	s->handed[s->handed_n++] = (struct rep_handed){ REP_S("a"), REP_S("login jo"), daily, 30 };
	s->handed[s->handed_n++] = (struct rep_handed){ REP_S("a"), REP_S("login eve"), jumped, 1 };
}

static const struct rep_incident *
play(struct story *s, const struct plot *p, struct rep_weights *own)
{
	struct rep_err err;

	begin(s);
	if (p->own != NULL) {
		*own = weights;
		if (rep_weights_parse(own, "own.weights", rep_str_c(p->own), rules_arena, ignore,
			NULL, &err) != REP_OK)
			ok(false, "%s", err.msg);
		s->weights = own;
	}
	source(s, "a", "203.0.113.10");
	if (!p->undecided) {
		source(s, "b", "203.0.113.11");
		source(s, "c", "198.51.100.20");
		well(s, 0, MONTH, "b", MS, "x/receipts", AN_HOUR);
		well(s, 0, MONTH + 48, "c", MS, "x/news", AN_HOUR);
		refused(s, MONTH, MONTH + 48, "b", MS, "x/receipts", S3140, 15);
	}
	well(s, 0, MONTH, "a", MS, "x/news", AN_HOUR);
	for (unsigned h = MONTH - 7 * 24; p->dead > 0 && h < MONTH; h++)
		(void)said(s, h, "a", MS, "x/news", REP_CLASS_RECIPIENT,
		    AN_HOUR * p->dead / (1000 - p->dead));
	if (p->rise)
		well(s, MONTH - 5, MONTH, "a", MS, "x/news", 4 * AN_HOUR);
	if (p->login)
		logins(s);
	if (p->complaints_elsewhere)
		well(s, MONTH - 48, MONTH + 48, "c", "yahoo", "x/news", AN_HOUR);
	for (unsigned h = MONTH - 24; p->dead_elsewhere > 0 && h < MONTH + 48; h++)
		(void)said(s, h, "c", MS, "x/news", REP_CLASS_RECIPIENT,
		    AN_HOUR * p->dead_elsewhere / (1000 - p->dead_elsewhere));
	refused(s, MONTH, MONTH + 48, "a", MS, "x/news", S3140, 20);
	feeds(s, p);
	judge(s, MONTH + 48);
	return incident(s, "a", MS, REP_TROUBLE_BLOCK);
}

/* Weights that blame the neighbourhood for everything, and ignore own faults. */
#define BLIND                                                                             \
	"prior blocked source-or-subnet { range 0.99; origin x }\n"                       \
	"weight hygiene_high { range 100; hygiene 0.01; origin x }\n"                     \
	"weight hygiene_rise { range 100; hygiene 0.01; origin x }\n"                     \
	"weight complaints_high { range 100; own-reputation 0.01; origin x }\n"           \
	"weight volume_burst { at 50 99; volume 1 2; origin x }\n"                        \
	"family own-conduct { cap 100 }\nlimit unknown-high 1\nlimit unknown-notable 1\n" \
	"words { unlikely 0.49; probably 0.5; almost-surely 0.6 }\n"

static const struct plot rows[] = {
	{ .name = "nothing watched",
	    .complaints = -1,
	    .traps = -1,
	    .way = true,
	    .why = "complaints at this provider are not watched" },
	{ .name = "all watched, all clean",
	    .complaints = 10,
	    .dead = 5,
	    .traps = 0,
	    .way = true,
	    .steer = true,
	    .why = "were measured" },
	{ .name = "a rise of own mail",
	    .complaints = 10,
	    .traps = 0,
	    .rise = true,
	    .why = "unwanted mail would be refused on any path" },
	{ .name = "a login that submits many times its usual",
	    .complaints = 10,
	    .traps = 0,
	    .login = true,
	    .why = "a stolen login would use any path" },
	{ .name = "a rise of own mail by a login",
	    .complaints = 10,
	    .traps = 0,
	    .rise = true,
	    .login = true,
	    .why = "a stolen login would use any path" },
	{ .name = "a login, and weights that blame the neighbourhood",
	    .complaints = 10,
	    .traps = 0,
	    .login = true,
	    .own = BLIND,
	    .why = "a stolen login would use any path" },
	{ .name = "a rise of own mail, and weights that blame the neighbourhood",
	    .complaints = 10,
	    .traps = 0,
	    .rise = true,
	    .own = BLIND,
	    .why = "unwanted mail would be refused on any path" },
	{ .name = "traps not watched",
	    .complaints = 10,
	    .traps = -1,
	    .way = true,
	    .why = "spam trap hits are not watched" },
	{ .name = "complaints not watched",
	    .complaints = -1,
	    .traps = 0,
	    .way = true,
	    .why = "complaints at this provider are not watched" },
	{ .name = "complaints just under 0.1 %",
	    .complaints = 75,
	    .traps = 0,
	    .way = true,
	    .steer = true,
	    .why = "were measured" },
	{ .name = "complaints at 0.1 %",
	    .complaints = 102,
	    .traps = 0,
	    .own_fault = true,
	    .why = "the limit is 0.1 %" },
	{ .name = "unknown recipients just under 5 %",
	    .complaints = 10,
	    .dead = 45,
	    .traps = 0,
	    .way = true,
	    .steer = true,
	    .why = "were measured" },
	{ .name = "unknown recipients over 5 %",
	    .complaints = 10,
	    .dead = 55,
	    .traps = 0,
	    .own_fault = true,
	    .why = "the limit is 5 %" },
	{ .name = "one trap hit",
	    .complaints = 10,
	    .traps = 1,
	    .own_fault = true,
	    .why = "1 spam trap hit was reported" },
	{ .name = "complaints by mail that nobody proved",
	    .complaints = 10,
	    .dead = 5,
	    .traps = 0,
	    .mailed = true,
	    .way = true,
	    .why = "anybody could have sent" },
	{ .name = "dead recipients at the path that works",
	    .complaints = 10,
	    .traps = 0,
	    .dead_elsewhere = 200,
	    .own_fault = true,
	    .why = "the limit is 5 %" },
	{ .name = "complaints at another provider",
	    .complaints = 10,
	    .traps = 0,
	    .complaints_elsewhere = true,
	    .own_fault = true,
	    .why = "the limit is 0.1 %" },
	{ .name = "undecided",
	    .complaints = 10,
	    .traps = 0,
	    .undecided = true,
	    .why = "the log cannot show yet" },
	/* Own weights can close the gates, but not open them. */
	{ .name = "undecided, and own weights that are sure",
	    .complaints = 10,
	    .traps = 0,
	    .undecided = true,
	    .own = BLIND,
	    .why = "the log cannot show yet" },
	{ .name = "complaints, and own weights that look away",
	    .complaints = 102,
	    .traps = 0,
	    .own = BLIND,
	    .own_fault = true,
	    .why = "the limit is 0.1 %" },
	{ .name = "dead recipients, and own weights that look away",
	    .complaints = 10,
	    .dead = 55,
	    .traps = 0,
	    .own = BLIND,
	    .own_fault = true,
	    .why = "the limit is 5 %" },
	{ .name = "clean, and own weights that accuse",
	    .complaints = 10,
	    .traps = 0,
	    .own = "prior blocked source-or-subnet { own-reputation 0.99; range 0.5; origin x }\n"
		   "limit unknown-low 0\n",
	    .own_fault = true,
	    .why = "a probable cause" },
};

/* --- labels of one address -------------------------------------------------------------------- */

enum { TWINS = 40, SENT = 10 /* by each, in an hour */ };

static void
is_measure(const struct story *s, const struct rep_cell_key *key, const char *label, unsigned hour,
    uint64_t part, uint64_t all, const char *what)
{
	uint32_t of = 0;
	struct rep_measure m;

	while (of < s->names_n && !rep_str_eq(s->names[of], rep_str_c(label)))
		of++;
	m = rep_measure_unknown_recipients(&s->v, key, of, at(hour));
	ok(m.part == part && m.all == all, "%s: %llu of %llu", what, (unsigned long long)m.part,
	    (unsigned long long)m.all);
}

/*
 * Twins have one address, and each has the sums of all of them: the unknown recipients of the first
 * one count for the others. The second one sends through a relay, too.
 */
static void
test_one_address(void)
{
	static struct story s;
	struct rep_cell_key key = { 0 }, relayed = { 0 };
	char label[16];
	uint64_t all = (uint64_t)TWINS * SENT * 7 * 24;

	begin(&s);
	for (unsigned i = 0; i < TWINS; i++) {
		snprintf(label, sizeof label, "twin%u", i);
		source(&s, label, "203.0.113.10");
		for (unsigned h = 0; h < 10 * 24; h++)
			(void)said(&s, h, label, MS, "x/news",
			    i == 0 ? REP_CLASS_RECIPIENT : REP_CLASS_ACCEPTED, SENT);
	}
	source(&s, "other", "203.0.113.11");
	well(&s, 0, 10 * 24, "other", MS, "x/news", SENT);
	said(&s, 9 * 24, "twin1", MS, "x/news", REP_CLASS_ACCEPTED, 7)->route = name(&s, "relay");
	judge(&s, 10 * 24);

	key.label = name(&s, "twin1");
	relayed = (struct rep_cell_key){ .label = key.label, .route = name(&s, "relay") };
	is_measure(&s, &key, "twin0", 10 * 24, all / TWINS, all, "one twin");
	is_measure(&s, &key, "twin39", 10 * 24, all / TWINS, all, "the last twin");
	is_measure(&s, &key, "twin1", 24, all / TWINS / 7, all / 7, "on the first day");
	is_measure(&s, &key, "twin1", 0, 0, 0, "before all");
	is_measure(&s, &key, "twin1", 30 * 24, 0, 0, "long after");
	is_measure(&s, &key, "other", 10 * 24, 0, all / TWINS, "another address");
	is_measure(&s, &relayed, "twin1", 10 * 24, 0, 7, "through a relay: all of the relay");
	is_measure(&s, &relayed, "twin2", 10 * 24, all / TWINS, all - all / TWINS + 7,
	    "a twin of what goes through a relay");
	end(&s);
}

/* --- what receivers report ------------------------------------------------------------------------ */

/*
 * Two neighbours are refused together after the message. fails: of 1,000 messages that the provider reports of each day of
 * it; < 0: no report. The result is in *way and *p (of authentication).
 */
static void
play_reported(int fails, const char *weights_text, bool *way, double *p)
{
	static struct rep_weights own;
	struct story s;
	const struct rep_incident *i;
	struct rep_err err;

	begin(&s);
	if (weights_text != NULL) {
		own = weights;
		if (rep_weights_parse(&own, "own.weights", rep_str_c(weights_text), rules_arena,
			ignore, NULL, &err) != REP_OK)
			ok(false, "%s", err.msg);
		s.weights = &own;
	}
	source(&s, "a", "203.0.113.10");
	source(&s, "b", "203.0.113.11");
	well(&s, 0, MONTH, "a", MS, "x.example/news", AN_HOUR);
	well(&s, 0, MONTH, "b", MS, "x.example/receipts", AN_HOUR);
	refused(&s, MONTH, MONTH + 48, "a", MS, "x.example/news", S3140, 20);
	refused(&s, MONTH, MONTH + 48, "b", MS, "x.example/receipts", S3140, 15);
	for (size_t n = 0; n < s.n; n++)
		s.obs[n].stage = REP_STAGE_DOT;
	reported(&s, 0, 30, MS, "203.0.113.10", "x.example", 1000, 998, 998);
	if (fails >= 0)
		reported(&s, 30, 32, MS, "203.0.113.10", "x.example", 1000, 1000 - (uint64_t)fails,
		    1000 - (uint64_t)fails);
	judge(&s, MONTH + 48);
	i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	*way = i != NULL && i->conduct.way;
	*p = i != NULL ? i->probability[REP_CAUSE_AUTHENTICATION] : -1;
	end(&s);
}

/* Reports may close the way around. They open none, whatever weights are in force. */
static void
test_reported(void)
{
	static const char
	    suspects[] =
		"prior blocked source-or-subnet { range 0.7; authentication 0.5; origin x }\n",
	    believes[] =
		"prior blocked source-or-subnet { range 0.7; authentication 0.5; origin x }\n"
		"weight reports_pass { family stage; range 20; own-reputation 0.05; hygiene 0.05;"
		" content 0.05; authentication 0.05; volume 0.05; origin x }\n";
	double without, with;
	bool way;

	play_reported(-1, NULL, &way, &without);
	ok(way, "no reports of that time: a way may be named (%.4f)", without);
	play_reported(2, NULL, &way, &with);
	ok(way && with < without,
	    "reports that mail passed: less likely authentication (%.4f), and the way stays", with);
	play_reported(980, NULL, &way, &with);
	ok(!way && with > 0.35, "reports that it failed (%.2f): no way is named", with);
	play_reported(-1, suspects, &way, &without);
	ok(!way && without > 0.35, "own weights suspect authentication (%.2f): none is named",
	    without);
	play_reported(2, suspects, &way, &with);
	ok(!way && with < 0.35, "reports that it passed (%.2f): none is named all the same", with);
	play_reported(2, believes, &way, &with);
	ok(!way && with < 0.35, "own weights believe them blindly (%.2f): none is named", with);
}

/* --- where the limits lie ----------------------------------------------------------------------- */

/* The answer to a trouble whose causes are set by hand: in force, and as compiled in. */
static void
is_answer(const struct story *s, const struct rep_incident *of, const double in_force[2],
    const double compiled[2], bool way, bool own_fault, const char *what)
{
	static const enum rep_cause set[2] = { REP_CAUSE_RANGE, REP_CAUSE_OWN_REPUTATION };
	struct rep_arena *a = rep_arena_new(1 << 20);
	struct rep_incident i = *of;

	for (int c = 0; c < REP_CAUSE_N; c++)
		i.cautious[c] = i.compiled[c] = 0.1;
	for (size_t n = 0; n < REP_COUNT(set); n++) {
		i.cautious[set[n]] = in_force[n];
		i.compiled[set[n]] = compiled[n];
	}
	ok(a != NULL && rep_conduct_judge(&s->v, &i, a) && i.conduct.way == way &&
		i.conduct.own_fault == own_fault,
	    "%s: %s, %s", what, way ? "a way may be named" : "no way is named",
	    own_fault ? "to be fixed first" : "no own fault");
	rep_arena_free(a);
}

/*
 * The neighbourhood has to be probable (0.75) and all of one's own unlikely (0.35); where nobody was
 * reached, own conduct has to be below 0.65.
 */
static void
test_bars(void)
{
	static struct story s;
	const struct plot under = { .complaints = 10, .traps = 0 };
	const struct rep_incident *i = play(&s, &under, NULL);
	struct rep_incident nobody;

	ok(i != NULL, "a trouble with all measured and under its limit");
	if (i == NULL)
		return;
#define IS(range, own, c_range, c_own, way, fault)                                           \
	is_answer(&s, i, (double[]){ range, own }, (double[]){ c_range, c_own }, way, fault, \
	    "range " #range ", own " #own ", compiled " #c_range ", " #c_own)
	IS(0.75, 0.35, 0.75, 0.35, true, false);
	IS(0.74, 0.35, 0.75, 0.35, false, false);
	IS(0.75, 0.35, 0.74, 0.35, false, false);
	IS(0.75, 0.36, 0.75, 0.35, false, false);
	IS(0.75, 0.35, 0.75, 0.36, false, false);
	IS(0.9, 0.74, 0.9, 0.74, false, false);
	IS(0.9, 0.75, 0.9, 0.1, false, true);
	IS(0.9, 0.1, 0.9, 0.75, false, true);
	nobody = *i;
	nobody.nobody = true;
	i = &nobody;
	IS(0.1, 0.64, 0.1, 0.64, true, false);
	IS(0.1, 0.65, 0.1, 0.1, false, false);
	IS(0.1, 0.1, 0.1, 0.65, false, false);
	IS(0.1, 0.75, 0.1, 0.1, false, true);
#undef IS
	end(&s);
}

int
main(void)
{
	if (!story_open())
		return done();
	for (size_t n = 0; n < REP_COUNT(rows); n++) {
		static struct rep_weights own;
		const struct plot *p = &rows[n];
		struct story s;
		const struct rep_incident *i = play(&s, p, &own);

		ok(i != NULL && i->conduct.way == p->way, "%s: a way around %s", p->name,
		    p->way ? "may be named" : "is not named");
		ok(i != NULL && i->conduct.steer == p->steer, "%s: steering %s", p->name,
		    p->steer ? "may move mail" : "moves nothing");
		ok(i != NULL && i->conduct.own_fault == p->own_fault, "%s: %s", p->name,
		    p->own_fault ? "to be fixed first" : "no own fault");
		ok(i != NULL &&
			rep_str_find(p->way ? i->conduct.why_steer : i->conduct.why,
			    rep_str_c(p->why), 0) != SIZE_MAX,
		    "%s: the reason", p->name);
		ok(i != NULL &&
			(p->way ||
			    !(advises(i, "move what people wait for") || advises(i, "relay") ||
				advises(i, "198.51.100.20"))),
		    "%s: and the steps keep to it", p->name);
		if (i != NULL && tap_failed > 0)
			printf(
			    "# range %.2f own %.2f hygiene %.2f, compiled range %.2f; unknown %.4f "
			    "complaints %.5f: %.*s\n",
			    i->probability[REP_CAUSE_RANGE],
			    i->probability[REP_CAUSE_OWN_REPUTATION],
			    i->probability[REP_CAUSE_HYGIENE], i->compiled[REP_CAUSE_RANGE],
			    i->conduct.unknown, i->conduct.complaints, REP_PR(i->conduct.why));
		end(&s);
	}
	test_one_address();
	test_reported();
	test_bars();
	story_close();
	return done();
}
