/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/quarantine.h"
#include "base/buf.h"
#include "base/fd.h"
#include "base/hash.h"
#include "base/own_file.h"
#include "base/time.h"
#include "engine/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	PATH_MAX_HERE = 1100,
	WHY_MAX = 2048,
	WHY_LINE = 600, /* three of them fit into WHY_MAX */
	DOCUMENT_MAX = 48 << 20,
	LIST_ARENA = 64 << 20
};

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

/* --- writing --------------------------------------------------------------------------------------- */

/* A file that is being written: on disk, but with a temporary name. */
struct unnamed {
	char path[PATH_MAX_HERE], temporary[PATH_MAX_HERE];
};

static enum rep_rc
write_unnamed(struct unnamed *u, const char *folder, const char *name, struct rep_str bytes,
    struct rep_err *err)
{
	int fd, why = 0;

	snprintf(u->path, sizeof u->path, "%s/%s", folder, name);
	snprintf(u->temporary, sizeof u->temporary, "%s/.%s.%ld", folder, name, (long)getpid());
	fd = rep_own_file_open(u->temporary, O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return rep_fail(err, REP_EIO, "%s: %s", u->temporary, strerror(errno));
	if (!rep_fd_write(fd, bytes) || fsync(fd) != 0)
		why = errno;
	if (close(fd) != 0 && why == 0)
		why = errno;
	if (why == 0)
		return REP_OK;
	(void)unlink(u->temporary);
	return rep_fail(err, REP_EIO, "%s: %s", u->path, strerror(why));
}

static enum rep_rc
give_name(const struct unnamed *u, struct rep_err *err)
{
	if (rename(u->temporary, u->path) == 0)
		return REP_OK;
	(void)rep_fail(err, REP_EIO, "%s: %s", u->path, strerror(errno));
	(void)unlink(u->temporary);
	return REP_EIO;
}

/* A name is safely on disk only when its folder is. */
static enum rep_rc
sync_folder(const char *folder, struct rep_err *err)
{
	return rep_fd_sync_folder(folder)
	    ? REP_OK
	    : rep_fail(err, REP_EIO, "%s: %s", folder, strerror(errno));
}

/* Writes one line. Each character that would end it, or that a terminal obeys, becomes a blank. */
static void
add_line(struct rep_buf *b, const char *s)
{
	for (size_t i = 0; s[i] != '\0' && i < WHY_LINE; i++)
		rep_buf_addc(b, (unsigned char)s[i] < ' ' || s[i] == 127 ? ' ' : s[i]);
	rep_buf_addc(b, '\n');
}

static enum rep_rc
write_both(const char *folder, const char *id, struct rep_str bytes, struct rep_str why,
    struct rep_err *err)
{
	char name[REP_QUARANTINE_ID + 8];
	struct unnamed document, reason;
	enum rep_rc rc;

