/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/inputs.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

struct list {
	const struct rep_session *s;
	struct rep_input_path *v;
	size_t n, cap;
	bool full; /* this was reported */
};

static enum rep_rc
add(struct list *l, const char *path, bool given, struct rep_err *err)
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
	l->v[l->n++] = (struct rep_input_path){ path, given };
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

static enum rep_rc
walk(struct list *l, const char *folder, unsigned depth, struct rep_err *err)
{
	struct dirent **v = NULL;
	enum rep_rc rc = REP_OK;
	size_t len = strlen(folder);
	int n;

	if (depth > REP_INPUTS_DEPTH) {
		rep_session_say(l->s, REP_PROBLEM_INPUT,
		    "%s: folders within folders, deeper than %d; left out", folder,
		    REP_INPUTS_DEPTH);
		return REP_OK;
	}
	if ((n = scandir(folder, &v, wanted, by_name)) < 0) {
		rep_session_say(
		    l->s, REP_PROBLEM_INPUT, "%s: %s; left out", folder, strerror(errno));
		return REP_OK;
	}
	for (int i = 0; i < n && rc == REP_OK; i++) {
		const char *path = rep_arena_printf(l->s->arena, "%s%s%s", folder,
		    len > 0 && folder[len - 1] == '/' ? "" : "/", v[i]->d_name)
				       .p;
		struct stat st;

		if (path == NULL)
			rc = rep_fail(err, REP_EMEM, "out of memory");
		else if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode))
			rc = walk(l, path, depth + 1, err);
		else if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
			rc = add(l, path, false, err);
	}
	for (int i = 0; i < n; i++)
		free(v[i]);
	free(v);
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
			rc = walk(&l, paths[i], 0, err);
		else
			rc = add(&l, paths[i], true, err);
	}
	if (rc == REP_OK)
		*out = (struct rep_inputs){ l.v, l.n };
	return rc;
}
