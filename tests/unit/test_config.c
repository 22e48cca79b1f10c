/*
 * tests/unit/test_config.c -- the configuration: what is read, what is refused and with which
 * words, dumps, look-ups, places and the key.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/config.h"
#include "config/value.h"
#include "config/paths.h"
#include "config/schema.h"

static struct rep_arena *arena;
static struct rep_config cfg;
static struct rep_config_problems problems;

static const struct rep_paths paths = { "/c", "/d/reputed.db", "/k" };

/* Reads a text into cfg and problems, and uses memory of its own. */
static enum rep_rc
read_text(const char *text)
{
	struct rep_err err;
	enum rep_rc rc;

	rep_arena_reset(arena);
	rep_config_init(&cfg, &paths);
	rc = rep_config_parse(rep_str_c(text), "f", arena, &cfg, &problems, &err);
	if (rc != REP_OK)
		fprintf(stderr, "%s\n", err.msg);
	return rc;
}

/* All problems, one in each line. */
static struct rep_str
said(void)
{
	static char all[65536];
	size_t n = 0;

	all[0] = '\0';
	for (const struct rep_config_problem *p = problems.first; p != NULL; p = p->next)
		n += (size_t)snprintf(all + n, sizeof all - n, "%s%s", n > 0 ? "\n" : "", p->text);
	return (struct rep_str){ all, n };
}

static const char full[] =
    "# everything\n"
    "database \"/var/lib/a b/reputed.db\"\n"
    "key-file /etc/reputed/key\n"
    "timezone UTC\n"
    "source out-a {\n"
    "	label mx1/postfix/out-a \\\n"
    "	      out-a\n"
    "	label alias\n"
    "	public 203.0.113.24; bind 172.31.0.10\n"
    "	helo mx1.shop.example\n"
    "	tenancy dedicated\n"
    "}\n"
    "source out-b { public 2001:db8::25 }\n"
    "relay ses {\n"
    "	host email-smtp.eu-west-1.amazonaws.com:587 .amazonses.com\n"
    "	host [198.51.100.7]\n"
    "	note \"Amazon SES; \\\"eu-west-1\\\" only\"\n"
    "}\n"
    "stream password-reset {\n"
    "	from reset@shop.example no-reply@*.shop.example\n"
    "	urgent yes\n"
    "}\n"
    "stream news { list-id <news.shop.example>; feedback-id *:shop:news }\n"
    "option ses-shared {\n"
    "	cost \"0.08-0.1 USD per-1000-messages\" \"5 EUR per-month\"\n"
    "	days 1-3; rule-out yes; note \"our contract\"\n"
    "}\n"
    "alert night {\n"
    "	by ntfy; to https://ntfy.example:8443/reputed-x7\n"
    "	secret-file /etc/reputed/ntfy\n"
    "}\n"
    "alert post { by mail; to admin@other.example; from reputed@shop.example }\n"
    "alert far { by mail; to a@far.example; from b@far.example; server smtps://mail.far.example:465; "
    "secret-file /s }\n"
    "domain Shop.example { selector mail2026 20230601 a._b }\n"
    "domain other.example { }\n"
    "sns ses { topic arn:aws:sns:eu-west-1:123456789012:ses-events "
    "arn:aws-cn:sns:cn-north-1:123456789012:x_1.fifo }\n";

static void
test_full(void)
{
	const struct rep_config_source *s;
	char ip[REP_IP_TEXT];

	is_int(read_text(full), REP_OK, "a configuration with everything in it is read");
	is_str(said(), "", "and nothing is wrong with it");
	is_str(cfg.database, "/var/lib/a b/reputed.db", "database");
	is_str(cfg.key_file, "/etc/reputed/key", "key-file");
	is_str(cfg.timezone, "UTC", "timezone");
	is_int((int)cfg.n_sources, 2, "two sources");
	s = &cfg.sources[0];
	is_str(s->name, "out-a", "name of a source");
	is_int((int)s->labels.n, 3, "its labels, from two lines");
	is_str(s->labels.v[2], "alias", "the last label");
	is_str(rep_str_c(rep_ip_text(&s->public, ip)), "203.0.113.24", "public");
	is_str(rep_str_c(rep_ip_text(&s->bind, ip)), "172.31.0.10", "bind");
	is_str(s->helo, "mx1.shop.example", "helo");
	is_int((int)s->tenancy, REP_TENANCY_DEDICATED, "tenancy");
	s = &cfg.sources[1];
	is_int((int)s->labels.n, 1, "a source without a label has one");
	is_str(s->labels.v[0], "out-b", "its name");
	ok(s->bind.version == 0 && s->helo.n == 0 && s->tenancy == REP_TENANCY_UNKNOWN,
	    "what is not told is not known");
	is_int((int)cfg.n_relays, 1, "one relay");
	is_int((int)cfg.relays[0].hosts.n, 3, "with three hosts");
	is_int((int)cfg.relays[0].parsed[0].port, 587, "one with a port");
	is_str(cfg.relays[0].note, "Amazon SES; \"eu-west-1\" only", "and a note");
	is_int((int)cfg.n_streams, 2, "two streams");
	ok(cfg.streams[0].urgent && cfg.streams[0].from.n == 2, "an urgent one with two senders");
	ok(!cfg.streams[1].urgent, "the other is not urgent: the default");
	is_str(cfg.streams[1].list_id.v[0], "<news.shop.example>", "list-id");
	is_str(cfg.streams[1].feedback_id.v[0], "*:shop:news", "feedback-id");
	is_int((int)cfg.n_options, 1, "own figures of an option");
	is_int((int)cfg.options[0].costs.n, 2, "two costs");
	is_str(cfg.options[0].costs.v[0], "0.08-0.1 USD per-1000-messages", "as written");
	is_str(cfg.options[0].days, "1-3", "days");
	ok(cfg.options[0].rule_out, "ruled out");
	is_str(cfg.options[0].note, "our contract", "note");
	is_int((int)cfg.n_alerts, 3, "three alerts");
	is_int((int)cfg.alerts[0].by, REP_CHANNEL_NTFY, "one by ntfy");
	is_str(cfg.alerts[0].to, "https://ntfy.example:8443/reputed-x7", "to a topic");
	is_str(cfg.alerts[0].secret_file, "/etc/reputed/ntfy", "with a token");
	is_int((int)cfg.alerts[1].by, REP_CHANNEL_MAIL, "the other by mail");
	is_str(cfg.alerts[1].from, "reputed@shop.example", "from an address");
	is_str(cfg.alerts[2].server, "smtps://mail.far.example:465", "one through a server");
	is_str(cfg.alerts[2].secret_file, "/s", "with a login");
	is_int((int)cfg.n_domains, 2, "two domains");
	ok(rep_config_domain(&cfg, REP_S("shop.EXAMPLE")) == &cfg.domains[0] &&
		rep_config_domain(&cfg, REP_S("shop")) == NULL,
	    "found by name");
	is_int((int)cfg.domains[0].selectors.n, 3, "with three selectors");
	is_str(cfg.domains[0].selectors.v[1], "20230601", "which may be numbers");
	is_int((int)cfg.domains[1].selectors.n, 0, "the other has none");
	ok(cfg.n_sns == 1 && cfg.sns[0].topics.n == 2, "an sns block with two topics");
	is_str(cfg.sns[0].name, "ses", "its name");
	is_str(cfg.sns[0].topics.v[0], "arn:aws:sns:eu-west-1:123456789012:ses-events",
	    "the first topic");
}

