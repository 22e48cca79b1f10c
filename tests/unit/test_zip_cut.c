/*
 * unit/test_zip_cut.c -- a zip member whose end is missing: what is there, at every length.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "intake/zip_cut.h"
#include "tap.h"

#include <string.h>
#include <zlib.h>

enum { TEXT = 100000, PACKED = 120000 };

static char text[TEXT], got[TEXT + 1];
static unsigned char zip[PACKED];

/* A local header, with a name and an extra field, and the text behind it. Returns its length. */
static size_t
make(int method, int flags)
{
	z_stream z = { 0 };
	uint32_t seed = 7;

	for (size_t i = 0; i < TEXT; i++) {
		seed = seed * 1664525u + 1013904223u;
		text[i] = (char)('a' + (seed >> 28));
	}
	memset(zip, 0, 40);
	memcpy(zip, "PK\3\4", 4);
	zip[6] = (unsigned char)flags;
	zip[8] = (unsigned char)method;
	zip[26] = 5;
	zip[28] = 5;
	if (deflateInit2(&z, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return 0;
	z.next_in = (unsigned char *)text;
	z.avail_in = TEXT;
	z.next_out = zip + 40;
	z.avail_out = PACKED - 40;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		return 0;
	(void)deflateEnd(&z);
	return 40 + (size_t)z.total_out;
}

/* Unpacks the first n bytes, in pieces of some. Returns how many came; SIZE_MAX: it is no member. */
static size_t
unpacked(size_t n, uint64_t skip, size_t piece, bool *right)
{
	struct rep_zip_cut *z = rep_zip_cut_open((struct rep_str){ (const char *)zip, n }, skip);
	size_t all = 0, some;

	if (z == NULL)
		return SIZE_MAX;
	while ((some = rep_zip_cut_some(z, got + all, piece < TEXT - all ? piece : TEXT - all)) > 0)
		all += some;
	*right = skip + all <= TEXT && memcmp(got, text + skip, all) == 0;
	rep_zip_cut_close(z);
	return all;
}

static bool
ends(size_t n, uint64_t most, uint64_t *tried)
{
	struct rep_zip_cut *z = rep_zip_cut_open((struct rep_str){ (const char *)zip, n }, 0);
	bool is = z != NULL && rep_zip_cut_ends(z, most, tried);

	rep_zip_cut_close(z);
	return is;
}

int
main(void)
{
	size_t n = make(8, 0), last = 0, all;
	bool right = true, more = true, same = true;
	uint64_t tried;

	ok(n > 40, "packed: %zu bytes", n);
	for (size_t cut = 41; cut < n; cut += 97) {
		all = unpacked(cut, 0, 1000, &right);
		more = more && right && all >= last && all < TEXT;
		same = same && ends(cut, TEXT, &tried) && tried == all;
		last = all;
	}
	ok(more && last > TEXT / 2, "cut anywhere, what came is a beginning of the text");
	ok(same, "and that it is cut is known");
	ok(unpacked(n, 0, 7, &right) == TEXT && right, "whole, it is the text");
	ok(!ends(n, TEXT, &tried), "and not cut");
	ok(!ends(n / 2, 100, &tried) && tried <= 100 + 32768, "more than allowed: it stops there");
	ok(unpacked(n / 2, 5000, 999, &right) > 1000 && right, "without what is known already");
	ok(unpacked(n / 2, 1 << 30, 999, &right) == 0, "where all of it is known, nothing");
	for (size_t cut = 0; cut <= 40; cut++)
		same = same && unpacked(cut, 0, 10, &right) == SIZE_MAX;
	ok(same, "a header alone, or less, is no member");
	zip[40] = 7; /* a block of a kind that there is not: RFC 1951 3.2.3 */
	ok(!ends(n - 100, TEXT, &tried), "what is damaged is not cut");
	zip[28] = 0xff;
	zip[29] = 0xff;
	ok(unpacked(41, 0, 10, &right) == SIZE_MAX, "a header whose lengths are wrong");
	(void)make(8, 1);
	ok(unpacked(n / 2, 0, 10, &right) == SIZE_MAX, "an encrypted one");
	(void)make(14, 0);
	ok(unpacked(n / 2, 0, 10, &right) == SIZE_MAX, "another method");
	return done();
}
