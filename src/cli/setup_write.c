/*
 * Files that `setup` writes: whole or not at all.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE /* O_NOFOLLOW */
#include "cli/setup.h"
#include "base/fd.h"
#include "config/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

/* The user of the service, which must be able to read what only its owner may (doc/manual.md). */
#define SERVICE_USER "reputed"

static enum rep_rc
fail(const char *path, struct rep_err *err)
{
	if (errno == EACCES || errno == EPERM || errno == EROFS)
		return rep_fail(err, REP_EIO, "%s cannot be written: %s%s", path, strerror(errno),
		    geteuid() == 0 ? "" : "; use sudo, or --config FILE");
	if (errno == EEXIST)
		return rep_fail(err, REP_EIO,
		    "%s is there already, and is not overwritten: if nothing uses it, remove it and run setup "
		    "again",
		    path);
	return rep_fail(err, REP_EIO, "%s cannot be written: %s", path, strerror(errno));
}

/* The folders that the file is in, those that are missing. */
static bool
make_folders(const char *path)
{
	char name[REP_PATH_MAX];
	size_t n = strlen(path);

	if (n >= sizeof name) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(name, path, n + 1);
	for (char *p = name + 1; n > 0 && *p != '\0'; p++)
		if (*p == '/') {
			*p = '\0';
			if (mkdir(name, 0755) != 0 && errno != EEXIST && access(name, F_OK) != 0)
				return false;
			*p = '/';
		}
	return true;
}

/*
 * What only its owner may read is the service's; what its group may read is root's, and of the service's group. Without
 * such a user it is for its owner alone.
 */
static bool
give_away(int fd, unsigned mode)
{
	const struct passwd *user = geteuid() == 0 ? getpwnam(SERVICE_USER) : NULL;

	if (user == NULL)
		return (mode & 07) != 0 || fchmod(fd, 0600) == 0;
	if (mode == REP_SETUP_SECRET)
		return fchown(fd, user->pw_uid, user->pw_gid) == 0;
	return mode != REP_SETUP_PRIVATE || fchown(fd, (uid_t)-1, user->pw_gid) == 0;
}

/* Under another name first, then renamed; a file that is there meanwhile stays. */
enum rep_rc
rep_setup_write(const char *path, struct rep_str text, unsigned mode, struct rep_err *err)
{
	char temp[REP_PATH_MAX + 32];
	bool good;
	int fd;

	snprintf(temp, sizeof temp, "%s.%ld", path, (long)getpid());
	if (!make_folders(path) ||
	    (fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)) < 0)
		return fail(path, err);
	good = rep_fd_write(fd, text) && fchmod(fd, (mode_t)mode) == 0 && give_away(fd, mode) &&
	    fsync(fd) == 0;
	good = close(fd) == 0 && good;
	good = good && link(temp, path) == 0;
	if (!good)
		(void)fail(path, err);
	(void)unlink(temp);
	return good ? REP_OK : REP_EIO;
}

/* Before a secret is added: who may read the file as if it were written with that mode; never more than before. */
static bool
close_to_others(int fd, unsigned mode)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return false;
	return (mode & 07) != 0 || (st.st_mode & 07) == 0 ||
	    (fchmod(fd, st.st_mode & mode) == 0 && give_away(fd, mode));
}

/* What was added goes again when not all of it came in, as on a full disk. errno stays. */
static bool
add_whole(int fd, struct rep_str text)
{
	off_t before = lseek(fd, 0, SEEK_END);
	ssize_t n;
	int why;

	if (before < 0)
		return false;
	errno = 0;
	n = write(fd, text.p, text.n);
	if (n == (ssize_t)text.n && fsync(fd) == 0)
		return true;
	why = errno != 0 ? errno : ENOSPC; /* a short write has no errno */
	if (n > 0)
		(void)!ftruncate(fd, before);
	errno = why;
	return false;
}

/* One write: a reader sees all of it or nothing. Nothing of what was there is touched. */
enum rep_rc
rep_setup_append(const char *path, struct rep_str text, unsigned mode, struct rep_err *err)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY);
	bool good;

	if (fd < 0)
		return fail(path, err);
	good = close_to_others(fd, mode) && add_whole(fd, text);
	if (!good)
		(void)fail(path, err);
	(void)close(fd);
	return good ? REP_OK : REP_EIO;
}
