/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/mail_log.h"
#include "fact/handed.h"
#include "fact/identity.h"
#include "intake/heard.h"
#include "intake/queue.h"

#include <stdlib.h>

/*
 * A label is a log host and an instance of a mail server. A large provider has a thousand. More
 * than the maximum means that somebody invents them: then a label is made for its line and not
 * remembered. It is never counted for another label.
 */
enum { LABELS_MAX = 4096, LABEL_PART_MAX = 255 };
enum { LABEL_PLACES = 2 * LABELS_MAX, LABEL_TEXT = 2 * (LABEL_PART_MAX + 1) };
enum { LABELS_BYTES = LABELS_MAX * 2 * (LABEL_PART_MAX + 1) + (1 << 20) };

struct label {
	uint64_t hash; /* of log_host and syslog_name */
	struct rep_str log_host, syslog_name, text;
};

struct rep_mail_log {
	struct rep_mail_log_params o;
	struct rep_log_reader *reader; /* owned; of rep_mail_log_line */
	struct rep_queue *queue;
	const char *file;
	struct rep_hosts *hosts; /* owned */
	struct label *labels;	 /* owned, LABELS_MAX + 1: the last is of this line only */
	uint32_t labels_n;
	uint16_t label_at[LABEL_PLACES]; /* label + 1, by hash; 0: free */
	char line_label[LABEL_TEXT];
	struct rep_arena *label_mem;
	struct rep_heard heard; /* for the line: 20 KB */
	char domain[256], sender_domain[256];
	bool known; /* the fact that was just given was already known */
};

struct rep_mail_log *
rep_mail_log_new(const struct rep_mail_log_params *o)
{
	struct rep_mail_log *m = calloc(1, sizeof *m);

	if (m == NULL)
		return NULL;
	m->o = *o;
	m->file = "-";
	m->queue = rep_queue_new();
	m->hosts = rep_hosts_new(o->know);
	m->labels = calloc(LABELS_MAX + 1, sizeof *m->labels);
	m->label_mem = rep_arena_new(LABELS_BYTES);
	m->reader = rep_log_reader_new(o->now_s);
	if (m->queue == NULL || m->hosts == NULL || m->labels == NULL || m->label_mem == NULL ||
	    m->reader == NULL) {
		rep_mail_log_free(m);
		return NULL;
	}
	return m;
}

void
rep_mail_log_free(struct rep_mail_log *m)
{
	if (m == NULL)
		return;
	rep_queue_free(m->queue);
	rep_hosts_free(m->hosts);
	free(m->labels);
	rep_arena_free(m->label_mem);
	rep_log_reader_free(m->reader);
	free(m);
}

void
rep_mail_log_file(struct rep_mail_log *m, const char *name, int64_t file_s)
{
	m->file = name;
	rep_log_reader_file(m->reader, file_s);
}

void
rep_mail_log_known(struct rep_mail_log *m)
{
	m->known = true;
}

struct rep_queue_limits
rep_mail_log_limits(const struct rep_mail_log *m)
{
	return rep_queue_limits(m->queue);
}

void
rep_mail_log_save(const struct rep_mail_log *m, struct rep_buf *out)
{
	rep_queue_save(m->queue, out);
}

