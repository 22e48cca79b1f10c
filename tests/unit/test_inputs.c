/*
 * unit/test_inputs.c -- folders that others can write: no link is followed in them, nothing in them
 * is waited for, and what is left out is said by its name.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "engine/files.h"
#include "engine/inputs.h"
#include "engine/order.h"
#include "base/buf.h"
#include "tap.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static const char mail[] = "From: a@shop.example\nSubject: x\n\ny\n";

static char top[] = "/tmp/test_inputs.XXXXXX";
static struct rep_buf said;
static struct rep_arena *arena;

static void
on_problem(void *ctx, const struct rep_problem *p)
{
	(void)ctx;
	rep_buf_printf(&said, "%s%s\n", p->kind == REP_PROBLEM_INPUT ? "" : "note: ", p->text);
}

static const struct rep_session *
session(void)
{
	static struct rep_session s = { .problem = on_problem };

	s.arena = arena;
	rep_buf_clear(&said);
	return &s;
}

/* A path below top. Several are in use at a time. */
static const char *
at(const char *name)
{
	return rep_arena_printf(arena, "%s/%s", top, name).p;
}

static void
put(const char *name)
{
	int fd = open(at(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0 || write(fd, mail, sizeof mail - 1) < 0 || close(fd) != 0) {
		ok(false, "the test's own file %s", name);
		exit(1);
	}
}

static bool
told(const char *name, const char *what)
{
	const char *path = at(name);
	struct rep_str all = rep_buf_str(&said), line;

	for (size_t i = 0, nl; i < all.n; i = nl + 1) {
		nl = rep_str_chr(all, '\n', i);
		line = rep_str_sub(all, i, nl - i);
		if (rep_str_starts(line, rep_str_c(path)) &&
		    rep_str_find(line, rep_str_c(what), 0) != SIZE_MAX)
			return true;
	}
	printf("# not told of %s: %s\n# told: %.*s\n", name, what, REP_PR(all));
	return false;
}

static struct rep_inputs
expand(const char *path)
{
	struct rep_inputs in = { NULL, 0 };
	struct rep_err err = { .msg = "" };

	if (rep_inputs_expand(session(), &path, 1, &in, &err) != REP_OK)
		ok(false, "expand: %s", err.msg);
	return in;
}

/* How many of the inputs can be opened. What cannot is in `said`. */
static unsigned
opened(const struct rep_inputs *in)
{
	static const struct rep_reader_params forked = { .exe = NULL };
	struct rep_order order = { .v = NULL };
	struct rep_reader *reader = NULL;
	struct rep_err err = { .msg = "" };
	unsigned n = 0;

	if (rep_reader_new(&forked, &reader, &err) != REP_OK ||
	    rep_order_make(session(), reader, in, false, &order, &err) != REP_OK)
		ok(false, "order: %s", err.msg);
	for (size_t i = 0; i < order.n; i++)
		n += !order.v[i].bad;
	rep_order_fini(&order);
	rep_reader_free(reader);
	return n;
}

static void
make_socket(const char *name)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(a.sun_path, sizeof a.sun_path, "%s", at(name));
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) != 0)
		ok(false, "a socket");
	(void)close(fd);
}

/* What is no file is left out, said by its name, and the rest is used. */
static void
strange(void)
{
	struct rep_inputs in;

	put("secret");
	(void)mkdir(at("box"), 0755);
	(void)mkdir(at("box/sub"), 0755);
	put("box/mail");
	put("box/sub/mail");
	(void)symlink(at("secret"), at("box/link"));
	(void)symlink("../secret", at("box/up"));
	(void)symlink("mail", at("box/current"));
	(void)symlink(top, at("box/folder"));
	(void)mkfifo(at("box/pipe"), 0644);
	make_socket("box/socket");
	in = expand(at("box"));
	is_int((int64_t)in.n, 2, "strange: the files are found");
	ok(told("box/link", "link"), "strange: a link to a file is said");
	ok(told("box/up", "link"), "strange: a link out of the folder is said");
	ok(told("box/folder", "link"), "strange: a link to a folder is said");
	ok(told("box/pipe", "pipe"), "strange: a pipe is said");
	ok(told("box/socket", "socket"), "strange: a socket is said");
	ok(rep_str_find(rep_buf_str(&said), REP_S("current"), 0) == SIZE_MAX,
	    "strange: a link to a neighbour is not, which is read by its own name");
	is_int(opened(&in), 2, "strange: the files are opened");
}

