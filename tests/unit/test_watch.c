/*
 * unit/test_watch.c -- a log that grows, is rotated in each of the usual ways, goes and comes back; a mailbox.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "engine/watch.h"
#include "base/buf.h"
#include "tap.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char top[] = "/tmp/test_watch.XXXXXX";
static struct rep_buf said;
static struct rep_arena *arena;
static struct rep_watch *watch;
static int64_t clock_s;

static void
on_problem(void *ctx, const struct rep_problem *p)
{
	(void)ctx;
	rep_buf_printf(&said, "%s%s\n", p->kind == REP_PROBLEM_INPUT ? "" : "note: ", p->text);
}

static const char *
at(const char *name)
{
	return rep_arena_printf(arena, "%s/%s", top, name).p;
}

/* Writes at the end of a file, which was then changed `ago` seconds before the test's clock. */
static void
append(const char *name, const char *text, int64_t ago)
{
	int fd = open(at(name), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	struct timespec t[2] = { { .tv_sec = clock_s - ago }, { .tv_sec = clock_s - ago } };

	if (fd < 0 || write(fd, text, strlen(text)) < 0 || futimens(fd, t) != 0 || close(fd) != 0) {
		ok(false, "the test's own file %s", name);
		exit(1);
	}
}

/* The names that a look gives, each with a blank behind it. Kept, unless `keep` is false. */
static struct rep_str
look(bool keep)
{
	static struct rep_buf names;
	struct rep_session s = { .arena = arena, .clock_s = clock_s, .problem = on_problem };
	struct rep_err err = { .msg = "" };
	struct rep_inputs got = { 0 };
	bool worked;

	rep_buf_fini(&names);
	rep_buf_init(&names, 1 << 16);
	rep_buf_clear(&said);
	rep_watch_clear(watch);
	worked = rep_watch_look(watch, &s, &got, &err) == REP_OK;
	if (!worked)
		rep_buf_printf(&names, "failed: %s", err.msg);
	for (size_t i = 0; i < got.n; i++)
		rep_buf_printf(&names, "%s ", got.v[i].path + strlen(top) + 1);
	if (worked && keep)
		rep_watch_keep(watch, clock_s);
	clock_s += 5;
	return rep_buf_str(&names);
}

static void
begin(const char *const *names, size_t n, int64_t since_s)
{
	const char *paths[4];
	struct rep_err err = { .msg = "" };

	rep_watch_free(watch);
	for (size_t i = 0; i < n; i++)
		paths[i] = at(names[i]);
	if (rep_watch_new(paths, n, since_s, &watch, &err) != REP_OK) {
		ok(false, "a watch: %s", err.msg);
		exit(1);
	}
}

static bool
awake(void)
{
	struct pollfd p = { .fd = rep_watch_fd(watch), .events = POLLIN };

	return poll(&p, 1, 2000) == 1;
}

static void
a_log(void)
{
	static const char *const names[] = { "a.log" };

	append("a.log", "one\n", 0);
	append("a.log.1", "of an older day\n", 0);
	begin(names, 1, 0);
	is_str(look(false), "a.log ",
	    "a log is given, and nothing beside it when nothing was read before");
	is_str(look(true), "a.log ", "again, as the first look was not kept");
	is_str(look(true), "", "a log that did not change is not given");
	append("a.log", "two\n", 0);
	ok(awake(), "a log that grows wakes the watch");
	is_str(look(true), "a.log ", "and is given");

	ok(rename(at("a.log"), at("a.log.2")) == 0, "it is renamed");
	is_str(look(true), "", "a log that was only renamed has nothing new");
	ok(rep_str_find(rep_buf_str(&said), REP_S("is not there"), 0) != SIZE_MAX,
	    "it is told that it is gone");
	is_str(look(true), "", "the second look");
	is_int((int64_t)said.n, 0, "does not tell it again");
	append("a.log.2", "late\n", 0);
	is_str(look(true), "a.log.2 ", "what is still written to the old file is given");
	append("a.log", "three\n", 0);
	is_str(look(true), "a.log ", "the new file is given");
	ok(rep_str_find(rep_buf_str(&said), REP_S("note: "), 0) == 0, "it is told that it is back");
	append("a.log.2", "very late\n", 0);
	is_str(look(true), "a.log.2 ", "the old file, while the new one is there");
	clock_s += REP_WATCH_BESIDE_S;
	append("a.log.2", "too late\n", 0);
	is_str(look(true), "", "some minutes later it is no part of the log any more");
}

static void
copied(void)
{
	static const char *const names[] = { "b.log" };

	append("b.log", "one\ntwo\n", 0);
	begin(names, 1, 0);
	is_str(look(true), "b.log ", "a log");
	append("b.log", "unread\n", 0);
	append("b.log-20261130", "one\ntwo\nunread\n", 0);
	ok(truncate(at("b.log"), 0) == 0, "it is copied and cut");
	append("b.log", "new\n", 0);
	is_str(look(true), "b.log-20261130 b.log ", "the copy is given before the log itself");
}

static void
packed(void)
{
	static const char *const names[] = { "c.log" };

	append("c.log.3.gz", "read long ago", 5000);
	append("c.log.2.gz", "written while nobody watched", 100);
	append("c.log", "today\n", 0);
	append("c.logic", "another log\n", 0);
	begin(names, 1, clock_s - 1000);
	is_str(look(true), "c.log.2.gz c.log ",
	    "after a stop, what was rotated and packed meanwhile is given, and nothing older");
}

/* A look of the future, since the clock was set back, says nothing of what was written since. */
static void
set_back(void)
{
	static const char *const names[] = { "h.log" };

	append("h.log.1", "written while nobody watched", 100);
	append("h.log", "one\n", 0);
	begin(names, 1, clock_s + 86400);
	is_str(look(true), "h.log.1 h.log ", "stopped while the clock was ahead");
	clock_s -= 3600;
	ok(rename(at("h.log"), at("h.log.2")) == 0, "rotated just after the clock was set back");
	append("h.log", "new\n", 0);
	is_str(look(true), "h.log ", "what was read is not given again");
	append("h.log.2", "the rest\n", 0);
	is_str(look(true), "h.log.2 ", "what is still written to it is");
}

/* What was rotated is found also when looks fail for long, and when the log is not there at first. */
static void
missed(void)
{
	static const char *const names[] = { "e.log", "f.log" }, *const one[] = { "g.log" };

	append("e.log", "one\n", 0);
	append("f.log", "one\n", 0);
	begin(names, 2, 0);
	is_str(look(true), "e.log f.log ", "two logs");
	append("e.log", "unread\n", 0);
	ok(rename(at("e.log"), at("e.log.1")) == 0, "one is renamed");
	append("e.log", "new\n", 0);
	is_str(look(false), "e.log.1 e.log ", "the pass over it fails");
	clock_s += 2 * REP_WATCH_BESIDE_S;
	is_str(look(true), "e.log.1 e.log ", "and again some minutes later: nothing is lost");

	append("f.log-1.gz", "while nobody watched", 100);
	append("g.log.1", "while nobody watched", 100);
	begin(names, 2, clock_s - 1000);
	is_str(look(true), "e.log f.log-1.gz f.log ", "after a stop, beside each of two logs");
	begin(one, 1, clock_s - 1000);
	is_str(look(true), "g.log.1 ", "beside a log that is not there yet");
	append("g.log", "new\n", 0);
	is_str(look(true), "g.log ", "which comes later");

	append("mail-20261130.log", "rotated before its ending\n", 100);
	append("mail-server.log", "another log\n", 100);
	append("mail.log", "new\n", 0);
	begin((const char *const[]){ "mail.log" }, 1, clock_s - 1000);
	is_str(look(true), "mail-20261130.log mail.log ", "a date in front of the ending");
}

/* What cannot be watched is said once. */
static void
strange(void)
{
	static const char *const names[] = { "pipe", "odd" };

	if (mkfifo(at("pipe"), 0644) != 0 || mkdir(at("odd"), 0755) != 0 ||
	    symlink("/etc/passwd", at("odd/link")) != 0)
		exit(1);
	append("odd/mail", "From: a@shop.example\n\nx\n", 0);
	begin(names, 2, 0);
	is_str(look(true), "odd/mail ", "a pipe, and a folder with a link in it");
	ok(rep_str_find(rep_buf_str(&said), REP_S("pipe is a pipe"), 0) != SIZE_MAX &&
		rep_str_find(rep_buf_str(&said), REP_S("odd/link"), 0) != SIZE_MAX,
	    "both are told");
	is_str(look(true), "", "the next look");
	is_int((int64_t)said.n, 0, "does not tell them again");
	ok(chmod(at("odd/mail"), 0600) == 0, "a mail gets another mode");
	is_str(look(true), "odd/mail ", "it is given again, as it may be readable now");
}

static void
locked(void)
{
	static const char *const names[] = { "d.log", "d.missing" };

	append("d.log", "one\n", 0);
	begin(names, 2, 0);
	is_str(look(true), "d.log ", "one of two paths is not there: the other is given");
	ok(rep_str_find(rep_buf_str(&said), REP_S("d.missing is not there"), 0) != SIZE_MAX,
	    "that it never was there is told");
	if (geteuid() == 0) {
		printf(
		    "ok %u - a log without permission # SKIP root may read everything\n", ++tap_n);
		return;
	}
	ok(chmod(at("d.log"), 0) == 0, "a log loses its permission");
	is_str(look(true), "", "it is not given");
	ok(rep_str_find(rep_buf_str(&said), REP_S("cannot be read"), 0) != SIZE_MAX,
	    "and that is told");
}

static void
mailbox(void)
{
	static const char *const names[] = { "box", "box/new/1" };

	if (mkdir(at("box"), 0755) != 0 || mkdir(at("box/new"), 0755) != 0 ||
	    mkdir(at("box/cur"), 0755) != 0)
		exit(1);
	append("box/new/1", "From: a@shop.example\n\nx\n", 0);
	begin(names, 2, 0);
	is_str(look(true), "box/new/1 ", "a file that is watched in two ways is given once");
	append("box/new/2", "From: b@shop.example\n\nx\n", 0);
	ok(awake(), "a new mail wakes the watch");
	is_str(look(true), "box/new/2 ", "only the new mail is given");
	ok(rename(at("box/new/2"), at("box/cur/2:2,S")) == 0, "it is read in a mail program");
	is_str(look(true), "", "and is not given again");
}

int
main(void)
{
	struct rep_err err = { .msg = "" };
	const char *many[REP_WATCH_PATHS + 1];
	char remove[80];

	arena = rep_arena_new(64 << 20);
	rep_buf_init(&said, 1 << 16);
	clock_s = 1700000000;
	if (mkdtemp(top) == NULL)
		return 1;
	a_log();
	copied();
	packed();
	missed();
	set_back();
	strange();
	locked();
	mailbox();
	for (size_t i = 0; i < REP_COUNT(many); i++)
		many[i] = "/nowhere";
	rep_watch_free(watch);
	ok(rep_watch_new(many, REP_WATCH_PATHS, 0, &watch, &err) == REP_OK, "the most paths");
	rep_watch_free(watch);
	ok(rep_watch_new(many, REP_COUNT(many), 0, &watch, &err) == REP_ELIMIT &&
		rep_str_find(rep_str_c(err.msg), REP_S("64"), 0) != SIZE_MAX,
	    "one more is refused, with the number");
	rep_buf_fini(&said);
	rep_arena_free(arena);
	snprintf(remove, sizeof remove, "rm -rf %s", top);
	if (system(remove) != 0)
		return 1;
	return done();
}
