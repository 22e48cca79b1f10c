/*
 * tests/unit/test_setup.c -- what setup reads of Postfix, OpenDKIM, Rspamd and a cloud, and what it plans.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tap.h"

#include <stdlib.h>

#include "setup/plan.h"
#include "setup/postconf.h"
#include "setup/signers.h"

/* --- postconf ---------------------------------------------------------------------------------------- */

static void
test_postconf(void)
{
	struct rep_str out = REP_S("relayhost = \nrelayhosts = no\nmyhostname = mx1.shop.example\n"
				   "smtp_helo_name= a b \n");
	struct rep_str services = REP_S(
	    "smtp       inet  n       -       y       -       -       smtpd\n"
	    "    -o content_filter=smtp:[127.0.0.1]:10024\n"
	    "#out-z    unix  -       -       n       -       20      smtp\n"
	    "out-a      unix  -       -       n       -       20      smtp -o syslog_name=postfix/out-a\n"
	    "broken     unix\n"
	    "relay      unix  -       -       y       -       -       smtp");
	struct rep_str options =
	    REP_S("out-a/unix/syslog_name = postfix/out-a\n"
		  "out-a/unix/syslog_names = no\nout-b/unix/syslog_name = b\n");
	struct rep_str list = REP_S(" a.example,b.example\tc.example, "), word;
	struct rep_postconf_service s;

	is_str(rep_postconf_value(out, "myhostname"), "mx1.shop.example", "a value");
	is_str(rep_postconf_value(out, "relayhost"), "", "an empty one");
	is_str(rep_postconf_value(out, "smtp_helo_name"), "a b", "one without a blank before it");
	is_str(rep_postconf_value(out, "smtp_helo"), "", "a name is not the begin of another");
	ok(rep_postconf_service(&services, &s) && rep_str_eq(s.type, REP_S("inet")), "a service");
	ok(rep_postconf_service(&services, &s),
	    "options, comments and what is cut are passed over");
	is_str(s.name, "out-a", "name");
	is_str(s.command, "smtp", "command");
	is_str(rep_postconf_option(options, &s, "syslog_name"), "postfix/out-a", "its option");
	is_str(rep_postconf_option(options, &s, "smtp_helo_name"), "", "one that it has not");
	ok(rep_postconf_service(&services, &s) && rep_str_eq(s.name, REP_S("relay")) &&
		!rep_postconf_service(&services, &s),
	    "the last one, without a line end");
	ok(rep_postconf_word(&list, &word) && rep_str_eq(word, REP_S("a.example")) &&
		rep_postconf_word(&list, &word) && rep_str_eq(word, REP_S("b.example")) &&
		rep_postconf_word(&list, &word) && rep_str_eq(word, REP_S("c.example")) &&
		!rep_postconf_word(&list, &word),
	    "words of a list");
}

static void
test_hops(void)
{
	static const struct {
		const char *route, *transport, *host, *port;
		bool exact;
	} rows[] = {
		{ "smtp-amavis:[127.0.0.1]:10024", "smtp-amavis", "127.0.0.1", "10024", true },
		{ "[smtp.relay.example]:587", "", "smtp.relay.example", "587", true },
		{ "[2001:db8::1]:25", "", "2001:db8::1", "25", true },
		{ "smtp:relay.example", "smtp", "relay.example", "", false },
		{ "relay.example", "", "relay.example", "", false },
		{ "smtp:", "smtp", NULL, "", false },
		{ "", "", NULL, "", false },
		{ "[open", "", NULL, "", true },
		{ "[]", "", NULL, "", true },
	};
	struct rep_str transport, hop, host, port;
	bool exact;

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		rep_postconf_route(rep_str_c(rows[i].route), &transport, &hop);
		is_str(transport, rows[i].transport, "transport of \"%s\"", rows[i].route);
		if (!rep_postconf_hop(hop, &host, &exact, &port)) {
			ok(rows[i].host == NULL, "it has no hop");
			continue;
		}
		ok(rows[i].host != NULL && exact == rows[i].exact, "it has a hop");
		is_str(host, rows[i].host != NULL ? rows[i].host : "", "its host");
		is_str(port, rows[i].port, "its port");
	}
}

