/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/dmarc_behind.h"
#include "audit/finding.h"
#include "base/time.h"
#include "cli/dmarc_words.h"
#include "cli/out.h"

enum { QUOTED = 120 }; /* bytes of a record in a sentence: some two lines. Judgement */

static void
ask(const struct rep_reports_answer *r, struct rep_behind_question q, uint32_t domain,
    uint32_t selector, struct rep_behind *out)
{
	q.domain = rep_dmarc_name(r, domain);
	q.selector = rep_dmarc_name(r, selector);
	rep_report_behind(r->found.v, r->found.n, &q, out);
}

void
rep_dmarc_behind_differs(
    const struct rep_reports_answer *r, const struct rep_report_differs *d, struct rep_behind *out)
{
	const struct rep_behind_question q = {
		.dkim = d->dkim, .result = d->result, .since_s = d->since_s
	};

	ask(r, q, d->domain, d->selector, out);
}

void
rep_dmarc_behind_broken(
    const struct rep_reports_answer *r, const struct rep_report_broken *d, struct rep_behind *out)
{
	const struct rep_behind_question q = {
		.dkim = d->dkim, .everywhere = true, .result = d->result, .since_s = d->since_s
	};

	ask(r, q, d->domain, d->selector, out);
}

/* "between A and B", or "on A" */
static void
add_times(struct rep_buf *b, const struct rep_behind *v)
{
	char after[REP_TIME_TEXT], until[REP_TIME_TEXT];

	rep_out_day(v->after_s, after);
	rep_out_day(v->until_s, until);
	if (strcmp(after, until) == 0)
		rep_buf_printf(b, " on %s", until);
	else
		rep_buf_printf(b, " between %s and %s", after, until);
}

static void
change(struct rep_buf *b, const struct rep_behind *v, bool dkim, struct rep_arena *a)
{
	const char *what = dkim ? "The key" : "The SPF record";
	struct rep_str was, is;
	size_t from;

	if (v->came == NULL) {
		rep_buf_printf(b, "%s was taken out of DNS", what);
		add_times(b, v);
		rep_buf_add(b, REP_S(". "));
		return;
	}
	rep_buf_printf(b, v->went != NULL ? "%s changed" : "%s was published", what);
	add_times(b, v);
	if (dkim && v->went != NULL) {
		rep_buf_add(b, REP_S("; does the signer have the new one?"));
	} else if (v->went != NULL) {
		from = rep_str_common(v->went->text, v->came->text);
		is = rep_quoted(a, v->came->text, from, QUOTED);
		was = rep_quoted(a, v->went->text, from, QUOTED);
		rep_buf_printf(b, ": it was \"%.*s\", and is \"%.*s\"", REP_PR(was), REP_PR(is));
	}
	rep_buf_add(b, dkim && v->went != NULL ? REP_S(" ") : REP_S(". "));
}

bool
rep_dmarc_behind_text(struct rep_buf *b, const struct rep_behind *v, bool dkim, struct rep_arena *a)
{
	char since[REP_TIME_TEXT];
	enum rep_finding_id id;

	if (v->came != NULL || v->went != NULL)
		change(b, v, dkim, a);
	else if (v->same != NULL)
		rep_buf_printf(b,
		    "The %s has not changed: reputed has seen the same one since %s. ",
		    dkim ? "key" : "record", rep_out_day(v->same->first_s, since));
	for (size_t i = 0; i < v->n; i++)
		if (rep_finding_id_parse(v->found[i]->id, &id))
			rep_buf_printf(b, "%s%s%s. ",
			    i == 0 ? "reputed check found: " : "It also found: ",
			    rep_finding_title(id),
			    v->found[i]->gone_s != 0 ? " (not any more)" : "");
	return v->came != NULL || v->went != NULL || v->same != NULL || v->n > 0;
}

void
rep_dmarc_behind_json(struct rep_json *j, const struct rep_behind *v)
{
	if (v->came == NULL && v->went == NULL) {
		rep_json_null(j, "change");
	} else {
		rep_json_obj(j, "change");
		rep_json_time_or_null(j, "after", v->after_s);
		rep_json_time_or_null(j, "until", v->until_s);
		rep_json_str_or_null(
		    j, "was", v->went != NULL ? v->went->text : (struct rep_str){ "", 0 });
		rep_json_str_or_null(
		    j, "is", v->came != NULL ? v->came->text : (struct rep_str){ "", 0 });
		rep_json_end_obj(j);
	}
	rep_json_time_or_null(j, "unchanged_since", v->same != NULL ? v->same->first_s : 0);
	rep_json_arr(j, "findings");
	for (size_t i = 0; i < v->n; i++)
		rep_json_str(j, NULL, v->found[i]->id);
	rep_json_end_arr(j);
}
