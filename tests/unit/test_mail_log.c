/*
 * unit/test_mail_log.c -- small logs and the facts that they give.
 *
 * A log is text. Each fact is one line of words, which is compared as a whole:
 *
 * 	LINE STATUS RECIPIENT PROVIDER CLASS RULE STAGE [ev] [route=R] [named=A] [stream=S] [mid=M]
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "intake/mail_log.h"
#include "base/time.h"
#include "fact/identity.h"
#include "tap.h"

#include <stdlib.h>
#include <time.h>

#define OLC "shop.olc.protection.outlook.com[198.51.100.3]:25"
#define SMALL "mx.small.example[198.51.100.9]:25"
#define HEAD "Nov  3 06:42:11 mx1 postfix/"
#define S3140                                                                                                  \
	"550 5.7.1 Unfortunately, messages from [203.0.113.10] weren't sent, part of their network is on our " \
	"block list (S3140). (in reply to MAIL FROM command)"

static struct rep_know *know;
static const struct rep_key key = { "0123456789abcde" };
static int64_t now;

struct facts {
	struct rep_buf text;
	unsigned n;
	uint64_t identity[64];
	struct rep_str label[64]; /* copies, in the arena */
	struct rep_arena *a;
	enum rep_rc rc; /* what the callback returns */
	bool known;
	struct rep_mail_log *m;
};

static const char *
word(const char *w)
{
	return w != NULL ? w : "-";
}

static void
put(struct rep_buf *b, const char *before, struct rep_str s)
{
	if (s.n == 0)
		return;
	rep_buf_printf(b, " %s", before);
	rep_buf_add(b, s);
}

static enum rep_rc
on_fact(void *ctx, const struct rep_fact *f, struct rep_err *err)
{
	struct rep_str recipient = rep_str_or(f->recipient, REP_S("-"));
	struct rep_str rule = rep_str_or(f->rule, REP_S("-"));
	struct facts *x = ctx;
	char ip[REP_IP_TEXT];

	(void)err;
	rep_buf_printf(&x->text, "%llu %s %.*s %.*s%s%.*s %s %.*s %s%s",
	    (unsigned long long)f->line, word(rep_status_word(f->status)), REP_PR(recipient),
	    REP_PR(f->provider), f->provider_domain.n > 0 ? ":" : "", REP_PR(f->provider_domain),
	    word(rep_class_word(f->class)), REP_PR(rule), word(rep_stage_word(f->stage)),
	    f->evidence ? " ev" : "");
	put(&x->text, "route=", f->route);
	if (f->named.version != 0)
		put(&x->text, "named=", rep_str_c(rep_ip_text(&f->named, ip)));
	put(&x->text, "stream=", f->stream);
	put(&x->text, "mid=", f->message_id);
	rep_buf_addc(&x->text, '\n');
	if (x->n < REP_COUNT(x->identity)) {
		x->identity[x->n] = rep_fact_identity(&key, f);
		x->label[x->n] = rep_arena_dup(x->a, f->label);
	}
	x->n++;
	if (x->known)
		rep_mail_log_known(x->m);
	return x->rc;
}

static struct rep_str
route_of(void *ctx, struct rep_str host, const struct rep_ip *ip, unsigned port)
{
	(void)ctx;
	(void)port;
	if (rep_str_eq_nocase(host, REP_S("relay.shop.example")) ||
	    (ip->version == 4 && ip->b[0] == 10 && ip->b[3] == 7))
		return REP_S("ses-eu");
	return (struct rep_str){ "", 0 };
}

/* What a test uses: streams, the state of the log, the facts so far. */
struct world {
	struct rep_streams *streams;
	struct rep_mail_log *m;
	struct facts x;
	unsigned bad;
	char why[400];
};

static void
begin(struct world *w)
{
	struct rep_mail_log_params o = { .know = know, .key = &key, .now_s = now };

	*w = (struct world){ .streams = rep_streams_new(NULL, 0) };
	o.streams = w->streams;
	o.relay.route_of = route_of;
	w->m = rep_mail_log_new(&o);
	rep_mail_log_file(w->m, "test.log", now);
	rep_buf_init(&w->x.text, 1 << 20);
	w->x.a = rep_arena_new(1 << 20);
	w->x.m = w->m;
}

static void
end(struct world *w)
{
	rep_mail_log_free(w->m);
	rep_streams_free(w->streams);
	rep_buf_fini(&w->x.text);
	rep_arena_free(w->x.a);
}

static enum rep_rc
feed(struct world *w, const char *log)
{
	struct rep_str s = rep_str_c(log);
	uint64_t number = 0;
	enum rep_line_kind kind;
	struct rep_err err = { .msg = "" };
	int64_t at_s;
	enum rep_rc rc = REP_OK;

	for (size_t i = 0, n; i < s.n && rc == REP_OK; i = n + 1) {
		n = rep_str_chr(s, '\n', i);
		rc = rep_mail_log_line(w->m, rep_str_sub(s, i, (n == SIZE_MAX ? s.n : n) - i),
		    ++number, n == SIZE_MAX, on_fact, &w->x, &kind, &at_s, &err);
		if (kind == REP_LINE_BAD) {
			w->bad++;
			snprintf(w->why, sizeof w->why, "%s", err.msg);
		}
		if (n == SIZE_MAX)
			break;
	}
	return rc;
}

