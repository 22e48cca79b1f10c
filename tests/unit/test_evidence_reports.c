/*
 * unit/test_evidence_reports.c -- what the provider itself reports of own mail (judge/evidence_reports.c).
 *
 * A month of mail, then a part of it is refused for two days in words that leave open why.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "story.h"

#define IP "203.0.113.10"
#define FROM "shop.example"

struct plot {
	const char *name;
	const char *label_ip;		  /* NULL: IP; "": not known */
	const char *reporter;		  /* NULL: the provider */
	const char *reported_ip, *domain; /* NULL: IP, FROM */
	uint64_t before[3],
	    during[3];	/* messages of a day, with aligned DKIM, and SPF; 0 messages: no report */
	unsigned early; /* so many days before the refusals it changed */
	bool pool, relayed, small;
	bool unaligned;	      /* all of it passes SPF, aligned or not */
	enum rep_class class; /* of the refusals; 0: policy */
	enum rep_stage stage; /* 0: after the message */
	uint32_t refused;     /* in an hour, of 20 */
	const char *hears;    /* NULL: no piece of reports */
	bool asks;
	double least, most; /* the probability of authentication */
	const char *says;
};

static void
play(struct story *s, const struct plot *p)
{
	const char *to = p->small ? "other" : MS;
	unsigned days = 30 - p->early;
	uint32_t refuses = p->refused > 0 ? p->refused : 20;

	begin(s);
	source(s, "a", p->label_ip == NULL ? IP : p->label_ip[0] == '\0' ? NULL : p->label_ip);
	s->labels[0].pool = p->pool;
	well(s, 0, MONTH, "a", to, FROM "/news", 20);
	if (refuses < 20)
		well(s, MONTH, MONTH + 48, "a", to, FROM "/news", 20 - refuses);
	for (unsigned h = MONTH; h < MONTH + 48; h++)
		(void)said(s, h, "a", to, FROM "/news", p->class != 0 ? p->class : REP_CLASS_POLICY,
		    refuses);
	for (size_t n = 0; n < s->n; n++) {
		if (s->obs[n].class != REP_CLASS_ACCEPTED)
			s->obs[n].stage = (uint8_t)(p->stage != 0 ? p->stage : REP_STAGE_DOT);
		if (p->relayed)
			s->obs[n].route = name(s, "relay");
		if (p->small)
			s->obs[n].provider_domain = name(s, "club.example");
	}
	if (p->before[0] > 0)
		reported(s, 0, days, p->reporter != NULL ? p->reporter : MS,
		    p->reported_ip != NULL ? p->reported_ip : IP,
		    p->domain != NULL ? p->domain : FROM, p->before[0], p->before[1], p->before[2]);
	if (p->during[0] > 0)
		reported(s, days, 32, p->reporter != NULL ? p->reporter : MS,
		    p->reported_ip != NULL ? p->reported_ip : IP,
		    p->domain != NULL ? p->domain : FROM, p->during[0], p->during[1], p->during[2]);
	for (size_t n = 0; n < s->reported_n && p->unaligned; n++)
		s->reported[n].spf_any = s->reported[n].messages;
	judge(s, MONTH + 48);
}

#define WELL                  \
	{                     \
		400, 399, 398 \
	}

