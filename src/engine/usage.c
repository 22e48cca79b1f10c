/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/usage.h"
#include "base/own_file.h"
#include "engine/files.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	FILE_MAX = 1 << 20,
	KNOW_FILE_MAX = 4 << 20,
	SAVE_MS = 200,
	TURN_MS = 20 /* between two tries. Judgement: a sweep takes seconds */
};

struct usage {
	int fd;
	char path[1100];
	struct rep_limits limits;
	int64_t saved_ms;
};

/* --- files --------------------------------------------------------------------------------------- */

/* Makes the folders above a path. */
static void
make_folders(char *path)
{
	for (char *p = path + 1; *p != '\0'; p++)
		if (*p == '/') {
			*p = '\0';
			(void)mkdir(path, 0700);
			*p = '/';
		}
}

static struct rep_str
folder_of(struct rep_str path)
{
	size_t slash = rep_str_rchr(path, '/');

	return slash == SIZE_MAX ? REP_S(".") : rep_str_sub(path, 0, slash);
}

/*
 * Whoever asks lists has the file for the whole sweep, which can take as long as its own budget. We wait within ours.
 * False: errno; EWOULDBLOCK when it is over.
 */
static bool
take_turn(int fd, const struct rep_resolver *r)
{
	while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EINTR && (errno != EWOULDBLOCK || rep_resolver_left_ms(r) == 0))
			return false;
		(void)poll(NULL, 0, TURN_MS);
	}
	return true;
}

static enum rep_rc
usage_open(
    const struct rep_session *s, const struct rep_resolver *r, struct usage *u, struct rep_err *err)
{
	struct rep_str dir = folder_of(rep_str_c(rep_session_db(s)));
	struct rep_buf b;
	char chunk[4096];
	bool taken;
	ssize_t n;

	snprintf(u->path, sizeof u->path, "%.*s/list-usage", REP_PR(dir));
	make_folders(u->path);
	u->fd = rep_own_file_open(u->path, O_RDWR | O_CLOEXEC);
	taken = u->fd >= 0 && take_turn(u->fd, r);
	if (!taken && u->fd >= 0 && errno == EWOULDBLOCK)
		return rep_fail(err, REP_ETIMEOUT,
		    "%s: queries to blocklists cannot be counted now, because others ask lists all "
		    "the time, so none were sent: what lists say is unknown. Try again",
		    u->path);
	if (!taken)
		return rep_fail(err, REP_EIO,
		    "%s: %s: queries to blocklists cannot be counted, so none were sent", u->path,
		    strerror(errno));
	u->limits.a = s->arena;
	rep_buf_init(&b, FILE_MAX);
	while ((n = read(u->fd, chunk, sizeof chunk)) > 0)
		rep_buf_add(&b, (struct rep_str){ chunk, (size_t)n });
	rep_limits_read(&u->limits, rep_buf_str(&b));
	rep_buf_fini(&b);
	return REP_OK;
}

static enum rep_rc
usage_save(struct usage *u, struct rep_err *err)
{
	enum rep_rc rc = REP_OK;
	struct rep_buf b;

	if (!u->limits.changed)
		return REP_OK;
	rep_buf_init(&b, FILE_MAX);
	rep_limits_write(&u->limits, &b);
	if (pwrite(u->fd, b.p, b.n, 0) != (ssize_t)b.n || ftruncate(u->fd, (off_t)b.n) != 0)
		rc = rep_fail(err, REP_EIO, "%s: %s: queries to blocklists cannot be counted",
		    u->path, strerror(errno));
	rep_buf_fini(&b);
	u->limits.changed = false;
	return rc;
}

/* --- lists and keys -------------------------------------------------------------------------------- */

static void
on_problem(void *ctx, const char *sentence)
{
	rep_session_tell(ctx, &(struct rep_problem){ .kind = REP_PROBLEM_INPUT, .text = sentence });
}