/* name, log, the expected facts */
static const struct {
	const char *name, *log, *want;
} logs[] = {
	{ "a message, from cleanup to removed",
	    HEAD
	    "cleanup[9]: 4F1A2B: message-id=<a.b@shop.example>\n" HEAD
	    "qmgr[9]: 4F1A2B: from=<news-17@Shop.example>, size=999, nrcpt=2 (queue active)\n" HEAD
	    "smtp[9]: 4F1A2B: to=<jo@hotmail.com>, relay=" OLC
	    ", delay=1, dsn=2.0.0, status=sent (250 2.0.0 Ok)\n" HEAD
	    "smtp[9]: 4F1A2B: to=<ann@small.example>, relay=" SMALL
	    ", delay=1, dsn=2.0.0, status=sent (250 Ok)\n" HEAD "qmgr[9]: 4F1A2B: removed\n" HEAD
	    "smtp[9]: 4F1A2B: to=<late@small.example>, relay=" SMALL
	    ", delay=1, dsn=2.0.0, status=sent (250 Ok)\n",
	    "3 sent jo@hotmail.com microsoft-consumer accepted - dot ev stream=shop.example/news-# mid=<a.b@shop.example>\n"
	    "4 sent ann@small.example other:small.example accepted - dot ev stream=shop.example/news-# "
	    "mid=<a.b@shop.example>\n"
	    "6 sent late@small.example other:small.example accepted - dot ev\n" },
	{ "lines of several messages, mixed",
	    HEAD "qmgr[9]: 4F1A2B: from=<a@shop.example>, size=999, nrcpt=1 (queue active)\n" HEAD
		 "qmgr[9]: 4F1A2C: from=<b@shop.example>, size=999, nrcpt=1 (queue active)\n" HEAD
		 "smtp[8]: 4F1A2C: to=<jo@small.example>, relay=" SMALL
		 ", delay=1, dsn=2.0.0, status=sent (250 Ok)\n" HEAD
		 "smtp[9]: 4F1A2B: to=<jo@small.example>, relay=" SMALL
		 ", delay=1, dsn=2.0.0, status=sent (250 Ok)\n"
		 "Nov  3 06:42:12 mx2 postfix/smtp[9]: 4F1A2B: to=<jo@small.example>, relay=" SMALL
		 ", delay=1, dsn=2.0.0, status=sent (250 Ok)\n",
	    "3 sent jo@small.example other:small.example accepted - dot ev stream=shop.example/b\n"
	    "4 sent jo@small.example other:small.example accepted - dot ev stream=shop.example/a\n"
	    "5 sent jo@small.example other:small.example accepted - dot ev\n" },
	{ "a List-Id that came before the sender",
	    HEAD
	    "cleanup[9]: 4F1A2B: info: header List-Id: News <weekly.shop.example> from localhost[127.0.0.1]; "
	    "from=<b-1@shop.example>\n" HEAD
	    "qmgr[9]: 4F1A2B: from=<b-1@shop.example>, size=999, nrcpt=1 (queue active)\n" HEAD
	    "smtp[8]: 4F1A2B: to=<jo@small.example>, relay=" SMALL
	    ", delay=1, dsn=2.0.0, status=sent (250 Ok)\n",
	    "3 sent jo@small.example other:small.example accepted - dot ev stream=shop.example/weekly.shop.example\n" },
	{ "a block, and the address it names",
	    HEAD "smtp[9]: 4F1A2B: to=<jo@hotmail.com>, relay=" OLC
		 ", delay=1, dsn=5.7.1, status=bounced (host "
		 "shop.olc.protection.outlook.com[198.51.100.3] said: " S3140 ")\n",
	    "1 bounced jo@hotmail.com microsoft-consumer blocked microsoft-consumer.s3140 mail ev named=203.0.113.10\n" },
	{ "a stranger prints the same: nothing is learnt",
	    HEAD "smtp[9]: 4F1A2B: to=<jo@small.example>, relay=" SMALL
		 ", delay=1, dsn=5.7.1, status=bounced (host "
		 "mx.small.example[198.51.100.9] said: " S3140 ")\n",
	    "1 bounced jo@small.example other:small.example blocked any.network-block-list mail ev\n" },
	{ "a private address is never learnt",
	    HEAD
	    "smtp[9]: 4F1A2B: to=<jo@hotmail.com>, relay=" OLC
	    ", delay=1, dsn=5.7.1, status=bounced (host "
	    "shop.olc.protection.outlook.com[198.51.100.3] said: 550 5.7.1 Unfortunately, messages from "
	    "[172.31.0.10] weren't sent (S3140). (in reply to MAIL FROM command))\n",
	    "1 bounced jo@hotmail.com microsoft-consumer blocked microsoft-consumer.s3140 mail ev\n" },
	{ "a host without its provider's name: known by the domain when nobody was reached",
	    HEAD
	    "smtp[9]: 4F1A2B: to=<jo@hotmail.com>, relay=none, delay=1, dsn=4.4.1, status=deferred (connect to "
	    "shop.olc.protection.outlook.com[198.51.100.3]:25: Connection timed out)\n" HEAD
	    "smtp[9]: 4F1A2C: to=<jo@hotmail.com>, relay=none, delay=1, dsn=4.4.3, status=deferred (Host or domain "
	    "name not found. Name service error for name=hotmail.com type=MX: Host not found, try again)\n",
	    NULL },
	{ "the greeting refuses: dsn 4.0.0",
	    HEAD
	    "smtp[9]: 4F1A2B: to=<jo@orange.fr>, relay=none, delay=1, dsn=4.0.0, status=deferred (host "
	    "smtp-in.orange.fr[198.51.100.7] refused to talk to me: 550 mwinf5c04 ME refuse OFR006_102 x)\n",
	    "1 deferred jo@orange.fr orange blocked orange.102 connect ev\n" },
	{ "the greeting refuses: dsn 4.7.1, T-Online",
	    HEAD
	    "smtp[9]: 4F1A2B: to=<jo@t-online.de>, relay=mx01.t-online.de[198.51.100.8]:25, delay=1, dsn=4.7.1, "
	    "status=deferred (host mx01.t-online.de[198.51.100.8] refused to talk to me: 554 IP=203.0.113.10 - A "
	    "problem occurred. (Ask your postmaster for help or to contact tosa@rx.t-online.de to clarify.) (BL))\n",
	    NULL },
	{ "loopback and private relays are filters",
	    HEAD
	    "smtp[9]: 4F1A2B: to=<jo@small.example>, relay=127.0.0.1[127.0.0.1]:10025, delay=1, dsn=2.0.0, "
	    "status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10026): 250 2.0.0 Ok)\n" HEAD
	    "smtp[9]: 4F1A2C: to=<jo@small.example>, relay=localhost[::1]:10025, delay=1, dsn=2.0.0, status=sent "
	    "(250 Ok)\n" HEAD
	    "smtp[9]: 4F1A2D: to=<jo@small.example>, relay=filter.lan[192.168.1.4]:25, delay=1, dsn=5.7.1, "
	    "status=bounced (host filter.lan[192.168.1.4] said: 550 5.7.1 spam (in reply to end of DATA command))\n" HEAD
	    "smtp[9]: 4F1A2E: to=<jo@small.example>, relay=x[private/filter], delay=1, dsn=2.0.0, status=sent (250 "
	    "Ok)\n",
	    "" },
	{ "an address that was replaced before the log was shown is one outside",
	    HEAD "smtp[9]: 4F1A2B: to=<a@small.example>, relay=mx.small.example[233.252.0.7]:25, "
		 "delay=1, dsn=2.0.0, status=sent (250 Ok)\n" HEAD
		 "smtp[9]: 4F1A2C: to=<b@small.example>, relay=mx.small.example[250.1.2.3]:25, "
		 "delay=1, dsn=2.0.0, status=sent (250 Ok)\n" HEAD
		 "smtp[9]: 4F1A2D: to=<c@small.example>, relay=mx.small.example[x.x.x.x]:25, "
		 "delay=1, dsn=2.0.0, status=sent (250 Ok)\n" HEAD
		 "smtp[9]: 4F1A2E: to=<d@small.example>, relay=mx.small.example[2001:db8::7]:25, "
		 "delay=1, dsn=2.0.0, status=sent (250 Ok)\n" HEAD
		 "smtp[9]: 4F1A2F: to=<e@small.example>, relay=mx.small.example[ff0e::7]:25, "
		 "delay=1, dsn=4.7.1, status=deferred (host mx.small.example[ff0e::7] said: 451 "
		 "4.7.1 Greylisted (in reply to RCPT TO command))\n",
	    "1 sent a@small.example other:small.example accepted - dot ev\n"
	    "2 sent b@small.example other:small.example accepted - dot ev\n"
	    "3 sent c@small.example other:small.example accepted - dot ev\n"
	    "4 sent d@small.example other:small.example accepted - dot ev\n"
	    "5 deferred e@small.example other:small.example greylisted any.greylisted rcpt ev\n" },
	{ "local, lmtp, pipe, virtual are nobody outside",
	    HEAD
	    "local[9]: 4F1A2B: to=<root@shop.example>, relay=local, delay=1, dsn=2.0.0, status=sent (delivered to "
	    "mailbox)\n" HEAD
	    "lmtp[9]: 4F1A2B: to=<jo@shop.example>, relay=mx.small.example[198.51.100.9]:24, delay=1, dsn=2.0.0, "
	    "status=sent (250 Ok)\n" HEAD
	    "pipe[9]: 4F1A2B: to=<jo@shop.example>, relay=dovecot, delay=1, dsn=2.0.0, status=sent (delivered)\n" HEAD
	    "virtual[9]: 4F1A2B: to=<jo@shop.example>, relay=virtual, delay=1, dsn=2.0.0, status=sent (ok)\n" HEAD
	    "smtpd[9]: NOQUEUE: reject: RCPT from x[192.0.2.9]: 554 5.7.1 (S3140)\n"
	    "Nov  3 06:42:11 mx1 sshd[1]: hello\n",
	    "" },
	{ "a declared relay is a route, also with a private address",
	    HEAD
	    "smtp[9]: 4F1A2B: to=<jo@hotmail.com>, relay=relay.shop.example[198.51.100.77]:587, delay=1, dsn=2.0.0, "
	    "status=sent (250 Ok 0100018c)\n" HEAD
	    "smtp[9]: 4F1A2C: to=<jo@hotmail.com>, relay=other.lan[10.0.0.7]:25, delay=1, dsn=2.0.0, status=sent (250 "
	    "Ok)\n",
	    "1 sent jo@hotmail.com other:shop.example accepted - dot ev route=ses-eu\n"
	    "2 sent jo@hotmail.com other:other.lan accepted - dot ev route=ses-eu\n" },
	{ "a relay that is known by its name is a route; it teaches no address",
	    HEAD
	    "smtp[9]: 4F1A2B: to=<jo@hotmail.com>, relay=email-smtp.eu-west-1.amazonaws.com[198.51.100.78]:587, "
	    "delay=1, dsn=4.0.0, status=deferred (host email-smtp.eu-west-1.amazonaws.com[198.51.100.78] said: 454 "
	    "Throttling failure: Maximum sending rate exceeded. (in reply to end of DATA command))\n",
	    "1 deferred jo@hotmail.com amazon-ses capacity amazon-ses.rate dot ev route=amazon-ses\n" },
	{ "suspended: nobody was asked this time",
	    HEAD
	    "error[9]: 4F1A2B: to=<jo@hotmail.com>, relay=none, delay=1, dsn=4.7.650, status=deferred (delivery "
	    "temporarily suspended: host shop.olc.protection.outlook.com[198.51.100.3] refused to talk to me: 451 "
	    "4.7.650 The mail server [203.0.113.10] has been temporarily rate limited due to IP reputation (S775))\n",
	    "1 deferred jo@hotmail.com microsoft-consumer throttled microsoft-consumer.s775 connect named=203.0.113.10\n" },
	{ "retry: and error: texts are our own",
	    HEAD
	    "error[9]: 4F1A2B: to=<jo@hotmail.com>, relay=none, delay=1, dsn=4.7.1, status=deferred (held while "
	    "Outlook.com refuses us)\n" HEAD
	    "retry[9]: 4F1A2C: to=<jo@hotmail.com>, relay=none, delay=1, dsn=5.7.1, status=bounced (not sent there any "
	    "more)\n",
	    NULL },
	{ "a reply that was rewritten is still theirs",
	    HEAD
	    "error[9]: 4F1A2B: to=<jo@hotmail.com>, relay=none, delay=1, dsn=4.7.650, status=deferred (reputed-reroute "
	    "host shop.olc.protection.outlook.com[198.51.100.3] said: " S3140 ")\n",
	    "1 deferred jo@hotmail.com microsoft-consumer blocked microsoft-consumer.s3140 mail ev named=203.0.113.10\n" },
	{ "a reply without a recipient is a sample",
	    HEAD
	    "smtp[9]: 4F1A2B: host shop.olc.protection.outlook.com[198.51.100.3] said: " S3140
	    "\n" HEAD
	    "smtp[9]: 4F1A2B: host filter.lan[192.168.1.4] said: 451 later (in reply to RCPT TO command)\n",
	    "1 - - microsoft-consumer blocked microsoft-consumer.s3140 mail ev named=203.0.113.10\n" },
	{ "the reply is of an earlier host than the relay",
	    HEAD
	    "smtp[9]: 4F1A2B: to=<jo@hotmail.com>, relay=mx.small.example[198.51.100.9]:25, delay=1, dsn=5.7.1, "
	    "status=bounced (host shop.olc.protection.outlook.com[198.51.100.3] said: " S3140 ")\n",
	    "1 bounced jo@hotmail.com microsoft-consumer blocked microsoft-consumer.s3140 mail ev named=203.0.113.10\n" },
	{ "expiry: whose fate was open",
	    HEAD
	    "qmgr[9]: 4F1A2B: from=<news@shop.example>, size=999, nrcpt=3 (queue active)\n" HEAD
	    "smtp[9]: 4F1A2B: to=<a@small.example>, relay=" SMALL
	    ", delay=1, dsn=4.2.0, status=deferred (host "
	    "mx.small.example[198.51.100.9] said: 450 4.2.0 Greylisted (in reply to RCPT TO command))\n" HEAD
	    "smtp[9]: 4F1A2B: to=<b@small.example>, relay=" SMALL
	    ", delay=1, dsn=4.2.0, status=deferred (host "
	    "mx.small.example[198.51.100.9] said: 450 4.2.0 Greylisted (in reply to RCPT TO command))\n" HEAD
	    "smtp[9]: 4F1A2B: to=<c@small.example>, relay=" SMALL
	    ", delay=1, dsn=2.0.0, status=sent (250 Ok)\n" HEAD
	    "smtp[9]: 4F1A2B: to=<a@small.example>, relay=" SMALL
	    ", delay=9, dsn=2.0.0, status=sent (250 Ok)\n" HEAD
	    "qmgr[9]: 4F1A2B: from=<news@shop.example>, status=expired, returned to sender\n" HEAD
	    "qmgr[9]: 4F1A2B: from=<news@shop.example>, status=expired, returned to sender\n" HEAD
	    "qmgr[9]: 4F1A2B: removed\n",
	    "2 deferred a@small.example other:small.example greylisted any.greylisted rcpt ev stream=shop.example/news\n"
	    "3 deferred b@small.example other:small.example greylisted any.greylisted rcpt ev stream=shop.example/news\n"
	    "4 sent c@small.example other:small.example accepted - dot ev stream=shop.example/news\n"
	    "5 sent a@small.example other:small.example accepted - dot ev stream=shop.example/news\n"
	    "6 expired - other:small.example greylisted any.greylisted rcpt stream=shop.example/news\n" },
	{ "lines that end in a carriage return, empty lines",
	    "\n" HEAD "smtp[9]: 4F1A2B: to=<jo@small.example>, relay=" SMALL
	    ", delay=1, dsn=2.0.0, status=sent (250 Ok)\r\n\r\n",
	    "2 sent jo@small.example other:small.example accepted - dot ev\n" },
	{ "a priority before the stamp",
	    "<22>" HEAD "smtp[9]: 4F1A2B: to=<jo@small.example>, relay=" SMALL
	    ", delay=1, dsn=2.0.0, status=sent (250 Ok)\n"
	    "<22>1 2026-11-03T06:42:11Z mx1 postfix/smtp[9]: 4F1A2B: to=<jo@small.example>, relay=" SMALL
	    ", delay=1, dsn=2.0.0, status=sent (250 Ok)\n",
	    "1 sent jo@small.example other:small.example accepted - dot ev\n"
	    "2 sent jo@small.example other:small.example accepted - dot ev\n" },
	{ "a status without words",
	    HEAD "smtp[9]: 4F1A2B: to=<jo@small.example>, relay=" SMALL
		 ", delay=1, dsn=2.0.0, status=sent\n" HEAD
		 "smtp[9]: 4F1A2B: to=<jo@small.example>, relay=" SMALL
		 ", delay=1, dsn=2.0.0, status=bounced ()\n",
	    "1 sent jo@small.example other:small.example accepted - dot ev\n"
	    "2 bounced jo@small.example other:small.example unknown - - ev\n" },
	{ "an open last line that is whole",
	    HEAD "smtp[9]: 4F1A2B: to=<jo@small.example>, relay=" SMALL
		 ", delay=1, dsn=2.0.0, status=sent (250 Ok)",
	    "1 sent jo@small.example other:small.example accepted - dot ev\n" },
	{ "an open last line that may go on",
	    HEAD "smtp[9]: 4F1A2B: to=<jo@small.example>, relay=" SMALL
		 ", delay=1, dsn=2.0.0, status=sent (250 O",
	    "" },
	{ "an open line of another kind", HEAD "qmgr[9]: 4F1A2B: remo", "" },
};

