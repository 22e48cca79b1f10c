/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/bounce.h"
#include "intake/auth_failure.h"
#include "intake/events.h"
#include "mail/addr.h"
#include "mail/smtp_reply.h"

/*
 * GROUPS: recipients of one report. Mail servers split a message far below that, and each recipient
 * needs a few hundred bytes of the arena. NOTICE: bytes of the notice that are kept beside a reply.
 * SENT_ON: how many forwarded messages inside the message are searched for a notice.
 */
enum { GROUPS = 20000, NOTICE = 1500, SENT_ON = 4 };

struct bounce {
	struct rep_document *d;
	const struct rep_mime *m;
	struct rep_arena *a;
	int root; /* the message that is read: 0, or a forwarded message inside it */
	const struct rep_headers *outer; /* header fields of the outer message */
	struct rep_original original;
	struct rep_str queue_id, reporting_mta, sender, verp;
	int64_t at_s, arrival_s;
	struct rep_notice notice; /* last: its addresses are not cleared */
};

#define ANY_OF(s, table) rep_str_has_any_nocase(s, table, REP_COUNT(table))

/* --- the original message ------------------------------------------------------------------------- */

/* "... with ESMTP id 4F1ABC; ...": the queue id at the server that received the message last. */
static struct rep_str
queue_id_of(const struct rep_headers *h)
{
	struct rep_str received = rep_header(h, "Received");
	size_t at = rep_str_find(received, REP_S(" id "), 0), n = 0;
	struct rep_str s;

	if (at == SIZE_MAX)
		return (struct rep_str){ "", 0 };
	s = rep_str_sub(received, at + 4, 64);
	while (n < s.n && (rep_alnum(s.p[n]) || s.p[n] == '-' || s.p[n] == '.' || s.p[n] == '_'))
		n++;
	return n >= 5 && n <= 40 ? rep_str_sub(s, 0, n) : (struct rep_str){ "", 0 };
}

static void
find_original(struct bounce *r)
{
	for (size_t i = (size_t)r->root + 1; i < r->m->n; i++) {
		const struct rep_mime_part *p = &r->m->parts[i];
		struct rep_headers h = { NULL, 0 };

		if (p->within != r->root)
			continue;
		if (p->message)
			h = p->headers;
		else if (rep_str_eq(p->type, REP_S("text/rfc822-headers")) ||
		    rep_str_eq(p->type, REP_S("message/rfc822-headers")))
			h = rep_headers_parse(p->body, r->a, NULL);
		if (h.n > 0) {
			rep_original_of(&h, r->a, &r->original);
			return;
		}
	}
}

/* --- delivery status (RFC 3464) --------------------------------------------------------------------- */

static struct rep_str
typed(const struct rep_headers *h, const char *name)
{
	return rep_addr_typed(rep_header(h, name));
}

static bool
is_recipient_group(const struct rep_headers *h)
{
	return rep_header(h, "Final-Recipient").n > 0 ||
	    rep_header(h, "Original-Recipient").n > 0 ||
	    (rep_header(h, "Action").n > 0 && rep_header(h, "Status").n > 0) ||
	    (rep_header(h, "Action").n > 0 && rep_header(h, "Diagnostic-Code").n > 0);
}

static void
read_message_group(struct bounce *r, const struct rep_headers *h)
{
	static const char *const ids[] = { "X-Postfix-Queue-ID", "X-Exim-Queue-Id", "X-Queue-Id",
		"X-HmXmrQueueId" };
	struct rep_str s;

	if ((s = typed(h, "Reporting-MTA")).n > 0)
		r->reporting_mta = s;
	if ((s = typed(h, "X-Postfix-Sender")).n > 0)
		r->sender = s;
	if ((s = rep_header(h, "Arrival-Date")).n > 0)
		r->arrival_s = rep_header_date(s);
	for (size_t i = 0; i < REP_COUNT(ids) && r->queue_id.n == 0; i++)
		r->queue_id = rep_header(h, ids[i]);
}

static bool
is_address(struct rep_str s)
{
	size_t at = rep_str_rchr(s, '@');

	return at != SIZE_MAX && at > 0 && at + 1 < s.n;
}

