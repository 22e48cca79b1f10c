/* SPDX-License-Identifier: Apache-2.0 */
#include "base/own_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whether the folder that path is in belongs to another user than root, and *st is it. Asked by root only. */
static bool
of_another(const char *path, struct stat *st)
{
	char folder[PATH_MAX] = ".";
	const char *slash = strrchr(path, '/');
	size_t n = slash == NULL ? 1 : (size_t)(slash - path) + 1;

	if (geteuid() != 0 || n >= sizeof folder)
		return false;
	if (slash != NULL)
		memcpy(folder, path, n);
	folder[n] = '\0';
	return stat(folder, st) == 0 && st->st_uid != 0;
}

/* Gives what was made at path to the owner of its folder. A failure leaves it root's, as it would be without us. */
static void
give(const char *path, int fd)
{
	struct stat st;

	if (of_another(path, &st))
		(void)!fchown(fd, st.st_uid, st.st_gid);
}

/* A file of no other name, where that could be one of root's. */
static bool
is_ours(const char *path, int fd)
{
	struct stat st, folder;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    (st.st_nlink == 1 || !of_another(path, &folder)))
		return true;
	errno = EPERM;
	return false;
}

/*
 * What is there already. It is made where it is gone again; never through a link. It is emptied only when it is ours.
 * O_NONBLOCK: a pipe does not hold us up.
 */
static int
open_old(const char *path, int flags)
{
	int fd = open(path, (flags & ~O_TRUNC) | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0600), why;

	if (fd < 0 || (is_ours(path, fd) && ((flags & O_TRUNC) == 0 || ftruncate(fd, 0) == 0)))
		return fd;
	why = errno;
	(void)close(fd);
	errno = why;
	return -1;
}

int
rep_own_file_open(const char *path, int flags)
{
	int fd = open(path, flags | O_CREAT | O_EXCL, 0600);

	if (fd >= 0)
		give(path, fd);
	else if (errno == EEXIST)
		fd = open_old(path, flags);
	return fd;
}

int
rep_own_folder_make(const char *path)
{
	struct stat st;
	int fd;

	if (mkdir(path, 0700) != 0)
		return -1;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return 0;
	if (fstat(fd, &st) == 0 && st.st_uid == geteuid())
		give(path, fd);
	(void)close(fd);
	return 0;
}
