/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_out.h"
#include "cli/dmarc_behind.h"
#include "cli/dmarc_failures.h"
#include "cli/dmarc_report.h"
#include "cli/dmarc_words.h"
#include "report/days.h"

static void
json_sums(struct rep_json *j, const struct rep_report_sums *s)
{
	rep_json_int(j, "messages", (int64_t)s->messages);
	rep_json_int(j, "passed", (int64_t)s->passed);
	rep_json_int(j, "dkim", (int64_t)s->dkim);
	rep_json_int(j, "spf", (int64_t)s->spf);
	rep_json_int(j, "quarantined", (int64_t)s->quarantined);
	rep_json_int(j, "rejected", (int64_t)s->rejected);
}

void
rep_dmarc_service_json(
    struct rep_json *j, const struct rep_reports_answer *r, const struct rep_report_source *s)
{
	struct rep_known_sender is = rep_known_sender(r->senders, s->service);
	struct rep_str none = { NULL, 0 };

	rep_json_str_or_null(j, "service", is.service != NULL ? is.service->id : none);
	rep_json_str_or_null(j, "service_name", is.service != NULL ? is.service->name : none);
	rep_json_str_or_null(j, "mailboxes", is.provider != NULL ? is.provider->id : none);
}

void
rep_dmarc_halves_json(
    struct rep_json *j, const struct rep_reports_answer *r, const struct rep_report_source *s)
{
	rep_json_str_or_null(j, "header_from", rep_dmarc_name(r, s->from));
	rep_json_cstr(j, "dkim_fault", rep_dmarc_half_word(s->dkim));
	rep_json_str_or_null(j, "dkim_domain", rep_dmarc_name(r, s->dkim_domain));
	rep_json_str_or_null(j, "dkim_selector", rep_dmarc_name(r, s->dkim_selector));
	rep_json_str_or_null(j, "dkim_passes_for", rep_dmarc_name(r, s->dkim_other));
	rep_json_cstr(j, "spf_fault", rep_dmarc_half_word(s->spf));
	rep_json_str_or_null(j, "spf_domain", rep_dmarc_name(r, s->spf_domain));
	rep_json_str_or_null(j, "spf_passes_for", rep_dmarc_name(r, s->spf_other));
}