/* The address of a group: the final one if it is an address, else the original one. */
static struct rep_str
recipient_of(const struct rep_headers *h)
{
	static const char *const names[] = { "Final-Recipient", "Original-Recipient",
		"X-Actual-Recipient" };
	struct rep_str best = { "", 0 };

	for (size_t i = 0; i < REP_COUNT(names); i++) {
		struct rep_str s = typed(h, names[i]), addr = rep_addr_first(s);

		/*
		 * "@relay.example:jo@example.com": a route, then the address. Nothing else can be
		 * here, so a host without a dot counts too.
		 */
		if (addr.n > 0 && s.n > 0 && s.p[0] == '@')
			return addr;
		if (is_address(s) && rep_str_chr(s, ' ', 0) == SIZE_MAX)
			return s;
		if (addr.n > 0)
			return addr;
		if (best.n == 0)
			best = s;
	}
	return best;
}

static void
common(struct bounce *r, struct rep_report *p)
{
	p->sender = r->sender;
	p->reporting_mta = r->reporting_mta;
	p->message_id = r->original.message_id;
	p->queue_id = r->queue_id;
	p->at_s = r->at_s;
	p->arrival_s = r->arrival_s;
	p->verp = r->verp;
	p->list_id = r->original.list_id;
	p->header_faults = r->original.faults;
	p->feedback_id = r->original.feedback_id;
	p->from_domain = rep_addr_domain(r->original.from);
}

/* True when the words of a diagnostic say nothing. */
static bool
says_nothing(struct rep_str text)
{
	struct rep_smtp_reply q;

	if (rep_str_trim(text).n < 4)
		return true;
	rep_smtp_reply_find(text, &q);
	return q.text.n < 4;
}

/* What the notice says of this recipient. When it names nobody: all of its words. */
static struct rep_str
words_for(const struct bounce *r, struct rep_str addr)
{
	for (size_t i = 0; i < r->notice.failed_n; i++)
		if (rep_str_eq_nocase(r->notice.failed[i].addr, addr))
			return r->notice.failed[i].words;
	return r->notice.text;
}

static void
set_text(struct bounce *r, struct rep_report *p, struct rep_str diagnostic)
{
	struct rep_str words = words_for(r, p->recipient), reply;

	if (r->notice.failed_n <= 1)
		words = r->notice.text; /* also the words before the address */
	p->notice = rep_str_sub(rep_str_trim(words), 0, NOTICE);
	p->text = diagnostic;
	if (!says_nothing(diagnostic))
		return;
	reply = rep_notice_reply(words, r->a);
	if (reply.n == 0 && words.n != r->notice.text.n)
		reply = rep_notice_reply(r->notice.text, r->a);
	if (reply.n > 0)
		p->text = reply;
	if (p->text.n == 0)
		p->text = p->notice;
}

/*
 * "5.1.0 - Unknown address error 550-'5.7.1 Access denied' (delivery attempts: 0)": Cisco's
 * appliances write their own class before the reply they got.
 */
static struct rep_str
reply_in_quotes(struct rep_str s, struct rep_arena *a)
{
	size_t at = rep_str_find(s, REP_S(" error "), 0), end = rep_str_rchr(s, '\'');
	struct rep_str code = rep_str_sub(s, at == SIZE_MAX ? s.n : at + 7, 5), made;

	if (code.n < 5 || !rep_digit(code.p[0]) || code.p[3] != '-' || code.p[4] != '\'' ||
	    end == SIZE_MAX || end <= at + 12)
		return s;
	made = rep_arena_printf(a, "%.3s %.*s", code.p, (int)(end - at - 12), s.p + at + 12);
	return made.p != NULL ? made : s;
}

/* "smtp; 550 5.1.1 ..." without its type. "x-unix; ..." keeps its words. */
static struct rep_str
diagnostic_of(const struct rep_headers *h)
{
	struct rep_str s = rep_header(h, "Diagnostic-Code");
	size_t semi;

	if (s.n == 0)
		s = rep_header(h, "X-Supplementary-Info");
	semi = rep_str_chr(s, ';', 0);
	if (semi != SIZE_MAX && semi < 20 && !rep_digit(s.p[0]) &&
	    rep_str_chr(rep_str_trim(rep_str_sub(s, 0, semi)), ' ', 0) == SIZE_MAX)
		s = rep_str_trim(rep_str_sub(s, semi + 1, s.n));
	return s;
}

