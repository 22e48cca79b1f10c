/*
 * unit/test_around.c -- evidence from what was before, beside and after a trouble.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "story.h"

#define SPF "microsoft-consumer.auth-515-spf"
#define SLOW "microsoft-consumer.connections"

static const struct rep_evidence *
piece(const struct rep_incident *i, const char *evidence)
{
	for (size_t n = 0; i != NULL && n < i->evidence_n; n++)
		if (strcmp(i->evidence[n].name, evidence) == 0)
			return &i->evidence[n];
	return NULL;
}

static bool
says(const struct rep_incident *i, const char *evidence, const char *words)
{
	const struct rep_evidence *e = piece(i, evidence);

	return e != NULL && rep_str_find(e->sentence, rep_str_c(words), 0) != SIZE_MAX;
}

/* --- before ---------------------------------------------------------------------------------------- */

/* A month of 20 messages an hour, some replies of one class in it, and then a block. */
static const struct rep_incident *
block_after(struct story *s, enum rep_class class, unsigned replies, unsigned hours_before)
{
	begin(s);
	source(s, "a", "203.0.113.10");
	well(s, 0, MONTH, "a", MS, "x/news", 20);
	for (unsigned k = 0; k < replies; k++)
		(void)said(s, MONTH - hours_before + 8 * k, "a", MS, "x/news", class, 1);
	refused(s, MONTH, MONTH + 24, "a", MS, "x/news", S3140, 20);
	judge(s, MONTH + 24);
	return incident(s, "a", MS, REP_TROUBLE_BLOCK);
}

/* What they refused of it before, in whatever words; but not what reached nobody or is about a recipient. */
static void
test_refused_before(void)
{
	static const struct {
		const char *what;
		enum rep_class class;
		unsigned replies, hours_before;
		bool heard;
	} rows[] = {
		{ "content", REP_CLASS_CONTENT, 3, 60, true },
		{ "policy", REP_CLASS_POLICY, 3, 60, true },
		{ "slowed", REP_CLASS_THROTTLED, 3, 60, true },
		{ "authentication", REP_CLASS_AUTHENTICATION, 3, 60, true },
		{ "their capacity", REP_CLASS_CAPACITY, 3, 60, true },
		{ "only two", REP_CLASS_CONTENT, 2, 60, false },
		{ "longer ago", REP_CLASS_CONTENT, 3, 110, false },
		{ "nobody was reached", REP_CLASS_NETWORK, 3, 60, false },
		{ "unknown recipients", REP_CLASS_RECIPIENT, 3, 60, false },
	};

	for (size_t r = 0; r < REP_COUNT(rows); r++) {
		struct story s;
		const struct rep_incident *i =
		    block_after(&s, rows[r].class, rows[r].replies, rows[r].hours_before);

		ok(i != NULL && has(i, "refused_before") == rows[r].heard &&
			!has(i, "throttled_first"),
		    "before: %s: %s", rows[r].what, rows[r].heard ? "heard" : "not heard");
		end(&s);
	}
}

/*
 * A rate limit before a block is told as that, and not once more as refusals. It may have come again since:
 * the stay before the block counts.
 */
static void
test_slowed_before(void)
{
	for (int again = 0; again < 2; again++) {
		struct story s;
		const struct rep_incident *i, *t;

		begin(&s);
		source(&s, "a", "203.0.113.10");
		well(&s, 0, MONTH, "a", MS, "x/news", 20);
		refused(&s, MONTH - 30, MONTH - 2, "a", MS, "x/news", SLOW, 30);
		refused(&s, MONTH, MONTH + 4, "a", MS, "x/news", S3140, 20);
		well(&s, MONTH + 4, MONTH + 48, "a", MS, "x/news", 20);
		if (again)
			refused(&s, MONTH + 24, MONTH + 30, "a", MS, "x/news", SLOW, 30);
		judge(&s, MONTH + 48);
		i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
		t = incident(&s, "a", MS, REP_TROUBLE_THROTTLE);
		ok(t != NULL && t->episodes_n == (again ? 2 : 1), "slowed: the rate limit %s",
		    again ? "came again later" : "came before");
		ok(says(i, "throttled_first", "slow it 30 h before") && !has(i, "refused_before"),
		    "slowed: told once");
		end(&s);
	}
}

