/*
 * unit/test_exim.c -- Exim's main log into facts.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "intake/exim.h"
#include "intake/mail_log.h"
#include "tap.h"

#include <stdlib.h>
#include <time.h>

#define AT "2026-11-03 06:42:11 "
#define ID "1abcDE-0001Xy-Zz "
#define VIA "R=dnslookup T=remote_smtp "

struct got {
	unsigned n;
	char recipient[80], provider[40], stream[80], message_id[80], text[160], queue_id[40],
	    label[40], route[40];
	enum rep_status status;
	enum rep_class class;
	enum rep_stage stage;
	int code;
	int64_t at_s;
	double delay_s;
	bool evidence;
};

static void
copy(char *out, size_t max, struct rep_str s)
{
	snprintf(out, max, "%.*s", REP_PR(s));
}

static enum rep_rc
on_fact(void *ctx, const struct rep_fact *f, struct rep_err *err)
{
	struct got *g = ctx;

	(void)err;
	g->n++;
	copy(g->recipient, sizeof g->recipient, f->recipient);
	copy(g->provider, sizeof g->provider, f->provider);
	copy(g->stream, sizeof g->stream, f->stream);
	copy(g->message_id, sizeof g->message_id, f->message_id);
	copy(g->text, sizeof g->text, f->text);
	copy(g->queue_id, sizeof g->queue_id, f->queue_id);
	copy(g->label, sizeof g->label, f->label);
	copy(g->route, sizeof g->route, f->route);
	g->status = f->status;
	g->class = f->class;
	g->stage = f->stage;
	g->code = f->code;
	g->at_s = f->at_s;
	g->delay_s = f->delay_s;
	g->evidence = f->evidence;
	return REP_OK;
}

static const struct {
	const char *name, *line, *recipient, *class;
	enum rep_status status; /* NONE: no fact */
	int code;
} wants[] = {
	{ "sent",
	    AT ID "=> jo@example.com " VIA "H=mx.example.com [198.51.100.7] X=TLS1.3:a:256 CV=yes "
		  "C=\"250 2.0.0 Ok: queued as 4F1\" QT=1m2s",
	    "jo@example.com", "accepted", REP_STATUS_SENT, 250 },
	{ "sent with the first",
	    AT ID "-> al@example.com " VIA "H=mx.example.com [198.51.100.7] C=\"250 ok\"",
	    "al@example.com", "accepted", REP_STATUS_SENT, 250 },
	{ "sent, with what it was",
	    AT ID "=> jo@example.com <team@shop.example> " VIA
		  "H=mx.example.com [198.51.100.7]:25* C=\"250 ok\"",
	    "jo@example.com", "accepted", REP_STATUS_SENT, 250 },
	{ "refused",
	    AT ID "** al@hotmail.com F=<b@shop.example> " VIA
		  "H=hotmail-com.olc.protection.outlook.com [104.47.0.33]: SMTP error from remote "
		  "mail server after MAIL FROM:<b@shop.example>: 550 5.7.1 Unfortunately, messages "
		  "from [203.0.113.24] weren't sent. part of their network is on our block list "
		  "(S3140).",
	    "al@hotmail.com", "blocked", REP_STATUS_BOUNCED, 550 },
	{ "refused, as Exim 4.94 writes it",
	    AT ID
	    "** jo@example.com " VIA "H=mx.example.com "
	    "[198.51.100.7] : SMTP error from remote mail server after RCPT TO:<jo@example.com>: "
	    "550 5.1.1 no such user",
	    "jo@example.com", "recipient", REP_STATUS_BOUNCED, 550 },
	{ "deferred",
	    AT ID "== bo@yahoo.com " VIA "defer (-45) H=mta5.am0.yahoodns.net "
		  "[67.195.228.94]: SMTP error from remote mail server after MAIL FROM:<b@c>: "
		  "421 4.7.0 [TSS04] Messages temporarily deferred",
	    "bo@yahoo.com", "throttled", REP_STATUS_DEFERRED, 421 },
	{ "given up", AT ID "** bo@yahoo.com: retry timeout exceeded", "bo@yahoo.com", "network",
	    REP_STATUS_EXPIRED, 0 },
	{ "milliseconds, a zone and a process",
	    "2026-11-03 07:42:11.123 +0100 [55] " ID "=> jo@example.com " VIA
	    "H=mx.example.com [198.51.100.7] C=\"250 ok\"",
	    "jo@example.com", "accepted", REP_STATUS_SENT, 250 },
	{ "the longer queue id",
	    AT "1abcDE-00000001Xy2-Zz9a => jo@example.com " VIA
	       "H=mx.example.com [198.51.100.7] C=\"250 ok\"",
	    "jo@example.com", "accepted", REP_STATUS_SENT, 250 },
	{ "by syslog, with its own stamp",
	    "2026-11-03T06:42:11+00:00 mx1 exim4[9]: " AT ID "=> jo@example.com " VIA
	    "H=mx.example.com [198.51.100.7] C=\"250 ok\"",
	    "jo@example.com", "accepted", REP_STATUS_SENT, 250 },
	{ "a local mailbox is no provider",
	    AT ID "=> jo <jo@shop.example> R=local_user T=mail_spool", "", "", REP_STATUS_NONE, 0 },
	{ "nor is a filter on this host",
	    AT ID "=> jo@example.com " VIA "H=localhost [127.0.0.1] C=\"250\"", "", "",
	    REP_STATUS_NONE, 0 },
	{ "nor is a pipe", AT ID "** |/bin/x <jo@shop.example> R=a T=address_pipe: it ended with 1",
	    "", "", REP_STATUS_NONE, 0 },
	{ "what was refused to others",
	    AT "H=mx.example.com [198.51.100.7] F=<a@b> rejected RCPT <c@d>: no", "", "",
	    REP_STATUS_NONE, 0 },
	{ "an arrow and nothing else", AT ID "=>", "", "", REP_STATUS_NONE, 0 },
	{ "an address and nothing else", AT ID "=> jo@example.com", "", "", REP_STATUS_NONE, 0 },
};

