/*
 * unit/test_evidence.c -- each piece of evidence: from observations to the causes and the advice.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "story.h"

/*
 * A month with two sources in one subnet and one elsewhere. Then the first is refused for two days.
 */
struct plot {
	const char *
	    sibling; /* a rule that refuses the sibling too; "": it is well; NULL: it sends nothing */
	const char *elsewhere; /* the same stream through another subnet; as above */
	unsigned unknown;      /* percentage of unknown recipients in the week before */
	unsigned sibling_unknown;
	uint32_t day_before; /* messages an hour; 20 is usual */
	enum rep_stage stage;
	const char *rule; /* NULL: S3140 */
	bool own_range, pool;
	unsigned own;		    /* how many more own addresses the subnet has */
	const char *const *without; /* a piece that is left out */
};

static const struct rep_incident *
play(struct story *s, const struct plot *p)
{
	begin(s);
	source(s, "a", "203.0.113.10");
	source(s, "b", "203.0.113.11");
	source(s, "c", "198.51.100.20");
	for (unsigned k = 0; k < p->own; k++) {
		char label[16], ip[24];

		snprintf(label, sizeof label, "own%u", k);
		snprintf(ip, sizeof ip, "203.0.113.%u", 20 + k);
		source(s, label, ip);
	}
	s->labels[0].own_range = s->labels[0].tenancy_told = p->own_range;
	s->labels[0].pool = p->pool;
	well(s, 0, MONTH - 24, "a", MS, "x/news", 20);
	well(s, MONTH - 24, MONTH, "a", MS, "x/news", p->day_before != 0 ? p->day_before : 20);
	well(s, 0, MONTH, "b", MS, "x/receipts", 15);
	well(s, 0, MONTH, "c", MS, "x/news", 15);
	for (unsigned h = MONTH - 7 * 24; p->unknown > 0 && h < MONTH; h++)
		(void)said(s, h, "a", MS, "x/news", REP_CLASS_RECIPIENT,
		    20 * p->unknown / (100 - p->unknown));
	for (unsigned h = MONTH - 7 * 24; p->sibling_unknown > 0 && h < MONTH; h++)
		(void)said(s, h, "b", MS, "x/receipts", REP_CLASS_RECIPIENT,
		    15 * p->sibling_unknown / (100 - p->sibling_unknown));
	refused(s, MONTH, MONTH + 48, "a", MS, "x/news", p->rule != NULL ? p->rule : S3140, 20);
	if (p->sibling != NULL && p->sibling[0] != '\0')
		refused(s, MONTH, MONTH + 48, "b", MS, "x/receipts", p->sibling, 15);
	else if (p->sibling != NULL)
		well(s, MONTH, MONTH + 48, "b", MS, "x/receipts", 15);
	if (p->elsewhere != NULL && p->elsewhere[0] != '\0')
		refused(s, MONTH, MONTH + 48, "c", MS, "x/news", p->elsewhere, 15);
	else if (p->elsewhere != NULL)
		well(s, MONTH, MONTH + 48, "c", MS, "x/news", 15);
	for (size_t n = 0; n < s->n; n++)
		if (p->stage != REP_STAGE_NONE && s->obs[n].class == REP_CLASS_BLOCKED)
			s->obs[n].stage = (uint8_t)p->stage;
	s->without = p->without;
	judge(s, MONTH + 48);
	return incident(s, "a", MS, REP_TROUBLE_BLOCK);
}

static bool
not_known(const struct rep_incident *i, const char *what)
{
	for (size_t n = 0; i != NULL && n < i->unknown_n; n++)
		if (strcmp(i->unknown[n].what, what) == 0)
			return true;
	return false;
}

static enum rep_cause
likeliest(const struct rep_incident *i)
{
	enum rep_cause best = REP_CAUSE_RANGE;

	for (enum rep_cause c = REP_CAUSE_RANGE; i != NULL && c < REP_CAUSE_N; c++)
		if (i->probability[c] > i->probability[best])
			best = c;
	return best;
}

/* The probability of a cause in a plot. Also checks that the evidence is there. */
static double
cause(const struct plot *p, enum rep_cause c, const char *evidence)
{
	struct story s;
	const struct rep_incident *i = play(&s, p);
	double v = i != NULL ? i->probability[c] : -1;

	if (evidence != NULL)
		ok(has(i, evidence), "why: %s", evidence);
	end(&s);
	return v;
}

