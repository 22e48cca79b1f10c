/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/meaning.h"
#include "mail/addr.h"

/* The rule won by a code alone: it had no words to go by, nor an enhanced code that tells. */
static bool
by_code_alone(const struct rep_reading *r)
{
	return r->rule == NULL ||
	    (r->rule->tokens_n == 0 && r->rule->texts_n == 0 &&
		(r->rule->enhs_n == 0 || r->class == REP_CLASS_UNKNOWN));
}

static bool
is_name(struct rep_str host)
{
	struct rep_ip ip;

	return host.n > 0 && !rep_ip_parse(host, &ip) && rep_str_chr(host, '.', 0) != SIZE_MAX;
}

/* Reads with what the report knows beside the text: codes, the host that spoke. */
static void
read_with(const struct rep_know *know, const struct rep_report *p, struct rep_str host,
    struct rep_smtp_reply reply, struct rep_reading *out)
{
	bool known = is_name(host);
	const struct rep_provider *provider =
	    known ? rep_provider_by_host(rep_know_providers(know), host) : NULL;

	/* A sending service names the address it spoke to, not the host: that of the domain. */
	if (!known && p->route.n > 0) {
		provider =
		    rep_provider_by_domain(rep_know_providers(know), rep_addr_domain(p->recipient));
		known = provider != NULL;
	}

	if (reply.code == 0 && p->code >= 200)
		reply.code = p->code;
	/* "5.0.0" beside a code adds nothing to it */
	if (reply.enh[0] == 0 && p->enh[0] >= 2 &&
	    (p->enh[1] != 0 || p->enh[2] != 0 || reply.code == 0))
		memcpy(reply.enh, p->enh, sizeof reply.enh);
	if (p->stage != REP_STAGE_NONE && reply.stage == REP_STAGE_NONE)
		reply.stage = p->stage;
	reply.host = host;
	/* Words without a reply are the own server's where it is a log or a diagnostic; a whole
	 * notice is anybody's. */
	if (reply.own && rep_str_eq(p->text, p->notice))
		reply.own = false;
	rep_know_read_reply(know, provider, known, &reply, out);
	if (reply.own && by_code_alone(out)) {
		static struct rep_reading own; /* 20 KB; one thread (know/know.h) */

		own = *out;

		reply.own = false;
		rep_know_read_reply(know, provider, known, &reply, out);
		if (out->rule == NULL)
			*out = own;
	}
}

/* The words of the notice where the reply has none: told, but never certain. */
static void
ask_the_words(const struct rep_know *know, const struct rep_report *p, struct rep_meaning *m)
{
	struct rep_smtp_reply words = { .text = p->notice };
	static struct rep_reading second; /* 20 KB; one thread (know/know.h) */

	if (p->notice.n == 0)
		return;
	words.code = m->reading.reply.code >= 400 ? m->reading.reply.code : 0;
	for (int own = 0; own <= 1; own++) {
		words.own = own != 0;
		rep_know_read_reply(know, NULL, false, &words, &second);
		if (second.rule == NULL || by_code_alone(&second) ||
		    second.rule->speaker == REP_SPEAKER_PROVIDER)
			continue;
		m->reading.rule = second.rule;
		m->class = second.class;
		m->scope = second.scope;
		m->by_words = true;
		return;
	}
}

static void
without_rule(const struct rep_report *p, struct rep_meaning *m)
{
	if (m->class != REP_CLASS_UNKNOWN)
		return;
	if (p->suppressed)
		m->class = REP_CLASS_RECIPIENT;
	else if (p->expired || (p->enh[1] == 4 && p->enh[0] >= 4))
		m->class = REP_CLASS_NETWORK;
}

static struct rep_str
stream_of(struct rep_streams *streams, const struct rep_report *p)
{
	struct rep_str sender = p->verp.n > 0 ? p->verp : p->sender;

	if (streams == NULL)
		return (struct rep_str){ "", 0 };
	return rep_stream_of(streams, sender, p->list_id, p->feedback_id);
}

