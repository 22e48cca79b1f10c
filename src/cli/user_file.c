/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/user_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

const char *
rep_user_file_path(const struct rep_session *s, struct rep_arena *a)
{
	return rep_arena_printf(a, "%s-users", rep_session_db(s)).p;
}

bool
rep_user_file_there(const struct rep_session *s)
{
	const char *path = rep_user_file_path(s, s->arena);

	return path != NULL && access(path, R_OK) == 0;
}

enum rep_rc
rep_user_file_read(const struct rep_session *s, struct rep_users *out, struct rep_err *err)
{
	const char *path = rep_user_file_path(s, s->arena);
	char *text = malloc(REP_USERS_BYTES_MAX + 1);
	int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	enum rep_rc rc;
	size_t n = 0;
	ssize_t got = 1;

	*out = (struct rep_users){ .users = 0 };
	while (fd >= 0 && text != NULL && n <= REP_USERS_BYTES_MAX && got > 0)
		if ((got = read(fd, text + n, REP_USERS_BYTES_MAX + 1 - n)) > 0)
			n += (size_t)got;
	if (text == NULL || path == NULL)
		rc = rep_fail(err, REP_EMEM, "out of memory");
	else if (fd < 0 && errno != ENOENT)
		rc = rep_fail(err, REP_EIO, "%s: %s", path, strerror(errno));
	else
		rc = fd < 0 ? REP_OK : rep_users_parse(path, (struct rep_str){ text, n }, out, err);
	if (fd >= 0)
		(void)close(fd);
	free(text);
	return rc;
}
