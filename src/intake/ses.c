/*
 * Amazon SES: its notifications of bounces, complaints, deliveries and delays (doc/sources.md,
 * 5.1).
 *
 * They do not name the host that spoke, only its address. reportingMTA names the pool that
 * delivered. A transient bounce is final too: SES has given up.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "intake/events_inside.h"
#include "mail/addr.h"
#include "mail/smtp_reply.h"

struct ses {
	struct rep_document *d;
	struct rep_arena *a;
	uint64_t line;
	struct rep_report like; /* what all reports of this event share */
};

static const json_t *
header_of(const json_t *mail, const char *name)
{
	const json_t *v = json_object_get(mail, "headers"), *h;
	size_t i;

	json_array_foreach(v, i, h)
	{
		const char *n = json_string_value(json_object_get(h, "name"));

		if (n != NULL && rep_str_eq_nocase(rep_str_c(n), rep_str_c(name)))
			return h;
	}
	return NULL;
}

static void
read_mail(struct ses *s, const json_t *mail)
{
	struct rep_report *p = &s->like;

	p->queue_id = rep_event_str(mail, "messageId", s->a);
	p->message_id = rep_event_str(json_object_get(mail, "commonHeaders"), "messageId", s->a);
	if (p->message_id.n == 0)
		p->message_id = rep_event_str(header_of(mail, "Message-ID"), "value", s->a);
	p->list_id = rep_event_str(header_of(mail, "List-Id"), "value", s->a);
	p->feedback_id = rep_event_str(header_of(mail, "Feedback-ID"), "value", s->a);
	p->sender = rep_event_str(mail, "source", s->a);
	if (rep_addr_first(p->sender).n > 0)
		p->sender = rep_addr_first(p->sender);
	p->arrival_s = rep_event_time(mail, "timestamp");
	p->route = REP_S("amazon-ses");
}

static struct rep_report *
add(struct ses *s, struct rep_str recipient)
{
	struct rep_report *p = rep_document_report(s->d, s->a);

	if (p == NULL)
		return NULL;
	*p = s->like;
	p->count = 1;
	p->line = s->line;
	p->recipient = rep_addr_first(recipient).n > 0 ? rep_addr_first(recipient) : recipient;
	return p;
}

static void
set_host(struct ses *s, const json_t *o)
{
	s->like.reporting_mta = rep_addr_typed(rep_event_str(o, "reportingMTA", s->a));
	(void)rep_ip_parse(rep_event_str(o, "remoteMtaIp", s->a), &s->like.host_ip);
	s->like.at_s = rep_event_time(o, "timestamp");
	if (s->like.at_s == 0)
		s->like.at_s = s->like.arrival_s;
	if (s->like.at_s == 0)
		s->like.at_s = s->d->file_s;
}

/* "smtp; 550 5.1.1 user unknown" */
static struct rep_str
diagnostic(const json_t *o, struct rep_arena *a)
{
	struct rep_str s = rep_event_str(o, "diagnosticCode", a);
	size_t semi = rep_str_chr(rep_str_sub(s, 0, 12), ';', 0);

	return semi != SIZE_MAX ? rep_str_trim(rep_str_sub(s, semi + 1, s.n)) : s;
}

/* What a sub-type means when there is no reply. The words are those of bounces. */
static const struct {
	const char *subtype, *words;
} subtypes[] = {
	{ "NoEmail", "no such user" },
	{ "MailboxFull", "mailbox full" },
	{ "MessageTooLarge", "message too large" },
	{ "ContentRejected", "content rejected" },
	{ "AttachmentRejected", "attachment rejected" },
	{ "SpamDetected", "spam detected" },
	{ "RecipientServerError", "temporary server error" },
	{ "TransientCommunicationFailure", "connection timed out" },
	{ "IPFailure", "ip address blocked" },
};

static void
recipients(struct ses *s, const json_t *event, const char *key, const char *subtype,
    enum rep_status status)
{
	const json_t *v = json_object_get(event, key), *o;
	struct rep_str kind = rep_event_str(event, subtype, s->a);
	bool suppressed = rep_str_eq(kind, REP_S("Suppressed")) ||
	    rep_str_eq(kind, REP_S("OnAccountSuppressionList"));
	size_t i;

