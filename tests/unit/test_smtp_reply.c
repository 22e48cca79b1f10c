/*
 * unit/test_smtp_reply.c -- replies as servers write them, and quoted by other servers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "mail/smtp_reply.h"
#include "tap.h"

static const char *
dots(const int enh[3], char buf[32])
{
	snprintf(buf, 32, "%d.%d.%d", enh[0], enh[1], enh[2]);
	return enh[0] == 0 ? "" : buf;
}

/* A view must be inside the text that it was cut from. */
static bool
inside(struct rep_str part, struct rep_str whole)
{
	return part.n == 0 || (part.p >= whole.p && part.p + part.n <= whole.p + whole.n);
}

static const struct {
	const char *name, *line;
	int code;
	const char *enh;
	bool multi;
	const char *text;
} replies[] = {
	{ "plain", "550 5.1.1 No such person", 550, "5.1.1", false, "No such person" },
	{ "no enhanced code", "421 RP-001 Too much", 421, "", false, "RP-001 Too much" },
	{ "code alone", "250", 250, "", false, "" },
	{ "both codes alone", "250 2.0.0", 250, "2.0.0", false, "" },
	{ "first of several lines", "421-4.7.28 Slow 421 4.7.28 down", 421, "4.7.28", true,
	    "Slow 421 4.7.28 down" },
	{ "several lines without enhanced code", "554-mx.example.net 554 no", 554, "", true,
	    "mx.example.net 554 no" },
	{ "colon after the enhanced code", "550 5.7.1: refused", 550, "5.7.1", false, "refused" },
	{ "hash before it", "550 #5.1.1 gone", 550, "5.1.1", false, "gone" },
	{ "a hash that is none", "550 #1 of many", 550, "", false, "#1 of many" },
	{ "in round brackets with hash", "553 sorry, not here (#5.7.1)", 553, "5.7.1", false,
	    "sorry, not here (#5.7.1)" },
	{ "after a dash", "553 Mail not taken - 5.7.1 [XY12]", 553, "5.7.1", false,
	    "Mail not taken - 5.7.1 [XY12]" },
	{ "four digits at the end", "550 5.7.1234 x", 550, "5.7.1234", false, "x" },
	{ "five digits are none", "550 5.7.12345 x", 550, "", false, "5.7.12345 x" },
	{ "class 3 is none", "550 3.1.1 x", 550, "", false, "3.1.1 x" },
	{ "an address is none", "550 5.7.1.9 listed", 550, "", false, "5.7.1.9 listed" },
	{ "sentence ends after it", "550 5.7.1. Denied", 550, "5.7.1", false, ". Denied" },
	{ "several blanks", "  550   5.7.1   denied  ", 550, "5.7.1", false, "denied" },
	{ "tab", "550\t5.2.2\tfull", 550, "5.2.2", false, "\tfull" },
	{ "enhanced code alone", "5.1.1 unknown", 0, "5.1.1", false, "unknown" },
	{ "hash and enhanced code", "#4.2.2 full", 0, "4.2.2", false, "full" },
	{ "sign after the code", "550: refused", 550, "", false, ": refused" },
	{ "lowest", "200 x", 200, "", false, "x" },
	{ "highest", "599 x", 599, "", false, "x" },
	{ "bytes beyond ASCII", "550 5.1.1 \xc3\xa9t\xe9", 550, "5.1.1", false, "\xc3\xa9t\xe9" },
};

static const char *const none[] = { "", " ", "hello", "55", "5501 x", "600 x", "199 x", "550x",
	"192.0.2.1 said", "5.1 x", "-550 x", "550.1.2 x", "1.2.3 x", "4.2", "4..2", "#hello", "#" };

static void
test_parse(void)
{
	struct rep_smtp_reply r;
	struct rep_err err;
	char buf[32];

	for (size_t i = 0; i < REP_COUNT(replies); i++) {
		struct rep_str line = rep_str_c(replies[i].line);
		enum rep_rc rc = rep_smtp_reply_parse(line, &r, &err);
		bool same = rc == REP_OK && r.code == replies[i].code &&
		    r.multi == replies[i].multi && strcmp(dots(r.enh, buf), replies[i].enh) == 0 &&
		    rep_str_eq(r.text, rep_str_c(replies[i].text)) && inside(r.text, line) &&
		    !r.own && r.host.n == 0 && r.stage == REP_STAGE_NONE;

		if (!ok(same, "parse: %s", replies[i].name) && rc == REP_OK)
			printf("#  %d \"%s\" multi %d \"%.*s\"\n", r.code, dots(r.enh, buf),
			    r.multi, REP_PR(r.text));
	}
	for (size_t i = 0; i < REP_COUNT(none); i++) {
		r = (struct rep_smtp_reply){ .code = 7 };
		ok(rep_smtp_reply_parse(rep_str_c(none[i]), &r, &err) == REP_ESYNTAX &&
			r.code == 7 && err.rc == REP_ESYNTAX && err.msg[0] != '\0',
		    "parse: no reply: \"%s\"", none[i]);
	}
}

