/*
 * unit/test_behind.c -- what looks at DNS saw when a signature or SPF began to fail at receivers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "report/behind.h"
#include "fact/aggregate.h"
#include "tap.h"

enum { DAY = 86400, T = 1700006400, MANY = 8 }; /* T: midnight */

/* Times in days from T; what fails, fails since T. clear -99: there was no look before; gone 99: it is there. */
struct stay {
	const char *id, *detail;
	double first, clear, last, gone;
};

static const struct {
	const char *name;
	struct stay v[MANY];
	bool dkim, everywhere;
	uint8_t result;
	const char *came, *went, *same, *found;
} cases[] = {
	{ "nothing was looked at", { { NULL } }, true, true, REP_REPORTED_FAIL, "", "", "", "" },
	{ "the key changed on that day",
	    { { "dkim", "s1: new", 0.4, -0.6, 5, 99 }, { "dkim", "s1: old", -50, -51, -0.6, 0.4 } },
	    true, true, REP_REPORTED_FAIL, "s1: new", "s1: old", "", "" },
	{ "the key of another selector changed",
	    { { "dkim", "s2: new", 0.4, -0.6, 5, 99 }, { "dkim", "s2: old", -50, -51, -0.6, 0.4 },
		{ "dkim", "s1: old", -50, -51, 5, 99 } },
	    true, true, REP_REPORTED_FAIL, "", "", "s1: old", "" },
	{ "the first look is no change", { { "dkim", "s1: new", 0.4, -99, 5, 99 } }, true, true,
	    REP_REPORTED_FAIL, "", "", "", "" },
	{ "the key was taken away", { { "dkim", "s1: old", -50, -51, -0.1, 0.2 } }, true, true,
	    REP_REPORTED_PERMERROR, "", "s1: old", "", "" },
	{ "the key came where none was", { { "dkim", "s1: new", 0.4, -0.6, 5, 99 } }, true, true,
	    REP_REPORTED_FAIL, "s1: new", "", "", "" },
	{ "the key changed a week before",
	    { { "dkim", "s1: new", -7, -7.2, 5, 99 }, { "dkim", "s1: old", -50, -51, -7.2, -7 } },
	    true, true, REP_REPORTED_FAIL, "", "", "s1: new", "" },
	{ "the key changed two days after",
	    { { "dkim", "s1: new", 2.2, 2, 5, 99 }, { "dkim", "s1: old", -50, -51, 2, 2.2 } }, true,
	    true, REP_REPORTED_FAIL, "", "", "s1: old", "" },
	{ "looks that are months apart tell no day",
	    { { "dkim", "s1: new", 20, -20, 30, 99 }, { "dkim", "s1: old", -50, -51, -20, 20 } },
	    true, true, REP_REPORTED_FAIL, "", "", "", "" },
	{ "no look since: it is not known whether it is the same",
	    { { "dkim", "s1: old", -50, -51, -1, 99 } }, true, true, REP_REPORTED_FAIL, "", "", "",
	    "" },
	{ "the SPF record changed",
	    { { "spf", "v=spf1 new", 0.4, -0.6, 5, 99 },
		{ "spf", "v=spf1 old", -50, -51, -0.6, 0.4 },
		{ "dkim", "s1: old", -50, -51, 5, 99 } },
	    false, true, REP_REPORTED_FAIL, "v=spf1 new", "v=spf1 old", "", "" },
	{ "no answer in time: slow, and too large for UDP",
	    { { "dkim-answer-large", "s1", -50, -51, 5, 99 },
		{ "dkim-ns-slow", "s1", 3, 2, 5, 99 } },
	    true, false, REP_REPORTED_TEMPERROR, "", "", "", "dkim-ns-slow dkim-answer-large " },
	{ "of another selector", { { "dkim-answer-large", "s2", -50, -51, 5, 99 } }, true, false,
	    REP_REPORTED_TEMPERROR, "", "", "", "" },
	{ "gone before it failed", { { "dkim-ns-slow", "s1", -50, -51, -9, -8 } }, true, false,
	    REP_REPORTED_TEMPERROR, "", "", "", "" },
	{ "gone since", { { "dkim-ns-slow", "s1", -50, -51, 2, 3 } }, true, false,
	    REP_REPORTED_TEMPERROR, "", "", "", "dkim-ns-slow " },
	{ "a slow name server breaks no signature", { { "dkim-ns-slow", "s1", -50, -51, 5, 99 } },
	    true, false, REP_REPORTED_FAIL, "", "", "", "" },
	{ "what all would see explains no single receiver",
	    { { "dkim-key-revoked", "s1", -50, -51, 5, 99 } }, true, false, REP_REPORTED_PERMERROR,
	    "", "", "", "" },
	{ "at most receivers it does", { { "dkim-key-revoked", "s1", -50, -51, 5, 99 } }, true,
	    true, REP_REPORTED_PERMERROR, "", "", "", "dkim-key-revoked " },
	{ "too many look-ups, at some of them", { { "spf-too-many-lookups", "", -50, -51, 5, 99 } },
	    false, false, REP_REPORTED_PERMERROR, "", "", "", "spf-too-many-lookups " },
	{ "findings of DKIM are none of SPF", { { "dkim-ns-slow", "s1", -50, -51, 5, 99 } }, false,
	    false, REP_REPORTED_TEMPERROR, "", "", "", "" },
};

