/*
 * unit/test_log_line.c -- one line, in all the ways in which people have it.
 *
 * What comes out is TIME|HOST|TAG|MESSAGE.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "intake/log_line.h"
#include "base/buf.h"
#include "intake/document.h"
#include "tap.h"

#include <stdlib.h>
#include <time.h>

#define SYSLOG "Nov  3 06:42:11 mx1 postfix/smtp[77]: 4F1A2: removed"
#define BEGINS "2026-11-03T06:42:11Z|"
#define WANT BEGINS "mx1|postfix/smtp|4F1A2: removed"
#define NOHOST BEGINS "|postfix/smtp|4F1A2: removed"
#define ESC "\x1b"

struct row {
	const char *name, *line, *want;
};

static const struct row rows[] = {
	{ "syslog", SYSLOG, WANT },
	{ "with a priority", "<22>" SYSLOG, WANT },
	{ "microseconds", "Nov  3 06:42:11.123456 mx1 postfix/smtp[77]: 4F1A2: removed", WANT },
	{ "a year", "Nov  3 2026 06:42:11 mx1 postfix/smtp[77]: 4F1A2: removed", WANT },
	{ "no host", "Nov  3 06:42:11 postfix/smtp[77]: 4F1A2: removed", NOHOST },
	{ "words for a host", "Nov  3 06:42:11 [our own name] postfix/smtp[77]: 4F1A2: removed",
	    BEGINS "[our own name]|postfix/smtp|4F1A2: removed" },
	{ "a web page that leaves out host and program",
	    "3-11-2026 06:42:11 | info | 4F1A2B7: host mx.shop.example[192.0.2.1] said: 450 later",
	    BEGINS "|postfix/smtp|4F1A2B7: host mx.shop.example[192.0.2.1] said: 450 later" },
	{ "the same, of a connection",
	    "03.11.2026, 06:42:11 | warn | connect to mx.shop.example[192.0.2.1]:25: No route to host",
	    BEGINS "|postfix/smtp|connect to mx.shop.example[192.0.2.1]:25: No route to host" },
	{ "no host and no pid", "Nov  3 06:42:11 postfix/smtp: 4F1A2: removed", NOHOST },
	{ "how bad it is, and no host",
	    "2026-11-03T06:42:11.5+00:00 INFO    postfix/smtp[77]: 4F1A2: removed", NOHOST },
	{ "several blanks", "Nov  3 06:42:11  mx1   postfix/smtp[77]:  4F1A2: removed", WANT },
	{ "RFC 5424", "<22>1 2026-11-03T06:42:11Z mx1 postfix/smtp 77 - - 4F1A2: removed", WANT },
	{ "RFC 5424 without a priority",
	    "2026-11-03T06:42:11.1Z mx1 postfix/smtp 77 ID47 - 4F1A2: removed", WANT },
	{ "RFC 5424 with data and a mark of UTF-8",
	    "<22>1 2026-11-03T06:42:11Z mx1 postfix/smtp - - [a@1 b=\"c\"][d@1 e=\"f\"] "
	    "\xef\xbb\xbf"
	    "4F1A2: removed",
	    WANT },
	{ "a blank for the T", "2026-11-03 06:42:11 mx1 postfix/smtp[77]: 4F1A2: removed", WANT },
	{ "short-iso", "2026-11-03T07:42:11+0100 mx1 postfix/smtp[77]: 4F1A2: removed", WANT },
	{ "short-full", "Tue 2026-11-03 06:42:11 UTC mx1 postfix/smtp[77]: 4F1A2: removed", WANT },
	{ "short-unix", "1793688131.123456 mx1 postfix/smtp[77]: 4F1A2: removed", WANT },
	{ "with-unit", "Tue 2026-11-03 06:42:11 UTC mx1 postfix@-.service[77]: 4F1A2: removed",
	    BEGINS "mx1|postfix@-.service|4F1A2: removed" },
	{ "compose", "mail    | " SYSLOG, WANT },
	{ "compose, a name with everything", "my_app-postfix.1.x9@node-2    | " SYSLOG, WANT },
	{ "compose with colours", ESC "[36mpostfix-1  |" ESC "[0m " SYSLOG, WANT },
	{ "compose with bold colours", ESC "[1;36mpostfix-1  | " ESC "[0m" SYSLOG, WANT },
	{ "colours without their ESC", "[36mpostfix-1  |[0m " SYSLOG, WANT },
	{ "a colour at the end", ESC "[36mmail |" ESC "[0m " SYSLOG ESC "[0m", WANT },
	{ "only colours", ESC "[32m" SYSLOG ESC "[0m", WANT },
	{ "compose with times", "postfix-1  | 2026-11-03T06:42:11.123456789Z " SYSLOG, WANT },
	{ "docker logs -t", "2026-11-03T06:42:11.123456789Z " SYSLOG, WANT },
	{ "kubectl logs --prefix --timestamps",
	    "[pod/mail-0/postfix] 2026-11-03T06:42:11.5Z " SYSLOG, WANT },
	{ "CRI", "2026-11-03T06:42:11.5Z stdout F " SYSLOG, WANT },
	{ "CRI, a part, of stderr", "2026-11-03T06:42:11.5+00:00 stderr P " SYSLOG, WANT },
	{ "CRI, and no stamp within",
	    "2026-11-03T06:42:11.5Z stdout F postfix/smtp[77]: 4F1A2: removed", NOHOST },
	{ "docker logs -t, and no stamp within",
	    "2026-11-03T06:42:11.5Z postfix/smtp[77]: 4F1A2: removed", NOHOST },
	{ "Portainer", "2026-11-03 06:42:11 | " SYSLOG, WANT },
	{ "Loki", "2026-11-03T06:42:11Z {app=\"postfix\", x=\"y z\"} " SYSLOG, WANT },
	{ "aws logs tail", "2026-11-03T06:42:11.000000+00:00 mail/mx1/9f " SYSLOG, WANT },
	{ "docker json-file",
	    "{\"log\":\"" SYSLOG "\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-03T06:42:11.1Z\"}",
	    WANT },
	{ "docker to syslog", "Nov  3 06:42:12 mx1 docker/mail[812]: " SYSLOG, WANT },
	{ "docker to syslog, by its id", "Nov  3 06:42:12 mx1 9fd03ed8e8f5[812]: " SYSLOG, WANT },
	{ "docker to the journal",
	    "{\"__REALTIME_TIMESTAMP\":\"1793688131000000\",\"_HOSTNAME\":\"box\","
	    "\"SYSLOG_IDENTIFIER\":\"mail\",\"MESSAGE\":\"" SYSLOG "\"}",
	    WANT },
	{ "grep of several files", "/var/log/mail.log.1:" SYSLOG, WANT },
	{ "grep -n", "mail.log:4711:" SYSLOG, WANT },
	{ "grep -n of one", "4711:" SYSLOG, WANT },
	{ "cat -n", "   4711\t" SYSLOG, WANT },
	{ "indented", "    " SYSLOG, WANT },
	{ "quoted", "> " SYSLOG, WANT },
	{ "Exim's own file", "2026-11-03 06:42:11 1tXyzA-000001-AB => jo@example.com R=r T=t",
	    BEGINS "exim|exim|1tXyzA-000001-AB => jo@example.com R=r T=t" },
	{ "Exim's own file in a container",
	    "exim-1 | 2026-11-03 06:42:11 1tXyzA-000001-AB => jo@example.com R=r T=t",
	    BEGINS "exim|exim|1tXyzA-000001-AB => jo@example.com R=r T=t" },
	{ "Exim with a bracket", "2026-11-03 06:42:11 H=mx.example.net [192.0.2.1] x: y",
	    BEGINS "exim|exim|H=mx.example.net [192.0.2.1] x: y" },
	{ "a host of a digit", "Nov  3 06:42:11 9fd0 postfix/smtp[77]: 4F1A2: removed",
	    BEGINS "9fd0|postfix/smtp|4F1A2: removed" },
	{ "a host in capitals", "Nov  3 06:42:11 MX1 postfix/smtp[77]: 4F1A2: removed",
	    BEGINS "MX1|postfix/smtp|4F1A2: removed" },
	{ "another daemon quotes a line", "Nov  3 06:42:11 mx1 sshd[1]: user " SYSLOG,
	    BEGINS "mx1|sshd|user " SYSLOG },
	{ "a mail server quotes a line", "Nov  3 06:42:11 mx1 postfix/qmgr[1]: " SYSLOG,
	    BEGINS "mx1|postfix/qmgr|" SYSLOG },
	{ "compose without a stamp", "mail | postfix/smtp[77]: 4F1A2: removed", "-" },
	{ "short-monotonic", "[   12.345678] mx1 postfix/smtp[77]: 4F1A2: removed", "-" },
	{ "journalctl -o cat", "4F1A2: removed", "-" },
	{ "a table", "a | b | c", "-" },
	{ "nothing within",
	    "{\"log\":\"\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-03T06:42:11Z\"}", "-" },
	{ "wrapped too often", "a | b | c | d | e | " SYSLOG, "-" },
};

/* A container in UTC, read in Paris: the collector's zone tells what the line's own time means. */
static const struct row paris[] = {
	{ "local time", SYSLOG, "2026-11-03T05:42:11Z|mx1|postfix/smtp|4F1A2: removed" },
	{ "the container has UTC", "2026-11-03T06:42:11.5Z " SYSLOG, WANT },
	{ "the container has local time", "2026-11-03T05:42:11.5Z " SYSLOG,
	    "2026-11-03T05:42:11Z|mx1|postfix/smtp|4F1A2: removed" },
	{ "a line of before, printed at the start", "2026-11-07T09:00:00Z " SYSLOG,
	    "2026-11-03T05:42:11Z|mx1|postfix/smtp|4F1A2: removed" },
	{ "json-file",
	    "{\"log\":\"" SYSLOG "\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-03T06:42:10.9Z\"}",
	    WANT },
};

