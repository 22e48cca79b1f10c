/*
 * tests/unit/test_payload.c -- an alert message in the form of each channel, byte for byte, also when
 * what is in it is hostile.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tap.h"

#include "act/payload.h"
#include "base/json_out.h"

#define LIT(s)                     \
	{                          \
		(s), sizeof(s) - 1 \
	}

static const struct rep_alert_message block = { .id = LIT("i7-2"),
	.alert = LIT("a7"),
	.event = REP_ALERT_UPDATED,
	.at_s = 1762152131, /* 2025-11-03T06:42:11Z, a Monday */
	.title = LIT("Outlook.com refuses 203.0.113.24"),
	.text = LIT("Since 06:42 UTC.\n.\nHold it.\n"),
	.host = LIT("mx1.shop.example") };

/* Everything that could end a header, a string or a line, and a letter of two bytes. */
static const struct rep_alert_message hostile = { .id = LIT("i1"),
	.alert = LIT("a1"),
	.event = REP_ALERT_OPENED,
	.at_s = 0,
	.title = LIT("r\xc3\xa9"
		     "fus\r\nBcc: x@y.example\n\n\"<!channel>\" & \x1b[31m\xff"),
	.text = LIT("a\r\nb\x07 <@U1> & \"\\\xff\n"),
	.host = LIT("mx1\r\nX: y") };

static struct rep_buf out;

static struct rep_str
fresh(void)
{
	return rep_buf_str(&out);
}

static void
test_mail(void)
{
	struct rep_alert_message m = block;

	rep_buf_clear(&out);
	rep_payload_mail(&m, REP_S("reputed@shop.example"), REP_S("admin@other.example"), &out);
	is_str(fresh(),
	    "From: reputed <reputed@shop.example>\n"
	    "To: admin@other.example\n"
	    "Subject: [reputed] Outlook.com refuses 203.0.113.24\n"
	    "Date: Mon, 03 Nov 2025 06:42:11 +0000\n"
	    "Message-ID: <i7-2.message@mx1.shop.example>\n"
	    "In-Reply-To: <a7.alert@mx1.shop.example>\n"
	    "References: <a7.alert@mx1.shop.example>\n"
	    "Auto-Submitted: auto-generated\n"
	    "X-Reputed-Id: i7-2\n"
	    "MIME-Version: 1.0\n"
	    "Content-Type: text/plain; charset=utf-8; format=fixed\n"
	    "Content-Transfer-Encoding: 7bit\n\n"
	    "Since 06:42 UTC.\n.\nHold it.\n",
	    "mail: an update points to the message that opened the alert");
	m.event = REP_ALERT_OPENED;
	rep_buf_clear(&out);
	rep_payload_mail(&m, REP_S(""), REP_S("admin@other.example"), &out);
	ok(rep_str_find(fresh(), REP_S("\nMessage-ID: <a7.alert@mx1.shop.example>\nAuto-"), 0) !=
		SIZE_MAX,
	    "mail: the message that opens it has that id, and points to none");
	ok(rep_str_starts(fresh(), REP_S("To: ")), "mail: no From where none is configured");
	m.event = REP_ALERT_TEST;
	rep_buf_clear(&out);
	rep_payload_mail(&m, REP_S(""), REP_S("admin@other.example"), &out);
	ok(rep_str_find(fresh(), REP_S("<i7-2.message@"), 0) != SIZE_MAX &&
		rep_str_find(fresh(), REP_S("References"), 0) == SIZE_MAX,
	    "mail: a test belongs to no thread");
	rep_buf_clear(&out);
	rep_payload_mail(&hostile, REP_S(""), REP_S("admin@other.example"), &out);
	is_str(fresh(),
	    "To: admin@other.example\n"
	    "Subject: [reputed] =?UTF-8?B?csOpZnVzICBCY2M6IHhAeS5leGFtcGxlICAiPCFjaGFubmVsPiIgJiAgWzMx?=\n"
	    " =?UTF-8?B?bT8=?=\n"
	    "Date: Thu, 01 Jan 1970 00:00:00 +0000\n"
	    "Message-ID: <a1.alert@mx1--X--y>\n"
	    "Auto-Submitted: auto-generated\n"
	    "X-Reputed-Id: i1\n"
	    "MIME-Version: 1.0\n"
	    "Content-Type: text/plain; charset=utf-8; format=fixed\n"
	    "Content-Transfer-Encoding: 7bit\n\n"
	    "a\nb  <@U1> & \"\\?\n",
	    "mail: a hostile title stays in its header");
}