static int64_t
at(double days)
{
	return days > 98 || days < -98 ? 0 : T + (int64_t)(days * DAY);
}

static struct rep_found
found_of(const struct stay *s)
{
	bool record = strcmp(s->id, "dkim") == 0 || strcmp(s->id, "spf") == 0;

	return (struct rep_found){ .subject = REP_S("Shop.example"),
		.part = rep_str_c(strncmp(s->id, "spf", 3) == 0 ? "spf" : "dkim/s1"),
		.id = rep_str_c(s->id),
		.detail = rep_str_c(s->detail),
		.text = rep_str_c(s->detail),
		.record = record,
		.first_s = at(s->first),
		.clear_s = at(s->clear),
		.last_s = at(s->last),
		.gone_s = at(s->gone) };
}

static struct rep_str
text_of(const struct rep_found *f)
{
	return f != NULL ? f->text : (struct rep_str){ "", 0 };
}

static void
one(size_t i, int64_t since_s, struct rep_behind *out)
{
	static struct rep_found v[MANY];
	struct rep_behind_question q = { .domain = REP_S("shop.example"),
		.selector = cases[i].dkim ? REP_S("s1") : REP_S(""),
		.dkim = cases[i].dkim,
		.everywhere = cases[i].everywhere,
		.result = cases[i].result,
		.since_s = since_s };
	size_t n = 0;

	for (; n < MANY && cases[i].v[n].id != NULL; n++)
		v[n] = found_of(&cases[i].v[n]);
	rep_report_behind(v, n, &q, out);
}

int
main(void)
{
	struct rep_behind b;
	char ids[200];

	for (size_t i = 0; i < REP_COUNT(cases); i++) {
		one(i, T, &b);
		is_str(text_of(b.came), cases[i].came, "%s: what came", cases[i].name);
		is_str(text_of(b.went), cases[i].went, "%s: what went", cases[i].name);
		is_str(text_of(b.same), cases[i].same, "%s: what stayed", cases[i].name);
		ids[0] = '\0';
		for (size_t k = 0; k < b.n; k++)
			snprintf(ids + strlen(ids), sizeof ids - strlen(ids), "%.*s ",
			    REP_PR(b.found[k]->id));
		is_str(rep_str_c(ids), cases[i].found, "%s: findings", cases[i].name);
	}
	one(1, 0, &b);
	ok(b.came == NULL && b.same == NULL, "it failed from the start: no change is the reason");
	return done();
}