static void
play(const struct row *v, size_t n, const char *zone)
{
	struct rep_log_splitter split = { .mem = rep_arena_new(1 << 20) };
	struct rep_buf out;

	(void)setenv("TZ", zone, 1);
	tzset();
	rep_buf_init(&out, 1 << 16);
	rep_stamper_init(&split.stamp, 1793700000, 1794700000);
	for (size_t i = 0; i < n; i++) {
		struct rep_log_parts parts;
		struct rep_err err = { .msg = "" };
		char when[REP_TIME_TEXT];

		rep_buf_clear(&out);
		if (rep_log_split(&split, rep_str_c(v[i].line), &parts, &err) == REP_OK)
			rep_buf_printf(&out, "%s|%.*s|%.*s|%.*s", rep_time_text(parts.at_s, when),
			    REP_PR(parts.host), REP_PR(parts.tag), REP_PR(parts.message));
		else
			rep_buf_addc(&out, '-');
		is_str(rep_buf_str(&out), v[i].want, "%s (%s)", v[i].name, zone);
	}
	rep_buf_fini(&out);
	rep_arena_free(split.mem);
}

static void
test_kinds(void)
{
	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		enum rep_doc_kind kind = rep_document_kind(rep_str_c(rows[i].line));

		if (rows[i].want[0] != '-')
			ok(kind == REP_DOC_LOG || kind == REP_DOC_EXIM, "a log: %s", rows[i].name);
	}
}

int
main(void)
{
	play(rows, REP_COUNT(rows), "UTC");
	play(paris, REP_COUNT(paris), "Europe/Paris");
	test_kinds();
	return done();
}