static void
test_causes(void)
{
	static const struct plot alone = { 0 }, sibling_well = { .sibling = "" },
				 together = { .sibling = S3140 }, other_well = { .elsewhere = "" },
				 other_refused = { .elsewhere = S3140 }, dirty = { .unknown = 10 },
				 big = { .day_before = 100 };
	double range = cause(&alone, REP_CAUSE_RANGE, "stage_before_message");

	ok(cause(&together, REP_CAUSE_RANGE, "siblings_together_unlike") > range,
	    "why: unlike siblings refused together speak for the range");
	ok(cause(&sibling_well, REP_CAUSE_RANGE, "sibling_well") < range,
	    "why: a sibling in the same /24 that is well speaks against it");
	ok(cause(&other_well, REP_CAUSE_RANGE, "other_subnet_well") > range,
	    "why: the same stream well through another subnet speaks for it");
	ok(cause(&other_refused, REP_CAUSE_RANGE, "other_subnet_refused") < range,
	    "why: and refused there, against it");
	ok(cause(&other_refused, REP_CAUSE_PROVIDER, "all_sources_refused") >
		cause(&alone, REP_CAUSE_PROVIDER, NULL),
	    "why: and where all began at once, for the provider");
	ok(cause(&dirty, REP_CAUSE_HYGIENE, "hygiene_high") >
		cause(&alone, REP_CAUSE_HYGIENE, "hygiene_low"),
	    "why: dead recipients speak for hygiene");
	ok(cause(&big, REP_CAUSE_VOLUME, "volume_big_step") >
		cause(&alone, REP_CAUSE_VOLUME, "volume_steady"),
	    "why: five times the mail speaks for volume");
	ok(cause(&alone, REP_CAUSE_CONTENT, NULL) <= 0 &&
		cause(&alone, REP_CAUSE_AUTHENTICATION, NULL) <= 0,
	    "why: at MAIL FROM it can be neither content nor authentication");
	ok(cause(&(struct plot){ .stage = REP_STAGE_DOT }, REP_CAUSE_CONTENT, NULL) > 0,
	    "why: after the message it can");
	for (enum rep_cause c = REP_CAUSE_RANGE; c < REP_CAUSE_N; c++) {
		double v = cause(&together, c, NULL);

		ok(v >= 0 && v <= 1, "why: %s is a probability", rep_cause_word(c));
	}
}

/*
 * Each piece in a plot of its own. The piece must be there, its ratio must be in the sum, and
 * without its part both must be gone.
 */
static void
test_pieces(void)
{
	static const struct {
		const char *name, *part;
		struct plot plot;
		enum rep_cause up, down; /* the cause it makes more likely, and less likely */
	} rows[] = {
		{ "siblings_together_unlike", "siblings", { .sibling = S3140 }, REP_CAUSE_RANGE,
		    REP_CAUSE_HYGIENE },
		{ "siblings_together_conduct", "siblings", { .sibling = S3140, .unknown = 10 },
		    REP_CAUSE_HYGIENE, REP_CAUSE_N },
		{ "siblings_together_own", "siblings", { .sibling = S3140, .own_range = true },
		    REP_CAUSE_OWN_REPUTATION, REP_CAUSE_N },
		{ "sibling_well", "siblings", { .sibling = "" }, REP_CAUSE_OWN_REPUTATION,
		    REP_CAUSE_RANGE },
		{ "other_subnet_well", "siblings", { .elsewhere = "" }, REP_CAUSE_RANGE,
		    REP_CAUSE_OWN_REPUTATION },
		{ "other_subnet_well_cleaner", "siblings", { .elsewhere = "", .unknown = 10 },
		    REP_CAUSE_RANGE, REP_CAUSE_N },
		{ "other_subnet_refused", "siblings", { .elsewhere = S3140 }, REP_CAUSE_PROVIDER,
		    REP_CAUSE_RANGE },
		{ "all_sources_refused", "siblings", { .elsewhere = S3140 }, REP_CAUSE_PROVIDER,
		    REP_CAUSE_RANGE },
		{ "subnet_mostly_own", "share", { .own_range = true }, REP_CAUSE_OWN_REPUTATION,
		    REP_CAUSE_RANGE },
		{ "subnet_mostly_own", "share", { .own = 126 }, REP_CAUSE_OWN_REPUTATION,
		    REP_CAUSE_RANGE },
		{ "hygiene_high", "hygiene", { .unknown = 10 }, REP_CAUSE_HYGIENE,
		    REP_CAUSE_RANGE },
		{ "hygiene_dead", "hygiene", { .unknown = 15 }, REP_CAUSE_HYGIENE,
		    REP_CAUSE_RANGE },
		{ "hygiene_high_sibling", "hygiene", { .sibling_unknown = 10 }, REP_CAUSE_HYGIENE,
		    REP_CAUSE_RANGE },
		{ "hygiene_low", "hygiene", { 0 }, REP_CAUSE_RANGE, REP_CAUSE_HYGIENE },
		{ "volume_big_step", "volume", { .day_before = 100 }, REP_CAUSE_VOLUME,
		    REP_CAUSE_RANGE },
		{ "volume_step", "volume", { .day_before = 40 }, REP_CAUSE_VOLUME, REP_CAUSE_N },
		{ "volume_steady", "volume", { 0 }, REP_CAUSE_RANGE, REP_CAUSE_VOLUME },
		{ "wording_own_reputation", "wording", { .rule = "any.spam-source" },
		    REP_CAUSE_OWN_REPUTATION, REP_CAUSE_RANGE },
	};

	for (size_t r = 0; r < REP_COUNT(rows); r++) {
		struct plot without = rows[r].plot;
		double with_up, with_down;
		struct story s;
		const struct rep_incident *i = play(&s, &rows[r].plot);

		if (i == NULL)
			i = incident(&s, "a", MS, REP_TROUBLE_THROTTLE);
		ok(has(i, rows[r].name), "piece: %s", rows[r].name);
		with_up = i != NULL ? i->probability[rows[r].up] : 0;
		with_down =
		    i != NULL && rows[r].down != REP_CAUSE_N ? i->probability[rows[r].down] : -1;
		end(&s);
		without.without = &rows[r].part;
		i = play(&s, &without);
		if (i == NULL)
			i = incident(&s, "a", MS, REP_TROUBLE_THROTTLE);
		ok(i != NULL && !has(i, rows[r].name) && i->probability[rows[r].up] < with_up &&
			(with_down < 0 || i->probability[rows[r].down] > with_down),
		    "piece: %s: without %s it is gone, and what it said too", rows[r].name,
		    rows[r].part);
		end(&s);
	}
}