/* --- signers ------------------------------------------------------------------------------------------ */

static struct rep_buf signers;

static void
on_signer(void *ctx, struct rep_str domain, struct rep_str selector)
{
	(void)ctx;
	rep_buf_printf(&signers, "%.*s:%.*s ", REP_PR(domain), REP_PR(selector));
}

static void
were(const char *want, const char *what)
{
	is_str(rep_buf_str(&signers), want, "%s", what);
	rep_buf_clear(&signers);
}

static void
test_signers(void)
{
	struct rep_arena *a = rep_arena_new(1 << 20);

	rep_buf_init(&signers, 1 << 16);
	rep_opendkim_keys(
	    REP_S("# x y:z:/k\n\nmail._domainkey.shop.example  shop.example:mail:/k/mail.private\n"
		  "all\t%:20230601:/k/all\nbad one\nbad shop.example:a b:/k\nbad a..b:s:/k\n"),
	    on_signer, NULL);
	were("shop.example:mail :20230601 ", "a KeyTable; what has another form is left out");
	is_str(rep_opendkim_file(rep_opendkim_setting(
		   REP_S("Syslog yes\nkeytable\trefile:/etc/opendkim/key.table\n"), "KeyTable")),
	    "/etc/opendkim/key.table", "the KeyTable of opendkim.conf");
	is_str(rep_opendkim_file(REP_S("mysql://user:pass@host/db")), "", "one that is no file");
	rep_rspamd_signing(
	    REP_S(
		"# a comment\nselector = \"dkim\";\npath = \"/d/$domain.$selector.key\";\n"
		"sign_local = true\ndomain {\n shop.example {\n  selector = mail;\n }\n"
		" \"news.example\" { path: \"/x\"; selector: \"n1\", }\n}\nother { selector = no; }\n"
		"domain = { bad..example { selector = x } }"),
	    a, on_signer, NULL);
	were(":dkim shop.example:mail news.example:n1 ", "dkim_signing.conf of Rspamd");
	rep_rspamd_signing(REP_S("domain { a.example { selector = x"), a, on_signer, NULL);
	were("a.example:x ", "one that is cut");
	rep_rspamd_key(REP_S("shop.example.mail.key"), REP_S("mail"), on_signer, NULL);
	rep_rspamd_key(REP_S("shop.example.s.1.key"), REP_S("s.1"), on_signer, NULL);
	rep_rspamd_key(REP_S("shop.example.s2.key"), REP_S(""), on_signer, NULL);
	rep_rspamd_key(REP_S("shop.example.s3"), REP_S(""), on_signer, NULL);
	rep_rspamd_key(REP_S("mail.key"), REP_S("mail"), on_signer, NULL);
	were("shop.example:mail shop.example:s.1 shop.example:s2 ", "names of key files");
	rep_signed_lines(REP_S("x: DKIM-Signature field added (s=mail, d=shop.example)\n"
			       "x: DKIM-Signature field added (s=a, d=b c)\n"
			       "x: DKIM-Signature field added (s=20230601, d=news.example)\n"
			       "x: DKIM-Signature field added (s=cut, d=shop"),
	    on_signer, NULL);
	were("shop.example:mail news.example:20230601 ", "lines of OpenDKIM");
	rep_buf_fini(&signers);
	rep_arena_free(a);
}

/* --- a plan ------------------------------------------------------------------------------------------- */

static struct rep_arena *arena;
static struct rep_postfix_all postfix;
static struct rep_look_log looks[2];
static struct rep_look_label labels[4];
static struct rep_look_domain domains[4];
static struct rep_find_signers found;
static struct rep_metadata cloud;
static struct rep_config cfg;
static struct rep_plan plan;
static const char *watch[] = { "/var/log/mail.log" };
static struct rep_postfix_out outs[4];
static struct rep_plan_in in;

