/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* scandirat */
#include "engine/inputs.h"
#include "base/buf.h"
#include "engine/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* How a file of systemd's journal begins. */
#define JOURNAL_MAGIC "LPKSHHRH"

struct list {
	const struct rep_session *s;
	const char *journal; /* the first folder (or file) of the journal under the path */
	struct rep_input_path *v;
	size_t n, cap;
	bool full; /* this was reported */
};

static enum rep_rc
add(struct list *l, const char *path, bool given, size_t root, struct rep_err *err)
{
	if (l->n == REP_INPUTS_MAX) {
		if (!l->full)
			rep_session_say(l->s, REP_PROBLEM_INPUT,
			    "more than %d files; %s and all files after it were not read",
			    REP_INPUTS_MAX, path);
		l->full = true;
		return REP_OK;
	}
	if (l->n == l->cap) {
		size_t cap = l->cap == 0 ? 64 : l->cap * 2;
		struct rep_input_path *v = rep_arena_alloc(l->s->arena, cap * sizeof *v);

		if (v == NULL)
			return rep_fail(err, REP_ELIMIT, "too many files: more than %zu", l->n);
		if (l->n > 0)
			memcpy(v, l->v, l->n * sizeof *v);
		l->v = v;
		l->cap = cap;
	}
	l->v[l->n++] = (struct rep_input_path){ .path = path, .given = given, .root = root };
	return REP_OK;
}

static bool
named_journal(const char *name)
{
	return rep_str_ends(rep_str_c(name), REP_S(".journal")) ||
	    rep_str_ends(rep_str_c(name), REP_S(".journal~"));
}

/* `at` is a folder, in which no link is followed, or AT_FDCWD. */
static bool
is_journal(int at, const char *name)
{
	char head[sizeof JOURNAL_MAGIC - 1];
	int fd = openat(at, name,
	    O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | (at == AT_FDCWD ? 0 : O_NOFOLLOW));
	ssize_t n = fd >= 0 ? read(fd, head, sizeof head) : 0;

	if (fd >= 0)
		(void)close(fd);
	return n == (ssize_t)sizeof head && memcmp(head, JOURNAL_MAGIC, sizeof head) == 0;
}

/* A path as a shell takes it. */
static const char *
quoted(const struct list *l, const char *path)
{
	struct rep_str s = rep_str_c(path);
	struct rep_buf b;
	const char *out;

	rep_buf_init(&b, 4 * s.n + 3);
	rep_buf_addc(&b, '\'');
	for (size_t i = 0; i < s.n; i++)
		rep_buf_add(&b, s.p[i] == '\'' ? REP_S("'\\''") : rep_str_sub(s, i, 1));
	rep_buf_addc(&b, '\'');
	out = rep_arena_dup(l->s->arena, rep_buf_str(&b)).p;
	rep_buf_fini(&b);
	return out != NULL ? out : path;
}

/*
 * The journal is binary, and only its own program reads it: this is the command. `alone`: nothing
 * else was found under the path that was given.
 */
static void
tell_journal(struct list *l, const char *path, bool folder, bool alone)
{
	struct rep_str s = rep_str_c(l->journal);
	bool usual = rep_str_starts(s, REP_S("/var/log/journal")) ||
	    rep_str_starts(s, REP_S("/run/log/journal"));

	rep_session_say(l->s, alone ? REP_PROBLEM_INPUT : REP_PROBLEM_NOTE,
	    "%s: this is the systemd journal. journalctl reads it:\n"
	    "journalctl%s%s -o json SYSLOG_FACILITY=2 | reputed ingest -",
	    path,
	    usual	 ? ""
		: folder ? " -D "
			 : " --file ",
	    usual ? "" : quoted(l, l->journal));
	l->journal = NULL;
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
wanted(const struct dirent *e)
{
	return e->d_name[0] != '.' && strcmp(e->d_name, "tmp") != 0;
}

/* True when the link names another entry of its own folder: that is read by its own name. */
static bool
names_neighbour(int folder, const char *name)
{
	char to[256];
	ssize_t n = readlinkat(folder, name, to, sizeof to);

	return n > 0 && n < (ssize_t)sizeof to && memchr(to, '/', (size_t)n) == NULL &&
	    to[0] != '.';
}

static enum rep_rc walk(
    struct list *l, const char *folder, size_t root, unsigned depth, struct rep_err *err);

/*
 * One entry of the folder `in`. What it is may change until it is opened: engine/files.h looks again.
 */
static enum rep_rc
entry(struct list *l, int folder, const char *in, const char *name, const char *path, size_t root,
    unsigned depth, struct rep_err *err)
{
	const char *what;
	struct stat st;

	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
		if (errno != ENOENT) /* a mail that was moved meanwhile is no fault */
			rep_session_say(
			    l->s, REP_PROBLEM_INPUT, "%s: %s; not read", path, strerror(errno));
		return REP_OK;
	}
	if (S_ISDIR(st.st_mode))
		return walk(l, path, root, depth + 1, err);
	/* Only what is named like one is opened to see: a folder may hold a million mails. */
	if (S_ISREG(st.st_mode) && !(named_journal(name) && is_journal(folder, name)))
		return add(l, path, false, root, err);
	if (S_ISREG(st.st_mode)) {
		l->journal = l->journal == NULL ? in : l->journal;
		return REP_OK;
	}
	if (S_ISLNK(st.st_mode) && names_neighbour(folder, name))
		return REP_OK;
	what = S_ISLNK(st.st_mode) ? "links in a folder are not followed; give the file itself"
	    : S_ISFIFO(st.st_mode) ? "pipes in a folder are not read"
	    : S_ISSOCK(st.st_mode) ? "sockets are not read"
				   : "devices are not read";
	rep_session_say(l->s, REP_PROBLEM_INPUT, "%s: %s; not read", path, what);
	return REP_OK;
}

