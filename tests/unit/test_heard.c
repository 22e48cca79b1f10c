/*
 * unit/test_heard.c -- the same reply, read in every way that it may come.
 *
 * A row is a reply of a host. A line of Postfix, a line of Exim, a bounce by mail (RFC 3464), an
 * event of KumoMTA and a row of PowerMTA report it. It must mean the same in all of them:
 *
 * 	CLASS SCOPE RULE PROVIDER STAGE CERTAIN
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc.h"
#include "intake/mail_log.h"

#include <stdlib.h>

#define OLC "shop.olc.protection.outlook.com"
#define GMAIL "gmail-smtp-in.l.google.com"
#define SMALL "mx.small.example"

static const struct rep_key key = { "0123456789abcde" };
static struct rep_streams *streams;

static const struct row {
	const char *name;
	const char *rcpt, *host, *ip, *reply, *command; /* "MAIL FROM", "RCPT TO", "end of DATA" */
	bool deferred;
	const char *means;
} rows[] = {
	{ "a block of a large provider", "al@hotmail.com", OLC, "198.51.100.3",
	    "550 5.7.1 Unfortunately, messages from [203.0.113.10] weren't sent, part of their "
	    "network is on our block list (S3140).",
	    "MAIL FROM", false,
	    "blocked source-or-subnet microsoft-consumer.s3140 microsoft-consumer mail certain" },
	{ "no such user at a small host", "jo@small.example", SMALL, "198.51.100.9",
	    "550 5.1.1 <jo@small.example>: Recipient address rejected: User unknown", "RCPT TO",
	    false, "recipient recipient * other:small.example rcpt certain" },
	{ "a full mailbox", "jo@small.example", SMALL, "198.51.100.9",
	    "452 4.2.2 The email account that you tried to reach is over quota", "RCPT TO", true,
	    "mailbox recipient * other:small.example rcpt certain" },
	{ "a code of one provider from the host of another", "jo@small.example", SMALL,
	    "198.51.100.9",
	    "550 5.7.1 Unfortunately, messages from [203.0.113.10] weren't sent. Block list (S3140).",
	    "MAIL FROM", false, "* * * other:small.example mail *" },
	{ "greylisting", "jo@small.example", SMALL, "198.51.100.9",
	    "450 4.2.0 <jo@small.example>: Recipient address rejected: Greylisted", "RCPT TO", true,
	    "greylisted * * other:small.example rcpt *" },
	{ "what the next host told a forwarder", "jo@small.example", SMALL, "198.51.100.9",
	    "550 5.7.1 mx.next.example said: 554 5.7.1 Service unavailable; Client host "
	    "[198.51.100.9] blocked using zen.spamhaus.org",
	    "end of DATA", false, "policy recipient * other:small.example dot quoted" },
	{ "a response that a forwarder repeats in its own words", "jo@small.example", SMALL,
	    "198.51.100.9",
	    "550 5.7.1 Not delivered for jo@small.example, response=554 5.7.1 Message rejected: the "
	    "sending IP 198.51.100.77 has a poor reputation",
	    "end of DATA", false, "policy recipient * other:small.example dot quoted" },
	{ "the next host does not know the user, and this one asks again later", "jo@small.example",
	    SMALL, "198.51.100.9",
	    "450 4.1.1 <jo@small.example>: Recipient address rejected: unverified address: host "
	    "mbx.next.example[198.51.100.77] said: 550 5.1.1 <jo@small.example>: User unknown",
	    "RCPT TO", true, "capacity recipient * other:small.example rcpt quoted" },
	{ "the same from the receiver's own mailbox server", "jo@small.example", SMALL,
	    "198.51.100.9",
	    "450 4.1.1 <jo@small.example>: Recipient address rejected: unverified address: host "
	    "10.0.0.7[10.0.0.7] said: 550 5.1.1 <jo@small.example>: User unknown",
	    "RCPT TO", true,
	    "recipient recipient any.user-unknown other:small.example rcpt uncertain" },
	{ "its address alone, and no name of it", "jo@small.example", SMALL, "198.51.100.9",
	    "550 5.1.1 <jo@small.example>: undeliverable address: host 172.20.1.9 said: 550 User "
	    "unknown",
	    "RCPT TO", false,
	    "recipient recipient any.user-unknown other:small.example rcpt uncertain" },
	{ "a full mailbox on it", "jo@small.example", SMALL, "198.51.100.9",
	    "450 4.2.2 <jo@small.example>: unverified address: host mbx.lan[192.168.7.60] said: 452 "
	    "4.2.2 Over quota",
	    "RCPT TO", true,
	    "mailbox recipient any.mailbox-full other:small.example rcpt uncertain" },
	{ "it may know the user later", "jo@small.example", SMALL, "198.51.100.9",
	    "450 4.1.1 <jo@small.example>: unverified address: host mbx.lan[192.168.7.60] said: 450 "
	    "4.1.1 User unknown",
	    "RCPT TO", true, "capacity recipient * other:small.example rcpt quoted" },
	{ "what it says of the gateway is not about us", "jo@small.example", SMALL, "198.51.100.9",
	    "554 5.7.1 host mbx.lan[192.168.7.60] said: 554 5.7.1 Client host [192.168.7.2] blocked "
	    "using zen.spamhaus.org",
	    "end of DATA", false, "policy recipient * other:small.example dot quoted" },
	{ "a probe of the sender asked our own host", "jo@small.example", SMALL, "198.51.100.9",
	    "550 5.1.7 <no@shop.example>: Sender address rejected: undeliverable address: host "
	    "mx.shop.example[203.0.113.10] said: 550 5.1.1 <no@shop.example>: User unknown",
	    "RCPT TO", false,
	    "identity domain any.sender-verify other:small.example rcpt uncertain" },
	{ "an address that is the speaker's own", "jo@small.example", SMALL, "198.51.100.9",
	    "554 5.7.1 Service unavailable; Client host [198.51.100.9] blocked using "
	    "zen.spamhaus.org",
	    "RCPT TO", false, "policy recipient * other:small.example rcpt quoted" },
	{ "a reply of a large provider, quoted by a small host", "jo@small.example", SMALL,
	    "198.51.100.9",
	    "550 5.7.1 host " OLC
	    "[198.51.100.3] said: 550 5.7.1 messages from [203.0.113.10] weren't "
	    "sent (S3140)",
	    "MAIL FROM", false, "* * * other:small.example mail quoted" },
	{ "accepted", "al@hotmail.com", OLC, "198.51.100.3", "250 2.6.0 Queued mail for delivery",
	    "end of DATA", false, "accepted - - microsoft-consumer dot certain" },
};