static void
test_empty(void)
{
	is_int(read_text(""), REP_OK, "an empty configuration is one");
	is_str(said(), "", "with nothing wrong");
	is_str(cfg.database, "/d/reputed.db", "the database is in its default place");
	is_str(cfg.key_file, "/k", "so is the key");
	ok(cfg.timezone.n == 0 && cfg.n_sources + cfg.n_relays + cfg.n_streams == 0,
	    "nothing else is told");
}

static void
test_problems(void)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "databse /x", "f:1:1: there is no key \"databse\"; did you mean \"database\"?" },
		{ "\n  public 192.0.2.1",
		    "f:2:3: there is no key \"public\"; it belongs in a source block" },
		{ "sorce a { public 192.0.2.1; x { } }\nkey-file x",
		    "f:1:1: there is no block \"sorce\"; did you mean \"source\"?\n"
		    "f:2:10: key-file needs a path that begins with '/', not \"x\"" },
		{ "watch /x journal journal:/y \"journal:A=b c\"", "" },
		{ "watch journal:",
		    "f:1:7: watch needs a path that begins with '/', or journal, not \"journal:\"" },
		{ "watch journals",
		    "f:1:7: watch needs a path that begins with '/', or journal, not \"journals\"" },
		{ "database /x\ndatabase /y", "f:2:1: database was already set in line 1" },
		{ "database", "f:1:1: database needs a value: database PATH" },
		{ "database /a b",
		    "f:1:13: database takes one value; if it contains spaces, put it in quotes" },
		{ "database { }", "f:1:1: database takes a value, not a block" },
		{ "database \"\"", "f:1:10: database needs a value, not \"\"" },
		{ "timezone Europe/Pari",
		    "f:1:10: timezone needs a time zone of /usr/share/zoneinfo/ "
		    "(such as Europe/Paris) or UTC, not \"Europe/Pari\"" },
		{ "timezone ../../../etc/passwd",
		    "f:1:10: timezone needs a time zone of /usr/share/zoneinfo/ "
		    "(such as Europe/Paris) or UTC, not \"../../../etc/passwd\"" },
		{ "timezone Europe",
		    "f:1:10: timezone needs a time zone of /usr/share/zoneinfo/ "
		    "(such as Europe/Paris) or UTC, not \"Europe\"" },
		{ "web 127.0.0.1",
		    "f:1:5: web needs 127.0.0.1:8025, [::1]:8025, a path that begins with '/', or off, not "
		    "\"127.0.0.1\"" },
		{ "web ::1:8025",
		    "f:1:5: web needs 127.0.0.1:8025, [::1]:8025, a path that begins with '/', or off, not "
		    "\"::1:8025\"" },
		{ "web 127.0.0.1:0",
		    "f:1:5: web needs 127.0.0.1:8025, [::1]:8025, a path that begins with '/', or off, not "
		    "\"127.0.0.1:0\"" },
		{ "web 127.0.0.1:65536",
		    "f:1:5: web needs 127.0.0.1:8025, [::1]:8025, a path that begins with '/', or off, not "
		    "\"127.0.0.1:65536\"" },
		{ "web-url mail.shop.example",
		    "f:1:9: web-url needs a URL such as https://mail.example.com/reputed/, not "
		    "\"mail.shop.example\"" },
		{ "audit 30m",
		    "f:1:7: audit needs off, or an hour to 7 days, such as 6h, not \"30m\"" },
		{ "audit on",
		    "f:1:7: audit needs off, or an hour to 7 days, such as 6h, not \"on\"" },
		{ "queue maybe", "f:1:7: queue is one of yes|no, not \"maybe\"" },
		{ "maintenance \"sun 2-4\"",
		    "f:1:13: maintenance needs \"sun 02:00-04:00\", or "
		    "2026-12-01T22:00:00Z/2026-12-02T02:00:00Z (UTC), not \"sun 2-4\"" },
		{ "alert a { by pagerduty; secret-file /s; digest yes }",
		    "f:1:48: an alert by pagerduty has no digest: nobody is called for it" },
		{ "source a", "f:1:1: source needs a block: source NAME { ... }" },
		{ "source { public 192.0.2.1 }",
		    "f:1:1: source takes one name: source NAME { ... }" },
		{ "source a b { public 192.0.2.1 }",
		    "f:1:10: source takes one name: source NAME { ... }" },
		{ "source \"a b\" { public 192.0.2.1 }",
		    "f:1:8: \"a b\" cannot name a source: use at most 64 letters, digits and "
		    ". _ - / : @ +" },
		{ "source a { helo x }", "f:1:8: source a has no public, which it must have" },
		{ "source a { public 300.0.2.1 }",
		    "f:1:19: public needs an address such as 203.0.113.24, not \"300.0.2.1\"" },
		{ "source a { public 172.31.0.10 }",
		    "f:1:19: public needs the address that the world sees, and 172.31.0.10 is not "
		    "visible outside your network; is it the one that the server binds to (bind)?" },
		{ "source a { public 192.0.2.1; tenancy shard }",
		    "f:1:38: tenancy is one of shared|dedicated|own, not \"shard\"; did you mean "
		    "\"shared\"?" },
		{ "source a { public 192.0.2.1; helo -x.y z }",
		    "f:1:40: helo takes one value; if it contains spaces, put it in quotes" },
		{ "source a { public 192.0.2.1; helo 300.1.1.1 }",
		    "f:1:35: helo needs a host name, not \"300.1.1.1\"" },
		{ "source a { public 192.0.2.1; urgent yes }",
		    "f:1:30: source has no key \"urgent\"; it belongs in a stream block" },
		{ "source a { public 192.0.2.1; database /x }",
		    "f:1:30: source has no key \"database\"; it belongs outside of blocks" },
		{ "source a { public 192.0.2.1; relay b { host c } }",
		    "f:1:30: a source cannot contain blocks" },
		{ "source a { public 192.0.2.1 }\nsource A { public 192.0.2.2 }",
		    "f:2:8: there is already a source a (line 1)" },
		{ "source a { public 192.0.2.1; label x y x }",
		    "f:1:40: label \"x\" is here twice" },
		{ "source a { public 192.0.2.1; label b }\nsource b { public 192.0.2.2 }",
		    "f:2:8: label \"b\" already belongs to source a (line 1)" },
		{ "relay a { host x }\nrelay b { host y X }",
		    "f:2:18: host \"X\" already belongs to relay a (line 1)" },
		{ "relay a { note n }", "f:1:7: relay a has no host, which it must have" },
		{ "relay a { host mail.example.com:0 }",
		    "f:1:16: host needs HOST, HOST:PORT, .suffix or [192.0.2.1], not "
		    "\"mail.example.com:0\"" },
		{ "relay a { host h:65536 }",
		    "f:1:16: host needs HOST, HOST:PORT, .suffix or "
		    "[192.0.2.1], not \"h:65536\"" },
		{ "stream a { urgent yes }",
		    "f:1:8: stream a needs at least one of from, list-id or feedback-id" },
		{ "stream a { from shop.example }",
		    "f:1:17: from needs an address such as news@shop.example or *@shop.example, not "
		    "\"shop.example\"" },
		{ "option a { cost \"5 USD monthly\" }",
		    "f:1:17: cost: expected a unit such as per-1000-messages, not \"monthly\"; in "
		    "quotes, as \"0.10 USD per-1000-messages\"" },
		{ "option a { cost 5 USD once }",
		    "f:1:17: cost: expected a currency of three letters such as USD, not \"\"; in "
		    "quotes, as \"0.10 USD per-1000-messages\"\n"
		    "f:1:19: cost: expected an amount such as 24.95 or 0.10-0.16, not \"USD\"; in "
		    "quotes, as \"0.10 USD per-1000-messages\"\n"
		    "f:1:23: cost: expected an amount such as 24.95 or 0.10-0.16, not \"once\"; in "
		    "quotes, as \"0.10 USD per-1000-messages\"" },
		{ "option a { days 3-1 }", "f:1:17: days needs days, as 3 or 3-14, not \"3-1\"" },
		{ "domain 300.1.1.1 { }",
		    "f:1:8: a domain block is named by its domain, such as shop.example, not "
		    "\"300.1.1.1\"" },
		{ "domain a.example { selector a..b }",
		    "f:1:29: selector needs the name of a DKIM key, such as mail2026, not \"a..b\"" },
		{ "sns a { }", "f:1:5: sns a has no topic, which it must have" },
		{ "sns a/b { topic arn:aws:sns:eu-west-1:1:x }",
		    "f:1:5: the name of an sns block is a part of a URL: letters, digits, - and _, not "
		    "\"a/b\"" },
		{ "sns a { topic arn:aws:sqs:eu-west-1:1:x }",
		    "f:1:15: topic needs the ARN of a topic, such as "
		    "arn:aws:sns:eu-west-1:123456789012:ses-events, not \"arn:aws:sqs:eu-west-1:1:x\"" },
		{ "sns a { topic arn:aws:sns:eu-west-1::x }",
		    "f:1:15: topic needs the ARN of a topic, such as "
		    "arn:aws:sns:eu-west-1:123456789012:ses-events, not \"arn:aws:sns:eu-west-1::x\"" },
		{ "sns a { topic arn:aws:sns:eu-west-1:1:x:y }",
		    "f:1:15: topic needs the ARN of a topic, such as "
		    "arn:aws:sns:eu-west-1:123456789012:ses-events, not \"arn:aws:sns:eu-west-1:1:x:y\"" },
		{ "sns a { topic arn:aws:sns:e:1:x }\nsns b { topic arn:aws:sns:e:1:x arn:aws:sns:e:1:z }",
		    "f:2:15: topic \"arn:aws:sns:e:1:x\" already belongs to sns a (line 1)" },
		{ "alert a { to x@y.example }", "f:1:7: alert a has no by, which it must have" },
		{ "alert a { by email; to x@y.example }",
		    "f:1:14: by is one of mail|webhook|slack|pagerduty|ntfy|exec, not \"email\"; did "
		    "you mean \"mail\"?" },
		{ "alert a { by mail }",
		    "f:1:7: alert a by mail needs to: an address such as admin@shop.example" },
		{ "alert a { by mail; to shop.example }",
		    "f:1:23: to of an alert by mail is an address such as admin@shop.example, not "
		    "\"shop.example\"" },
		{ "alert a { by mail; to -oQ/tmp@x }",
		    "f:1:23: to of an alert by mail is an address such as admin@shop.example, not "
		    "\"-oQ/tmp@x\"" },
		{ "alert a { by mail; to \"a,b@x.example\" }",
		    "f:1:23: to of an alert by mail is an address such as admin@shop.example, not "
		    "\"a,b@x.example\"" },
		{ "alert a { by mail; to a@x.example; from b }",
		    "f:1:41: from needs an address such as reputed@shop.example, not \"b\"" },
		{ "alert a { by mail; to a@x.example; secret-file /s }",
		    "f:1:48: an alert by mail has no secret-file. A login goes with server" },
		{ "alert a { by mail; to a@x.example; server smtp://127.0.0.1 }",
		    "f:1:7: alert a by mail needs from: an address such as reputed@shop.example" },
		{ "alert a { by mail; to a@x.example; from b@x.example; server mail.x.example }",
		    "f:1:61: server needs a mail server such as smtp://127.0.0.1 or "
		    "smtps://mail.shop.example, not \"mail.x.example\"" },
		{ "alert a { by exec; to /x; server smtp://127.0.0.1 }",
		    "f:1:34: an alert by exec has no server" },
		{ "alert a { by webhook }",
		    "f:1:7: alert a by webhook needs to: a URL such as "
		    "https://hooks.shop.example/reputed" },
		{ "alert a { by webhook; to ftp://x/ }",
		    "f:1:26: to of an alert by webhook is a URL such as "
		    "https://hooks.shop.example/reputed, not \"ftp://x/\"" },
		{ "alert a { by webhook; to https://u:p@x/ }",
		    "f:1:26: to of an alert by webhook is a URL such as "
		    "https://hooks.shop.example/reputed, not \"https://u:p@x/\"" },
		{ "alert a { by webhook; to http://x:99999/ }",
		    "f:1:26: to of an alert by webhook is a URL such as "
		    "https://hooks.shop.example/reputed, not \"http://x:99999/\"" },
		{ "alert a { by webhook; to https://x/; from a@x }",
		    "f:1:43: an alert by webhook has no from" },
		{ "alert a { by slack; to https://hooks.slack.com/services/T/B/x; secret-file /s }",
		    "f:1:24: an alert by slack has no to. Its URL is a secret: write it into a file "
		    "that only its owner may read, and name that with secret-file" },
		{ "alert a { by slack }",
		    "f:1:7: alert a by slack needs secret-file: a file with the URL of its incoming "
		    "webhook" },
		{ "alert a { by pagerduty }",
		    "f:1:7: alert a by pagerduty needs secret-file: a file with the routing key" },
		{ "alert a { by ntfy; to https://ntfy.sh/ }",
		    "f:1:23: to of an alert by ntfy is the URL of a topic, such as "
		    "https://ntfy.sh/TOPIC, not \"https://ntfy.sh/\"" },
		{ "alert a { by exec; to tell-me }",
		    "f:1:23: to of an alert by exec is the path of a program, such as "
		    "/usr/local/bin/tell-me, not \"tell-me\"" },
		{ "alert a { by ntfy; to https://ntfy.sh/x; secret-file s }",
		    "f:1:54: secret-file needs a path that begins with '/', not \"s\"" },
		{ "stream a { from x@y; urgent true }",
		    "f:1:29: urgent needs yes or no, not \"true\"" },
		{ "stream a { from x@y; list-id \"a\x1b[31m\" }",
		    "f:1:30: list-id needs printable text, not \"a?[31m\"" },
		{ "stream a { from x@y; list-id r\xe9ponse }",
		    "f:1:30: list-id needs UTF-8, not \"r?ponse\"" },
		{ "stream a {\n from x@y\n",
		    "f:3: the file ends inside a block; a '}' is missing" },
		{ "}\ndatabase x",
		    "f:1:1: a '}' without its '{'\n"
		    "f:2:10: database needs a path that begins with '/', not \"x\"" },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		if (read_text(rows[i].text) != REP_OK)
			ok(false, "refused: %s", rows[i].text);
		else
			is_str(said(), rows[i].want, "said of row %zu", i + 1);
	}
}

