/*
 * unit/test_postfix.c -- reading one message of a Postfix daemon.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "intake/postfix.h"
#include "tap.h"

static void
test_tag(void)
{
	static const struct {
		const char *tag;
		enum rep_postfix_daemon d;
		const char *name;
	} rows[] = {
		{ "postfix/smtp", REP_PF_SMTP, "postfix" },
		{ "postfix/out-a/smtp", REP_PF_SMTP, "postfix/out-a" },
		{ "postfix-out-a/smtp", REP_PF_SMTP, "postfix-out-a" },
		{ "mta/qmgr", REP_PF_QMGR, "mta" },
		{ "a/b/c/nqmgr", REP_PF_QMGR, "a/b/c" },
		{ "postfix/oqmgr", REP_PF_QMGR, "postfix" },
		{ "postfix/cleanup", REP_PF_CLEANUP, "postfix" },
		{ "postfix/error", REP_PF_ERROR, "postfix" },
		{ "postfix/retry", REP_PF_ERROR, "postfix" },
		{ "postfix/lmtp", REP_PF_LOCAL, "postfix" },
		{ "postfix/local", REP_PF_LOCAL, "postfix" },
		{ "postfix/virtual", REP_PF_LOCAL, "postfix" },
		{ "postfix/pipe", REP_PF_LOCAL, "postfix" },
		{ "postfix/discard", REP_PF_LOCAL, "postfix" },
		{ "postfix/smtpd", REP_PF_SMTPD, "postfix" },
		{ "postfix/submission/smtpd", REP_PF_SMTPD, "postfix/submission" },
		{ "postfix/bounce", REP_PF_NONE, "" },
		{ "postfix", REP_PF_NONE, "" },
		{ "smtp", REP_PF_NONE, "" },
		{ "/smtp", REP_PF_NONE, "" },
		{ "postfix/", REP_PF_NONE, "" },
		{ "kernel", REP_PF_NONE, "" },
		{ "", REP_PF_NONE, "" },
	};
	static const char *const hostile[] = { "x\nalert e { by exec; to /tmp/e }\n#/smtp",
		"x\x7f/smtp", "postfix@x\r.service" };

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct rep_str name = { "", 0 };

		ok(rep_postfix_tag(rep_str_c(rows[i].tag), &name) == rows[i].d &&
			rep_str_eq(name, rep_str_c(rows[i].name)),
		    "tag: \"%s\"", rows[i].tag);
	}
	for (size_t i = 0; i < REP_COUNT(hostile); i++)
		ok(rep_postfix_tag(rep_str_c(hostile[i]), &(struct rep_str){ "", 0 }) ==
			REP_PF_NONE,
		    "tag %zu with a control character is none", i);
}

static const char *const kinds[] = { "other", "delivery", "queued", "expired", "removed",
	"message-id", "header", "sample", "handed" };

/*
 * kind, then the expected values, "" where a value must be empty. value: for MESSAGE_ID and HEADER;
 * from: for QUEUED and EXPIRED.
 */
