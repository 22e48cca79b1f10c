/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/unpack.h"

#include <bzlib.h>
#include <lzma.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

/* A window of zstd beyond 2 to the 25th would need too much memory for a log. */
enum { WINDOW_LOG_MAX = 25 };
/* xz -9 needs 65 MB. */
enum { XZ_MEMORY = 96 << 20 };
enum { PACKED = 64 << 10, HEAD_MAX = 256 << 10 };
enum { ZSTD_FRAME_FIRST = 5 }; /* bytes of a frame of zstd that say how long its header is */

enum unpack_step {
	STEP_ON,     /* more can follow */
	STEP_MEMBER, /* a member is complete */
	STEP_BAD
};

struct rep_unpack {
	const struct rep_packing *packing;
	rep_unpack_read_fn read;
	void *ctx;
	const char *name;
	unsigned char *packed; /* owned */
	size_t from, to;       /* the unread part of packed */
	uint64_t text;	       /* bytes given so far */
	bool ended;	       /* the last member is complete */
	bool full;	       /* the last step filled its room: the library may have more text */
	bool bad;
	const char *why; /* what the library says of bad data; NULL: nothing */
	union {
		z_stream gzip;
		struct {
			ZSTD_DStream *stream;
			size_t asked; /* what zstd wants next, at most */
		} zstd;
		bz_stream bzip2;
		lzma_stream xz;
	} s;
};

struct rep_packing {
	const char *name;
	struct rep_str magic;
	size_t least;			     /* a shorter head is no such data */
	bool (*begin)(struct rep_unpack *u); /* a member; false: out of memory */
	void (*end)(struct rep_unpack *u);
	/* Unpacks into p. Advances u->from, adds to *got. */
	enum unpack_step (*step)(struct rep_unpack *u, char *p, size_t n, size_t *got);
};

/* --- gzip (RFC 1952) ---------------------------------------------------------------------------- */

static bool
gzip_begin(struct rep_unpack *u)
{
	return inflateInit2(&u->s.gzip, 15 + 16) == Z_OK;
}

static void
gzip_end(struct rep_unpack *u)
{
	(void)inflateEnd(&u->s.gzip);
}

static enum unpack_step
gzip_step(struct rep_unpack *u, char *p, size_t n, size_t *got)
{
	z_stream *z = &u->s.gzip;
	int r;

	z->next_in = u->packed + u->from;
	z->avail_in = (unsigned)(u->to - u->from);
	z->next_out = (unsigned char *)p;
	z->avail_out = (unsigned)n;
	r = inflate(z, Z_NO_FLUSH);
	u->from = u->to - z->avail_in;
	*got += n - z->avail_out;
	if (r == Z_STREAM_END)
		return STEP_MEMBER;
	return r == Z_OK || r == Z_BUF_ERROR ? STEP_ON : STEP_BAD;
}

/* --- zstd --------------------------------------------------------------------------------------- */

