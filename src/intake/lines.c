/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/lines.h"
#include "base/bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

/* A window of zstd beyond 2 to the 25th would need too much memory for a log. */
enum { WINDOW_LOG_MAX = 25 };

/* A mail or a log that comes through a pipe comes at once, or a line now and then. */
enum { PAUSE_MS = 1000 };

enum { BUFFER = 256 << 10, AT_ONCE = 64 << 10, PACKED = 64 << 10, KEEP = REP_LINES_HEAD };

struct rep_lines {
	char path[512];
	int fd;
	bool seekable, gzip, ended, z_open, z_done;
	bool torn; /* reading failed: the rest may come later (a file still being packed) */
	int64_t time_s;
	z_stream z;
	ZSTD_DStream *zstd;    /* owned; NULL: no zstd */
	ZSTD_inBuffer zstd_in; /* the unread part of packed */
	unsigned char *packed; /* owned; for gzip and zstd */
	char *buf;	       /* owned: KEEP bytes already read, then the unread bytes */
	size_t from, to;       /* the unread bytes of buf */
	uint64_t base;	       /* offset in the input of buf[from] */
	uint64_t number;
	char head[KEEP];
	size_t head_n;
	struct rep_err failed; /* why reading stopped; reported after the last line */
	bool skipping;	       /* inside the rest of a line that was cut */
};

static enum rep_rc
read_some(struct rep_lines *l, void *p, size_t n, size_t *got, struct rep_err *err)
{
	ssize_t r;

	do
		r = read(l->fd, p, n);
	while (r < 0 && errno == EINTR);
	if (r < 0)
		return rep_fail(err, REP_EIO, "%s: %s", l->path, strerror(errno));
	*got = (size_t)r;
	return REP_OK;
}

static enum rep_rc
damaged(const struct rep_lines *l, struct rep_err *err)
{
	return rep_fail(err, REP_EIO,
	    "%s: damaged gzip data after %llu bytes of text; all before was used", l->path,
	    (unsigned long long)(l->base + (l->to - l->from)));
}

/*
 * Between two members of a gzip file: zeros are padding (of tapes and block devices), another
 * member continues the text. Anything else is not gzip, and what it was cannot be known.
 */
static enum rep_rc
next_member(struct rep_lines *l, struct rep_err *err)
{
	while (l->z.avail_in > 0 && l->z.next_in[0] == 0) {
		l->z.next_in++;
		l->z.avail_in--;
	}
	if (l->z.avail_in == 0)
		return REP_OK;
	if (l->z.next_in[0] != 0x1f)
		return rep_fail(err, REP_EIO,
		    "%s: what follows after %llu bytes of text is no gzip data; all before was "
		    "used",
		    l->path, (unsigned long long)(l->base + (l->to - l->from)));
	(void)inflateReset(&l->z);
	l->z_done = false;
	return REP_OK;
}

/* Inflates into p. Several members one after the other are one input (RFC 1952). */
static enum rep_rc
inflate_some(struct rep_lines *l, char *p, size_t n, size_t *got, struct rep_err *err)
{
	enum rep_rc rc;
	size_t in;
	int r;

	l->z.next_out = (unsigned char *)p;
	l->z.avail_out = (unsigned)n;
	while (l->z.avail_out == n) {
		if (l->z.avail_in == 0) {
			if ((rc = read_some(l, l->packed, PACKED, &in, err)) != REP_OK)
				return rc;
			l->z.next_in = l->packed;
			l->z.avail_in = (unsigned)in;
			if (in == 0) {
				*got = 0;
				if (l->z_done)
					return REP_OK;
				return rep_fail(err, REP_EIO,
				    "%s: the gzip file ends too early, after %llu bytes of text; "
				    "all before was used",
				    l->path, (unsigned long long)(l->base + (l->to - l->from)));
			}
		}
		if (l->z_done) {
			if ((rc = next_member(l, err)) != REP_OK)
				return rc;
			if (l->z_done)
				continue;
		}
		r = inflate(&l->z, Z_NO_FLUSH);
		if (r == Z_STREAM_END)
			l->z_done = true;
		else if (r != Z_OK && r != Z_BUF_ERROR && l->z.avail_out == n)
			return damaged(l, err);
		else if (r != Z_OK && r != Z_BUF_ERROR)
			break; /* use what was read; the next call meets the same error */
	}
	*got = n - l->z.avail_out;
	return REP_OK;
}

