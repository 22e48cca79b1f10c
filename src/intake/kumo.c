/*
 * KumoMTA: the records of its delivery log.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "intake/events_inside.h"
#include "mail/addr.h"
#include "mail/header.h"
#include "mail/smtp_reply.h"

static const struct {
	const char *type;
	enum rep_report_kind kind;
	enum rep_status status;
} types[] = {
	{ "Delivery", REP_REPORT_DELIVERY, REP_STATUS_SENT },
	{ "Bounce", REP_REPORT_DELIVERY, REP_STATUS_BOUNCED },
	{ "TransientFailure", REP_REPORT_DELIVERY, REP_STATUS_DEFERRED },
	{ "Expiration", REP_REPORT_DELIVERY, REP_STATUS_EXPIRED },
	{ "OOB", REP_REPORT_BOUNCE, REP_STATUS_NONE },
	{ "Feedback", REP_REPORT_COMPLAINT, REP_STATUS_NONE },
	/* not an attempt at a provider: */
	{ "Reception", REP_REPORT_NONE, REP_STATUS_NONE },
	{ "AdminBounce", REP_REPORT_NONE, REP_STATUS_NONE },
	{ "Rejection", REP_REPORT_NONE, REP_STATUS_NONE },
	{ "Delayed", REP_REPORT_NONE, REP_STATUS_NONE },
	{ "AdminRebind", REP_REPORT_NONE, REP_STATUS_NONE },
	{ "DeferredInjectionRebind", REP_REPORT_NONE, REP_STATUS_NONE },
	{ "XferIn", REP_REPORT_NONE, REP_STATUS_NONE },
	{ "XferOut", REP_REPORT_NONE, REP_STATUS_NONE },
};

/*
 * A string, or the first of an array of strings (since 2025 several recipients can share a record).
 */
static struct rep_str
first_of(const json_t *o, const char *key, struct rep_arena *a)
{
	const json_t *v = json_object_get(o, key);
	struct rep_str s;

	if (!json_is_array(v))
		return rep_event_str(o, key, a);
	v = json_array_get(v, 0);
	if (!json_is_string(v))
		return (struct rep_str){ "", 0 };
	s = rep_arena_dup(a, (struct rep_str){ json_string_value(v), json_string_length(v) });
	return s.p != NULL ? s : (struct rep_str){ "", 0 };
}

static int
small(const json_t *o, const char *key, int max)
{
	const json_t *v = json_object_get(o, key);

	return json_is_integer(v) && json_integer_value(v) >= 0 && json_integer_value(v) <= max
	    ? (int)json_integer_value(v)
	    : 0;
}

static void
response(const json_t *o, struct rep_report *p, struct rep_arena *a)
{
	const json_t *r = json_object_get(o, "response"), *e = json_object_get(r, "enhanced_code");

	p->text = rep_event_str(r, "content", a);
	p->code = small(r, "code", 599);
	if (p->code < 200)
		p->code = 0;
	if (json_is_object(e)) {
		int v[3] = { small(e, "class", 5), small(e, "subject", 999),
			small(e, "detail", 9999) };

		if (v[0] == 2 || v[0] == 4 || v[0] == 5)
			memcpy(p->enh, v, sizeof v);
	}
	if (p->code != 0)
		p->text = p->enh[0] != 0 ? rep_arena_printf(a, "%d %d.%d.%d %.*s", p->code,
					       p->enh[0], p->enh[1], p->enh[2], REP_PR(p->text))
					 : rep_arena_printf(a, "%d %.*s", p->code, REP_PR(p->text));
	p->stage = rep_smtp_stage(rep_event_str(r, "command", a));
	if (p->text.p == NULL)
		p->text = (struct rep_str){ "", 0 };
}

/* "192.0.2.1:25", "[2001:db8::1]:25" or the address alone */
static void
address(struct rep_str s, struct rep_ip *ip)
{
	size_t colon = rep_str_rchr(s, ':');

	if (rep_ip_parse(s, ip) || colon == SIZE_MAX)
		return;
	(void)rep_ip_parse(rep_str_sub(s, 0, colon), ip);
}

