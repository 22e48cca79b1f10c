/* SPDX-License-Identifier: Apache-2.0 */
#include "steer/change.h"
#include "steer/soften.h"
#include "tap.h"

#include <regex.h>

static const struct rep_cf_change filter = { { "", 0 }, { "", 0 }, { "transport_maps", 14 },
	{ "hash:/r/hold", 12 } };
static const struct rep_cf_change option = { { "out-b", 5 }, { "unix", 4 }, { "filter", 6 },
	{ "regexp:/r/s", 11 } };

static void
finds(void)
{
	static const struct {
		const char *what, *text, *line;
	} cases[] = {
		{ "a line", "a = b\ntransport_maps = x\nc = d\n", "transport_maps = x\n" },
		{ "the last of two", "transport_maps = x\ntransport_maps=y\n",
		    "transport_maps=y\n" },
		{ "what continues it, with comments between",
		    "transport_maps =\n  x,\n# a comment\n\n  y\n\n# the next\nc = d\n",
		    "transport_maps =\n  x,\n# a comment\n\n  y\n" },
		{ "without a line end", "a = b\ntransport_maps = x", "transport_maps = x" },
		{ "not in a comment", "# transport_maps = x\n", "" },
		{ "not as a part of a name", "my_transport_maps = x\ntransport_maps_x = y\n", "" },
		{ "not in a continued line", "a = b\n transport_maps = x\n", "" },
	};

	for (size_t i = 0; i < REP_COUNT(cases); i++) {
		struct rep_str got = rep_cf_find(rep_str_c(cases[i].text), &filter);

		is_str(got, cases[i].line, "finds %s", cases[i].what);
	}
	is_str(rep_cf_find(REP_S("out-b inet n - n - - smtpd\nout-b unix - - n - - smtp\n"
				 "  -o filter=x\nout-c unix - - n - - smtp\n"),
		   &option),
	    "out-b unix - - n - - smtp\n  -o filter=x\n", "finds a service by name and type");
}

static void
sets(void)
{
	static const struct {
		const char *what, *text, *out;
	} cases[] = {
		{ "in its place", "a=b\ntransport_maps=x\nc=d\n",
		    "a=b\ntransport_maps = v\nc=d\n" },
		{ "behind all others", "a=b", "a=b\ntransport_maps = v\n" },
		{ "for several lines", "transport_maps =\n x\n# y\n z\nc=d\n",
		    "transport_maps = v\nc=d\n" },
		{ "in an empty file", "", "transport_maps = v\n" },
	};
	static const struct {
		const char *what, *text, *out;
	} options[] = {
		{ "before its value", "out-b unix - - n - - smtp\n  -o x=y -o filter=z\n",
		    "out-b unix - - n - - smtp\n  -o x=y -o filter=regexp:/r/s,z\n" },
		{ "where it is empty", "out-b unix - - n - - smtp -o filter=\n",
		    "out-b unix - - n - - smtp -o filter=regexp:/r/s\n" },
		{ "in braces", "out-b unix - - n - - smtp\n  -o { filter = z, y }\n",
		    "out-b unix - - n - - smtp\n  -o { filter = regexp:/r/s,z, y }\n" },
		{ "nowhere", "out-b unix - - n - - smtp -o x_filter=a\n",
		    "out-b unix - - n - - smtp -o x_filter=a\n" },
	};

	for (size_t i = 0; i < REP_COUNT(cases); i++) {
		struct rep_buf out;

		rep_buf_init(&out, 4096);
		rep_cf_set(rep_str_c(cases[i].text), &filter, REP_S("v"), &out);
		is_str(rep_buf_str(&out), cases[i].out, "set %s", cases[i].what);
		rep_buf_fini(&out);
	}
	for (size_t i = 0; i < REP_COUNT(options); i++) {
		struct rep_buf out;

		rep_buf_init(&out, 4096);
		rep_cf_set(rep_str_c(options[i].text), &option, REP_S(""), &out);
		is_str(rep_buf_str(&out), options[i].out, "an option is set %s", options[i].what);
		rep_buf_fini(&out);
	}
}