/* Correct values are used, whatever is wrong beside them. */
static void
test_used(void)
{
	struct rep_str long_text;

	read_text(
	    "source a { public 10.0.0.1 }\nsource b { public 192.0.2.2; bogus 1; bind x }\n"
	    "source c { public 192.0.2.3; label c \"\" d }\n\"open\nsource e { public 192.0.2.5\n");
	is_int((int)problems.n, 6, "six problems");
	is_int((int)cfg.n_sources, 3, "three sources all the same");
	ok(cfg.n_sources == 3 && cfg.sources[0].bind.version == 0 && cfg.sources[1].labels.n == 2 &&
		rep_str_eq(cfg.sources[2].name, REP_S("e")),
	    "with what was right in them, to the end of the file");
	read_text("stream a { from nobody }\nstream b { from nobody x@y }");
	ok(problems.n == 2 && cfg.n_streams == 1 && cfg.streams[0].from.n == 1,
	    "a stream without one good pattern is dropped, another keeps its good ones");
	read_text("alert a { by mail; to nobody }\nalert b { by exec; to /bin/x; secret-file s }\n"
		  "alert c { by mail; to a@x.example }");
	ok(problems.n == 2 && cfg.n_alerts == 1 && rep_str_eq(cfg.alerts[0].name, REP_S("c")),
	    "an alert with a wrong value is dropped: half of it would tell the wrong person");
	read_text("database x\n");
	is_str(cfg.database, "/d/reputed.db", "a wrong value leaves the default");

	rep_arena_reset(arena);
	rep_config_init(&cfg, &paths);
	long_text = rep_arena_printf(arena, "%0600d", 1);
	ok(rep_config_parse(rep_arena_printf(arena, "relay a { host x; note %s }", long_text.p),
	       "f", arena, &cfg, &problems, NULL) == REP_OK &&
		problems.n == 1 && cfg.n_relays == 1 && cfg.relays[0].note.n == 0,
	    "a value that is too long is refused");
	is_str(
	    said(), "f:1:24: note: 600 bytes is too long; at most 512", "and the limit is named");
}

