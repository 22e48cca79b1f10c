/*
 * tests/unit/test_program.c -- programs that take a message, and files that hold a secret.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tap.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "io/program.h"
#include "act/secret.h"
#include "base/buf.h"

static const char *const env[] = { "PATH=/usr/bin:/bin", "ONLY=this", NULL };
static char top[64], path[128];

static enum rep_rc
shell(const char *script, struct rep_str in, int timeout_ms, struct rep_program_end *end,
    struct rep_err *err)
{
	const char *const argv[] = { "/bin/sh", "-c", script, NULL };
	const struct rep_program p = {
		.argv = argv, .env = env, .in = in, .timeout_ms = timeout_ms
	};

	*end = (struct rep_program_end){ .code = -1 };
	return rep_program_run(&p, end, err);
}

static int64_t
steady_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
test_runs(void)
{
	static const struct {
		const char *script, *in;
		int code;
		const char *said;
	} rows[] = {
		{ "exit 0", "", 0, "" },
		{ "cat; exit 3", "a\n\n  b\x1b[31m \xff", 3, "a b?[31m ?" },
		{ "echo out; echo err >&2; exit 75", "", 75, "out err" },
		{ "kill -9 $$", "", 137, "" },
		{ "env | grep -v '^PWD=\\|^SHLVL=\\|^_=' | sort; pwd", "", 0,
		    "ONLY=this PATH=/usr/bin:/bin /" },
		{ "ls /proc/self/fd | wc -l", "", 0, "4" }, /* ls has the folder open itself */
		/* a signal that we ignore or hold is neither to it; 32 and 33 are glibc's own */
		{ "grep -cE '^Sig(Blk|Ign):.*0000000$' /proc/self/status", "", 0, "2" },
	};
	struct rep_program_end end;
	struct rep_err err = { .msg = "" };
	sigset_t held;

	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)sigemptyset(&held);
	(void)sigaddset(&held, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &held, NULL);
	(void)fcntl(STDOUT_FILENO, F_DUPFD, 40); /* not closed on exec */
	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		is_int(shell(rows[i].script, rep_str_c(rows[i].in), 20000, &end, &err), REP_OK,
		    "it runs: %s", rows[i].script);
		is_int(end.code, rows[i].code, "its exit code");
		is_str(rep_str_c(end.said), rows[i].said, "what it said");
	}
	(void)signal(SIGPIPE, SIG_DFL);
}

/* More than a pipe holds, in both directions; and nothing of it read. */
static void
test_pipes(void)
{
	struct rep_program_end end;
	struct rep_err err = { .msg = "" };
	struct rep_buf big;

	rep_buf_init(&big, 1 << 20);
	for (int i = 0; i < 30000; i++)
		rep_buf_add(&big, REP_S("0123456789 abcdefghij\n"));
	is_int(shell("wc -c", rep_buf_str(&big), 20000, &end, &err), REP_OK, "a large message");
	is_str(rep_str_c(end.said), "660000", "arrives whole");
	is_int(shell("cat", rep_buf_str(&big), 20000, &end, &err), REP_OK,
	    "one that says a lot does not wait for us");
	is_int((int)strlen(end.said), REP_PROGRAM_SAID_MAX, "of which the beginning is kept");
	is_int(shell("exec <&-; exit 0", rep_buf_str(&big), 20000, &end, &err), REP_OK,
	    "one that reads nothing raises no signal here");
	is_int(end.code, 0, "and is believed");
	rep_buf_fini(&big);
}

/* All of an answer is kept, also what is still in the pipe when the program has ended; complaints are not. */
static void
test_whole(void)
{
	static const char script[] =
	    "echo no >&2; i=0; while [ $i -lt 4000 ]; do echo 0123456789abcde; "
	    "i=$((i+1)); done";
	const char *const argv[] = { "/bin/sh", "-c", script, NULL };
	struct rep_buf whole;
	struct rep_program p = { .argv = argv, .env = env, .timeout_ms = 20000, .whole = &whole };
	struct rep_program_end end;
	struct rep_err err = { .msg = "" };

	rep_buf_init(&whole, 1 << 20);
	is_int(rep_program_run(&p, &end, &err), REP_OK, "a long answer");
	ok(whole.n == 64000 && !whole.full && end.code == 0, "is kept whole: %zu", whole.n);
	is_str(rep_str_sub(rep_buf_str(&whole), 63984, 16), "0123456789abcde\n", "to its end");
	is_str(rep_str_c(end.said), "", "without what it complains of");
	rep_buf_fini(&whole);
	rep_buf_init(&whole, 1000);
	is_int(rep_program_run(&p, &end, &err), REP_OK, "a longer answer than there is room for");
	ok(whole.full && whole.n <= 1000, "is known to be cut");
	rep_buf_fini(&whole);
}