enum rep_rc
rep_mail_log_load(struct rep_mail_log *m, struct rep_str bytes, struct rep_err *err)
{
	struct rep_queue *q = rep_queue_new();
	enum rep_rc rc;

	if (q == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	if ((rc = rep_queue_load(q, bytes, err)) != REP_OK) {
		rep_queue_free(q);
		return rc;
	}
	rep_queue_take_limits(q, m->queue);
	rep_queue_free(m->queue);
	m->queue = q;
	return REP_OK;
}

/* --- names looked up once ------------------------------------------------------------------- */

/*
 * log_host/name, or the name alone, in `text`, which has room for it. Copied, not printed: a broken
 * log has zero bytes in its names.
 */
static void
label_text(char *text, struct rep_str log_host, struct rep_str name, struct label *l)
{
	size_t before = log_host.n > 0 ? log_host.n + 1 : 0;

	if (before > 0) {
		memcpy(text, log_host.p, log_host.n);
		text[log_host.n] = '/';
	}
	if (name.n > 0)
		memcpy(text + before, name.p, name.n);
	text[before + name.n] = '\0';
	l->text = (struct rep_str){ text, before + name.n };
	l->log_host = rep_str_sub(l->text, 0, log_host.n);
	l->syslog_name = rep_str_sub(l->text, before, l->text.n);
}

/* The index of a label. LABELS_MAX when it cannot be remembered: then it is there for this line. */
static uint32_t
label_of(struct rep_mail_log *m, struct rep_str log_host, struct rep_str syslog_name)
{
	char *text = NULL;
	uint64_t hash;
	uint32_t at, i;

	log_host = rep_str_sub(log_host, 0, LABEL_PART_MAX);
	syslog_name = rep_str_sub(syslog_name, 0, LABEL_PART_MAX);
	hash = rep_hash(log_host) ^ rep_hash_mix(rep_hash(syslog_name));
	for (at = (uint32_t)(rep_hash_mix(hash) % LABEL_PLACES); (i = m->label_at[at]) != 0;
	     at = (at + 1) % LABEL_PLACES) {
		const struct label *l = &m->labels[i - 1];

		if (l->hash == hash && rep_str_eq(l->syslog_name, syslog_name) &&
		    rep_str_eq(l->log_host, log_host))
			return i - 1;
	}
	if (m->labels_n < LABELS_MAX)
		text = rep_arena_alloc(m->label_mem, log_host.n + syslog_name.n + 2);
	if (text == NULL) {
		label_text(m->line_label, log_host, syslog_name, &m->labels[LABELS_MAX]);
		return LABELS_MAX;
	}
	label_text(text, log_host, syslog_name, &m->labels[m->labels_n]);
	m->labels[m->labels_n].hash = hash;
	m->label_at[at] = (uint16_t)(m->labels_n + 1);
	return m->labels_n++;
}

static struct rep_str
lower_domain(struct rep_str address, char buf[256])
{
	size_t at = rep_str_rchr(address, '@'), n;
	struct rep_str d;

	if (at == SIZE_MAX)
		return (struct rep_str){ "", 0 };
	d = rep_str_sub(address, at + 1, 255);
	for (n = 0; n < d.n; n++)
		buf[n] = rep_lower(d.p[n]);
	return (struct rep_str){ buf, n };
}

/* --- one delivery ---------------------------------------------------------------------------- */

struct log_line {
	struct rep_mail_log *m;
	int64_t at_s;
	uint64_t number;
	struct rep_str log_host, name;
	rep_fact_fn fn;
	void *ctx;
	struct rep_err *err;
	int near;
};

/* Finds the route that the operator declared. False when nobody outside was asked. */
static bool
relay_of(struct rep_mail_log *m, const struct rep_mta_line *pf, struct rep_heard_in *in)
{
	in->host = pf->host;
	(void)rep_ip_parse(pf->address, &in->host_ip);
	if (in->host.n > 0 && m->o.relay.route_of != NULL)
		in->route = m->o.relay.route_of(m->o.relay.ctx, in->host, &in->host_ip, pf->port);
	if (in->route.n > 0)
		return true;
	/* "private/filter" is a local socket. Else somebody blacked the address out: "x.x.x.x". */
	if (in->host_ip.version == 0)
		return rep_str_chr(pf->address, '/', 0) == SIZE_MAX;
	return !rep_ip_inside(&in->host_ip);
}

/* Reads what was said, and who said it. False when it was nobody outside. */
static bool
read_reply(struct rep_mail_log *m, const struct rep_mta_line *pf, struct rep_str recipient_domain,
    struct rep_fact *f)
{
	struct rep_heard_in in = { .text = pf->text,
		.recipient_domain = recipient_domain,
		.status = pf->status,
		.words_of = pf->codeless ? REP_WORDS_OF_EITHER : REP_WORDS_OF_OWN,
		.asked = pf->asked };
	struct rep_heard *h = &m->heard;

	if (pf->codeless)
		(void)rep_smtp_enhanced(pf->dsn, in.enh);
	if (!relay_of(m, pf, &in))
		return false;
	rep_heard_read(m->o.know, m->hosts, &in, h);
	if (h->route.n == 0 && h->host_ip.version != 0 && rep_ip_inside(&h->host_ip))
		return false;
	rep_heard_tell(h, f);
	f->named = h->named; /* an own server's log is believed in that */
	return true;
}

/* When the message came in. 0: the line does not say how long it has waited. */
static int64_t
arrived(int64_t at_s, double delay_s)
{
	return delay_s >= 0 ? at_s - (int64_t)delay_s : 0;
}

/* Remembers a recipient whose message may expire, or removes one whose fate is now known. */
static void
keep_pending(struct rep_mail_log *m, const struct rep_mta_line *pf, const struct rep_fact *f,
    struct rep_queued *q)
{
	struct rep_pending p = { .class = f->class,
		.scope = f->scope,
		.stage = f->stage,
		.certain = f->certain,
		.domain = f->recipient_domain,
		.host = f->host,
		.provider = f->provider,
		.provider_domain = f->provider_domain,
		.route = f->route,
		.rule = f->rule,
		.label = f->label,
		.waits = pf->waits,
		.since_s = f->at_s,
		.arrived_s = arrived(f->at_s, pf->delay_s) };

	if (f->status != REP_STATUS_DEFERRED && q->pending == NULL)
		return;
	p.identity_hash = rep_recipient_identity(m->o.key, f->recipient, f->orig_to);
	p.recipient_hash = rep_recipient_hash(m->o.key, f->recipient);
	if (f->status != REP_STATUS_DEFERRED)
		rep_queued_settle(q, p.identity_hash);
	else if (!m->known)
		(void)rep_queued_pend(m->queue, q, &p);
}

/*
 * Postfix tries the next host when one refuses the sender, and the line with the recipient has only
 * what the last host did ("lost connection with ..."). What a host of the same provider said in
 * that session is the reason, and its line has no recipient.
 */
enum { SESSION_S = 600, CONNECTION_S = 3600 };

static bool
was_explained(const struct rep_mail_log *m, const struct log_line *l, const struct rep_mta_line *pf,
    const struct rep_queued *q)
{
	return q != NULL && q->said.n > 0 && m->heard.reading.reply.own && pf->asked &&
	    pf->host.n > 0 && pf->status != REP_STATUS_SENT && l->at_s >= q->said_s &&
	    l->at_s - q->said_s <= SESSION_S;
}

static void
hear_what_was_said(struct rep_mail_log *m, const struct rep_mta_line *pf,
    const struct rep_queued *q, struct rep_fact *f)
{
	struct rep_fact bare = *f, said = *f;
	struct rep_mta_line line = *pf;

	line.text = q->said;
	if (read_reply(m, &line, f->recipient_domain, &said) && !m->heard.reading.reply.own &&
	    rep_str_eq(said.provider, bare.provider) &&
	    rep_str_eq(said.provider_domain, bare.provider_domain))
		*f = said;
	else
		(void)read_reply(m, pf, f->recipient_domain, f);
}

/* Whether the recipient was tried before and waits: then the message was handed in before, too. */
static bool
waits(const struct rep_mail_log *m, const struct rep_queued *q, const struct rep_fact *f)
{
	return q->pending != NULL &&
	    rep_queued_pending(q, rep_recipient_identity(m->o.key, f->recipient, f->orig_to)) !=
	    NULL;
}

static void
from_queue(const struct rep_queued *q, struct rep_fact *f)
{
	f->message_id = q->message_id;
	f->sender_domain = q->sender_domain;
	f->stream = q->stream;
}

/*
 * The label that sent the mail: the one that talked to the provider. Other daemons may have another
 * name.
 */
static struct rep_str
sending_label(
    struct rep_mail_log *m, uint32_t i, const struct rep_mta_line *pf, struct rep_queued *q)
{
	struct rep_host *who = m->heard.who;

	if (pf->asked) {
		if (who != NULL &&
		    pf->status != REP_STATUS_SENT) /* what it suspends later is from this label */
			who->label = i < LABELS_MAX ? i + 1 : 0;
		if (q != NULL)
			(void)rep_queued_set(&q->label, m->labels[i].text);
		return m->labels[i].text;
	}
	if (q != NULL && q->label.n > 0)
		return q->label;
	if (who != NULL && who->label > 0)
		return m->labels[who->label - 1].text;
	return m->labels[i].text;
}

/* The entry of a message of which a line came now. NULL as with rep_queue_get. */
static struct rep_queued *
message_of(struct rep_mail_log *m, const struct log_line *l, struct rep_str id)
{
	struct rep_queued *q = rep_queue_get(m->queue, l->log_host, id);

	if (q != NULL)
		rep_queued_seen(q, l->at_s);
	return q;
}

/*
 * A server has one address for each family, and providers judge them apart. What goes to an IPv6
 * address leaves from one, so it has a label of its own. A relay hides ours from the provider.
 */
static uint32_t
label_by_family(struct rep_mail_log *m, const struct log_line *l, const struct rep_fact *f)
{
	char name[LABEL_PART_MAX + sizeof REP_LABEL_IPV6];
	struct rep_str own = rep_str_sub(l->name, 0, LABEL_PART_MAX);

	if (f->host_ip.version != 6 || f->route.n > 0)
		return label_of(m, l->log_host, own);
	memcpy(name, own.p, own.n);
	memcpy(name + own.n, REP_LABEL_IPV6, sizeof REP_LABEL_IPV6 - 1);
	return label_of(
	    m, l->log_host, (struct rep_str){ name, own.n + sizeof REP_LABEL_IPV6 - 1 });
}

/* The id of the message's provider, by the domain of its recipient. */
static struct rep_str
provider_of(const struct rep_mail_log *m, struct rep_str domain)
{
	const struct rep_provider *p =
	    rep_provider_by_domain(rep_know_providers(m->o.know), domain);

	return p != NULL ? p->id : REP_S("other");
}

/*
 * The mail server holds this recipient itself. Nobody was asked, so it is no attempt and no fact.
 * It is remembered that it waits; what a provider said before stays with it, and is what it expires
 * of.
 */
static void
held(struct rep_mail_log *m, const struct log_line *l, const struct rep_mta_line *pf)
{
	struct rep_queued *q = message_of(m, l, pf->queue_id);
	struct rep_str domain = lower_domain(pf->to, m->domain);
	uint32_t label = label_of(m, l->log_host, l->name);
	struct rep_pending p = { .domain = domain };
	const struct rep_pending *before;

	if (q == NULL)
		return;
	p.identity_hash = rep_recipient_identity(m->o.key, pf->to, pf->orig_to);
	if ((before = rep_queued_pending(q, p.identity_hash)) != NULL) {
		p = *before;
	} else {
		p.recipient_hash = rep_recipient_hash(m->o.key, pf->to);
		p.provider = provider_of(m, domain);
		p.label = q->label.n > 0 ? q->label : m->labels[label].text;
	}
	p.waits = pf->waits;
	p.since_s = l->at_s;
	p.arrived_s = arrived(l->at_s, pf->delay_s);
	q->tried = true;
	(void)rep_queued_pend(m->queue, q, &p);
}

/* A delivery that is no fact, by a daemon or to a filter of this host: its message is not amiss. */
static void
inside(struct rep_mail_log *m, const struct log_line *l, const struct rep_mta_line *pf)
{
	struct rep_queued *q = rep_queue_find(m->queue, l->log_host, pf->queue_id);

	if (q != NULL)
		rep_queued_tried(m->queue, q);
}

/* A recipient that is given up in the server's own words expired of what was said to it last. */
static void
expired_of(const struct rep_mail_log *m, const struct rep_queued *q, struct rep_fact *f)
{
	const struct rep_pending *p;

	if (f->status != REP_STATUS_EXPIRED || !m->heard.reading.reply.own)
		return;
	p = rep_queued_pending(q, rep_recipient_identity(m->o.key, f->recipient, f->orig_to));
	if (p == NULL || p->class == REP_CLASS_UNKNOWN)
		return;
	f->class = p->class;
	f->scope = p->scope;
	f->stage = p->stage;
	f->certain = p->certain;
	f->rule = p->rule;
	f->host = p->host;
	f->provider = p->provider;
	f->provider_domain = p->provider_domain;
	f->label = p->label;
}

/*
 * An address of ours that stands for one elsewhere: the mail is somebody else's, unless its sender is
 * of the same domain.
 */
static struct rep_str
stream_passed_on(struct rep_mail_log *m, const struct rep_fact *f)
{
	size_t at = rep_str_rchr(f->orig_to, '@');
	struct rep_str by =
	    at == SIZE_MAX ? REP_S("") : rep_str_sub(f->orig_to, at + 1, f->orig_to.n);

	if (by.n == 0 || rep_str_eq_nocase(by, f->recipient_domain) ||
	    rep_str_eq_nocase(by, f->sender_domain))
		return f->stream;
	return rep_stream_forwarded(m->o.streams, by);
}

static enum rep_rc
delivery(struct rep_mail_log *m, const struct log_line *l, const struct rep_mta_line *pf)
{
	struct rep_fact f = { .at_s = l->at_s,
		.near = l->near,
		.log_host = l->log_host,
		.queue_id = pf->queue_id,
		.recipient = pf->to,
		.orig_to = pf->orig_to,
		.status = pf->status,
		.delay_s = pf->delay_s,
		.file = m->file,
		.line = l->number };
	struct rep_queued *q;
	enum rep_rc rc;

	if (pf->waits == REP_WAIT_TRANSPORT) {
		held(m, l, pf);
		return REP_OK;
	}
	f.recipient_domain = lower_domain(pf->to, m->domain);
	if (pf->local || !read_reply(m, pf, f.recipient_domain, &f)) {
		inside(m, l, pf);
		return REP_OK;
	}
	q = message_of(m, l, pf->queue_id);
	if (was_explained(m, l, pf, q))
		hear_what_was_said(m, pf, q, &f);
	f.label = sending_label(m, label_by_family(m, l, &f), pf, q);
	if (q != NULL) {
		from_queue(q, &f);
		expired_of(m, q, &f);
		f.who = waits(m, q, &f) ? REP_S("") : q->who;
	}
	f.stream = stream_passed_on(m, &f);
	m->known = false;
	rc = l->fn(l->ctx, &f, l->err);
	if (rc == REP_OK && q != NULL) {
		keep_pending(m, pf, &f, q);
		rep_queued_tried(m->queue, q);
	}
	return rc;
}

static enum rep_rc
sample(struct rep_mail_log *m, const struct log_line *l, const struct rep_mta_line *pf)
{
	struct rep_fact f = { .at_s = l->at_s,
		.near = l->near,
		.log_host = l->log_host,
		.queue_id = pf->queue_id,
		.delay_s = -1,
		.file = m->file,
		.line = l->number };
	struct rep_queued *q;

	if (!read_reply(m, pf, f.recipient_domain, &f) ||
	    m->heard.reading.reply.own != (pf->kind == REP_MTA_UNREACHED))
		return REP_OK;
	f.label = m->labels[label_by_family(m, l, &f)].text;
	if (pf->kind == REP_MTA_SAMPLE &&
	    (q = rep_queue_get(m->queue, l->log_host, pf->queue_id)) != NULL &&
	    rep_queued_set(&q->said, pf->text))
		q->said_s = l->at_s;
	return l->fn(l->ctx, &f, l->err);
}

/* The queue manager gave up: every recipient without a final result has expired. */
static enum rep_rc
expired(struct rep_mail_log *m, const struct log_line *l, const struct rep_mta_line *pf)
{
	struct rep_queued *q = rep_queue_find(m->queue, l->log_host, pf->queue_id);
	enum rep_rc rc = REP_OK;

	if (q == NULL)
		return REP_OK;
	for (const struct rep_pending *p = q->pending; p != NULL && rc == REP_OK; p = p->next) {
		struct rep_fact f = { .at_s = l->at_s,
			.near = l->near,
			.log_host = l->log_host,
			.queue_id = pf->queue_id,
			.recipient_hash = p->recipient_hash,
			.identity_hash = p->identity_hash,
			.recipient_domain = p->domain,
			.host = p->host,
			.provider = p->provider,
			.provider_domain = p->provider_domain,
			.route = p->route,
			.rule = p->rule,
			.label = p->label,
			.class = p->class,
			.scope = p->scope,
			.stage = p->stage,
			.certain = p->certain,
			.status = REP_STATUS_EXPIRED,
			.delay_s = -1,
			.text = REP_S("expired, returned to sender"),
			.file = m->file,
			.line = l->number };

		from_queue(q, &f);
		rc = l->fn(l->ctx, &f, l->err);
	}
	rep_queued_settle_all(q);
	q->tried = true;
	return rc;
}

/*
 * The best name that a line has: what the server checked itself comes first. A client on this host
 * is a filter or a web server, and says nothing about whose mail it is.
 */
static struct rep_str
best_name(const struct rep_mta_line *pf, char buf[REP_WHO_MAX])
{
	struct rep_str who = rep_who_text(REP_WHO_LOGIN, pf->login, buf);
	struct rep_ip ip;

	if (who.n == 0 && rep_ip_parse(pf->client, &ip) && !rep_ip_inside(&ip))
		who = rep_who_text(REP_WHO_CLIENT, pf->client, buf);
	return who.n > 0 || pf->client.n > 0 ? who : rep_who_text(REP_WHO_UID, pf->uid, buf);
}

/* The id of a message that was removed without a delivery line is now another message's. */
static struct rep_queued *
anew_when_removed(struct rep_queued *q)
{
	if (q != NULL && q->removed)
		rep_queued_anew(q);
	return q;
}

/*
 * What is known of a connection. It is kept among the queue ids, which have another form. The number
 * of a process is used again: an old login is another's.
 */
static struct rep_queued *
logged_in(struct rep_mail_log *m, const struct log_line *l, struct rep_str session)
{
	struct rep_queued *q = rep_queue_find(m->queue, l->log_host, session);

	return q != NULL && q->who_s <= l->at_s && l->at_s - q->who_s <= CONNECTION_S ? q : NULL;
}

/* Stores who handed a message in. What a filter gives back has another id, and is whose it was. */
static void
handed(struct rep_mail_log *m, const struct log_line *l, const struct rep_mta_line *pf)
{
	struct rep_queued *first = NULL, *q;
	char buf[REP_WHO_MAX];
	struct rep_str who = best_name(pf, buf), id;

	if (pf->orig_id.n > 0)
		first = rep_queue_find(m->queue, l->log_host, pf->orig_id);
	else if (pf->queue_id.n > 0 && pf->session.n > 0)
		first = logged_in(m, l, pf->session);
	if (first != NULL && first->who.n > 0) {
		memcpy(buf, first->who.p, first->who.n);
		who = (struct rep_str){ buf, first->who.n };
	}
	id = pf->queue_id.n > 0 ? pf->queue_id : pf->session;
	if (who.n == 0 || id.n == 0 || (q = anew_when_removed(message_of(m, l, id))) == NULL)
		return;
	(void)rep_queued_set(&q->who, who);
	q->who_s = l->at_s;
}

/*
 * Another Message-ID under the same queue id: the end of the message before was not logged. Who
 * handed in the new one was said just before.
 */
static void
message_id(struct rep_queued *q, struct rep_str id, int64_t at_s)
{
	char buf[REP_WHO_MAX];
	struct rep_str who = { buf, q->who.n < sizeof buf ? q->who.n : 0 };
	bool just_now = q->who_s <= at_s && at_s - q->who_s <= SESSION_S;

	if (q->message_id.n > 0 &&
	    !rep_str_eq(q->message_id, rep_str_sub(id, 0, q->message_id.n))) {
		if (who.n > 0)
			memcpy(buf, q->who.p, who.n);
		rep_queued_anew(q);
		if (just_now)
			(void)rep_queued_set(&q->who, who);
	}
	(void)rep_queued_set(&q->message_id, id);
}

/* A message to many goes on to fewer and fewer: what it was at first counts. */
static struct rep_str
stream_of(struct rep_mail_log *m, const struct rep_queued *q, const struct rep_mta_line *pf)
{
	struct rep_str s = rep_stream_of(m->o.streams, pf->from, q->list_id, q->feedback_id);

	if (s.n > 0 || pf->from.n > 0)
		return s;
	return pf->recipients > 1 || rep_str_eq(q->stream, REP_STREAM_TO_MANY) ? REP_STREAM_TO_MANY
									       : REP_STREAM_BOUNCES;
}

/* Stores what is known of a message: sender and stream. */
static void
queued(struct rep_mail_log *m, const struct log_line *l, const struct rep_mta_line *pf)
{
	struct rep_queued *q = anew_when_removed(message_of(m, l, pf->queue_id));

	if (q == NULL)
		return;
	q->bounce = pf->from.n == 0;
	if (pf->recipients > 0)
		rep_queued_round(q, pf->recipients, l->at_s);
	(void)rep_queued_set(&q->sender_domain, lower_domain(pf->from, m->sender_domain));
	(void)rep_queued_set(&q->stream, stream_of(m, q, pf));
	if (pf->login.n > 0 || pf->client.n > 0 || pf->uid.n > 0 || pf->session.n > 0)
		handed(m, l, pf);
}

enum rep_rc
rep_mail_log_entry(struct rep_mail_log *m, const struct rep_log_entry *e, rep_fact_fn fn, void *ctx,
    struct rep_err *err)
{
	const struct log_line line = { m, e->at_s, e->number, e->log_host, e->name, fn, ctx, err,
		e->near };
	const struct log_line *l = &line;
	const struct rep_mta_line *pf = e->said;
	struct rep_queued *q;

	switch (pf->kind) {
	case REP_MTA_DELIVERY: return delivery(m, l, pf);
	case REP_MTA_SAMPLE:
	case REP_MTA_UNREACHED: return sample(m, l, pf);
	case REP_MTA_EXPIRED: return expired(m, l, pf);
	case REP_MTA_QUEUED: queued(m, l, pf); break;
	case REP_MTA_HANDED: handed(m, l, pf); break;
	case REP_MTA_MESSAGE_ID:
		if ((q = anew_when_removed(message_of(m, l, pf->queue_id))) != NULL)
			message_id(q, pf->value, l->at_s);
		break;
	case REP_MTA_HEADER:
		if ((q = message_of(m, l, pf->queue_id)) != NULL)
			(void)rep_queued_set(
			    pf->feedback ? &q->feedback_id : &q->list_id, pf->value);
		break;
	case REP_MTA_REMOVED:
		if ((q = rep_queue_find(m->queue, l->log_host,
			 pf->queue_id.n > 0 ? pf->queue_id : pf->session)) != NULL)
			rep_queued_removed(m->queue, q, l->at_s);
		break;
	case REP_MTA_OTHER: break;
	}
	return REP_OK;
}

/* --- both steps in one process ---------------------------------------------------------------- */

struct one_process {
	struct rep_mail_log *m;
	rep_fact_fn fn;
	void *ctx;
	struct rep_err *err;
};

static enum rep_rc
on_entry(void *ctx, const struct rep_log_entry *e)
{
	const struct one_process *o = ctx;

	return rep_mail_log_entry(o->m, e, o->fn, o->ctx, o->err);
}

enum rep_rc
rep_mail_log_line(struct rep_mail_log *m, struct rep_str s, uint64_t number, bool open,
    rep_fact_fn fn, void *ctx, enum rep_line_kind *kind, int64_t *at_s, struct rep_err *err)
{
	struct one_process o = { m, fn, ctx, err };

	return rep_log_reader_line(m->reader, s, number, open, on_entry, &o, kind, at_s, err);
}