static void
json_sources(struct rep_json *j, const struct rep_reports_answer *r)
{
	char ip[REP_IP_TEXT];

	rep_json_arr(j, "sources");
	for (size_t i = 0; i < r->is.sources_n; i++) {
		const struct rep_report_source *s = &r->is.sources[i];

		rep_json_obj(j, NULL);
		rep_json_cstr(j, "who", rep_report_sender_word(s->who));
		rep_json_str_or_null(j, "name", rep_dmarc_name(r, s->name));
		rep_dmarc_service_json(j, r, s);
		rep_json_cstr(j, "address", s->ip.version != 0 ? rep_ip_text(&s->ip, ip) : NULL);
		rep_dmarc_address_json(j, r, &s->ip);
		rep_json_int(j, "addresses", (int64_t)s->ips);
		json_sums(j, &s->sums);
		rep_json_time_or_null(j, "first", s->first_s);
		rep_json_time_or_null(j, "last", s->last_s);
		rep_json_int(j, "receivers", (int64_t)s->receivers);
		rep_dmarc_halves_json(j, r, s);
		rep_json_int(j, "spf_lost", (int64_t)s->spf_lost.failed);
		rep_json_time_or_null(j, "spf_lost_since", s->spf_lost.since_s);
		rep_json_bool(j, "new", s->fresh);
		rep_json_bool(j, "mend", rep_dmarc_to_mend(s));
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
}

/* What fails, how, and since when. */
static void
json_what(struct rep_json *j, const struct rep_reports_answer *r, bool dkim, uint32_t domain,
    uint32_t selector, uint8_t result, int64_t since_s)
{
	rep_json_cstr(j, "what", dkim ? "dkim" : "spf");
	rep_json_str_or_null(j, "domain", rep_dmarc_name(r, domain));
	rep_json_str_or_null(j, "selector", rep_dmarc_name(r, selector));
	rep_json_cstr(j, "result", rep_said_word(dkim ? REP_SAID_DKIM : REP_SAID_SPF, result));
	rep_json_time_or_null(j, "since", since_s);
}

static void
json_receivers(struct rep_json *j, const struct rep_reports_answer *r)
{
	rep_json_arr(j, "receivers");
	for (size_t i = 0; i < r->is.receivers_n; i++) {
		const struct rep_report_receiver *v = &r->is.receivers[i];

		rep_json_obj(j, NULL);
		rep_json_str_or_null(j, "name", rep_reported_spelling(&r->reported, v->name));
		json_sums(j, &v->sums);
		rep_json_int(j, "reports", (int64_t)v->reports);
		rep_json_int(j, "overlaps", (int64_t)v->overlaps);
		rep_json_time_or_null(j, "first", v->first_s);
		rep_json_time_or_null(j, "last", v->last_s);
		if (v->usual_s > 0)
			rep_json_int(j, "usual_s", v->usual_s);
		else
			rep_json_null(j, "usual_s");
		rep_json_bool(j, "silent", v->silent);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
	rep_json_arr(j, "differs");
	for (size_t i = 0; i < r->is.differs_n; i++) {
		const struct rep_report_differs *d = &r->is.differs[i];
		struct rep_behind behind;

		rep_json_obj(j, NULL);
		rep_json_str_or_null(
		    j, "receiver", rep_reported_spelling(&r->reported, d->receiver));
		json_what(j, r, d->dkim, d->domain, d->selector, d->result, d->since_s);
		rep_dmarc_behind_differs(r, d, &behind);
		rep_dmarc_behind_json(j, &behind);
		rep_json_int(j, "messages", (int64_t)d->here);
		rep_json_int(j, "failed", (int64_t)d->here_failed);
		rep_json_int(j, "messages_elsewhere", (int64_t)d->there);
		rep_json_int(j, "failed_elsewhere", (int64_t)d->there_failed);
		rep_json_int(j, "receivers_elsewhere", (int64_t)d->receivers);
		rep_json_bool(j, "by_domain", d->by_domain);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
	rep_json_arr(j, "broken");
	for (size_t i = 0; i < r->is.broken_n; i++) {
		const struct rep_report_broken *d = &r->is.broken[i];
		struct rep_behind behind;

		rep_json_obj(j, NULL);
		json_what(j, r, d->dkim, d->domain, d->selector, d->result, d->since_s);
		rep_dmarc_behind_broken(r, d, &behind);
		rep_dmarc_behind_json(j, &behind);
		rep_json_int(j, "messages", (int64_t)d->messages);
		rep_json_int(j, "failed", (int64_t)d->failed);
		rep_json_int(j, "receivers", (int64_t)d->receivers);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
}

static void
json_healed(struct rep_json *j, const struct rep_reports_answer *r)
{
	rep_json_arr(j, "healed");
	for (size_t i = 0; i < r->is.healed_n; i++) {
		const struct rep_report_healed *d = &r->is.healed[i];

		rep_json_obj(j, NULL);
		rep_json_str_or_null(
		    j, "receiver", rep_reported_spelling(&r->reported, d->receiver));
		json_what(j, r, d->dkim, d->domain, d->selector, d->result, d->since_s);
		rep_json_time(j, "until", d->until_s);
		rep_json_int(j, "messages", (int64_t)d->messages);
		rep_json_int(j, "failed", (int64_t)d->failed);
		rep_json_int(j, "receivers", (int64_t)d->receivers);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
}

static void
json_days(struct rep_json *j, const struct rep_report_day *days, size_t n)
{
	rep_json_arr(j, "days");
	for (size_t i = 0; i < n; i++) {
		rep_json_obj(j, NULL);
		rep_json_time(j, "day", days[i].day_s);
		rep_json_int(j, "messages", (int64_t)rep_report_day_messages(&days[i]));
		for (int k = 0; k < REP_DAY_CLASSES; k++)
			rep_json_int(
			    j, rep_day_class_word((enum rep_day_class)k), (int64_t)days[i].n[k]);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
}

enum rep_rc
rep_dmarc_report_json(struct rep_buf *b, const struct rep_reports_answer *r,
    const struct rep_report_strangers *strangers, struct rep_str domain, struct rep_arena *a,
    struct rep_err *err)
{
	const struct rep_report_day *days;
	enum rep_rc rc;
	struct rep_json j;
	size_t n;

	if ((rc = rep_report_days(&r->reported, &r->is, a, &days, &n, err)) != REP_OK)
		return rc;
	rep_json_init(&j, b);
	rep_json_obj(&j, NULL);
	rep_json_str_or_null(&j, "domain", domain);
	rep_json_time_or_null(&j, "from", r->is.from_s);
	rep_json_time_or_null(&j, "until", r->is.until_s);
	rep_json_int(&j, "reports", (int64_t)r->is.reports);
	rep_json_int(&j, "overlaps", (int64_t)r->is.overlaps);
	json_sums(&j, &r->is.sums);
	json_days(&j, days, n);
	json_sources(&j, r);
	json_receivers(&j, r);
	json_healed(&j, r);
	rep_dmarc_strangers_json(&j, r, strangers);
	rep_json_int(&j, "differs_left_out", (int64_t)r->is.differs_left_out);
	rep_json_int(&j, "healed_left_out", (int64_t)r->is.healed_left_out);
	rep_json_int(&j, "records_left_out", (int64_t)r->reported.left_out);
	rep_json_int(&j, "future_reports", (int64_t)r->future);
	rep_json_int(&j, "unproven_reports", (int64_t)r->unsure);
	rep_json_int(&j, "unproven_messages", (int64_t)r->unsure_messages);
	rep_dmarc_failures_json(&j, &r->failures);
	rep_json_end_obj(&j);
	rep_buf_addc(b, '\n');
	return REP_OK;
}