static int
kept(void)
{
	int n = 0;

	for (const struct rep_config_problem *p = problems.first; p != NULL; p = p->next)
		n++;
	return n;
}

static void
test_limits(void)
{
	struct rep_arena *small = rep_arena_new(2000);
	struct rep_buf b;

	rep_buf_init(&b, 1 << 20);
	for (int i = 0; i < 300; i++)
		rep_buf_printf(&b, "relay r%d { host h%d }\n", i, i);
	read_text(b.p);
	ok(cfg.n_relays == 256 && problems.n == 44, "256 relays and no more");
	rep_buf_clear(&b);
	for (int i = 0; i < 17; i++)
		rep_buf_printf(&b, "alert a%d { by exec; to /bin/x }\n", i);
	read_text(b.p);
	ok(cfg.n_alerts == 16 && problems.n == 1, "16 alerts and no more");
	rep_buf_clear(&b);
	rep_buf_add(&b, REP_S("source a { public 192.0.2.1; label"));
	for (int i = 0; i < 17; i++)
		rep_buf_printf(&b, " l%d", i);
	rep_buf_add(&b, REP_S(" }"));
	read_text(b.p);
	ok(cfg.sources[0].labels.n == 16 && problems.n == 1, "16 labels and no more");
	is_str(rep_str_c(problems.first->text), "f:1:90: label: more than 16 values",
	    "the 17th is named");
	rep_buf_clear(&b);
	for (int i = 0; i < 500; i++)
		rep_buf_printf(&b, "bogus%d\n", i);
	read_text(b.p);
	is_int((int)problems.n, 500, "all problems are counted");
	is_int(kept(), REP_CONFIG_PROBLEMS, "and the first of them kept");
	cfg.n_sources = 77;
	ok(rep_config_parse(rep_buf_str(&b), "f", small, &cfg, &problems, NULL) == REP_ELIMIT &&
		cfg.n_sources == 77,
	    "when memory is used up, nothing is changed");
	rep_buf_fini(&b);
	rep_arena_free(small);
}

