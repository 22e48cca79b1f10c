/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/lines.h"
#include "base/bytes.h"
#include "intake/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A mail or a log that comes through a pipe comes at once, or a line now and then. */
enum { PAUSE_MS = 1000 };
/* A line of a pipe that is still longer is not waited for byte by byte, but read to its end. */
enum { LONG = 128 << 10 };

/* The year 9999: a file system may keep any number as a time. */
static const int64_t LATEST_S = 253402300799;

enum { BUFFER = 256 << 10, AT_ONCE = 64 << 10, KEEP = REP_LINES_HEAD };

struct rep_lines {
	char path[REP_LINES_NAME + 1];
	int fd;
	bool seekable, ended;
	bool torn; /* reading failed: the rest may come later (a file still being packed) */
	int64_t time_s;
	struct rep_unpack *packed; /* owned; NULL: a plain file */
	char *buf;		   /* owned: KEEP bytes already read, then the unread bytes */
	size_t from, to;	   /* the unread bytes of buf */
	uint64_t base;		   /* offset in the input of buf[from] */
	uint64_t number;
	char head[KEEP];
	size_t head_n;
	struct rep_err failed; /* why reading stopped; reported after the last line */
	char *cut; /* owned: the beginning of a line that was cut; NULL: none was so far */
};

static enum rep_rc
read_some(void *ctx, void *p, size_t n, size_t *got, struct rep_err *err)
{
	struct rep_lines *l = ctx;
	ssize_t r;

	do
		r = read(l->fd, p, n);
	while (r < 0 && errno == EINTR);
	if (r < 0)
		return rep_fail(err, REP_EIO, "%s: %s", l->path, strerror(errno));
	*got = (size_t)r;
	return REP_OK;
}

/* Small, so that the bytes are still in the processor's cache when the lines are read. */
static size_t
at_once(size_t room)
{
	return room < AT_ONCE ? room : AT_ONCE;
}

/* Makes room in the buffer. Keeps KEEP bytes that were already read in front of the unread ones. */
static void
make_room(struct rep_lines *l)
{
	size_t past = l->from < KEEP ? l->from : KEEP;

	if (l->from > past) {
		memmove(l->buf, l->buf + l->from - past, l->to - l->from + past);
		l->to -= l->from - past;
		l->from = past;
	}
}

static void
stopped(struct rep_lines *l, const struct rep_err *why)
{
	l->ended = l->torn = true;
	l->failed = *why;
}

/* Reads more bytes into the buffer. */
static enum rep_rc
fill(struct rep_lines *l, struct rep_err *err)
{
	struct rep_err why = { .rc = REP_OK };
	enum rep_rc rc;
	size_t got = 0;

	make_room(l);
	if (l->packed != NULL)
		rc = rep_unpack_some(l->packed, l->buf + l->to, BUFFER - l->to, &got, &why);
	else
		rc = read_some(l, l->buf + l->to, at_once(BUFFER - l->to), &got, &why);
	if (rc != REP_OK) {
		stopped(l, &why);
		if (err != NULL)
			*err = why;
		return rc;
	}
	if (got == 0)
		l->ended = true;
	l->to += got;
	return REP_OK;
}

/* Fills the buffer with what is unpacked without reading. False: there is nothing. */
static bool
fill_from_held(struct rep_lines *l)
{
	struct rep_err why = { .rc = REP_OK };
	size_t got = 0;

	if (l->packed == NULL)
		return false;
	make_room(l);
	if (rep_unpack_held(l->packed, l->buf + l->to, BUFFER - l->to, &got, &why) != REP_OK)
		stopped(l, &why);
	l->to += got;
	return got > 0 || l->ended;
}

/* True when bytes or the end can be read now, or within ms. */
static bool
readable(const struct rep_lines *l, int ms)
{
	struct pollfd p = { .fd = l->fd, .events = POLLIN };
	int n;

	if (l->seekable)
		return true;
	do
		n = poll(&p, 1, ms);
	while (n < 0 && errno == EINTR);
	return n != 0; /* an error is reported by the read */
}