static const struct plot rows[] = {
	{ .name = "nothing is reported", .asks = true, .least = 0.05, .most = 0.2 },
	{ .name = "only of the time before",
	    .before = WELL,
	    .asks = true,
	    .least = 0.05,
	    .most = 0.2 },
	{ .name = "DKIM and SPF fail since",
	    .before = WELL,
	    .during = { 400, 20, 40 },
	    .hears = "reports_fell",
	    .least = 0.7,
	    .most = 0.9,
	    .says =
		"of your mail of shop.example only 10.0 % passed DMARC while this went on (800 messages), and 99.8 % "
		"before (9,200); aligned DKIM passed for 99.8 % before, and for 5.0 % since; aligned SPF passed for "
		"99.5 % before, and for 10.0 % since; it began on 2026-10-01" },
	{ .name = "DKIM fails, and SPF never was aligned",
	    .before = { 400, 400, 0 },
	    .during = { 400, 0, 0 },
	    .hears = "reports_fell",
	    .least = 0.7,
	    .most = 0.9,
	    .says = "aligned DKIM passed for 100.0 % before, and for 0.0 % since; it began" },
	{ .name = "the key broke three days before",
	    .before = WELL,
	    .during = { 400, 0, 0 },
	    .early = 3,
	    .hears = "reports_fell",
	    .least = 0.7,
	    .most = 0.9,
	    .says = "it began on 2026-09-28" },
	{ .name = "half of it fails, and half is refused",
	    .before = WELL,
	    .during = { 400, 200, 200 },
	    .refused = 10,
	    .hears = "reports_fell",
	    .least = 0.7,
	    .most = 0.9 },
	{ .name = "a fifteenth fails, and all is refused: most of that passed",
	    .before = WELL,
	    .during = { 400, 374, 374 },
	    .hears = "reports_pass",
	    .least = 0.02,
	    .most = 0.06 },
	{ .name = "six of ten messages say little",
	    .before = { 10, 10, 10 },
	    .during = { 5, 2, 2 },
	    .hears = "reports_fell",
	    .least = 0.4,
	    .most = 0.6 },
	{ .name = "one message says nothing",
	    .before = { 1, 1, 1 },
	    .during = { 1, 1, 1 },
	    .least = 0.05,
	    .most = 0.2 },
	{ .name = "all fails since the first report",
	    .during = { 400, 0, 0 },
	    .hears = "reports_failing",
	    .least = 0.3,
	    .most = 0.45,
	    .says = "only 0.0 % passed DMARC in that time (800 messages)" },
	{ .name = "all failed before, too",
	    .before = { 400, 0, 0 },
	    .during = { 400, 0, 0 },
	    .hears = "reports_failing",
	    .least = 0.3,
	    .most = 0.45,
	    .says =
		"only 0.0 % passed DMARC in that time (800 messages), and 0.0 % before (9,200)" },
	{ .name = "half failed before, too",
	    .before = { 400, 200, 0 },
	    .during = { 400, 196, 0 },
	    .hears = "reports_failing",
	    .least = 0.2,
	    .most = 0.45,
	    .says = "only 49.0 % passed DMARC in that time (800 messages), and 50.0 % before (" },
	{ .name = "more failed before: that is not why",
	    .before = { 400, 80, 0 },
	    .during = { 400, 300, 0 },
	    .hears = "reports_pass",
	    .least = 0.05,
	    .most = 0.149 },
	{ .name = "it passes",
	    .before = WELL,
	    .during = WELL,
	    .hears = "reports_pass",
	    .least = 0.005,
	    .most = 0.02,
	    .says =
		"itself reports that 99.8 % of your mail passed DMARC while this went on (800 messages)" },
	{ .name = "little fails, and little is refused",
	    .before = WELL,
	    .during = { 400, 364, 364 },
	    .refused = 2,
	    .hears = "reports_fell",
	    .least = 0.4,
	    .most = 0.8 },
	{ .name = "a part of what is refused may have failed",
	    .before = WELL,
	    .during = { 400, 392, 392 },
	    .refused = 2,
	    .hears = "reports_fell",
	    .least = 0.15,
	    .most = 0.2 },
	{ .name = "it passes, and little is refused",
	    .before = WELL,
	    .during = { 400, 399, 398 },
	    .refused = 2,
	    .hears = "reports_pass",
	    .least = 0.02,
	    .most = 0.06 },
	{ .name = "ten messages that pass say less",
	    .before = WELL,
	    .during = { 5, 5, 5 },
	    .hears = "reports_pass",
	    .least = 0.02,
	    .most = 0.08 },
	{ .name = "another provider reports it",
	    .before = WELL,
	    .during = { 400, 0, 0 },
	    .reporter = "google",
	    .asks = true,
	    .least = 0.05,
	    .most = 0.2 },
	{ .name = "it is of another address",
	    .before = WELL,
	    .during = { 400, 0, 0 },
	    .reported_ip = "203.0.113.99",
	    .asks = true,
	    .least = 0.05,
	    .most = 0.2 },
	{ .name = "of a pool, all own addresses count",
	    .before = WELL,
	    .during = { 400, 0, 0 },
	    .reported_ip = "203.0.113.99",
	    .pool = true,
	    .hears = "reports_fell",
	    .least = 0.7,
	    .most = 0.9 },
	{ .name = "the address is not known",
	    .before = WELL,
	    .during = { 400, 0, 0 },
	    .label_ip = "",
	    .least = 0.05,
	    .most = 0.2 },
	{ .name = "it is of another domain",
	    .before = WELL,
	    .during = { 400, 0, 0 },
	    .domain = "another.example",
	    .asks = true,
	    .least = 0.05,
	    .most = 0.2 },
	{ .name = "it is of a subdomain",
	    .before = WELL,
	    .during = { 400, 0, 0 },
	    .domain = "mail.shop.example",
	    .hears = "reports_fell",
	    .least = 0.7,
	    .most = 0.9,
	    .says = "of your mail of mail.shop.example" },
	{ .name = "a relay is refused",
	    .before = WELL,
	    .during = { 400, 0, 0 },
	    .relayed = true,
	    .least = 0.05,
	    .most = 0.2 },
	{ .name = "a small host has no say",
	    .before = WELL,
	    .during = { 400, 0, 0 },
	    .small = true,
	    .reporter = "other",
	    .class = REP_CLASS_BLOCKED,
	    .least = 0.005,
	    .most = 0.2 },
	{ .name = "at the greeting nothing is authenticated",
	    .before = WELL,
	    .during = { 400, 0, 0 },
	    .stage = REP_STAGE_CONNECT },
	{ .name = "at RCPT only SPF counts: it fails",
	    .before = WELL,
	    .during = { 400, 400, 0 },
	    .stage = REP_STAGE_RCPT,
	    .hears = "reports_fell",
	    .least = 0.7,
	    .most = 0.9,
	    .says = "only 0.0 % passed SPF" },
	{ .name = "at RCPT SPF passes for another domain: nobody has seen From",
	    .before = { 400, 400, 0 },
	    .during = { 400, 400, 0 },
	    .stage = REP_STAGE_RCPT,
	    .unaligned = true,
	    .least = 0.05,
	    .most = 0.2 },
	{ .name = "at RCPT SPF never passes",
	    .before = { 400, 400, 0 },
	    .during = { 400, 400, 0 },
	    .stage = REP_STAGE_RCPT,
	    .hears = "reports_failing",
	    .least = 0.3,
	    .most = 0.45 },
	{ .name = "at RCPT only SPF counts: DKIM is not seen",
	    .before = WELL,
	    .during = { 400, 0, 398 },
	    .stage = REP_STAGE_RCPT,
	    .least = 0.05,
	    .most = 0.2 },
	{ .name = "the words name authentication: reports do not weigh",
	    .before = WELL,
	    .during = { 400, 0, 0 },
	    .class = REP_CLASS_AUTHENTICATION,
	    .hears = "reports_fell",
	    .least = 0.96,
	    .most = 0.98 },
	{ .name = "the words name authentication: they trump",
	    .before = WELL,
	    .during = WELL,
	    .class = REP_CLASS_AUTHENTICATION,
	    .hears = "reports_pass",
	    .least = 0.96,
	    .most = 0.98 },
};