static struct rep_ip
ip(const char *text)
{
	struct rep_ip out = { .version = 0 };

	(void)rep_ip_parse(rep_str_c(text), &out);
	return out;
}

/* A stock Postfix that has sent nothing. */
static void
begin(void)
{
	memset(outs, 0, sizeof outs);
	memset(labels, 0, sizeof labels);
	memset(&found, 0, sizeof found);
	memset(&cloud, 0, sizeof cloud);
	rep_config_init(&cfg, NULL);
	outs[0] = (struct rep_postfix_out){ .service = REP_S("smtp"),
		.syslog_name = REP_S("postfix"),
		.helo = REP_S("mx1.shop.example") };
	postfix = (struct rep_postfix_all){ .n = 1 };
	postfix.v[0] = (struct rep_postfix){ .hostname = REP_S("mx1.shop.example"),
		.destinations = REP_S("shop.example mx1.shop.example, localhost"),
		.outs = outs,
		.outs_n = 1 };
	looks[0] = (struct rep_look_log){ .labels = labels, .domains = domains };
	in = (struct rep_plan_in){ .cfg = &cfg,
		.postfix = &postfix,
		.looks = looks,
		.looks_n = 1,
		.watch = watch,
		.watch_n = 1,
		.signers = &found,
		.arena = arena };
}

static void
make(void)
{
	is_int(rep_plan_make(&in, &plan, NULL), REP_OK, "a plan is made");
}

/* The whole text, as one line. */
static void
writes(const char *want, const char *what)
{
	struct rep_config_problems problems = { .n = 0 };
	struct rep_config read;
	struct rep_buf b;

	rep_buf_init(&b, 1 << 16);
	rep_plan_write(&plan, NULL, REP_S(""), &b);
	rep_config_init(&read, NULL);
	is_int(rep_config_parse(rep_buf_str(&b), "f", arena, &read, &problems, NULL), REP_OK,
	    "the parser reads it");
	ok(problems.n == 0, "and takes it: %s", problems.n > 0 ? problems.first->text : "");
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i] == '\n' || b.p[i] == '\t')
			b.p[i] = '|';
	is_str(rep_buf_str(&b), want, "%s", what);
	rep_buf_fini(&b);
}

static void
test_plan_new(void)
{
	struct rep_ip own[2] = { ip("203.0.113.5"), ip("2001:db8::5") };

	begin();
	make();
	ok(plan.hidden && plan.sources_n == 1 && plan.sources[0].how == REP_PLAN_UNKNOWN,
	    "nothing is known of the address of a machine behind NAT");
	writes(
	    "watch /var/log/mail.log||# The address of postfix is not known yet. It is learnt from the "
	    "first reply that names|# it, or say it: source mx1.shop.example { label postfix; public "
	    "ADDRESS }||# no DKIM selector was found here|domain shop.example {|}|",
	    "and that is what is written");
	in.own = own;
	in.own_n = 2;
	make();
	ok(!plan.hidden && plan.sources[0].how == REP_PLAN_ONLY,
	    "its only public address is taken");
	writes(
	    "watch /var/log/mail.log||# the only public address of this machine|source mx1.shop.example "
	    "{||label postfix||public 203.0.113.5||helo mx1.shop.example|}||# no DKIM selector was found "
	    "here|domain shop.example {|}|",
	    "and written");
	own[1] = ip("203.0.113.6");
	make();
	ok(plan.sources[0].how == REP_PLAN_UNKNOWN && !plan.hidden, "of two none is");
	cloud = (struct rep_metadata){ .name = "a cloud", .n = 2 };
	cloud.v[0].public = ip("198.51.100.1");
	cloud.v[1].public = ip("198.51.100.2");
	cloud.v[1].bind = ip("172.31.0.2");
	in.cloud = &cloud;
	make();
	ok(plan.sources[0].how == REP_PLAN_CLOUD &&
		rep_ip_eq(&plan.sources[0].public, &cloud.v[0].public),
	    "the cloud knows the address of the machine");
	writes(
	    "watch /var/log/mail.log||# the metadata service of a cloud|source mx1.shop.example {||label "
	    "postfix||public 198.51.100.1||helo mx1.shop.example|}||# no DKIM selector was found "
	    "here|domain shop.example {|}|",
	    "which is named");
	outs[0].bind = ip("172.31.0.2");
	make();
	ok(rep_ip_eq(&plan.sources[0].public, &cloud.v[1].public),
	    "and the one of a private address");
	outs[0].bind = ip("172.31.0.3");
	make();
	ok(plan.sources[0].how == REP_PLAN_UNKNOWN, "but not that of another one");
}

