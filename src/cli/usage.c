/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/usage.h"
#include "cli/net.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FILE_MAX = 1 << 20, KNOW_FILE_MAX = 4 << 20, SAVE_MS = 200 };

struct usage {
	int fd;
	char path[1100];
	struct rep_limits limits;
	int64_t saved_ms;
};

static int64_t
clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* --- files --------------------------------------------------------------------------------------- */

/* The folders above a path. */
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

static enum rep_rc
usage_open(struct rep_cli *c, struct usage *u, struct rep_err *err)
{
	struct rep_str dir = folder_of(rep_str_c(rep_cli_db_path(c)));
	struct rep_buf b;
	char chunk[4096];
	ssize_t n;

	snprintf(u->path, sizeof u->path, "%.*s/list-usage", REP_PR(dir));
	make_folders(u->path);
	u->fd = open(u->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (u->fd < 0 || flock(u->fd, LOCK_EX) != 0)
		return rep_fail(err, REP_EIO,
		    "%s: %s: the queries to lists cannot be counted, so none is asked", u->path,
		    strerror(errno));
	u->limits.a = c->arena;
	rep_buf_init(&b, FILE_MAX);
	while ((n = read(u->fd, chunk, sizeof chunk)) > 0)
		rep_buf_add(&b, (struct rep_str){ chunk, (size_t)n });
	rep_limits_read(&u->limits, rep_buf_str(&b));
	rep_buf_fini(&b);
	return REP_OK;
}

static bool
usage_save(struct usage *u)
{
	struct rep_buf b;
	bool good;

	if (!u->limits.changed)
		return true;
	rep_buf_init(&b, FILE_MAX);
	rep_limits_write(&u->limits, &b);
	good = pwrite(u->fd, b.p, b.n, 0) == (ssize_t)b.n && ftruncate(u->fd, (off_t)b.n) == 0;
	rep_buf_fini(&b);
	u->limits.changed = false;
	return good;
}

/* --- lists and keys -------------------------------------------------------------------------------- */

static void
say_problem(void *ctx, const char *sentence)
{
	rep_cli_say("%s", sentence);
	rep_cli_note(ctx, REP_EXIT_BAD_INPUT);
}

static enum rep_rc
add_folder(struct rep_cli *c, struct rep_lists *l, const char *dir, struct rep_err *err)
{
	enum rep_rc rc = REP_OK;
	struct rep_str text, path;
	struct dirent *e;
	unsigned bad;
	DIR *d = opendir(dir);

	if (d == NULL)
		return REP_OK; /* rep_cli_know says it where it must be there */
	while (rc == REP_OK && (e = readdir(d)) != NULL) {
		if (!rep_str_ends(rep_str_c(e->d_name), REP_S(".lists")))
			continue;
		path = rep_arena_printf(c->arena, "%s/%s", dir, e->d_name);
		rc = rep_cli_slurp(c->arena, path.p, KNOW_FILE_MAX, &text, err);
		if (rc == REP_OK)
			rc = rep_lists_parse(l, path.p, text, say_problem, c, &bad, err);
	}
	(void)closedir(d);
	return rc;
}

enum rep_rc
rep_cli_lists(struct rep_cli *c, struct rep_lists **out, struct rep_err *err)
{
	struct rep_lists *l = rep_arena_alloc(c->arena, sizeof *l);
	enum rep_rc rc;

	if (l == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	l->a = c->arena;
	if ((rc = rep_lists_builtin(l, err)) != REP_OK ||
	    (rc = add_folder(
		 c, l, c->know_dir != NULL ? c->know_dir : "/etc/reputed/know.d", err)) != REP_OK)
		return rc;
	*out = l;
	return REP_OK;
}

/* Lines "NAME KEY" of the file list-keys beside the key of the hashes, which only its owner may read. */
static struct rep_str
key_of(void *ctx, struct rep_str name)
{
	struct rep_cli *c = ctx;
	struct rep_str dir = folder_of(c->cfg.key_file), text, line, none = { "", 0 };
	struct rep_str path = rep_arena_printf(c->arena, "%.*s/list-keys", REP_PR(dir));
	struct stat st;

	if (path.p == NULL || stat(path.p, &st) != 0)
		return none;
	if ((st.st_mode & 077) != 0) {
		rep_cli_say("%s may be read by others: chmod 600; its keys are not used", path.p);
		rep_cli_note(c, REP_EXIT_BAD_INPUT);
		return none;
	}
	if (rep_cli_slurp(c->arena, path.p, FILE_MAX, &text, NULL) != REP_OK)
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

static bool
run(struct rep_cli *c, struct rep_resolver *r, struct rep_sweep *s, struct usage *u)
{
	struct rep_dns_view v = rep_resolver_view(r);
	int64_t until, now;

	while (!rep_sweep_step(s, &v, now = clock_ms(), &until)) {
		if (u->limits.changed && now - u->saved_ms >= SAVE_MS) {
			if (!usage_save(u)) {
				rep_cli_say("%s: %s: the queries to lists cannot be counted",
				    u->path, strerror(errno));
				rep_cli_note(c, REP_EXIT_FAILED);
				return false;
			}
			u->saved_ms = now;
		}
		rep_resolver_turn(r);
	}
	return usage_save(u);
}

bool
rep_cli_sweep(struct rep_cli *c, struct rep_resolver *r, const struct rep_sweep_subject *subject,
    size_t subjects, struct rep_sweep **out)
{
	struct rep_sweep *s = rep_arena_alloc(c->arena, sizeof *s);
	struct usage *u = rep_arena_alloc(c->arena, sizeof *u);
	struct rep_lists *lists = NULL;
	struct rep_err err = { .msg = "out of memory" };
	bool good = false;

	if (s == NULL || u == NULL || rep_cli_lists(c, &lists, &err) != REP_OK ||
	    usage_open(c, u, &err) != REP_OK ||
	    rep_sweep_init(s, c->arena, lists, subject, subjects, key_of, c, &u->limits, &err) !=
		REP_OK)
		rep_cli_fail(c, REP_EXIT_FAILED, &err);
	else
		good = run(c, r, s, u);
	if (u != NULL && u->fd > 0)
		(void)close(u->fd);
	*out = s;
	return good;
}