/* The same for zstd. Several frames one after the other are one input. */
static enum rep_rc
unzstd_some(struct rep_lines *l, char *p, size_t n, size_t *got, struct rep_err *err)
{
	ZSTD_outBuffer out = { p, n, 0 };
	enum rep_rc rc;
	size_t in, left;

	while (out.pos == 0) {
		if (l->zstd_in.pos == l->zstd_in.size) {
			if ((rc = read_some(l, l->packed, PACKED, &in, err)) != REP_OK)
				return rc;
			l->zstd_in = (ZSTD_inBuffer){ l->packed, in, 0 };
			if (in == 0) {
				*got = 0;
				if (l->z_done)
					return REP_OK;
				return rep_fail(err, REP_EIO,
				    "%s: the zstd file ends too early, after %llu bytes of text; "
				    "all before was used",
				    l->path, (unsigned long long)(l->base + (l->to - l->from)));
			}
		}
		left = ZSTD_decompressStream(l->zstd, &out, &l->zstd_in);
		if (ZSTD_isError(left))
			return rep_fail(err, REP_EIO,
			    "%s: damaged zstd data after %llu bytes of text (%s); all before was used",
			    l->path, (unsigned long long)(l->base + (l->to - l->from)),
			    ZSTD_getErrorName(left));
		l->z_done = left == 0;
	}
	*got = out.pos;
	return REP_OK;
}

/* Small, so that the bytes are still in the processor's cache when the lines are read. */
static size_t
at_once(size_t room)
{
	return room < AT_ONCE ? room : AT_ONCE;
}

/* Reads more bytes into the buffer. Keeps KEEP bytes that were already read in front of them. */
static enum rep_rc
fill(struct rep_lines *l, struct rep_err *err)
{
	enum rep_rc rc;
	size_t got = 0, past = l->from < KEEP ? l->from : KEEP;

	if (l->from > past) {
		memmove(l->buf, l->buf + l->from - past, l->to - l->from + past);
		l->to -= l->from - past;
		l->from = past;
	}
	if (l->zstd != NULL)
		rc = unzstd_some(l, l->buf + l->to, BUFFER - l->to, &got, err);
	else if (l->gzip)
		rc = inflate_some(l, l->buf + l->to, BUFFER - l->to, &got, err);
	else
		rc = read_some(l, l->buf + l->to, at_once(BUFFER - l->to), &got, err);
	if (rc != REP_OK) {
		l->ended = l->torn = true;
		if (err != NULL)
			l->failed = *err;
		return rc;
	}
	if (got == 0)
		l->ended = true;
	l->to += got;
	return REP_OK;
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

	return l->seekable || l->ended || (n > REP_LINE_MAX && !l->skipping) ||
	    (n > 0 && memchr(l->buf + l->from, '\n', n) != NULL);
}

bool
rep_lines_more(struct rep_lines *l, int ms)
{
	if (l->ended || l->to - l->from > REP_LINE_MAX)
		return true;
	if (!readable(l, ms))
		return false;
	if (l->skipping) { /* the rest of a line that is too long: nothing of it is needed */
		l->base += l->to - l->from;
		l->from = l->to;
	}
	(void)fill(l, &l->failed);
	return true;
}

size_t
rep_lines_unread(const struct rep_lines *l)
{
	return l->to - l->from;
}

/* What was read so far is the beginning of packed data. */
static bool
unpack_from_here(struct rep_lines *l)
{
	l->gzip = true;
	l->ended = false;
	if ((l->packed = malloc(BUFFER)) == NULL)
		return false;
	memcpy(l->packed, l->buf, l->to);
	l->to = 0;
	return true;
}

static bool
have_line(const struct rep_lines *l)
{
	return l->to > 0 && memchr(l->buf, '\n', l->to) != NULL;
}

