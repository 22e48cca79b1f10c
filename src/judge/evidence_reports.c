/*
 * Evidence from the DMARC reports of the provider itself: what passed and failed there before the trouble, and during it.
 *
 * That is the only view of authentication from the inside of a provider. Reports of other receivers say nothing here, nor do
 * those of addresses that are not ours. How much a piece weighs depends on how many messages it rests on: not the share
 * itself is measured, but its nearer end (judge/measure.h), and as a part of what is refused. That mail fails explains a
 * refusal only as far as so much of it fails.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"
#include "judge/hearing.h"
#include "judge/measure.h"

#include <math.h>

enum {
	/* Judgement: what is usual shows in four weeks; the last week may have the fault already, as a record is broken first
	 * and refused later. Where there are fewer reported messages than ENOUGH in that time, the week counts, too. */
	USUAL_S = 35 * REP_DAY_S,
	MARGIN_S = 7 * REP_DAY_S,
	ENOUGH = 20,
	/* Own domains in one incident among which the one that fails most is looked for; of more it may be another one. */
	DOMAINS = 64
};
/* Judgement: a part of authentication that lost less is not what fails. */
static const double lost_notably = 0.05;
/* Judgement: where the refusal itself leaves this little room for authentication, nobody need look for reports. */
static const double worth_asking = 0.1;

struct reported_sums {
	uint64_t messages, passed, dkim, spf, spf_any;
	int64_t from_s, until_s; /* of the periods; from_s 0: none */
};

struct reports_hearing {
	struct rep_hearing *h;
	const struct rep_own_reported *v; /* of this provider, by begin */
	size_t n;
	struct rep_hearing_domains domains; /* of what is refused; none: of all */
	struct rep_str registered[REP_HEARING_DOMAINS];
	bool spf_only; /* it was refused before anybody could see a signature */
	struct reported_sums before, during;
	double refused;	      /* which share of the attempts of that time met the trouble; > 0 */
	struct rep_str worst; /* the domain of which most messages failed */
	bool several;	      /* domains are in the sums */
};

/* --- which rows ------------------------------------------------------------------------------------ */

/* Those of this provider: rows are sorted by it. Small hosts have no say (engine/reported_auth.h). */
static void
rows_of_provider(struct reports_hearing *r)
{
	const struct rep_judge_in *in = r->h->in;
	const struct rep_cell_key *k = &r->h->cell->key;
	struct rep_str id = rep_name(&in->names, k->provider);
	size_t from = 0, until = in->reported_n;

	if (in->reported_n == 0 || k->provider_domain != 0)
		return;
	while (from < until) {
		size_t middle = from + (until - from) / 2;

		if (rep_str_cmp(in->reported[middle].provider, id) < 0)
			from = middle + 1;
		else
			until = middle;
	}
	r->v = in->reported + from;
	while (from + r->n < in->reported_n && rep_str_eq(r->v[r->n].provider, id))
		r->n++;
}

/* Whether it is of mail that is refused. The envelope, which logs have, often has another name of the same sender. */
static bool
about_domain(const struct reports_hearing *r, const struct rep_own_reported *x)
{
	for (size_t k = 0; k < r->domains.n; k++)
		if (rep_str_eq_nocase(r->registered[k], x->registered))
			return true;
	return r->domains.n == 0;
}

/* Of a pool nobody knows which of the own addresses it used. */
static bool
about_source(const struct reports_hearing *r, const struct rep_ip *source)
{
	return r->h->label->pool || rep_ip_eq(&r->h->label->public, source);
}

static bool
is_asked(const struct reports_hearing *r, const struct rep_own_reported *x)
{
	return about_source(r, &x->source) && about_domain(r, x);
}

/* --- sums ------------------------------------------------------------------------------------------ */

static void
add_row(struct reported_sums *s, const struct rep_own_reported *x)
{
	s->messages += x->messages;
	s->passed += x->passed;
	s->dkim += x->dkim;
	s->spf += x->spf;
	s->spf_any += x->spf_any;
	if (s->from_s == 0 || x->begin_s < s->from_s)
		s->from_s = x->begin_s;
	if (x->end_s > s->until_s)
		s->until_s = x->end_s;
}

/* Of periods whose middle is within [from_s, until_s); touching: of all that touch it. */
static struct reported_sums
sums_within(const struct reports_hearing *r, int64_t from_s, int64_t until_s, bool touching)
{
	struct reported_sums s = { .messages = 0 };

	for (size_t k = 0; k < r->n; k++) {
		const struct rep_own_reported *x = &r->v[k];
		int64_t middle_s = x->begin_s + (x->end_s - x->begin_s) / 2;
		bool in = touching ? x->begin_s < until_s && x->end_s > from_s
				   : middle_s >= from_s && middle_s < until_s;

		if (in && is_asked(r, x))
			add_row(&s, x);
	}
	return s;
}

