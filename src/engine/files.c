/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/files.h"
#include "base/buf.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum rep_rc
rep_file_read(
    struct rep_arena *a, const char *path, size_t max, struct rep_str *out, struct rep_err *err)
{
	FILE *f = fopen(path, "re");
	enum rep_rc rc = REP_OK;
	struct rep_buf b;
	char chunk[16384];
	size_t n;

	if (f == NULL)
		return rep_fail(err, REP_EIO, "%s: %s", path, strerror(errno));
	rep_buf_init(&b, max);
	while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
		rep_buf_add(&b, (struct rep_str){ chunk, n });
	if (ferror(f))
		rc = rep_fail(err, REP_EIO, "%s: %s", path, strerror(errno));
	else if (b.full)
		rc = rep_fail(err, REP_ELIMIT, "%s: larger than %zu bytes", path, max);
	(void)fclose(f);
	if (rc == REP_OK) {
		*out = rep_arena_dup(a, rep_buf_str(&b));
		if (out->p == NULL)
			rc = rep_fail(err, REP_EMEM, "%s: out of memory", path);
	}
	rep_buf_fini(&b);
	return rc;
}

static bool
ends_in(const char *name, const char *const *ends, size_t n)
{
	for (size_t k = 0; k < n; k++)
		if (rep_str_ends(rep_str_c(name), rep_str_c(ends[k])))
			return true;
	return false;
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

enum rep_rc
rep_files_ending(struct rep_arena *a, const char *dir, const char *const *ends, size_t ends_n,
    size_t max, const char ***paths, size_t *n, size_t *left, struct rep_err *err)
{
	struct dirent **e = NULL;
	int all = scandir(dir, &e, NULL, by_name);
	const char **v;
	size_t k = 0;
	bool fine;

	if (all < 0)
		return rep_fail(
		    err, errno == ENOENT ? REP_ENOTFOUND : REP_EIO, "%s: %s", dir, strerror(errno));
	v = rep_arena_alloc(a, ((size_t)all + 1) * sizeof *v);
	fine = v != NULL;
	for (int i = 0; i < all; i++) {
		if (fine && ends_in(e[i]->d_name, ends, ends_n)) {
			v[k] = rep_arena_printf(a, "%s/%s", dir, e[i]->d_name).p;
			fine = v[k++] != NULL;
		}
		free(e[i]);
	}
	free(e);
	if (!fine)
		return rep_fail(err, REP_EMEM, "%s: out of memory", dir);
	*paths = v;
	*n = k < max ? k : max;
	*left = k - *n;
	return REP_OK;
}