static void
test_plan_log(void)
{
	begin();
	outs[1] = (struct rep_postfix_out){ .service = REP_S("out-b"),
		.syslog_name = REP_S("postfix/out-b"),
		.helo = REP_S("b.shop.example"),
		.bind = ip("203.0.113.31"),
		.own = true };
	outs[2] = (struct rep_postfix_out){ .service = REP_S("relay"),
		.syslog_name = REP_S("postfix/relay") };
	outs[3] = (struct rep_postfix_out){ .service = REP_S("amavis"),
		.syslog_name = REP_S("postfix/amavis"),
		.bind = ip("203.0.113.9"),
		.own = true,
		.filter = true };
	postfix.v[0].outs_n = 4;
	labels[0] = (struct rep_look_label){ .label = REP_S("mx1/postfix"),
		.host = REP_S("mx1"),
		.public = ip("203.0.113.24"),
		.tries = 900 };
	labels[1] = (struct rep_look_label){
		.label = REP_S("mx1/postfix/ipv6"), .host = REP_S("mx1"), .pool = true, .tries = 7
	};
	domains[0] = (struct rep_look_domain){ REP_S("shop.example"), 800 };
	domains[1] = (struct rep_look_domain){ REP_S("passed.example"), 9 };
	domains[2] = (struct rep_look_domain){ REP_S("signed.example"), 1 };
	looks[0].labels_n = 2;
	looks[0].domains_n = 3;
	looks[0].accepted = 810;
	found.v[0] = (struct rep_find_signer){ REP_S("signed.example"), REP_S("s1"), "a table" };
	found.v[1] = (struct rep_find_signer){ REP_S("quiet.example"), REP_S("s1"), "a table" };
	found.n = 2;
	make();
	ok(plan.sources_n == 3 && plan.sources[1].pool,
	    "ways out of the log, and one of its own address");
	writes(
	    "watch /var/log/mail.log||# a provider's reply named the address|source mx1.shop.example {||"
	    "label postfix||public 203.0.113.24||helo mx1.shop.example|}||# postfix/ipv6 sends from several "
	    "addresses, as replies show, so it has no source block.||# Postfix binds to it|source out-b {||"
	    "label postfix/out-b||public 203.0.113.31||bind 203.0.113.31||helo b.shop.example|}||# no DKIM "
	    "selector was found here|domain shop.example {|}||# selectors from a table|domain "
	    "signed.example {||selector s1|}||# selectors from a table|domain quiet.example {||selector "
	    "s1|}|",
	    "neither a filter, nor what passes mail on, nor a transport that nobody uses");
	labels[1] = (struct rep_look_label){ .label = REP_S("mx2/postfix"),
		.host = REP_S("mx2"),
		.public = ip("203.0.113.24"),
		.tries = 3 };
	make();
	ok(plan.sources_n == 2 && plan.sources[0].labels_n == 2, "one address is one source");
	is_str(plan.sources[0].labels[1], "mx2/postfix", "of two hosts each label names its host");
	looks[0].labels_n = 1;
	looks[1] = looks[0];
	in.looks_n = 2;
	make();
	ok(plan.sources_n == 2 && plan.sources[0].labels_n == 1 && plan.sources[0].tries == 1800,
	    "what two logs name is one way out");
}