static void
test_dump(void)
{
	struct rep_buf first, second;

	rep_buf_init(&first, 1 << 16);
	rep_buf_init(&second, 1 << 16);
	read_text("timezone UTC\nsource b { public 192.0.2.1; tenancy own }\n"
		  "relay s { host \"h:25\"; note \"a \\\\ ; # \\\"b\\\"\" }\n"
		  "stream \"r\xc3\xa9ponse\" { from x@y z@* }\n"
		  "option esp { cost \"1 USD once\"; days 2 }\n"
		  "alert a { by exec; to \"/bin/a b\" }\n"
		  "alert s { by slack; secret-file /etc/reputed/slack }");
	is_str(said(), "", "dump: the text is right");
	rep_config_dump(&cfg, &first);
	is_str(rep_buf_str(&first),
	    "database /d/reputed.db\n"
	    "key-file /k\n"
	    "timezone UTC\n"
	    "# audit TIME|off: how often reputed serve looks at own domains and addresses in DNS "
	    "(default: 6h)\n"
	    "# queue yes|no: whether reputed serve asks the Postfix of this machine what waits "
	    "(default: yes)\n"
	    "# web-url URL: the address of the page as people see it behind a proxy\n"
	    "\nsource b {\n\tlabel b\n\tpublic 192.0.2.1\n\ttenancy own\n}\n"
	    "\nrelay s {\n\thost h:25\n\tnote \"a \\\\ ; # \\\"b\\\"\"\n}\n"
	    "\nstream r\xc3\xa9ponse {\n\tfrom x@y\n\tfrom z@*\n\turgent no\n}\n"
	    "\noption esp {\n\tcost \"1 USD once\"\n\tdays 2\n\trule-out no\n}\n"
	    "\nalert a {\n\tby exec\n\tto \"/bin/a b\"\n\tdigest no\n}\n"
	    "\nalert s {\n\tby slack\n\tsecret-file /etc/reputed/slack\n\tdigest no\n}\n",
	    "dump: every value, defaults too");
	read_text(first.p);
	rep_config_dump(&cfg, &second);
	ok(problems.n == 0 && strcmp(first.p, second.p) == 0, "dump: it reads back to the same");
	rep_buf_clear(&second);
	rep_config_dump_json(&cfg, &second);
	is_str(rep_buf_str(&second),
	    "{\"database\":\"/d/reputed.db\",\"key_file\":\"/k\",\"watch\":[],\"timezone\":\"UTC\",\"authserv_id\":[],"
	    "\"audit\":null,\"queue\":null,\"web\":[],\"web_url\":null,\"maintenance\":[],"
	    "\"sources\":[{\"name\":\"b\",\"label\":[\"b\"],\"public\":\"192.0.2.1\","
	    "\"bind\":null,\"helo\":null,\"tenancy\":\"own\"}],"
	    "\"relays\":[{\"name\":\"s\",\"host\":[\"h:25\"],\"note\":\"a \\\\ ; # \\\"b\\\"\"}],"
	    "\"streams\":[{\"name\":\"r\xc3\xa9ponse\",\"from\":[\"x@y\",\"z@*\"],\"list_id\":[],"
	    "\"feedback_id\":[],\"urgent\":false}],"
	    "\"options\":[{\"name\":\"esp\",\"cost\":[\"1 USD once\"],\"days\":\"2\","
	    "\"rule_out\":false,\"note\":null}],"
	    "\"alerts\":[{\"name\":\"a\",\"by\":\"exec\",\"to\":\"/bin/a b\","
	    "\"secret_file\":null,\"from\":null,\"server\":null,\"digest\":false},{\"name\":\"s\",\"by\":\"slack\","
	    "\"to\":null,\"secret_file\":\"/etc/reputed/slack\",\"from\":null,\"server\":null,\"digest\":false}],\"domains\":[],\"sns\":[]}",
	    "dump: JSON");
	read_text("");
	rep_buf_clear(&first);
	rep_config_dump(&cfg, &first);
	ok(rep_str_ends(rep_buf_str(&first),
	       REP_S("# timezone ZONE: the time zone of log lines that name none (default: this "
		     "machine's)\n"
		     "# audit TIME|off: how often reputed serve looks at own domains and addresses "
		     "in DNS (default: 6h)\n"
		     "# queue yes|no: whether reputed serve asks the Postfix of this machine what "
		     "waits (default: yes)\n"
		     "# web-url URL: the address of the page as people see it behind a proxy\n")),
	    "dump: what has no default is named in a comment");
	rep_buf_fini(&first);
	rep_buf_fini(&second);
}