/* A day of which less than half is in the time of the trouble counts only where there is no other. */
static void
sum_up(struct reports_hearing *r)
{
	int64_t since_s = r->h->e->since_s, until_s = r->h->until_s;
	int64_t end_s;

	r->during = sums_within(r, since_s, until_s, false);
	if (r->during.messages == 0)
		r->during = sums_within(r, since_s, until_s, true);
	end_s = r->during.from_s != 0 && r->during.from_s < since_s ? r->during.from_s : since_s;
	r->before = sums_within(r, end_s - USUAL_S, end_s - MARGIN_S, false);
	if (r->before.messages < ENOUGH)
		r->before = sums_within(r, end_s - USUAL_S, end_s, false);
}

/* Which share of what was tried in the time of the reports met the trouble. */
static double
refused_share(const struct reports_hearing *r)
{
	int64_t from_s = r->during.from_s, until_s = r->during.until_s;
	struct rep_sums s = { 0 };

	from_s = from_s > r->h->e->since_s ? from_s : r->h->e->since_s;
	until_s = until_s < r->h->until_s ? until_s : r->h->until_s;
	rep_index_sum(r->h->v, r->h->cell, from_s, until_s, REP_ANY_STREAM, r->h->i->trouble, &s);
	return s.trouble == 0 ? 1 : rep_share(s.trouble, s.attempts);
}

/*
 * What counts as passed: what the provider could see when it refused. Before the message nobody knows From, with which SPF
 * would have to be aligned.
 */
static uint64_t
passed(const struct reports_hearing *r, const struct reported_sums *s)
{
	return r->spf_only ? s->spf_any : s->passed;
}

static struct rep_measure
failed(const struct reports_hearing *r, const struct reported_sums *s)
{
	return (struct rep_measure){ s->messages - passed(r, s), s->messages };
}

/* The domain of which most messages failed in the time of the trouble, of the first DOMAINS that are reported. */
static void
find_worst(struct reports_hearing *r)
{
	struct {
		struct rep_str domain;
		uint64_t lost;
	} of[DOMAINS] = { { { "", 0 }, 0 } };
	size_t n = 0, worst = 0;

	for (size_t k = 0, at; k < r->n; k++) {
		const struct rep_own_reported *x = &r->v[k];

		if (x->begin_s < r->during.from_s || x->end_s > r->during.until_s ||
		    !is_asked(r, x))
			continue;
		for (at = 0; at < n && !rep_str_eq(of[at].domain, x->domain); at++)
			;
		if (at == DOMAINS)
			continue;
		if (at == n) {
			of[n].domain = x->domain;
			of[n++].lost = 0;
		}
		of[at].lost += x->messages - (r->spf_only ? x->spf_any : x->passed);
		worst = of[at].lost > of[worst].lost ? at : worst;
	}
	r->worst = of[worst].domain;
	r->several = n > 1;
}

/* When it began: the first period from which on less than `usual` passed, to the last one. 0: not to be seen. */
static int64_t
began_s(const struct reports_hearing *r, double usual)
{
	int64_t at_s = 0;

	for (size_t k = 0; k < r->n; k++) {
		const struct rep_own_reported *x = &r->v[k];
		struct reported_sums s = { .messages = 0 };

		if (x->end_s <= r->h->e->since_s - MARGIN_S || x->begin_s >= r->during.until_s ||
		    !is_asked(r, x) || !rep_str_eq(x->domain, r->worst))
			continue;
		add_row(&s, x);
		if (rep_share(passed(r, &s), s.messages) >= usual)
			at_s = 0;
		else if (at_s == 0)
			at_s = x->begin_s;
	}
	return at_s;
}

/* --- in words -------------------------------------------------------------------------------------- */

/* "; aligned DKIM passed for 99.7 % before, and for 0.3 % since", or nothing. */
static struct rep_str
what_lost(const struct reports_hearing *r)
{
	const struct {
		const char *name;
		uint64_t before, during;
	} parts[] = {
		{ "DKIM", r->before.dkim, r->during.dkim },
		{ "SPF", r->before.spf, r->during.spf },
	};
	struct rep_buf b;
	char p1[16], p2[16];

	rep_buf_init(&b, 1 << 10);
	for (size_t k = 0; k < REP_COUNT(parts) && !r->spf_only; k++) {
		double was = rep_share(parts[k].before, r->before.messages);
		double is = rep_share(parts[k].during, r->during.messages);

		if (was - is >= lost_notably)
			rep_buf_printf(&b, "; aligned %s passed for %s before, and for %s since",
			    parts[k].name, rep_percent_text(was, p1), rep_percent_text(is, p2));
	}
	return rep_arena_take(r->h->a, &b);
}

