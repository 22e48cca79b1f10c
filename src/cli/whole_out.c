/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/whole_out.h"
#include "base/time.h"
#include "cli/out.h"

static void
ip_or_null(struct rep_json *j, const char *key, const struct rep_ip *ip)
{
	char text[REP_IP_TEXT];

	rep_json_cstr(j, key, ip->version != 0 ? rep_ip_text(ip, text) : NULL);
}

static void
count_or_null(struct rep_json *j, const char *key, int64_t n)
{
	if (n >= 0)
		rep_json_int(j, key, n);
	else
		rep_json_null(j, key);
}

/* --- TLS reports ----------------------------------------------------------------------------------------- */

static void
json_strings(struct rep_json *j, const char *key, const struct rep_str *v, size_t n)
{
	rep_json_arr(j, key);
	for (size_t i = 0; i < n; i++)
		rep_json_str(j, NULL, v[i]);
	rep_json_end_arr(j);
}

static void
json_tls_failure(struct rep_json *j, const struct rep_tls_failure *f)
{
	rep_json_obj(j, NULL);
	rep_json_str_or_null(j, "result", rep_word_text(&rep_tls_results, &f->result));
	rep_json_str_or_null(j, "result_raw", f->result.raw);
	ip_or_null(j, "sending_ip", &f->sending_ip);
	rep_json_str_or_null(j, "mx", f->mx);
	rep_json_str_or_null(j, "mx_helo", f->mx_helo);
	ip_or_null(j, "receiving_ip", &f->receiving_ip);
	count_or_null(j, "count", f->count);
	rep_json_str_or_null(j, "reason", f->reason);
	rep_json_str_or_null(j, "info", f->info);
	rep_json_end_obj(j);
}

static void
json_tls_policy(struct rep_json *j, const struct rep_tls_policy *p)
{
	rep_json_obj(j, NULL);
	rep_json_str_or_null(j, "type", rep_word_text(&rep_tls_policy_types, &p->type));
	rep_json_str_or_null(j, "domain", p->domain);
	json_strings(j, "mx", p->mx, p->mx_n);
	json_strings(j, "policy_strings", p->strings, p->strings_n);
	count_or_null(j, "successful", p->successful);
	count_or_null(j, "failed", p->failed);
	rep_json_arr(j, "failures");
	for (size_t i = 0; i < p->failures_n; i++)
		json_tls_failure(j, &p->failures[i]);
	rep_json_end_arr(j);
	rep_json_end_obj(j);
}

static void
json_tls(struct rep_json *j, const struct rep_tls_report *r)
{
	rep_json_cstr(j, "kind", "tls-report");
	rep_json_str_or_null(j, "org", r->org);
	rep_json_str_or_null(j, "report_id", r->report_id);
	rep_json_time_or_null(j, "begin", r->begin_s);
	rep_json_time_or_null(j, "end", r->end_s);
	rep_json_str_or_null(j, "contact", r->contact);
	rep_json_arr(j, "policies");
	for (size_t i = 0; i < r->policies_n; i++)
		json_tls_policy(j, &r->policies[i]);
	rep_json_end_arr(j);
	rep_notes_json(j, r->notes, r->notes_n, r->notes_left);
}

static void
text_tls_failure(struct rep_buf *out, const struct rep_tls_failure *f)
{
	struct rep_str result =
	    rep_str_or(rep_word_text(&rep_tls_results, &f->result), REP_S("an unnamed failure"));
	char n[32], ip[REP_IP_TEXT];

	rep_buf_printf(out, "  %.*s: ", REP_PR(result));
	if (f->count >= 0)
		rep_buf_printf(out, "%s session%s", rep_out_number((uint64_t)f->count, n),
		    rep_plural((uint64_t)f->count));
	else
		rep_buf_add(out, REP_S("sessions"));
	if (f->sending_ip.version != 0)
		rep_buf_printf(out, " from %s", rep_ip_text(&f->sending_ip, ip));
	if (f->mx.n > 0)
		rep_buf_printf(out, " to %.*s", REP_PR(f->mx));
	if (f->receiving_ip.version != 0)
		rep_buf_printf(out, " [%s]", rep_ip_text(&f->receiving_ip, ip));
	if (f->reason.n > 0)
		rep_buf_printf(out, " (%.*s)", REP_PR(f->reason));
	rep_buf_addc(out, '\n');
}

static uint64_t
known(int64_t n)
{
	return n > 0 ? (uint64_t)n : 0;
}

static void
text_tls(struct rep_buf *out, const struct rep_tls_report *r)
{
	struct rep_str org = rep_str_or(r->org, REP_S("somebody without a name")), domain;
	uint64_t successful = 0, failed = 0;
	char from[REP_TIME_TEXT], to[REP_TIME_TEXT], a[32], b[32];

	for (size_t i = 0; i < r->policies_n; i++) {
		successful += known(r->policies[i].successful);
		failed += known(r->policies[i].failed);
	}
	domain = rep_str_or(
	    r->policies_n > 0 ? r->policies[0].domain : REP_S(""), REP_S("an unnamed domain"));
	rep_buf_printf(out,
	    "TLS report of %.*s for %.*s%s, %s to %s: %s session%s worked, %s failed\n",
	    REP_PR(org), REP_PR(domain), r->policies_n > 1 ? " and others" : "",
	    r->begin_s != 0 ? rep_time_text(r->begin_s, from) : "?",
	    r->end_s != 0 ? rep_time_text(r->end_s, to) : "?", rep_out_number(successful, a),
	    rep_plural(successful), rep_out_number(failed, b));
	for (size_t i = 0; i < r->policies_n; i++)
		for (size_t k = 0; k < r->policies[i].failures_n; k++)
			text_tls_failure(out, &r->policies[i].failures[k]);
}