/* How many times the usual share; up to three times says nothing, and then is not told. */
static void
test_times(void)
{
	static const struct {
		unsigned usual, worst; /* unknown recipients, of 1,000 messages */
		const char *words;     /* NULL: not told */
	} rows[] = { { 10, 100, "was 10.0 times" }, { 0, 30, "was more than 15.0 times" },
		{ 20, 50, NULL } };

	for (size_t r = 0; r < REP_COUNT(rows); r++) {
		const struct rep_incident *i;
		struct story s;

		begin(&s);
		source(&s, "a", "203.0.113.10");
		for (unsigned h = 0; h < MONTH; h++) {
			bool worst = h >= MONTH - 48 && h < MONTH - 24;
			uint32_t n = worst ? rows[r].worst : rows[r].usual;

			(void)said(&s, h, "a", MS, "x/news", REP_CLASS_ACCEPTED, 1000 - n);
			if (n > 0)
				(void)said(&s, h, "a", MS, "x/news", REP_CLASS_RECIPIENT, n);
		}
		refused(&s, MONTH, MONTH + 24, "a", MS, "x/news", S3140, 20);
		judge(&s, MONTH + 24);
		i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
		ok(has(i, "hygiene_rise"), "times: row %zu: a rise", r);
		ok(rows[r].words != NULL ? says(i, "hygiene_times", rows[r].words)
					 : i != NULL && !has(i, "hygiene_times"),
		    "times: row %zu: %s", r, rows[r].words != NULL ? "how far" : "not told");
		end(&s);
	}
}

/* --- after ----------------------------------------------------------------------------------------- */

/* Which part came later than six hours after the first. What tells nothing is not told. */
static void
test_refused_later(void)
{
	static const struct {
		unsigned early, late, hours; /* replies in the first hour and twenty hours later */
		double measure;		     /* < 0: not heard */
	} rows[] = {
		{ 20, 0, 24, 0 }, { 10, 30, 24, 0.75 },
		{ 14, 6, 24, -1 }, /* three tenths: the curve says nothing there */
		{ 5, 2, 24, -1 },  /* too few */
		{ 20, 0, 10, -1 }, /* too early to say */
	};

	for (size_t r = 0; r < REP_COUNT(rows); r++) {
		const struct rep_incident *i;
		const struct rep_evidence *e;
		struct story s;

		begin(&s);
		source(&s, "a", "203.0.113.10");
		well(&s, 0, MONTH, "a", MS, "x/news", 20);
		refused(&s, MONTH, MONTH + 1, "a", MS, "x/news", S3140, rows[r].early);
		if (rows[r].late > 0)
			refused(&s, MONTH + 20, MONTH + 21, "a", MS, "x/news", S3140, rows[r].late);
		judge(&s, MONTH + rows[r].hours);
		i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
		e = piece(i, "refused_later");
		ok(i != NULL && (e != NULL) == (rows[r].measure >= 0) &&
			(e == NULL ||
			    (e->measure > rows[r].measure - 0.01 &&
				e->measure < rows[r].measure + 0.01)),
		    "later: row %zu", r);
		end(&s);
	}
}

/* --- beside ---------------------------------------------------------------------------------------- */

