/*
 * unit/test_complaint.c -- complaints: RFC 5965, Microsoft's two forms, opt-outs, counts.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc.h"

#define ARF(fields, original)                                                                   \
	"From: feedback@fbl.example.net\nTo: fbl@shop.example\nDate: Tue, 3 Nov 2026 06:42:11 " \
	"+0000\nSubject: FW: Hello\nMIME-Version: 1.0\nContent-Type: multipart/report; "        \
	"report-type=feedback-report; boundary=\"b\"\n\n--b\nContent-Type: text/plain\n\nA "    \
	"complaint.\n--b\nContent-Type: message/feedback-report\n\n" fields                     \
	"\n--b\nContent-Type: message/rfc822\n\n" original "\n--b--\n"
#define OURS                                                                                    \
	"Return-Path: <bounce-7-jo=example.net@shop.example>\nFrom: News <news@shop.example>\n" \
	"To: jo@example.net\nMessage-ID: <4711@shop.example>\nFeedback-ID: 7:news:shop\n"       \
	"List-Id: <news.shop.example>\n\nHi\n"

static const struct {
	const char *name, *mail, *recipient, *type, *ip, *verp;
	size_t n;
	bool redacted;
} wants[] = {
	{ "RFC 5965",
	    ARF("Feedback-Type: abuse\nUser-Agent: Example/1\nVersion: 1\nOriginal-Mail-From: "
		"<bounce-7-jo=example.net@shop.example>\nOriginal-Rcpt-To: <jo@example.net>\n"
		"Source-IP: 203.0.113.24\nReported-Domain: shop.example\nArrival-Date: Tue, 3 Nov "
		"2026 06:00:00 +0000\n",
		OURS),
	    "jo@example.net", "abuse", "203.0.113.24", "bounce-7-jo=example.net@shop.example", 1,
	    false },
	{ "several recipients of one message",
	    ARF("Feedback-Type: fraud\nOriginal-Rcpt-To: jo@example.net\nOriginal-Rcpt-To: "
		"al@example.net\nSource-IP: 203.0.113.24\n",
		OURS),
	    "jo@example.net", "fraud", "203.0.113.24", "bounce-7-jo=example.net@shop.example", 2,
	    false },
	{ "the recipient was taken out",
	    ARF("Feedback-Type: abuse\nVersion: 1\nOriginal-Rcpt-To: redacted@example.net\n"
		"Source-IP: 203.0.113.24\n",
		"Return-Path: bounce-7-jo=example.net@shop.example\nFrom: news@shop.example\nTo: "
		"redacted\nMessage-ID: <4711@shop.example>\n"),
	    "", "abuse", "203.0.113.24", "bounce-7-jo=example.net@shop.example", 1, true },
	{ "an address in brackets of version 6",
	    ARF("Feedback-Type: abuse\nOriginal-Rcpt-To: jo@example.net\nSource-IP: 2001:db8::7\n",
		OURS),
	    "jo@example.net", "abuse", "2001:db8::7", "bounce-7-jo=example.net@shop.example", 1,
	    false },
	{ "Microsoft's old form",
	    "From: staff@hotmail.com\nTo: fbl@shop.example\nDate: Tue, 3 Nov 2026 06:42:11 +0000\n"
	    "Subject: complaint about message from 203.0.113.24\nMIME-Version: 1.0\nContent-Type: "
	    "multipart/mixed; boundary=\"b\"\n\n--b\nContent-Type: message/rfc822\n\n"
	    "X-HmXmrOriginalRecipient: al@hotmail.com\nX-SID-PRA: news@shop.example\n"
	    "Return-Path: bounce-8-al=hotmail.com@shop.example\nFrom: news@shop.example\n"
	    "Message-ID: <4712@shop.example>\n\nHi\n--b--\n",
	    "al@hotmail.com", "abuse", "203.0.113.24", "bounce-8-al=hotmail.com@shop.example", 1,
	    false },
	{ "an unsubscription by mail",
	    "From: jo@example.net\nTo: unsubscribe-7@shop.example\nSubject: unsubscribe\n\n\n",
	    "jo@example.net", "opt-out", "", "unsubscribe-7@shop.example", 1, false },
};

static void
mails(void)
{
	for (size_t i = 0; i < REP_COUNT(wants); i++) {
		const struct rep_report *p;
		struct rep_document d;
		char ip[REP_IP_TEXT];

		if (!ok(doc_read(rep_str_c(wants[i].mail), &d, NULL) == REP_OK &&
			    d.reports_n == wants[i].n,
			"%s: %zu complaints", wants[i].name, wants[i].n))
			continue;
		p = &d.reports[0];
		is_int(p->kind, REP_REPORT_COMPLAINT, "%s: a complaint", wants[i].name);
		is_str(p->recipient, wants[i].recipient, "%s: of whom", wants[i].name);
		is_str(p->feedback_type, wants[i].type, "%s: its type", wants[i].name);
		is_str(p->source_ip.version == 0 ? REP_S("")
						 : rep_str_c(rep_ip_text(&p->source_ip, ip)),
		    wants[i].ip, "%s: the address it claims", wants[i].name);
		is_str(p->verp, wants[i].verp, "%s: what we had put into it", wants[i].name);
		is_int(p->redacted, wants[i].redacted, "%s: redacted or not", wants[i].name);
	}
}

/* How the message is recognised when nobody is named. */
static void
attribution(void)
{
	struct rep_document d;

	if (!ok(doc_read(rep_str_c(wants[0].mail), &d, NULL) == REP_OK && d.reports_n == 1, "read"))
		return;
	is_str(d.reports[0].message_id, "<4711@shop.example>", "Message-ID");
	is_str(d.reports[0].feedback_id, "7:news:shop", "Feedback-ID");
	is_str(d.reports[0].list_id, "<news.shop.example>", "List-Id");
	is_str(d.reports[0].from_domain, "shop.example", "From domain");
	is_str(d.reports[0].reporter, "fbl.example.net", "who reports");
	is_int(d.reports[0].arrival_s, 1793685600, "when the message arrived");
}

static const char spam[] = "Date;IP;Plaintes;FAI\n2026-11-03;203.0.113.24;12;orange.fr\n"
			   "2026-11-03;nonsense;4;orange.fr\n2026-11-04;203.0.113.24;0;orange.fr\n";

static void
counts(void)
{
	struct rep_document d;

	if (!ok(doc_read(rep_str_c(spam), &d, NULL) == REP_OK && d.reports_n == 1,
		"counts of Signal Spam: a day without complaints is none"))
		return;
	is_int(d.kind, REP_DOC_SPAMCSV, "the kind is told by content");
	is_int(d.reports[0].count, 12, "twelve complaints in one");
	is_str(d.reports[0].reporter, "orange.fr", "of Orange's people");
	is_int(d.reports[0].at_s, 1793664000, "that day");
	ok(d.reason.n > 0, "the line that is none is told");
}

int
main(void)
{
	if (!doc_begin())
		return 1;
	mails();
	attribution();
	counts();
	doc_end();
	return done();
}