/* "5.0.0 (host name lookup failure)": the words in brackets. */
static struct rep_str
status_comment(struct rep_str status)
{
	size_t open = rep_str_chr(status, '(', 0);

	if (open == SIZE_MAX)
		return (struct rep_str){ "", 0 };
	status = rep_str_trim(rep_str_sub(status, open + 1, status.n));
	if (status.n > 0 && status.p[status.n - 1] == ')')
		status.n--;
	/* "permanent failure" only repeats what the code says */
	return status.n > 20 ? status : (struct rep_str){ "", 0 };
}

/*
 * Who said it when no Remote-MTA stands there: the server that wrote the notice, when the words are
 * its own. Postfix marks them ("X-Postfix;"), Exchange ends them with its own name. Then they say
 * nothing about the provider of the recipient, who was not asked.
 */
static struct rep_str
own_speaker(const struct bounce *r, const struct rep_headers *h, struct rep_str diagnostic)
{
	struct rep_str none = { "", 0 }, mta = r->reporting_mta;
	struct rep_smtp_reply q;
	size_t at;

	if (mta.n == 0 || rep_header(h, "Remote-MTA").n > 0)
		return none;
	if (rep_str_starts_nocase(rep_header(h, "Diagnostic-Code"), REP_S("x-postfix"))) {
		rep_smtp_reply_find(diagnostic, &q);
		return q.own && q.host.n == 0 ? mta : none;
	}
	at = rep_str_find_nocase(diagnostic, mta, 0);
	return at != SIZE_MAX && at > 0 && diagnostic.p[at - 1] == '[' ? mta : none;
}

/*
 * The address that the words for a person give beside the name of the host: "host H [A]" (Exim),
 * "host H[A]" (Postfix). Remote-MTA often has the name alone. It tells an address of the receiver
 * from ours when a reply has one in it.
 */
static struct rep_ip
address_beside(struct rep_str text, struct rep_str host)
{
	struct rep_ip ip = { .version = 0 };

	for (size_t at = 0; host.n > 0 && ip.version == 0; at++) {
		struct rep_str after;
		size_t end;

		if ((at = rep_str_find_nocase(text, host, at)) == SIZE_MAX)
			break;
		after = rep_str_sub(text, at + host.n, text.n);
		while (after.n > 0 && after.p[0] == ' ')
			after = rep_str_sub(after, 1, after.n);
		if (after.n == 0 || after.p[0] != '[' ||
		    (end = rep_str_chr(after, ']', 0)) == SIZE_MAX)
			continue;
		if (!rep_ip_parse(rep_str_sub(after, 0, end + 1), &ip))
			ip.version = 0;
	}
	return ip;
}

/* A temporary answer, and the message is lost: it was tried until its time was over. */
static bool
given_up(const struct rep_report *p)
{
	struct rep_smtp_reply q;

	if (p->action != REP_ACTION_FAILED)
		return false;
	rep_smtp_reply_find(p->text, &q);
	return q.code != 0 ? q.code >= 400 && q.code < 500 : p->enh[0] == 4;
}

static void
read_recipient_group(struct bounce *r, const struct rep_headers *h)
{
	struct rep_report *p = rep_document_report(r->d, r->a);
	struct rep_str s;

	if (p == NULL)
		return;
	common(r, p);
	p->kind = REP_REPORT_BOUNCE;
	p->recipient = recipient_of(h);
	s = typed(h, "Original-Recipient");
	p->original_recipient = rep_addr_first(s).n > 0 ? rep_addr_first(s) : s;
	if (!is_address(p->recipient)) {
		/* no address in the fields: look in the notice, then in the original message */
		if (r->notice.failed_n == 1)
			p->recipient = r->notice.failed[0].addr;
		else if (r->original.to.n > 0)
			p->recipient = r->original.to;
	}
	s = rep_header(h, "Status");
	for (size_t i = 0; i < s.n && p->enh[0] == 0; i++)
		if (rep_digit(s.p[i]))
			(void)rep_smtp_enhanced(rep_str_sub(s, i, 16), p->enh);
	if (!rep_action_parse(rep_header(h, "Action"), &p->action))
		p->action = p->enh[0] == 2		  ? REP_ACTION_DELIVERED
		    : r->notice.action != REP_ACTION_NONE ? r->notice.action
							  : REP_ACTION_FAILED;
	p->host = typed(h, "Remote-MTA");
	if (!rep_ip_parse(p->host, &p->host_ip))
		p->host_ip = address_beside(r->notice.text, p->host);
	s = rep_header(h, "Last-Attempt-Date");
	if (s.n > 0 && rep_header_date(s) != 0)
		p->at_s = rep_header_date(s);
	p->expired = r->notice.expired || (p->enh[1] == 4 && p->enh[2] == 7);
	if (p->queue_id.n == 0)
		p->queue_id = typed(h, "Final-Log-ID");
	s = reply_in_quotes(diagnostic_of(h), r->a);
	if (s.n == 0)
		s = status_comment(rep_header(h, "Status"));
	if (p->host.n == 0)
		p->host = own_speaker(r, h, s);
	set_text(r, p, s);
	p->expired |= given_up(p);
}