/* One fact as words. "*" in a row matches anything, as long as all ways agree. */
static void
describe(const struct rep_fact *f, bool quoted, struct rep_buf *out)
{
	const char *scope = rep_scope_word(f->scope), *stage = rep_stage_word(f->stage);
	struct rep_str rule = rep_str_or(f->rule, REP_S("-"));

	rep_buf_clear(out);
	rep_buf_printf(out, "%s %s %.*s %.*s%s%.*s %s %s", rep_class_word(f->class),
	    scope != NULL ? scope : "-", REP_PR(rule), REP_PR(f->provider),
	    f->provider_domain.n > 0 ? ":" : "", REP_PR(f->provider_domain),
	    stage != NULL ? stage : "-",
	    quoted	     ? "quoted"
		: f->certain ? "certain"
			     : "uncertain");
}

struct heard {
	struct rep_buf text;
	unsigned n;
	bool quoted; /* quoted from another host: in no way is it certain */
};

static enum rep_rc
on_fact(void *ctx, const struct rep_fact *f, struct rep_err *err)
{
	struct heard *h = ctx;

	(void)err;
	describe(f, h->quoted, &h->text);
	h->n++;
	return REP_OK;
}

/* Compares word by word; "*" matches any word. */
static bool
fits(struct rep_str want, struct rep_str got)
{
	while (want.n > 0 && got.n > 0) {
		size_t w = rep_str_chr(want, ' ', 0), g = rep_str_chr(got, ' ', 0);
		struct rep_str a = rep_str_sub(want, 0, w == SIZE_MAX ? want.n : w);
		struct rep_str b = rep_str_sub(got, 0, g == SIZE_MAX ? got.n : g);

		if (!rep_str_eq(a, REP_S("*")) && !rep_str_eq(a, b))
			return false;
		want = w == SIZE_MAX ? REP_S("") : rep_str_sub(want, w + 1, want.n);
		got = g == SIZE_MAX ? REP_S("") : rep_str_sub(got, g + 1, got.n);
	}
	return want.n == 0 && got.n == 0;
}