static void
test_logs(void)
{
	for (size_t i = 0; i < REP_COUNT(logs); i++) {
		struct world w;

		begin(&w);
		ok(feed(&w, logs[i].log) == REP_OK && w.bad == 0, "%s: read %s", logs[i].name,
		    w.why);
		if (logs[i].want != NULL)
			is_str(rep_buf_str(&w.x.text), logs[i].want, "%s", logs[i].name);
		end(&w);
	}
}

/* The facts of one log, for tests that check some fields. */
static bool
holds(const struct world *w, const char *part)
{
	struct rep_str text = rep_buf_str(&w->x.text);
	bool there = rep_str_find(text, rep_str_c(part), 0) != SIZE_MAX;

	if (!there)
		printf("#  no \"%s\" in \"%.*s\"\n", part, REP_PR(text));
	return there;
}

static void
test_parts(void)
{
	static const struct {
		size_t log;
		const char *part[3];
	} v[] = {
		{ 6,
		    { "1 deferred jo@hotmail.com microsoft-consumer network ",
			"2 deferred jo@hotmail.com microsoft-consumer ", NULL } },
		{ 8,
		    { "1 deferred jo@t-online.de t-online blocked t-online.bl connect ev", NULL,
			NULL } },
		{ 15,
		    { "1 deferred jo@hotmail.com microsoft-consumer ",
			"2 bounced jo@hotmail.com microsoft-consumer ", NULL } },
	};

	for (size_t i = 0; i < REP_COUNT(v); i++) {
		struct world w;
		bool held = true;

		begin(&w);
		(void)feed(&w, logs[v[i].log].log);
		for (size_t k = 0; k < REP_COUNT(v[i].part) && v[i].part[k] != NULL; k++)
			held = holds(&w, v[i].part[k]) && held;
		if (v[i].log == 15) /* nobody was asked */
			held = held &&
			    rep_str_find(rep_buf_str(&w.x.text), REP_S(" ev"), 0) == SIZE_MAX;
		ok(held, "%s: facts", logs[v[i].log].name);
		end(&w);
	}
}