/*
 * Reads one group, or several that have no empty line between them. Each time the first recipient
 * field comes again, a new group begins.
 */
static void
read_recipient_groups(struct bounce *r, const struct rep_headers *h)
{
	size_t from = 0;
	struct rep_str key = { "", 0 };

	for (size_t i = 0; i <= h->n; i++) {
		bool first = i < h->n &&
		    (rep_str_eq_nocase(h->v[i].name, REP_S("Final-Recipient")) ||
			rep_str_eq_nocase(h->v[i].name, REP_S("Original-Recipient")));

		if (first && key.n == 0) {
			key = h->v[i].name;
			continue;
		}
		if (i == h->n || (first && rep_str_eq_nocase(h->v[i].name, key))) {
			struct rep_headers one = { h->v + from, i - from };

			read_recipient_group(r, &one);
			from = i;
		}
	}
}

/* Reads the fields of one status part, group by group. */
static void
read_status(struct bounce *r, struct rep_str body)
{
	size_t at = 0, used;

	for (unsigned k = 0; at < body.n && k <= GROUPS; k++) {
		struct rep_headers h =
		    rep_headers_parse(rep_str_sub(body, at, body.n), r->a, &used);

		at += used;
		if (used == 0)
			break;
		if (h.n == 0)
			continue;
		/* Some servers put everything into one group. */
		read_message_group(r, &h);
		if (is_recipient_group(&h))
			read_recipient_groups(r, &h);
	}
	if (rep_str_trim(rep_str_sub(body, at, body.n)).n > 0 && r->d->reason.n == 0)
		r->d->reason = REP_S("it names more than 20,000 recipients; only the first were "
				     "used");
}

/* Reads status fields that are in the text of the notice. */
static void
read_status_in_text(struct bounce *r)
{
	static const char *const starts[] = {
		"Reporting-MTA:", "Final-Recipient:", "Original-Recipient:"
	};
	size_t first = SIZE_MAX, at;

	for (size_t i = 0; i < REP_COUNT(starts); i++) {
		at = rep_str_find_nocase(r->notice.text, rep_str_c(starts[i]), 0);
		if (at < first && (at == 0 || rep_blank(r->notice.text.p[at - 1])))
			first = at;
	}
	if (first != SIZE_MAX)
		read_status(r, rep_str_sub(r->notice.text, first, r->notice.text.n));
}

/* --- notices that are no DSN ------------------------------------------------------------------------- */

static bool
is_auto_reply(const struct bounce *r)
{
	static const char *const subjects[] = { "out of office", "out of the office",
		"automatic reply", "auto reply", "autoreply", "auto-reply", "auto response",
		"autoresponse", "vacation", "away from", "abwesenheit", "automatische antwort",
		"absence", "r\xc3\xa9ponse automatique", "respuesta autom", "risposta automatica",
		"on holiday", "on leave", "auto:", "automatisch antwoord" };
	struct rep_str subject = rep_header_decode(rep_header(r->outer, "Subject"), r->a);
	struct rep_str submitted = rep_header(r->outer, "Auto-Submitted");
	struct rep_str precedence = rep_header(r->outer, "Precedence");

	return rep_str_starts_nocase(submitted, REP_S("auto-replied")) ||
	    rep_str_eq_nocase(submitted, REP_S("vacation")) ||
	    rep_str_starts_nocase(precedence, REP_S("auto_reply")) ||
	    rep_header(r->outer, "X-Autoreply").n > 0 ||
	    rep_header(r->outer, "X-Autorespond").n > 0 ||
	    rep_header(r->outer, "X-Auto-Response-From").n > 0 || ANY_OF(subject, subjects);
}