static void
test_places(void)
{
	struct rep_config_place p;

	ok(rep_config_place_parse(REP_S("off"), &p) && p.off, "web off");
	ok(rep_config_place_parse(REP_S("/run/web.sock"), &p) && !p.off && p.path.n == 13,
	    "web on a path");
	ok(rep_config_place_parse(REP_S("127.0.0.1:65535"), &p) && p.ip.version == 4 &&
		p.port == 65535,
	    "web on a port");
	ok(rep_config_place_parse(REP_S("[::1]:1"), &p) && p.ip.version == 6 && p.port == 1,
	    "web on one of version 6");
	ok(!rep_config_place_parse(REP_S("/"), &p) && !rep_config_place_parse(REP_S(":80"), &p) &&
		!rep_config_place_parse(REP_S("[127.0.0.1]:80"), &p) &&
		!rep_config_place_parse(REP_S("localhost:80"), &p) &&
		!rep_config_place_parse(REP_S("127.0.0.1:8x"), &p),
	    "what is no place");
}

static void
test_labels(void)
{
	static const struct {
		const char *label, *want;
	} rows[] = {
		{ "mx1/postfix/out-a", "a" },
		{ "mx9/postfix/out-a", "last" },
		{ "mx9/OUT-A", "last" },
		{ "mx1/postfix/out-b", "host" },
		{ "mx1/postfix", "host" },
		{ "mx1", "host" },
		{ "mx9/postfix/out-c", "syslog" },
		{ "mx9/other/out-c", NULL },
		{ "mx9/postfix", NULL },
		{ "postfix/out-c", "syslog" },
		{ "out-a", "last" },
		{ "", NULL },
		{ "/", NULL },
		{ "mx1/", "host" },
	};
	const struct rep_config_source *s;

	read_text("source last { public 192.0.2.1; label out-a }\n"
		  "source host { public 192.0.2.2; label mx1 }\n"
		  "source syslog { public 192.0.2.3; label postfix/out-c }\n"
		  "source a { public 192.0.2.4; label mx1/postfix/out-a }\n");
	is_str(said(), "", "labels: the text is right");
	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		s = rep_config_source_for_label(&cfg, rep_str_c(rows[i].label));
		is_str(s != NULL ? s->name : REP_S("none"),
		    rows[i].want != NULL ? rows[i].want : "none", "label \"%s\"", rows[i].label);
	}
}

