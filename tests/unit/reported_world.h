/*
 * unit/reported_world.h -- rows of reports as a test writes them, and what they answer.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_TEST_REPORTED_WORLD_H
#define REP_TEST_REPORTED_WORLD_H

#include "report/answer.h"
#include "tap.h"

#include <stdlib.h>

enum { BEGIN_S = 1735689600, DAY_S = 86400 }; /* 2025-01-01 */

struct reports {
	struct rep_arena *a;
	struct rep_reported_making *m;
	struct rep_reported reported;
	struct rep_report_answer is;
	struct rep_err err;
	/* of the next records and reports */
	const char *domain, *from, *p, *sp, *np, *testing, *reason, *comment, *align;
	int64_t now_s;		   /* of the question */
	int64_t begin_s, length_s; /* length_s 0: a day */
};

/* The last two labels. */
static inline struct rep_str
two_labels(struct rep_str s)
{
	size_t dots = 0;

	for (size_t i = s.n; i > 0; i--)
		if (s.p[i - 1] == '.' && ++dots == 2)
			return (struct rep_str){ s.p + i, s.n - i };
	return s;
}

static inline void
reports_begin(struct reports *w)
{
	memset(w, 0, sizeof *w);
	w->a = rep_arena_new((size_t)1 << 30);
	w->m = w->a != NULL ? rep_reported_begin(w->a, two_labels) : NULL;
	if (w->m == NULL)
		abort();
	w->domain = w->from = "shop.example";
	w->p = "none";
}

static inline void
reports_fini(struct reports *w)
{
	rep_arena_free(w->a);
}

static inline struct rep_said
said(enum rep_said_list list, const char *word)
{
	struct rep_said s = { 0 };

	if (word != NULL)
		(void)rep_said_parse(list, rep_str_c(word), &s);
	return s;
}

static inline struct rep_aggregate
head_of(const struct reports *w, const char *org, int day)
{
	int64_t begin_s = BEGIN_S + (int64_t)day * DAY_S;

	return (struct rep_aggregate){ .org = rep_str_c(org),
		.domain = rep_str_c(w->domain),
		.begin_s = w->begin_s != 0 ? w->begin_s : begin_s,
		.end_s = (w->begin_s != 0 ? w->begin_s : begin_s) +
		    (w->length_s != 0 ? w->length_s : DAY_S) - 1,
		.p = said(REP_SAID_POLICY, w->p),
		.sp = said(REP_SAID_POLICY, w->sp),
		.np = said(REP_SAID_POLICY, w->np),
		.adkim = said(REP_SAID_ALIGNMENT, w->align),
		.aspf = said(REP_SAID_ALIGNMENT, w->align),
		.testing = said(REP_SAID_YES_NO, w->testing),
		.pct = -1 };
}

/* A report: its records follow. */
static inline void
report(struct reports *w, const char *org, int day)
{
	struct rep_aggregate head = head_of(w, org, day);

	if (!rep_reported_period(w->m, &head))
		abort();
}

/* The next word, until a blank. */
static inline struct rep_str
word(const char **s)
{
	struct rep_str w = { *s, strcspn(*s, " ") };

	*s += w.n + strspn(*s + w.n, " ");
	return w;
}

static inline struct rep_str
until(struct rep_str *s, char c)
{
	size_t n = 0;

	while (n < s->n && s->p[n] != c)
		n++;
	*s = (struct rep_str){ s->p + n + (n < s->n), s->n - n - (n < s->n) };
	return (struct rep_str){ s->p - n - 1, n };
}

/*
 * One record. passes: "d" when DKIM passes aligned, "s" when SPF does, "ds" or "". results: "d:DOMAIN/SELECTOR=RESULT" and
 * "s:DOMAIN=RESULT", with blanks between.
 */
static inline bool
record(struct reports *w, const char *org, int day, const char *ip, uint64_t count,
    const char *passes, const char *results)
{
	struct rep_auth_said auth[16];
	struct rep_override_said reason = { .type = said(REP_SAID_REASON, w->reason),
		.comment = rep_str_c(w->comment != NULL ? w->comment : "") };
	struct rep_aggregate head = head_of(w, org, day);
	struct rep_aggregate_record r = { .count = count,
		.disposition = said(REP_SAID_DISPOSITION, "none"),
		.dkim = said(REP_SAID_EVALUATED, strchr(passes, 'd') != NULL ? "pass" : "fail"),
		.spf = said(REP_SAID_EVALUATED, strchr(passes, 's') != NULL ? "pass" : "fail"),
		.header_from = rep_str_c(w->from),
		.reasons = &reason,
		.reasons_n = w->reason != NULL,
		.auth = auth };

	if (ip != NULL && !rep_ip_parse(rep_str_c(ip), &r.source_ip))
		abort();
	while (*results != '\0') {
		struct rep_str s = word(&results);
		struct rep_auth_said *p = &auth[r.auth_n++];

		memset(p, 0, sizeof *p);
		p->dkim = s.p[0] == 'd';
		s = (struct rep_str){ s.p + 2, s.n - 2 };
		p->domain = until(&s, p->dkim ? '/' : '=');
		if (p->dkim)
			p->selector = until(&s, '=');
		(void)rep_said_parse(p->dkim ? REP_SAID_DKIM : REP_SAID_SPF, s, &p->result);
	}
	return rep_reported_add(w->m, &head, &r);
}

