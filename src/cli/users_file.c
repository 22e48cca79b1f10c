/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/users_file.h"
#include "base/fd.h"
#include "base/own_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TURN_MS = 20, PATH_BYTES_MAX = 4096 };

const char *
rep_users_file(const struct rep_session *s)
{
	return rep_arena_printf(s->arena, "%s-users", rep_session_db(s)).p;
}

/* --- reading ---------------------------------------------------------------------------------------- */

static enum rep_rc
read_open(int fd, const char *path, struct rep_buf *b, struct rep_err *err)
{
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return rep_fail(err, REP_EIO, "%s is not a file", path);
	if ((st.st_mode & 077) != 0)
		return rep_fail(err, REP_EIO,
		    "%s can be read by others (mode %04o); fix it: chmod 600 %s", path,
		    (unsigned)st.st_mode & 07777u, path);
	do {
		char chunk[8192];

		n = read(fd, chunk, sizeof chunk);
		if (n > 0)
			rep_buf_add(b, (struct rep_str){ chunk, (size_t)n });
	} while ((n > 0 && !b->full) || (n < 0 && errno == EINTR));
	if (n < 0)
		return rep_fail(err, REP_EIO, "%s: %s", path, strerror(errno));
	return b->full
	    ? rep_fail(err, REP_ELIMIT, "%s has more than %d bytes", path, REP_USERS_BYTES_MAX)
	    : REP_OK;
}

enum rep_rc
rep_users_file_read(const char *path, struct rep_users *out, struct rep_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	struct rep_buf b;
	enum rep_rc rc;

	memset(out, 0, sizeof *out);
	if (fd < 0 && errno == ENOENT)
		return rep_fail(
		    err, REP_ENOTFOUND, "there is no account yet: reputed user add NAME");
	if (fd < 0)
		return rep_fail(err, REP_EIO, "%s: %s%s", path, strerror(errno),
		    errno == EACCES ? "; its owner and root may read it" : "");
	rep_buf_init(&b, REP_USERS_BYTES_MAX);
	rc = read_open(fd, path, &b, err);
	(void)close(fd);
	if (rc == REP_OK)
		rc = rep_users_parse(path, rep_buf_str(&b), out, err);
	rep_buf_fini(&b);
	return rc;
}

/* --- writing ---------------------------------------------------------------------------------------- */

static enum rep_rc
no_folder(const char *path, struct rep_err *err)
{
	int why = errno;

	return rep_fail(err, REP_EIO, "%s: %s%s", path, strerror(why),
	    why == ENOENT	? "; reputed setup, or the first reputed ingest, makes its folder"
		: why == EACCES ? "; the owner of the database and root may write there"
				: "");
}

enum rep_rc
rep_users_file_lock(const char *path, int *lock, struct rep_err *err)
{
	char name[PATH_BYTES_MAX];
	int fd, left_ms = REP_USERS_FILE_WAIT_MS;

	if ((size_t)snprintf(name, sizeof name, "%s-lock", path) >= sizeof name)
		return rep_fail(err, REP_ELIMIT, "%.80s...: the path is too long", path);
	if ((fd = rep_own_file_open(name, O_RDWR | O_CLOEXEC)) < 0)
		return no_folder(name, err);
	while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EINTR && (errno != EWOULDBLOCK || left_ms <= 0)) {
			enum rep_rc rc = errno == EWOULDBLOCK
			    ? rep_fail(err, REP_ETIMEOUT,
				  "another reputed user has held %s for %d s; nothing was changed",
				  name, REP_USERS_FILE_WAIT_MS / 1000)
			    : rep_fail(err, REP_EIO, "%s: %s", name, strerror(errno));

			(void)close(fd);
			return rc;
		}
		(void)poll(NULL, 0, TURN_MS);
		left_ms -= TURN_MS;
	}
	*lock = fd;
	return REP_OK;
}

enum rep_rc
rep_users_file_write(const char *path, const struct rep_users *u, struct rep_err *err)
{
	char name[PATH_BYTES_MAX];
	struct rep_buf b;
	bool fine;
	int fd, why;

	if ((size_t)snprintf(name, sizeof name, "%s-new", path) >= sizeof name)
		return rep_fail(err, REP_ELIMIT, "%.80s...: the path is too long", path);
	/* One that was left behind, or that somebody has put there: a new file is ours. */
	if (unlink(name) != 0 && errno != ENOENT)
		return rep_fail(err, REP_EIO, "%s: %s", name, strerror(errno));
	if ((fd = rep_own_file_open(name, O_WRONLY | O_EXCL | O_CLOEXEC)) < 0)
		return no_folder(name, err);
	rep_buf_init(&b, REP_USERS_BYTES_MAX);
	rep_users_write(u, &b);
	if (b.full) {
		rep_buf_fini(&b);
		(void)close(fd);
		(void)unlink(name);
		return rep_fail(err, REP_EMEM, "out of memory");
	}
	fine = rep_fd_write(fd, rep_buf_str(&b)) && fsync(fd) == 0;
	why = errno;
	rep_buf_fini(&b);
	if (close(fd) != 0 && fine) {
		fine = false;
		why = errno;
	}
	if (fine && (rename(name, path) != 0 || !rep_fd_sync_folder_of(path))) {
		fine = false;
		why = errno;
	}
	if (fine)
		return REP_OK;
	(void)unlink(name);
	return rep_fail(err, REP_EIO, "%s: %s", path, strerror(why));
}