static const struct row {
	const char *name;
	enum rep_postfix_daemon d;
	const char *message;
	enum rep_mta_kind kind;
	const char *id, *to, *orig_to, *relay, *text, *from, *value;
	enum rep_status status;
} rows[] = {
	{ "a delivery", REP_PF_SMTP,
	    "4F1A2B3C4D: to=<jo@mailbox.example>, relay=mx.mailbox.example[192.0.2.1]:25, delay=1.2, "
	    "delays=0.1/0/0.5/0.6, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 9A8B)",
	    REP_MTA_DELIVERY, "4F1A2B3C4D", "jo@mailbox.example", "",
	    "mx.mailbox.example[192.0.2.1]:25", "250 2.0.0 Ok: queued as 9A8B", "", "",
	    REP_STATUS_SENT },
	{ "a long queue id", REP_PF_SMTP,
	    "4fkJ5z2nTgz9rxV: to=<jo@mailbox.example>, relay=none, delay=5, delays=0/0/5/0, dsn=4.4.1, "
	    "status=deferred (connect to mx.mailbox.example[192.0.2.1]:25: Connection timed out)",
	    REP_MTA_DELIVERY, "4fkJ5z2nTgz9rxV", "jo@mailbox.example", "", "none",
	    "connect to mx.mailbox.example[192.0.2.1]:25: Connection timed out", "", "",
	    REP_STATUS_DEFERRED },
	{ "Postfix 2.3, no delays", REP_PF_SMTP,
	    "4F1A2: to=<jo@mailbox.example>, relay=mx.mailbox.example[192.0.2.1], delay=3, status=sent (250 Ok)",
	    REP_MTA_DELIVERY, "4F1A2", "jo@mailbox.example", "", "mx.mailbox.example[192.0.2.1]",
	    "250 Ok", "", "", REP_STATUS_SENT },
	{ "orig_to", REP_PF_SMTP,
	    "4F1A2B: to=<jo@mailbox.example>, orig_to=<info@shop.example>, relay=mx.x[192.0.2.1]:25, delay=1, "
	    "dsn=2.0.0, status=sent (250 Ok)",
	    REP_MTA_DELIVERY, "4F1A2B", "jo@mailbox.example", "info@shop.example",
	    "mx.x[192.0.2.1]:25", "250 Ok", "", "", REP_STATUS_SENT },
	{ "orig_to without brackets", REP_PF_SMTP,
	    "4F1A2B: to=<jo@mailbox.example>, orig_to=root, relay=mx.x[192.0.2.1]:25, delay=1, dsn=2.0.0, "
	    "status=sent (250 Ok)",
	    REP_MTA_DELIVERY, "4F1A2B", "jo@mailbox.example", "root", "mx.x[192.0.2.1]:25",
	    "250 Ok", "", "", REP_STATUS_SENT },
	{ "conn_use and tls", REP_PF_SMTP,
	    "4F1A2B: to=<jo@mailbox.example>, relay=mx.x[192.0.2.1]:25, conn_use=3, delay=1, delays=0/0/0/1, "
	    "tls=verified, dsn=2.0.0, status=sent (250 Ok)",
	    REP_MTA_DELIVERY, "4F1A2B", "jo@mailbox.example", "", "mx.x[192.0.2.1]:25", "250 Ok",
	    "", "", REP_STATUS_SENT },
	{ "a key nobody knows", REP_PF_SMTP,
	    "4F1A2B: to=<jo@mailbox.example>, relay=mx.x[192.0.2.1]:25, newkey=what/ever, delay=1, dsn=2.0.0, "
	    "status=sent (250 Ok)",
	    REP_MTA_DELIVERY, "4F1A2B", "jo@mailbox.example", "", "mx.x[192.0.2.1]:25", "250 Ok",
	    "", "", REP_STATUS_SENT },
	{ "a quoted local part", REP_PF_SMTP,
	    "4F1A2B: to=<\"jo doe\"@mailbox.example>, relay=mx.x[192.0.2.1]:25, delay=1, dsn=2.0.0, status=sent (250 Ok)",
	    REP_MTA_DELIVERY, "4F1A2B", "\"jo doe\"@mailbox.example", "", "mx.x[192.0.2.1]:25",
	    "250 Ok", "", "", REP_STATUS_SENT },
	{ "quotes that hold the end of an address", REP_PF_SMTP,
	    "4F1A2B: to=<\"a>, relay=evil[192.0.2.66]:25, status=sent (\"@mailbox.example>, relay=mx.x[192.0.2.1]:25, "
	    "delay=1, dsn=5.0.0, status=bounced (550 no)",
	    REP_MTA_DELIVERY, "4F1A2B",
	    "\"a>, relay=evil[192.0.2.66]:25, status=sent (\"@mailbox.example", "",
	    "mx.x[192.0.2.1]:25", "550 no", "", "", REP_STATUS_BOUNCED },
	{ "a bracket within the reply", REP_PF_SMTP,
	    "4F1A2B: to=<jo@mailbox.example>, relay=mx.x[192.0.2.1]:25, delay=1, dsn=5.0.0, status=bounced (host "
	    "mx.x[192.0.2.1] said: 550 no (really), status=sent (in reply to RCPT TO command))",
	    REP_MTA_DELIVERY, "4F1A2B", "jo@mailbox.example", "", "mx.x[192.0.2.1]:25",
	    "host mx.x[192.0.2.1] said: 550 no (really), status=sent (in reply to RCPT TO command)",
	    "", "", REP_STATUS_BOUNCED },
	{ "SOFTBOUNCE", REP_PF_SMTP,
	    "4F1A2B: to=<jo@mailbox.example>, relay=mx.x[192.0.2.1]:25, delay=1, dsn=5.1.1, status=SOFTBOUNCE (550 no)",
	    REP_MTA_DELIVERY, "4F1A2B", "jo@mailbox.example", "", "mx.x[192.0.2.1]:25", "550 no",
	    "", "", REP_STATUS_DEFERRED },
	{ "verification only", REP_PF_SMTP,
	    "4F1A2B: to=<jo@mailbox.example>, relay=mx.x[192.0.2.1]:25, delay=1, dsn=5.1.1, status=undeliverable (550 "
	    "no)",
	    REP_MTA_OTHER, "4F1A2B", NULL, NULL, NULL, NULL, "", "", REP_STATUS_NONE },
	{ "deliverable", REP_PF_SMTP,
	    "4F1A2B: to=<jo@mailbox.example>, relay=mx.x[192.0.2.1]:25, delay=1, dsn=2.1.5, status=deliverable (250 "
	    "ok)",
	    REP_MTA_OTHER, "4F1A2B", NULL, NULL, NULL, NULL, "", "", REP_STATUS_NONE },
	{ "no status", REP_PF_SMTP,
	    "4F1A2B: to=<jo@mailbox.example>, relay=mx.x[192.0.2.1]:25, delay=1, dsn=2.1.5",
	    REP_MTA_OTHER, "4F1A2B", NULL, NULL, NULL, NULL, "", "", REP_STATUS_NONE },
	{ "an address that never ends", REP_PF_SMTP,
	    "4F1A2B: to=<jo@mailbox.example, relay=mx.x[192.0.2.1]:25", REP_MTA_OTHER, "4F1A2B",
	    NULL, NULL, NULL, NULL, "", "", REP_STATUS_NONE },
	{ "the error transport", REP_PF_ERROR,
	    "4F1A2B: to=<jo@mailbox.example>, relay=none, delay=9, delays=9/0/0/0, dsn=4.4.2, status=deferred (delivery "
	    "temporarily suspended: lost connection with mx.x[192.0.2.1] while sending RCPT TO)",
	    REP_MTA_DELIVERY, "4F1A2B", "jo@mailbox.example", "", "none",
	    "delivery temporarily suspended: lost connection with mx.x[192.0.2.1] while sending RCPT TO",
	    "", "", REP_STATUS_DEFERRED },
	{ "local", REP_PF_LOCAL,
	    "4F1A2B: to=<jo@shop.example>, relay=local, delay=0, dsn=2.0.0, status=sent (delivered to mailbox)",
	    REP_MTA_DELIVERY, "4F1A2B", "jo@shop.example", "", "local", "delivered to mailbox", "",
	    "", REP_STATUS_SENT },
	{ "a sample, said", REP_PF_SMTP,
	    "4F1A2B: host mx.x[192.0.2.1] said: 421 4.7.0 slow (in reply to MAIL FROM command)",
	    REP_MTA_SAMPLE, "4F1A2B", "", "", "",
	    "host mx.x[192.0.2.1] said: 421 4.7.0 slow (in reply to MAIL FROM command)", "", "",
	    REP_STATUS_NONE },
	{ "a sample, refused", REP_PF_SMTP,
	    "4F1A2B: host mx.x[192.0.2.1] refused to talk to me: 554 no", REP_MTA_SAMPLE, "4F1A2B",
	    "", "", "", "host mx.x[192.0.2.1] refused to talk to me: 554 no", "", "",
	    REP_STATUS_NONE },
	{ "other words of smtp", REP_PF_SMTP,
	    "4F1A2B: enabling PIX workarounds: x for mx.x[192.0.2.1]:25", REP_MTA_OTHER, "4F1A2B",
	    NULL, NULL, NULL, NULL, "", "", REP_STATUS_NONE },
	{ "queue active", REP_PF_QMGR,
	    "4F1A2B: from=<news@shop.example>, size=2048, nrcpt=2 (queue active)", REP_MTA_QUEUED,
	    "4F1A2B", "", "", "", "", "news@shop.example", "", REP_STATUS_NONE },
	{ "null sender", REP_PF_QMGR, "4F1A2B: from=<>, size=2048, nrcpt=1 (queue active)",
	    REP_MTA_QUEUED, "4F1A2B", "", "", "", "", "", "", REP_STATUS_NONE },
	{ "expired", REP_PF_QMGR,
	    "4F1A2B: from=<news@shop.example>, status=expired, returned to sender", REP_MTA_EXPIRED,
	    "4F1A2B", "", "", "", "", "news@shop.example", "", REP_STATUS_NONE },
	{ "expired by force", REP_PF_QMGR,
	    "4F1A2B: from=<>, status=force-expired, returned to sender", REP_MTA_EXPIRED, "4F1A2B",
	    "", "", "", "", "", "", REP_STATUS_NONE },
	{ "removed", REP_PF_QMGR, "4F1A2B: removed", REP_MTA_REMOVED, "4F1A2B", "", "", "", "", "",
	    "", REP_STATUS_NONE },
	{ "skipped", REP_PF_QMGR, "4F1A2B: skipped, still being delivered", REP_MTA_OTHER, "4F1A2B",
	    NULL, NULL, NULL, NULL, "", "", REP_STATUS_NONE },
	{ "Message-ID", REP_PF_CLEANUP, "4F1A2B: message-id=<a.b@shop.example>", REP_MTA_MESSAGE_ID,
	    "4F1A2B", "", "", "", "", "", "<a.b@shop.example>", REP_STATUS_NONE },
	{ "no Message-ID", REP_PF_CLEANUP, "4F1A2B: message-id=<>", REP_MTA_MESSAGE_ID, "4F1A2B",
	    "", "", "", "", "", "<>", REP_STATUS_NONE },
	{ "resent", REP_PF_CLEANUP, "4F1A2B: resent-message-id=<a.b@shop.example>", REP_MTA_OTHER,
	    "4F1A2B", NULL, NULL, NULL, NULL, "", "", REP_STATUS_NONE },
	{ "List-Id", REP_PF_CLEANUP,
	    "4F1A2B: info: header List-Id: Our News <news.shop.example> from localhost[127.0.0.1]; "
	    "from=<b@shop.example> to=<jo@mailbox.example> proto=ESMTP helo=<x>",
	    REP_MTA_HEADER, "4F1A2B", "", "", "", "", "", "news.shop.example", REP_STATUS_NONE },
	{ "List-Id, small letters, locally", REP_PF_CLEANUP,
	    "4F1A2B: info: header list-id: <n from x.shop.example> from local; from=<b@shop.example>",
	    REP_MTA_HEADER, "4F1A2B", "", "", "", "", "", "n from x.shop.example",
	    REP_STATUS_NONE },
	{ "List-Id without brackets", REP_PF_CLEANUP,
	    "4F1A2B: info: header List-Id: news.shop.example from local; from=<b@shop.example>",
	    REP_MTA_HEADER, "4F1A2B", "", "", "", "", "", "news.shop.example", REP_STATUS_NONE },
	{ "Feedback-ID", REP_PF_CLEANUP,
	    "4F1A2B: prepend: header Feedback-ID: c1:shop:promo:esp from localhost[127.0.0.1]; from=<b@shop.example> "
	    "to=<jo@mailbox.example>: X: y",
	    REP_MTA_HEADER, "4F1A2B", "", "", "", "", "", "c1:shop:promo:esp", REP_STATUS_NONE },
	{ "another header", REP_PF_CLEANUP,
	    "4F1A2B: info: header Subject: List-Id: <x> from local; from=<b@x>", REP_MTA_OTHER,
	    "4F1A2B", NULL, NULL, NULL, NULL, "", "", REP_STATUS_NONE },
	{ "an empty List-Id", REP_PF_CLEANUP,
	    "4F1A2B: info: header List-Id: from local; from=<b@x>", REP_MTA_OTHER, "4F1A2B", NULL,
	    NULL, NULL, NULL, "", NULL, REP_STATUS_NONE },
	{ "NOQUEUE", REP_PF_SMTP, "NOQUEUE: reject", REP_MTA_OTHER, "", "", "", "", "", "", "",
	    REP_STATUS_NONE },
	{ "warning", REP_PF_SMTP, "warning: to=<x>, relay=y, status=sent (z)", REP_MTA_OTHER, "",
	    "", "", "", "", "", "", REP_STATUS_NONE },
	{ "connect", REP_PF_SMTP, "connect to mx.x[192.0.2.1]:25: Connection refused",
	    REP_MTA_OTHER, "", "", "", "", "", "", "", REP_STATUS_NONE },
	{ "a short id", REP_PF_QMGR, "4F1A: removed", REP_MTA_OTHER, "", "", "", "", "", "", "",
	    REP_STATUS_NONE },
	{ "vowels in a long id", REP_PF_QMGR, "4fkJ5z2nTgz9rxe: removed", REP_MTA_OTHER, "", "", "",
	    "", "", "", "", REP_STATUS_NONE },
	{ "an id without end", REP_PF_QMGR, "BBBBBBBBBBBBBBBBBBBBBBBBBB: removed", REP_MTA_OTHER,
	    "", "", "", "", "", "", "", REP_STATUS_NONE },
	{ "nothing", REP_PF_QMGR, "", REP_MTA_OTHER, "", "", "", "", "", "", "", REP_STATUS_NONE },
};

