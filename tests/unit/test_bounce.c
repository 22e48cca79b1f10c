/*
 * unit/test_bounce.c -- notices of mail servers: who failed, what was said, and what it means.
 *
 * The mails were written for these tests. They have the forms that servers use, not their words.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/buf.h"
#include "doc.h"

#define FROM_SERVER                                                                      \
	"Return-Path: <>\nFrom: MAILER-DAEMON@mx1.shop.example\nTo: news@shop.example\n" \
	"Date: Tue, 3 Nov 2026 06:42:11 +0000\n"
#define ORIGINAL                                                                             \
	"Return-Path: <bounce-7@shop.example>\nReceived: from app by mx1.shop.example with " \
	"ESMTP id 4F1ABC9; Tue, 3 Nov 2026 06:42:00 +0000\nFrom: news@shop.example\n"        \
	"To: jo@example.com\nMessage-ID: <4711@shop.example>\nSubject: Hello\n\nHi\n"
#define REPORT(text, status)                                                                      \
	FROM_SERVER "Subject: Returned mail\nMIME-Version: 1.0\nContent-Type: multipart/report; " \
		    "report-type=delivery-status; boundary=\"b/1\"\n\n--b/1\nContent-Type: "      \
		    "text/plain\n\n" text                                                         \
		    "\n--b/1\nContent-Type: message/delivery-status\n\n" status                   \
		    "\n--b/1\nContent-Type: message/rfc822\n\n" ORIGINAL "--b/1--\n"

struct want {
	const char *name, *mail;
	size_t n; /* number of reports; the other fields are about the first */
	enum rep_report_kind kind;
	enum rep_action action;
	const char *recipient, *class;
};

