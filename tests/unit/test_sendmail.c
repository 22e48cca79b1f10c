/*
 * unit/test_sendmail.c -- lines of Sendmail's log, through the reader of logs.
 *
 * A fact is one line of words: STATUS RECIPIENT PROVIDER CLASS STREAM-OR-DASH.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "log_rows.h"

#define AT "Nov  3 06:42:11 mx1 sm-mta[411]: "
#define TO "5A36gB41000412: to=<al@hotmail.com>, ctladdr=<news@shop.example> (33/33), "
#define TIMES "delay=00:00:09, xdelay=00:00:02, mailer=esmtp, pri=120643, "
#define OLC "relay=shop.olc.protection.outlook.com. [198.51.100.3], "

static const struct log_row rows[] = {
	{ "sent",
	    AT TO TIMES OLC "dsn=2.0.0, stat=Sent (<4711@shop.example> Queued mail for delivery)",
	    "sent al@hotmail.com microsoft-consumer accepted -\n" },
	{ "with its message",
	    AT "5A36gB41000412: from=<bounce-7@shop.example>, size=900, class=0, nrcpts=1, "
	       "msgid=<4711@shop.example>, proto=ESMTP, daemon=MTA, relay=app [127.0.0.1]\n" AT TO
		   TIMES OLC "dsn=2.0.0, stat=Sent (ok)",
	    "sent al@hotmail.com microsoft-consumer accepted shop.example/bounce-#\n" },
	{ "who logged in, by the process",
	    AT
	    "AUTH=server, relay=laptop.example [203.0.113.77], authid=jo@shop.example, mech=PLAIN, "
	    "bits=0\n" AT "5A36gB41000412: from=<jo@shop.example>, size=900, class=0, nrcpts=1, "
	    "msgid=<1@shop.example>, proto=ESMTP, daemon=MTA, relay=laptop.example "
	    "[203.0.113.77]\n" AT TO TIMES OLC "dsn=2.0.0, stat=Sent (ok)",
	    "sent al@hotmail.com microsoft-consumer accepted shop.example/jo (login "
	    "jo@shop.example)\n" },
	{ "another process has no login",
	    AT
	    "AUTH=server, relay=laptop.example [203.0.113.77], authid=jo@shop.example, mech=PLAIN, "
	    "bits=0\nNov  3 06:42:11 mx1 sm-mta[412]: "
	    "5A36gB41000412: from=<jo@shop.example>, size=900, class=0, nrcpts=1, "
	    "msgid=<1@shop.example>, proto=ESMTP, daemon=MTA, relay=laptop.example "
	    "[203.0.113.77]\n" AT TO TIMES OLC "dsn=2.0.0, stat=Sent (ok)",
	    "sent al@hotmail.com microsoft-consumer accepted shop.example/jo (client "
	    "203.0.113.77)\n" },
	{ "a process number that is used again",
	    AT
	    "AUTH=server, relay=laptop.example [203.0.113.77], authid=jo@shop.example, mech=PLAIN, "
	    "bits=0\nNov  3 09:42:11 mx1 sm-mta[411]: "
	    "5A36gB41000412: from=<al@shop.example>, size=900, class=0, nrcpts=1, "
	    "msgid=<1@shop.example>, proto=ESMTP, daemon=MTA, relay=[IPv6:2001:db8:8000::7]\n"
	    "Nov  3 09:42:12 mx1 sm-mta[413]: " TO TIMES OLC "dsn=2.0.0, stat=Sent (ok)",
	    "sent al@hotmail.com microsoft-consumer accepted shop.example/al (client "
	    "2001:db8:8000::7)\n" },
	{ "our own login elsewhere",
	    AT "AUTH=client, relay=smtp.example [203.0.113.77], authid=us, mech=PLAIN, bits=0\n" AT
	       "5A36gB41000412: from=<jo@shop.example>, size=900, class=0, nrcpts=1, "
	       "msgid=<1@shop.example>, relay=www@localhost\n" AT TO TIMES OLC
	       "dsn=2.0.0, stat=Sent (ok)",
	    "sent al@hotmail.com microsoft-consumer accepted shop.example/jo (uid www)\n" },
	{ "two recipients",
	    AT "5A36gB41000412: to=<al@hotmail.com>,<bo@hotmail.com>, " TIMES OLC
	       "dsn=2.0.0, stat=Sent (ok)",
	    "sent al@hotmail.com microsoft-consumer accepted -\n"
	    "sent bo@hotmail.com microsoft-consumer accepted -\n" },
	{ "a comma in a quoted local part",
	    AT "5A36gB41000412: to=<\"a,b\"@hotmail.com>,<bo@hotmail.com>, " TIMES OLC
	       "dsn=2.0.0, stat=Sent (ok)",
	    "sent \"a,b\"@hotmail.com microsoft-consumer accepted -\n"
	    "sent bo@hotmail.com microsoft-consumer accepted -\n" },
	{ "tried again, in other words than Deferred", AT TO TIMES OLC "dsn=4.3.0, stat=I/O error",
	    "deferred al@hotmail.com microsoft-consumer capacity -\n" },
	{ "a quoted reply",
	    AT TO TIMES OLC
	    "dsn=5.7.1, stat=Service unavailable: 550 5.7.1 Unfortunately, messages from "
	    "[203.0.113.10] weren't sent, part of their network is on our block list (S3140).",
	    "bounced al@hotmail.com microsoft-consumer blocked -\n" },
	{ "no such user, by IPv6",
	    AT "5A36gB41000412: to=<jo@small.example>, " TIMES
	       "relay=mx.small.example. [IPv6:2001:db8:8000::29c], dsn=5.1.1, stat=User unknown",
	    "bounced jo@small.example other recipient -\n" },
	{ "refused, with the code alone", AT TO TIMES OLC "dsn=5.7.1, stat=Service unavailable",
	    "bounced al@hotmail.com microsoft-consumer policy -\n" },
	{ "refused, with the reply in a field of its own",
	    AT TO TIMES OLC
	    "dsn=5.7.1, reply=550 5.7.1 Unfortunately, messages from [203.0.113.10] weren't sent, "
	    "part of their network is on our block list (S3140)., stat=Service unavailable",
	    "bounced al@hotmail.com microsoft-consumer blocked -\n" },
	{ "deferred, with the reply in a field of its own",
	    AT TO TIMES OLC "dsn=4.2.2, reply=452 4.2.2 The mailbox is over quota, stat=Deferred",
	    "deferred al@hotmail.com microsoft-consumer mailbox -\n" },
	{ "a field that has no reply",
	    AT TO TIMES OLC
	    "dsn=4.0.0, reply=read error from shop.olc.protection.outlook.com., stat=Deferred: "
	    "Connection reset by shop.olc.protection.outlook.com.",
	    "deferred al@hotmail.com microsoft-consumer network -\n" },
	{ "deferred by the other side",
	    AT TO TIMES OLC "dsn=4.2.2, stat=Deferred: 452 4.2.2 The mailbox is over quota",
	    "deferred al@hotmail.com microsoft-consumer mailbox -\n" },
	{ "nobody answered",
	    AT TO TIMES
	    "relay=shop.olc.protection.outlook.com., dsn=4.0.0, stat=Deferred: Connection timed "
	    "out with shop.olc.protection.outlook.com.",
	    "deferred al@hotmail.com microsoft-consumer network -\n" },
	{ "given up",
	    AT TO TIMES OLC "dsn=4.2.2, stat=Deferred: 452 4.2.2 The mailbox is over quota\n" AT
			    "5A36gB41000412: 5A86gB41000999: sender notify: Cannot send message "
			    "for 5 days",
	    "deferred al@hotmail.com microsoft-consumer mailbox -\n"
	    "expired - microsoft-consumer mailbox -\n" },
	{ "a warning is no end",
	    AT "5A36gB41000412: 5A86gB41000999: sender notify: Warning: could not send message for "
	       "past 4 hours",
	    "" },
	{ "the notice of a failure", AT "5A36gB41000412: 5A36gB42000412: DSN: User unknown", "" },
	{ "only queued", AT TO TIMES OLC "dsn=4.4.3, stat=queued", "" },
	{ "local",
	    AT "5A36gB41000412: to=root, delay=00:00:01, mailer=local, pri=1, dsn=2.0.0, "
	       "stat=Sent",
	    "" },
	{ "mail that came in",
	    AT "5A36gB41000412: ruleset=check_rcpt, arg1=<x@y.example>, relay=[192.0.2.1], "
	       "reject=550 5.7.1 <x@y.example>... Relaying denied",
	    "" },
	{ "to a filter of its own",
	    AT "5A36gB41000412: to=<al@hotmail.com>, " TIMES
	       "relay=filter [127.0.0.1], dsn=2.0.0, stat=Sent (ok)",
	    "" },
};

int
main(void)
{
	return play(rows, REP_COUNT(rows));
}