static void
by_log(const struct row *r, const char *line, struct heard *h)
{
	struct rep_mail_log_params o = {
		.know = doc_know, .key = &key, .streams = streams, .now_s = 1793688131 + 3600
	};
	struct rep_mail_log *m = rep_mail_log_new(&o);
	enum rep_line_kind kind;
	struct rep_err err;
	int64_t at_s;

	h->n = 0;
	h->quoted = strstr(r->means, "quoted") != NULL;
	rep_buf_clear(&h->text);
	rep_mail_log_file(m, "a.log", 1793688131);
	ok(rep_mail_log_line(m, rep_str_c(line), 1, false, on_fact, h, &kind, &at_s, &err) ==
		    REP_OK &&
		h->n == 1,
	    "%s: one fact of a line", r->name);
	rep_mail_log_free(m);
}

static void
by_document(const struct row *r, const char *text, struct heard *h)
{
	static struct rep_meaning m;
	struct rep_document d;
	struct rep_fact f;

	rep_buf_clear(&h->text);
	h->n = 0;
	if (!ok(doc_read(rep_str_c(text), &d, NULL) == REP_OK && d.reports_n == 1,
		"%s: one report of a document", r->name))
		return;
	doc_meaning(&d.reports[0], &m);
	h->n = 1;
	if (rep_meaning_fact(&d.reports[0], &m, &f)) {
		describe(&f, m.heard.quoted, &h->text);
		ok(f.named.version == 0, "%s: a document names no address of ours", r->name);
	}
}

/* The text for each way. False when that way cannot report it. */
static bool
told_by(const struct row *r, unsigned way, char out[4096])
{
	const char *code = r->reply, *words = r->reply + 10;
	bool sent = code[0] == '2';
	char command[80];

	snprintf(command, sizeof command, "%s", r->command);
	switch (way) {
	case 0:
		if (sent)
			return snprintf(out, 4096,
				   "Nov  3 06:42:11 mx1 postfix/smtp[1]: 4F1A2B: to=<%s>, "
				   "relay=%s[%s]:25, delay=1, dsn=2.0.0, status=sent (%s)",
				   r->rcpt, r->host, r->ip, r->reply) > 0;
		return snprintf(out, 4096,
			   "Nov  3 06:42:11 mx1 postfix/smtp[1]: 4F1A2B: to=<%s>, relay=%s[%s]:25, "
			   "delay=1, dsn=%.5s, status=%s (host %s[%s] said: %s (in reply to %s "
			   "command))",
			   r->rcpt, r->host, r->ip, code + 4, r->deferred ? "deferred" : "bounced",
			   r->host, r->ip, r->reply, command) > 0;
	case 1:
		if (sent)
			return snprintf(out, 4096,
				   "2026-11-03 06:42:11 1abcDE-0001Xy-Zz => %s R=dnslookup "
				   "T=remote_smtp H=%s [%s] C=\"%s\"",
				   r->rcpt, r->host, r->ip, r->reply) > 0;
		return snprintf(out, 4096,
			   "2026-11-03 06:42:11 1abcDE-0001Xy-Zz %s %s R=dnslookup "
			   "T=remote_smtp%s H=%s [%s]: SMTP error from remote mail server after %s: "
			   "%s",
			   r->deferred ? "==" : "**", r->rcpt, r->deferred ? " defer (0)" : "",
			   r->host, r->ip, command, r->reply) > 0;
	case 2:
		if (sent || r->deferred)
			return false;
		return snprintf(out, 4096,
			   "Return-Path: <>\nFrom: MAILER-DAEMON@mx1.shop.example\nTo: "
			   "news@shop.example\nDate: Tue, 3 Nov 2026 06:42:11 +0000\nSubject: Returned "
			   "mail\nMIME-Version: 1.0\nContent-Type: multipart/report; "
			   "report-type=delivery-status; boundary=\"b/1\"\n\n--b/1\nContent-Type: "
			   "text/plain\n\nIt did not work.\n\n--b/1\nContent-Type: "
			   "message/delivery-status\n\nReporting-MTA: dns; "
			   "mx1.shop.example\n\nFinal-Recipient: rfc822; %s\nAction: "
			   "failed\nStatus: %.5s\nRemote-MTA: dns; %s\nDiagnostic-Code: smtp; host "
			   "%s[%s] said: %s (in reply to %s command)\n\n--b/1--\n",
			   r->rcpt, code + 4, r->host, r->host, r->ip, r->reply, command) > 0;
	case 3:
		if (strcmp(r->command, "end of DATA") == 0)
			snprintf(command, sizeof command, ".");
		return snprintf(out, 4096,
			   "{\"type\":\"%s\",\"id\":\"d7ef\",\"sender\":\"news@shop.example\","
			   "\"recipient\":\"%s\",\"response\":{\"code\":%.3s,\"enhanced_code\":{\"class\":%c,"
			   "\"subject\":%c,\"detail\":%c},\"content\":\"%s\",\"command\":\"%s\"},"
			   "\"peer_address\":{\"name\":\"%s.\",\"addr\":\"%s\"},\"timestamp\":1793688131,"
			   "\"created\":1793688100,\"egress_source\":\"ip-1\"}\n",
			   sent		     ? "Delivery"
			       : r->deferred ? "TransientFailure"
					     : "Bounce",
			   r->rcpt, code, code[4], code[6], code[8], words, command, r->host,
			   r->ip) > 0;
	default:
		return snprintf(out, 4096,
			   "type,timeLogged,orig,rcpt,dsnStatus,dsnDiag,dsnMta,vmta\n"
			   "%s,1793688131,news@shop.example,%s,%.5s,\"smtp;%s\",%s (%s),v1\n",
			   sent		     ? "d"
			       : r->deferred ? "t"
					     : "b",
			   r->rcpt, code + 4, r->reply, r->host, r->ip) > 0;
	}
}

