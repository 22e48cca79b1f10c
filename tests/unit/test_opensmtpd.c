/*
 * unit/test_opensmtpd.c -- lines of OpenSMTPD's log, through the reader of logs.
 *
 * A fact is one line of words: STATUS RECIPIENT PROVIDER CLASS STREAM-OR-DASH.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "log_rows.h"

#define AT "Nov  3 06:42:11 mx1 smtpd[411]: "
#define ID "evpid=5c9f1e2d7a3b4c5d "
#define WAY \
	"source=\"203.0.113.24\" relay=\"198.51.100.3 (shop.olc.protection.outlook.com)\" delay=2s "
#define NEW AT "9ae3f1b2c4d5e6f7 mta delivery " ID
#define OLD AT "9ae3f1b2c4d5e6f7 mta event=delivery " ID

static const struct log_row rows[] = {
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
	{ "who logged in, by the connection",
	    AT "9ae3f1b2c4d5e6f6 smtp connected address=203.0.113.77 host=laptop.example\n" AT
	       "9ae3f1b2c4d5e6f6 smtp authentication user=jo address=203.0.113.77 "
	       "host=laptop.example result=ok\n" AT
	       "9ae3f1b2c4d5e6f6 smtp message msgid=5c9f1e2d size=900 nrcpt=1 proto=ESMTP "
	       "from=<jo@shop.example> to=<al@hotmail.com>\n" AT
	       "9ae3f1b2c4d5e6f6 smtp disconnected reason=quit\n" NEW
	       "from=<jo@shop.example> to=<al@hotmail.com> rcpt=<-> " WAY
	       "result=\"Ok\" stat=\"250 ok\"",
	    "sent al@hotmail.com microsoft-consumer accepted shop.example/jo (login jo)\n" },
	{ "a login that failed, of an older version",
	    AT "9ae3f1b2c4d5e6f6 smtp event=connected address=203.0.113.77 host=laptop.example\n" AT
	       "9ae3f1b2c4d5e6f6 smtp event=authentication user=jo address=203.0.113.77 "
	       "host=laptop.example result=permfail\n" AT
	       "9ae3f1b2c4d5e6f6 smtp event=message msgid=5c9f1e2d size=900 nrcpt=1 proto=ESMTP "
	       "from=<jo@shop.example> to=<al@hotmail.com>\n" OLD
	       "from=<jo@shop.example> to=<al@hotmail.com> rcpt=<-> " WAY
	       "result=\"Ok\" stat=\"250 ok\"",
	    "sent al@hotmail.com microsoft-consumer accepted shop.example/jo (client "
	    "203.0.113.77)\n" },
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
	{ "given up: of what was said last",
	    NEW "from=<news@shop.example> to=<jo@small.example> rcpt=<-> source=\"-\" "
		"relay=\"198.51.100.9 (mx.small.example)\" delay=1m2s result=\"TempFail\" "
		"stat=\"452 4.2.2 The mailbox is over quota\"\n" AT
		"0000000000000000 mta delivery " ID
		"from=<news@shop.example> to=<jo@small.example> rcpt=<-> delay=4d1m "
		"result=\"Expire\" stat=\"Envelope expired\"",
	    "deferred jo@small.example other mailbox -\n"
	    "expired jo@small.example other mailbox -\n" },
	{ "a connection", AT "9ae3f1b2c4d5e6f6 smtp connected address=192.0.2.1 host=app", "" },
	{ "local",
	    AT "0000000000000000 mda delivery " ID "from=<a@b.example> to=<jo@shop.example> "
	       "rcpt=<-> user=jo delay=0s result=Ok stat=Delivered",
	    "" },
	{ "its id is cut",
	    AT "9ae3f1b2c4d5e6f7 mta delivery evpid=5c9 to=<a@b.example> result=\"Ok\"", "" },
};

int
main(void)
{
	return play(rows, REP_COUNT(rows));
}