static const struct want wants[] = {
	{ "a DSN as RFC 3464 has it",
	    REPORT("It did not work.",
		"Reporting-MTA: dns; mx1.shop.example\nX-Postfix-Queue-ID: 4F1ABC9\n\n"
		"Final-Recipient: rfc822; jo@example.com\nAction: failed\nStatus: 5.1.1\n"
		"Remote-MTA: dns; mx.example.com\nDiagnostic-Code: smtp; 550 5.1.1 no such user\n"),
	    1, REP_REPORT_BOUNCE, REP_ACTION_FAILED, "jo@example.com", "recipient" },
	{ "a delay is no failure",
	    REPORT("It waits.",
		"Reporting-MTA: dns; mx1.shop.example\n\nFinal-Recipient: rfc822; jo@example.com\n"
		"Action: delayed\nStatus: 4.4.1\nDiagnostic-Code: X-Postfix; connect to "
		"mx.example.com[198.51.100.7]:25: Connection timed out\n"),
	    1, REP_REPORT_BOUNCE, REP_ACTION_DELAYED, "jo@example.com", "network" },
	{ "a delivery that was asked for",
	    REPORT("It arrived.",
		"Reporting-MTA: dns; mx1.shop.example\n\nFinal-Recipient: rfc822; jo@example.com\n"
		"Action: delivered\nStatus: 2.0.0\nDiagnostic-Code: smtp; 250 2.0.0 taken\n"),
	    1, REP_REPORT_BOUNCE, REP_ACTION_DELIVERED, "jo@example.com", "accepted" },
	{ "a notice of Postfix that was copied without its header",
	    "This is the mail system at host mx1.shop.example.\n\nYour message could not be "
	    "delivered. You can\ndelete your own text from the attached returned message.\n\n"
	    "<jo@example.com>: host mx.example.com[198.51.100.7] said: 552 5.2.2\n"
	    "    mailbox full (in reply to RCPT TO command)\n",
	    1, REP_REPORT_BOUNCE, REP_ACTION_FAILED, "jo@example.com", "mailbox" },
	{ "relayed to a server that tells no more",
	    REPORT("It went on.",
		"Reporting-MTA: dns; mx1.shop.example\n\nFinal-Recipient: rfc822; jo@example.com\n"
		"Action: relayed\nStatus: 2.0.0\nDiagnostic-Code: smtp; 250 2.0.0 taken\n"),
	    1, REP_REPORT_BOUNCE, REP_ACTION_RELAYED, "jo@example.com", "accepted" },
	{ "groups that nobody parted",
	    REPORT("Two did not work.",
		"Reporting-MTA: dns; mx1.shop.example\n\nFinal-Recipient: rfc822; jo@example.com\n"
		"Action: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 5.2.2 mailbox full\n"
		"Final-Recipient: rfc822; al@example.com\nAction: failed\nStatus: 5.1.1\n"
		"Diagnostic-Code: smtp; 550 5.1.1 no such user\n"),
	    2, REP_REPORT_BOUNCE, REP_ACTION_FAILED, "jo@example.com", "mailbox" },
	{ "a route before the address",
	    REPORT("It did not work.",
		"Reporting-MTA: dns; mx1.shop.example\n\n"
		"Final-Recipient: rfc822;@relay.example:jo@example.com\nAction: failed\n"
		"Status: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no such user\n"),
	    1, REP_REPORT_BOUNCE, REP_ACTION_FAILED, "jo@example.com", "recipient" },
	{ "the reply stands in the words, not in the fields",
	    REPORT("<jo@example.com>: host mx.example.com[198.51.100.7] said: 552 5.2.2\n"
		   "    mailbox full (in reply to RCPT TO command)\n",
		"Reporting-MTA: dns; mx1.shop.example\n\nFinal-Recipient: rfc822; jo@example.com\n"
		"Action: failed\nStatus: 5.0.0\n"),
	    1, REP_REPORT_BOUNCE, REP_ACTION_FAILED, "jo@example.com", "mailbox" },
	{ "a boundary that was lost",
	    FROM_SERVER "Subject: Returned mail\nContent-Type: multipart/report; "
			"report-type=delivery-status; boundary=\"other\"\n\nIt did not work.\n\n"
			"Reporting-MTA: dns; mx1.shop.example\n\nFinal-Recipient: rfc822; "
			"jo@example.com\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 "
			"5.1.1 no such user\n\n" ORIGINAL,
	    1, REP_REPORT_BOUNCE, REP_ACTION_FAILED, "jo@example.com", "recipient" },
	{ "qmail's form",
	    FROM_SERVER
	    "Subject: failure notice\n\nHi. This is the program at mx1.\n\n"
	    "<jo@example.com>:\n198.51.100.7 does not like recipient.\nRemote host said: "
	    "552 5.2.2 mailbox full\nGiving up on 198.51.100.7.\n\n--- Below this line is "
	    "a copy of the message.\n\n" ORIGINAL,
	    1, REP_REPORT_BOUNCE, REP_ACTION_FAILED, "jo@example.com", "mailbox" },
	{ "Exim's form, two that failed",
	    FROM_SERVER
	    "X-Failed-Recipients: jo@example.com, al@example.com\nSubject: Mail delivery "
	    "failed\n\nThe following address(es) failed:\n\n  jo@example.com\n    SMTP "
	    "error from remote mail server after RCPT TO:<jo@example.com>:\n    host "
	    "mx.example.com [198.51.100.7]: 550 5.1.1 no such user\n  al@example.com\n"
	    "    mailbox is full\n\n------ This is a copy of the message ------\n\n" ORIGINAL,
	    2, REP_REPORT_BOUNCE, REP_ACTION_FAILED, "jo@example.com", "recipient" },
	{ "a transcript of Sendmail",
	    FROM_SERVER
	    "Subject: Returned mail: User unknown\n\n   ----- The following addresses had "
	    "permanent fatal errors -----\n<jo@example.com>\n\n   ----- Transcript of "
	    "session follows -----\n... while talking to mx.example.com.:\n>>> RCPT "
	    "To:<jo@example.com>\n<<< 550 5.1.1 <jo@example.com>... User unknown\n550 5.1.1 "
	    "<jo@example.com>... User unknown\n\n   ----- Original message follows -----\n\n" ORIGINAL,
	    1, REP_REPORT_BOUNCE, REP_ACTION_FAILED, "jo@example.com", "recipient" },
	{ "Domino's form: words without a code",
	    FROM_SERVER
	    "Subject: Delivery failure\n\nYour message\n\n  Subject: Hello\n\nwas not "
	    "delivered to:\n\n  jo@example.com\n\nbecause:\n\n  User jo (jo@example.com) not "
	    "listed in Domino Directory\n",
	    1, REP_REPORT_BOUNCE, REP_ACTION_FAILED, "jo@example.com", "recipient" },
	{ "Exchange's X.400 form",
	    FROM_SERVER
	    "Subject: Undeliverable: Hello\n\nYour message\n\n  To:      "
	    "list@shop.example\n  Subject: Hello\n\ndid not reach the following "
	    "recipient(s):\n\nc=US;a= ;p=Example;o=Post;dda:SMTP=jo@example.com; on Tue, 3 "
	    "Nov 2026\n    The recipient name is not recognized\n",
	    1, REP_REPORT_BOUNCE, REP_ACTION_FAILED, "jo@example.com", "recipient" },
	{ "a gateway that speaks Japanese around the reply",
	    FROM_SERVER "Subject: failure notice\nContent-Type: text/plain; charset=ISO-2022-JP\n\n"
			"\033$B$3$N%a!<%k\033(B\njo@example.com\n-------server message\n550 5.1.1 "
			"<jo@example.com>: User unknown\n-------original message\n\n" ORIGINAL,
	    1, REP_REPORT_BOUNCE, REP_ACTION_FAILED, "jo@example.com", "recipient" },
	{ "HTML alone",
	    FROM_SERVER
	    "Subject: Undeliverable\nContent-Type: text/html\n\n<html><style>p { color: "
	    "red }</style><p>Delivery to <b>&lt;jo@example.com&gt;</b> "
	    "failed.<br>552 5.2.2 mailbox&nbsp;full</p></html>\n",
	    1, REP_REPORT_BOUNCE, REP_ACTION_FAILED, "jo@example.com", "mailbox" },
	{ "words that say it waits",
	    FROM_SERVER
	    "Subject: Warning: message delayed\n\nYour message has not yet been delivered "
	    "to jo@example.com.\nYou do not need to resend it.\n\n" ORIGINAL,
	    1, REP_REPORT_BOUNCE, REP_ACTION_DELAYED, "jo@example.com", "unknown" },
	{ "an address that is also who sent it",
	    FROM_SERVER "Subject: failure notice\n\n<news@shop.example>:\n552 5.2.2 mailbox full\n",
	    1, REP_REPORT_BOUNCE, REP_ACTION_FAILED, "news@shop.example", "mailbox" },
	{ "a bounce sent on as an attachment",
	    "From: jo@shop.example\nTo: help@shop.example\nSubject: what is this\nContent-Type: "
	    "multipart/mixed; boundary=\"o\"\n\n--o\n\nSee below.\n--o\nContent-Type: "
	    "message/rfc822\n\n" REPORT("x",
		"Reporting-MTA: dns; mx1.shop.example\n\nFinal-Recipient: rfc822; "
		"jo@example.com\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no "
		"such user\n") "--o--\n",
	    1, REP_REPORT_BOUNCE, REP_ACTION_FAILED, "jo@example.com", "recipient" },
	{ "a block in a bounce is no bad address",
	    REPORT("It did not work.",
		"Reporting-MTA: dns; mx1.shop.example\n\nFinal-Recipient: rfc822; al@hotmail.com\n"
		"Action: failed\nStatus: 5.7.1\nRemote-MTA: dns; "
		"hotmail-com.olc.protection.outlook.com\nDiagnostic-Code: smtp; 550 5.7.1 "
		"Unfortunately, messages from [203.0.113.24] weren't sent. part of their network is on "
		"our block list (S3140)\n"),
	    1, REP_REPORT_BOUNCE, REP_ACTION_FAILED, "al@hotmail.com", "blocked" },
	{ "the reply an appliance quotes",
	    REPORT("x",
		"Reporting-MTA: dns; mx1.shop.example\n\nFinal-Recipient: rfc822; jo@example.com\n"
		"Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 5.1.0 - Unknown address error "
		"552-'5.2.2 mailbox full' (delivery attempts: 0)\n"),
	    1, REP_REPORT_BOUNCE, REP_ACTION_FAILED, "jo@example.com", "mailbox" },
	{ "a vacation notice",
	    "Return-Path: <>\nFrom: jo@example.com\nTo: news@shop.example\nAuto-Submitted: "
	    "auto-replied\nSubject: Out of office: Hello\n\nBack on Monday. Until then ask "
	    "al@example.com, who is not unknown.\n",
	    1, REP_REPORT_NOTICE, REP_ACTION_NONE, "jo@example.com", "unknown" },
	{ "a receipt",
	    "From: jo@example.com\nTo: news@shop.example\nSubject: Read: Hello\nContent-Type: "
	    "multipart/report; report-type=disposition-notification; boundary=b\n\n--b\n\nread\n--b\n"
	    "Content-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; "
	    "jo@example.com\nDisposition: manual-action/MDN-sent-manually; displayed\n--b--\n",
	    1, REP_REPORT_NOTICE, REP_ACTION_NONE, "jo@example.com", "unknown" },
	{ "ordinary mail that speaks of failure",
	    "From: jo@example.com\nTo: news@shop.example\nSubject: lunch\n\nI could not deliver the "
	    "cake to al@example.com, the address was unknown.\n",
	    0, REP_REPORT_NONE, REP_ACTION_NONE, "", "" },
	{ "a block of the receiver's own address, as Exim names it",
	    REPORT("It did not work.\n\n  al@hotmail.com\n    host "
		   "hotmail-com.olc.protection.outlook.com [104.47.59.161]\n    SMTP error:\n",
		"Reporting-MTA: dns; mx1.shop.example\n\nFinal-Recipient: rfc822; al@hotmail.com\n"
		"Action: failed\nStatus: 5.7.1\nRemote-MTA: dns; "
		"hotmail-com.olc.protection.outlook.com\nDiagnostic-Code: smtp; 550 5.7.1 "
		"Unfortunately, messages from [104.47.59.161] weren't sent. part of their network is on "
		"our block list (S3140)\n"),
	    1, REP_REPORT_BOUNCE, REP_ACTION_FAILED, "al@hotmail.com", "policy" },
	{ "the same as Postfix names it",
	    REPORT("It did not work.\n\n  al@hotmail.com\n    host "
		   "hotmail-com.olc.protection.outlook.com[104.47.59.161]\n    SMTP error:\n",
		"Reporting-MTA: dns; mx1.shop.example\n\nFinal-Recipient: rfc822; al@hotmail.com\n"
		"Action: failed\nStatus: 5.7.1\nRemote-MTA: dns; "
		"hotmail-com.olc.protection.outlook.com\nDiagnostic-Code: smtp; 550 5.7.1 "
		"Unfortunately, messages from [104.47.59.161] weren't sent. part of their network is on "
		"our block list (S3140)\n"),
	    1, REP_REPORT_BOUNCE, REP_ACTION_FAILED, "al@hotmail.com", "policy" },
	{ "a block of ours beside the address of the receiver",
	    REPORT("It did not work.\n\n  al@hotmail.com\n    host "
		   "hotmail-com.olc.protection.outlook.com [104.47.59.161]\n    SMTP error:\n",
		"Reporting-MTA: dns; mx1.shop.example\n\nFinal-Recipient: rfc822; al@hotmail.com\n"
		"Action: failed\nStatus: 5.7.1\nRemote-MTA: dns; "
		"hotmail-com.olc.protection.outlook.com\nDiagnostic-Code: smtp; 550 5.7.1 "
		"Unfortunately, messages from [203.0.113.24] weren't sent. part of their network is on "
		"our block list (S3140)\n"),
	    1, REP_REPORT_BOUNCE, REP_ACTION_FAILED, "al@hotmail.com", "blocked" },
	{ "a header and nothing else", "Subject: hello\n", 0, REP_REPORT_NONE, REP_ACTION_NONE, "",
	    "" },
};