/* No line of a mail may be longer than RFC 5322 allows, and no character may be torn. */
static void
test_lines(void)
{
	struct rep_alert_message m = block;
	struct rep_buf text;
	size_t longest = 0, from = 0;
	bool whole = true;

	rep_buf_init(&text, 1 << 16);
	for (int i = 0; i < 1500; i++)
		rep_buf_add(&text, REP_S("\xe2\x82\xac"));
	rep_buf_addc(&text, '\n');
	for (int i = 0; i < 400; i++)
		rep_buf_add(&text, REP_S("four words"));
	for (int i = 0; i < 999; i++)
		rep_buf_addc(&text, i == 0 ? '\n' : 'x');
	m.text = rep_buf_str(&text);
	m.title = rep_str_sub(m.text, 0, 1500);
	rep_buf_clear(&out);
	rep_payload_mail(&m, REP_S(""), REP_S("a@b.example"), &out);
	for (size_t i = 0; i < out.n; i++)
		if (out.p[i] == '\n') {
			longest = i - from > longest ? i - from : longest;
			for (size_t k = from; k < i && whole;) {
				size_t n = rep_utf8_len(rep_str_sub(fresh(), 0, i), k);

				whole = n > 0;
				k += n;
			}
			from = i + 1;
		}
	ok(longest <= REP_MAIL_LINE_MAX, "mail: the longest line has %zu bytes", longest);
	ok(longest >= REP_MAIL_LINE_MAX - 2, "mail: and not fewer than it may");
	ok(whole, "mail: each line is whole UTF-8");
	ok(from == out.n, "mail: the last line is ended");
	ok(rep_str_find(fresh(), REP_S("Encoding: 8bit\n"), 0) != SIZE_MAX, "mail: 8bit is said");
	rep_buf_fini(&text);
}

static void
test_headers(void)
{
	static const struct {
		const char *value;
		size_t at;
		const char *want;
	} rows[] = {
		{ "plain words", 0, "plain words" },
		{ "", 0, "" },
		{ "  blanks\tbetween  ", 0, "blanks between" },
		{ "=?UTF-8?Q?x?=", 0, "=?UTF-8?B?PT9VVEYtOD9RP3g/PQ==?=" },
		{ "\xe2\x82\xac", 0, "=?UTF-8?B?4oKs?=" },
		{ "aaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbb", 60,
		    "aaaaaaaaaaaaaaaaaaaa\n bbbbbbbbbbbbbbbbbbbb" },
		{ "aaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbb", SIZE_MAX,
		    "aaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbb" },
		/* 44 bytes and one of two: the character goes into the next word */
		{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		  "\xc3\xa9",
		    SIZE_MAX,
		    "=?UTF-8?B?YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=?= "
		    "=?UTF-8?B?w6k=?=" },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		rep_buf_clear(&out);
		rep_payload_header_value(rep_str_c(rows[i].value), rows[i].at, &out);
		is_str(fresh(), rows[i].want, "header: row %zu", i + 1);
	}
}

