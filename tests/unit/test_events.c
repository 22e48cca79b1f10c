/*
 * unit/test_events.c -- logs of other senders: Amazon SES, KumoMTA, PowerMTA; and archives.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/buf.h"
#include "doc.h"
#include "intake/event_value.h"

#define MAIL                                                                             \
	"\"mail\":{\"timestamp\":\"2026-11-03T06:42:10.000Z\",\"messageId\":\"0100-1\"," \
	"\"source\":\"news@shop.example\",\"commonHeaders\":{\"messageId\":"             \
	"\"<4711@shop.example>\"}}"
#define BOUNCE                                                                              \
	"\"bounce\":{\"bounceType\":\"Permanent\",\"bounceSubType\":\"General\","           \
	"\"bouncedRecipients\":[{\"emailAddress\":\"al@hotmail.com\",\"status\":\"5.7.1\"," \
	"\"diagnosticCode\":\"smtp; 550 5.7.1 Unfortunately, messages from [54.240.1.1] "   \
	"weren't sent. part of their network is on our block list (S3140)\"}],"             \
	"\"timestamp\":\"2026-11-03T06:42:11.000Z\",\"reportingMTA\":"                      \
	"\"dsn; a8-70.smtp-out.amazonses.com\",\"remoteMtaIp\":\"104.47.0.33\"}"
#define KUMO(type, code, enh, text)                                                               \
	"{\"type\":\"" type "\",\"id\":\"d7ef\",\"sender\":\"news@shop.example\","                \
	"\"recipient\":\"jo@example.com\",\"queue\":\"example.com\",\"response\":{\"code\":" code \
	",\"enhanced_code\":" enh ",\"content\":\"" text                                          \
	"\",\"command\":\"RCPT TO:<jo@example.com>\"},\"peer_address\":{\"name\":"                \
	"\"mx.example.com.\",\"addr\":\"198.51.100.7\"},\"timestamp\":1793688131,"                \
	"\"created\":1793688100,\"egress_source\":\"ip-1\"}\n"

static const struct {
	const char *name, *text;
	size_t n;
	enum rep_report_kind kind;
	enum rep_status status;
	const char *recipient, *class;
} wants[] = {
	{ "SES, the older dialect", "{\"notificationType\":\"Bounce\"," MAIL "," BOUNCE "}", 1,
	    REP_REPORT_DELIVERY, REP_STATUS_BOUNCED, "al@hotmail.com", "blocked" },
	{ "SES, the newer dialect", "{\"eventType\":\"Bounce\"," MAIL "," BOUNCE "}", 1,
	    REP_REPORT_DELIVERY, REP_STATUS_BOUNCED, "al@hotmail.com", "blocked" },
	{ "SES within SNS",
	    "{\"Type\":\"Notification\",\"MessageId\":\"1\",\"Message\":"
	    "\"{\\\"notificationType\\\":\\\"Delivery\\\",\\\"mail\\\":{\\\"messageId\\\":\\\"2\\\","
	    "\\\"source\\\":\\\"news@shop.example\\\"},\\\"delivery\\\":{\\\"recipients\\\":"
	    "[\\\"jo@example.com\\\"],\\\"smtpResponse\\\":\\\"250 2.0.0 ok\\\",\\\"timestamp\\\":"
	    "\\\"2026-11-03T06:42:11Z\\\"}}\"}",
	    1, REP_REPORT_DELIVERY, REP_STATUS_SENT, "jo@example.com", "accepted" },
	{ "SES within Lambda's records",
	    "{\"Records\":[{\"Sns\":{\"Message\":\"{\\\"eventType\\\":\\\"DeliveryDelay\\\","
	    "\\\"mail\\\":{\\\"messageId\\\":\\\"3\\\",\\\"source\\\":\\\"news@shop.example\\\"},"
	    "\\\"deliveryDelay\\\":{\\\"delayType\\\":\\\"MailboxFull\\\",\\\"timestamp\\\":"
	    "\\\"2026-11-03T06:42:11Z\\\",\\\"delayedRecipients\\\":[{\\\"emailAddress\\\":"
	    "\\\"jo@example.com\\\",\\\"status\\\":\\\"4.2.2\\\"}]}}\"}}]}",
	    1, REP_REPORT_DELIVERY, REP_STATUS_DEFERRED, "jo@example.com", "mailbox" },
	{ "an address on the account's own list",
	    "{\"eventType\":\"Bounce\"," MAIL ",\"bounce\":{\"bounceType\":\"Permanent\","
	    "\"bounceSubType\":\"OnAccountSuppressionList\",\"bouncedRecipients\":[{"
	    "\"emailAddress\":\"jo@example.com\"}],\"timestamp\":\"2026-11-03T06:42:11Z\"}}",
	    1, REP_REPORT_DELIVERY, REP_STATUS_BOUNCED, "jo@example.com", "recipient" },
	{ "a complaint",
	    "{\"eventType\":\"Complaint\"," MAIL ",\"complaint\":{\"complainedRecipients\":[{"
	    "\"emailAddress\":\"al@hotmail.com\"}],\"complaintFeedbackType\":\"abuse\","
	    "\"timestamp\":\"2026-11-03T06:42:11Z\"}}",
	    1, REP_REPORT_COMPLAINT, REP_STATUS_NONE, "al@hotmail.com", "unknown" },
	{ "opens and clicks say nothing of delivery",
	    "{\"eventType\":\"Open\"," MAIL ",\"open\":{}}", 0, REP_REPORT_NONE, REP_STATUS_NONE,
	    "", "" },
	{ "KumoMTA: one object a line",
	    KUMO("Delivery", "250", "null", "OK")
		KUMO("Bounce", "550", "{\"class\":5,\"subject\":1,\"detail\":1}", "no such user")
		    KUMO("Reception", "250", "null", ""),
	    2, REP_REPORT_DELIVERY, REP_STATUS_SENT, "jo@example.com", "accepted" },
	{ "KumoMTA: a passing failure",
	    KUMO("TransientFailure", "452", "{\"class\":4,\"subject\":2,\"detail\":2}",
		"mailbox full"),
	    1, REP_REPORT_DELIVERY, REP_STATUS_DEFERRED, "jo@example.com", "mailbox" },
	{ "PowerMTA",
	    "type,timeLogged,orig,rcpt,dsnStatus,dsnDiag,dsnMta,vmta\n"
	    "b,1793688131,news@shop.example,jo@example.com,5.1.1 (bad destination),\"smtp;550 5.1.1 "
	    "no \"\"such\"\" user\",mx.example.com (198.51.100.7),v1\n"
	    "r,1793688131,news@shop.example,jo@example.com,,,,v1\n",
	    1, REP_REPORT_DELIVERY, REP_STATUS_BOUNCED, "jo@example.com", "recipient" },
	{ "PowerMTA: a complaint",
	    "type,timeLogged,orig,rcpt,originalMailFrom,originalRcptTo\n"
	    "f,1793688131,,,bounce@shop.example,jo@example.com\n",
	    1, REP_REPORT_COMPLAINT, REP_STATUS_NONE, "jo@example.com", "unknown" },
};

static void
events(void)
{
	static struct rep_meaning m;

	for (size_t i = 0; i < REP_COUNT(wants); i++) {
		struct rep_document d;
		struct rep_err why = { .msg = "" };

		if (!ok(doc_read(rep_str_c(wants[i].text), &d, &why) == REP_OK &&
			    d.reports_n == wants[i].n,
			"%s: %zu reports", wants[i].name, wants[i].n)) {
			printf("#  %zu reports, %s\n", d.reports_n, why.msg);
			continue;
		}
		if (d.reports_n == 0)
			continue;
		doc_meaning(&d.reports[0], &m);
		ok(d.reports[0].kind == wants[i].kind && d.reports[0].status == wants[i].status,
		    "%s: kind and status", wants[i].name);
		is_str(d.reports[0].recipient, wants[i].recipient, "%s: recipient", wants[i].name);
		is_str(rep_str_c(rep_class_word(m.heard.class)), wants[i].class, "%s: class",
		    wants[i].name);
	}
}

/* The label is the pool of the sending service, and the pool's address is learnt. */
static void
pools(void)
{
	static struct rep_meaning m;
	struct rep_document d;
	struct rep_fact f;

	if (doc_read(rep_str_c(wants[0].text), &d, NULL) != REP_OK || d.reports_n != 1) {
		ok(false, "pools");
		return;
	}
	doc_meaning(&d.reports[0], &m);
	ok(rep_meaning_fact(&d.reports[0], &m, &f), "an event is a fact");
	is_str(f.route, "amazon-ses", "its route");
	is_str(f.label, "smtp-out.amazonses.com", "its label is the pool");
	is_str(f.provider, "microsoft-consumer", "the provider, by the recipient's domain");
	is_str(f.rule, "microsoft-consumer.s3140", "the rule of that provider");
	ok(f.evidence && f.document, "evidence, though not the server's own log");
	ok(f.named.version == 0, "the pool's address, which the reply names, is not one of ours");
	is_str(f.message_id, "<4711@shop.example>", "what it is joined by");
}