static void
notices(void)
{
	static struct rep_meaning m;

	for (size_t i = 0; i < REP_COUNT(wants); i++) {
		const struct want *w = &wants[i];
		struct rep_document d;
		struct rep_err why = { .msg = "" };
		enum rep_rc rc = doc_read(rep_str_c(w->mail), &d, &why);

		if (!ok(rc == REP_OK && d.reports_n == w->n, "%s: %zu reports", w->name, w->n)) {
			printf("#  rc %d, %zu reports, %s\n", (int)rc, d.reports_n, why.msg);
			continue;
		}
		if (w->n == 0)
			continue;
		doc_meaning(&d.reports[0], &m);
		ok(d.reports[0].kind == w->kind && d.reports[0].action == w->action,
		    "%s: told from other news", w->name);
		is_str(d.reports[0].recipient, w->recipient, "%s: the recipient", w->name);
		is_str(
		    rep_str_c(rep_class_word(m.heard.class)), w->class, "%s: the class", w->name);
	}
}

/* What is found besides the reply. */
static void
details(void)
{
	struct rep_document d;
	const struct rep_report *p;

	if (doc_read(rep_str_c(wants[0].mail), &d, NULL) != REP_OK || d.reports_n != 1) {
		ok(false, "details");
		return;
	}
	p = &d.reports[0];
	is_str(p->message_id, "<4711@shop.example>", "Message-ID of the original");
	is_str(p->queue_id, "4F1ABC9", "queue id");
	is_str(p->sender, "bounce-7@shop.example", "envelope sender");
	is_str(p->reporting_mta, "mx1.shop.example", "who reports");
	is_str(p->host, "mx.example.com", "who spoke");
	is_int(p->at_s, 1793688131, "when");
	is_int(p->enh[1] * 10 + p->enh[2], 11, "status");
	if (doc_read(rep_str_c(wants[8].mail), &d, NULL) == REP_OK && d.reports_n == 1)
		is_str(d.reports[0].queue_id, "4F1ABC9", "queue id from the Received field below");
}