static bool
same(struct rep_str got, const char *want)
{
	return want == NULL || rep_str_eq(got, rep_str_c(want));
}

static bool
relay_is(const struct rep_mta_line *pf, const char *relay)
{
	struct rep_str name, address;
	unsigned port;

	if (relay == NULL)
		return true;
	rep_postfix_relay(rep_str_c(relay), &name, &address, &port);
	return rep_str_eq(pf->host, name) && rep_str_eq(pf->address, address) && pf->port == port;
}

static void
test_rows(void)
{
	struct rep_mta_line pf;

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		const struct row *r = &rows[i];
		bool held;

		rep_postfix_parse(r->d, rep_str_c(r->message), &pf);
		held = pf.kind == r->kind && same(pf.queue_id, r->id) && same(pf.to, r->to) &&
		    same(pf.orig_to, r->orig_to) && relay_is(&pf, r->relay) &&
		    same(pf.text, r->text) && same(pf.from, r->from) && same(pf.value, r->value) &&
		    (r->kind == REP_MTA_OTHER || pf.status == r->status);
		if (!ok(held, "message: %s", r->name))
			printf(
			    "#  %s [%.*s] to [%.*s] orig [%.*s] host [%.*s] text [%.*s] from [%.*s] value [%.*s] "
			    "status %d\n",
			    kinds[pf.kind], REP_PR(pf.queue_id), REP_PR(pf.to), REP_PR(pf.orig_to),
			    REP_PR(pf.host), REP_PR(pf.text), REP_PR(pf.from), REP_PR(pf.value),
			    pf.status);
	}
}

