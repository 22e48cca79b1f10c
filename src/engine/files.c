/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* O_PATH */
#include "engine/files.h"
#include "base/buf.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Reads to the end, and closes f. */
static enum rep_rc
read_all(FILE *f, struct rep_arena *a, const char *path, size_t max, struct rep_str *out,
    struct rep_err *err)
{
	enum rep_rc rc = REP_OK;
	struct rep_buf b;
	char chunk[16384];
	size_t n;

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

enum rep_rc
rep_file_read(
    struct rep_arena *a, const char *path, size_t max, struct rep_str *out, struct rep_err *err)
{
	FILE *f = fopen(path, "re");

	if (f == NULL)
		return rep_fail(err, REP_EIO, "%s: %s", path, strerror(errno));
	return read_all(f, a, path, max, out, err);
}

/* --- what nobody named ------------------------------------------------------------------------- */

enum { OPEN_FILE = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC };

/* What it is if it is no file. */
static const char *
no_file(mode_t mode)
{
	return S_ISLNK(mode) ? "a link"
	    : S_ISFIFO(mode) ? "a pipe"
	    : S_ISSOCK(mode) ? "a socket"
	    : S_ISDIR(mode)  ? "a folder"
			     : "a device";
}

enum rep_rc
rep_file_read_own(
    struct rep_arena *a, const char *path, size_t max, struct rep_str *out, struct rep_err *err)
{
	int fd = open(path, OPEN_FILE);
	struct stat st;
	FILE *f = NULL;

	if (fd < 0 || fstat(fd, &st) != 0 || (S_ISREG(st.st_mode) && (f = fdopen(fd, "r")) == NULL))
		(void)rep_fail(err, REP_EIO, "%s: %s", path, strerror(errno));
	else if (f == NULL)
		(void)rep_fail(
		    err, REP_EIO, "%s: this is %s, not a file", path, no_file(st.st_mode));
	if (f != NULL)
		return read_all(f, a, path, max, out, err);
	if (fd >= 0)
		(void)close(fd);
	return REP_EIO;
}

static enum rep_rc
cannot(const char *path, struct rep_err *err)
{
	return errno == ELOOP || errno == ENOTDIR
	    ? rep_fail(err, REP_EIO, "%s: links in a folder are not followed; give the file itself",
		  path)
	    : rep_fail(err, REP_EIO, "%s: %s", path, strerror(errno));
}

/* Opens the folder that holds the last part of path. *name is that part. */
static enum rep_rc
open_parent(const char *path, size_t root, int *fd, const char **name, struct rep_err *err)
{
	char part[PATH_MAX];
	const char *p = path + root, *slash;
	int next;

	if (root >= sizeof part)
		return rep_fail(err, REP_EIO, "%s: the name is too long", path);
	memcpy(part, path, root);
	part[root] = '\0';
	if ((*fd = open(root > 0 ? part : "/", O_PATH | O_DIRECTORY | O_CLOEXEC)) < 0)
		return rep_fail(err, REP_EIO, "%s: %s", path, strerror(errno));
	for (p += strspn(p, "/"); (slash = strchr(p, '/')) != NULL;
	     p = slash + strspn(slash, "/")) {
		size_t n = (size_t)(slash - p);

		memcpy(part, p, n < NAME_MAX ? n : NAME_MAX);
		part[n < NAME_MAX ? n : NAME_MAX] = '\0';
		next = openat(*fd, part, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (next < 0) {
			enum rep_rc rc = cannot(path, err);

			(void)close(*fd);
			return rc;
		}
		(void)close(*fd);
		*fd = next;
	}
	*name = p;
	return REP_OK;
}

/*
 * A second name of a file that its folder's owner may not have been able to read. The folder is
 * asked only about a file that has several names.
 */
static bool
borrowed(const struct stat *file, int folder_fd)
{
	struct stat folder;

	if (file->st_nlink <= 1)
		return false;
	if (fstat(folder_fd, &folder) != 0)
		return true;
	return file->st_uid != folder.st_uid &&
	    !((folder.st_uid == 0 || folder.st_uid == geteuid()) &&
		(folder.st_mode & (S_IWGRP | S_IWOTH)) == 0);
}

/* What was opened must be a file of this folder. */
static enum rep_rc
look_at(int fd, int folder_fd, const char *path, const struct stat *st, struct rep_err *err)
{
	if (fd < 0)
		return cannot(path, err);
	if (!S_ISREG(st->st_mode))
		return rep_fail(
		    err, REP_EIO, "%s: this is %s, not a file", path, no_file(st->st_mode));
	if (borrowed(st, folder_fd))
		return rep_fail(err, REP_EIO,
		    "%s: a hard link to a file of another owner than the folder's; give the file "
		    "itself",
		    path);
	return REP_OK;
}

enum rep_rc
rep_file_open_found(const char *path, size_t root, int *fd, struct rep_err *err)
{
	const char *name = path + root + strspn(path + root, "/");
	struct stat st = { .st_nlink = 0 };
	enum rep_rc rc;
	int in;

	/* Right in the folder that was named: links on the way to it are meant, so the path will do. */
	if (strchr(name, '/') == NULL) {
		*fd = open(path, OPEN_FILE | O_NOFOLLOW);
		if (*fd >= 0 && fstat(*fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink == 1)
			return REP_OK;
		if (*fd >= 0)
			(void)close(*fd);
	}
	if ((rc = open_parent(path, root, &in, &name, err)) != REP_OK)
		return rc;
	*fd = openat(in, name, OPEN_FILE | O_NOFOLLOW);
	if (*fd >= 0 && fstat(*fd, &st) != 0) {
		(void)close(*fd);
		*fd = -1;
	}
	rc = look_at(*fd, in, path, &st, err);
	(void)close(in);
	if (rc != REP_OK && *fd >= 0)
		(void)close(*fd);
	return rc;
}

enum rep_rc
rep_folder_open_found(const char *path, size_t root, int *fd, struct rep_err *err)
{
	enum { OPEN_FOLDER = O_RDONLY | O_DIRECTORY | O_CLOEXEC };
	enum rep_rc rc = REP_OK;
	const char *name;
	int in;

	if (path[root] == '\0') {
		*fd = open(path, OPEN_FOLDER);
		return *fd >= 0 ? REP_OK : rep_fail(err, REP_EIO, "%s: %s", path, strerror(errno));
	}
	if ((rc = open_parent(path, root, &in, &name, err)) != REP_OK)
		return rc;
	if ((*fd = openat(in, name, OPEN_FOLDER | O_NOFOLLOW)) < 0)
		rc = cannot(path, err);
	(void)close(in);
	return rc;
}

/* --- the files of a folder --------------------------------------------------------------------- */

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

bool
rep_file_name_packed(struct rep_str name)
{
	static const char *const ends[] = { ".gz", ".xz", ".bz2", ".zst", ".zip" };

	for (size_t i = 0; i < REP_COUNT(ends); i++)
		if (rep_str_ends_nocase(name, rep_str_c(ends[i])))
			return true;
	return false;
}