/* Words of the own server, and a 4xx that was given up. */
static void
own_words(void)
{
	static const struct {
		const char *name, *mail, *host;
		bool expired;
	} rows[] = {
		{ "its filter",
		    REPORT("It did not work.",
			"Reporting-MTA: dns; mx1.shop.example\n\nFinal-Recipient: rfc822; "
			"jo@gmail.com\nAction: failed\nStatus: 5.7.1\nDiagnostic-Code: X-Postfix; "
			"Not this one\n"),
		    "mx1.shop.example", false },
		{ "its name server",
		    REPORT("It did not work.",
			"Reporting-MTA: dns; mx1.shop.example\n\nFinal-Recipient: rfc822; "
			"jo@gmail.com\nAction: failed\nStatus: 4.4.3\nDiagnostic-Code: X-Postfix; "
			"Name service error for name=gmail.com type=MX\n"),
		    "mx1.shop.example", true },
		{ "a connection to a host",
		    REPORT("It did not work.",
			"Reporting-MTA: dns; mx1.shop.example\n\nFinal-Recipient: rfc822; "
			"jo@gmail.com\nAction: failed\nStatus: 4.4.1\nDiagnostic-Code: X-Postfix; "
			"connect to mx.example.com[198.51.100.7]:25: Connection timed out\n"),
		    "", true },
		{ "Exchange for its own tenant",
		    REPORT("It did not work.",
			"Reporting-MTA: dns;AB1.PROD.OUTLOOK.COM\n\nFinal-Recipient: rfc822; "
			"jo@gmail.com\nAction: failed\nStatus: 5.7.708\nDiagnostic-Code: smtp;550 "
			"5.7.708 Access denied [AB1.PROD.OUTLOOK.COM]\n"),
		    "AB1.PROD.OUTLOOK.COM", false },
		{ "a 421 for days",
		    REPORT("It did not work.",
			"Reporting-MTA: dns; mx1.shop.example\n\nFinal-Recipient: rfc822; "
			"jo@example.com\nAction: failed\nStatus: 4.7.0\nRemote-MTA: dns; "
			"mx.example.com\nDiagnostic-Code: smtp; 421 4.7.0 later\n"),
		    "mx.example.com", true },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct rep_document d;

		if (doc_read(rep_str_c(rows[i].mail), &d, NULL) != REP_OK || d.reports_n != 1) {
			ok(false, "own words: %s", rows[i].name);
			continue;
		}
		is_str(d.reports[0].host, rows[i].host, "own words, who spoke: %s", rows[i].name);
		ok(d.reports[0].expired == rows[i].expired, "given up or not: %s", rows[i].name);
	}
}