static void
test_handed(void)
{
	static const struct {
		enum rep_postfix_daemon d;
		const char *message, *login, *client, *uid, *orig_id;
	} wants[] = {
		{ REP_PF_SMTPD, "4F1A2B: client=a.example[192.0.2.1]", "", "192.0.2.1", "", "" },
		{ REP_PF_SMTPD,
		    "4F1A2B: client=a.example[192.0.2.1], sasl_method=PLAIN, sasl_username=jo@shop.example",
		    "jo@shop.example", "192.0.2.1", "", "" },
		{ REP_PF_SMTPD,
		    "4F1A2B: client=a.example[2001:db8::1]:4711, sasl_method=LOGIN, sasl_username=jo, "
		    "sasl_sender=<b@c>",
		    "jo", "2001:db8::1", "", "" },
		{ REP_PF_SMTPD,
		    "4F1A2B: client=localhost[127.0.0.1], orig_queue_id=4F1A2C, "
		    "orig_client=a.example[192.0.2.1]",
		    "", "192.0.2.1", "", "4F1A2C" },
		{ REP_PF_PICKUP, "4F1A2B: uid=33 from=<www-data>", "", "", "33", "" },
		{ REP_PF_UNIT, "4F1A2B: uid=33 from=<www-data>", "", "", "33", "" },
		{ REP_PF_UNIT, "4F1A2B: client=a[192.0.2.1], sasl_username=jo", "jo", "192.0.2.1",
		    "", "" },
	};
	static const char *const others[] = { "NOQUEUE: reject: RCPT from x[192.0.2.9]: 554 no",
		"connect from a[192.0.2.1]", "4F1A2B: reject: RCPT from a[192.0.2.1]",
		"4F1A2B: uid=" };
	struct rep_mta_line l;

	for (size_t i = 0; i < REP_COUNT(wants); i++) {
		rep_postfix_parse(wants[i].d, rep_str_c(wants[i].message), &l);
		ok(l.kind == REP_MTA_HANDED && same(l.queue_id, "4F1A2B") &&
			same(l.login, wants[i].login) && same(l.client, wants[i].client) &&
			same(l.uid, wants[i].uid) && same(l.orig_id, wants[i].orig_id),
		    "handed in: %s", wants[i].message);
	}
	for (size_t i = 0; i < REP_COUNT(others); i++) {
		rep_postfix_parse(i == 3 ? REP_PF_PICKUP : REP_PF_SMTPD, rep_str_c(others[i]), &l);
		ok(l.kind == REP_MTA_OTHER, "not handed in: %s", others[i]);
	}
}

