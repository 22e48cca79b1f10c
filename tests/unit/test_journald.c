/*
 * unit/test_journald.c -- which journal is meant, an entry as a line, what is missing between two cursors.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/journald.h"
#include "intake/journal.h"
#include "tap.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define ID "3d1219c7c4c5404aaa1f6d2a48adfda4"

static struct rep_arena *arena;

static bool
same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void
meant(void)
{
	static const struct {
		const char *text;
		bool is;
		const char *folder, *match;
	} rows[] = {
		{ "journal", true, NULL, "SYSLOG_FACILITY=2" },
		{ "journal:/var/log/journal/" ID, true, "/var/log/journal/" ID,
		    "SYSLOG_FACILITY=2" },
		{ "journal:CONTAINER_NAME=mail", true, NULL, "CONTAINER_NAME=mail" },
		{ "journal:/a:_SYSTEMD_UNIT=x@-.service", true, "/a", "_SYSTEMD_UNIT=x@-.service" },
		{ "journal:/a:b", true, "/a:b", "SYSLOG_FACILITY=2" },
		{ "journal:/a=b", true, "/a=b", "SYSLOG_FACILITY=2" },
		{ "journal:/a:b=c", true, "/a:b=c", "SYSLOG_FACILITY=2" },
		{ "journal:/a:B=", true, "/a:B=", "SYSLOG_FACILITY=2" },
		{ "journal:/a:1B=c", true, "/a:1B=c", "SYSLOG_FACILITY=2" },
		{ "journal:/a:B1=c", true, "/a", "B1=c" },
		{ "journal:", false, NULL, NULL },
		{ "journals", false, NULL, NULL },
		{ "./journal", false, NULL, NULL },
		{ "/var/log/journal", false, NULL, NULL },
		{ "", false, NULL, NULL },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct rep_journald o = { 0 };
		bool is = rep_journald_parse(arena, rows[i].text, &o);

		ok(is == rows[i].is &&
			(!is ||
			    (same(o.name, rows[i].text) && same(o.folder, rows[i].folder) &&
				same(o.match, rows[i].match))),
		    "meant: \"%s\"", rows[i].text);
	}
}

static void
folders(void)
{
	char top[] = "/tmp/test_journald.XXXXXX";
	const char *id, *file;

	if (!ok(mkdtemp(top) != NULL, "a folder of the test's own"))
		return;
	ok(!rep_journald_is_folder(top), "an empty folder is no journal");
	id = rep_arena_printf(arena, "%s/" ID, top).p;
	file = rep_arena_printf(arena, "%s/system.journal", id).p;
	ok(mkdir(id, 0700) == 0 && !rep_journald_is_folder(top), "nor one with an empty folder");
	ok(mkdir(file, 0700) == 0 && rep_journald_is_folder(id), "one with a file of that name is");
	ok(rep_journald_is_folder(top), "and the one above it");
	ok(!rep_journald_is_folder(file) && !rep_journald_is_folder("/nowhere/at/all"),
	    "what is not there is none");
	ok(rmdir(file) == 0 && rmdir(id) == 0 && rmdir(top) == 0, "removed");
	ok(rep_journald_is_file("user-1000.journal") && rep_journald_is_file("system@1.journal~") &&
		!rep_journald_is_file("journal") && !rep_journald_is_file("a.journal.gz"),
	    "names of files");
	ok(rep_journald_is_id(ID) && !rep_journald_is_id("remote") && !rep_journald_is_id(ID "0") &&
		!rep_journald_is_id("3D1219c7c4c5404aaa1f6d2a48adfda4"),
	    "names of machines");
}

/* What is read from the line is what the entry says. */
static void
read_again(const char *name, const struct rep_journald_entry *e, int64_t at_s, struct rep_str tag,
    struct rep_str pid)
{
	struct rep_journal_entry got = { 0 };
	struct rep_err err = { .msg = "" };
	struct rep_buf b;
	struct rep_str line;

	rep_buf_init(&b, 1 << 20);
	rep_journald_line(&b, e);
	line = rep_buf_str(&b);
	ok(line.n > 0 && line.p[line.n - 1] == '\n' && rep_str_chr(line, '\n', 0) == line.n - 1 &&
		rep_str_starts(line, REP_S("{\"__REALTIME_TIMESTAMP\":\"")) &&
		rep_journal_parse(line, arena, &got, &err) == REP_OK && got.at_s == at_s &&
		rep_str_eq(got.message, e->message) && rep_str_eq(got.host, e->host) &&
		rep_str_eq(got.tag, tag) && rep_str_eq(got.pid, pid),
	    "%s", name);
	rep_buf_fini(&b);
}

static void
lines(void)
{
	struct rep_journald_entry e = { .at_us = 1793688131999999,
		.source_us = REP_S("1793688130999999"),
		.host = REP_S("mx1"),
		.tag = REP_S("postfix/smtp"),
		.syslog_pid = REP_S("7"),
		.pid = REP_S("8"),
		.message = REP_S("4F1: removed") };

	read_again("an entry", &e, 1793688130, e.tag, e.syslog_pid);
	e.source_us.n = e.syslog_pid.n = 0;
	read_again("journald's time, and its pid", &e, 1793688131, e.tag, e.pid);
	e.message = REP_S("r\xc3\xa9p \"\\ \n\t\x01\x7f");
	read_again("text with quotes, breaks and controls", &e, 1793688131, e.tag, e.pid);
	e.message = REP_S("r\xe9p\n");
	read_again("bytes that are no text", &e, 1793688131, e.tag, e.pid);
	e.message = (struct rep_str){ "a\0b", 3 };
	read_again("a NUL", &e, 1793688131, e.tag, e.pid);
	e.tag = REP_S("postfix/smtp[9]");
	read_again("a pid in the tag", &e, 1793688131, REP_S("postfix/smtp"), e.pid);
	read_again("nothing", &(struct rep_journald_entry){ .at_us = 5 }, 0, REP_S(""), REP_S(""));
}

static void
cursors(void)
{
	static const struct {
		const char *before, *after;
		bool known;
		uint64_t n;
		uint64_t at_us; /* of the first */
	} rows[] = {
		{ "s=a1;i=a;b=c;m=1;t=ff;x=1", "s=a1;i=1f;b=c;m=1;t=100;x=1", true, 20, 255 },
		{ "s=a1;i=a;t=ff", "s=a1;i=b;t=ff", true, 0, 255 },
		{ "s=a1;i=b;t=ff", "s=a1;i=a;t=fe", true, 0, 255 },
		{ "s=a1;i=a;t=1", "s=a2;i=1f;t=2", false, 0, 1 },
		{ "i=a", "i=b", false, 0, 0 },
		{ "s=a1;i=", "s=a1;i=b", false, 0, 0 },
		{ "s=a1;i=g", "s=a1;i=b", false, 0, 0 },
		{ "s=a1;i=11111111111111111", "s=a1;i=b", false, 0, 0 },
		{ "", "s=a1;i=b;t=1", false, 0, 0 },
		{ ";;;=;s", "s=;i=1;t", false, 0, 0 },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct rep_str a = rep_str_c(rows[i].before), b = rep_str_c(rows[i].after);
		uint64_t n = 0;

		ok(rep_journald_lost(a, b, &n) == rows[i].known && n == rows[i].n &&
			rep_journald_at_us(a) == rows[i].at_us,
		    "cursors: \"%s\", \"%s\"", rows[i].before, rows[i].after);
	}
}

int
main(void)
{
	arena = rep_arena_new(1 << 20);
	meant();
	folders();
	lines();
	cursors();
	rep_arena_free(arena);
	return done();
}