static const struct rep_evidence *
of_reports(const struct rep_incident *i, size_t *n)
{
	const struct rep_evidence *e = NULL;

	*n = 0;
	for (size_t k = 0; k < i->evidence_n; k++)
		if (strncmp(i->evidence[k].name, "reports_", 8) == 0) {
			e = &i->evidence[k];
			++*n;
		}
	return e;
}

static bool
asks(const struct rep_incident *i)
{
	for (size_t n = 0; n < i->unknown_n; n++)
		if (i->unknown[n].id == REP_UNKNOWN_REPORTS)
			return true;
	return false;
}

static void
check(const struct plot *p)
{
	struct story s;
	const struct rep_incident *i;
	const struct rep_evidence *e;
	double v;
	size_t n;

	play(&s, p);
	ok(s.v.incidents_n == 1, "%s: one incident", p->name);
	if (s.v.incidents_n == 1) {
		i = &s.v.incidents[0];
		e = of_reports(i, &n);
		v = i->probability[REP_CAUSE_AUTHENTICATION];
		ok(n == (p->hears != NULL) && (e == NULL || strcmp(e->name, p->hears) == 0),
		    "%s: %s", p->name, e != NULL ? e->name : "no piece");
		ok(asks(i) == p->asks, "%s: reports are %s for", p->name,
		    p->asks ? "asked" : "not asked");
		ok(v >= p->least && v <= p->most, "%s: authentication %.3f", p->name, v);
		ok(p->says == NULL ||
			(e != NULL && rep_str_find(e->sentence, rep_str_c(p->says), 0) != SIZE_MAX),
		    "%s: the sentence", p->name);
		if (e != NULL)
			printf("# %.3f %.*s\n# %.*s\n", e->measure, REP_PR(e->sentence),
			    REP_PR(e->facts));
	}
	end(&s);
}

/* The words of several domains: which of them fails most. */
static void
test_several(void)
{
	const struct plot p = { .name = "several", .before = WELL, .during = WELL };
	struct story s;
	const struct rep_evidence *e;
	size_t n;

	play(&s, &p);
	reported(&s, 0, 30, MS, IP, "a.shop.example", 400, 400, 400);
	reported(&s, 30, 32, MS, IP, "a.shop.example", 400, 0, 0);
	/* Rows are sorted by begin. */
	for (size_t k = 1; k < s.reported_n; k++)
		for (size_t m = k; m > 0 && s.reported[m].begin_s < s.reported[m - 1].begin_s;
		     m--) {
			struct rep_own_reported x = s.reported[m];

			s.reported[m] = s.reported[m - 1];
			s.reported[m - 1] = x;
		}
	s.in.reported_n = s.reported_n;
	judge(&s, MONTH + 48);
	e = s.v.incidents_n == 1 ? of_reports(&s.v.incidents[0], &n) : NULL;
	ok(e != NULL &&
		rep_str_find(e->sentence,
		    REP_S(
			"of your mail only 49.9 % passed DMARC while this went on (1,600 messages)"),
		    0) != SIZE_MAX &&
		rep_str_find(e->sentence, REP_S("; most of what failed is of a.shop.example"), 0) !=
		    SIZE_MAX,
	    "several domains: all are counted, and the worst is named");
	end(&s);
}

int
main(void)
{
	if (!story_open())
		return done();
	for (size_t n = 0; n < REP_COUNT(rows); n++)
		check(&rows[n]);
	test_several();
	story_close();
	return done();
}