/* What is checked only after the moment of refusal cannot be the reason for it. */
static void
test_stages(void)
{
	static const struct {
		enum rep_stage stage;
		bool content, authentication; /* cannot be */
	} rows[] = {
		{ REP_STAGE_CONNECT, true, true },
		{ REP_STAGE_EHLO, true, true },
		{ REP_STAGE_MAIL, true, true },
		{ REP_STAGE_RCPT, true, false },
		{ REP_STAGE_DATA, true, false },
		{ REP_STAGE_DOT, false, false },
	};
	struct rep_observation *o;
	struct story s;
	const struct rep_incident *i;

	for (size_t r = 0; r < REP_COUNT(rows); r++) {
		i = play(&s, &(struct plot){ .stage = rows[r].stage });
		ok(i != NULL && i->cannot_be[REP_CAUSE_CONTENT] == rows[r].content &&
			i->cannot_be[REP_CAUSE_AUTHENTICATION] == rows[r].authentication &&
			!i->cannot_be[REP_CAUSE_IDENTITY] && !i->cannot_be[REP_CAUSE_RANGE] &&
			has(i, "stage_before_message") == rows[r].content,
		    "stage: what cannot be at %s", rep_stage_word(rows[r].stage));
		ok(i != NULL && (i->probability[REP_CAUSE_CONTENT] <= 0) == rows[r].content,
		    "stage: and has no probability then");
		end(&s);
	}
	begin(&s);
	well(&s, 0, 48, "a", MS, "x/news", 50);
	for (unsigned h = 48; h < 51; h++) {
		o = said(&s, h, "a", MS, "x/news", REP_CLASS_AUTHENTICATION, 40);
		o->certain = true;
	}
	judge(&s, 51);
	i = incident(&s, "a", MS, REP_TROUBLE_FAIL);
	ok(i != NULL && i->stage == REP_STAGE_MAIL && i->cannot_be[REP_CAUSE_CONTENT] &&
		!i->cannot_be[REP_CAUSE_AUTHENTICATION],
	    "stage: SPF can fail at MAIL FROM, content cannot");
	end(&s);
	begin(&s);
	well(&s, 0, 48, "a", MS, "x/news", 50);
	for (unsigned h = 48; h < 51; h++)
		said(&s, h, "a", MS, "x/news", REP_CLASS_BLOCKED, 40)->stage = REP_STAGE_NONE;
	judge(&s, 51);
	i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	ok(not_known(i, "the stage") && !i->cannot_be[REP_CAUSE_CONTENT],
	    "stage: where none is known, that is said");
	ok(not_known(i, "what their words mean") && not_known(i, "whether it happened before") &&
		not_known(i, "own conduct before it") == false && not_known(i, "other providers"),
	    "unknown: words that no rule knows, a short log, nobody else to compare with");
	end(&s);
}

/*
 * A step within hours, against the same hours of other days. Of hours that the log does not have, nothing
 * is usual: a log of two hours a day is no quiet sender. A quiet hour counts as the mean hour.
 */
static void
test_burst(void)
{
	static const struct {
		unsigned from, until; /* hours of each day that the log has */
		uint32_t late;	      /* messages of each other hour: late deliveries in a gap */
		uint32_t last;	      /* messages of the last hour before the refusal */
		bool burst;
	} rows[] = {
		{ 0, 24, 0, 50, false },
		{ 0, 24, 0, 600, true },
		{ 10, 12, 0, 50,
		    false }, /* the refusal begins at 5, and the hours before it are new */
		{ 10, 12, 0, 600, false },
		{ 10, 12, 2, 600, true }, /* a gap, but many times the mean hour as well */
		{ 4, 6, 2, 600, true },
	};

	for (size_t r = 0; r < REP_COUNT(rows); r++) {
		struct story s;

		begin(&s);
		for (unsigned d = 0; d < 30; d++)
			for (unsigned h = 0; h < 24; h++) {
				bool in = h >= rows[r].from && h < rows[r].until;

				if (in || rows[r].late > 0)
					well(&s, d * 24 + h, d * 24 + h + 1, "a", MS, "x/news",
					    in ? 50 : rows[r].late);
			}
		well(&s, 720, 724, "a", MS, "x/news", 50);
		well(&s, 724, 725, "a", MS, "x/news", rows[r].last);
		refused(&s, 725, 735, "a", MS, "x/news", S3140, 50);
		judge(&s, 735);
		ok(has(incident(&s, "a", MS, REP_TROUBLE_BLOCK), "volume_burst") == rows[r].burst,
		    "burst: row %zu", r);
		end(&s);
	}
}