static void
test_enhanced(void)
{
	static const struct {
		const char *s;
		size_t used;
	} rows[] = { { "5.7.1", 5 }, { "5.7.1 x", 5 }, { "2.0.0,", 5 }, { "4.7.1234", 8 },
		{ "5.7.1a", 0 }, { "5.7", 0 }, { "5.7.", 0 }, { "5.7.12345", 0 }, { "5.1234.1", 0 },
		{ "5.123.1", 7 }, { "6.1.1", 0 }, { "", 0 }, { "5.7.1.2", 0 }, { "5.7.1.", 5 },
		{ " 5.7.1", 0 } };
	int enh[3];

	for (size_t i = 0; i < REP_COUNT(rows); i++)
		is_int((int64_t)rep_smtp_enhanced(rep_str_c(rows[i].s), enh), (int64_t)rows[i].used,
		    "enhanced code at the start of \"%s\"", rows[i].s);
}

static void
test_stage(void)
{
	static const struct {
		const char *words;
		enum rep_stage stage;
	} rows[] = {
		{ "MAIL FROM command)", REP_STAGE_MAIL },
		{ "RCPT TO command)", REP_STAGE_RCPT },
		{ "DATA command)", REP_STAGE_DATA },
		{ "end of DATA command)", REP_STAGE_DOT },
		{ "EHLO command)", REP_STAGE_EHLO },
		{ "HELO command)", REP_STAGE_EHLO },
		{ "STARTTLS command)", REP_STAGE_EHLO },
		{ "receiving the initial server greeting", REP_STAGE_CONNECT },
		{ "sending message body", REP_STAGE_DOT },
		{ "sending end of data -- message may be sent more than once", REP_STAGE_DOT },
		{ "performing the EHLO handshake", REP_STAGE_EHLO },
		{ "sending RCPT TO", REP_STAGE_RCPT },
		{ "pipelined MAIL FROM:<a@shop.example> SIZE=99", REP_STAGE_MAIL },
		{ "RCPT TO:<jo@mailbox.example>", REP_STAGE_RCPT },
		{ "pipelined end", REP_STAGE_DOT },
		{ "initial connection", REP_STAGE_CONNECT },
		{ "RSET command)", REP_STAGE_NONE },
		{ "", REP_STAGE_NONE },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++)
		is_int(rep_smtp_stage(rep_str_c(rows[i].words)), rows[i].stage, "stage: \"%s\"",
		    rows[i].words);
}