/* A broken part in the middle is left out, and the rest is read. */
static void
broken(void)
{
	static const char text[] = KUMO("Delivery", "250", "null",
	    "OK") "{\"type\": nonsense\n"
		  "[1,2\n" KUMO("Delivery", "250", "null", "OK") "{\"sendgrid\":1}\n";
	struct rep_document d;
	struct rep_err why = { .msg = "" };

	ok(doc_read(rep_str_c(text), &d, &why) == REP_OK && d.reports_n == 2,
	    "two of five objects are events");
	ok(d.reason.n > 0, "what was left out is said");
	ok(doc_read(REP_S("{\"a\":1}"), &d, &why) == REP_ESYNTAX && why.msg[0] != '\0',
	    "JSON that is no event is refused with a reason");
}

static const struct {
	const char *head;
	enum rep_doc_kind kind;
} kinds[] = {
	{ "Return-Path: <>\nFrom: a@b\n", REP_DOC_MAIL },
	{ "X-Original-To: a@b\n", REP_DOC_MAIL },
	{ "From a@b Tue Nov  3 06:42:11 2026\nSubject: x\n", REP_DOC_MBOX },
	{ "\n\nReceived: from x\n", REP_DOC_MAIL },
	{ "{\"notificationType\":\"Bounce\"}", REP_DOC_EVENTS },
	{ "[{\"eventType\":\"Bounce\"}]", REP_DOC_EVENTS },
	{ "{\"__REALTIME_TIMESTAMP\":\"1\",\"MESSAGE\":\"x\"}", REP_DOC_LOG },
	{ "type,timeLogged,rcpt\nd,1,a@b\n", REP_DOC_PMTA },
	{ "Date,IP,Complaints\n", REP_DOC_SPAMCSV },
	{ "2026-11-03 06:42:11 1abcDE-0001Xy-Zz => a@b R=x T=y\n", REP_DOC_EXIM },
	{ "Nov  3 06:42:11 mx1 postfix/smtp[7]: 4F1: to=<a@b>\n", REP_DOC_LOG },
	{ "2026-11-03T06:42:11+00:00 mx1 postfix/smtp[7]: x\n", REP_DOC_LOG },
	{ "<22>2026-11-03T06:42:11+00:00 mx1 postfix/smtp[7]: x\n", REP_DOC_LOG },
	{ "<22>Nov  3 06:42:11 mx1 postfix/smtp[7]: x\n", REP_DOC_LOG },
	{ "PK\003\004xxxx", REP_DOC_ZIP },
	{ "", REP_DOC_EMPTY },
	{ " \n \n", REP_DOC_EMPTY },
};

