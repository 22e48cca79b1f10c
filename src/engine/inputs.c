/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* scandirat */
#include "engine/inputs.h"
#include "engine/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct list {
	const struct rep_session *s;
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
			    "more than %d files; %s and all after it are left out", REP_INPUTS_MAX,
			    path);
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
	l->v[l->n++] = (struct rep_input_path){ path, given, root };
	return REP_OK;
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

/* One entry of a folder. What it is may change until it is opened: engine/files.h looks again. */
static enum rep_rc
entry(struct list *l, int folder, const char *name, const char *path, size_t root, unsigned depth,
    struct rep_err *err)
{
	const char *what;
	struct stat st;

	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
		if (errno != ENOENT) /* a mail that was moved meanwhile is no fault */
			rep_session_say(
			    l->s, REP_PROBLEM_INPUT, "%s: %s; left out", path, strerror(errno));
		return REP_OK;
	}
	if (S_ISDIR(st.st_mode))
		return walk(l, path, root, depth + 1, err);
	if (S_ISREG(st.st_mode))
		return add(l, path, false, root, err);
	if (S_ISLNK(st.st_mode) && names_neighbour(folder, name))
		return REP_OK;
	what = S_ISLNK(st.st_mode) ? "a link in a folder is not followed; name it to read it"
	    : S_ISFIFO(st.st_mode) ? "a pipe in a folder is not read"
	    : S_ISSOCK(st.st_mode) ? "a socket is not read"
				   : "a device is not read";
	rep_session_say(l->s, REP_PROBLEM_INPUT, "%s: %s; left out", path, what);
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
		    "%s: folders within folders, deeper than %d; left out", folder,
		    REP_INPUTS_DEPTH);
		return REP_OK;
	}
	if (rep_folder_open_found(folder, root, &fd, &why) != REP_OK) {
		rep_session_say(l->s, REP_PROBLEM_INPUT, "%s; left out", why.msg);
		return REP_OK;
	}
	if ((n = scandirat(fd, ".", &v, wanted, by_name)) < 0)
		rep_session_say(
		    l->s, REP_PROBLEM_INPUT, "%s: %s; left out", folder, strerror(errno));
	for (int i = 0; i < n && rc == REP_OK; i++) {
		const char *path = rep_arena_printf(l->s->arena, "%s%s%s", folder,
		    len > 0 && folder[len - 1] == '/' ? "" : "/", v[i]->d_name)
				       .p;

		rc = path == NULL ? rep_fail(err, REP_EMEM, "out of memory")
				  : entry(l, fd, v[i]->d_name, path, root, depth, err);
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
	struct stat st;

	for (size_t i = 0; i < n && rc == REP_OK; i++) {
		if (stat(paths[i], &st) == 0 && S_ISDIR(st.st_mode))
			rc = walk(&l, paths[i], strlen(paths[i]), 0, err);
		else
			rc = add(&l, paths[i], true, 0, err);
	}
	if (rc == REP_OK)
		*out = (struct rep_inputs){ l.v, l.n };
	return rc;
}
