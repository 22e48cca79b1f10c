/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* explicit_bzero */
#include "act/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* The first line of an open file into out. */
static enum rep_rc
read_line(int fd, const char *path, struct rep_secret *out, struct rep_err *err)
{
	struct stat st;
	struct rep_str line;
	ssize_t n;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return rep_fail(err, REP_EIO, "secret-file %s is not a file", path);
	if ((st.st_mode & 077) != 0)
		return rep_fail(err, REP_EIO,
		    "secret-file %s can be read by others (mode %04o); fix it: chmod 600 %s", path,
		    (unsigned)st.st_mode & 07777u, path);
	if ((n = read(fd, out->text, sizeof out->text - 1)) < 0)
		return rep_fail(err, REP_EIO, "secret-file %s: %s", path, strerror(errno));
	line = (struct rep_str){ out->text, (size_t)n };
	line = rep_str_sub(line, 0, rep_str_chr(line, '\n', 0));
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	if (line.n == 0)
		return rep_fail(err, REP_EIO, "secret-file %s: its first line is empty", path);
	if (line.n > REP_SECRET_MAX)
		return rep_fail(err, REP_EIO,
		    "secret-file %s: its first line is longer than %d bytes", path, REP_SECRET_MAX);
	if (!rep_str_printable(line, true))
		return rep_fail(err, REP_EIO,
		    "secret-file %s: its first line is not plain text (printable ASCII)", path);
	out->n = line.n;
	memset(out->text + line.n, 0, sizeof out->text - line.n);
	return REP_OK;
}

enum rep_rc
rep_secret_read(const char *path, struct rep_secret *out, struct rep_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct rep_secret s = { .n = 0 };
	enum rep_rc rc;

	if (fd < 0)
		return rep_fail(err, REP_EIO, "secret-file %s: %s", path, strerror(errno));
	if ((rc = read_line(fd, path, &s, err)) == REP_OK)
		*out = s;
	(void)close(fd);
	rep_secret_clear(&s);
	return rc;
}

void
rep_secret_clear(struct rep_secret *s)
{
	explicit_bzero(s, sizeof *s);
}
