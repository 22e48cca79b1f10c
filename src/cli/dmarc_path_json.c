/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_out.h"
#include "cli/dmarc_path.h"
#include "cli/dmarc_report.h"
#include "cli/dmarc_words.h"

enum { SENTENCE = 2000 };

static void
policy(struct rep_json *j, const struct rep_report_path *p)
{
	static const enum rep_said_list lists[] = { REP_SAID_POLICY, REP_SAID_POLICY,
		REP_SAID_POLICY, REP_SAID_ALIGNMENT, REP_SAID_ALIGNMENT, REP_SAID_YES_NO };
	static const char *const tags[] = { "p", "sp", "np", "adkim", "aspf", "t" };
	const uint8_t v[] = { p->policy.p, p->policy.sp, p->policy.np, p->policy.adkim,
		p->policy.aspf, p->policy.testing };

	rep_json_obj(j, "policy");
	for (size_t i = 0; i < REP_COUNT(tags); i++)
		rep_json_cstr(j, tags[i], rep_said_word(lists[i], v[i]));
	if (p->policy.pct >= 0)
		rep_json_int(j, "pct", p->policy.pct);
	else
		rep_json_null(j, "pct");
	rep_json_bool(j, "known", p->known);
	rep_json_time_or_null(j, "since", p->since_s);
	rep_json_int(j, "reports_of_last_day", (int64_t)p->asked);
	rep_json_int(j, "reports_that_agree", (int64_t)p->agree);
	rep_json_end_obj(j);
}

/* Each line of it is behind a line end, the first one too; commands are behind a blank more. */
static void
in_one_line(struct rep_buf *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++)
		if (b->p[i] != '\n')
			b->p[n++] = b->p[i];
		else if (i + 1 == b->n || b->p[i + 1] != ' ')
			b->p[n++] = ' ';
	b->n = n;
}

static void
source(struct rep_json *j, const struct rep_reports_answer *r, const struct rep_path_loss *l,
    struct rep_str domain, struct rep_arena *a)
{
	const struct rep_report_source *s = &r->is.sources[l->source];
	char ip[REP_IP_TEXT];
	struct rep_str text;
	struct rep_buf advice;

	rep_buf_init(&advice, REP_DMARC_PARAGRAPH);
	rep_json_obj(j, NULL);
	rep_json_cstr(j, "who", rep_report_sender_word(s->who));
	rep_json_str_or_null(j, "name", rep_dmarc_name(r, s->name));
	rep_dmarc_service_json(j, r, s);
	rep_json_cstr(j, "address", s->ip.version != 0 ? rep_ip_text(&s->ip, ip) : NULL);
	rep_dmarc_address_json(j, r, &s->ip);
	rep_json_int(j, "addresses", (int64_t)s->ips);
	rep_json_int(j, "messages", (int64_t)l->messages);
	rep_json_int(j, "failed", (int64_t)l->failed);
	rep_json_int(j, "let_through", (int64_t)l->spared);
	rep_json_time_or_null(j, "last_failed", l->last_s);
	rep_dmarc_halves_json(j, r, s);
	rep_json_bool(j, "fix_first", l->mend);
	if (l->mend)
		rep_dmarc_add_cure(&advice, r, s, domain, a);
	in_one_line(&advice);
	text = rep_str_trim(rep_buf_str(&advice));
	rep_json_str_or_null(j, "advice", text);
	rep_json_end_obj(j);
	rep_buf_fini(&advice);
}

static void
step(struct rep_json *j, const struct rep_reports_answer *r, const struct rep_report_path *p,
    const struct rep_path_step *s, struct rep_str domain, struct rep_arena *a)
{
	struct rep_dmarc_changes c;
	struct rep_buf record;

	rep_buf_init(&record, SENTENCE);
	rep_dmarc_record(&record, &s->policy);
	rep_dmarc_changes(&p->policy, &s->policy, &c);
	rep_json_obj(j, NULL);
	rep_json_cstr(j, "to", rep_dmarc_policy_word(s->to));
	rep_json_cstr(j, "verdict", rep_path_verdict_word(s->verdict));
	rep_json_arr(j, "changes");
	for (size_t i = 0; i < c.n; i++) {
		rep_json_obj(j, NULL);
		rep_json_cstr(j, "tag", c.v[i].tag);
		rep_json_cstr(j, "from", c.v[i].from);
		rep_json_cstr(j, "to", c.v[i].to);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
	rep_json_str(j, "record", rep_buf_str(&record));
	rep_json_int(j, "messages", (int64_t)s->messages);
	rep_json_int(j, "wanted_failed", (int64_t)s->wanted);
	rep_json_int(j, "forwarded_failed", (int64_t)s->forwarded);
	rep_json_int(j, "forwarded_let_through", (int64_t)s->spared);
	rep_json_int(j, "unknown_failed", (int64_t)s->unknown);
	rep_json_arr(j, "sources");
	for (size_t i = 0; i < s->losses_n; i++)
		source(j, r, &s->losses[i], domain, a);
	rep_json_end_arr(j);
	rep_json_end_obj(j);
	rep_buf_fini(&record);
}

void
rep_dmarc_path_json(struct rep_buf *b, const struct rep_reports_answer *r,
    const struct rep_report_path *p, struct rep_str domain, struct rep_arena *a)
{
	struct rep_json j;

	rep_json_init(&j, b);
	rep_json_obj(&j, NULL);
	rep_json_str(&j, "domain", domain);
	rep_json_cstr(&j, "now", rep_dmarc_policy_word(p->now));
	rep_json_cstr(
	    &j, "verdict", p->steps_n == 0 ? "done" : rep_path_verdict_word(p->steps[0].verdict));
	rep_json_time_or_null(&j, "from", r->is.from_s);
	rep_json_time_or_null(&j, "until", r->is.until_s);
	rep_json_int(&j, "reports", (int64_t)r->is.reports);
	rep_json_int(&j, "days", p->days);
	rep_json_int(&j, "days_needed", REP_PATH_DAYS);
	rep_json_int(&j, "receivers", (int64_t)p->receivers);
	rep_json_int(&j, "receivers_needed", REP_PATH_RECEIVERS);
	rep_json_int(&j, "mailing_list_messages", (int64_t)p->lists);
	policy(&j, p);
	rep_json_arr(&j, "steps");
	for (size_t i = 0; i < p->steps_n; i++)
		step(&j, r, p, &p->steps[i], domain, a);
	rep_json_end_arr(&j);
	rep_json_arr(&j, "tags_not_reported");
	rep_json_cstr(&j, NULL, "rua");
	rep_json_cstr(&j, NULL, "ruf");
	rep_json_cstr(&j, NULL, "fo");
	rep_json_cstr(&j, NULL, "psd");
	rep_json_end_arr(&j);
	rep_dmarc_strangers_json(&j, r, &p->strangers);
	rep_json_int(&j, "records_left_out", (int64_t)r->reported.left_out);
	rep_json_int(&j, "future_reports", (int64_t)r->future);
	rep_json_int(&j, "unproven_reports", (int64_t)r->unsure);
	rep_json_int(&j, "unproven_messages", (int64_t)r->unsure_messages);
	rep_json_end_obj(&j);
	rep_buf_addc(b, '\n');
}
