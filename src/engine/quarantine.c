/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/quarantine.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/time.h"
#include "engine/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_MAX_HERE = 1100, WHY_MAX = 2048, DOCUMENT_MAX = 48 << 20 };

const char *
rep_quarantine_folder(struct rep_arena *a, const char *db)
{
	struct rep_str s = rep_str_c(db);
	size_t slash = rep_str_rchr(s, '/');
	struct rep_str dir = slash == SIZE_MAX ? REP_S(".") : rep_str_sub(s, 0, slash);

	return rep_arena_printf(a, "%.*s/quarantine", REP_PR(dir)).p;
}

static bool
is_id(struct rep_str s)
{
	if (s.n != REP_QUARANTINE_ID - 1)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!rep_digit(s.p[i]) && !(s.p[i] >= 'a' && s.p[i] <= 'f'))
			return false;
	return true;
}

/* Whole or not at all: written under another name, then renamed. */
static enum rep_rc
write_file(const char *folder, const char *name, struct rep_str bytes, struct rep_err *err)
{
	char path[PATH_MAX_HERE], temporary[PATH_MAX_HERE];
	bool fine;
	int fd;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	snprintf(temporary, sizeof temporary, "%s/.%s.%ld", folder, name, (long)getpid());
	fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return rep_fail(err, REP_EIO, "%s: %s", temporary, strerror(errno));
	for (fine = true; fine && bytes.n > 0;) {
		ssize_t n = write(fd, bytes.p, bytes.n);

		fine = n > 0 || (n < 0 && errno == EINTR);
		bytes = rep_str_sub(bytes, n > 0 ? (size_t)n : 0, bytes.n);
	}
	fine = close(fd) == 0 && fine && rename(temporary, path) == 0;
	if (!fine) {
		(void)rep_fail(err, REP_EIO, "%s: %s", path, strerror(errno));
		(void)unlink(temporary);
		return REP_EIO;
	}
	return REP_OK;
}

/* One line: what would end it, or steer a terminal, becomes a blank. */
static void
add_line(struct rep_buf *b, const char *s)
{
	for (size_t i = 0; s[i] != '\0' && i < 600; i++)
		rep_buf_addc(b, (unsigned char)s[i] < ' ' || s[i] == 127 ? ' ' : s[i]);
	rep_buf_addc(b, '\n');
}

enum rep_rc
rep_quarantine_put(const char *folder, struct rep_str bytes, const char *from, const char *reason,
    int64_t at_s, char id[REP_QUARANTINE_ID], struct rep_err *err)
{
	static const struct rep_key none = { { 0 } };
	char name[REP_QUARANTINE_ID + 8], path[PATH_MAX_HERE], when[REP_TIME_TEXT];
	struct rep_buf why;
	struct stat st;
	enum rep_rc rc;

	snprintf(id, REP_QUARANTINE_ID, "%016llx", (unsigned long long)rep_siphash(&none, bytes));
	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		return rep_fail(err, REP_EIO, "%s: %s", folder, strerror(errno));
	snprintf(path, sizeof path, "%s/%s.why", folder, id);
	if (stat(path, &st) == 0)
		return REP_OK; /* it is there already */
	rep_buf_init(&why, WHY_MAX);
	add_line(&why, rep_time_text(at_s, when));
	add_line(&why, reason);
	add_line(&why, from);
	snprintf(name, sizeof name, "%s.why", id);
	/* The bytes first: what has a reason is whole. */
	if ((rc = write_file(folder, id, bytes, err)) == REP_OK)
		rc = write_file(folder, name, rep_buf_str(&why), err);
	rep_buf_fini(&why);
	return rc;
}

static struct rep_str
take_line(struct rep_str *s)
{
	size_t nl = rep_str_chr(*s, '\n', 0);
	struct rep_str line = rep_str_sub(*s, 0, nl == SIZE_MAX ? s->n : nl);

	*s = rep_str_sub(*s, nl == SIZE_MAX ? s->n : nl + 1, s->n);
	return line;
}