static const struct {
	const char *name, *text;
	int code;
	const char *enh;
	enum rep_stage stage;
	const char *host, *ip;
	bool own;
	const char *words;
} found[] = {
	{ "a bare reply", "550 5.1.1 gone", 550, "5.1.1", REP_STAGE_NONE, "", "", false, "gone" },
	{ "a name and an address before said, without host",
	    "mx.example.net[192.0.2.1] said: 550 5.7.1 no (in reply to MAIL FROM command)", 550,
	    "5.7.1", REP_STAGE_MAIL, "mx.example.net", "192.0.2.1", false, "no" },
	{ "Stalwart",
	    "(host 'mx.example.net' rejected command 'BDAT 9 LAST' with code 550 (5.7.1) 'No.')",
	    550, "5.7.1", REP_STAGE_DOT, "mx.example.net", "", false, "No." },
	{ "1&1's mailer",
	    "SMTP error from remote server for RCPT TO command, host: mx.example.net (192.0.2.1) "
	    "reason: 550 5.1.1 gone",
	    550, "5.1.1", REP_STAGE_RCPT, "mx.example.net", "192.0.2.1", false, "gone" },
	{ "an exception of Python", "smtplib.SMTPDataError: (554, b'5.7.1 no')", 554, "5.7.1",
	    REP_STAGE_NONE, "", "", false, "no" },
	{ "an error of a program", "Failure Reason: Error: 554 mx no", 554, "", REP_STAGE_NONE, "",
	    "", false, "mx no" },
	{ "own: a client host is no host that spoke", "Client host [192.0.2.1] blocked", 0, "",
	    REP_STAGE_NONE, "", "", true, "Client host [192.0.2.1] blocked" },
	{ "a bare reply with its command", "550 5.1.1 gone (in reply to RCPT TO command)", 550,
	    "5.1.1", REP_STAGE_RCPT, "", "", false, "gone" },
	{ "Postfix, said",
	    "host mx.example.net[192.0.2.1] said: 550 5.7.1 no (in reply to MAIL FROM command)",
	    550, "5.7.1", REP_STAGE_MAIL, "mx.example.net", "192.0.2.1", false, "no" },
	{ "Postfix, IPv6",
	    "host mx.example.net[2001:db8::25] said: 451 4.3.0 later (in reply to end of DATA "
	    "command)",
	    451, "4.3.0", REP_STAGE_DOT, "mx.example.net", "2001:db8::25", false, "later" },
	{ "Postfix, several lines",
	    "host mx.example.net[192.0.2.1] said: 421-4.7.28 slow 421 4.7.28 down (in reply to end "
	    "of DATA command)",
	    421, "4.7.28", REP_STAGE_DOT, "mx.example.net", "192.0.2.1", false,
	    "slow 421 4.7.28 down" },
	{ "Postfix, refused",
	    "host mx.example.net[192.0.2.1] refused to talk to me: 554 mx.example.net not you", 554,
	    "", REP_STAGE_CONNECT, "mx.example.net", "192.0.2.1", false, "mx.example.net not you" },
	{ "Postfix, a reply that quotes another",
	    "host mx.example.net[192.0.2.1] said: 550 we said: no (in reply to RCPT TO command)",
	    550, "", REP_STAGE_RCPT, "mx.example.net", "192.0.2.1", false, "we said: no" },
	{ "Postfix, a command named twice",
	    "host mx.example.net[192.0.2.1] said: 550 bad (in reply to x) (in reply to DATA "
	    "command)",
	    550, "", REP_STAGE_DATA, "mx.example.net", "192.0.2.1", false, "bad (in reply to x)" },
	{ "our own reroute",
	    "reputed-reroute host mx.example.net[192.0.2.1] said: 550 5.7.1 no (in reply to MAIL "
	    "FROM command)",
	    550, "5.7.1", REP_STAGE_MAIL, "mx.example.net", "192.0.2.1", false, "no" },
	{ "Exim",
	    "SMTP error from remote mail server after RCPT TO:<jo@mailbox.example>: host "
	    "mx.mailbox.example [192.0.2.7]: 550 5.1.1 unknown here",
	    550, "5.1.1", REP_STAGE_RCPT, "mx.mailbox.example", "192.0.2.7", false,
	    "unknown here" },
	{ "Exim, old wording",
	    "SMTP error from remote mailer after MAIL FROM:<a@shop.example> SIZE=2048: host "
	    "mx.mailbox.example [192.0.2.7]: 451 later",
	    451, "", REP_STAGE_MAIL, "mx.mailbox.example", "192.0.2.7", false, "later" },
	{ "Exim, at the dot",
	    "SMTP error from remote mail server after end of data: host mx.mailbox.example "
	    "[192.0.2.7]: 554 5.7.1 spam",
	    554, "5.7.1", REP_STAGE_DOT, "mx.mailbox.example", "192.0.2.7", false, "spam" },
	{ "Exim, at the greeting",
	    "SMTP error from remote mail server after initial connection: host mx.mailbox.example "
	    "[192.0.2.7]: 554 not from you",
	    554, "", REP_STAGE_CONNECT, "mx.mailbox.example", "192.0.2.7", false, "not from you" },
	{ "qmail",
	    "192.0.2.5 does not like recipient. Remote host said: 550 5.1.1 unknown Giving up on "
	    "192.0.2.5.",
	    550, "5.1.1", REP_STAGE_RCPT, "", "", false, "unknown Giving up on 192.0.2.5." },
	{ "qmail, nothing before it", "Remote host said: 550 mailbox unavailable", 550, "",
	    REP_STAGE_NONE, "", "", false, "mailbox unavailable" },
	{ "qmail, connected",
	    "Connected to 192.0.2.5 but sender was rejected. Remote host said: 554 no", 554, "",
	    REP_STAGE_MAIL, "", "", false, "no" },
	{ "qmail, its name",
	    "Connected to 192.0.2.5 but my name was rejected. Remote host said: 501 no such name",
	    501, "", REP_STAGE_EHLO, "", "", false, "no such name" },
	{ "qmail, at the greeting",
	    "Connected to 192.0.2.5 but greeting failed. Remote host said: 554 not you", 554, "",
	    REP_STAGE_CONNECT, "", "", false, "not you" },
	{ "qmail, before the message",
	    "192.0.2.5 failed on DATA command. Remote host said: 451 not now", 451, "",
	    REP_STAGE_DATA, "", "", false, "not now" },
	{ "qmail, after the message",
	    "192.0.2.5 failed after I sent the message. Remote host said: 554 spam", 554, "",
	    REP_STAGE_DOT, "", "", false, "spam" },
	{ "diagnostic code", "smtp; 550 5.1.1 <jo@mailbox.example> unknown", 550, "5.1.1",
	    REP_STAGE_NONE, "", "", false, "<jo@mailbox.example> unknown" },
	{ "diagnostic code without a blank", "smtp;550 5.2.2 full", 550, "5.2.2", REP_STAGE_NONE,
	    "", "", false, "full" },
	{ "diagnostic code, whole field", "Diagnostic-Code: SMTP; 452 4.2.2 over quota", 452,
	    "4.2.2", REP_STAGE_NONE, "", "", false, "over quota" },
	{ "Sendmail", "<<< 550 5.7.1 no", 550, "5.7.1", REP_STAGE_NONE, "", "", false, "no" },
	{ "Exchange", "Remote Server returned: 550 5.1.10 not found", 550, "5.1.10", REP_STAGE_NONE,
	    "", "", false, "not found" },
	{ "Exchange, quoted", "mx.example.net #<remote server returned '554 5.7.1 no'", 554,
	    "5.7.1", REP_STAGE_NONE, "", "", false, "no'" },
	{ "responded", "mx.example.net responded: 421 4.7.0 busy", 421, "4.7.0", REP_STAGE_NONE, "",
	    "", false, "busy" },
	{ "own: no connection", "connect to mx.example.net[192.0.2.1]:25: Connection timed out", 0,
	    "", REP_STAGE_CONNECT, "mx.example.net", "192.0.2.1", true,
	    "connect to mx.example.net[192.0.2.1]:25: Connection timed out" },
	{ "own: connection lost",
	    "lost connection with mx.example.net[192.0.2.1] while sending RCPT TO", 0, "",
	    REP_STAGE_RCPT, "mx.example.net", "192.0.2.1", true,
	    "lost connection with mx.example.net[192.0.2.1] while sending RCPT TO" },
	{ "own: timed out",
	    "conversation with mx.example.net[2001:db8::1] timed out while receiving the initial "
	    "server greeting",
	    0, "", REP_STAGE_CONNECT, "mx.example.net", "2001:db8::1", true,
	    "conversation with mx.example.net[2001:db8::1] timed out while receiving the initial "
	    "server greeting" },
	{ "own: no such domain",
	    "Host or domain name not found. Name service error for name=nowhere.example type=MX: "
	    "Host not found",
	    0, "", REP_STAGE_NONE, "", "", true,
	    "Host or domain name not found. Name service error for name=nowhere.example type=MX: "
	    "Host not found" },
	{ "own: something said that is no reply",
	    "host mx.example.net[192.0.2.1] said: what? (in reply to DATA command)", 0, "",
	    REP_STAGE_NONE, "mx.example.net", "192.0.2.1", true,
	    "host mx.example.net[192.0.2.1] said: what? (in reply to DATA command)" },
	{ "own: nothing", "", 0, "", REP_STAGE_NONE, "", "", true, "" },
};