static void
test_late(void)
{
	struct rep_program_end end;
	struct rep_err err = { .msg = "" };
	char script[256];
	int64_t begun = steady_ms();
	struct stat st;

	snprintf(script, sizeof script, "(sleep 3; touch %s/late) & trap '' TERM; sleep 60", top);
	is_int(shell(script, REP_S(""), 300, &end, &err), REP_ETIMEOUT, "one that hangs is ended");
	is_str(
	    rep_str_c(err.msg), "/bin/sh did not end within 300 ms, and was killed", "and named");
	ok(steady_ms() - begun < 2500, "in time");
	snprintf(script, sizeof script, "%s/late", top);
	while (steady_ms() - begun < 3500)
		(void)nanosleep(&(struct timespec){ .tv_nsec = 50000000 }, NULL);
	ok(stat(script, &st) != 0, "with its children");
	begun = steady_ms();
	is_int(shell("sleep 5 & exit 0", REP_S(""), 20000, &end, &err), REP_OK,
	    "what it leaves in the background");
	ok(steady_ms() - begun < 2500, "is not waited for");
}

static void
test_missing(void)
{
	const char *argv[] = { "/nonexistent/tell-me", NULL };
	const struct rep_program p = { .argv = argv, .env = env, .timeout_ms = 1000 };
	struct rep_program_end end;
	struct rep_err err = { .msg = "" };

	is_int(rep_program_run(&p, &end, &err), REP_ENOTFOUND, "a program that is missing");
	is_str(rep_str_c(err.msg), "/nonexistent/tell-me: No such file or directory", "is named");
	argv[0] = "/etc/passwd";
	is_int(rep_program_run(&p, &end, &err), REP_EIO, "one that is none");
	is_str(rep_str_c(err.msg), "/etc/passwd: Permission denied", "says why");
}

/* --- secrets ----------------------------------------------------------------------------------------- */

static void
put(struct rep_str content, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, content.p, content.n) != (ssize_t)content.n ||
	    fchmod(fd, mode) != 0)
		exit(1);
	(void)close(fd);
}

static void
test_secrets(void)
{
	static const struct {
		const char *content;
		mode_t mode;
		const char *want; /* the secret, or the end of the sentence */
		bool good;
	} rows[] = {
		{ "t0ken\nmore\n", 0600, "t0ken", true },
		{ "with blanks \r\n", 0400, "with blanks ", true },
		{ "no end", 0600, "no end", true },
		{ "t0ken\n", 0640, "can be read by others (mode 0640); fix it: chmod 600 ", false },
		{ "t0ken\n", 0604, "can be read by others (mode 0604); fix it: chmod 600 ", false },
		{ "", 0600, "its first line is empty", false },
		{ "\nt0ken\n", 0600, "its first line is empty", false },
		{ "t0k\x01n\n", 0600, "its first line is not plain text (printable ASCII)", false },
		{ "t\xc3\xb6ken\n", 0600, "its first line is not plain text (printable ASCII)",
		    false },
	};
	struct rep_secret s = { .n = 0 };
	struct rep_err err = { .msg = "" };
	char longest[REP_SECRET_MAX + 1];

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		put(rep_str_c(rows[i].content), rows[i].mode);
		is_int(rep_secret_read(path, &s, &err), rows[i].good ? REP_OK : REP_EIO,
		    "secret: row %zu", i + 1);
		if (rows[i].good)
			is_str(rep_secret_str(&s), rows[i].want, "it is the first line");
		else
			ok(strstr(err.msg, rows[i].want) != NULL && strstr(err.msg, "t0") == NULL,
			    "why not, without what is in it: %s", err.msg);
	}
	memset(longest, 'x', sizeof longest);
	put((struct rep_str){ longest, REP_SECRET_MAX }, 0600);
	is_int(rep_secret_read(path, &s, &err), REP_OK, "the longest secret");
	is_int((int)s.n, REP_SECRET_MAX, "is whole");
	put((struct rep_str){ longest, REP_SECRET_MAX + 1 }, 0600);
	is_int(rep_secret_read(path, &s, &err), REP_EIO, "a longer one is refused");
	is_int(rep_secret_read(top, &s, &err), REP_EIO, "a folder is none");
	(void)unlink(path);
	is_int(rep_secret_read(path, &s, &err), REP_EIO, "none at all");
	ok(mkfifo(path, 0600) == 0 && rep_secret_read(path, &s, &err) == REP_EIO,
	    "a pipe is not waited for");
	(void)unlink(path);
}

int
main(void)
{
	snprintf(top, sizeof top, "/tmp/reputed-program.XXXXXX");
	if (mkdtemp(top) == NULL)
		return 1;
	snprintf(path, sizeof path, "%s/secret", top);
	test_runs();
	test_pipes();
	test_whole();
	test_late();
	test_missing();
	test_secrets();
	(void)rmdir(top);
	return done();
}