static enum rep_rc
start(struct rep_lines *l, struct rep_err *err)
{
	unsigned char *b;
	enum rep_rc rc;
	size_t packed;

	/* Read enough for the head, or everything; of a pipe that pauses, the lines that came. */
	while (!l->ended && l->to < KEEP && (!have_line(l) || readable(l, PAUSE_MS)))
		if ((rc = fill(l, err)) != REP_OK)
			return rc;
	b = (unsigned char *)l->buf;
	packed = l->to;
	if (l->to >= 4 && memcmp(b, "\x28\xb5\x2f\xfd", 4) == 0 && !l->gzip) {
		l->zstd = ZSTD_createDStream();
		if (l->zstd == NULL || !unpack_from_here(l))
			return rep_fail(err, REP_EMEM, "%s: out of memory", l->path);
		(void)ZSTD_DCtx_setParameter(l->zstd, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
		l->zstd_in = (ZSTD_inBuffer){ l->packed, packed, 0 };
		return start(l, err);
	}
	if (l->to >= 10 && b[0] == 0x1f && b[1] == 0x8b && !l->gzip) {
		uint32_t t = rep_le32(b + 4);

		if (t != 0)
			l->time_s = t;
		if (!unpack_from_here(l) || inflateInit2(&l->z, 15 + 16) != Z_OK)
			return rep_fail(err, REP_EMEM, "%s: out of memory", l->path);
		l->z_open = true;
		l->z.next_in = l->packed;
		l->z.avail_in = (unsigned)packed;
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
	struct rep_lines *l = calloc(1, sizeof *l);
	struct rep_err why;
	struct stat st;
	enum rep_rc rc;
	size_t n = strlen(name);

	if (l == NULL || (l->buf = malloc(BUFFER)) == NULL) {
		free(l);
		return rep_fail(err, REP_EMEM, "%s: out of memory", name);
	}
	if (n >= sizeof l->path)
		n = sizeof l->path - 1;
	memcpy(l->path, name, n);
	if (strcmp(path, "-") != 0)
		l->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (l->fd < 0 || fstat(l->fd, &st) != 0) {
		rc = rep_fail(err, REP_EIO, "%s: %s", l->path, strerror(errno));
		goto bad;
	}
	if (S_ISDIR(st.st_mode)) {
		rc =
		    rep_fail(err, REP_EIO, "%s: is a directory; name the log files in it", l->path);
		goto bad;
	}
	l->seekable = S_ISREG(st.st_mode);
	l->time_s = l->seekable ? (int64_t)st.st_mtime : 0;
	rc = start(l, &why);
	if (rc == REP_EIO && l->to > 0) { /* cut off early: use what was read */
		l->head_n = l->to < KEEP ? l->to : KEEP;
		memcpy(l->head, l->buf, l->head_n);
	} else if (rc != REP_OK) {
		rc = rep_fail(err, rc, "%s", why.msg);
		goto bad;
	}
	*out = l;
	return REP_OK;
bad:
	rep_lines_close(l);
	return rc;
}

void
rep_lines_close(struct rep_lines *l)
{
	if (l == NULL)
		return;
	if (l->z_open)
		(void)inflateEnd(&l->z);
	(void)ZSTD_freeDStream(l->zstd);
	if (l->fd > 0)
		(void)close(l->fd);
	free(l->packed);
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
	return l->seekable && (!l->gzip || l->torn);
}

struct rep_str
rep_lines_tail(const struct rep_lines *l, size_t n)
{
	if (n > l->from)
		n = l->from;
	return (struct rep_str){ l->buf + l->from - n, n };
}

enum rep_rc
rep_lines_seek(struct rep_lines *l, uint64_t offset, uint64_t lines, char tail[REP_LINES_HEAD],
    size_t *tail_n, struct rep_err *err)
{
	uint64_t near = offset > KEEP ? offset - KEEP : 0;
	struct rep_str t;
	enum rep_rc rc;

	if (l->seekable && !l->gzip && near > l->base + (l->to - l->from)) {
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
	t = rep_lines_tail(l, KEEP);
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

/* Drops the rest of a line of which the beginning was given with `cut`. */
static enum rep_rc
skip_rest(struct rep_lines *l, struct rep_err *err)
{
	enum rep_rc rc;
	size_t n;

	while (l->skipping) {
		rc = find_newline(l, &n, err);
		l->from += n;
		l->base += n;
		if (rc == REP_OK) {
			l->from++;
			l->base++;
			l->skipping = false;
		} else if (rc != REP_ENOTFOUND) {
			return rc;
		} else if (l->ended) {
			return REP_ENOTFOUND;
		}
	}
	return REP_OK;
}

enum rep_rc
rep_lines_next(struct rep_lines *l, struct rep_line *line, struct rep_err *err)
{
	struct rep_err why = { .rc = REP_OK };
	enum rep_rc rc;
	size_t n;

	if (l->skipping && (rc = skip_rest(l, err)) != REP_OK)
		return rc;
	rc = find_newline(l, &n, &why);
	if (rc != REP_OK && n == 0) {
		if (l->failed.rc == REP_OK)
			return REP_ENOTFOUND;
		rc = rep_fail(err, l->failed.rc, "%s", l->failed.msg);
		l->failed.rc = REP_OK; /* report it once */
		return rc;
	}
	line->cut = n > REP_LINE_MAX;
	line->open = rc != REP_OK && !line->cut;
	line->s = (struct rep_str){ l->buf + l->from, line->cut ? REP_LINE_MAX : n };
	line->number = ++l->number;
	if (line->cut && rc != REP_OK) {
		l->skipping = true;
	} else if (rc == REP_OK) {
		n++;
	}
	l->from += n;
	l->base += n;
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