/* A log host: the mail of another host does not leave from an address of this machine. */
static void
test_plan_log_host(void)
{
	struct rep_ip own[1] = { ip("203.0.113.5") };

	begin();
	in.own = own;
	in.own_n = 1;
	labels[0] = (struct rep_look_label){
		.label = REP_S("mx2/postfix"), .host = REP_S("mx2"), .tries = 9
	};
	looks[0].labels_n = 1;
	make();
	ok(plan.sources_n == 1 && plan.sources[0].how == REP_PLAN_UNKNOWN &&
		plan.sources[0].helo.n == 0,
	    "a label of another host has no address of this machine");
	cloud = (struct rep_metadata){ .name = "a cloud", .n = 1 };
	cloud.v[0].public = ip("198.51.100.1");
	in.cloud = &cloud;
	make();
	ok(plan.sources[0].how == REP_PLAN_UNKNOWN, "nor what the cloud knows of this machine");
	in.cloud = NULL;
	labels[0].host = REP_S("MX1.shop.example");
	labels[0].label = REP_S("MX1.shop.example/postfix");
	make();
	ok(plan.sources[0].how == REP_PLAN_ONLY, "myhostname is this machine, by its first label");
	labels[0].host = REP_S("node7");
	labels[0].label = REP_S("node7/postfix");
	make();
	ok(plan.sources[0].how == REP_PLAN_UNKNOWN, "another name is not");
	in.host = REP_S("node7.cluster.example");
	make();
	ok(plan.sources[0].how == REP_PLAN_ONLY, "unless the system has that name");
}

/* A log is text of strangers: no label of it becomes a statement. */
static void
test_plan_hostile(void)
{
	static const char *const names[] = { "x\nalert e { by exec; to /tmp/e }\n#", "x\"y", "x}",
		"x#", "x y", "x\x7f", "\xc3\xa4" };

	for (size_t i = 0; i < REP_COUNT(names); i++) {
		begin();
		postfix.n = 0;
		labels[0] =
		    (struct rep_look_label){ .label = rep_arena_printf(arena, "mx1/%s", names[i]),
			    .host = REP_S("mx1"),
			    .public = ip("203.0.113.24"),
			    .tries = 5 };
		looks[0].labels_n = 1;
		make();
		ok(plan.sources_n == 0 && plan.labels_odd == 1,
		    "a label that is not plain is left out");
		writes("watch /var/log/mail.log|", "and is not written");
		labels[0].public.version = 0;
		labels[0].pool = i % 2 == 0;
		make();
		writes("watch /var/log/mail.log|", "in a comment neither");
	}
	looks[0].labels = rep_arena_alloc(arena, REP_LOOK_LABELS * sizeof *labels);
	looks[0].labels_n = REP_LOOK_LABELS;
	for (size_t i = 0; i < REP_LOOK_LABELS; i++)
		looks[0].labels[i] =
		    (struct rep_look_label){ .label = rep_arena_printf(arena, "mx1/%zu", i),
			    .host = REP_S("mx1"),
			    .tries = 1 };
	looks[1] = (struct rep_look_log){ .labels = labels, .labels_n = 1 };
	labels[0].label = REP_S("mx1/one-more");
	in.looks_n = 2;
	make();
	ok(plan.sources_n == REP_PLAN_SOURCES && plan.sources_dropped == 1,
	    "ways out that are too many are counted");
	plan.watch_n = 1;
	plan.sources_n = 1;
	plan.sources[0] = (struct rep_plan_source){
		.name = rep_str_c(names[0]), .labels = { rep_str_c(names[0]) }, .labels_n = 1
	};
	writes(
	    "watch /var/log/mail.log||# The address of x?alert?e?{?by?exec;?to?/tmp/e?}?# is not known "
	    "yet. It is learnt from the first reply that names|# it, or say it: source "
	    "x?alert?e?{?by?exec;?to?/tmp/e?}?# { label x?alert?e?{?by?exec;?to?/tmp/e?}?#; public "
	    "ADDRESS }|",
	    "a comment stays a comment whatever the name");
}