static enum rep_rc
walk(struct list *l, const char *folder, size_t root, unsigned depth, struct rep_err *err)
{
	struct dirent **v = NULL;
	size_t len = strlen(folder);
	enum rep_rc rc = REP_OK;
	struct rep_err why;
	int fd, n;

	if (depth > REP_INPUTS_DEPTH) {
		rep_session_say(l->s, REP_PROBLEM_INPUT,
		    "%s: folders nested deeper than %d; not read", folder, REP_INPUTS_DEPTH);
		return REP_OK;
	}
	if (rep_folder_open_found(folder, root, &fd, &why) != REP_OK) {
		rep_session_say(l->s, REP_PROBLEM_INPUT, "%s; not read", why.msg);
		return REP_OK;
	}
	if ((n = scandirat(fd, ".", &v, wanted, by_name)) < 0)
		rep_session_say(
		    l->s, REP_PROBLEM_INPUT, "%s: %s; not read", folder, strerror(errno));
	for (int i = 0; i < n && rc == REP_OK; i++) {
		const char *path = rep_arena_printf(l->s->arena, "%s%s%s", folder,
		    len > 0 && folder[len - 1] == '/' ? "" : "/", v[i]->d_name)
				       .p;

		rc = path == NULL ? rep_fail(err, REP_EMEM, "out of memory")
				  : entry(l, fd, folder, v[i]->d_name, path, root, depth, err);
	}
	for (int i = 0; i < n; i++)
		free(v[i]);
	free(v);
	(void)close(fd);
	return rc;
}

enum rep_rc
rep_inputs_expand(const struct rep_session *s, const char *const *paths, size_t n,
    struct rep_inputs *out, struct rep_err *err)
{
	struct list l = { .s = s };
	enum rep_rc rc = REP_OK;
	struct stat st = { 0 };

	if (s->inputs != NULL)
		return s->inputs->list(s->inputs->ctx, s->arena, out, err);
	for (size_t i = 0; i < n && rc == REP_OK; i++) {
		size_t before = l.n;
		bool folder = stat(paths[i], &st) == 0 && S_ISDIR(st.st_mode);

		if (folder)
			rc = walk(&l, paths[i], strlen(paths[i]), 0, err);
		else if (S_ISREG(st.st_mode) && is_journal(AT_FDCWD, paths[i]))
			l.journal = paths[i];
		else
			rc = add(&l, paths[i], true, 0, err);
		if (l.journal != NULL)
			tell_journal(&l, paths[i], folder, l.n == before);
	}
	if (rc == REP_OK)
		*out = (struct rep_inputs){ l.v, l.n };
	return rc;
}

enum rep_rc
rep_inputs_open(const struct rep_input_path *p, const char *name, int *fd, struct rep_err *err)
{
	*fd = STDIN_FILENO;
	if (!p->given)
		return rep_file_open_found(p->path, p->root, fd, err);
	if (strcmp(p->path, "-") != 0 && (*fd = open(p->path, O_RDONLY | O_CLOEXEC | O_NOCTTY)) < 0)
		return rep_fail(err, REP_EIO, "%s: %s", name, strerror(errno));
	return REP_OK;
}