/* --- the same line by any way ------------------------------------------------------------------------- */

static void
test_same(void)
{
	static const char *const forms[] = {
		"Nov  3 06:42:11 mx1 postfix/out-a/smtp[77]: 4F1A2B: to=<Jo@Small.example>, relay=" SMALL
		", delay=1, dsn=2.0.0, status=sent (250 Ok)\n",
		"Nov  3 06:42:11 mx1 postfix/out-a/smtp[1234567]: 4F1A2B: to=<jo@small.example>, relay=" SMALL
		", delay=1, dsn=2.0.0, status=sent (250 Ok)\n",
		"2026-11-03T06:42:11.987654+00:00 mx1 postfix/out-a/smtp[77]: 4F1A2B: to=<jo@small.example>, relay=" SMALL
		", delay=1, dsn=2.0.0, status=sent (250 Ok)\n",
		"2026-11-03T07:42:11+01:00 mx1 postfix/out-a/smtp[77]: 4F1A2B: to=<jo@small.example>, relay=" SMALL
		", delay=1, dsn=2.0.0, status=sent (250 Ok)\n",
		"{\"__REALTIME_TIMESTAMP\":\"1793688139000000\",\"_SOURCE_REALTIME_TIMESTAMP\":\"1793688131500000\","
		"\"_HOSTNAME\":\"mx1\",\"SYSLOG_IDENTIFIER\":\"postfix/out-a/smtp\",\"_PID\":\"77\",\"MESSAGE\":\"4F1A2B: "
		"to=<jo@small.example>, relay=" SMALL
		", delay=1, dsn=2.0.0, status=sent (250 Ok)\"}\n",
		"<22>Nov  3 06:42:11 mx1 postfix/out-a/smtp[77]: 4F1A2B: to=<jo@small.example>, relay=" SMALL
		", delay=1, dsn=2.0.0, status=sent (250 Ok)\n",
	};
	static const char *const other[] = {
		"Nov  3 06:42:12 mx1 postfix/out-a/smtp[77]: 4F1A2B: to=<jo@small.example>, relay=" SMALL
		", delay=1, dsn=2.0.0, status=sent (250 Ok)\n",
		"Nov  3 06:42:11 mx2 postfix/out-a/smtp[77]: 4F1A2B: to=<jo@small.example>, relay=" SMALL
		", delay=1, dsn=2.0.0, status=sent (250 Ok)\n",
		"Nov  3 06:42:11 mx1 postfix/out-a/smtp[77]: 4F1A2C: to=<jo@small.example>, relay=" SMALL
		", delay=1, dsn=2.0.0, status=sent (250 Ok)\n",
		"Nov  3 06:42:11 mx1 postfix/out-a/smtp[77]: 4F1A2B: to=<joe@small.example>, relay=" SMALL
		", delay=1, dsn=2.0.0, status=sent (250 Ok)\n",
		"Nov  3 06:42:11 mx1 postfix/out-a/smtp[77]: 4F1A2B: to=<jo@small.example>, orig_to=<info@shop.example>, "
		"relay=" SMALL ", delay=1, dsn=2.0.0, status=sent (250 Ok)\n",
		"Nov  3 06:42:11 mx1 postfix/out-a/smtp[77]: 4F1A2B: to=<jo@small.example>, relay=" SMALL
		", delay=1, dsn=4.2.0, status=deferred (host mx.small.example[198.51.100.9] said: 450 x)\n",
	};
	struct world w;
	uint64_t first;

	begin(&w);
	for (size_t i = 0; i < REP_COUNT(forms); i++)
		(void)feed(&w, forms[i]);
	is_int(w.x.n, (int64_t)REP_COUNT(forms), "the same line: read in every form %s", w.why);
	first = w.x.identity[0];
	for (size_t i = 0; i < REP_COUNT(forms); i++)
		ok(w.x.identity[i] == first && rep_str_eq(w.x.label[i], REP_S("mx1/postfix/out-a")),
		    "the same line: form %zu is the same fact", i);
	end(&w);
	begin(&w);
	for (size_t i = 0; i < REP_COUNT(other); i++)
		(void)feed(&w, other[i]);
	for (size_t i = 0; i < REP_COUNT(other); i++)
		ok(w.x.identity[i] != first, "another fact: %zu", i);
	end(&w);
}