/* What the prior was chosen by does not count again, and a name counts once. */
static void
test_counted_once(void)
{
	const struct rep_incident *i;
	struct story s;
	size_t at = 0;
	double once = 0;

	i = play(&s, &(struct plot){ .sibling = S3140 });
	for (size_t n = 0; i != NULL && n < i->evidence_n; n++)
		if (strcmp(i->evidence[n].name, "wording_range") == 0)
			at = n + 1;
	ok(at > 0 && i->evidence[at - 1].weight == NULL, "once: words that chose the prior");
	end(&s);
	begin(&s);
	well(&s, 0, MONTH + 24, "a", MS, "x/receipts", 20);
	refused(&s, MONTH, MONTH + 24, "a", MS, "x/news", "any.spam", 20);
	judge(&s, MONTH + 24);
	i = incident(&s, "a", MS, REP_TROUBLE_DROP);
	for (size_t n = at = 0; i != NULL && n < i->evidence_n; n++)
		if (strcmp(i->evidence[n].name, "wording_content") == 0)
			at = n + 1;
	ok(at > 0 && i->evidence[at - 1].weight == NULL,
	    "once: a refusal of class content, and its words");
	end(&s);
	begin(&s);
	for (unsigned k = 0; k < 7; k++) {
		char label[4], ip[24];

		snprintf(label, sizeof label, "s%u", k);
		snprintf(ip, sizeof ip, "203.0.113.%u", 10 + k);
		source(&s, label, ip);
		well(&s, 0, MONTH, label, MS, label, 10);
		refused(&s, MONTH, MONTH + 24, label, MS, label, S3140, 10);
	}
	judge(&s, MONTH + 24);
	i = incident(&s, "s0", MS, REP_TROUBLE_BLOCK);
	at = 0;
	for (size_t n = 0; i != NULL && n < i->evidence_n; n++)
		if (strcmp(i->evidence[n].name, "siblings_together_unlike") == 0) {
			at++;
			once = i->evidence[n].again ? once : i->evidence[n].ratio[REP_CAUSE_RANGE];
		}
	is_int((int64_t)at, 3, "once: three of six siblings are told");
	for (size_t f = 0; i != NULL && f < weights.families_n; f++)
		if (rep_str_eq(weights.families[f].name, REP_S("siblings")))
			ok(once > 1 && i->families[f].product[REP_CAUSE_RANGE] > once * 0.999 &&
				i->families[f].product[REP_CAUSE_RANGE] < once * 1.001,
			    "once: and weigh once");
	end(&s);
}

/* What cannot be compared: a pool, and two labels with one address. */
static void
test_not_compared(void)
{
	struct story s;
	const struct rep_incident *i = play(&s, &(struct plot){ .sibling = S3140, .pool = true });

	ok(i != NULL && !has(i, "siblings_together_unlike") &&
		not_known(i, "which address of a pool"),
	    "pool: is not compared, and that is said");
	end(&s);
	begin(&s);
	source(&s, "a", "203.0.113.10");
	source(&s, "b", "203.0.113.10");
	well(&s, 0, MONTH, "a", MS, "x/news", 20);
	well(&s, 0, MONTH, "b", MS, "x/receipts", 20);
	refused(&s, MONTH, MONTH + 24, "a", MS, "x/news", S3140, 20);
	refused(&s, MONTH, MONTH + 24, "b", MS, "x/receipts", S3140, 20);
	judge(&s, MONTH + 24);
	i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	ok(i != NULL && !has(i, "siblings_together_unlike"),
	    "one address: two labels of it are no siblings");
	end(&s);
	i = play(&s, &(struct plot){ .own = 3 });
	ok(i != NULL && !has(i, "subnet_mostly_own") && not_known(i, "your share of the network"),
	    "share: five of 256 are not most of it; what others send is not known");
	end(&s);
}

/*
 * S3140 with a dead list gets another verdict than S3140 without: another cause, another first
 * step.
 */
static void
test_own_hygiene(void)
{
	static const struct plot plots[] = { { 0 }, { .sibling = S3140 },
		{ .sibling = S3140, .elsewhere = "" }, { .elsewhere = "" } };

	for (size_t n = 0; n < REP_COUNT(plots); n++) {
		struct plot dirty = plots[n];
		struct story s;
		const struct rep_incident *i = play(&s, &plots[n]);

		ok(i != NULL && likeliest(i) == REP_CAUSE_RANGE && i->next_n > 0 &&
			rep_str_find(i->next[0].step, REP_S("hold mail for"), 0) == 0,
		    "hygiene: plot %zu, clean: the neighbourhood; hold first", n);
		end(&s);
		dirty.unknown = 10;
		i = play(&s, &dirty);
		if (!ok(i != NULL && likeliest(i) == REP_CAUSE_HYGIENE && i->next_n > 0 &&
			    rep_str_find(i->next[0].step, REP_S("look at the list"), 0) == 0,
			"hygiene: plot %zu, a dead list: the recipients; the list first", n))
			printf("#  range %.2f, hygiene %.2f\n", i->probability[REP_CAUSE_RANGE],
			    i->probability[REP_CAUSE_HYGIENE]);
		ok(!advises(i, "move what people wait for"), "hygiene: and nothing moves");
		end(&s);
	}
}

