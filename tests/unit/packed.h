/*
 * unit/packed.h -- files of a test, and what gzip would make of them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_TEST_PACKED_H
#define REP_TEST_PACKED_H

#include "base/buf.h"
#include "tap.h"

#include <stdlib.h>
#include <zlib.h>

/* The file holds s afterwards. Without it no test makes sense: ends the program. */
static inline void
write_file(const char *path, struct rep_str s)
{
	FILE *f = fopen(path, "wb");

	if (f == NULL || fwrite(s.p, 1, s.n, f) != s.n || fclose(f) != 0) {
		ok(false, "the test's own file");
		exit(1);
	}
}

/* Appends one member. Level 0 stores, so that places in it are known. */
static inline void
gzip_member(struct rep_str s, int level, uint32_t time_s, struct rep_buf *out)
{
	gz_header h = { .time = time_s, .os = 3 };
	z_stream z = { 0 };
	unsigned char buf[4096];
	int r;

	(void)deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
	(void)deflateSetHeader(&z, &h);
	z.next_in = (unsigned char *)(uintptr_t)s.p;
	z.avail_in = (unsigned)s.n;
	do {
		z.next_out = buf;
		z.avail_out = sizeof buf;
		r = deflate(&z, Z_FINISH);
		rep_buf_add(out, (struct rep_str){ (char *)buf, sizeof buf - z.avail_out });
	} while (r == Z_OK);
	(void)deflateEnd(&z);
}

#endif