/* Ends the rows and asks. own: one address, or NULL. */
static inline bool
answer(struct reports *w, const char *own)
{
	struct rep_ip ip = { 0 };
	struct rep_report_question q = {
		.domain = rep_str_c("shop.example"), .now_s = w->now_s, .own = { &ip, own != NULL }
	};

	if (own != NULL && !rep_ip_parse(rep_str_c(own), &ip))
		abort();
	return rep_reported_end(w->m, &w->reported, &w->err) == REP_OK &&
	    rep_report_answer(&w->reported, &q, w->a, &w->is, &w->err) == REP_OK;
}

/* "own 203.0.113.24 12/12, service letters.example 0/3": passed of messages, sources as they are sorted. */
static inline struct rep_str
sources_text(struct reports *w)
{
	struct rep_buf b;
	char ip[REP_IP_TEXT];

	rep_buf_init(&b, 8192);
	for (size_t i = 0; i < w->is.sources_n; i++) {
		const struct rep_report_source *s = &w->is.sources[i];
		struct rep_str name = rep_str_or(
		    rep_reported_name(&w->reported, s->name), rep_str_c(rep_ip_text(&s->ip, ip)));

		rep_buf_printf(&b, "%s%s %.*s %llu/%llu", i > 0 ? ", " : "",
		    rep_report_sender_word(s->who), REP_PR(name),
		    (unsigned long long)s->sums.passed, (unsigned long long)s->sums.messages);
	}
	return rep_arena_take(w->a, &b);
}

/* "d shop.example s1 r1.example +3 20/20": what differs or is broken; the day since when, failed of messages. */
static inline struct rep_str
found_text(struct reports *w)
{
	struct rep_buf b;

	rep_buf_init(&b, 8192);
	for (size_t i = 0; i < w->is.broken_n; i++) {
		const struct rep_report_broken *d = &w->is.broken[i];
		struct rep_str domain = rep_reported_name(&w->reported, d->domain),
			       selector = rep_reported_name(&w->reported, d->selector);

		rep_buf_printf(&b, "%sbroken %c %.*s %.*s +%lld %llu/%llu", b.n > 0 ? ", " : "",
		    d->dkim ? 'd' : 's', REP_PR(domain), REP_PR(selector),
		    d->since_s == 0 ? 0LL : (long long)((d->since_s - BEGIN_S) / DAY_S),
		    (unsigned long long)d->failed, (unsigned long long)d->messages);
	}
	for (size_t i = 0; i < w->is.differs_n; i++) {
		const struct rep_report_differs *d = &w->is.differs[i];
		struct rep_str domain = rep_reported_name(&w->reported, d->domain),
			       selector = rep_reported_name(&w->reported, d->selector),
			       org = rep_reported_name(&w->reported, d->receiver);

		rep_buf_printf(&b, "%s%.*s %c %.*s %.*s +%lld %llu/%llu", b.n > 0 ? ", " : "",
		    REP_PR(org), d->dkim ? 'd' : 's', REP_PR(domain), REP_PR(selector),
		    d->since_s == 0 ? 0LL : (long long)((d->since_s - BEGIN_S) / DAY_S),
		    (unsigned long long)d->here_failed, (unsigned long long)d->here);
	}
	for (size_t i = 0; i < w->is.healed_n; i++) {
		const struct rep_report_healed *d = &w->is.healed[i];
		struct rep_str domain = rep_reported_name(&w->reported, d->domain),
			       selector = rep_reported_name(&w->reported, d->selector),
			       org = rep_reported_name(&w->reported, d->receiver);

		rep_buf_printf(&b, "%shealed %.*s%s%c %.*s %.*s +%lld until +%lld %llu/%llu",
		    b.n > 0 ? ", " : "", REP_PR(org), org.n > 0 ? " " : "", d->dkim ? 'd' : 's',
		    REP_PR(domain), REP_PR(selector),
		    d->since_s == 0 ? 0LL : (long long)((d->since_s - BEGIN_S) / DAY_S),
		    (long long)((d->until_s - 1 - BEGIN_S) / DAY_S), (unsigned long long)d->failed,
		    (unsigned long long)d->messages);
	}
	return rep_arena_take(w->a, &b);
}

#endif