static struct rep_str
facts(const struct reports_hearing *r)
{
	const struct reported_sums *d = &r->during, *b = &r->before;
	char from[REP_TIME_TEXT], until[REP_TIME_TEXT];

	rep_time_text(d->from_s, from);
	rep_time_text(d->until_s, until);
	return rep_arena_printf(r->h->a,
	    "{\"domain\":\"%.*s\",\"from\":\"%s\",\"until\":\"%s\",\"messages\":%llu,\"passed\":%llu,"
	    "\"dkim\":%llu,\"spf\":%llu,\"spf_any\":%llu,\"before\":{\"messages\":%llu,\"passed\":%llu,"
	    "\"dkim\":%llu,\"spf\":%llu,\"spf_any\":%llu},\"refused_share\":%.4f}",
	    REP_PR(r->worst), from, until, (unsigned long long)d->messages,
	    (unsigned long long)d->passed, (unsigned long long)d->dkim, (unsigned long long)d->spf,
	    (unsigned long long)d->spf_any, (unsigned long long)b->messages,
	    (unsigned long long)b->passed, (unsigned long long)b->dkim, (unsigned long long)b->spf,
	    (unsigned long long)b->spf_any, r->refused);
}

/* " of shop.example", or nothing where it is of several. */
static struct rep_str
of_one(const struct reports_hearing *r)
{
	return r->several || r->worst.n == 0
	    ? (struct rep_str){ "", 0 }
	    : rep_arena_printf(r->h->a, " of %.*s", REP_PR(r->worst));
}

/* "; most that failed is of shop.example", where it is of several. */
static struct rep_str
of_several(const struct reports_hearing *r)
{
	return !r->several || r->worst.n == 0
	    ? (struct rep_str){ "", 0 }
	    : rep_arena_printf(r->h->a, "; most of what failed is of %.*s", REP_PR(r->worst));
}

static const char *
verb(const struct reports_hearing *r)
{
	return rep_provider_plural(r->h->provider) ? "themselves report" : "itself reports";
}

/* --- the pieces ------------------------------------------------------------------------------------ */

/* Whether the words of the refusal name authentication: they trump what reports say. */
static bool
named_by_words(const struct rep_hearing *h)
{
	return h->i->class == REP_CLASS_AUTHENTICATION ||
	    (h->rule != NULL && h->rule->cause == REP_CAUSE_AUTHENTICATION);
}

/* Hears a piece. False: it tells nothing where so much is measured. */
static bool
hear(const struct reports_hearing *r, enum rep_evidence_id id, bool weighed, double measure,
    struct rep_str sentence)
{
	size_t n = r->h->i->evidence_n;

	(weighed ? rep_hear_measured : rep_hear_measured_counted)(
	    r->h, id, fmin(measure, 1), sentence, facts(r));
	if (r->h->i->evidence_n == n)
		return false;
	if (id != REP_EVIDENCE_REPORTS_PASS)
		r->h->i->evidence[n].domain = r->worst;
	return true;
}

/* More fails than before. */
static bool
fell(const struct reports_hearing *r)
{
	double more =
	    rep_share_at_least(failed(r, &r->during)) - rep_share_at_most(failed(r, &r->before));
	double was = rep_share(passed(r, &r->before), r->before.messages);
	double is = rep_share(passed(r, &r->during), r->during.messages);
	int64_t at_s;
	struct rep_str lost = what_lost(r), one = of_one(r), all = of_several(r);
	char p1[16], p2[16], n1[32], n2[32], when[REP_TIME_TEXT] = "";

	if (more <= 0)
		return false;
	if ((at_s = began_s(r, (was + is) / 2)) != 0)
		rep_time_text(at_s, when);
	return hear(r, REP_EVIDENCE_REPORTS_FELL, r->h->i->class != REP_CLASS_AUTHENTICATION,
	    more / r->refused,
	    rep_arena_printf(r->h->a,
		"%.*s %s that of your mail%.*s only %s passed %s while this went on (%s messages), and %s "
		"before (%s)%.*s%.*s%s%.10s",
		REP_PR(r->h->provider), verb(r), REP_PR(one), rep_percent_text(is, p1),
		r->spf_only ? "SPF" : "DMARC", rep_number_text(r->during.messages, n1),
		rep_percent_text(was, p2), rep_number_text(r->before.messages, n2), REP_PR(lost),
		REP_PR(all), at_s != 0 ? "; it began on " : "", when));
}

