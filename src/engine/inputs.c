/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/inputs.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

struct list {
	struct rep_arena *a;
	const char **v;
	size_t n, cap;
};

static enum rep_rc
add(struct list *l, const char *path, struct rep_err *err)
{
	if (l->n == l->cap) {
		size_t cap = l->cap == 0 ? 64 : l->cap * 2;
		const char **v = rep_arena_alloc(l->a, cap * sizeof *v);

		if (v == NULL || cap > REP_INPUTS_MAX)
			return rep_fail(err, REP_ELIMIT, "too many files: more than %zu", l->n);
		if (l->n > 0)
			memcpy(v, l->v, l->n * sizeof *v);
		l->v = v;
		l->cap = cap;
	}
	l->v[l->n++] = path;
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

	if (depth > REP_INPUTS_DEPTH)
		return rep_fail(err, REP_ELIMIT, "%s: folders within folders, deeper than %d",
		    folder, REP_INPUTS_DEPTH);
	if ((n = scandir(folder, &v, wanted, by_name)) < 0)
		return rep_fail(err, REP_EIO, "%s: %s", folder, strerror(errno));
	for (int i = 0; i < n && rc == REP_OK; i++) {
		const char *path = rep_arena_printf(l->a, "%s%s%s", folder,
		    len > 0 && folder[len - 1] == '/' ? "" : "/", v[i]->d_name)
				       .p;
		struct stat st;

		if (path == NULL)
			rc = rep_fail(err, REP_EMEM, "out of memory");
		else if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode))
			rc = walk(l, path, depth + 1, err);
		else if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
			rc = add(l, path, err);
	}
	for (int i = 0; i < n; i++)
		free(v[i]);
	free(v);
	return rc;
}

enum rep_rc
rep_inputs_expand(struct rep_arena *a, const char ***paths, size_t *n, struct rep_err *err)
{
	struct list l = { .a = a };
	enum rep_rc rc = REP_OK;
	struct stat st;

	for (size_t i = 0; i < *n && rc == REP_OK; i++) {
		const char *path = (*paths)[i];

		if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
			rc = walk(&l, path, 0, err);
		else
			rc = add(&l, path, err);
	}
	if (rc != REP_OK)
		return rc;
	*paths = l.v;
	*n = l.n;
	return REP_OK;
}