static void
by_content(void)
{
	for (size_t i = 0; i < REP_COUNT(kinds); i++)
		is_int(rep_document_kind(rep_str_c(kinds[i].head)), kinds[i].kind,
		    "kind of head %zu", i);
	is_int(rep_document_kind(REP_S("\x1f\x8b\x08")), REP_DOC_GZIP, "kind of gzip");
}

/* More columns than are read: what was read is used, and the rest is told. */
static void
columns(void)
{
	struct rep_buf b;
	struct rep_document d;

	rep_buf_init(&b, 1 << 16);
	rep_buf_add(&b, REP_S("type,timeLogged,orig,rcpt,dsnStatus,dsnDiag,dsnMta,vmta"));
	for (int i = 8; i < 130; i++)
		rep_buf_printf(&b, ",x%d", i);
	rep_buf_add(&b,
	    REP_S("\nb,1793688131,a@b.example,jo@example.com,5.1.1,smtp;550 5.1.1 no,"
		  "mx.example.com,v1\n"));
	ok(doc_read(rep_buf_str(&b), &d, NULL) == REP_OK && d.reports_n == 1, "columns: read");
	is_str(d.reason, "it has more than 128 columns; the first were read",
	    "columns: and it is told that there are more");
	rep_buf_fini(&b);
}

/* A number that is no time is none: it must not be cast. */
static void
times(void)
{
	static const struct {
		const char *text;
		int64_t at_s;
	} cases[] = { { "{\"t\":1793688131}", 1793688131 }, { "{\"t\":1793688131.9}", 1793688131 },
		{ "{\"t\":1.8e105}", 0 }, { "{\"t\":-1.8e105}", 0 }, { "{\"t\":-1}", 0 },
		{ "{\"t\":253402300800}", 0 }, { "{\"t\":9223372036854775807}", 0 },
		{ "{\"t\":\"1970-01-01T00:00:09Z\"}", 9 }, { "{\"t\":\"x\"}", 0 },
		{ "{\"t\":null}", 0 }, { "{}", 0 } };

	for (size_t k = 0; k < REP_COUNT(cases); k++) {
		json_t *o = json_loads(cases[k].text, 0, NULL);

		ok(o != NULL && rep_event_time(o, "t") == cases[k].at_s, "time: %s", cases[k].text);
		json_decref(o);
	}
}

int
main(void)
{
	if (!doc_begin())
		return 1;
	events();
	pools();
	broken();
	by_content();
	columns();
	times();
	doc_end();
	return done();
}