/* Other replies of the same provider name something else: in this trouble, or in another kind of trouble. */
static void
test_also_names(void)
{
	static const struct {
		const char *name, *rule, *also;
		enum rep_cause up;
	} rows[] = {
		{ "also_names_range", "microsoft-consumer.sc-004", S3140, REP_CAUSE_RANGE },
		{ "also_names_own", S3140, "microsoft-consumer.sc-004", REP_CAUSE_OWN_REPUTATION },
		{ "also_names_hygiene", S3140, "microsoft-consumer.sc-002", REP_CAUSE_HYGIENE },
		{ "also_names_authentication", S3140, SPF, REP_CAUSE_AUTHENTICATION },
		{ "also_names_identity", S3140, "any.no-ptr", REP_CAUSE_IDENTITY },
		{ "also_names_volume", S3140, SLOW, REP_CAUSE_VOLUME },
		{ "also_names_content", S3140, "any.spam", REP_CAUSE_CONTENT },
	};

	for (size_t r = 0; r < REP_COUNT(rows); r++) {
		double v[2] = { 0, 0 };

		for (int also = 0; also < 2; also++) {
			const struct rep_rule *rule = rep_know_rule(know, rep_str_c(rows[r].also));
			/* What hits a part of the mail is not followed while all of it is blocked. */
			bool part = rule != NULL &&
			    (rule->class == REP_CLASS_THROTTLED ||
				rule->class == REP_CLASS_CONTENT);
			const struct rep_incident *i;
			struct story s;

			begin(&s);
			source(&s, "a", "203.0.113.10");
			well(&s, 0, MONTH, "a", MS, "x/news", 20);
			if (also)
				refused(&s, part ? MONTH - 12 : MONTH, part ? MONTH : MONTH + 24,
				    "a", MS, "x/news", rows[r].also, 6);
			refused(&s, MONTH, MONTH + 24, "a", MS, "x/news", rows[r].rule, 14);
			for (size_t n = 0; n < s.n; n++)
				s.obs[n].stage = REP_STAGE_DOT;
			judge(&s, MONTH + 24);
			i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
			ok(i != NULL && has(i, rows[r].name) == also, "also: %s: %s", rows[r].name,
			    also ? "heard" : "not without");
			v[also] = i != NULL ? i->probability[rows[r].up] : 0;
			end(&s);
		}
		ok(v[1] > v[0], "also: %s: in the sum", rows[r].name);
	}
}

/*
 * Google names SPF, from another source or another label of this one; Microsoft refuses in words that say
 * nothing, at MAIL FROM, where SPF could be checked.
 */
static void
test_of_others(void)
{
	static const struct {
		const char *what, *ip, *stream, *rule;
		unsigned hours_before;
		const char *words; /* NULL: not heard */
	} rows[] = {
		{ "another source, the same mail", "198.51.100.20", "x/news",
		    "google.unauthenticated", 2, "for the same mail from 198.51.100.20" },
		{ "another source, other mail", "198.51.100.20", "x/receipts",
		    "google.unauthenticated", 2, NULL },
		{ "another source, its reputation", "198.51.100.20", "x/news", "any.spam-source", 2,
		    NULL },
		{ "another source, weeks ago", "198.51.100.20", "x/news", "google.unauthenticated",
		    15 * 24, NULL },
		{ "another label of the same address", "203.0.113.10", "x/receipts",
		    "google.unauthenticated", 2, "DMARC; that began" },
	};

	for (size_t r = 0; r < REP_COUNT(rows); r++) {
		const char *const name = "elsewhere_names_authentication";
		unsigned from = MONTH - rows[r].hours_before;
		const struct rep_incident *i;
		struct story s;

		begin(&s);
		source(&s, "a", "203.0.113.10");
		source(&s, "b", rows[r].ip);
		well(&s, 0, MONTH, "a", MS, "x/news", 20);
		well(&s, 0, from, "b", "google", rows[r].stream, 20);
		refused(&s, from, from + 24, "b", "google", rows[r].stream, rows[r].rule, 20);
		for (unsigned h = MONTH; h < MONTH + 24; h++)
			(void)said(&s, h, "a", MS, "x/news", REP_CLASS_BLOCKED, 20);
		judge(&s, MONTH + 24);
		i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
		ok(i != NULL &&
			(rows[r].words != NULL ? says(i, name, rows[r].words) : !has(i, name)) &&
			!has(i, "elsewhere_names_own"),
		    "others: %s: %s", rows[r].what, rows[r].words != NULL ? "heard" : "not heard");
		ok(i != NULL && i->cannot_be[REP_CAUSE_AUTHENTICATION] == (rows[r].words == NULL),
		    "others: %s: SPF %s be the reason at MAIL FROM", rows[r].what,
		    rows[r].words != NULL ? "may" : "cannot");
		end(&s);
	}
}