	snprintf(name, sizeof name, "%s.why", id);
	if ((rc = write_unnamed(&document, folder, id, bytes, err)) != REP_OK)
		return rc;
	if ((rc = write_unnamed(&reason, folder, name, why, err)) != REP_OK) {
		(void)unlink(document.temporary);
		return rc;
	}
	/* The bytes first: whatever has a reason is complete. */
	if ((rc = give_name(&document, err)) != REP_OK) {
		(void)unlink(reason.temporary);
		return rc;
	}
	if ((rc = give_name(&reason, err)) != REP_OK)
		return rc;
	return sync_folder(folder, err);
}

/* True when both the bytes and the reason are there. */
static bool
is_there(const char *folder, const char *id)
{
	char path[PATH_MAX_HERE];

	snprintf(path, sizeof path, "%s/%s", folder, id);
	if (access(path, F_OK) != 0)
		return false;
	snprintf(path, sizeof path, "%s/%s.why", folder, id);
	return access(path, F_OK) == 0;
}

enum rep_rc
rep_quarantine_put(struct rep_quarantine *q, struct rep_str bytes, const char *from,
    const char *reason, int64_t at_s, char id[REP_QUARANTINE_ID], struct rep_err *err)
{
	static const struct rep_key none = { { 0 } };
	char when[REP_TIME_TEXT];
	struct rep_buf why;
	enum rep_rc rc;

	snprintf(id, REP_QUARANTINE_ID, "%016llx", (unsigned long long)rep_siphash(&none, bytes));
	if (rep_own_folder_make(q->folder) != 0 && errno != EEXIST)
		return rep_fail(err, REP_EIO, "%s: %s", q->folder, strerror(errno));
	if (is_there(q->folder, id))
		return REP_OK;
	if (q->files >= q->files_max || bytes.n > q->bytes_max || q->bytes > q->bytes_max - bytes.n)
		return rep_fail(err, REP_ELIMIT,
		    "the quarantine is full (%zu documents, %llu MB; at most %zu and %llu MB): "
		    "reputed quarantine purge",
		    q->files, (unsigned long long)(q->bytes >> 20), q->files_max,
		    (unsigned long long)(q->bytes_max >> 20));
	rep_buf_init(&why, WHY_MAX);
	add_line(&why, rep_time_text(at_s, when));
	add_line(&why, reason);
	add_line(&why, from);
	rc = write_both(q->folder, id, bytes, rep_buf_str(&why), err);
	rep_buf_fini(&why);
	if (rc == REP_OK) {
		q->files++;
		q->bytes += bytes.n;
	}
	return rc;
}

/* --- what is there ----------------------------------------------------------------------------------- */

static struct rep_str
take_line(struct rep_str *s)
{
	struct rep_str line = { "", 0 };

	(void)rep_str_take_line(s, &line);
	return line;
}

/*
 * False: there is no such document (any more). A document without a reason has the time of its
 * file.
 */
static bool
read_why(const char *folder, const char *id, struct rep_arena *a, struct rep_quarantined *q)
{
	char path[PATH_MAX_HERE];
	struct rep_str s;
	struct stat st;

	snprintf(path, sizeof path, "%s/%s", folder, id);
	if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return false;
	memcpy(q->id, id, REP_QUARANTINE_ID);
	q->bytes = (uint64_t)st.st_size;
	q->file_s = (int64_t)st.st_mtime;
	snprintf(path, sizeof path, "%s/%s.why", folder, id);
	if (rep_file_read_own(a, path, WHY_MAX, &s, NULL) == REP_OK &&
	    rep_time_parse(take_line(&s), &q->at_s, NULL, NULL) == REP_OK) {
		q->reason = take_line(&s);
		q->from = take_line(&s);
		return true;
	}
	q->at_s = q->file_s;
	q->reason = REP_S("the reason was lost: reputed was stopped while it stored this document");
	q->from = (struct rep_str){ "", 0 };
	return true;
}

static int
by_age(const void *a, const void *b)
{
	const struct rep_quarantined *x = a, *y = b;

	return x->at_s != y->at_s ? (x->at_s < y->at_s ? -1 : 1) : strcmp(x->id, y->id);
}

static struct rep_quarantined *
grown(struct rep_arena *a, struct rep_quarantined *old, size_t n, size_t cap)
{
	struct rep_quarantined *more = rep_arena_alloc(a, cap * sizeof *more);

	if (more != NULL && n > 0)
		memcpy(more, old, n * sizeof *more);
	return more;
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
	while ((e = readdir(d)) != NULL) {
		if (!is_id(rep_str_c(e->d_name)))
			continue;
		if (count == cap) {
			cap = cap == 0 ? 16 : cap * 2;
			if ((out = grown(a, out, count, cap)) == NULL) {
				(void)closedir(d);
				return rep_fail(err, REP_EMEM, "out of memory");
			}
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
rep_quarantine_open(struct rep_quarantine *q, const char *folder, struct rep_err *err)
{
	char path[PATH_MAX_HERE];
	struct dirent *e;
	struct stat st;
	DIR *d = opendir(folder);

	*q = (struct rep_quarantine){ .folder = folder,
		.files_max = REP_QUARANTINE_FILES,
		.bytes_max = REP_QUARANTINE_BYTES };
	if (d == NULL)
		return errno == ENOENT ? REP_OK
				       : rep_fail(err, REP_EIO, "%s: %s", folder, strerror(errno));
	while ((e = readdir(d)) != NULL) {
		snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
		if (!is_id(rep_str_c(e->d_name)) || stat(path, &st) != 0)
			continue;
		q->files++;
		q->bytes += (uint64_t)st.st_size;
	}
	(void)closedir(d);
	return REP_OK;
}

enum rep_rc
rep_quarantine_read(const char *folder, const char *id, struct rep_arena *a, struct rep_str *bytes,
    struct rep_err *err)
{
	char path[PATH_MAX_HERE];

	if (!is_id(rep_str_c(id)))
		return rep_fail(err, REP_ENOTFOUND,
		    "\"%s\" is not an id of the quarantine: 16 digits and letters a to f, as "
		    "reputed quarantine list shows them",
		    id);
	snprintf(path, sizeof path, "%s/%s", folder, id);
	if (access(path, F_OK) != 0)
		return rep_fail(err, REP_ENOTFOUND, "the quarantine has no %s", id);
	return rep_file_read_own(a, path, DOCUMENT_MAX, bytes, err);
}

/* --- what goes --------------------------------------------------------------------------------------- */

enum rep_rc
rep_quarantine_remove(const char *folder, const char *id, struct rep_err *err)
{
	char path[PATH_MAX_HERE];

	if (!is_id(rep_str_c(id)))
		return rep_fail(err, REP_ENOTFOUND, "\"%s\" is not an id of the quarantine", id);
	snprintf(path, sizeof path, "%s/%s", folder, id);
	if (unlink(path) != 0)
		return rep_fail(err, errno == ENOENT ? REP_ENOTFOUND : REP_EIO, "%s: %s", path,
		    strerror(errno));
	snprintf(path, sizeof path, "%s/%s.why", folder, id);
	(void)unlink(path);
	return REP_OK;
}

/*
 * Our own files that are no document: ".ID.PID", ".ID.why.PID", and an ID.why whose bytes are gone.
 */
static bool
is_rest(const char *folder, const char *name)
{
	struct rep_str s = rep_str_c(name), id = rep_str_sub(s, 0, REP_QUARANTINE_ID - 1);
	char path[PATH_MAX_HERE];

	if (s.p[0] == '.')
		return is_id(rep_str_sub(s, 1, REP_QUARANTINE_ID - 1));
	if (!is_id(id) || !rep_str_eq(rep_str_sub(s, id.n, s.n), REP_S(".why")))
		return false;
	snprintf(path, sizeof path, "%s/%.*s", folder, REP_PR(id));
	return access(path, F_OK) != 0;
}

static void
purge_rests(const char *folder, int64_t before_s)
{
	char path[PATH_MAX_HERE];
	struct dirent *e;
	struct stat st;
	DIR *d = opendir(folder);

	while (d != NULL && (e = readdir(d)) != NULL) {
		snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
		if (is_rest(folder, e->d_name) && lstat(path, &st) == 0 &&
		    (int64_t)st.st_mtime < before_s)
			(void)unlink(path);
	}
	if (d != NULL)
		(void)closedir(d);
}

enum { AHEAD = REP_QUARANTINE_DAYS + 1 };

/* A reason from the future is damaged, and would keep its document for ever: its file is as old. */
static int64_t
age_of(const struct rep_quarantined *q, int64_t before_s)
{
	return q->at_s - AHEAD * (int64_t)REP_DAY_S > before_s ? q->file_s : q->at_s;
}

enum rep_rc
rep_quarantine_purge(const char *folder, int64_t before_s, size_t *n, struct rep_err *err)
{
	struct rep_arena *a = rep_arena_new(LIST_ARENA);
	struct rep_quarantined *v;
	enum rep_rc rc;
	size_t count;

	*n = 0;
	if (a == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	if ((rc = rep_quarantine_list(folder, a, &v, &count, err)) == REP_OK)
		for (size_t i = 0; i < count && rc == REP_OK; i++)
			if (age_of(&v[i], before_s) < before_s) {
				rc = rep_quarantine_remove(folder, v[i].id, err);
				*n += rc == REP_OK;
			}
	if (rc == REP_OK)
		purge_rests(folder, before_s);
	rep_arena_free(a);
	return rc;
}
