/* SPDX-License-Identifier: Apache-2.0 */
#include "base/own_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Gives what was made at path to the owner of its folder. A failure leaves it root's, as it would be without us. */
static void
give(const char *path, int fd)
{
	char folder[PATH_MAX] = ".";
	const char *slash = strrchr(path, '/');
	size_t n = slash == NULL ? 1 : (size_t)(slash - path) + 1;
	struct stat st;

	if (geteuid() != 0 || n >= sizeof folder)
		return;
	if (slash != NULL)
		memcpy(folder, path, n);
	folder[n] = '\0';
	if (stat(folder, &st) == 0 && st.st_uid != 0)
		(void)!fchown(fd, st.st_uid, st.st_gid);
}

int
rep_own_file_open(const char *path, int flags)
{
	int fd = open(path, flags | O_CREAT | O_EXCL, 0600);

	if (fd >= 0)
		give(path, fd);
	else if (errno == EEXIST)
		fd = open(path, flags | O_CREAT, 0600); /* O_CREAT: it may be gone again */
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