/* A recipient that expires after a restart has the same identity as without a restart. */
static void
test_save(void)
{
	static const char first[] = HEAD
	    "cleanup[9]: 4F1A2B: message-id=<a.b@shop.example>\n" HEAD
	    "qmgr[9]: 4F1A2B: from=<news@shop.example>, size=999, nrcpt=1 (queue active)\n" HEAD
	    "smtp[9]: 4F1A2B: to=<jo@hotmail.com>, relay=" OLC
	    ", delay=1, dsn=4.7.650, status=deferred (host "
	    "shop.olc.protection.outlook.com[198.51.100.3] said: 451 4.7.650 slow (S775) (in reply to MAIL FROM "
	    "command))\n";
	static const char then[] =
	    HEAD "qmgr[9]: 4F1A2B: from=<news@shop.example>, status=expired, returned to sender\n";
	struct world whole, cut, again;
	struct rep_err err = { .msg = "" };
	struct rep_buf b;

	rep_buf_init(&b, 1 << 20);
	begin(&whole);
	(void)feed(&whole, first);
	(void)feed(&whole, then);
	begin(&cut);
	(void)feed(&cut, first);
	rep_mail_log_save(cut.m, &b);
	begin(&again);
	ok(rep_mail_log_load(again.m, rep_buf_str(&b), &err) == REP_OK, "restart: loaded %s",
	    err.msg);
	(void)feed(&again, then);
	is_str(rep_buf_str(&again.x.text),
	    "1 expired - microsoft-consumer throttled microsoft-consumer.s775 mail stream=shop.example/news "
	    "mid=<a.b@shop.example>\n",
	    "restart: the expiry knows all");
	ok(whole.x.n == 2 && again.x.n == 1 && whole.x.identity[1] == again.x.identity[0] &&
		rep_str_eq(whole.x.label[1], again.x.label[0]),
	    "restart: the same fact as without it");
	ok(rep_str_find(rep_buf_str(&b), REP_S("jo@"), 0) == SIZE_MAX,
	    "restart: no recipient in what was saved");
	end(&whole);
	end(&cut);
	end(&again);
	rep_buf_fini(&b);
}