/* At the other provider, too, fewer than 20 messages say nothing. */
static void
test_elsewhere(void)
{
	static const char *const without[] = { "elsewhere" };
	const struct rep_incident *i;
	double with;
	struct story s;

	for (unsigned n = 1; n <= 20; n += 19) {
		begin(&s);
		source(&s, "a", "203.0.113.10");
		well(&s, 0, MONTH, "a", MS, "x/news", 20);
		well(&s, MONTH - 8, MONTH, "a", "google", "x/news", n);
		refused(&s, MONTH, MONTH + 24, "a", MS, "x/news", S3140, 20);
		refused(
		    &s, MONTH, MONTH + 8, "a", "google", "x/news", "google.bad-reputation-ip", n);
		judge(&s, MONTH + 24);
		i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
		ok(has(i, "elsewhere_refused") == (n == 20), "elsewhere: refused, %u an hour", n);
		end(&s);
	}
	begin(&s);
	well(&s, 0, MONTH, "a", MS, "x/news", 20);
	well(&s, 0, MONTH + 24, "a", "google", "x/news", 20);
	refused(&s, MONTH, MONTH + 24, "a", MS, "x/news", S3140, 20);
	judge(&s, MONTH + 24);
	i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	with = i != NULL ? i->probability[REP_CAUSE_RANGE] : 0;
	ok(has(i, "elsewhere_accepted"), "elsewhere: accepted");
	s.without = without;
	judge(&s, MONTH + 24);
	i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	ok(i != NULL && !has(i, "elsewhere_accepted") && i->probability[REP_CAUSE_RANGE] < with,
	    "elsewhere: it was in the sum");
	end(&s);
}

/* Where hardly a refusal is to be expected, none of them proves nothing. */
static void
test_too_little(void)
{
	const struct rep_incident *i;
	struct story s;

	begin(&s);
	source(&s, "a", "203.0.113.10");
	source(&s, "b", "203.0.113.11");
	source(&s, "c", NULL);
	well(&s, 0, MONTH, "a", MS, "x/news", 20);
	refused(&s, MONTH, MONTH + 10, "a", MS, "x/news", S3140, 20);
	well(&s, MONTH, MONTH + 1, "b", MS, "x/receipts", 2);
	well(&s, MONTH, MONTH + 10, "c", MS, "x/news", 50);
	judge(&s, MONTH + 10);
	i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	ok(i != NULL && !has(i, "sibling_well") && !has(i, "other_subnet_well"),
	    "too little: 2 messages say nothing");
	ok(not_known(i, "addresses of all own sources"),
	    "too little: a source without an address is not compared, and that is said");
	ok(not_known(i, "a sibling in the same network"),
	    "too little: and that the sibling sent too little");
	well(&s, MONTH + 1, MONTH + 2, "b", MS, "x/receipts", 2);
	judge(&s, MONTH + 10);
	i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	ok(has(i, "sibling_well"), "too little: 4 messages are compared, where all is refused");
	end(&s);
}

/* doc/words.md, Conduct: no mail is moved while own conduct is the probable cause. */
static void
test_advice(void)
{
	struct story s;
	const struct rep_incident *i =
	    play(&s, &(struct plot){ .sibling = S3140, .elsewhere = "" });

	ok(advises(i, "move what people wait for") && advises(i, "delisting request") &&
		advises(i, "hold mail for"),
	    "advice: the neighbourhood: one other path, the request, and hold");
	ok(i != NULL && !advises(i, "do not move"), "advice: and moving is not forbidden");
	end(&s);
	i = play(&s, &(struct plot){ .sibling = S3140, .elsewhere = "", .unknown = 10 });
	ok(has(i, "other_subnet_well_cleaner") && !advises(i, "move what people wait for") &&
		advises(i, "do not move"),
	    "advice: dead recipients: nothing is moved, whatever else is known");
	end(&s);
	i = play(&s, &(struct plot){ .sibling = "", .elsewhere = S3140 });
	ok(!advises(i, "move what people wait for"),
	    "advice: refused elsewhere too: nowhere to move to");
	end(&s);
}

/* --- what DNS shows --------------------------------------------------------------------------------- */

/* A source is refused by a rule for two days, after a month. And what a look at DNS found. */
struct dns {
	const char *subject, *part, *id, *detail;
	int first, last, clear, gone; /* hours; 0: none (for first and last: before the trouble) */
	const char *rule;	      /* NULL: S3140 */
	enum rep_stage stage;
	bool ended, relay;
};