static void
test_json(void)
{
	rep_buf_clear(&out);
	rep_payload_webhook(&block, &out);
	is_str(fresh(),
	    "{\"id\":\"i7-2\",\"alert\":\"a7\",\"event\":\"updated\",\"at\":\"2025-11-03T06:42:11Z\","
	    "\"title\":\"Outlook.com refuses 203.0.113.24\","
	    "\"text\":\"Since 06:42 UTC.\\n.\\nHold it.\\n\",\"host\":\"mx1.shop.example\","
	    "\"version\":\"0.1.0\"}",
	    "webhook");
	rep_buf_clear(&out);
	rep_payload_webhook(&hostile, &out);
	is_str(fresh(),
	    "{\"id\":\"i1\",\"alert\":\"a1\",\"event\":\"opened\",\"at\":\"1970-01-01T00:00:00Z\","
	    "\"title\":\"r\xc3\xa9"
	    "fus\\u000d\\nBcc: x@y.example\\n\\n\\\"<!channel>\\\" & \\u001b[31m\xef\xbf\xbd\","
	    "\"text\":\"a\\u000d\\nb\\u0007 <@U1> & \\\"\\\\\xef\xbf\xbd\\n\",\"host\":\"mx1\\u000d\\nX: y\","
	    "\"version\":\"0.1.0\"}",
	    "webhook: hostile");
	rep_buf_clear(&out);
	rep_payload_slack(&hostile, &out);
	is_str(fresh(),
	    "{\"text\":\"r\xc3\xa9"
	    "fus\\u000d\\nBcc: x@y.example\\n\\n\\\"&lt;!channel&gt;\\\" &amp; \\u001b[31m\xef\xbf\xbd\\n"
	    "a\\u000d\\nb\\u0007 &lt;@U1&gt; &amp; \\\"\\\\\xef\xbf\xbd\\n\",\"mrkdwn\":false}",
	    "slack: no mention, no link, no markup");
	rep_buf_clear(&out);
	rep_payload_pagerduty(&block, REP_S("KEY"), REP_PAGERDUTY_TRIGGER, &out);
	is_str(fresh(),
	    "{\"routing_key\":\"KEY\",\"event_action\":\"trigger\",\"dedup_key\":\"a7\","
	    "\"client\":\"reputed\",\"payload\":{\"summary\":\"Outlook.com refuses 203.0.113.24\","
	    "\"source\":\"mx1.shop.example\",\"severity\":\"error\","
	    "\"timestamp\":\"2025-11-03T06:42:11Z\",\"custom_details\":{\"event\":\"updated\","
	    "\"id\":\"i7-2\",\"text\":\"Since 06:42 UTC.\\n.\\nHold it.\\n\"}}}",
	    "pagerduty");
	rep_buf_clear(&out);
	rep_payload_pagerduty(&block, REP_S("KEY"), REP_PAGERDUTY_RESOLVE, &out);
	ok(rep_str_find(fresh(), REP_S("\"event_action\":\"resolve\",\"dedup_key\":\"a7\""), 0) !=
		SIZE_MAX,
	    "pagerduty: what resolves has the same key");
}

static void
test_cut(void)
{
	struct rep_alert_message m = block;
	static char text[REP_NTFY_TEXT_MAX + 2];

	memset(text, 'x', sizeof text);
	m.text = (struct rep_str){ text, REP_NTFY_TEXT_MAX };
	rep_buf_clear(&out);
	rep_payload_ntfy(&m, &out);
	is_int((int)out.n, REP_NTFY_TEXT_MAX, "ntfy: the longest text that is shown is sent whole");
	ok(rep_str_ends(fresh(), REP_S("xxx")), "ntfy: and ends as it ends");
	m.text.n++;
	rep_buf_clear(&out);
	rep_payload_ntfy(&m, &out);
	is_int((int)out.n, REP_NTFY_TEXT_MAX, "ntfy: a longer one is cut to that");
	ok(rep_str_ends(fresh(), REP_S("xxx [cut]")), "ntfy: and says so");
	memcpy(text + REP_NTFY_TEXT_MAX - 8, "\xf0\x9f\x9a\xa8", 4);
	rep_buf_clear(&out);
	rep_payload_ntfy(&m, &out);
	is_int((int)out.n, REP_NTFY_TEXT_MAX - 2, "ntfy: no character is torn");
	m.title = (struct rep_str){ text, 1025 };
	rep_buf_clear(&out);
	rep_payload_pagerduty(&m, REP_S("KEY"), REP_PAGERDUTY_TRIGGER, &out);
	ok(rep_str_find(fresh(), REP_S("xxx [cut]\",\"source\""), 0) != SIZE_MAX,
	    "pagerduty: a summary of more than 1,024 bytes is cut");
}

/* RFC 4231 has no case with a time before the text: computed with Python's hmac. */
static void
test_signature(void)
{
	rep_buf_clear(&out);
	ok(rep_payload_signature(REP_S("k3y with blanks"), 1762152131, REP_S("{\"id\":1}"), &out),
	    "signature");
	is_str(fresh(),
	    "t=1762152131,v1=4225a52b0ee8bb22d9e7910304e636f0b8e762fe59a2d8136cb9a672d60b1ba7",
	    "signature: as Python's hmac has it");
}

int
main(void)
{
	rep_buf_init(&out, 1 << 20);
	test_mail();
	test_lines();
	test_headers();
	test_json();
	test_cut();
	test_signature();
	rep_buf_fini(&out);
	return done();
}