/* True when the message has a sender that only mail servers use. */
static bool
from_a_daemon(const struct rep_headers *h)
{
	static const char *const froms[] = { "mailer-daemon", "postmaster", "mail delivery",
		"maildelivery", "mail-daemon", "delivery subsystem", "mailerdaemon", "mail system",
		"mailer daemon", "mail administrator", "mailadmin", "mmdf", "mdaemon", "<>",
		"mail router", "bounce", "autoresponder", "content-filter" };

	return ANY_OF(rep_header(h, "From"), froms) || rep_header(h, "X-Failed-Recipients").n > 0;
}

static bool
from_a_server(const struct bounce *r)
{
	static const char *const subjects[] = { "undeliver", "deliver", "returned mail", "failure",
		"failed", "bounce", "mail error", "unzustellbar", "not delivered", "unable to",
		"returned to sender", "rejected", "mail could not", "permanent error", "warning",
		"blocked", "non remis", "user unknown", "unknown user", "message status", "delay",
		"could not", "devuelto", "returned" };
	struct rep_str from = rep_header(r->outer, "From");
	struct rep_str path = rep_header(r->outer, "Return-Path");
	struct rep_str subject = rep_header_decode(rep_header(r->outer, "Subject"), r->a);

	if (from_a_daemon(r->outer))
		return true;
	return !is_auto_reply(r) &&
	    (rep_str_eq(path, REP_S("<>")) || ANY_OF(subject, subjects) || from.n == 0);
}

/* "X-Failed-Recipients: a@b, c@d" (Exim, Gmail and others). */
static bool
failed_header(struct bounce *r)
{
	struct rep_str s = rep_header(r->outer, "X-Failed-Recipients"), addr;
	struct rep_notice *n = &r->notice;
	size_t i = 0, k = 0;

	while (k < REP_NOTICE_ADDRS && rep_addr_next(s, &i, &addr)) {
		struct rep_str words = words_for(r, addr);

		n->failed[k].addr = addr;
		n->failed[k++].words = words;
	}
	n->more |= k == REP_NOTICE_ADDRS && rep_addr_next(s, &i, &addr);
	if (k > 0)
		n->failed_n = k;
	return k > 0;
}

/* True when it came from a mail server, or contains our message, and says that something failed. */
static bool
is_news(struct bounce *r)
{
	const struct rep_notice *n = &r->notice;
	bool server = from_a_server(r);

	if (failed_header(r))
		return true;
	if (server)
		return n->cue || n->strong || r->original.headers.n > 0;
	return n->cue && n->strong && r->original.headers.n > 0;
}

static void
read_notice(struct bounce *r)
{
	const struct rep_notice *n = &r->notice;

	if (n->more && r->d->reason.n == 0)
		r->d->reason = REP_S("it names more than 1,000 recipients; only the first were "
				     "used");
	for (size_t i = 0; i < n->failed_n; i++) {
		struct rep_report *p = rep_document_report(r->d, r->a);
		struct rep_smtp_reply q;

		if (p == NULL)
			return;
		common(r, p);
		p->kind = REP_REPORT_BOUNCE;
		p->recipient = n->failed[i].addr;
		p->action = n->action != REP_ACTION_NONE ? n->action : REP_ACTION_FAILED;
		p->expired = n->expired;
		set_text(r, p, (struct rep_str){ "", 0 });
		rep_smtp_reply_find(p->text, &q);
		p->host = q.host;
		p->host_ip = q.host_ip;
	}
}

/* --- mail that is no failure ---------------------------------------------------------------------------- */

static void
add_notice(struct bounce *r, const char *what, struct rep_str who)
{
	struct rep_report *p = rep_document_report(r->d, r->a);

	if (p == NULL)
		return;
	common(r, p);
	p->kind = REP_REPORT_NOTICE;
	p->subject = rep_str_c(what);
	p->recipient = who;
	if (p->message_id.n == 0)
		p->message_id = rep_header(r->outer, "In-Reply-To");
	p->text = rep_str_sub(rep_header_decode(rep_header(r->outer, "Subject"), r->a), 0, 300);
}