static const struct rep_incident *
shown(struct story *s, const struct dns *d, const char *const *without)
{
	unsigned until = MONTH + 48 + (d->ended ? 100 : 0);

	begin(s);
	source(s, "a", "203.0.113.10");
	well(s, 0, MONTH, "a", MS, "shop.example/news", 20);
	refused(s, MONTH, MONTH + 48, "a", MS, "shop.example/news",
	    d->rule != NULL ? d->rule : S3140, 20);
	if (d->ended)
		well(s, MONTH + 48, until, "a", MS, "shop.example/news", 20);
	for (size_t n = 0; n < s->n; n++) {
		if (d->stage != REP_STAGE_NONE && s->obs[n].class != REP_CLASS_ACCEPTED)
			s->obs[n].stage = (uint8_t)d->stage;
		if (d->relay)
			s->obs[n].route = name(s, "relay");
	}
	if (d->id != NULL)
		s->found[s->found_n++] = (struct rep_found){ .subject = rep_str_c(d->subject),
			.part = rep_str_c(d->part),
			.id = rep_str_c(d->id),
			.detail = rep_str_c(d->detail != NULL ? d->detail : ""),
			.text = REP_S("as it was seen"),
			.fix = REP_S("what to publish"),
			.first_s = at((unsigned)(d->first != 0 ? d->first : MONTH - 48)),
			.last_s = at((unsigned)(d->last != 0 ? d->last : MONTH - 24)),
			.clear_s = d->clear != 0 ? at((unsigned)d->clear) : 0,
			.gone_s = d->gone != 0 ? at((unsigned)d->gone) : 0 };
	s->without = without;
	judge(s, until);
	for (enum rep_trouble t = 0; t < REP_TROUBLE_N; t++)
		if (incident(s, "a", MS, t) != NULL)
			return incident(s, "a", MS, t);
	return s->v.incidents_n > 0 ? &s->v.incidents[0] : NULL;
}

#define ME "203.0.113.10"
#define SHOP "shop.example"

/* Each finding must give its piece of evidence, be in the sum, and be gone without its part. */
static void
test_shown(void)
{
	static const struct {
		struct dns dns;
		const char *piece;
		enum rep_cause up;
	} rows[] = {
		{ { ME, "ptr", "ptr-missing", .first = 0 }, "audit_ptr_missing",
		    REP_CAUSE_IDENTITY },
		{ { ME, "ptr", "ptr-unconfirmed", .first = 0 }, "audit_ptr_unconfirmed",
		    REP_CAUSE_IDENTITY },
		{ { ME, "ptr", "ptr-generic", .first = 0 }, "audit_ptr_generic",
		    REP_CAUSE_IDENTITY },
		{ { ME, "ptr/" SHOP, "ptr-foreign", .first = 0 }, "audit_ptr_foreign",
		    REP_CAUSE_IDENTITY },
		{ { ME, "helo", "helo-unconfirmed", .first = 0 }, "audit_helo",
		    REP_CAUSE_IDENTITY },
		{ { SHOP, "spf", "spf-missing", .stage = REP_STAGE_RCPT }, "audit_spf_missing",
		    REP_CAUSE_AUTHENTICATION },
		{ { SHOP, "spf", "spf-syntax", .stage = REP_STAGE_DOT }, "audit_spf_broken",
		    REP_CAUSE_AUTHENTICATION },
		{ { ME, "spf/" SHOP, "spf-does-not-cover", .stage = REP_STAGE_DOT },
		    "audit_spf_uncovered", REP_CAUSE_AUTHENTICATION },
		{ { SHOP, "dkim", "dkim-key-short", "mail", .stage = REP_STAGE_DOT },
		    "audit_dkim_broken", REP_CAUSE_AUTHENTICATION },
		{ { SHOP, "dkim", "dkim-ns-failing", "mail", .stage = REP_STAGE_DOT },
		    "audit_dkim_servers", REP_CAUSE_AUTHENTICATION },
		{ { SHOP, "dmarc", "dmarc-missing", .stage = REP_STAGE_DOT }, "audit_dmarc_broken",
		    REP_CAUSE_AUTHENTICATION },
		{ { ME, "zen", "listed-abuse", "abuse", .first = 0 }, "audit_listed",
		    REP_CAUSE_OWN_REPUTATION },
		{ { ME, "zen", "listed-minor", "abuse", .first = 0 }, "audit_listed_minor",
		    REP_CAUSE_OWN_REPUTATION },
		{ { ME, "zen", "listed-range", "abuse", .first = 0 }, "audit_listed_range",
		    REP_CAUSE_RANGE },
		{ { SHOP, "dbl", "listed-domain", "abuse", .stage = REP_STAGE_DOT },
		    "audit_listed_domain", REP_CAUSE_OWN_REPUTATION },
	};
	static const char *const without[] = { "audit" };

	for (size_t r = 0; r < REP_COUNT(rows); r++) {
		struct story s;
		const struct rep_incident *i = shown(&s, &rows[r].dns, NULL);
		double with = i != NULL ? i->probability[rows[r].up] : 0;

		ok(has(i, rows[r].piece), "dns: %s is %s", rows[r].dns.id, rows[r].piece);
		end(&s);
		i = shown(&s, &rows[r].dns, without);
		ok(i != NULL && !has(i, rows[r].piece) && i->probability[rows[r].up] < with,
		    "dns: %s: without the audit it is gone, and what it said too", rows[r].dns.id);
		end(&s);
	}
}