static void
test_details(void)
{
	static const struct {
		const char *delay;
		double want;
	} delays[] = { { "0", 0 }, { "0.05", 0.05 }, { "12", 12 }, { "1.25", 1.25 },
		{ "86400", 86400 }, { "-1", -1 }, { "x", -1 }, { "", -1 }, { "1.2.3", -1 },
		{ "1234567890123", -1 } };
	char line[300];
	struct rep_mta_line pf;

	for (size_t i = 0; i < REP_COUNT(delays); i++) {
		snprintf(line, sizeof line,
		    "4F1A2B: to=<a@b>, relay=x[192.0.2.1]:25, delay=%s, status=sent (250 ok)",
		    delays[i].delay);
		rep_postfix_parse(REP_PF_SMTP, rep_str_c(line), &pf);
		ok(pf.kind == REP_MTA_DELIVERY && pf.delay_s > delays[i].want - 0.0001 &&
			pf.delay_s < delays[i].want + 0.0001,
		    "delay: \"%s\"", delays[i].delay);
	}
	rep_postfix_parse(REP_PF_SMTP,
	    REP_S(
		"4F1A2B: to=<a@b>, relay=x[192.0.2.1]:25, status=bounced (host x said: 550 no (in reply to"),
	    &pf);
	ok(pf.kind == REP_MTA_DELIVERY && !pf.whole, "whole: the last bracket is missing");
	is_str(pf.text, "host x said: 550 no (in reply to", "whole: what there is of the text");
	rep_postfix_parse(REP_PF_SMTP,
	    REP_S("4F1A2B: to=<a@b>, relay=x[192.0.2.1]:25, status=sent (250 ok)"), &pf);
	ok(pf.whole, "whole: it is there");
	rep_postfix_parse(
	    REP_PF_SMTP, REP_S("4F1A2B: to=<a@b>, relay=x[192.0.2.1]:25, status=sent ()"), &pf);
	ok(pf.whole && pf.text.n == 0, "whole: nothing within");
	rep_postfix_parse(
	    REP_PF_SMTP, REP_S("4F1A2B: to=<a@b>, relay=x[192.0.2.1]:25, status=sent"), &pf);
	ok(pf.kind == REP_MTA_DELIVERY && !pf.whole && pf.text.n == 0, "whole: no brackets at all");
	rep_postfix_parse(REP_PF_QMGR, REP_S("4F1A2B: host x said: 550"), &pf);
	ok(pf.kind == REP_MTA_OTHER, "the queue manager has no samples");
}