void
rep_meaning_of(const struct rep_know *know, struct rep_streams *streams, const struct rep_report *p,
    struct rep_meaning *m)
{
	struct rep_smtp_reply reply;

	memset(m, 0, sizeof *m);
	m->stream = stream_of(streams, p);
	m->host = p->host;
	m->host_ip = p->host_ip;
	if (p->kind == REP_REPORT_COMPLAINT || p->kind == REP_REPORT_NOTICE)
		return;
	rep_smtp_reply_find(p->text, &reply);
	if (is_name(reply.host))
		m->host = reply.host;
	if (m->host_ip.version == 0)
		m->host_ip = reply.host_ip;
	read_with(know, p, m->host, reply, &m->reading);
	m->class = m->reading.class;
	m->scope = m->reading.scope;
	m->provider = m->reading.provider;
	m->certain = m->reading.certain;
	if (m->class != REP_CLASS_ACCEPTED &&
	    (by_code_alone(&m->reading) || m->class == REP_CLASS_UNKNOWN))
		ask_the_words(know, p, m);
	if (m->by_words)
		m->certain = false;
	without_rule(p, m);
	if (m->provider == NULL && is_name(m->host))
		m->provider_domain = rep_registered_domain(m->host);
	if (m->certain && m->reading.rule != NULL &&
	    m->reading.rule->speaker == REP_SPEAKER_PROVIDER)
		(void)rep_ip_parse(m->reading.capture[REP_CAPTURE_ADDRESS], &m->named);
}

static enum rep_status
status_of(const struct rep_report *p)
{
	if (p->kind == REP_REPORT_DELIVERY)
		return p->status;
	if (p->kind != REP_REPORT_BOUNCE || p->action != REP_ACTION_FAILED)
		return REP_STATUS_NONE;
	return p->expired ? REP_STATUS_EXPIRED : REP_STATUS_BOUNCED;
}

const char *
rep_meaning_suppress(const struct rep_report *p, const struct rep_meaning *m)
{
	const struct rep_smtp_reply *r = &m->reading.reply;
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
	return m->class == REP_CLASS_RECIPIENT && permanent && !m->by_words ? "no-such-recipient"
									    : NULL;
}

struct rep_str
rep_meaning_label(const struct rep_report *p)
{
	size_t dot = rep_str_chr(p->reporting_mta, '.', 0);

	if (p->kind == REP_REPORT_BOUNCE) /* which of ours sent it is not said */
		return REP_S("bounces");
	/* "a8-70.smtp-out.amazonses.com" is one host of a pool: the pool is the subject. */
	if (p->route.n > 0 && dot != SIZE_MAX)
		return rep_str_sub(p->reporting_mta, dot + 1, p->reporting_mta.n);
	return p->reporting_mta.n > 0 ? p->reporting_mta : p->route;
}

bool
rep_meaning_fact(const struct rep_report *p, const struct rep_meaning *m, struct rep_fact *f)
{
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
	f->route = p->route;
	f->provider = m->provider != NULL ? m->provider->id : REP_S("other");
	f->provider_domain = m->provider_domain;
	f->host = m->host;
	f->host_ip = m->host_ip;
	f->class = m->class;
	f->scope = m->scope;
	f->stage = m->reading.reply.stage;
	f->rule = m->reading.rule != NULL ? m->reading.rule->id : (struct rep_str){ "", 0 };
	f->certain = m->certain;
	f->document = true;
	f->evidence = !m->reading.reply.own && !p->suppressed;
	f->code = m->reading.reply.code;
	memcpy(f->enh, m->reading.reply.enh, sizeof f->enh);
	f->text = p->text;
	f->named = m->named;
	if (p->kind == REP_REPORT_BOUNCE) { /* anybody can mail one */
		f->evidence = false;
		f->named.version = 0;
	}
	return true;
}