/* Findings that are not about this trouble, or cannot be its reason, do not count. */
static void
test_not_shown(void)
{
	static const struct {
		const char *why;
		struct dns dns;
	} rows[] = {
		{ "of another address", { "203.0.113.11", "ptr", "ptr-missing", .first = 0 } },
		{ "of another domain",
		    { "other.example", "spf", "spf-missing", .stage = REP_STAGE_DOT } },
		{ "seen more than a week before",
		    { ME, "ptr", "ptr-missing", .first = 10, .last = 20 } },
		{ "gone before", { ME, "ptr", "ptr-missing", .gone = MONTH - 1 } },
		{ "begun after",
		    { ME, "ptr", "ptr-missing", .first = MONTH + 20, .last = MONTH + 20,
			.clear = MONTH + 10 } },
		{ "first seen when it was over",
		    { ME, "ptr", "ptr-missing", .first = MONTH + 140, .last = MONTH + 140,
			.ended = true } },
		{ "SPF at MAIL FROM, where the words do not name it",
		    { SHOP, "spf", "spf-missing", .first = 0 } },
		{ "a signature before the message",
		    { SHOP, "dkim", "dkim-key-short", "mail", .stage = REP_STAGE_RCPT } },
		{ "a policy list", { ME, "pbl", "listed-policy", "policy", .first = 0 } },
		{ "a policy list of ranges", { ME, "u2", "listed-range", "policy", .first = 0 } },
		{ "the address of a relay", { ME, "ptr", "ptr-missing", .relay = true } },
	};

	for (size_t r = 0; r < REP_COUNT(rows); r++) {
		struct story s;
		const struct rep_incident *i = shown(&s, &rows[r].dns, NULL);
		bool any = i == NULL;

		for (size_t n = 0; i != NULL && n < i->evidence_n; n++)
			any = any || i->evidence[n].found != NULL;
		ok(!any, "dns: not heard: %s", rows[r].why);
		end(&s);
	}
}

/*
 * A look at DNS after the trouble began counts, unless a look since then did not see the finding.
 */
static void
test_shown_later(void)
{
	struct story s;
	const struct rep_incident *i = shown(&s,
	    &(struct dns){ ME, "ptr", "ptr-missing", .first = MONTH + 60, .last = MONTH + 60 },
	    NULL);

	bool named = false;

	ok(has(i, "audit_ptr_missing"), "dns: a look after the newest fact counts");
	for (size_t n = 0; i != NULL && n < i->next_n; n++)
		named = named ||
		    rep_str_find(i->next[n].text, REP_S("DNS: the address has no PTR name"), 0) !=
			SIZE_MAX;
	ok(named, "dns: the request names it as an own fault");
	end(&s);
}

/*
 * A refusal that names the check, and the failing check itself, count as one story. The way out is
 * told.
 */
static void
test_one_story(void)
{
	struct story s;
	const struct rep_incident *i;
	struct dns d = { SHOP, "spf", "spf-missing", .stage = REP_STAGE_DOT };
	bool counted = true, told = false;

	begin(&s);
	source(&s, "a", ME);
	well(&s, 0, MONTH, "a", MS, SHOP "/news", 20);
	for (unsigned h = MONTH; h < MONTH + 24; h++) {
		struct rep_observation *o =
		    said(&s, h, "a", MS, SHOP "/news", REP_CLASS_AUTHENTICATION, 20);

		o->certain = true;
		o->stage = REP_STAGE_DOT;
	}
	s.found[s.found_n++] = (struct rep_found){ .subject = rep_str_c(d.subject),
		.part = rep_str_c(d.part),
		.id = rep_str_c(d.id),
		.text = REP_S("none"),
		.fix = REP_S("shop.example. IN TXT \"v=spf1 -all\""),
		.first_s = at(MONTH - 10),
		.last_s = at(MONTH - 10) };
	judge(&s, MONTH + 24);
	i = incident(&s, "a", MS, REP_TROUBLE_FAIL);
	for (size_t n = 0; i != NULL && n < i->evidence_n; n++)
		if (strcmp(i->evidence[n].name, "audit_spf_missing") == 0) {
			told = true;
			counted = i->evidence[n].weight != NULL;
		}
	ok(told && !counted, "dns: what the words name already is told and not weighed");
	ok(i != NULL && i->next_n > 0 &&
		rep_str_find(i->next[0].text, REP_S("v=spf1 -all"), 0) != SIZE_MAX &&
		advises(i, "reputed explain spf"),
	    "dns: the first step is the record to publish");
	end(&s);
}