static void
test_hosts(void)
{
	static const struct {
		const char *name, *ip;
		unsigned port;
		const char *want;
	} rows[] = {
		{ "email-smtp.eu-west-1.amazonaws.com", "", 0, "exact" },
		{ "EMAIL-smtp.eu-west-1.amazonaws.com", "", 587, "exact" },
		{ "email-smtp.eu-west-1.amazonaws.com", "", 25, "long" },
		{ "email-smtp.us-east-1.amazonaws.com", "", 25, "short" },
		{ "x.eu-west-1.amazonaws.com", "198.51.100.7", 25, "ip" },
		{ "", "198.51.100.7", 0, "ip" },
		{ "", "198.51.100.8", 0, "none" },
		{ "", "2001:db8::25", 2525, "ip" },
		{ "", "2001:db8::25", 25, "none" },
		{ "amazonaws.com", "", 0, "none" },
		{ ".amazonaws.com", "", 0, "none" },
		{ "notamazonaws.com", "", 0, "none" },
		{ "smtp.sendgrid.net", "", 587, "ip" },
		{ "", "", 0, "none" },
	};
	static const char *const good[] = { "a", "a.b", "A-1.b_c", ".a", "a:25", "1.2.3.4",
		"1.2.3.4:25", "[1.2.3.4]", "[1.2.3.4]:25", "[::1]:25", "2001:db8::1", "[a.b]:25" };
	static const char *const bad[] = { "", ".", "a..b", "a.", "a:", "a:0", "a:65536", "a:-1",
		"[a", "a]", "[]", "[]:25", "1.2.3.4.5", "a b", "a/b", "[1.2.3.4]25", "..a", ":25" };
	const struct rep_config_relay *r;
	struct rep_config_host h;
	struct rep_ip ip;

	read_text("relay short { host .amazonaws.com }\nrelay long { host "
		  ".eu-west-1.amazonaws.com }\n"
		  "relay exact { host email-smtp.eu-west-1.amazonaws.com:587 }\n"
		  "relay ip { host 198.51.100.7 [2001:db8::25]:2525 [smtp.sendgrid.net]:587 }\n");
	is_str(said(), "", "hosts: the text is right");
	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		bool has = rep_ip_parse(rep_str_c(rows[i].ip), &ip);

		r = rep_config_relay_for_host(
		    &cfg, rep_str_c(rows[i].name), has ? &ip : NULL, rows[i].port);
		is_str(r != NULL ? r->name : REP_S("none"), rows[i].want, "relay of %s[%s]:%u",
		    rows[i].name, rows[i].ip, rows[i].port);
	}
	for (size_t i = 0; i < REP_COUNT(good); i++)
		ok(rep_config_host_parse(rep_str_c(good[i]), &h), "host \"%s\"", good[i]);
	for (size_t i = 0; i < REP_COUNT(bad); i++)
		ok(!rep_config_host_parse(rep_str_c(bad[i]), &h), "no host \"%s\"", bad[i]);
}

static void
test_urls(void)
{
	static const struct {
		const char *text;
		const char *site, *path;
	} rows[] = {
		{ "https://ntfy.sh/topic", "https://ntfy.sh", "/topic" },
		{ "HTTP://127.0.0.1:8080/a?b=c#d", "HTTP://127.0.0.1:8080", "/a?b=c#d" },
		{ "https://[2001:db8::1]:443", "https://[2001:db8::1]:443", "" },
		{ "http://localhost?x", "http://localhost", "?x" },
	};
	static const char *const bad[] = { "", "https://", "https:///x", "ftp://x/", "ntfy.sh/x",
		"https://x:/", "https://x:0/", "https://x:65536/", "https://u@x/", "https://a b/",
		"https://x/\xc3\xa9", "https://[::1/", "https://[x]/", "https://1.2.3/",
		"https://a\\@b/", "javascript:alert(1)", "https://[192.0.2.1]/" };
	static const char *const no_servers[] = { "smtp://", "smtp://x/", "smtp://x/ehlo",
		"smtp://x?y", "http://x", "smtp://a:b@x", "smtp://x:0", "smtp:x" };
	struct rep_config_url u;

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		ok(rep_config_url_parse(rep_str_c(rows[i].text), &u), "a URL: %s", rows[i].text);
		is_str(u.site, rows[i].site, "its site");
		is_str(u.path, rows[i].path, "its path");
	}
	for (size_t i = 0; i < REP_COUNT(bad); i++)
		ok(!rep_config_url_parse(rep_str_c(bad[i]), &u), "no URL: \"%s\"", bad[i]);
	ok(rep_config_server_parse(REP_S("SMTPS://[2001:db8::1]:465"), &u), "a mail server");
	is_str(u.site, "SMTPS://[2001:db8::1]:465", "its site");
	is_str(u.host, "2001:db8::1", "its host");
	for (size_t i = 0; i < REP_COUNT(no_servers); i++)
		ok(!rep_config_server_parse(rep_str_c(no_servers[i]), &u), "no mail server: \"%s\"",
		    no_servers[i]);
}

/* The tables are data. This checks what the code relies on. */
static void
test_schema(void)
{
	bool sane = true;

	for (size_t i = 0; i < REP_CONF_SECTIONS; i++) {
		const struct rep_conf_section *s = &rep_conf_schema[i];

		sane = sane && s->n <= REP_CONF_ITEMS_MAX && s->help != NULL && s->size > 0;
		for (size_t k = 0; k < s->n; k++) {
			const struct rep_conf_item *it = &s->items[k];

			if (it->help == NULL || it->value == NULL || it->offset >= s->size ||
			    (it->list && it->max == 0) || (it->unique && !it->list) ||
			    (it->unit != NULL && (it->min == 0 || it->max < it->min)) ||
			    (it->type == REP_CONF_WORD && it->words[0] == NULL)) {
				fprintf(stderr, "%s: %s\n", s->name, it->name);
				sane = false;
			}
		}
	}
	ok(sane, "schema: every row is whole");
}

static void
bail(const char *why)
{
	printf("Bail out! %s\n", why);
	exit(1);
}

static char folder[] = "/tmp/reputed-test-XXXXXX";

static const char *
in_folder(const char *name)
{
	static char path[2][512];
	static int turn;

	turn = !turn;
	snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
	return path[turn];
}

static void
put(const char *path, const char *text, mode_t mode)
{
	FILE *f = fopen(path, "we");

	if (f == NULL || fputs(text, f) < 0 || fclose(f) != 0 || chmod(path, mode) != 0)
		bail("cannot write a file for the test");
}

