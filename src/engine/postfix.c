/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* pipe2 */
#include "engine/postfix.h"
#include "intake/lines.h"
#include "base/buf.h"
#include "base/time.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* --- programs -------------------------------------------------------------------------------------- */

struct program {
	pid_t pid;
	int out; /* its standard output */
};

/* Starts a program whose standard output we read. */
static enum rep_rc
start(char *const argv[], bool quiet, struct program *p, struct rep_err *err)
{
	posix_spawn_file_actions_t actions;
	char path[64];
	int fds[2], r;

	if (pipe2(fds, O_CLOEXEC) != 0)
		return rep_fail(err, REP_EIO, "%s: %s", argv[0], strerror(errno));
	if (posix_spawn_file_actions_init(&actions) != 0) {
		(void)close(fds[0]);
		(void)close(fds[1]);
		return rep_fail(err, REP_EMEM, "out of memory");
	}
	(void)posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	(void)posix_spawn_file_actions_adddup2(&actions, fds[1], STDOUT_FILENO);
	if (quiet)
		(void)posix_spawn_file_actions_addopen(
		    &actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	r = posix_spawnp(&p->pid, argv[0], &actions, NULL, argv, environ);
	if (r == ENOENT) { /* a user's PATH often lacks it */
		snprintf(path, sizeof path, "/usr/sbin/%s", argv[0]);
		r = posix_spawn(&p->pid, path, &actions, NULL, argv, environ);
	}
	(void)posix_spawn_file_actions_destroy(&actions);
	(void)close(fds[1]);
	p->out = fds[0];
	if (r == 0)
		return REP_OK;
	(void)close(fds[0]);
	return rep_fail(err, r == ENOENT ? REP_ENOTFOUND : REP_EIO, "%s: %s", argv[0], strerror(r));
}

/* Waits for its end. False when it failed. */
static bool
ended(struct program *p, int *code)
{
	int status = 0;
	pid_t r;

	(void)close(p->out);
	do
		r = waitpid(p->pid, &status, 0);
	while (r < 0 && errno == EINTR);
	*code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return r >= 0 && *code == 0;
}

/* --- the queue ------------------------------------------------------------------------------------- */

struct queue_reading {
	const struct rep_session *s;
	const char *name;
	rep_waiting_fn fn;
	void *ctx;
	struct rep_postfix_read n;
	struct rep_buf line; /* one line, whole */
	uint64_t lines;
};

/* The line in the buffer is complete. */
static enum rep_rc
one_line(struct queue_reading *r, struct rep_err *err)
{
	struct rep_err why = { .msg = "" };
	struct rep_queue_message m;
	enum rep_rc rc = REP_OK;

	r->lines++;
	if (r->line.full)
		(void)rep_fail(&why, REP_ELIMIT, "longer than %d MB", REP_POSTQUEUE_LINE_MAX >> 20);
	else if (r->line.n == 0)
		return REP_OK;
	if (r->line.full || rep_postqueue_read(r->line.p, r->line.n, &m, &why) != REP_OK) {
		rep_session_tell(r->s,
		    &(struct rep_problem){ .kind = REP_PROBLEM_INPUT,
			.text = why.msg,
			.file = r->name,
			.line = r->lines,
			.nth = ++r->n.bad,
			.line_skipped = true });
	} else {
		r->n.messages++;
		rc = r->fn(r->ctx, &m, err);
	}
	rep_buf_clear(&r->line);
	return rc;
}

/* These bytes come next. */
static enum rep_rc
take(struct queue_reading *r, struct rep_str bytes, struct rep_err *err)
{
	enum rep_rc rc;
	size_t nl;

	while (bytes.n > 0) {
		nl = rep_str_chr(bytes, '\n', 0);
		rep_buf_add(&r->line, rep_str_sub(bytes, 0, nl));
		if (nl == SIZE_MAX)
			break;
		if ((rc = one_line(r, err)) != REP_OK)
			return rc;
		bytes = rep_str_sub(bytes, nl + 1, bytes.n);
	}
	return REP_OK;
}

/* rc: how reading ended. The last line may have no end. */
static enum rep_rc
ended_with(struct queue_reading *r, enum rep_rc rc, struct rep_err *err)
{
	if (rc == REP_ENOTFOUND)
		rc = r->line.n > 0 ? one_line(r, err) : REP_OK;
	rep_buf_fini(&r->line);
	return rc;
}

static enum rep_rc
read_from(struct queue_reading *r, const char *path, struct rep_err *err)
{
	struct rep_lines *lines;
	struct rep_str bytes;
	enum rep_rc rc = rep_lines_open_as(path, r->name, &lines, err);

	if (rc != REP_OK)
		return rc;
	rep_buf_init(&r->line, REP_POSTQUEUE_LINE_MAX);
	while ((rc = rep_lines_bytes(lines, &bytes, err)) == REP_OK &&
	    (rc = take(r, bytes, err)) == REP_OK)
		;
	rc = ended_with(r, rc, err);
	rep_lines_close(lines);
	return rc;
}

enum rep_rc
rep_postfix_queue_input(const struct rep_session *s, const char *name, struct rep_reader *reader,
    const struct rep_reader_input *in, rep_waiting_fn fn, void *ctx, struct rep_postfix_read *out,
    struct rep_err *err)
{
	struct queue_reading r = { .s = s, .name = name, .fn = fn, .ctx = ctx };
	struct rep_str bytes;
	enum rep_rc rc = rep_reader_bytes(reader, in, UINT64_MAX, err);

	if (rc != REP_OK)
		return rc;
	rep_buf_init(&r.line, REP_POSTQUEUE_LINE_MAX);
	while ((rc = rep_reader_next_bytes(reader, &bytes, err)) == REP_OK &&
	    (rc = take(&r, bytes, err)) == REP_OK)
		;
	rc = ended_with(&r, rc, err);
	*out = r.n;
	return rc;
}

enum rep_rc
rep_postfix_queue(const struct rep_session *s, const char *path, rep_waiting_fn fn, void *ctx,
    struct rep_postfix_read *out, struct rep_err *err)
{
	static char name[] = "postqueue", option[] = "-j";
	char *const argv[] = { name, option, NULL };
	struct queue_reading r = { .s = s, .name = path, .fn = fn, .ctx = ctx };
	struct program p;
	char pipe_path[64];
	enum rep_rc rc;
	int code = 0;

	if (path != NULL) {
		if (strcmp(path, "-") == 0)
			r.name = "standard input";
		rc = read_from(&r, path, err);
	} else {
		r.name = "postqueue -j";
		if ((rc = start(argv, false, &p, err)) != REP_OK)
			return rc;
		snprintf(pipe_path, sizeof pipe_path, "/proc/self/fd/%d", p.out);
		rc = read_from(&r, pipe_path, err);
		if (!ended(&p, &code) && rc == REP_OK)
			rc = rep_fail(err, REP_EIO, "postqueue -j failed with exit code %d", code);
	}
	*out = r.n;
	return rc;
}

/* --- times ----------------------------------------------------------------------------------------- */

/* "5d", "300s", "1h": as postconf(5) has them. Without a unit it is `unit`. False: it is none. */
static bool
seconds(struct rep_str s, int64_t unit, int64_t *out)
{
	uint64_t v;

	if (rep_time_length(s, out))
		return true;
	if (!rep_str_u64(s, 100000000, &v))
		return false;
	*out = (int64_t)v * unit;
	return true;
}

bool
rep_postfix_says(char *const argv[], char *text, size_t size, struct rep_str *out)
{
	struct program p;
	size_t n = 0;
	ssize_t r;
	int code;

	if (start(argv, true, &p, NULL) != REP_OK)
		return false;
	while (n < size && (r = read(p.out, text + n, size - n)) > 0)
		n += (size_t)r;
	*out = (struct rep_str){ text, n };
	return ended(&p, &code);
}

void
rep_postfix_times(bool ask, struct rep_postfix_times *out)
{
	static char name[] = "postconf", option[] = "-xh", lifetime[] = "maximal_queue_lifetime",
		    bounce[] = "bounce_queue_lifetime", low[] = "minimal_backoff_time",
		    high[] = "maximal_backoff_time", run[] = "queue_run_delay";
	char *const argv[] = { name, option, lifetime, bounce, low, high, run, NULL };
	struct rep_postfix_times t = { .lifetime_s = 5 * REP_DAY_S,
		.bounce_lifetime_s = 5 * REP_DAY_S,
		.backoff_min_s = 300,
		.backoff_max_s = 4000,
		.run_s = 300 };
	struct rep_postfix_times got = t;
	int64_t *const fields[] = { &got.lifetime_s, &got.bounce_lifetime_s, &got.backoff_min_s,
		&got.backoff_max_s, &got.run_s };
	struct rep_str s;
	char text[512];

	*out = t;
	if (!ask || !rep_postfix_says(argv, text, sizeof text, &s))
		return;
	for (size_t i = 0; i < REP_COUNT(fields); i++) {
		size_t nl = rep_str_chr(s, '\n', 0);

		/* Only the two lifetimes are in days when they name no unit. */
		if (nl == SIZE_MAX ||
		    !seconds(rep_str_sub(s, 0, nl), i < 2 ? REP_DAY_S : 1, fields[i]))
			return;
		s = rep_str_sub(s, nl + 1, s.n);
	}
	got.asked = true;
	*out = got;
}