/* A receipt (RFC 8098): somebody opened or deleted the message. */
static bool
read_receipt(struct bounce *r)
{
	for (size_t i = 1; i < r->m->n; i++)
		if (r->m->parts[i].within == r->root &&
		    rep_str_eq(r->m->parts[i].type, REP_S("message/disposition-notification"))) {
			struct rep_headers h = rep_headers_parse(r->m->parts[i].body, r->a, NULL);

			add_notice(r, "receipt", recipient_of(&h));
			return true;
		}
	return false;
}

/* --- all of it --------------------------------------------------------------------------------------------- */

static void
set_up(struct bounce *r)
{
	static const char *const to_names[] = { "X-Original-To", "Delivered-To", "To" };
	char verp[400];

	r->at_s = rep_header_date(rep_header(r->outer, "Date"));
	if (r->at_s == 0)
		r->at_s = r->d->file_s;
	find_original(r);
	for (size_t i = 0; i < REP_COUNT(to_names) && r->verp.n == 0; i++) {
		struct rep_str to = rep_addr_first(rep_header(r->outer, to_names[i]));

		if (rep_addr_verp(to, verp, sizeof verp) > 0)
			r->verp = to;
	}
}

/* After the notice was read: adds what the original message below it shows, and the sender. */
static void
complete(struct bounce *r)
{
	if (r->original.headers.n == 0 && r->notice.original.n > 0)
		rep_original_of(&r->notice.original, r->a, &r->original);
	if (r->sender.n == 0)
		r->sender = r->original.return_path.n > 0 ? r->original.return_path : r->verp;
	if (r->sender.n == 0)
		r->sender = rep_addr_first(rep_header(r->outer, "To"));
	if (r->sender.n == 0)
		r->sender = r->original.from;
}

/* Exim writes in a sentence since when delayed mail waits. 0: nothing says so. */
static int64_t
arrival_in(struct rep_str text)
{
	const struct rep_str lead = REP_S("the date of the message is:");
	size_t at = rep_str_find_nocase(text, lead, 0);
	struct rep_str date;

	if (at == SIZE_MAX)
		return 0;
	date = rep_str_sub(text, at + lead.n, text.n);
	return rep_header_date(rep_str_trim(rep_str_sub(date, 0, rep_str_chr(date, '\n', 0))));
}

static void
fill_arrivals(struct bounce *r, size_t from)
{
	for (size_t i = from; i < r->d->reports_n; i++) {
		struct rep_report *p = &r->d->reports[i];

		if (p->action == REP_ACTION_DELAYED && p->arrival_s == 0)
			p->arrival_s = arrival_in(r->notice.text);
	}
}

static void
fill_queue_ids(struct bounce *r, size_t from)
{
	struct rep_str id = queue_id_of(&r->original.headers);
	char verp[400];
	size_t n = r->verp.n > 0 ? rep_addr_verp(r->verp, verp, sizeof verp) : 0;

	for (size_t i = from; i < r->d->reports_n; i++) {
		struct rep_report *p = &r->d->reports[i];

		if (p->queue_id.n == 0)
			p->queue_id = id;
		if (p->recipient.n == 0 && n > 0)
			p->recipient = rep_arena_dup(r->a, (struct rep_str){ verp, n });
		if (p->sender.n == 0)
			p->sender = r->sender;
	}
}

static bool
is_status(struct rep_str type)
{
	return rep_str_eq(type, REP_S("message/delivery-status")) ||
	    rep_str_eq(type, REP_S("message/global-delivery-status")) ||
	    rep_str_eq(type, REP_S("text/delivery-status"));
}