/* After a fact that was already known nothing can expire. And a caller can stop the reading. */
static void
test_caller(void)
{
	static const char deferred[] =
	    HEAD "smtp[9]: 4F1A2B: to=<jo@small.example>, relay=" SMALL
		 ", delay=1, dsn=4.2.0, status=deferred (host mx.small.example[198.51.100.9] "
		 "said: 450 4.2.0 x)\n";
	static const char then[] =
	    HEAD "qmgr[9]: 4F1A2B: from=<news@shop.example>, status=expired, returned to sender\n";
	struct world w;

	begin(&w);
	w.x.known = true;
	(void)feed(&w, deferred);
	(void)feed(&w, then);
	is_int(w.x.n, 1, "the caller knew it before: it does not expire anew");
	end(&w);
	begin(&w);
	w.x.rc = REP_EIO;
	ok(feed(&w, deferred) == REP_EIO && w.x.n == 1, "the caller stops the reading");
	w.x.rc = REP_OK;
	end(&w);
}

/* --- what cannot be read -------------------------------------------------------------------------------- */

static void
test_bad(void)
{
	static const struct {
		const char *name, *log;
		unsigned bad;
		const char *why;
	} rows[] = {
		{ "words", "hello\n", 1, "no time stamp" },
		{ "a stamp alone", "Nov  3 06:42:11 \n", 1, "nothing after" },
		{ "no date", "Nov 31 06:42:11 mx1 postfix/smtp[9]: x\n", 1, "not a date" },
		{ "JSON cut short", "{\"MESSAGE\":\"x\n", 1, "JSON" },
		{ "JSON without a time", "{\"MESSAGE\":\"x\"}\n", 1, "TIMESTAMP" },
		{ "of the future",
		    "2026-11-09T06:42:11Z mx1 postfix/smtp[9]: 4F1A2B: to=<jo@small.example>, relay=" SMALL
		    ", status=sent (250 Ok)\n",
		    1, "2026-11-09T06:42:11Z is in the future" },
		{ "of the future, journald",
		    "{\"__REALTIME_TIMESTAMP\":\"1893688131000000\",\"_HOSTNAME\":\"mx1\",\"SYSLOG_IDENTIFIER\":\"postfix/"
		    "smtp\",\"MESSAGE\":\"4F1A2B: to=<jo@small.example>, relay=" SMALL
		    ", status=sent (250 Ok)\"}\n",
		    1, "future" },
		{ "within a day of the future",
		    "2026-11-04T06:42:11Z mx1 postfix/smtp[9]: 4F1A2B: removed\n", 0, "" },
		{ "bad lines between good ones",
		    "x\n" HEAD "qmgr[9]: 4F1A2B: removed\n\x01\x02\x03\n" HEAD
		    "qmgr[9]: 4F1A2B: removed\n{\n",
		    3, "JSON" },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct world w;

		begin(&w);
		ok(feed(&w, rows[i].log) == REP_OK && w.bad == rows[i].bad &&
			strstr(w.why, rows[i].why) != NULL && w.x.n == 0,
		    "cannot be read: %s: %s", rows[i].name, w.why);
		end(&w);
	}
}