	set_host(s, event);
	json_array_foreach(v, i, o)
	{
		struct rep_report *p = add(s, rep_event_str(o, "emailAddress", s->a));

		if (p == NULL)
			return;
		p->kind = REP_REPORT_DELIVERY;
		p->status = status;
		p->suppressed = suppressed;
		p->text = diagnostic(o, s->a);
		(void)rep_smtp_enhanced(rep_event_str(o, "status", s->a), p->enh);
		for (size_t k = 0; k < REP_COUNT(subtypes); k++)
			if (rep_str_eq(kind, rep_str_c(subtypes[k].subtype)))
				p->notice = rep_str_c(subtypes[k].words);
		if (p->text.n == 0)
			p->text = p->notice.n > 0 ? p->notice : kind;
	}
}

static void
delivered(struct ses *s, const json_t *event)
{
	const json_t *v = json_object_get(event, "recipients"), *o,
		     *ms = json_object_get(event, "processingTimeMillis");
	struct rep_str text = rep_event_str(event, "smtpResponse", s->a);
	size_t i;

	set_host(s, event);
	json_array_foreach(v, i, o)
	{
		struct rep_report *p;

		if (!json_is_string(o) ||
		    (p = add(s,
			 rep_arena_dup(s->a,
			     (struct rep_str){ json_string_value(o), json_string_length(o) }))) ==
			NULL)
			continue;
		p->kind = REP_REPORT_DELIVERY;
		p->status = REP_STATUS_SENT;
		p->text = text.n > 0 ? text : REP_S("250");
		if (json_is_integer(ms) && json_integer_value(ms) >= 0)
			p->delay_s = (double)json_integer_value(ms) / 1000;
	}
}

/*
 * Several recipients are all who may have complained; SES does not know which one. Then none is
 * named.
 */
static void
complained(struct ses *s, const json_t *event)
{
	const json_t *v = json_object_get(event, "complainedRecipients");
	struct rep_str who = json_array_size(v) == 1
	    ? rep_event_str(json_array_get(v, 0), "emailAddress", s->a)
	    : (struct rep_str){ "", 0 };
	struct rep_report *p;

	set_host(s, event);
	if ((p = add(s, who)) == NULL)
		return;
	p->kind = REP_REPORT_COMPLAINT;
	p->redacted = who.n == 0;
	p->suppressed = rep_event_str(event, "complaintSubType", s->a).n > 0;
	p->feedback_type = rep_event_str(event, "complaintFeedbackType", s->a);
	if (p->feedback_type.n == 0)
		p->feedback_type = REP_S("abuse");
	p->text = rep_event_str(event, "userAgent", s->a);
	p->arrival_s = rep_event_time(event, "arrivalDate");
	p->verp = p->sender;
	p->from_domain = rep_addr_domain(p->sender);
	p->reporter = rep_addr_domain(p->recipient);
}

bool
rep_ses_read(struct rep_document *d, const json_t *o, uint64_t line, struct rep_arena *a)
{
	struct ses s = { .d = d, .a = a, .line = line };
	const json_t *mail = json_object_get(o, "mail"), *v;
	struct rep_str type = rep_event_str(o, "notificationType", a);

	if (type.n == 0)
		type = rep_event_str(o, "eventType", a);
	if (type.n == 0 || !json_is_object(mail))
		return false;
	s.like.delay_s = -1;
	read_mail(&s, mail);
	if ((v = json_object_get(o, "bounce")) != NULL)
		recipients(&s, v, "bouncedRecipients", "bounceSubType", REP_STATUS_BOUNCED);
	else if ((v = json_object_get(o, "deliveryDelay")) != NULL)
		recipients(&s, v, "delayedRecipients", "delayType", REP_STATUS_DEFERRED);
	else if ((v = json_object_get(o, "delivery")) != NULL)
		delivered(&s, v);
	else if ((v = json_object_get(o, "complaint")) != NULL)
		complained(&s, v);
	return true;
}