static void
undoes(void)
{
	static const struct {
		const char *what, *before, *after, *now, *out;
		enum rep_cf_undone how;
	} cases[] = {
		{ "nothing changed since", "a=b", "a=b\ntransport_maps = hash:/r/hold\n",
		    "a=b\ntransport_maps = hash:/r/hold\n", "a=b", REP_CF_WHOLE },
		{ "other lines changed", "a=b\n", "a=b\ntransport_maps = hash:/r/hold\n",
		    "# x\na=b\ntransport_maps = hash:/r/hold\nc=d\n", "# x\na=b\nc=d\n",
		    REP_CF_WHOLE },
		{ "the last line had no line end", "transport_maps = x",
		    "transport_maps = hash:/r/hold, x\n", "transport_maps = hash:/r/hold, x\nc=d\n",
		    "transport_maps = x\nc=d\n", REP_CF_WHOLE },
		{ "several lines come back", "transport_maps =\n  x,\n  y\n",
		    "transport_maps = hash:/r/hold, x, y\n",
		    "transport_maps = hash:/r/hold, x, y\nc=d\n",
		    "transport_maps =\n  x,\n  y\nc=d\n", REP_CF_WHOLE },
		{ "our line changed, too", "", "transport_maps = hash:/r/hold\n",
		    "transport_maps = hash:/r/hold, z\n", "transport_maps = z\n", REP_CF_PART },
		{ "ours is the last of the list", "transport_maps = x\n",
		    "transport_maps = hash:/r/hold, x\n", "transport_maps = w, x, hash:/r/hold\n",
		    "transport_maps = w, x\n", REP_CF_PART },
		{ "ours is all that is left of a list that was there", "transport_maps = x\n",
		    "transport_maps = hash:/r/hold, x\n", "transport_maps = hash:/r/hold\n",
		    "transport_maps = \n", REP_CF_PART },
		{ "a person took it out", "transport_maps = x\n",
		    "transport_maps = hash:/r/hold, x\n", "transport_maps = x, y\n",
		    "transport_maps = x, y\n", REP_CF_PART },
		{ "the line is gone", "transport_maps = x\n", "transport_maps = hash:/r/hold, x\n",
		    "c=d\n", "c=d\n", REP_CF_PART },
		{ "a longer name is another map", "", "transport_maps = hash:/r/hold\n",
		    "transport_maps = hash:/r/holder\n", "transport_maps = hash:/r/holder\n",
		    REP_CF_PART },
	};

	for (size_t i = 0; i < REP_COUNT(cases); i++) {
		struct rep_cf_texts t = { rep_str_c(cases[i].before), rep_str_c(cases[i].after),
			rep_str_c(cases[i].now) };
		struct rep_buf out;
		enum rep_cf_undone how;

		rep_buf_init(&out, 4096);
		how = rep_cf_undo(&t, &filter, 1, &out);
		is_str(rep_buf_str(&out), cases[i].out, "undone: %s", cases[i].what);
		is_int(how, cases[i].how, "and how: %s", cases[i].what);
		rep_buf_fini(&out);
	}
}

/* --- what changes -------------------------------------------------------------------------------------------- */

static void
plans(void)
{
	enum { SERVICES = 40 };
	static const char plain[] =
	    "mail_version = 3.7.11\ndefault_database_type = hash\ndefault_transport = smtp\n"
	    "maximal_queue_lifetime = 5d\n";
	static const struct {
		const char *what, *more;
		bool refused;
	} cases[] = {
		{ "a Postfix as it is installed", "", false },
		{ "relayhost", "relayhost = [relay.example]\n", true },
		{ "a default transport with a next hop",
		    "default_transport = smtp:[relay.example]\n", true },
		{ "a Postfix of before 3.0", "mail_version = 2.11.3\n", true },
		{ "a database that is not written", "default_database_type = sdbm\n", true },
	};
	struct rep_arena *a = rep_arena_new(1 << 20);
	struct rep_steer_postfix p = {
		.folder = REP_S("/etc/postfix"), .services = REP_S(""), .options = REP_S("")
	};
	struct rep_steer_plan plan;
	struct rep_buf services, options;
	struct rep_err err;

	for (size_t i = 0; i < REP_COUNT(cases); i++) {
		p.main = rep_arena_printf(a, "%s%s", cases[i].more, plain);
		ok(rep_steer_plan_make(&p, a, &plan, &err) == REP_OK &&
			(plan.refused.n > 0) == cases[i].refused &&
			plan.n == (cases[i].refused ? 0 : 3) && plan.parts == 0,
		    "%s: %s", cases[i].what, cases[i].refused ? "refused" : "three changes");
	}
	p.main = rep_str_c(plain);
	p.services = REP_S(
	    "smtp unix - - n - - smtp\nout-b unix - - n - - smtp -o smtp_delivery_status_filter=\n");
	p.options = REP_S("out-b/unix/smtp_delivery_status_filter = \n");
	ok(rep_steer_plan_make(&p, a, &plan, &err) == REP_OK && plan.n == 4 &&
		plan.v[3].at.service.n == 5,
	    "a service with an empty filter of its own gets the table");
	rep_buf_init(&services, 1 << 16);
	rep_buf_init(&options, 1 << 16);
	for (int i = 0; i < SERVICES; i++) {
		rep_buf_printf(&services, "out-%d unix - - n - - smtp\n", i);
		rep_buf_printf(
		    &options, "out-%d/unix/smtp_delivery_status_filter = regexp:/x\n", i);
	}
	p.services = rep_buf_str(&services);
	p.options = rep_buf_str(&options);
	ok(rep_steer_plan_make(&p, a, &plan, &err) == REP_ELIMIT && strstr(err.msg, "40") != NULL,
	    "more services than fit are said: %s", err.msg);
	rep_buf_fini(&services);
	rep_buf_fini(&options);
	rep_arena_free(a);
}

/* --- which refusals wait ------------------------------------------------------------------------------------ */

#define OUTLOOK "host outlook-com.olc.protection.outlook.com[52.101.8.42] said: "
#define WORDS                                                                                             \
	"Unfortunately, messages from [203.0.113.24] weren't sent. Please contact your Internet service " \
	"provider since part of their network is on our block list (S3140)."
