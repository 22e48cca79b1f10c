/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

bool
rep_fd_write(int fd, struct rep_str s)
{
	while (s.n > 0) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			errno = ENOSPC;
		if (n <= 0)
			return false;
		s = rep_str_sub(s, (size_t)n, s.n);
	}
	return true;
}

bool
rep_fd_sync_folder(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), why;
	bool fine;

	if (fd < 0)
		return false;
	fine = fsync(fd) == 0;
	why = errno;
	(void)close(fd);
	errno = why;
	return fine;
}

bool
rep_fd_sync_folder_of(const char *path)
{
	char folder[PATH_MAX] = ".";
	const char *slash = strrchr(path, '/');
	size_t n = slash == NULL ? 1 : (size_t)(slash - path) + 1;

	if (n >= sizeof folder) {
		errno = ENAMETOOLONG;
		return false;
	}
	if (slash != NULL)
		memcpy(folder, path, n);
	folder[n] = '\0';
	return rep_fd_sync_folder(folder);
}
