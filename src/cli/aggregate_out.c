/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/aggregate_out.h"
#include "base/time.h"
#include "cli/notes_out.h"
#include "cli/out.h"

/* --- JSON -------------------------------------------------------------------------------------------- */

/* A word as its list has it, and as it was written when that was different. */
static void
word(struct rep_json *j, const char *key, const char *raw_key, enum rep_said_list list,
    const struct rep_said *s)
{
	rep_json_str_or_null(j, key, rep_said_text(list, s));
	rep_json_str_or_null(j, raw_key, s->raw);
}

static void
json_auth(struct rep_json *j, const struct rep_aggregate_record *r, bool dkim)
{
	rep_json_arr(j, dkim ? "dkim" : "spf");
	for (size_t i = 0; i < r->auth_n; i++) {
		const struct rep_auth_said *a = &r->auth[i];

		if (a->dkim != dkim)
			continue;
		rep_json_obj(j, NULL);
		rep_json_str_or_null(j, "domain", a->domain);
		if (dkim)
			rep_json_str_or_null(j, "selector", a->selector);
		else
			word(j, "scope", "scope_raw", REP_SAID_SCOPE, &a->scope);
		word(j, "result", "result_raw", dkim ? REP_SAID_DKIM : REP_SAID_SPF, &a->result);
		rep_json_str_or_null(j, "human_result", a->human);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
}

static void
json_record(struct rep_json *j, const struct rep_aggregate_record *r)
{
	char ip[REP_IP_TEXT];

	rep_json_obj(j, NULL);
	rep_json_cstr(
	    j, "source_ip", r->source_ip.version != 0 ? rep_ip_text(&r->source_ip, ip) : NULL);
	rep_json_int(j, "count", (int64_t)r->count);
	word(j, "disposition", "disposition_raw", REP_SAID_DISPOSITION, &r->disposition);
	word(j, "dkim", "dkim_raw", REP_SAID_EVALUATED, &r->dkim);
	word(j, "spf", "spf_raw", REP_SAID_EVALUATED, &r->spf);
	rep_json_arr(j, "reasons");
	for (size_t i = 0; i < r->reasons_n; i++) {
		rep_json_obj(j, NULL);
		word(j, "type", "type_raw", REP_SAID_REASON, &r->reasons[i].type);
		rep_json_str_or_null(j, "comment", r->reasons[i].comment);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
	rep_json_str_or_null(j, "header_from", r->header_from);
	rep_json_str_or_null(j, "envelope_from", r->envelope_from);
	rep_json_str_or_null(j, "envelope_to", r->envelope_to);
	rep_json_obj(j, "auth");
	json_auth(j, r, true);
	json_auth(j, r, false);
	rep_json_end_obj(j);
	rep_json_end_obj(j);
}

static void
json_policy(struct rep_json *j, const struct rep_aggregate *h)
{
	rep_json_obj(j, "policy");
	word(j, "p", "p_raw", REP_SAID_POLICY, &h->p);
	word(j, "sp", "sp_raw", REP_SAID_POLICY, &h->sp);
	word(j, "np", "np_raw", REP_SAID_POLICY, &h->np);
	word(j, "adkim", "adkim_raw", REP_SAID_ALIGNMENT, &h->adkim);
	word(j, "aspf", "aspf_raw", REP_SAID_ALIGNMENT, &h->aspf);
	if (h->pct >= 0)
		rep_json_int(j, "pct", h->pct);
	else
		rep_json_null(j, "pct");
	rep_json_str_or_null(j, "fo", h->fo);
	word(j, "testing", "testing_raw", REP_SAID_YES_NO, &h->testing);
	word(j, "discovery_method", "discovery_method_raw", REP_SAID_DISCOVERY, &h->discovery);
	rep_json_end_obj(j);
}

static void
json_head(struct rep_json *j, const struct rep_unpacked *item, const struct rep_place *at)
{
	const struct rep_aggregate *h = &item->head;

	rep_json_str_or_null(j, "org", h->org);
	rep_json_str_or_null(j, "email", h->email);
	rep_json_str_or_null(j, "contact", h->contact);
	rep_json_str_or_null(j, "report_id", h->report_id);
	rep_json_time_or_null(j, "begin", h->begin_s);
	rep_json_time_or_null(j, "end", h->end_s);
	rep_json_str_or_null(j, "domain", h->domain);
	json_policy(j, h);
	rep_json_cstr(j, "schema", rep_schema_word(h->schema));
	rep_json_str_or_null(j, "generator", h->generator);
	rep_json_str_or_null(j, "error", h->error);
	rep_notes_json(j, item->notes, item->notes_n, item->notes_left);
	rep_place_json(j, at);
}

void
rep_aggregate_json(struct rep_aggregate_out *o, struct rep_buf *out,
    const struct rep_unpacked *item, const struct rep_place *at)
{
	if (!o->open) {
		rep_json_init(&o->j, out);
		rep_json_obj(&o->j, NULL);
		rep_json_cstr(&o->j, "kind", "dmarc-aggregate");
		rep_json_arr(&o->j, "records");
		o->open = true;
	}
	if (item->item == REP_AGGREGATE_RECORD) {
		json_record(&o->j, &item->record);
		return;
	}
	rep_json_end_arr(&o->j);
	json_head(&o->j, item, at);
	rep_json_end_obj(&o->j);
	rep_buf_addc(out, '\n');
	o->open = false;
}

void
rep_aggregate_json_broken(
    struct rep_aggregate_out *o, struct rep_buf *out, const struct rep_place *at)
{
	static const struct rep_unpacked end = { .item = REP_AGGREGATE_END,
		.head = { .pct = -1 },
		.notes = { { .fault = REP_FAULT_TRUNCATED, .times = 1 } },
		.notes_n = 1 };

	rep_aggregate_json(o, out, &end, at);
}

/* --- text -------------------------------------------------------------------------------------------- */

void
rep_aggregate_text(struct rep_buf *out, const struct rep_unpacked *item, const struct rep_place *at)
{
	const struct rep_aggregate *h = &item->head;
	struct rep_str org = rep_str_or(h->org, REP_S("somebody without a name")),
		       domain = rep_str_or(h->domain, REP_S("an unnamed domain"));
	char from[REP_TIME_TEXT], to[REP_TIME_TEXT], a[32], b[32];

	if (item->item == REP_AGGREGATE_RECORD)
		return;
	rep_buf_printf(out,
	    "aggregate report of %.*s for %.*s, %s to %s: %s record%s, %s message%s\n", REP_PR(org),
	    REP_PR(domain), h->begin_s != 0 ? rep_time_text(h->begin_s, from) : "?",
	    h->end_s != 0 ? rep_time_text(h->end_s, to) : "?", rep_out_number(h->records, a),
	    rep_plural(h->records), rep_out_number(h->count, b), rep_plural(h->count));
	rep_notes_text(out, at, item->notes, item->notes_n, item->notes_left);
}
