/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/report_out.h"
#include "base/time.h"
#include "mail/addr.h"

#include <stdio.h>

static void
ip_or_null(struct rep_json *j, const char *key, const struct rep_ip *ip)
{
	char text[REP_IP_TEXT];

	rep_json_cstr(j, key, ip != NULL && ip->version != 0 ? rep_ip_text(ip, text) : NULL);
}

/* What the server said and what it means. The keys are the same for bounces and deliveries. */
static void
reply_keys(struct rep_json *j, const struct rep_report *p, const struct rep_meaning *m)
{
	const struct rep_smtp_reply *r = &m->heard.reading.reply;
	char enh[32];

	if (r->code != 0)
		rep_json_int(j, "code", r->code);
	else
		rep_json_null(j, "code");
	snprintf(enh, sizeof enh, "%d.%d.%d", r->enh[0], r->enh[1], r->enh[2]);
	if (r->enh[0] == 0)
		snprintf(enh, sizeof enh, "%d.%d.%d", p->enh[0], p->enh[1], p->enh[2]);
	rep_json_cstr(j, "enhanced", r->enh[0] != 0 || p->enh[0] != 0 ? enh : NULL);
	rep_json_cstr(j, "stage", rep_stage_word(m->heard.stage));
	rep_json_cstr(j, "class", rep_class_word(m->heard.class));
	rep_json_cstr(j, "scope", rep_scope_word(m->heard.scope));
	rep_json_str(j, "rule",
	    m->heard.reading.rule != NULL ? m->heard.reading.rule->id
					  : (struct rep_str){ NULL, 0 });
	rep_json_bool(j, "certain", m->heard.certain);
	rep_json_bool(j, "evidence", p->kind == REP_REPORT_DELIVERY && m->heard.evidence);
}

static void
host_keys(struct rep_json *j, const struct rep_report *p, const struct rep_meaning *m,
    const struct rep_sources *sources)
{
	const struct rep_ip *public = m->heard.named.version != 0 ? &m->heard.named
	    : sources != NULL ? rep_sources_public(sources, rep_meaning_label(p))
			      : NULL;

	rep_json_str(
	    j, "provider", m->heard.provider != NULL ? m->heard.provider->id : REP_S("other"));
	rep_json_str_or_null(j, "provider_domain", m->heard.provider_domain);
	rep_json_str_or_null(j, "host", m->heard.host);
	ip_or_null(j, "host_ip", &m->heard.host_ip);
	if (public == NULL && p->kind == REP_REPORT_DELIVERY)
		rep_json_str_or_null(j, "source", rep_meaning_label(p));
	else
		ip_or_null(j, "source", public);
	rep_json_str_or_null(j, "source_label",
	    p->kind == REP_REPORT_DELIVERY ? rep_meaning_label(p) : p->reporting_mta);
	rep_json_str_or_null(j, "route", m->heard.route);
	if (p->kind == REP_REPORT_BOUNCE)
		rep_json_str_or_null(j, "reporting_mta", p->reporting_mta);
}

static void
place_keys(struct rep_json *j, const struct rep_place *at, uint64_t line, bool event)
{
	rep_json_obj(j, "input");
	rep_json_cstr(j, "file", at->file);
	if (line != 0)
		rep_json_int(j, "line", (int64_t)line);
	else
		rep_json_null(j, "line");
	if (!event && at->message != 0)
		rep_json_int(j, "message", (int64_t)at->message);
	else if (!event)
		rep_json_null(j, "message");
	rep_json_end_obj(j);
}

static void
complaint_keys(struct rep_json *j, const struct rep_report *p, const struct rep_meaning *m)
{
	rep_json_str_or_null(j, "feedback_type", p->feedback_type);
	ip_or_null(j, "source_ip", &p->source_ip);
	rep_json_str_or_null(j, "reported_domain", p->reported_domain);
	rep_json_time_or_null(j, "arrival", p->arrival_s);
	rep_json_str_or_null(j, "stream", m->stream);
	rep_json_obj(j, "original");
	rep_json_str_or_null(j, "message_id", p->message_id);
	rep_json_str_or_null(j, "from_domain", p->from_domain);
	rep_json_str_or_null(j, "feedback_id", p->feedback_id);
	rep_json_str_or_null(j, "list_id", p->list_id);
	rep_json_str_or_null(j, "verp", p->verp);
	rep_json_end_obj(j);
	rep_json_bool(j, "redacted", p->redacted);
	rep_json_str_or_null(j, "recipient", p->recipient);
	rep_json_str_or_null(j, "reporter", p->reporter);
	rep_json_int(j, "count", p->count);
}