/* What was a file when the folder was listed is something else when it is opened. */
static void
exchanged(void)
{
	static const char *const names[] = { "race/a", "race/b", "race/c", "race/d", "race/sub/e",
		"race/f" };
	struct rep_inputs in;
	unsigned n;

	(void)mkdir(at("race"), 0755);
	(void)mkdir(at("race/sub"), 0755);
	(void)mkdir(at("other"), 0755);
	put("other/e");
	for (size_t i = 0; i < REP_COUNT(names); i++)
		put(names[i]);
	in = expand(at("race"));
	is_int((int64_t)in.n, REP_COUNT(names), "exchanged: all are found");
	for (size_t i = 0; i < 4; i++)
		(void)unlink(at(names[i]));
	(void)symlink(at("secret"), at("race/a"));
	(void)mkfifo(at("race/b"), 0644);
	(void)mkdir(at("race/c"), 0755);
	make_socket("race/d");
	(void)rename(at("race/sub"), at("race/was"));
	(void)symlink(at("other"), at("race/sub"));
	n = opened(&in);
	is_int(n, 1, "exchanged: only what is still a file is opened");
	ok(told("race/a", "link"), "exchanged: a link instead of a file");
	ok(told("race/b", "is a pipe"), "exchanged: a pipe instead of a file does not hang");
	ok(told("race/c", "is a folder"), "exchanged: a folder instead of a file");
	ok(told("race/d", ""), "exchanged: a socket instead of a file");
	ok(told("race/sub/e", "link"), "exchanged: a link instead of the folder above");
}

/* What a person names is followed: a link to a file, a link to a folder, a pipe of a shell. */
static void
named(void)
{
	struct rep_inputs in;
	int fd[2];

	(void)symlink(at("secret"), at("to-file"));
	(void)symlink(at("box"), at("to-folder"));
	in = expand(at("to-file"));
	ok(in.n == 1 && opened(&in) == 1, "named: a link to a file is followed");
	in = expand(at("to-folder"));
	ok(in.n == 2 && opened(&in) == 2, "named: a link to a folder is followed");
	in = expand(at("to-folder/"));
	ok(in.n == 2 && opened(&in) == 2, "named: with a slash, too");
	if (pipe(fd) != 0 || write(fd[1], mail, sizeof mail - 1) < 0)
		return;
	(void)close(fd[1]);
	in = expand(rep_arena_printf(arena, "/proc/self/fd/%d", fd[0]).p);
	ok(in.n == 1 && opened(&in) == 1, "named: a pipe is read");
	(void)close(fd[0]);
}

/* A second name of somebody's file, in a folder of somebody else. */
static void
second_names(void)
{
	struct rep_inputs in;

	if (geteuid() != 0) {
		skip("second names of files: only root can make another's");
		return;
	}
	(void)mkdir(at("theirs"), 0755);
	put("theirs/own");
	put("theirs/given");
	(void)chown(at("theirs"), 1001, 1001);
	(void)chown(at("theirs/own"), 1001, 1001);
	(void)chown(at("theirs/given"), 1002, 1002);
	(void)link(at("theirs/own"), at("theirs/copy"));
	put("of-another");
	(void)chown(at("of-another"), 1002, 1002);
	(void)link(at("of-another"), at("theirs/taken"));
	in = expand(at("theirs"));
	is_int((int64_t)in.n, 4, "second names: all are found");
	is_int(opened(&in), 3, "second names: a mail and its copy, and what another gave");
	ok(told("theirs/taken", "a hard link"), "second names: one of another's file is said");
	put("roots");
	(void)link(at("roots"), at("theirs/roots"));
	in = expand(at("theirs"));
	is_int(opened(&in), 3, "second names: one of a file of root is not read");
	ok(told("theirs/roots", "a hard link"), "second names: and said");
	(void)mkdir(at("ours"), 0755);
	(void)link(at("of-another"), at("ours/backup"));
	in = expand(at("ours"));
	is_int(opened(&in), 1, "second names: in a folder of root alone they are its own doing");
}