static void
handed(void)
{
	static const struct {
		const char *line, *login, *client, *uid;
	} whose[] = {
		{ ID "<= b@shop.example H=(laptop) [192.0.2.1]:50000 P=esmtpsa "
		     "A=plain_login:jo@shop.example S=900 id=1@shop.example",
		    "jo@shop.example", "192.0.2.1", "" },
		{ ID
		    "<= b@shop.example H=a.example [192.0.2.1] P=esmtp A=cram:jo:b@shop.example S=9",
		    "jo", "192.0.2.1", "" },
		{ ID "<= www-data@shop.example U=www-data P=local S=900", "", "", "www-data" },
		{ ID "<= b@shop.example H=a.example [192.0.2.1] U=root P=esmtp S=900", "",
		    "192.0.2.1", "root" },
	};
	struct rep_mta_line l[2];

	for (size_t i = 0; i < REP_COUNT(whose); i++)
		ok(rep_exim_parse(rep_str_c(whose[i].line), l) > 0 && l[0].kind == REP_MTA_QUEUED &&
			rep_str_eq(l[0].login, rep_str_c(whose[i].login)) &&
			rep_str_eq(l[0].client, rep_str_c(whose[i].client)) &&
			rep_str_eq(l[0].uid, rep_str_c(whose[i].uid)),
		    "handed in: %s", whose[i].line);
}

static struct rep_mail_log *
new_log(struct rep_know *know, struct rep_streams *streams)
{
	static const struct rep_key key = { { 1 } };
	struct rep_mail_log_params o = {
		.know = know, .key = &key, .streams = streams, .now_s = 1793800000
	};

	return rep_mail_log_new(&o);
}

/* "relay.shop.example:587", as in a configuration. A port that is not logged matches any. */
static struct rep_str
route_of(void *ctx, struct rep_str host, const struct rep_ip *ip, unsigned port)
{
	(void)ctx;
	(void)ip;
	return rep_str_eq(host, REP_S("relay.shop.example")) && (port == 587 || port == 0)
	    ? REP_S("submission")
	    : REP_S("");
}