static void
test_plan_again(void)
{
	static const char have[] =
	    "watch /var/log/mail.log\nsource mine { label postfix; public 203.0.113.77 }\n"
	    "domain SHOP.example { selector old }\nrelay r { host smtp.relay.example }\n";
	struct rep_config_problems problems;

	begin();
	labels[0] = (struct rep_look_label){ .label = REP_S("mx1/postfix"),
		.host = REP_S("mx1"),
		.public = ip("203.0.113.24"),
		.tries = 9 };
	domains[0] = (struct rep_look_domain){ REP_S("shop.example"), 9 };
	looks[0].labels_n = looks[0].domains_n = 1;
	looks[0].accepted = 9;
	found.v[0] = (struct rep_find_signer){ REP_S("shop.example"), REP_S("new"), "a table" };
	found.n = 1;
	postfix.v[0].relay = REP_S("smtp.relay.example");
	postfix.v[0].relay_port = REP_S("587");
	postfix.v[0].relay_exact = true;
	ok(rep_config_parse(rep_str_c(have), "f", arena, &cfg, &problems, NULL) == REP_OK &&
		problems.n == 0,
	    "a configuration that a person wrote");
	make();
	writes("", "has all of it: nothing is missing, whatever it says otherwise");
	ok(plan.sources[0].how == REP_PLAN_CONFIGURED && plan.domains[0].partly,
	    "that a selector is not in it is known");
	rep_config_init(&cfg, NULL);
	make();
	ok(plan.relays_n == 1 && !plan.relays[0].configured, "without it");
	is_str(plan.relays[0].name, "relay", "the relay gets a name");
	is_str(plan.relays[0].hop, "[smtp.relay.example]:587", "and is shown as Postfix has it");
	postfix.v[0].relay = REP_S("10.0.0.5");
	make();
	ok(plan.relays[0].inside, "one inside is known as such");
}

/* --- metadata ----------------------------------------------------------------------------------------- */

static void
test_metadata(void)
{
	struct rep_str said = REP_S(" 203.0.113.24 <html> 203.0.113.31");
	struct rep_ip got;

	static const char *const fine[] = { "http://127.0.0.1", "http://127.0.0.1:8080",
		"http://127.9.9.9:1", "http://[::1]:80" };
	static const char *const other[] = { "", "http://", "127.0.0.1:80", "https://127.0.0.1",
		"http://169.254.169.254", "http://203.0.113.1:80", "http://localhost:80",
		"http://127.0.0.1@203.0.113.1", "http://127.0.0.1:80@203.0.113.1",
		"http://127.0.0.1:", "http://127.0.0.1:65536", "http://127.0.0.1:80/x",
		"http://127.0.0.1/", "http://[::1", "http://[::1]x", "http://[2001:db8::1]:80",
		"http://127.0.0.1:00000000000000000000000000000000000000000000080" };

	for (size_t i = 0; i < REP_COUNT(fine); i++)
		ok(rep_metadata_of_test(rep_str_c(fine[i])), "a test may have %s", fine[i]);
	for (size_t i = 0; i < REP_COUNT(other); i++)
		ok(!rep_metadata_of_test(rep_str_c(other[i])), "but not \"%s\"", other[i]);
	ok(rep_metadata_next(&said, &got) && got.b[3] == 24 && rep_metadata_next(&said, &got) &&
		got.b[3] == 31 && !rep_metadata_next(&said, &got),
	    "the addresses of an answer");
}

int
main(void)
{
	if ((arena = rep_arena_new(64 << 20)) == NULL)
		return 1;
	test_postconf();
	test_hops();
	test_signers();
	test_plan_new();
	test_plan_log();
	test_plan_hostile();
	test_plan_log_host();
	test_plan_again();
	test_metadata();
	rep_arena_free(arena);
	return done();
}
