/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/meaning.h"
#include "mail/addr.h"

static struct rep_str
stream_of(struct rep_streams *streams, const struct rep_report *p)
{
	struct rep_str sender = p->verp.n > 0 ? p->verp : p->sender;

	if (streams == NULL)
		return (struct rep_str){ "", 0 };
	return rep_stream_of(streams, sender, p->list_id, p->feedback_id);
}

static enum rep_status
status_of(const struct rep_report *p)
{
	if (p->kind == REP_REPORT_DELIVERY)
		return p->status;
	if (p->kind == REP_REPORT_BOUNCE && p->action == REP_ACTION_DELAYED)
		return REP_STATUS_DELAYED;
	if (p->kind != REP_REPORT_BOUNCE || p->action != REP_ACTION_FAILED)
		return REP_STATUS_NONE;
	return p->expired ? REP_STATUS_EXPIRED : REP_STATUS_BOUNCED;
}

/*
 * Words without a reply: in a log or a diagnostic they are the mail server's own, in a whole notice
 * they can be anybody's.
 */
static void
heard_in(const struct rep_report *p, struct rep_heard_in *in)
{
	*in = (struct rep_heard_in){ .text = p->text,
		.notice = p->notice,
		.host = p->host,
		.host_ip = p->host_ip,
		.recipient_domain = rep_addr_domain(p->recipient),
		.route = p->route,
		.words_of =
		    rep_str_eq(p->text, p->notice) ? REP_WORDS_OF_SOMEBODY : REP_WORDS_OF_EITHER,
		.status = status_of(p),
		.stage = p->stage,
		.code = p->code,
		.enh = { p->enh[0], p->enh[1], p->enh[2] },
		.service = p->route.n > 0,
		.asked = p->kind == REP_REPORT_DELIVERY && p->status != REP_STATUS_EXPIRED,
		.suppressed = p->suppressed,
		.expired = p->expired };
}

void
rep_meaning_of(const struct rep_know *know, struct rep_hosts *hosts, struct rep_streams *streams,
    const struct rep_report *p, struct rep_meaning *m)
{
	struct rep_heard_in in;

	m->stream = stream_of(streams, p);
	if (p->kind == REP_REPORT_COMPLAINT || p->kind == REP_REPORT_NOTICE) {
		memset(&m->heard, 0, sizeof m->heard);
		m->heard.host = p->host;
		m->heard.host_ip = p->host_ip;
		return;
	}
	heard_in(p, &in);
	rep_heard_read(know, hosts, &in, &m->heard);
}

const char *
rep_meaning_suppress(const struct rep_report *p, const struct rep_meaning *m)
{
	const struct rep_heard *h = &m->heard;
	const struct rep_smtp_reply *r = &h->reading.reply;
	bool permanent = r->code >= 500 || r->enh[0] == 5 || (r->code == 0 && p->enh[0] == 5);

	if (p->recipient.n == 0)
		return NULL;
	if (p->kind == REP_REPORT_COMPLAINT)
		return rep_str_eq_nocase(p->feedback_type, REP_S("opt-out")) ? "opted-out"
		    : rep_str_eq_nocase(p->feedback_type, REP_S("auth-failure")) ||
			rep_str_eq_nocase(p->feedback_type, REP_S("not-spam"))
		    ? NULL
		    : "complained";
	if (p->suppressed)
		return "suppressed";
	if (p->kind != REP_REPORT_BOUNCE || p->action != REP_ACTION_FAILED || p->expired)
		return NULL;
	return h->class == REP_CLASS_RECIPIENT && permanent && !h->by_words ? "no-such-recipient"
									    : NULL;
}

struct rep_str
rep_meaning_label(const struct rep_report *p)
{
	size_t dot = rep_str_chr(p->reporting_mta, '.', 0);

	if (p->kind == REP_REPORT_BOUNCE) /* it does not say which of our servers sent it */
		return REP_S(REP_LABEL_BOUNCES);
	/* "a8-70.smtp-out.amazonses.com" is one host of a pool. The pool counts. */
	if (p->route.n > 0 && dot != SIZE_MAX)
		return rep_str_sub(p->reporting_mta, dot + 1, p->reporting_mta.n);
	return p->reporting_mta.n > 0 ? p->reporting_mta : p->route;
}

bool
rep_meaning_fact(const struct rep_report *p, const struct rep_meaning *m, struct rep_fact *f)
{
	const struct rep_heard *h = &m->heard;
	enum rep_status status = status_of(p);

	if (status == REP_STATUS_NONE || rep_str_chr(p->recipient, '@', 0) == SIZE_MAX)
		return false;
	*f = (struct rep_fact){ .at_s = p->at_s, .delay_s = p->delay_s, .status = status };
	f->log_host = p->reporting_mta;
	f->label = rep_meaning_label(p);
	f->queue_id = p->queue_id;
	f->message_id = p->message_id;
	f->recipient = p->recipient;
	f->recipient_domain = rep_addr_domain(p->recipient);
	f->orig_to = p->original_recipient;
	f->sender_domain = rep_addr_domain(p->sender);
	f->stream = m->stream;
	rep_heard_tell(h, f);
	f->document = true;
	f->header_faults = p->header_faults;
	if (p->kind == REP_REPORT_BOUNCE) /* anybody can mail one */
		f->evidence = false;
	return true;
}