/* PowerMTA does not log the command. Everything else must agree. */
static void
without_stage(struct rep_buf *b)
{
	char copy[512], *stage, *rest;

	snprintf(copy, sizeof copy, "%.*s", (int)b->n, b->p);
	rest = strrchr(copy, ' ');
	if (rest == NULL)
		return;
	*rest++ = '\0';
	if ((stage = strrchr(copy, ' ')) == NULL)
		return;
	*stage = '\0';
	rep_buf_clear(b);
	rep_buf_printf(b, "%s * %s", copy, rest);
}

static void
all_ways(const struct row *r)
{
	static const char *const ways[] = { "Postfix", "Exim", "a bounce", "KumoMTA", "PowerMTA" };
	struct heard h = { .n = 0 };
	struct rep_buf first;
	char text[4096];

	rep_buf_init(&h.text, 4096);
	rep_buf_init(&first, 4096);
	for (unsigned way = 0; way < REP_COUNT(ways); way++) {
		if (!told_by(r, way, text))
			continue;
		if (way < 2)
			by_log(r, text, &h);
		else
			by_document(r, text, &h);
		if (way == 0) {
			rep_buf_add(&first, rep_buf_str(&h.text));
			ok(fits(rep_str_c(r->means), rep_buf_str(&h.text)), "%s: %.*s", r->name,
			    (int)h.text.n, h.text.p);
			continue;
		}
		if (way == 4) {
			without_stage(&h.text);
			without_stage(&first);
		}
		is_str(rep_buf_str(&h.text),
		    rep_arena_printf(doc_arena, "%.*s", (int)first.n, first.p).p, "%s: by %s",
		    r->name, ways[way]);
	}
	rep_buf_fini(&h.text);
	rep_buf_fini(&first);
}

/* SES gives the address that it talked to, and no host. */
static void
by_service(void)
{
	static struct rep_meaning m;
	struct rep_document d;

	if (!ok(doc_read(
		    REP_S("{\"eventType\":\"Bounce\",\"mail\":{\"messageId\":\"0100-1\","
			  "\"source\":\"news@shop.example\"},\"bounce\":{\"bounceType\":"
			  "\"Permanent\",\"bounceSubType\":\"General\",\"bouncedRecipients\":[{"
			  "\"emailAddress\":\"al@hotmail.com\",\"status\":\"5.7.1\","
			  "\"diagnosticCode\":\"smtp; 550 5.7.1 Unfortunately, messages from "
			  "[203.0.113.10] weren't sent, part of their network is on our block "
			  "list (S3140).\"}],\"timestamp\":\"2026-11-03T06:42:11.000Z\","
			  "\"remoteMtaIp\":\"198.51.100.3\"}}"),
		    &d, NULL) == REP_OK &&
		    d.reports_n == 1,
		"an event of SES"))
		return;
	doc_meaning(&d.reports[0], &m);
	ok(m.heard.class == REP_CLASS_BLOCKED && m.heard.certain &&
		m.heard.scope == REP_SCOPE_SOURCE_OR_SUBNET &&
		rep_str_eq(m.heard.reading.rule->id, REP_S("microsoft-consumer.s3140")),
	    "SES: class, scope, rule and certainty of a line");
	ok(m.heard.named.version == 0, "SES: the address is the service's");
}

int
main(void)
{
	streams = rep_streams_new(NULL, 0);
	if (!ok(doc_begin() && streams != NULL, "set up"))
		return done();
	for (size_t i = 0; i < REP_COUNT(rows); i++)
		all_ways(&rows[i]);
	by_service();
	rep_streams_free(streams);
	doc_end();
	return done();
}