static void
test_find(void)
{
	struct rep_smtp_reply r;
	char enh[32], ip[REP_IP_TEXT];

	for (size_t i = 0; i < REP_COUNT(found); i++) {
		struct rep_str text = rep_str_c(found[i].text);
		const char *at;
		bool same;

		rep_smtp_reply_find(text, &r);
		at = r.host_ip.version != 0 ? rep_ip_text(&r.host_ip, ip) : "";
		same = r.code == found[i].code && strcmp(dots(r.enh, enh), found[i].enh) == 0 &&
		    r.stage == found[i].stage && rep_str_eq(r.host, rep_str_c(found[i].host)) &&
		    strcmp(at, found[i].ip) == 0 && r.own == found[i].own &&
		    rep_str_eq(r.text, rep_str_c(found[i].words)) && inside(r.text, text) &&
		    inside(r.host, text);
		if (!ok(same, "find: %s", found[i].name))
			printf("#  %d \"%s\" stage %d host \"%.*s\" [%s] own %d \"%.*s\"\n", r.code,
			    dots(r.enh, enh), r.stage, REP_PR(r.host), at, r.own, REP_PR(r.text));
	}
}

/* Every prefix of a quotation is read, and no view goes past its end. */
static void
test_cut(void)
{
	bool held = true;

	for (size_t i = 0; i < REP_COUNT(found); i++)
		for (size_t n = 0; n <= strlen(found[i].text); n++) {
			struct rep_str part = { found[i].text, n };
			struct rep_smtp_reply r;

			rep_smtp_reply_find(part, &r);
			held = held && inside(r.text, part) && inside(r.host, part) &&
			    (r.own ? r.code == 0 : r.code != 0 || r.enh[0] != 0);
		}
	ok(held, "find: quotations cut anywhere");
}

int
main(void)
{
	test_parse();
	test_enhanced();
	test_stage();
	test_find();
	test_cut();
	return done();
}
