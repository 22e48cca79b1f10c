/*
 * tests/fuzz/fuzz_lines.c -- a file of any bytes, plain or gzip, as lines.
 *
 * Line numbers go up by one, offsets grow, and continuing after a line gives the next one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE /* memfd_create */
#include "fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

#include "intake/lines.h"

enum { ENOUGH = 3 * REP_LINE_MAX };

static void
go_on(const char *path, uint64_t end, uint64_t number)
{
	char tail[REP_LINES_HEAD];
	struct rep_lines *l;
	struct rep_line line;
	struct rep_err err;
	size_t n = 0;

	MUST(rep_lines_open(path, &l, &err) == REP_OK);
	MUST(rep_lines_seek(l, end, number, tail, &n, &err) == REP_OK);
	MUST(n <= end && n <= sizeof tail && (n == 0 || tail[n - 1] == '\n'));
	if (rep_lines_next(l, &line, &err) == REP_OK)
		MUST(line.number == number + 1 && line.end > end);
	rep_lines_close(l);
}

static void
read_all(const char *path)
{
	struct rep_line line = { .number = 0 }, last = { .number = 0 };
	struct rep_lines *l;
	struct rep_err err = { .msg = "" };
	enum rep_rc rc;
	uint64_t middle = 0, middle_n = 0;

	if (rep_lines_open(path, &l, &err) != REP_OK) {
		MUST(err.msg[0] != '\0');
		return;
	}
	MUST(rep_lines_head(l).n <= REP_LINES_HEAD);
	/* A few bytes may unpack to gigabytes: a few of the longest lines say enough. */
	while ((rc = rep_lines_next(l, &line, &err)) == REP_OK && line.end < ENOUGH) {
		MUST(line.number == last.number + 1 && line.s.n <= REP_LINE_MAX);
		MUST(line.end > last.end || (line.open && line.s.n == 0));
		MUST(memchr(line.s.n > 0 ? line.s.p : "", '\n', line.s.n) == NULL && !last.open);
		MUST(!line.cut || line.s.n == REP_LINE_MAX);
		fuzz_touch(line.s);
		last = line;
		if (!line.open && !line.cut && line.number <= 40) {
			middle = line.end;
			middle_n = line.number;
		}
	}
	MUST(rc == REP_OK || rc == REP_ENOTFOUND || (rc == REP_EIO && err.msg[0] != '\0'));
	rep_lines_close(l);
	if (middle > 0)
		go_on(path, middle, middle_n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;
	static char path[64];

	if (fd < 0) {
		fd = memfd_create("fuzz", 0);
		snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	}
	MUST(fd >= 0 && ftruncate(fd, 0) == 0 && pwrite(fd, data, size, 0) == (ssize_t)size);
	read_all(path);
	return 0;
}