static void
feedback(const json_t *o, struct rep_report *p, struct rep_arena *a)
{
	const json_t *f = json_object_get(o, "feedback_report");
	struct rep_headers h;
	struct rep_str original;

	p->feedback_type = rep_event_str(f, "feedback_type", a);
	if (p->feedback_type.n == 0)
		p->feedback_type = REP_S("abuse");
	p->verp = rep_addr_typed(rep_event_str(f, "original_mail_from", a));
	p->sender = p->verp;
	p->recipient = rep_addr_typed(first_of(f, "original_rcpt_to", a));
	p->redacted = rep_addr_first(p->recipient).n == 0;
	(void)rep_ip_parse(rep_event_str(f, "source_ip", a), &p->source_ip);
	p->reported_domain = first_of(f, "reported_domain", a);
	p->arrival_s = rep_event_time(f, "arrival_date");
	p->reporting_mta = rep_event_str(json_object_get(f, "reporting_mta"), "name", a);
	p->text = rep_event_str(f, "user_agent", a);
	p->reporter = rep_addr_domain(rep_addr_typed(rep_event_str(o, "sender", a)));
	original = rep_event_str(f, "original_message", a);
	h = rep_headers_parse(original, a, NULL);
	p->message_id = rep_header(&h, "Message-ID");
	p->list_id = rep_header(&h, "List-Id");
	p->feedback_id = rep_header(&h, "Feedback-ID");
	p->from_domain = rep_addr_domain(rep_addr_first(rep_header(&h, "From")));
}

static void
attempt(const json_t *o, struct rep_report *p, struct rep_arena *a)
{
	const json_t *peer = json_object_get(o, "peer_address"),
		     *headers = json_object_get(o, "headers");

	response(o, p, a);
	p->host = rep_event_str(peer, "name", a);
	if (p->host.n > 0 && p->host.p[p->host.n - 1] == '.')
		p->host.n--;
	address(rep_event_str(peer, "addr", a), &p->host_ip);
	address(rep_event_str(json_object_get(o, "source_address"), "address", a), &p->source_ip);
	p->reporting_mta = rep_event_str(o, "egress_source", a);
	if (p->reporting_mta.n == 0)
		p->reporting_mta = rep_event_str(o, "egress_pool", a);
	p->message_id = first_of(headers, "Message-Id", a);
	if (p->message_id.n == 0)
		p->message_id = first_of(headers, "Message-ID", a);
	p->list_id = first_of(headers, "List-Id", a);
	p->feedback_id = first_of(headers, "Feedback-ID", a);
	if (rep_event_time(o, "created") > 0 && p->at_s >= rep_event_time(o, "created"))
		p->delay_s = (double)(p->at_s - rep_event_time(o, "created"));
}

bool
rep_kumo_read(struct rep_document *d, const json_t *o, uint64_t line, struct rep_arena *a)
{
	struct rep_str type = rep_event_str(o, "type", a);
	struct rep_report *p;

	if (!json_is_string(json_object_get(o, "id")) || json_object_get(o, "timestamp") == NULL)
		return false;
	for (size_t i = 0; i < REP_COUNT(types); i++) {
		if (!rep_str_eq(type, rep_str_c(types[i].type)))
			continue;
		if (types[i].kind == REP_REPORT_NONE || (p = rep_document_report(d, a)) == NULL)
			return true;
		p->kind = types[i].kind;
		p->status = types[i].status;
		p->line = line;
		p->at_s = rep_event_time(o, "timestamp");
		p->queue_id = rep_event_str(o, "id", a);
		p->sender = rep_event_str(o, "sender", a);
		p->recipient = first_of(o, "recipient", a);
		if (p->kind == REP_REPORT_COMPLAINT) {
			feedback(o, p, a);
			return true;
		}
		attempt(o, p, a);
		if (p->kind == REP_REPORT_BOUNCE)
			p->action = p->enh[0] == 2 ? REP_ACTION_DELIVERED
			    : p->enh[0] == 4	   ? REP_ACTION_DELAYED
						   : REP_ACTION_FAILED;
		return true;
	}
	return false;
}