/* The same text with different line ends must give the same result. */
static void
line_ends(void)
{
	static char other[3][8192];
	size_t n[3] = { 0 };

	for (const char *s = wants[8].mail; *s != '\0'; s++) {
		if (*s == '\n')
			other[0][n[0]++] = '\r';
		other[0][n[0]++] = *s;
		other[1][n[1]++] = *s == '\n' ? '\r' : *s;
	}
	for (int i = 0; i < 2; i++) {
		struct rep_document d;

		ok(doc_read((struct rep_str){ other[i], n[i] }, &d, NULL) == REP_OK &&
			d.reports_n == 1 &&
			rep_str_eq(d.reports[0].recipient, REP_S("jo@example.com")),
		    "line ends of %s", i == 0 ? "Windows" : "old Macintoshes");
	}
}

/* A notice with very many recipients: each is reported, up to the maximum, and then it says so. */
static void
test_many(void)
{
	static const struct {
		const char *name;
		size_t n, want;
		bool report, said;
	} rows[] = { { "600 in a report", 600, 600, true, false },
		{ "20,001 in a report", 20010, 20000, true, true },
		{ "300 in words", 300, 300, false, false },
		{ "1,100 in words", 1100, 1000, false, true } };

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct rep_document d;
		struct rep_buf b;

		rep_buf_init(&b, 32 << 20);
		rep_buf_printf(&b, FROM_SERVER "Subject: Returned mail\nMIME-Version: 1.0\n");
		if (rows[i].report)
			rep_buf_printf(&b,
			    "Content-Type: multipart/report; report-type=delivery-status; "
			    "boundary=\"b\"\n\n--b\n\nIt did not work.\n--b\nContent-Type: "
			    "message/delivery-status\n\nReporting-MTA: dns; mx1.shop.example\n\n");
		else
			rep_buf_printf(&b, "\nDelivery to the following recipients failed:\n\n");
		for (size_t k = 0; k < rows[i].n; k++)
			rep_buf_printf(&b,
			    rows[i].report
				? "Final-Recipient: rfc822; u%zu@example.com\nAction: failed\n"
				  "Status: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no such user\n\n"
				: "    u%zu@example.com\n",
			    k);
		if (rows[i].report)
			rep_buf_printf(&b, "--b--\n");
		enum rep_rc rc = doc_read(rep_buf_str(&b), &d, NULL);

		ok(rc == REP_OK && d.reports_n == rows[i].want, "many: %s: %zu", rows[i].name,
		    d.reports_n);
		ok((d.reason.n > 0) == rows[i].said, "many: %s: what was left out is said: %.*s",
		    rows[i].name, REP_PR(d.reason));
		rep_buf_fini(&b);
	}
}

int
main(void)
{
	if (!doc_begin())
		return 1;
	notices();
	details();
	own_words();
	line_ends();
	test_many();
	doc_end();
	return done();
}
