/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/report_out.h"
#include "base/time.h"
#include "mail/addr.h"

#include <stdio.h>

static struct rep_str
or_null(struct rep_str s)
{
	return s.n == 0 ? (struct rep_str){ NULL, 0 } : s;
}

static void
time_or_null(struct rep_json *j, const char *key, int64_t at_s)
{
	if (at_s != 0)
		rep_json_time(j, key, at_s);
	else
		rep_json_null(j, key);
}

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
	rep_json_str(j, "provider_domain", or_null(m->heard.provider_domain));
	rep_json_str(j, "host", or_null(m->heard.host));
	ip_or_null(j, "host_ip", &m->heard.host_ip);
	if (public == NULL && p->kind == REP_REPORT_DELIVERY)
		rep_json_str(j, "source", or_null(rep_meaning_label(p)));
	else
		ip_or_null(j, "source", public);
	rep_json_str(j, "source_label",
	    or_null(p->kind == REP_REPORT_DELIVERY ? rep_meaning_label(p) : p->reporting_mta));
	rep_json_str(j, "route", or_null(m->heard.route));
	if (p->kind == REP_REPORT_BOUNCE)
		rep_json_str(j, "reporting_mta", or_null(p->reporting_mta));
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
	rep_json_str(j, "feedback_type", or_null(p->feedback_type));
	ip_or_null(j, "source_ip", &p->source_ip);
	rep_json_str(j, "reported_domain", or_null(p->reported_domain));
	time_or_null(j, "arrival", p->arrival_s);
	rep_json_str(j, "stream", or_null(m->stream));
	rep_json_obj(j, "original");
	rep_json_str(j, "message_id", or_null(p->message_id));
	rep_json_str(j, "from_domain", or_null(p->from_domain));
	rep_json_str(j, "feedback_id", or_null(p->feedback_id));
	rep_json_str(j, "list_id", or_null(p->list_id));
	rep_json_str(j, "verp", or_null(p->verp));
	rep_json_end_obj(j);
	rep_json_bool(j, "redacted", p->redacted);
	rep_json_str(j, "recipient", or_null(p->recipient));
	rep_json_str(j, "reporter", or_null(p->reporter));
	rep_json_int(j, "count", p->count);
}

static void
sending_keys(struct rep_json *j, const struct rep_report *p, const struct rep_meaning *m)
{
	rep_json_str(j, "recipient", or_null(p->recipient));
	rep_json_str(j, "recipient_domain", or_null(rep_addr_domain(p->recipient)));
	if (p->kind == REP_REPORT_BOUNCE)
		rep_json_str(j, "original_recipient", or_null(p->original_recipient));
	rep_json_str(j, "sender", or_null(p->sender));
	rep_json_str(j, "sender_domain", or_null(rep_addr_domain(p->sender)));
	rep_json_str(j, "stream", or_null(m->stream));
}

void
rep_report_json(struct rep_buf *out, const struct rep_report *p, const struct rep_meaning *m,
    const struct rep_sources *sources, const struct rep_place *at)
{
	struct rep_json j;

	rep_json_init(&j, out);
	rep_json_obj(&j, NULL);
	rep_json_cstr(&j, "kind", rep_report_word(p->kind));
	time_or_null(&j, "time", p->at_s);
	if (p->kind == REP_REPORT_COMPLAINT) {
		complaint_keys(&j, p, m);
	} else if (p->kind == REP_REPORT_NOTICE) {
		rep_json_str(&j, "notice", or_null(p->subject));
		rep_json_str(&j, "recipient", or_null(p->recipient));
		rep_json_str(&j, "message_id", or_null(p->message_id));
		rep_json_str(&j, "text", or_null(p->text));
	} else {
		if (p->kind == REP_REPORT_BOUNCE)
			rep_json_cstr(&j, "action", rep_action_word(p->action));
		else
			rep_json_cstr(&j, "status", rep_status_word(p->status));
		sending_keys(&j, p, m);
		host_keys(&j, p, m, sources);
		reply_keys(&j, p, m);
		rep_json_str(&j, "text", or_null(p->text));
		rep_json_str(&j, "message_id", or_null(p->message_id));
		rep_json_str(&j, "queue_id", or_null(p->queue_id));
		if (p->delay_s >= 0)
			rep_json_real(&j, "delay_s", p->delay_s, 2);
		else
			rep_json_null(&j, "delay_s");
	}
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
	char when[REP_TIME_TEXT];

	rep_buf_printf(out, "%s %s%s%s", p->at_s != 0 ? rep_time_text(p->at_s, when) : "-",
	    rep_report_word(p->kind), what != NULL ? " " : "", what != NULL ? what : "");
	if (p->kind == REP_REPORT_COMPLAINT)
		rep_buf_printf(out, " %.*s stream %.*s from %.*s\n", REP_PR(p->feedback_type),
		    REP_PR(m->stream.n > 0 ? m->stream : REP_S("unknown")), REP_PR(p->reporter));
	else if (p->kind == REP_REPORT_NOTICE)
		rep_buf_printf(out, " %.*s <%.*s>\n", REP_PR(p->subject), REP_PR(p->recipient));
	else
		rep_buf_printf(out, " %s %.*s <%.*s> %.*s\n", rep_class_word(m->heard.class),
		    REP_PR(m->heard.reading.rule != NULL ? m->heard.reading.rule->id : REP_S("-")),
		    REP_PR(p->recipient), REP_PR(rep_str_sub(p->text, 0, 200)));
}