static void
test_first_time(void)
{
	int64_t s = 1793688131; /* 2026-11-03T06:42:11Z */

	is_int(
	    rep_log_first_time(rep_str_c(HEAD "qmgr[9]: x\n"), now, now), s, "first time: syslog");
	is_int(rep_log_first_time(rep_str_c("words\n\n<22>" HEAD "qmgr[9]: x\n"), now, now), s,
	    "first time: of the first line that has one");
	is_int(
	    rep_log_first_time(
		rep_str_c("{\"__REALTIME_TIMESTAMP\":\"1793688131000000\",\"MESSAGE\":\"x\"}\nx"),
		now, now),
	    s, "first time: journald");
	is_int(rep_log_first_time(rep_str_c("{\"__REALTIME_TIMESTAMP\":\"17936881310"), now, now),
	    0, "first time: an entry cut off tells none");
	is_int(rep_log_first_time(rep_str_c("a\nb\nc\n"), now, now), 0, "first time: none");
	is_int(rep_log_first_time(REP_S(""), now, now), 0, "first time: of nothing");
}

/*
 * The label is the name of the smtp client. For lines of other daemons, it is the label that sent
 * before.
 */
static void
test_labels(void)
{
	static const char log[] =
	    "Nov  3 06:42:11 mx1 postfix/out-a/smtp[9]: 4F1A2B: to=<jo@small.example>, relay=" SMALL
	    ", delay=1, dsn=4.2.0, status=deferred (host mx.small.example[198.51.100.9] said: 450 4.2.0 x)\n"
	    "Nov  3 06:42:12 mx1 postfix/error[9]: 4F1A2B: to=<jo@small.example>, relay=none, delay=1, dsn=4.2.0, "
	    "status=deferred (delivery temporarily suspended: host mx.small.example[198.51.100.9] said: 450 4.2.0 x)\n"
	    "Nov  3 06:42:12 mx1 postfix/error[9]: 4F1A2C: to=<ann@small.example>, relay=none, delay=1, dsn=4.2.0, "
	    "status=deferred (delivery temporarily suspended: host mx.small.example[198.51.100.9] said: 450 4.2.0 x)\n"
	    "Nov  3 06:42:13 mx1 postfix/out-b/smtp[9]: 4F1A2D: to=<jo@small.example>, relay=" SMALL
	    ", delay=1, dsn=2.0.0, status=sent (250 Ok)\n"
	    "Nov  3 06:42:14 mx1 postfix/qmgr[9]: 4F1A2B: from=<a@shop.example>, status=expired, returned to sender\n";
	static const char *const want[] = { "mx1/postfix/out-a", "mx1/postfix/out-a",
		"mx1/postfix/out-a", "mx1/postfix/out-b", "mx1/postfix/out-a" };
	struct world w;

	begin(&w);
	(void)feed(&w, log);
	is_int(w.x.n, (int64_t)REP_COUNT(want), "labels: all lines");
	for (size_t i = 0; i < REP_COUNT(want) && i < w.x.n; i++)
		is_str(w.x.label[i], want[i], "labels: line %zu", i + 1);
	end(&w);
}