static void
feed(struct rep_mail_log *m, const char *line, struct got *g)
{
	enum rep_line_kind kind;
	struct rep_err err;
	int64_t at_s;

	if (rep_mail_log_line(m, rep_str_c(line), 1, false, on_fact, g, &kind, &at_s, &err) !=
	    REP_OK)
		printf("# %s\n", err.msg);
}

/* +outgoing_port in log_selector writes the port after the address. Without it there is no port. */
static void
ports(struct rep_know *know, struct rep_streams *streams)
{
	static const struct {
		const char *address, *route;
	} rows[] = { { "[203.0.113.9]:587", "submission" }, { "[203.0.113.9]:25", "" },
		{ "[203.0.113.9]", "submission" }, { "[2001:db8::9]:587", "submission" } };
	static const struct rep_key key = { { 1 } };
	struct rep_mail_log_params o = { .know = know,
		.key = &key,
		.streams = streams,
		.relay = { NULL, route_of },
		.now_s = 1793800000 };
	char line[300];

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct rep_mail_log *m = rep_mail_log_new(&o);
		struct got g = { 0 };

		snprintf(line, sizeof line,
		    AT ID "=> jo@example.com R=smarthost T=remote_smtp_smarthost "
			  "H=relay.shop.example %s X=TLS1.3 C=\"250 OK\"",
		    rows[i].address);
		feed(m, line, &g);
		ok(g.n == 1 && strcmp(g.route, rows[i].route) == 0, "port: %s", rows[i].address);
		rep_mail_log_free(m);
	}
}

int
main(void)
{
	struct rep_know *know = rep_know_new();
	struct rep_streams *streams = rep_streams_new(NULL, 0);
	struct rep_mail_log *m;
	struct got g = { 0 };

	(void)setenv("TZ", "UTC", 1);
	tzset();
	if (know == NULL || rep_know_add_builtin(know, NULL) != REP_OK ||
	    rep_know_ready(know, NULL) != REP_OK)
		return 1;
	handed();
	for (size_t i = 0; i < REP_COUNT(wants); i++) {
		memset(&g, 0, sizeof g);
		m = new_log(know, streams);
		feed(m, wants[i].line, &g);
		is_int(
		    g.n, wants[i].status != REP_STATUS_NONE, "%s: a fact or none", wants[i].name);
		if (g.n == 1) {
			is_str(rep_str_c(g.recipient), wants[i].recipient, "%s: recipient",
			    wants[i].name);
			is_int(g.status, wants[i].status, "%s: status", wants[i].name);
			is_str(rep_str_c(rep_class_word(g.class)), wants[i].class, "%s: class",
			    wants[i].name);
			is_int(g.code, wants[i].code, "%s: code", wants[i].name);
			is_int(g.at_s, 1793688131, "%s: time", wants[i].name);
		}
		rep_mail_log_free(m);
	}
	memset(&g, 0, sizeof g);
	m = new_log(know, streams);
	feed(m,
	    AT ID
	    "<= bounce-7@shop.example H=localhost [127.0.0.1] P=esmtpsa S=9 id=4711@shop.example",
	    &g);
	feed(m, wants[0].line, &g);
	is_str(rep_str_c(g.stream), "shop.example/bounce-#", "the stream, by the sender");
	is_str(rep_str_c(g.message_id), "4711@shop.example", "the Message-ID");
	is_str(rep_str_c(g.queue_id), "1abcDE-0001Xy-Zz", "the queue id");
	is_str(rep_str_c(g.label), "exim/exim", "the label of a file without hosts");
	ok(g.delay_s > 61.9 && g.delay_s < 62.1, "time in the queue");
	feed(m, wants[3].line, &g);
	is_int(g.stage, REP_STAGE_MAIL, "the stage that Exim names");
	rep_mail_log_free(m);
	ports(know, streams);
	rep_streams_free(streams);
	rep_know_free(know);
	return done();
}