static void
test_load(void)
{
	struct rep_err err = { .msg = "" };
	const char *path = in_folder("reputed.conf");

	rep_arena_reset(arena);
	rep_config_init(&cfg, &paths);
	is_int(rep_config_load(path, arena, &cfg, &problems, &err), REP_ENOTFOUND,
	    "load: no file is said apart");
	put(path, "source a { public 192.0.2.1 }\nx\n", 0644);
	is_int(rep_config_load(path, arena, &cfg, &problems, &err), REP_OK, "load: a file");
	ok(cfg.n_sources == 1 && problems.n == 1 &&
		rep_str_starts(rep_str_c(problems.first->text), rep_str_c(path)),
	    "load: messages begin with its name");
	is_int(rep_config_load(folder, arena, &cfg, &problems, &err), REP_EIO, "load: a folder");
	unlink(path);
}

static void
test_paths(void)
{
	struct rep_paths p;
	struct rep_err err;
	char data[512];

	ok(rep_paths_make(&(struct rep_paths_env){ .root = true, .home = "/root" }, &p, &err) ==
		    REP_OK &&
		strcmp(p.config, "/etc/reputed/reputed.conf") == 0 &&
		strcmp(p.database, "/var/lib/reputed/reputed.db") == 0 &&
		strcmp(p.key, "/etc/reputed/key") == 0,
	    "paths: of root");
	ok(rep_paths_make(&(struct rep_paths_env){ .home = "/nowhere/jo" }, &p, &err) == REP_OK &&
		strcmp(p.config, "/etc/reputed/reputed.conf") == 0 &&
		strcmp(p.database, "/nowhere/jo/.local/share/reputed/reputed.db") == 0 &&
		strcmp(p.key, "/nowhere/jo/.config/reputed/key") == 0,
	    "paths: of a user");
	snprintf(data, sizeof data, "%s", in_folder("reputed"));
	mkdir(data, 0700);
	put(in_folder("reputed/reputed.conf"), "", 0644);
	ok(rep_paths_make(
	       &(struct rep_paths_env){
		   .home = "/x", .xdg_config = folder, .xdg_data = "relative" },
	       &p, &err) == REP_OK &&
		strcmp(p.config, in_folder("reputed/reputed.conf")) == 0 &&
		strcmp(p.database, "/x/.local/share/reputed/reputed.db") == 0 &&
		strcmp(p.key, in_folder("reputed/key")) == 0,
	    "paths: XDG, where absolute; the user's configuration when it is there");
	unlink(in_folder("reputed/reputed.conf"));
	rmdir(data);
	is_int(rep_paths_make(&(struct rep_paths_env){ .xdg_config = "/c" }, &p, &err), REP_EUSAGE,
	    "paths: a user without a home");
	snprintf(data, sizeof data, "/%0500d", 0);
	ok(rep_paths_make(&(struct rep_paths_env){ .home = data }, &p, &err) == REP_OK,
	    "paths: a long home");
}

static void
test_key(void)
{
	static const unsigned char want[REP_KEY_BYTES] = { 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66,
		0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff };
	struct rep_key key, again;
	struct rep_err err = { .msg = "" };
	char path[512], message[2048];
	struct stat st;

	snprintf(path, sizeof path, "%s", in_folder("sub/key"));
	memset(&key, 7, sizeof key);
	again = key;
	is_int(rep_key_load(path, false, &key, &err), REP_ENOTFOUND, "key: none is made unasked");
	ok(memcmp(&key, &again, sizeof key) == 0, "key: untouched on failure");
	umask(0);
	is_int(rep_key_load(path, true, &key, &err), REP_OK, "key: made, with its folder");
	ok(stat(path, &st) == 0 && (st.st_mode & 07777) == 0600, "key: mode 0600 in any umask");
	is_int(rep_key_load(path, true, &again, &err), REP_OK, "key: read again");
	ok(memcmp(&key, &again, sizeof key) == 0, "key: it is the same one");
	unlink(path);
	ok(rep_key_load(path, true, &again, &err) == REP_OK &&
		memcmp(&key, &again, sizeof key) != 0,
	    "key: the next one made is another");
	put(path, "00112233445566778899aabbCCDDEEFF\n", 0600);
	ok(rep_key_load(path, false, &key, &err) == REP_OK && memcmp(key.b, want, sizeof want) == 0,
	    "key: 32 hexadecimal digits");
	chmod(path, 0640);
	is_int(
	    rep_key_load(path, true, &key, &err), REP_EIO, "key: refused when others may read it");
	snprintf(message, sizeof message,
	    "key %s can be read by others (mode 0640); fix it: chmod 600 %s", path, path);
	is_str(rep_str_c(err.msg), message, "key: and it is said what to do");
	put(path, "00112233445566778899aabbccddee\n", 0600);
	is_int(rep_key_load(path, true, &key, &err), REP_EIO, "key: refused when it is none");
	put(path, "", 0600);
	is_int(rep_key_load(path, true, &key, &err), REP_EIO, "key: an empty file is none either");
	unlink(path);
	mkdir(path, 0700);
	is_int(rep_key_load(path, true, &key, &err), REP_EIO, "key: a folder is none");
	rmdir(path);
	rmdir(in_folder("sub"));
	ok(rmdir(folder) == 0, "key: nothing else is left in its folder");
}

int
main(void)
{
	arena = rep_arena_new(REP_CONFIG_ARENA);
	if (arena == NULL || mkdtemp(folder) == NULL)
		bail("no memory or no /tmp");
	test_urls();
	test_schema();
	test_full();
	test_empty();
	test_problems();
	test_used();
	test_limits();
	test_dump();
	test_places();
	test_labels();
	test_hosts();
	test_load();
	test_paths();
	test_key();
	rep_arena_free(arena);
	return done();
}
