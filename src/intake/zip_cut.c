/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/zip_cut.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

enum {
	HEAD = 30, /* bytes of the header, before name and extra */
	FLAGS = 6,
	METHOD = 8,
	NAME = 26,
	EXTRA = 28,
	ENCRYPTED = 1, /* bit 0 of the flags: APPNOTE.TXT 4.4.4 */
	DEFLATE = 8,
	PIECE = 32768
};

struct rep_zip_cut {
	z_stream stream;
	struct rep_str rest; /* packed bytes that zlib does not have yet */
	bool ended;	     /* nothing more comes: the end, damage, or no more bytes */
	bool cut;	     /* the last of these */
};

/* What is unpacked only to be counted. */
static char piece[PIECE];

static unsigned
two_bytes(struct rep_str s, size_t at)
{
	return (unsigned)(unsigned char)s.p[at] | (unsigned)(unsigned char)s.p[at + 1] << 8;
}

/* The packed bytes of the member; empty: it is none that can be unpacked. */
static struct rep_str
packed_of(struct rep_str s)
{
	struct rep_str none = { "", 0 };

	if (s.n < HEAD || !rep_str_starts(s, REP_S("PK\3\4")) ||
	    (two_bytes(s, FLAGS) & ENCRYPTED) != 0 || two_bytes(s, METHOD) != DEFLATE)
		return none;
	return rep_str_sub(s, HEAD + (size_t)two_bytes(s, NAME) + two_bytes(s, EXTRA), s.n);
}

struct rep_zip_cut *
rep_zip_cut_open(struct rep_str bytes, uint64_t skip)
{
	struct rep_str packed = packed_of(bytes);
	struct rep_zip_cut *z;

	if (packed.n == 0 || (z = calloc(1, sizeof *z)) == NULL)
		return NULL;
	z->rest = packed;
	if (inflateInit2(&z->stream, -MAX_WBITS) != Z_OK) {
		free(z);
		return NULL;
	}
	while (skip > 0) {
		size_t n = rep_zip_cut_some(z, piece, skip < PIECE ? (size_t)skip : PIECE);

		if (n == 0)
			break;
		skip -= n;
	}
	return z;
}

size_t
rep_zip_cut_some(struct rep_zip_cut *z, char *p, size_t n)
{
	size_t most = n > INT_MAX ? INT_MAX : n;
	int rc;

	z->stream.next_out = (unsigned char *)p;
	z->stream.avail_out = (uInt)most;
	while (!z->ended && z->stream.avail_out > 0) {
		if (z->stream.avail_in == 0) {
			size_t give = z->rest.n > INT_MAX ? INT_MAX : z->rest.n;

			z->stream.next_in = (unsigned char *)(uintptr_t)z->rest.p;
			z->stream.avail_in = (uInt)give;
			z->rest = rep_str_sub(z->rest, give, z->rest.n);
		}
		rc = inflate(&z->stream, Z_NO_FLUSH);
		z->cut = z->stream.avail_in == 0 && z->rest.n == 0 && z->stream.avail_out > 0 &&
		    (rc == Z_OK || rc == Z_BUF_ERROR);
		z->ended = z->cut || rc != Z_OK;
	}
	return most - z->stream.avail_out;
}

bool
rep_zip_cut_ends(struct rep_zip_cut *z, uint64_t most, uint64_t *n)
{
	size_t got;

	*n = 0;
	while ((got = rep_zip_cut_some(z, piece, sizeof piece)) > 0)
		if ((*n += got) > most)
			return false;
	return z->cut;
}

void
rep_zip_cut_close(struct rep_zip_cut *z)
{
	if (z == NULL)
		return;
	(void)inflateEnd(&z->stream);
	free(z);
}