bool
rep_lines_flows(const struct rep_lines *l)
{
	return !l->seekable;
}

bool
rep_lines_ended(const struct rep_lines *l)
{
	return l->ended;
}

bool
rep_lines_whole(const struct rep_lines *l)
{
	size_t n = l->to - l->from;

	return l->seekable || l->ended || n > LONG ||
	    (n > 0 && memchr(l->buf + l->from, '\n', n) != NULL);
}

bool
rep_lines_more(struct rep_lines *l, int ms)
{
	if (l->ended || l->to - l->from > LONG || fill_from_held(l))
		return true;
	if (!readable(l, ms))
		return false;
	(void)fill(l, NULL);
	return true;
}

size_t
rep_lines_unread(const struct rep_lines *l)
{
	return l->to - l->from;
}

/* A line, or the beginning of packed bytes, in which there may be no newline. */
static bool
have_line(const struct rep_lines *l)
{
	return l->to > 0 &&
	    (memchr(l->buf, '\n', l->to) != NULL ||
		(l->packed == NULL && rep_packing_of((struct rep_str){ l->buf, l->to }) != NULL));
}

static enum rep_rc
start(struct rep_lines *l, struct rep_err *err)
{
	const struct rep_packing *packing;
	struct rep_str head;
	enum rep_rc rc;

	/* Read enough for the head, or everything; of a pipe that pauses, the lines that came. */
	while (!l->ended && l->to < KEEP && (!have_line(l) || readable(l, PAUSE_MS)))
		if ((rc = fill(l, err)) != REP_OK)
			return rc;
	head = (struct rep_str){ l->buf, l->to };
	if (l->packed == NULL && (packing = rep_packing_of(head)) != NULL) {
		/* gzip keeps the time of the file (RFC 1952); 0: not known. */
		if (head.p[0] == '\x1f' && rep_le32((unsigned char *)l->buf + 4) != 0)
			l->time_s = rep_le32((unsigned char *)l->buf + 4);
		if ((rc = rep_unpack_open(packing, head, read_some, l, l->path, &l->packed, err)) !=
		    REP_OK)
			return rc;
		l->ended = false;
		l->to = 0;
		return start(l, err);
	}
	l->head_n = l->to < KEEP ? l->to : KEEP;
	memcpy(l->head, l->buf, l->head_n);
	return REP_OK;
}

enum rep_rc
rep_lines_open(const char *path, struct rep_lines **out, struct rep_err *err)
{
	return rep_lines_open_as(path, strcmp(path, "-") == 0 ? "standard input" : path, out, err);
}

enum rep_rc
rep_lines_open_as(const char *path, const char *name, struct rep_lines **out, struct rep_err *err)
{
	struct rep_lines_file file;
	int fd = STDIN_FILENO;
	enum rep_rc rc;

	if (strcmp(path, "-") != 0 && (fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)) < 0)
		return rep_fail(err, REP_EIO, "%s: %s", name, strerror(errno));
	if ((rc = rep_lines_look(fd, name, &file, err)) != REP_OK) {
		if (fd > 0)
			(void)close(fd);
		return rc;
	}
	return rep_lines_begin(fd, name, &file, out, err);
}

enum rep_rc
rep_lines_look(int fd, const char *name, struct rep_lines_file *out, struct rep_err *err)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return rep_fail(err, REP_EIO, "%s: %s", name, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return rep_fail(err, REP_EIO, "%s: is a directory; name the log files in it", name);
	out->seekable = S_ISREG(st.st_mode);
	out->time_s =
	    out->seekable && st.st_mtime > 0 && st.st_mtime < LATEST_S ? (int64_t)st.st_mtime : 0;
	return REP_OK;
}