static bool
zstd_begin(struct rep_unpack *u)
{
	if ((u->s.zstd.stream = ZSTD_createDStream()) == NULL)
		return false;
	(void)ZSTD_DCtx_setParameter(u->s.zstd.stream, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
	u->s.zstd.asked = ZSTD_FRAME_FIRST;
	return true;
}

static void
zstd_end(struct rep_unpack *u)
{
	(void)ZSTD_freeDStream(u->s.zstd.stream);
}

/*
 * How much zstd gets at a time. It asks for a block and the header of the next, and gives nothing of
 * the block when that header is damaged. So it gets the block alone, and each step fails by itself.
 */
static size_t
zstd_piece(const struct rep_unpack *u)
{
	enum { BLOCK_HEADER = 3 };
	size_t asked = u->s.zstd.asked, n = asked > BLOCK_HEADER ? asked - BLOCK_HEADER : asked;

	return n < u->to - u->from ? n : u->to - u->from;
}

static enum unpack_step
zstd_step(struct rep_unpack *u, char *p, size_t n, size_t *got)
{
	ZSTD_inBuffer in = { u->packed + u->from, zstd_piece(u), 0 };
	ZSTD_outBuffer out = { p, n, 0 };
	size_t left = ZSTD_decompressStream(u->s.zstd.stream, &out, &in);

	u->from += in.pos;
	*got += out.pos;
	if (ZSTD_isError(left)) {
		u->why = ZSTD_getErrorName(left);
		return STEP_BAD;
	}
	u->s.zstd.asked = left;
	return left == 0 ? STEP_MEMBER : STEP_ON;
}

/* --- bzip2 -------------------------------------------------------------------------------------- */

static bool
bzip2_begin(struct rep_unpack *u)
{
	u->s.bzip2 = (bz_stream){ 0 };
	return BZ2_bzDecompressInit(&u->s.bzip2, 0, 0) == BZ_OK;
}

static void
bzip2_end(struct rep_unpack *u)
{
	(void)BZ2_bzDecompressEnd(&u->s.bzip2);
}

static enum unpack_step
bzip2_step(struct rep_unpack *u, char *p, size_t n, size_t *got)
{
	bz_stream *b = &u->s.bzip2;
	int r;

	b->next_in = (char *)u->packed + u->from;
	b->avail_in = (unsigned)(u->to - u->from);
	b->next_out = p;
	b->avail_out = (unsigned)n;
	r = BZ2_bzDecompress(b);
	u->from = u->to - b->avail_in;
	*got += n - b->avail_out;
	if (r == BZ_STREAM_END)
		return STEP_MEMBER;
	return r == BZ_OK ? STEP_ON : STEP_BAD;
}

/* --- xz ----------------------------------------------------------------------------------------- */

static bool
xz_begin(struct rep_unpack *u)
{
	u->s.xz = (lzma_stream)LZMA_STREAM_INIT;
	return lzma_stream_decoder(&u->s.xz, XZ_MEMORY, 0) == LZMA_OK;
}

static void
xz_end(struct rep_unpack *u)
{
	lzma_end(&u->s.xz);
}

static enum unpack_step
xz_step(struct rep_unpack *u, char *p, size_t n, size_t *got)
{
	lzma_stream *x = &u->s.xz;
	lzma_ret r;

	x->next_in = u->packed + u->from;
	x->avail_in = u->to - u->from;
	x->next_out = (unsigned char *)p;
	x->avail_out = n;
	r = lzma_code(x, LZMA_RUN);
	u->from = u->to - x->avail_in;
	*got += n - x->avail_out;
	if (r == LZMA_STREAM_END)
		return STEP_MEMBER;
	if (r == LZMA_MEMLIMIT_ERROR)
		u->why = "it needs more than 96 MB of memory";
	return r == LZMA_OK || r == LZMA_BUF_ERROR ? STEP_ON : STEP_BAD;
}

/* --- the table ---------------------------------------------------------------------------------- */

static const struct rep_packing packings[] = {
	{ "gzip", { "\x1f\x8b", 2 }, 10, gzip_begin, gzip_end, gzip_step },
	{ "zstd", { "\x28\xb5\x2f\xfd", 4 }, 4, zstd_begin, zstd_end, zstd_step },
	{ "bzip2", { "BZh", 3 }, 10, bzip2_begin, bzip2_end, bzip2_step },
	{ "xz",
	    { "\xfd"
	      "7zXZ\0",
		6 },
	    12, xz_begin, xz_end, xz_step },
};

const struct rep_packing *
rep_packing_of(struct rep_str head)
{
	static const struct rep_str block = { "1AY&SY", 6 },
				    none = { "\x17\x72\x45\x38\x50\x90", 6 };

	for (size_t i = 0; i < REP_COUNT(packings); i++) {
		const struct rep_packing *p = &packings[i];

		if (head.n < p->least || !rep_str_starts(head, p->magic))
			continue;
		/* Three letters are little: bzip2 goes on with a level, and a block or the end. */
		if (p->begin == bzip2_begin && !rep_str_eq(rep_str_sub(head, 4, 6), block) &&
		    !rep_str_eq(rep_str_sub(head, 4, 6), none))
			continue;
		return p;
	}
	return NULL;
}

enum rep_rc
rep_unpack_open(const struct rep_packing *packing, struct rep_str head, rep_unpack_read_fn read,
    void *ctx, const char *name, struct rep_unpack **out, struct rep_err *err)
{
	struct rep_unpack *u = calloc(1, sizeof *u);

	if (u == NULL || head.n > HEAD_MAX || (u->packed = malloc(HEAD_MAX)) == NULL ||
	    !packing->begin(u)) {
		if (u != NULL)
			free(u->packed);
		free(u);
		return rep_fail(err, REP_EMEM, "%s: out of memory", name);
	}
	u->packing = packing;
	u->read = read;
	u->ctx = ctx;
	u->name = name;
	memcpy(u->packed, head.p, head.n);
	u->to = head.n;
	*out = u;
	return REP_OK;
}

void
rep_unpack_close(struct rep_unpack *u)
{
	if (u == NULL)
		return;
	u->packing->end(u);
	free(u->packed);
	free(u);
}

static enum rep_rc
damaged(const struct rep_unpack *u, struct rep_err *err)
{
	return rep_fail(err, REP_EIO,
	    "%s: damaged %s data after %llu bytes of text%s%s%s; everything before it was used",
	    u->name, u->packing->name, (unsigned long long)u->text, u->why != NULL ? " (" : "",
	    u->why != NULL ? u->why : "", u->why != NULL ? ")" : "");
}

/* More packed bytes, when there are none left. *end: there are no more. */
static enum rep_rc
more(struct rep_unpack *u, bool *end, struct rep_err *err)
{
	enum rep_rc rc;
	size_t in;

	*end = false;
	if (u->from < u->to)
		return REP_OK;
	if ((rc = u->read(u->ctx, u->packed, PACKED, &in, err)) != REP_OK)
		return rc;
	u->from = 0;
	u->to = in;
	*end = in == 0;
	if (!*end || u->ended)
		return REP_OK;
	return rep_fail(err, REP_EIO,
	    "%s: the %s file ends too early, after %llu bytes of text; everything before that was "
	    "used",
	    u->name, u->packing->name, (unsigned long long)u->text);
}

/* zstd may put frames between others that hold no text. */
static bool
begins_member(const struct rep_unpack *u)
{
	unsigned char c = u->packed[u->from];

	return c == (unsigned char)u->packing->magic.p[0] ||
	    (u->packing->begin == zstd_begin && (c & 0xf0) == 0x50);
}

/*
 * After a member: zeros are padding (of tapes and block devices), another member continues the
 * text. Anything else is no packed data, and what it was cannot be known.
 */
static enum rep_rc
next_member(struct rep_unpack *u, struct rep_err *err)
{
	while (u->from < u->to && u->packed[u->from] == 0)
		u->from++;
	if (u->from == u->to)
		return REP_OK;
	if (!begins_member(u))
		return rep_fail(err, REP_EIO,
		    "%s: after %llu bytes of text the file is not %s data; everything before that "
		    "was used",
		    u->name, (unsigned long long)u->text, u->packing->name);
	u->packing->end(u);
	if (!u->packing->begin(u))
		return rep_fail(err, REP_EMEM, "%s: out of memory", u->name);
	u->ended = false;
	return REP_OK;
}

static enum rep_rc
unpack(struct rep_unpack *u, bool wait, char *p, size_t n, size_t *got, struct rep_err *err)
{
	enum rep_rc rc;
	enum unpack_step step;
	bool end = false;

	for (*got = 0; *got == 0;) {
		if (u->bad)
			return damaged(u, err);
		if (!wait && u->from == u->to && !u->full)
			return REP_OK;
		if (!u->full && ((rc = more(u, &end, err)) != REP_OK || end))
			return rc;
		if (u->ended && (rc = next_member(u, err)) != REP_OK)
			return rc;
		if (u->ended)
			continue;
		step = u->packing->step(u, p, n, got);
		u->ended = step == STEP_MEMBER;
		u->bad = step == STEP_BAD;
		u->full = step == STEP_ON && *got == n;
		u->text += *got;
	}
	return REP_OK;
}

enum rep_rc
rep_unpack_some(struct rep_unpack *u, char *p, size_t n, size_t *got, struct rep_err *err)
{
	return unpack(u, true, p, n, got, err);
}

enum rep_rc
rep_unpack_held(struct rep_unpack *u, char *p, size_t n, size_t *got, struct rep_err *err)
{
	return unpack(u, false, p, n, got, err);
}