/*
 * 400 instances are 400 labels. Beyond the maximum a line is refused, and no label gets another's
 * lines.
 */
static void
test_many_labels(void)
{
	struct world w;
	char line[300], want[32];
	bool own = true;

	begin(&w);
	for (unsigned i = 0; i < 5000; i++) {
		snprintf(line, sizeof line,
		    "Nov  3 06:42:11 mx1 out%u/smtp[1]: 4F1A2B: to=<a@small.example>, relay=" SMALL
		    ", delay=1, dsn=2.0.0, status=sent (250 2.0.0 Ok)\n",
		    i);
		w.x.n = 0;
		rep_buf_clear(&w.x.text);
		(void)feed(&w, line);
		snprintf(want, sizeof want, "mx1/out%u", i);
		own = own && w.x.n == 1 && rep_str_eq(w.x.label[0], rep_str_c(want));
	}
	ok(own, "many labels: each line under its own, also beyond those that are remembered");
	is_int(w.bad, 0, "many labels: no line is left out");
	end(&w);
}

/* A thousand names of hosts and labels: memory does not grow without limit. */
static void
test_hostile(void)
{
	struct world w;
	char line[400];
	bool held = true;

	begin(&w);
	for (unsigned i = 0; i < 70000 && held; i++) {
		snprintf(line, sizeof line,
		    "Nov  3 06:42:11 host%u postfix/x%u/smtp[9]: %08X: to=<a@d%u.example>, relay=mx%u.d%u.example[198.51.100.1]:25, "
		    "delay=1, dsn=2.0.0, status=sent (250 Ok)\n",
		    i % 300, i % 7, i, i, i, i);
		held = feed(&w, line) == REP_OK;
		rep_buf_clear(&w.x.text);
	}
	ok(held && w.x.n == 70000, "many: hosts, labels and queue ids");
	end(&w);
}

int
main(void)
{
	struct rep_err err = { .msg = "" };

	setenv("TZ", "UTC", 1);
	tzset();
	know = rep_know_new();
	if (rep_know_add_builtin(know, &err) != REP_OK || rep_know_ready(know, &err) != REP_OK ||
	    rep_time_parse(REP_S("2026-11-03T12:00:00Z"), &now, NULL, &err) != REP_OK) {
		ok(false, "built in: %s", err.msg);
		return done();
	}
	test_logs();
	test_parts();
	test_same();
	test_save();
	test_caller();
	test_bad();
	test_first_time();
	test_labels();
	test_many_labels();
	test_hostile();
	rep_know_free(know);
	return done();
}