/* ", and 20.0 % before (9,200)", or nothing. */
static struct rep_str
what_was(const struct reports_hearing *r)
{
	char p[16], n[32];

	return r->before.messages == 0
	    ? (struct rep_str){ "", 0 }
	    : rep_arena_printf(r->h->a, ", and %s before (%s)",
		  rep_percent_text(rep_share(passed(r, &r->before), r->before.messages), p),
		  rep_number_text(r->before.messages, n));
}

/* Much fails, as it did before, or nobody knows what was before. What fails less than before is not why. */
static bool
failing(const struct reports_hearing *r)
{
	struct rep_str one = of_one(r), all = of_several(r), was = what_was(r);
	char p[16], n[32];

	if (r->before.messages > 0 &&
	    rep_share_at_least(failed(r, &r->before)) > rep_share_at_most(failed(r, &r->during)))
		return false;
	return hear(r, REP_EVIDENCE_REPORTS_FAILING, !named_by_words(r->h),
	    rep_share_at_least(failed(r, &r->during)) / r->refused,
	    rep_arena_printf(r->h->a,
		"%.*s %s that of your mail%.*s only %s passed %s in that time (%s messages)%.*s%.*s",
		REP_PR(r->h->provider), verb(r), REP_PR(one),
		rep_percent_text(rep_share(passed(r, &r->during), r->during.messages), p),
		r->spf_only ? "SPF" : "DMARC", rep_number_text(r->during.messages, n), REP_PR(was),
		REP_PR(all)));
}

/* What is refused passes. What was refused before its message was seen is in no report. */
static void
passes(const struct reports_hearing *r)
{
	char p[16], n[32];

	if (!r->spf_only)
		(void)hear(r, REP_EVIDENCE_REPORTS_PASS, !named_by_words(r->h),
		    rep_share_at_most(failed(r, &r->during)) / r->refused,
		    rep_arena_printf(r->h->a,
			"%.*s %s that %s of your mail passed DMARC while this went on (%s messages)",
			REP_PR(r->h->provider), verb(r),
			rep_percent_text(rep_share(r->during.passed, r->during.messages), p),
			rep_number_text(r->during.messages, n)));
}

/* Reports that would help, of a provider that is known to send them. */
static void
not_reported(const struct reports_hearing *r)
{
	struct rep_hearing *h = r->h;
	const struct rep_provider *p = rep_provider_by_id(
	    rep_know_providers(h->in->know), rep_name(&h->in->names, h->cell->key.provider));
	char when[REP_TIME_TEXT];

	/* Of a time before the one that is judged by the hour, nobody looked for reports. */
	if (p == NULL || p->reports_n == 0 || named_by_words(h) || r->spf_only ||
	    h->until_s <= h->in->hours_from_s ||
	    rep_weights_prior(h->in->weights, h->i->class, h->i->scope)[REP_CAUSE_AUTHENTICATION] <
		worth_asking)
		return;
	rep_time_text(h->e->since_s, when);
	rep_hear_unknown(h, REP_UNKNOWN_REPORTS,
	    rep_arena_printf(h->a,
		"no DMARC report of %.*s about the time since %.10s was read. It comes a day later, where rua= of the "
		"DMARC record asks for it; give reputed ingest the mail that it is in",
		REP_PR(h->provider), when)
		.p,
	    REP_CAUSE_AUTHENTICATION, REP_CAUSE_AUTHENTICATION);
}

void
rep_evidence_reports(struct rep_hearing *h)
{
	struct reports_hearing r = { .h = h };
	enum rep_stage stage = h->i->stage;

	/* The relay is what the provider sees; and at the greeting nothing is authenticated. */
	if (h->cell->key.route != 0 || h->i->cannot_be[REP_CAUSE_AUTHENTICATION] ||
	    h->label == NULL || (h->label->public.version == 0 && !h->label->pool))
		return;
	r.spf_only = stage != REP_STAGE_NONE && stage != REP_STAGE_DOT;
	rep_hearing_domains(h, &r.domains);
	for (size_t k = 0; k < r.domains.n; k++)
		r.registered[k] = rep_registered_domain(r.domains.v[k]);
	rows_of_provider(&r);
	sum_up(&r);
	if (r.during.messages == 0) {
		not_reported(&r);
		return;
	}
	r.refused = refused_share(&r);
	find_worst(&r);
	if (!fell(&r) && !failing(&r))
		passes(&r);
}
