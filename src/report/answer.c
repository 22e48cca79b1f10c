/* SPDX-License-Identifier: Apache-2.0 */
#include "report/answer.h"

enum { WEEK_S = 7 * 86400 };

const char *
rep_report_sender_word(enum rep_report_sender v)
{
	static const char *const words[REP_SENDER_N] = { NULL, "own", "forwarder", "signed",
		"allowed", "service", "unknown" };

	return (unsigned)v < REP_SENDER_N ? words[v] : NULL;
}

bool
rep_report_spared(const struct rep_reported_row *r)
{
	const rep_overrides says = 1u << REP_OVERRIDE_FORWARDED |
	    1u << REP_OVERRIDE_TRUSTED_FORWARDER | 1u << REP_OVERRIDE_MAILING_LIST |
	    1u << REP_OVERRIDE_LOCAL_POLICY | 1u << REP_OVERRIDE_OTHER;

	/* Not those that come of the record itself: pct= (sampled_out) and t=y (policy_test_mode). */
	return (r->overrides & says) != 0 || r->arc;
}

void
rep_report_add(struct rep_report_sums *s, const struct rep_reported_row *r)
{
	s->messages += r->count;
	s->passed += rep_reported_passes(r) ? r->count : 0;
	s->dkim += r->dkim == REP_EVALUATED_PASS ? r->count : 0;
	s->spf += r->spf == REP_EVALUATED_PASS ? r->count : 0;
	s->quarantined += r->disposition == REP_DISPOSITION_QUARANTINE ? r->count : 0;
	s->rejected += r->disposition == REP_DISPOSITION_REJECT ? r->count : 0;
	s->let_through +=
	    r->disposition == REP_DISPOSITION_NONE || r->disposition == REP_DISPOSITION_PASS
	    ? r->count
	    : 0;
	s->spared += !rep_reported_passes(r) && rep_report_spared(r) ? r->count : 0;
}

/* The number of the domain; 0: all; *unknown: no report is of it. */
static uint32_t
number_of(const struct rep_reported *v, struct rep_str domain, bool *unknown)
{
	*unknown = domain.n > 0;
	for (uint32_t i = 1; domain.n > 0 && i < v->names_n; i++)
		if (rep_str_eq(v->names[i], domain)) {
			*unknown = false;
			return i;
		}
	return 0;
}

enum rep_rc
rep_report_answer(const struct rep_reported *v, const struct rep_report_question *q,
    struct rep_arena *a, struct rep_report_answer *out, struct rep_err *err)
{
	struct rep_report_rows rows = { .all = v };
	uint32_t *list = rep_arena_alloc(a, (v->rows_n + 1) * sizeof *list), name;
	bool unknown;
	enum rep_rc rc;

	memset(out, 0, sizeof *out);
	if (list == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for %zu records", v->rows_n);
	name = number_of(v, q->domain, &unknown);
	for (size_t i = 0; i < v->rows_n && !unknown; i++)
		if (name == 0 || v->rows[i].policy_domain == name) {
			list[rows.n++] = (uint32_t)i;
			rep_report_add(&out->sums, &v->rows[i]);
		}
	rows.v = out->rows = list;
	out->rows_n = rows.n;
	for (size_t i = 0; i < v->periods_n && !unknown; i++) {
		const struct rep_reported_period *p = &v->periods[i];

		if ((name != 0 && p->policy_domain != name) || p->end_s < q->from_s)
			continue;
		out->reports++;
		out->overlaps += p->overlaps;
		if (out->from_s == 0 || p->begin_s < out->from_s)
			out->from_s = p->begin_s;
		if (p->end_s > out->until_s)
			out->until_s = p->end_s;
	}
	if (unknown)
		return REP_OK;
	/* Judgement: who sends once a week is not new in a time of which the first quarter is less than a week. */
	out->fresh_s = (out->until_s - out->from_s) / 4;
	out->fresh_s = out->from_s + (out->fresh_s > WEEK_S ? out->fresh_s : WEEK_S);
	if ((rc = rep_report_sources(&rows, &q->own, a, out, err)) != REP_OK ||
	    (rc = rep_report_receivers(&rows, name, q->from_s, q->now_s, a, out, err)) != REP_OK)
		return rc;
	return rep_report_differences(&rows, a, out, err);
}

size_t
rep_report_of_signature(const struct rep_report_answer *is, size_t nth, bool began, size_t *before)
{
	size_t n = 0;

	*before = 0;
	for (size_t i = 0; i < is->differs_n; i++) {
		if (!rep_report_same_signature(&is->differs[nth], &is->differs[i]) ||
		    (began && is->differs[i].since_s == 0))
			continue;
		*before += i < nth;
		n++;
	}
	return n;
}
