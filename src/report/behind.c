/* SPDX-License-Identifier: Apache-2.0 */
#include "report/behind.h"
#include "base/time.h"
#include "fact/aggregate.h"
#include "fact/finding_id.h"

enum {
	/*
	 * Judgement: what a resolver has of the old record may be a day old, and the day of a report, that of its middle, may be the
	 * one before the first failure that is in it.
	 */
	BEFORE_S = 2 * REP_DAY_S,
	AFTER_S = REP_DAY_S,
	/* Judgement: looks that are further apart do not tell on which day it changed. */
	APART_S = 31 * REP_DAY_S
};

/* Which results a finding makes: of DNS that does not answer, of a record that cannot be read, of one that says otherwise. */
enum { TEMP = 1, PERM = 2, FAIL = 4 };

static const struct {
	enum rep_finding_id id;
	bool dkim;
	bool some; /* only some receivers see it, also where it fails at few of them */
	unsigned makes;
} table[] = {
	{ REP_FINDING_DKIM_NS_FAILING, true, true, TEMP | PERM },
	{ REP_FINDING_DKIM_NS_SLOW, true, true, TEMP },
	{ REP_FINDING_DKIM_NS_NO_TCP, true, true, TEMP | PERM },
	{ REP_FINDING_DKIM_ANSWER_LARGE, true, true, TEMP | PERM },
	{ REP_FINDING_DKIM_CNAME_CHAIN, true, true, TEMP | PERM },
	{ REP_FINDING_DKIM_ONLY_ED25519, true, true, TEMP | PERM | FAIL },
	{ REP_FINDING_DNSSEC_BOGUS, true, true, TEMP | PERM },
	{ REP_FINDING_NS_FAILING, true, true, TEMP | PERM },
	{ REP_FINDING_DKIM_KEY_SHORT, true, true, PERM | FAIL },
	{ REP_FINDING_DKIM_KEY_WEAK, true, true, PERM | FAIL },
	{ REP_FINDING_DKIM_KEY_SEVERAL, true, true, PERM | FAIL },
	{ REP_FINDING_DKIM_KEY_MISSING, true, false, PERM | FAIL },
	{ REP_FINDING_DKIM_KEY_REVOKED, true, false, PERM | FAIL },
	{ REP_FINDING_DKIM_KEY_SYNTAX, true, false, PERM | FAIL },
	{ REP_FINDING_DKIM_KEY_SHA1, true, false, PERM | FAIL },
	{ REP_FINDING_DKIM_KEY_NOT_EMAIL, true, false, PERM | FAIL },
	{ REP_FINDING_DNSSEC_BOGUS, false, true, TEMP | PERM },
	{ REP_FINDING_NS_FAILING, false, true, TEMP | PERM },
	{ REP_FINDING_SPF_LARGE, false, true, TEMP | PERM },
	{ REP_FINDING_SPF_TOO_MANY_LOOKUPS, false, true, TEMP | PERM },
	{ REP_FINDING_SPF_TOO_MANY_VOID, false, true, PERM },
	{ REP_FINDING_SPF_MANY_MX, false, true, PERM },
	{ REP_FINDING_SPF_DEAD_INCLUDE, false, true, PERM },
	{ REP_FINDING_SPF_SEVERAL, false, false, PERM | FAIL },
	{ REP_FINDING_SPF_SYNTAX, false, false, PERM | FAIL },
	{ REP_FINDING_SPF_MISSING, false, false, PERM | FAIL },
	{ REP_FINDING_SPF_DOES_NOT_COVER, false, false, FAIL },
};

static unsigned
made(uint8_t result)
{
	return result == REP_REPORTED_TEMPERROR ? TEMP
	    : result == REP_REPORTED_PERMERROR	? PERM
						: FAIL;
}

/* Of the selector asked for: a finding about a key has it as its detail. */
static bool
is_about(const struct rep_found *f, const struct rep_behind_question *q)
{
	return rep_str_eq_nocase(f->subject, q->domain) &&
	    (!q->dkim || f->detail.n == 0 || !rep_str_starts(f->part, REP_S("dkim")) ||
		rep_str_eq_nocase(f->detail, q->selector));
}

static void
findings(const struct rep_found *v, size_t n, const struct rep_behind_question *q,
    struct rep_behind *out)
{
	for (size_t t = 0; t < REP_COUNT(table); t++) {
		if (table[t].dkim != q->dkim || (table[t].makes & made(q->result)) == 0 ||
		    (!q->everywhere && !table[t].some))
			continue;
		for (size_t i = 0; i < n && out->n < REP_BEHIND_FINDINGS; i++) {
			const struct rep_found *f = &v[i];

			if (!f->record &&
			    rep_str_eq(f->id, rep_str_c(rep_finding_names[table[t].id])) &&
			    is_about(f, q) && (f->gone_s == 0 || f->gone_s > q->since_s)) {
				out->found[out->n++] = f;
				break;
			}
		}
	}
}

static bool
is_record(const struct rep_found *f, const struct rep_behind_question *q)
{
	return f->record && rep_str_eq(f->id, q->dkim ? REP_S("dkim") : REP_S("spf")) &&
	    rep_str_eq_nocase(f->subject, q->domain) &&
	    (!q->dkim || rep_str_eq_nocase(rep_found_selector(f), q->selector));
}

/* Whether what changed between two looks may have done it. */
static bool
fits(int64_t after_s, int64_t until_s, int64_t since_s)
{
	return after_s > 0 && until_s - after_s <= APART_S && after_s < since_s + AFTER_S &&
	    until_s >= since_s - BEFORE_S;
}

static void
change(const struct rep_found *v, size_t n, const struct rep_behind_question *q,
    struct rep_behind *out)
{
	for (size_t i = 0; i < n; i++) {
		const struct rep_found *f = &v[i];

		if (!is_record(f, q))
			continue;
		if (f->first_s < q->since_s - BEFORE_S &&
		    (f->gone_s == 0 || f->gone_s > q->since_s + AFTER_S) && f->last_s >= q->since_s)
			out->same = f;
		if (fits(f->clear_s, f->first_s, q->since_s)) {
			out->came = f;
			out->after_s = f->clear_s;
			out->until_s = f->first_s;
		} else if (f->gone_s != 0 && fits(f->last_s, f->gone_s, q->since_s) &&
		    out->came == NULL) {
			out->went = f;
			out->after_s = f->last_s;
			out->until_s = f->gone_s;
		}
	}
	for (size_t i = 0; out->came != NULL && i < n; i++)
		if (rep_found_same_record(out->came, &v[i]) && v[i].gone_s == out->came->first_s)
			out->went = &v[i];
	if (out->came != NULL || out->went != NULL)
		out->same = NULL;
}

void
rep_report_behind(const struct rep_found *v, size_t n, const struct rep_behind_question *q,
    struct rep_behind *out)
{
	memset(out, 0, sizeof *out);
	if (q->since_s > 0)
		change(v, n, q, out);
	findings(v, n, q, out);
}