#define AT_MAIL " (in reply to MAIL FROM command)"

/* One line of a table as Postfix reads it (regexp_table(5)): "/PATTERN/ RESULT", "if /PATTERN/", "if !/PATTERN/". */
static int
matches(struct rep_str line, const char *text)
{
	size_t from = rep_str_chr(line, '/', 0) + 1, to = from;
	char pattern[8192];
	regex_t re;
	int found;

	while (to < line.n && line.p[to] != '/')
		to += line.p[to] == '\\' ? 2 : 1;
	if (to >= line.n || to - from >= sizeof pattern)
		return -1;
	memcpy(pattern, line.p + from, to - from);
	pattern[to - from] = '\0';
	if (regcomp(&re, pattern, REG_EXTENDED | REG_ICASE | REG_NOSUB) != 0)
		return -1;
	found = regexec(&re, text, 0, NULL, 0) == 0;
	regfree(&re);
	return found;
}

/* Whether the table softens a text. bad: lines that are no expression. */
static bool
softens(struct rep_str table, const char *text, size_t *bad)
{
	size_t depth = 0, off = 0; /* off: the depth at which a condition did not hold */

	while (table.n > 0) {
		size_t nl = rep_str_chr(table, '\n', 0);
		struct rep_str line = rep_str_sub(table, 0, nl);
		int hit;

		table = rep_str_sub(table, nl + 1, table.n);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (rep_str_eq(line, REP_S("endif"))) {
			off = off == depth ? 0 : off;
			depth--;
			continue;
		}
		hit = matches(line, text);
		*bad += hit < 0;
		if (rep_str_starts(line, REP_S("if "))) {
			depth++;
			if (off == 0 && (hit != 0) == (line.p[3] == '!'))
				off = depth;
		} else if (off == 0 && hit > 0) {
			return true;
		}
	}
	return false;
}

static void
waits(void)
{
	static const struct {
		const char *what, *text;
		bool waits;
	} cases[] = {
		{ "a block of the network", "5.7.1 " OUTLOOK "550 5.7.1 " WORDS AT_MAIL, true },
		{ "the same over two lines",
		    "5.7.1 " OUTLOOK
		    "550-5.7.1 Unfortunately, messages from [203.0.113.24] were not sent, since "
		    "part of their 550 5.7.1 network is on our block list" AT_MAIL,
		    true },
		{ "the same with another apostrophe",
		    "5.7.1 " OUTLOOK
		    "550 5.7.1 Unfortunately, messages from [203.0.113.24] weren\xe2\x80\x99t "
		    "sent." AT_MAIL,
		    true },
		{ "in answer to EHLO",
		    "5.7.1 " OUTLOOK "550 5.7.1 " WORDS " (in reply to EHLO command)", true },
		{ "in answer to the recipient",
		    "5.7.1 " OUTLOOK "550 5.7.1 " WORDS " (in reply to RCPT TO command)", false },
		{ "after the message",
		    "5.7.1 " OUTLOOK "550 5.7.1 " WORDS " (in reply to end of DATA command)",
		    false },
		{ "by another server in the provider's words, without its number",
		    "5.7.1 host mx.example[192.0.2.1] said: 550 5.7.1 Unfortunately, messages from [203.0.113.24] "
		    "weren't sent." AT_MAIL,
		    false },
		{ "an unknown sender",
		    "5.1.8 " OUTLOOK "550 5.1.8 Sender address rejected: domain not found" AT_MAIL,
		    false },
		{ "authentication",
		    "5.7.515 " OUTLOOK "550 5.7.515 Access denied, sending domain shop.example "
		    "doesn't meet the required authentication level." AT_MAIL,
		    false },
		{ "what is deferred already",
		    "4.7.650 " OUTLOOK "451 4.7.650 The mail server [203.0.113.24] has been "
		    "temporarily rate limited due to IP reputation (S775)" AT_MAIL,
		    false },
		{ "what was accepted", "2.0.0 250 2.0.0 Ok: queued as S3140", false },
	};
	struct rep_know *know = rep_know_new();
	struct rep_err err;
	struct rep_buf b;
	size_t n, bad = 0;

	if (!ok(know != NULL && rep_know_add_builtin(know, &err) == REP_OK &&
		    rep_know_ready(know, &err) == REP_OK,
		"the rules are there"))
		return;
	rep_buf_init(&b, 1 << 20); /* TABLE_MAX of cli/steer_postfix.c */
	n = rep_soften_table(know, &b);
	ok(n > 50 && !b.full, "the table has %zu lines that soften, in %zu bytes", n, b.n);
	for (size_t i = 0; i < REP_COUNT(cases); i++) {
		bad = 0;
		is_int(softens(rep_buf_str(&b), cases[i].text, &bad), cases[i].waits, "%s: %s",
		    cases[i].waits ? "waits" : "does not wait", cases[i].what);
	}
	is_int((int64_t)bad, 0, "each line of the table is an expression");
	rep_buf_fini(&b);
	rep_know_free(know);
}

int
main(void)
{
	finds();
	sets();
	undoes();
	plans();
	waits();
	return done();
}
