/*
 * unit/test_opensmtpd.c -- lines of OpenSMTPD's log, through the reader of logs.
 *
 * A fact is one line of words: STATUS RECIPIENT PROVIDER CLASS STREAM-OR-DASH.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc.h"
#include "intake/mail_log.h"

#include <stdlib.h>
#include <time.h>

#define AT "Nov  3 06:42:11 mx1 smtpd[411]: "
#define ID "evpid=5c9f1e2d7a3b4c5d "
#define WAY \
	"source=\"203.0.113.24\" relay=\"198.51.100.3 (shop.olc.protection.outlook.com)\" delay=2s "
#define NEW AT "9ae3f1b2c4d5e6f7 mta delivery " ID
#define OLD AT "9ae3f1b2c4d5e6f7 mta event=delivery " ID

static const struct rep_key key = { "0123456789abcde" };

static const struct {
	const char *name, *log, *want;
} rows[] = {
	{ "sent",
	    NEW "from=<news@shop.example> to=<al@hotmail.com> rcpt=<-> " WAY
		"result=\"Ok\" stat=\"250 2.0.0 Ok: \"queued\"\"",
	    "sent al@hotmail.com microsoft-consumer accepted -\n" },
	{ "with its message",
	    AT "9ae3f1b2c4d5e6f6 smtp message msgid=5c9f1e2d size=900 nrcpt=1 proto=ESMTP "
	       "from=<bounce-7@shop.example> to=<al@hotmail.com>\n" NEW
	       "from=<bounce-7@shop.example> to=<al@hotmail.com> rcpt=<-> " WAY
	       "result=\"Ok\" stat=\"250 ok\"",
	    "sent al@hotmail.com microsoft-consumer accepted shop.example/bounce-#\n" },
	{ "a key within another value",
	    NEW "from=<x to=<evil@hotmail.com>@shop.example> to=<al@hotmail.com> rcpt=<-> " WAY
		"result=\"Ok\" stat=\"250 ok\"",
	    "sent al@hotmail.com microsoft-consumer accepted -\n" },
	{ "refused, 6.x",
	    OLD "from=<news@shop.example> to=<al@hotmail.com> rcpt=<-> " WAY
		"result=\"PermFail\" stat=\"550 5.7.1 Unfortunately, messages from [203.0.113.10] "
		"weren't sent, part of their network is on our block list (S3140).\"",
	    "bounced al@hotmail.com microsoft-consumer blocked -\n" },
	{ "put off, by IPv6",
	    NEW "from=<news@shop.example> to=<jo@small.example> rcpt=<-> source=\"-\" "
		"relay=\"[2001:db8:8000::9] (mx.small.example)\" delay=1m2s result=\"TempFail\" "
		"stat=\"452 4.2.2 The mailbox is over quota\"",
	    "deferred jo@small.example other mailbox -\n" },
	{ "a connection", AT "9ae3f1b2c4d5e6f6 smtp connected address=192.0.2.1 host=app", "" },
	{ "local",
	    AT "0000000000000000 mda delivery " ID "from=<a@b.example> to=<jo@shop.example> "
	       "rcpt=<-> user=jo delay=0s result=Ok stat=Delivered",
	    "" },
	{ "its id is cut",
	    AT "9ae3f1b2c4d5e6f7 mta delivery evpid=5c9 to=<a@b.example> result=\"Ok\"", "" },
};

static enum rep_rc
on_fact(void *ctx, const struct rep_fact *f, struct rep_err *err)
{
	(void)err;
	rep_buf_printf(ctx, "%s %.*s %.*s %s %.*s\n", rep_status_word(f->status),
	    REP_PR(f->recipient.n > 0 ? f->recipient : REP_S("-")), REP_PR(f->provider),
	    rep_class_word(f->class), REP_PR(f->stream.n > 0 ? f->stream : REP_S("-")));
	return REP_OK;
}

static void
read_all(const char *log, struct rep_buf *out)
{
	struct rep_streams *streams = rep_streams_new(NULL, 0);
	struct rep_mail_log_params o = {
		.know = doc_know, .key = &key, .streams = streams, .now_s = 1793800000
	};
	struct rep_mail_log *m = rep_mail_log_new(&o);
	struct rep_str s = rep_str_c(log);
	uint64_t number = 0;

	rep_buf_clear(out);
	rep_mail_log_file(m, "test.log", 1793800000);
	while (s.n > 0) {
		size_t nl = rep_str_chr(s, '\n', 0);
		enum rep_line_kind kind;
		struct rep_err err;
		int64_t at_s;

		if (rep_mail_log_line(m, rep_str_sub(s, 0, nl == SIZE_MAX ? s.n : nl), ++number,
			false, on_fact, out, &kind, &at_s, &err) != REP_OK)
			break;
		s = rep_str_sub(s, nl == SIZE_MAX ? s.n : nl + 1, s.n);
	}
	rep_mail_log_free(m);
	rep_streams_free(streams);
}

int
main(void)
{
	struct rep_buf out;

	(void)setenv("TZ", "UTC", 1);
	tzset();
	if (!ok(doc_begin(), "set up"))
		return done();
	rep_buf_init(&out, 1 << 16);
	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		read_all(rows[i].log, &out);
		is_str(rep_buf_str(&out), rows[i].want, "%s", rows[i].name);
	}
	rep_buf_fini(&out);
	doc_end();
	return done();
}