static void
sending_keys(struct rep_json *j, const struct rep_report *p, const struct rep_meaning *m)
{
	rep_json_str_or_null(j, "recipient", p->recipient);
	rep_json_str_or_null(j, "recipient_domain", rep_addr_domain(p->recipient));
	if (p->kind == REP_REPORT_BOUNCE)
		rep_json_str_or_null(j, "original_recipient", p->original_recipient);
	rep_json_str_or_null(j, "sender", p->sender);
	rep_json_str_or_null(j, "sender_domain", rep_addr_domain(p->sender));
	rep_json_str_or_null(j, "stream", m->stream);
}

/* What is wrong with the header of the message that came back. */
static void
header_key(struct rep_json *j, const struct rep_report *p)
{
	struct rep_buf b;

	rep_buf_init(&b, 1 << 12);
	rep_header_faults_say(&b, p->header_faults);
	rep_json_str_or_null(j, "header_faults", rep_buf_str(&b));
	rep_buf_fini(&b);
}

void
rep_report_json(struct rep_buf *out, const struct rep_report *p, const struct rep_meaning *m,
    const struct rep_sources *sources, const struct rep_place *at)
{
	struct rep_json j;

	rep_json_init(&j, out);
	rep_json_obj(&j, NULL);
	rep_json_cstr(&j, "kind", rep_report_word(p->kind));
	rep_json_time_or_null(&j, "time", p->at_s);
	if (p->kind == REP_REPORT_COMPLAINT) {
		complaint_keys(&j, p, m);
	} else if (p->kind == REP_REPORT_NOTICE) {
		rep_json_str_or_null(&j, "notice", p->subject);
		rep_json_str_or_null(&j, "recipient", p->recipient);
		rep_json_str_or_null(&j, "message_id", p->message_id);
		rep_json_str_or_null(&j, "text", p->text);
	} else {
		if (p->kind == REP_REPORT_BOUNCE)
			rep_json_cstr(&j, "action", rep_action_word(p->action));
		else
			rep_json_cstr(&j, "status", rep_status_word(p->status));
		sending_keys(&j, p, m);
		host_keys(&j, p, m, sources);
		reply_keys(&j, p, m);
		rep_json_str_or_null(&j, "text", p->text);
		rep_json_str_or_null(&j, "message_id", p->message_id);
		rep_json_str_or_null(&j, "queue_id", p->queue_id);
		if (p->delay_s >= 0)
			rep_json_real(&j, "delay_s", p->delay_s, 2);
		else
			rep_json_null(&j, "delay_s");
	}
	if (p->kind == REP_REPORT_BOUNCE)
		header_key(&j, p);
	if (p->kind == REP_REPORT_BOUNCE || p->kind == REP_REPORT_COMPLAINT)
		rep_json_cstr(&j, "suppress", rep_meaning_suppress(p, m));
	place_keys(&j, at, p->line, p->kind == REP_REPORT_DELIVERY);
	rep_json_end_obj(&j);
	rep_buf_addc(out, '\n');
}

void
rep_report_text(struct rep_buf *out, const struct rep_report *p, const struct rep_meaning *m)
{
	const char *what = p->kind == REP_REPORT_BOUNCE ? rep_action_word(p->action)
	    : p->kind == REP_REPORT_DELIVERY		? rep_status_word(p->status)
							: NULL;
	struct rep_str stream = rep_str_or(m->stream, REP_S("unknown"));
	struct rep_str rule =
	    m->heard.reading.rule != NULL ? m->heard.reading.rule->id : REP_S("-");
	struct rep_str text = rep_str_sub(p->text, 0, 200);
	char when[REP_TIME_TEXT];

	rep_buf_printf(out, "%s %s%s%s", p->at_s != 0 ? rep_time_text(p->at_s, when) : "-",
	    rep_report_word(p->kind), what != NULL ? " " : "", what != NULL ? what : "");
	if (p->kind == REP_REPORT_COMPLAINT)
		rep_buf_printf(out, " %.*s stream %.*s from %.*s\n", REP_PR(p->feedback_type),
		    REP_PR(stream), REP_PR(p->reporter));
	else if (p->kind == REP_REPORT_NOTICE)
		rep_buf_printf(out, " %.*s <%.*s>\n", REP_PR(p->subject), REP_PR(p->recipient));
	else
		rep_buf_printf(out, " %s %.*s <%.*s> %.*s\n", rep_class_word(m->heard.class),
		    REP_PR(rule), REP_PR(p->recipient), REP_PR(text));
}