/* Looked at and correct; not looked at. */
static void
test_looked_at(void)
{
	static const char *const lists[] = { "zen", "spamcop", "psbl", "policy" };
	const struct rep_incident *i;
	double own, identity;
	struct story s;

	i = shown(&s, &(struct dns){ .id = NULL }, NULL);
	own = i != NULL ? i->probability[REP_CAUSE_OWN_REPUTATION] : 0;
	identity = i != NULL ? i->probability[REP_CAUSE_IDENTITY] : 0;
	ok(not_known(i, "what DNS shows about you"), "dns: not looked at is said");
	for (size_t k = 0; k < REP_COUNT(lists); k++)
		s.looked[s.looked_n++] = (struct rep_looked){ .subject = REP_S(ME),
			.part = rep_str_c(lists[k]),
			.kind = k < 3 ? REP_S("abuse") : REP_S("policy"),
			.known_s = at(MONTH + 40) };
	s.looked[s.looked_n++] = (struct rep_looked){
		.subject = REP_S(ME), .part = REP_S("ptr"), .known_s = at(MONTH + 40)
	};
	judge(&s, MONTH + 48);
	i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	ok(has(i, "audit_lists_clean") && has(i, "audit_ptr_well") &&
		i->probability[REP_CAUSE_OWN_REPUTATION] < own &&
		i->probability[REP_CAUSE_OWN_REPUTATION] > own * 0.7 &&
		i->probability[REP_CAUSE_IDENTITY] < identity,
	    "dns: on no list, and a name of one's own: weak, and in the sum");
	ok(!not_known(i, "what DNS shows about you"), "dns: looked at: nothing to be asked for");
	for (size_t k = 0; k < s.looked_n; k++)
		s.looked[k].known_s = at(MONTH - 24 * 9);
	judge(&s, MONTH + 48);
	i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	ok(!has(i, "audit_lists_clean") && !has(i, "audit_ptr_well") &&
		not_known(i, "what DNS shows about you"),
	    "dns: nine days before tells nothing");
	for (size_t k = 0; k < s.looked_n; k++)
		s.looked[k].known_s = at(MONTH + 40);
	s.found[s.found_n++] = (struct rep_found){ .subject = REP_S(ME),
		.part = REP_S("zen"),
		.id = REP_S("listed-abuse"),
		.detail = REP_S("abuse"),
		.first_s = at(MONTH + 40),
		.last_s = at(MONTH + 40) };
	judge(&s, MONTH + 48);
	i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	ok(has(i, "audit_listed") && !has(i, "audit_lists_clean"), "dns: listed is not clean");
	end(&s);
}

/* The same facts give the same verdict, byte for byte. */
static void
test_same(void)
{
	struct plot p = { .sibling = S3140, .elsewhere = "", .unknown = 3 };
	static char text[2][20000];

	for (int k = 0; k < 2; k++) {
		struct story s;
		const struct rep_incident *i = play(&s, &p);
		size_t n = 0;

		for (size_t e = 0; i != NULL && e < i->evidence_n; e++)
			n += (size_t)snprintf(text[k] + n, sizeof text[k] - n, "%s|%.*s|%.*s\n",
			    i->evidence[e].name, REP_PR(i->evidence[e].sentence),
			    REP_PR(i->evidence[e].facts));
		for (size_t e = 0; i != NULL && e < i->next_n; e++)
			n += (size_t)snprintf(text[k] + n, sizeof text[k] - n, "%.*s|%.*s\n",
			    REP_PR(i->next[e].step), REP_PR(i->next[e].text));
		for (int c = 0; i != NULL && c < REP_CAUSE_N; c++)
			n += (size_t)snprintf(
			    text[k] + n, sizeof text[k] - n, "%.17g\n", i->probability[c]);
		end(&s);
	}
	ok(text[0][0] != '\0' && strcmp(text[0], text[1]) == 0, "the same facts, the same verdict");
}

/* An arena that is too small is reported, and nothing is written past its end. */
static void
test_limits(void)
{
	struct story s;
	struct rep_err err = { .msg = "" };
	bool held = true;

	(void)play(&s, &(struct plot){ .sibling = S3140, .elsewhere = "" });
	for (size_t cap = 4096; cap < 8 << 20; cap *= 2) {
		struct rep_arena *a = rep_arena_new(cap);
		struct rep_verdicts v;
		enum rep_rc rc = rep_judge(&s.in, a, &v, &err);

		held = held && (rc == REP_OK || (rc == REP_ELIMIT && err.msg[0] != '\0'));
		rep_arena_free(a);
	}
	ok(held, "limits: too small an arena is told");
	s.in.obs_n = s.in.recent_n = 0;
	ok(rep_judge(&s.in, arena, &s.v, &err) == REP_OK && s.v.cells_n == 0 &&
		s.v.incidents_n == 0,
	    "limits: nothing gives nothing");
	end(&s);
}

/* A sentence about a provider has its verb in the number of the name. */
static void
test_plural(void)
{
	static const struct {
		const char *name;
		bool plural;
	} v[] = { { "Google (Gmail)", false }, { "Yahoo (with AOL and AT&T)", false },
		{ "GMX, WEB.DE and IONOS", true }, { "other mail hosts", true },
		{ "the mail hosts of club.example", true }, { "Sandys Mail", false } };

	for (size_t i = 0; i < REP_COUNT(v); i++)
		ok(rep_provider_plural(rep_str_c(v[i].name)) == v[i].plural, "plural: %s",
		    v[i].name);
}

int
main(void)
{
	if (!story_open())
		return done();
	test_causes();
	test_pieces();
	test_stages();
	test_burst();
	test_counted_once();
	test_not_compared();
	test_own_hygiene();
	test_elsewhere();
	test_too_little();
	test_advice();
	test_shown();
	test_not_shown();
	test_shown_later();
	test_one_story();
	test_looked_at();
	test_same();
	test_limits();
	test_plural();
	story_close();
	return done();
}