enum rep_rc
rep_lines_begin(int fd, const char *name, const struct rep_lines_file *file, struct rep_lines **out,
    struct rep_err *err)
{
	struct rep_lines *l = calloc(1, sizeof *l);
	struct rep_err why;
	enum rep_rc rc;
	size_t n = strlen(name);

	if (l == NULL || (l->buf = malloc(BUFFER)) == NULL) {
		free(l);
		if (fd > 0)
			(void)close(fd);
		return rep_fail(err, REP_EMEM, "%s: out of memory", name);
	}
	memcpy(l->path, name, n < REP_LINES_NAME ? n : REP_LINES_NAME);
	l->fd = fd;
	l->seekable = file->seekable;
	l->time_s = file->time_s;
	rc = start(l, &why);
	if (rc == REP_EIO && l->to > 0) { /* cut off early: use what was read */
		l->head_n = l->to < KEEP ? l->to : KEEP;
		memcpy(l->head, l->buf, l->head_n);
	} else if (rc != REP_OK) {
		rc = rep_fail(err, rc, "%s", why.msg);
		rep_lines_close(l);
		return rc;
	}
	*out = l;
	return REP_OK;
}

void
rep_lines_close(struct rep_lines *l)
{
	if (l == NULL)
		return;
	rep_unpack_close(l->packed);
	if (l->fd > 0)
		(void)close(l->fd);
	free(l->cut);
	free(l->buf);
	free(l);
}

struct rep_str
rep_lines_head(const struct rep_lines *l)
{
	return (struct rep_str){ l->head, l->head_n };
}

int64_t
rep_lines_time(const struct rep_lines *l)
{
	return l->time_s;
}

bool
rep_lines_growing(const struct rep_lines *l)
{
	return l->seekable && (l->packed == NULL || l->torn);
}

/* The bytes before the place up to which lines were given, at most n. */
static struct rep_str
tail_of(const struct rep_lines *l, size_t n)
{
	if (n > l->from)
		n = l->from;
	return (struct rep_str){ l->buf + l->from - n, n };
}

void
rep_lines_mark(const struct rep_lines *l, const struct rep_line *line, struct rep_lines_mark *out)
{
	bool before = line->open && rep_lines_growing(l);
	struct rep_str tail = tail_of(l, KEEP + (before ? line->s.n : 0));

	if (before) {
		tail.n -= line->s.n < tail.n ? line->s.n : tail.n;
		if (tail.n > KEEP)
			tail = rep_str_sub(tail, tail.n - KEEP, tail.n);
	}
	out->before = before;
	out->offset = line->end - (before ? line->s.n : 0);
	if (tail.n > out->offset)
		tail = rep_str_sub(tail, tail.n - (size_t)out->offset, tail.n);
	out->tail = tail;
}

enum rep_rc
rep_lines_seek(struct rep_lines *l, uint64_t offset, uint64_t lines, char tail[REP_LINES_HEAD],
    size_t *tail_n, struct rep_err *err)
{
	uint64_t near = offset > KEEP ? offset - KEEP : 0;
	struct rep_str t;
	enum rep_rc rc;

	if (l->seekable && l->packed == NULL && near > l->base + (l->to - l->from)) {
		if (lseek(l->fd, (off_t)near, SEEK_SET) < 0)
			return REP_ENOTFOUND;
		l->from = l->to = 0;
		l->base = near;
		l->ended = false;
	}
	while (l->base < offset) {
		size_t n = l->to - l->from;

		if (n > offset - l->base)
			n = (size_t)(offset - l->base);
		l->from += n;
		l->base += n;
		if (l->base == offset)
			break;
		if (l->ended)
			return REP_ENOTFOUND;
		if ((rc = fill(l, err)) != REP_OK)
			return rc;
	}
	l->number = lines;
	t = tail_of(l, KEEP);
	memcpy(tail, t.p, t.n);
	*tail_n = t.n;
	return REP_OK;
}