static void
test_relay(void)
{
	static const struct {
		const char *relay, *name, *address;
		unsigned port;
	} v[] = {
		{ "mx.x.example[192.0.2.1]:25", "mx.x.example", "192.0.2.1", 25 },
		{ "mx.x.example[2001:db8::1]:587", "mx.x.example", "2001:db8::1", 587 },
		{ "mx.x.example[192.0.2.1]", "mx.x.example", "192.0.2.1", 0 },
		{ "mx.x.example[private/filter]", "mx.x.example", "private/filter", 0 },
		{ "local", "local", "", 0 },
		{ "none", "", "", 0 },
		{ "", "", "", 0 },
		{ "mx.x.example[192.0.2.1", "mx.x.example[192.0.2.1", "", 0 },
		{ "mx.x.example[192.0.2.1]:99999", "mx.x.example", "192.0.2.1", 0 },
		{ "mx.x.example[192.0.2.1]:smtp", "mx.x.example", "192.0.2.1", 0 },
	};

	for (size_t i = 0; i < REP_COUNT(v); i++) {
		struct rep_str name, address;
		unsigned port;

		rep_postfix_relay(rep_str_c(v[i].relay), &name, &address, &port);
		ok(rep_str_eq(name, rep_str_c(v[i].name)) &&
			rep_str_eq(address, rep_str_c(v[i].address)) && port == v[i].port,
		    "relay: \"%s\"", v[i].relay);
	}
}

/* Every prefix of every message is read, and no view goes past its end. */
static void
test_cut(void)
{
	bool held = true;

	for (size_t i = 0; i < REP_COUNT(rows); i++)
		for (size_t n = 0; n <= strlen(rows[i].message); n++) {
			const char *p = rows[i].message, *end = p + n;
			struct rep_mta_line pf;
			const struct rep_str *const v[] = { &pf.queue_id, &pf.to, &pf.orig_to,
				&pf.host, &pf.address, &pf.dsn, &pf.text, &pf.from, &pf.value };

			rep_postfix_parse(rows[i].d, (struct rep_str){ p, n }, &pf);
			for (size_t k = 0; k < REP_COUNT(v); k++)
				held = held &&
				    (v[k]->n == 0 || (v[k]->p >= p && v[k]->p + v[k]->n <= end));
		}
	ok(held, "messages cut anywhere");
}

int
main(void)
{
	test_tag();
	test_rows();
	test_handed();
	test_details();
	test_relay();
	test_cut();
	return done();
}