enum rep_rc
rep_usage_lists(const struct rep_session *s, struct rep_lists **out, struct rep_err *err)
{
	static const char *const ends[] = { ".lists" };
	struct rep_lists *l = rep_arena_alloc(s->arena, sizeof *l);
	struct rep_str text;
	const char **path;
	enum rep_rc rc;
	unsigned bad;
	size_t n;

	if (l == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	l->a = s->arena;
	if ((rc = rep_lists_builtin(l, err)) != REP_OK ||
	    (rc = rep_session_know_files(s, ends, 1, s->arena, &path, &n, err)) != REP_OK)
		return rc;
	for (size_t i = 0; rc == REP_OK && i < n; i++)
		if ((rc = rep_file_read_own(s->arena, path[i], KNOW_FILE_MAX, &text, err)) ==
		    REP_OK)
			rc = rep_lists_parse(
			    l, path[i], text, on_problem, (void *)(uintptr_t)s, &bad, err);
	if (rc == REP_OK)
		*out = l;
	return rc;
}

/*
 * The key of a list, from lines "NAME KEY" in the file list-keys. The file is in the folder of the
 * key of the hashes, and only its owner may read it.
 */
static struct rep_str
key_of(void *ctx, struct rep_str name)
{
	const struct rep_session *s = ctx;
	struct rep_str dir = folder_of(s->cfg->key_file), text, line, none = { "", 0 };
	struct rep_str path = rep_arena_printf(s->arena, "%.*s/list-keys", REP_PR(dir));
	struct stat st;

	if (path.p == NULL || stat(path.p, &st) != 0)
		return none;
	if ((st.st_mode & 077) != 0) {
		rep_session_say(s, REP_PROBLEM_INPUT,
		    "%s can be read by others, so its keys are not used: chmod 600 it", path.p);
		return none;
	}
	if (rep_file_read_own(s->arena, path.p, FILE_MAX, &text, NULL) != REP_OK)
		return none;
	for (size_t i = 0, end; i < text.n; i = end + 1) {
		size_t blank;

		end = rep_str_chr(text, '\n', i);
		if (end == SIZE_MAX)
			end = text.n;
		line = rep_str_trim(rep_str_sub(text, i, end - i));
		blank = rep_str_chr(line, ' ', 0);
		if (blank != SIZE_MAX && rep_str_eq(rep_str_sub(line, 0, blank), name))
			return rep_str_trim(rep_str_sub(line, blank, line.n));
	}
	return none;
}

/* --- asking ------------------------------------------------------------------------------------------- */

static enum rep_rc
run(const struct rep_session *session, struct rep_resolver *r, struct rep_sweep *s, struct usage *u,
    struct rep_err *err)
{
	struct rep_dns_view v = rep_resolver_view(r);
	int64_t until, now;
	enum rep_rc rc;

	while (!rep_sweep_step(s, &v, now = session->clock_ms(), &until)) {
		if (u->limits.changed && now - u->saved_ms >= SAVE_MS) {
			if ((rc = usage_save(u, err)) != REP_OK)
				return rc;
			u->saved_ms = now;
		}
		if ((rc = rep_resolver_turn(r, err)) != REP_OK) {
			(void)usage_save(u, NULL); /* what was asked was asked */
			return rc;
		}
	}
	return usage_save(u, err);
}

enum rep_rc
rep_usage_sweep(const struct rep_session *session, struct rep_resolver *r,
    const struct rep_sweep_subject *subject, size_t subjects, struct rep_sweep **out,
    struct rep_err *err)
{
	struct rep_sweep *s = rep_arena_alloc(session->arena, sizeof *s);
	struct usage *u = rep_arena_alloc(session->arena, sizeof *u);
	struct rep_lists *lists = NULL;
	enum rep_rc rc;

	if (s == NULL || u == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	u->fd = -1;
	if ((rc = rep_usage_lists(session, &lists, err)) == REP_OK &&
	    (rc = usage_open(session, r, u, err)) == REP_OK &&
	    (rc = rep_sweep_init(s, session->arena, lists, subject, subjects, key_of,
		 (void *)(uintptr_t)session, &u->limits, err)) == REP_OK)
		rc = run(session, r, s, u, err);
	if (u->fd >= 0)
		(void)close(u->fd);
	if (rc == REP_OK)
		*out = s;
	return rc;
}