/* Reads the message at root: its status parts and the words of its notice. */
static enum rep_rc
read_root(struct bounce *r, struct rep_err *err)
{
	const struct rep_mime *m = r->m;
	size_t from = r->d->reports_n;
	enum rep_rc rc;

	set_up(r);
	if (read_receipt(r))
		return REP_OK;
	if ((rc = rep_notice_read(m, r->root, &r->original, r->a, &r->notice, err)) != REP_OK)
		return rc;
	complete(r);
	for (size_t i = (size_t)r->root + 1; i < m->n; i++)
		if (is_status(m->parts[i].type) && m->parts[i].within == r->root)
			read_status(r, m->parts[i].body);
	if (r->d->reports_n == from)
		read_status_in_text(r);
	if (r->d->reports_n == from && !from_a_server(r) && is_auto_reply(r)) {
		add_notice(r, "vacation", rep_addr_first(rep_header(r->outer, "From")));
		return REP_OK;
	}
	if (r->d->reports_n == from && is_news(r))
		read_notice(r);
	if (r->d->reports_n == from && is_auto_reply(r))
		add_notice(r, "vacation", rep_addr_first(rep_header(r->outer, "From")));
	fill_queue_ids(r, from);
	fill_arrivals(r, from);
	return REP_OK;
}

/* Finds a report that was forwarded as an attachment: the message that has a status part. */
static int
root_of(const struct rep_mime *m)
{
	int root = 0;

	for (size_t i = 1; i < m->n; i++)
		if (is_status(m->parts[i].type) ||
		    rep_str_eq(m->parts[i].type, REP_S("message/feedback-report"))) {
			if (m->parts[i].within == 0)
				return 0;
			if (root == 0)
				root = m->parts[i].within;
		}
	return root;
}

/*
 * Anybody can mail an event, so it proves no more than a bounce that came by mail: no source, stream
 * or evidence comes from it, and a delivery in it is only a receipt.
 */
static void
told_by_mail(struct rep_document *d, size_t from)
{
	for (size_t i = from; i < d->reports_n; i++) {
		struct rep_report *p = &d->reports[i];

		if (p->kind != REP_REPORT_DELIVERY)
			continue;
		if (p->status == REP_STATUS_SENT) {
			p->kind = REP_REPORT_NOTICE;
			p->subject = REP_S("receipt");
			continue;
		}
		p->kind = REP_REPORT_BOUNCE;
		p->action =
		    p->status == REP_STATUS_DEFERRED ? REP_ACTION_DELAYED : REP_ACTION_FAILED;
	}
}

/* Amazon SNS can send the events of SES by mail: then the text is JSON. */
static bool
mailed_event(struct rep_document *d, const struct rep_mime *m, struct rep_arena *a)
{
	struct rep_str text = m->n > 1 ? rep_str_trim(m->parts[1].body) : (struct rep_str){ "", 0 };
	char *p;
	size_t n = 0;

	if (text.n < 3 || text.p[0] != '{')
		return false;
	if (rep_events_in_text(d, text, a))
		return true;
	/*
	 * The one long line was folded on the way, also inside strings. Unfolded, it is JSON again.
	 */
	if ((p = rep_arena_alloc(a, text.n + 1)) == NULL)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\r')
			continue;
		if (text.p[i] != '\n')
			p[n++] = text.p[i];
		else if (i + 1 < text.n && text.p[i + 1] == ' ')
			i++;
	}
	return rep_events_in_text(d, (struct rep_str){ p, n }, a);
}

static enum rep_rc
read_at(struct bounce *r, int root, struct rep_err *err)
{
	memset(&r->root, 0, offsetof(struct bounce, notice.failed) - offsetof(struct bounce, root));
	r->root = root;
	r->outer = &r->m->parts[root].headers;
	return read_root(r, err);
}

enum rep_rc
rep_bounce_read(
    struct rep_document *d, const struct rep_mime *m, struct rep_arena *a, struct rep_err *err)
{
	static struct bounce room; /* 35 KB that need no clearing; one document at a time */
	struct bounce *r = &room;
	size_t from = d->reports_n;
	unsigned tried = 0;
	int root = root_of(m);
	enum rep_rc rc;

	if (rep_auth_failure_read(d, m, root, a) || rep_complaint_read(d, m, root, a) ||
	    mailed_event(d, m, a)) {
		told_by_mail(d, from);
		return REP_OK;
	}
	r->d = d;
	r->m = m;
	r->a = a;
	rc = read_at(r, root, err);
	/* A notice without status parts that was forwarded as an attachment. */
	for (size_t i = 1; rc == REP_OK && d->reports_n == from && i < m->n && tried < SENT_ON; i++)
		if (m->parts[i].message && from_a_daemon(&m->parts[i].headers)) {
			tried++;
			rc = read_at(r, (int)i, err);
		}
	return rc;
}