/* Troubles of other sources at other providers, the same day. */
static void
test_others_refused(void)
{
	static const struct {
		const char *what, *ip, *provider;
		int hours_after;
		bool heard;
	} rows[] = {
		{ "another source elsewhere", "198.51.100.20", "google", 2, true },
		{ "before it", "198.51.100.20", "google", -20, true },
		{ "at the same provider", "198.51.100.20", MS, 2, false },
		{ "another label of the same address", "203.0.113.10", "google", 2, false },
		{ "two days later", "198.51.100.20", "google", 48, false },
	};

	for (size_t r = 0; r < REP_COUNT(rows); r++) {
		const struct rep_incident *i;
		unsigned from = (unsigned)((int)MONTH + rows[r].hours_after);
		struct story s;

		begin(&s);
		source(&s, "a", "203.0.113.10");
		source(&s, "b", rows[r].ip);
		well(&s, 0, MONTH, "a", MS, "x/news", 20);
		well(&s, 0, from, "b", rows[r].provider, "x/receipts", 20);
		refused(&s, MONTH, MONTH + 72, "a", MS, "x/news", S3140, 20);
		refused(&s, from, MONTH + 72, "b", rows[r].provider, "x/receipts",
		    "google.bad-reputation-ip", 20);
		judge(&s, MONTH + 72);
		i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
		ok(i != NULL && has(i, "others_refused") == rows[r].heard, "others refused: %s: %s",
		    rows[r].what, rows[r].heard ? "heard" : "not heard");
		end(&s);
	}
}

/* More than ten count as ten, however many there are, and whichever time they have. */
static void
test_many_others(void)
{
	enum { OTHERS = 14 };
	const struct rep_incident *i;
	const struct rep_evidence *e;
	struct story s;

	begin(&s);
	source(&s, "a", "203.0.113.10");
	well(&s, 0, MONTH, "a", MS, "x/news", 20);
	refused(&s, MONTH, MONTH + 48, "a", MS, "x/news", S3140, 20);
	for (unsigned k = 0; k < OTHERS; k++) {
		char label[16], ip[24];

		snprintf(label, sizeof label, "other%u", k);
		snprintf(ip, sizeof ip, "198.51.100.%u", 20 + k);
		source(&s, label, ip);
		well(&s, 0, MONTH - 7 + k, label, "google", "x/receipts", 20);
		refused(&s, MONTH - 7 + k, MONTH + 48, label, "google", "x/receipts",
		    "google.bad-reputation-ip", 20);
	}
	judge(&s, MONTH + 48);
	i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	e = piece(i, "others_refused");
	ok(e != NULL && e->measure > 9.5 && e->measure < 10.5 &&
		says(i, "others_refused", "(10 or more)"),
	    "others refused: ten at most are counted");
	end(&s);
}

/*
 * Many small hosts refuse the same source in the same hours: they do not hide what another source met at
 * another provider a day before, however many they are.
 */
static void
test_behind_many(void)
{
	enum { SMALL = 300 }; /* more than were once looked at to each side */
	const struct rep_incident *i;
	struct story s;

	begin(&s);
	source(&s, "a", "203.0.113.10");
	source(&s, "b", "198.51.100.20");
	well(&s, 0, MONTH, "a", MS, "x/news", 20);
	refused(&s, MONTH - 20, MONTH, "b", "google", "x/news", "google.unauthenticated", 20);
	for (unsigned k = 0; k < SMALL; k++) {
		char provider[24];

		snprintf(provider, sizeof provider, "small%03u", k);
		refused(&s, MONTH - 4, MONTH + 6, "a", provider, "x/news", "any.spam-source", 3);
	}
	refused(&s, MONTH, MONTH + 24, "a", MS, "x/news", S3140, 20);
	judge(&s, MONTH + 24);
	i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	ok(says(i, "elsewhere_names_authentication", "for the same mail from 198.51.100.20"),
	    "behind many: what another source was told is found");
	ok(says(i, "others_refused", "(1)"), "behind many: that another source met trouble, too");
	ok(has(i, "elsewhere_names_own"), "behind many: what the many say of this source");
	end(&s);
}

int
main(void)
{
	if (!story_open())
		return done();
	test_refused_before();
	test_slowed_before();
	test_times();
	test_refused_later();
	test_also_names();
	test_of_others();
	test_others_refused();
	test_many_others();
	test_behind_many();
	story_close();
	return done();
}