/* A file that nobody named: a pipe in its place is not waited for. */
static void
own_files(void)
{
	struct rep_err err = { .msg = "" };
	struct rep_str s;

	ok(rep_file_read_own(arena, at("secret"), 1000, &s, &err) == REP_OK &&
		rep_str_eq(s, rep_str_c(mail)),
	    "own: a file is read");
	ok(rep_file_read_own(arena, at("box/pipe"), 1000, &s, &err) == REP_EIO &&
		strstr(err.msg, "is a pipe") != NULL,
	    "own: a pipe is not waited for: %s", err.msg);
	ok(rep_file_read_own(arena, at("none"), 1000, &s, &err) == REP_EIO, "own: no file");
	ok(rep_file_read_own(arena, top, 1000, &s, &err) == REP_EIO, "own: a folder");
	ok(rep_file_read_own(arena, at("secret"), 5, &s, &err) == REP_ELIMIT, "own: too large");
}

/* A folder, and one below, that cannot be read; one bad input does not stop the rest. */
static void
locked(void)
{
	struct rep_inputs in;

	(void)mkdir(at("locked"), 0755);
	(void)mkdir(at("locked/deep"), 0755);
	put("locked/a");
	put("locked/b");
	put("locked/deep/c");
	(void)chmod(at("locked/a"), 0);
	(void)chmod(at("locked/deep"), 0);
	(void)chmod(top, 0755);
	if (geteuid() == 0 && seteuid(1003) != 0)
		return;
	in = expand(at("locked"));
	is_int((int64_t)in.n, 2, "locked: the files that are seen");
	ok(told("locked/deep", "Permission denied"), "locked: the folder below is said");
	is_int(opened(&in), 1, "locked: the other file is read");
	ok(told("locked/a", "Permission denied"), "locked: the file is said, with the reason");
	if (getuid() == 0)
		(void)seteuid(0);
	(void)chmod(at("locked/deep"), 0755);
}

static void
packed_names(void)
{
	static const char *const yes[] = { "mail.log.2.gz", "/a/mail.LOG.XZ", "m.bz2", "m.zst",
		"m.zip" };
	static const char *const not [] = { "", "gz", "mail.log", "mail.gz.log", "mail.gz/log",
		"mail.log.1" };

	for (size_t i = 0; i < REP_COUNT(yes); i++)
		ok(rep_file_name_packed(rep_str_c(yes[i])), "packed: %s", yes[i]);
	for (size_t i = 0; i < REP_COUNT(not ); i++)
		ok(!rep_file_name_packed(rep_str_c(not [i])), "not packed: \"%s\"", not [i]);
}

int
main(void)
{
	char command[128];

	(void)alarm(60); /* what hangs ends so */
	rep_buf_init(&said, 1 << 20);
	arena = rep_arena_new(16 << 20);
	if (arena == NULL || mkdtemp(top) == NULL)
		return 1;
	strange();
	exchanged();
	named();
	second_names();
	own_files();
	locked();
	packed_names();
	snprintf(command, sizeof command, "rm -rf %s", top);
	if (system(command) != 0)
		printf("# %s is left\n", top);
	rep_arena_free(arena);
	rep_buf_fini(&said);
	return done();
}