static bool
read_why(const char *folder, const char *id, struct rep_arena *a, struct rep_quarantined *q)
{
	char path[PATH_MAX_HERE];
	struct rep_str s;
	struct stat st;

	snprintf(path, sizeof path, "%s/%s", folder, id);
	if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return false;
	q->bytes = (uint64_t)st.st_size;
	snprintf(path, sizeof path, "%s/%s.why", folder, id);
	if (rep_file_read(a, path, WHY_MAX, &s, NULL) != REP_OK ||
	    rep_time_parse(take_line(&s), &q->at_s, NULL, NULL) != REP_OK)
		return false;
	memcpy(q->id, id, REP_QUARANTINE_ID);
	q->reason = take_line(&s);
	q->from = take_line(&s);
	return true;
}

static int
by_age(const void *a, const void *b)
{
	const struct rep_quarantined *x = a, *y = b;

	return x->at_s != y->at_s ? (x->at_s < y->at_s ? -1 : 1) : strcmp(x->id, y->id);
}

enum rep_rc
rep_quarantine_list(const char *folder, struct rep_arena *a, struct rep_quarantined **v, size_t *n,
    struct rep_err *err)
{
	struct rep_quarantined *out = NULL;
	size_t count = 0, cap = 0;
	struct dirent *e;
	DIR *d = opendir(folder);

	*v = NULL;
	*n = 0;
	if (d == NULL)
		return errno == ENOENT ? REP_OK
				       : rep_fail(err, REP_EIO, "%s: %s", folder, strerror(errno));
	while ((e = readdir(d)) != NULL && count < REP_QUARANTINE_MAX) {
		if (!is_id(rep_str_c(e->d_name)))
			continue;
		if (count == cap) {
			struct rep_quarantined *more;

			cap = cap == 0 ? 16 : cap * 2;
			if ((more = rep_arena_alloc(a, cap * sizeof *more)) == NULL) {
				(void)closedir(d);
				return rep_fail(err, REP_EMEM, "out of memory");
			}
			if (count > 0)
				memcpy(more, out, count * sizeof *more);
			out = more;
		}
		count += read_why(folder, e->d_name, a, &out[count]);
	}
	(void)closedir(d);
	if (count > 0)
		qsort(out, count, sizeof *out, by_age);
	*v = out;
	*n = count;
	return REP_OK;
}

enum rep_rc
rep_quarantine_read(const char *folder, const char *id, struct rep_arena *a, struct rep_str *bytes,
    struct rep_err *err)
{
	char path[PATH_MAX_HERE];

	if (!is_id(rep_str_c(id)))
		return rep_fail(err, REP_ENOTFOUND,
		    "\"%s\" is no id of the quarantine: 16 digits and "
		    "letters a to f, as reputed quarantine list has them",
		    id);
	snprintf(path, sizeof path, "%s/%s", folder, id);
	if (access(path, F_OK) != 0)
		return rep_fail(err, REP_ENOTFOUND, "nothing in the quarantine is called %s", id);
	return rep_file_read(a, path, DOCUMENT_MAX, bytes, err);
}

enum rep_rc
rep_quarantine_remove(const char *folder, const char *id, struct rep_err *err)
{
	char path[PATH_MAX_HERE];

	if (!is_id(rep_str_c(id)))
		return rep_fail(err, REP_ENOTFOUND, "\"%s\" is no id of the quarantine", id);
	snprintf(path, sizeof path, "%s/%s", folder, id);
	if (unlink(path) != 0)
		return rep_fail(err, errno == ENOENT ? REP_ENOTFOUND : REP_EIO, "%s: %s", path,
		    strerror(errno));
	snprintf(path, sizeof path, "%s/%s.why", folder, id);
	(void)unlink(path);
	return REP_OK;
}

enum rep_rc
rep_quarantine_purge(const char *folder, int64_t before_s, size_t *n, struct rep_err *err)
{
	struct rep_arena *a = rep_arena_new(64 << 20);
	struct rep_quarantined *v;
	enum rep_rc rc;
	size_t count;

	*n = 0;
	if (a == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	if ((rc = rep_quarantine_list(folder, a, &v, &count, err)) == REP_OK)
		for (size_t i = 0; i < count && rc == REP_OK; i++)
			if (v[i].at_s < before_s) {
				rc = rep_quarantine_remove(folder, v[i].id, err);
				*n += rc == REP_OK;
			}
	rep_arena_free(a);
	return rc;
}