/* Finds the next newline, and reads more as long as the line can still fit. */
static enum rep_rc
find_newline(struct rep_lines *l, size_t *n, struct rep_err *err)
{
	size_t seen = 0;
	enum rep_rc rc;
	char *nl;

	for (;;) {
		nl = memchr(l->buf + l->from + seen, '\n', l->to - l->from - seen);
		if (nl != NULL) {
			*n = (size_t)(nl - (l->buf + l->from));
			return REP_OK;
		}
		seen = l->to - l->from;
		*n = seen;
		if (seen > REP_LINE_MAX || l->ended)
			return REP_ENOTFOUND;
		if ((rc = fill(l, err)) != REP_OK)
			return rc;
	}
}

/*
 * The beginning of a line that is too long, and past its end: what follows is the next line, also
 * for who continues from there. A failure is kept in l->failed.
 */
static enum rep_rc
cut_line(struct rep_lines *l, struct rep_line *line, struct rep_err *err)
{
	uint64_t began = l->base;
	struct rep_err why;
	enum rep_rc rc;
	size_t n;

	if (l->cut == NULL && (l->cut = malloc(REP_LINE_MAX)) == NULL)
		return rep_fail(err, REP_EMEM, "%s: out of memory", l->path);
	memcpy(l->cut, l->buf + l->from, REP_LINE_MAX);
	line->s = (struct rep_str){ l->cut, REP_LINE_MAX };
	do {
		rc = find_newline(l, &n, NULL);
		n += rc == REP_OK;
		l->from += n;
		l->base += n;
	} while (rc == REP_ENOTFOUND && !l->ended && l->base - began <= REP_LINE_SKIP_MAX);
	if (rc == REP_ENOTFOUND && !l->ended) {
		(void)rep_fail(&why, REP_EIO,
		    "%s: a line of more than %d MB: it is no log, and the rest was not read",
		    l->path, REP_LINE_SKIP_MAX >> 20);
		stopped(l, &why);
	}
	return REP_OK;
}

enum rep_rc
rep_lines_next(struct rep_lines *l, struct rep_line *line, struct rep_err *err)
{
	enum rep_rc rc;
	size_t n;

	rc = find_newline(l, &n, NULL); /* what failed is in l->failed */
	if (rc != REP_OK && n == 0) {
		if (l->failed.rc == REP_OK)
			return REP_ENOTFOUND;
		rc = rep_fail(err, l->failed.rc, "%s", l->failed.msg);
		l->failed.rc = REP_OK; /* report it once */
		return rc;
	}
	line->cut = n > REP_LINE_MAX;
	line->open = rc != REP_OK && !line->cut;
	line->number = ++l->number;
	if (line->cut) {
		if ((rc = cut_line(l, line, err)) != REP_OK)
			return rc;
	} else {
		line->s = (struct rep_str){ l->buf + l->from, n };
		n += rc == REP_OK;
		l->from += n;
		l->base += n;
	}
	line->end = l->base;
	return REP_OK;
}

enum rep_rc
rep_lines_bytes(struct rep_lines *l, struct rep_str *bytes, struct rep_err *err)
{
	enum rep_rc rc;

	while (l->from == l->to) {
		if (l->failed.rc != REP_OK) {
			rc = rep_fail(err, l->failed.rc, "%s", l->failed.msg);
			l->failed.rc = REP_OK; /* report it once */
			return rc;
		}
		if (l->ended)
			return REP_ENOTFOUND;
		(void)fill(l, &l->failed);
	}
	*bytes = (struct rep_str){ l->buf + l->from, l->to - l->from };
	l->from = l->to;
	l->base += bytes->n;
	return REP_OK;
}

bool
rep_lines_all(struct rep_lines *l, size_t most, struct rep_str *bytes)
{
	if (!l->seekable || l->from > 0 || most > REP_LINES_ALL)
		return false;
	while (!l->ended && l->to <= most)
		(void)fill(l, &l->failed);
	*bytes = (struct rep_str){ l->buf, l->to };
	return l->ended && l->failed.rc == REP_OK && l->to <= most;
}