/* --- failure reports ------------------------------------------------------------------------------------- */

static void
json_aligned(struct rep_json *j, unsigned bits)
{
	rep_json_arr(j, "identity_alignment");
	if ((bits & REP_ALIGNED_NONE) != 0)
		rep_json_cstr(j, NULL, "none");
	if ((bits & REP_ALIGNED_DKIM) != 0)
		rep_json_cstr(j, NULL, "dkim");
	if ((bits & REP_ALIGNED_SPF) != 0)
		rep_json_cstr(j, NULL, "spf");
	rep_json_end_arr(j);
}

static void
json_failure(struct rep_json *j, const struct rep_auth_failure *f)
{
	rep_json_cstr(j, "kind", "dmarc-failure");
	rep_json_time_or_null(j, "time", f->at_s);
	rep_json_time_or_null(j, "arrival", f->arrival_s);
	ip_or_null(j, "source_ip", &f->source_ip);
	rep_json_str_or_null(j, "reported_domain", f->reported_domain);
	rep_json_str_or_null(j, "auth_failure", rep_word_text(&rep_failed_checks, &f->check));
	json_aligned(j, f->aligned);
	rep_json_str_or_null(j, "delivery_result", rep_word_text(&rep_failed_results, &f->result));
	rep_json_str_or_null(j, "auth_results", f->auth_results);
	rep_json_obj(j, "dkim");
	rep_json_str_or_null(j, "domain", f->dkim_domain);
	rep_json_str_or_null(j, "identity", f->dkim_identity);
	rep_json_str_or_null(j, "selector", f->dkim_selector);
	rep_json_end_obj(j);
	rep_json_str_or_null(j, "spf_dns", f->spf_dns);
	rep_json_str_or_null(j, "envelope_from", f->envelope_from);
	rep_json_bool(j, "envelope_to", f->envelope_to);
	rep_json_int(j, "incidents", f->incidents);
	rep_json_str_or_null(j, "header_from", f->header_from);
	rep_json_null(j, "subject");
	rep_json_str_or_null(j, "message_id", f->message_id);
	rep_json_str_or_null(j, "user_agent", f->user_agent);
	rep_json_str_or_null(j, "reporter", f->reporter);
	rep_notes_json(j, f->notes, f->notes_n, f->notes_left);
}

static void
text_failure(struct rep_buf *out, const struct rep_auth_failure *f)
{
	struct rep_str who = rep_str_or(f->reporter, REP_S("somebody without a name")),
		       domain = rep_str_or(rep_str_or(f->reported_domain, f->header_from),
			   REP_S("an unnamed domain")),
		       check = rep_str_or(
			   rep_word_text(&rep_failed_checks, &f->check), REP_S("a check")),
		       result = rep_word_text(&rep_failed_results, &f->result);
	int64_t at_s = f->arrival_s != 0 ? f->arrival_s : f->at_s;
	char when[REP_TIME_TEXT], ip[REP_IP_TEXT];

	rep_buf_printf(out, "failure report of %.*s for %.*s, %s: from %s, failed %.*s",
	    REP_PR(who), REP_PR(domain), at_s != 0 ? rep_time_text(at_s, when) : "?",
	    f->source_ip.version != 0 ? rep_ip_text(&f->source_ip, ip) : "?", REP_PR(check));
	if (result.n > 0)
		rep_buf_printf(out, ", result: %.*s", REP_PR(result));
	rep_buf_addc(out, '\n');
}

/* --- both ---------------------------------------------------------------------------------------------------- */

void
rep_whole_json(struct rep_buf *out, const struct rep_unpacked *item, const struct rep_place *at)
{
	struct rep_json j;

	rep_json_init(&j, out);
	rep_json_obj(&j, NULL);
	if (item->tag == REP_PACKED_TLS)
		json_tls(&j, &item->tls);
	else
		json_failure(&j, &item->failure);
	rep_place_json(&j, at);
	rep_json_end_obj(&j);
	rep_buf_addc(out, '\n');
}

void
rep_whole_text(struct rep_buf *out, const struct rep_unpacked *item, const struct rep_place *at)
{
	if (item->tag == REP_PACKED_TLS) {
		text_tls(out, &item->tls);
		rep_notes_text(out, at, item->tls.notes, item->tls.notes_n, item->tls.notes_left);
	} else {
		text_failure(out, &item->failure);
		rep_notes_text(
		    out, at, item->failure.notes, item->failure.notes_n, item->failure.notes_left);
	}
}
