/*
 * unit/test_lines.c -- reading lines: plain and packed files, whole, cut, damaged, and continued.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "intake/lines.h"
#include "packed.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/test_lines.XXXXXX";
static char path[64];

static void
put(struct rep_str s)
{
	write_file(path, s);
}

static void
pack(struct rep_str s, struct rep_buf *out, uint32_t time_s)
{
	gzip_member(s, 6, time_s, out);
}

/* All lines in one text: "number:cut-or-open:line|". rc is set to how it ended. */
static struct rep_str
all(struct rep_buf *out, enum rep_rc *rc, struct rep_err *err)
{
	struct rep_lines *l;
	struct rep_line line;

	rep_buf_clear(out);
	if ((*rc = rep_lines_open(path, &l, err)) != REP_OK)
		return rep_buf_str(out);
	while ((*rc = rep_lines_next(l, &line, err)) == REP_OK) {
		rep_buf_printf(out, "%llu%s%s:", (unsigned long long)line.number,
		    line.cut ? "c" : "", line.open ? "o" : "");
		rep_buf_add(out, rep_str_sub(line.s, 0, 100));
		rep_buf_addc(out, '|');
	}
	rep_lines_close(l);
	return rep_buf_str(out);
}

static void
test_plain(void)
{
	static const struct {
		const char *name;
		struct rep_str in;
		const char *want;
	} rows[] = {
		{ "two lines", { "one\ntwo\n", 8 }, "1:one|2:two|" },
		{ "empty", { "", 0 }, "" },
		{ "one empty line", { "\n", 1 }, "1:|" },
		{ "empty lines between", { "a\n\n\nb\n", 6 }, "1:a|2:|3:|4:b|" },
		{ "no final newline", { "one\ntwo", 7 }, "1:one|2o:two|" },
		{ "only a beginning", { "one", 3 }, "1o:one|" },
		{ "carriage returns stay", { "one\r\ntwo\r\n", 10 }, "1:one\r|2:two\r|" },
		{ "one byte", { "\x1f", 1 }, "1o:\x1f|" },
		{ "nearly gzip", { "\x1f\x8b", 2 }, "1o:\x1f\x8b|" },
	};
	enum rep_rc rc;
	struct rep_buf out;

	rep_buf_init(&out, 1 << 20);
	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		put(rows[i].in);
		is_str(all(&out, &rc, NULL), rows[i].want, "plain: %s", rows[i].name);
		is_int(rc, REP_ENOTFOUND, "plain: %s: to the end", rows[i].name);
	}
	put((struct rep_str){ "a\0b\n\0\nc", 7 });
	ok(rep_str_eq(all(&out, &rc, NULL), (struct rep_str){ "1:a\0b|2:\0|3o:c|", 15 }),
	    "plain: NUL is a byte");
	rep_buf_fini(&out);
}

static void
test_gzip(void)
{
	struct rep_buf gz, out;
	struct rep_err err = { .msg = "" };
	struct rep_lines *l;
	enum rep_rc rc;
	size_t first;

	rep_buf_init(&gz, 1 << 20);
	rep_buf_init(&out, 1 << 20);
	pack(REP_S("one\ntw"), &gz, 1793688131);
	first = gz.n;
	put(rep_buf_str(&gz));
	is_str(all(&out, &rc, NULL), "1:one|2o:tw|", "gzip: one member");
	ok(rep_lines_open(path, &l, &err) == REP_OK && rep_lines_time(l) == 1793688131 &&
		!rep_lines_growing(l),
	    "gzip: its own time");
	is_str(rep_lines_head(l), "one\ntw", "gzip: its head is unpacked");
	rep_lines_close(l);
	pack(REP_S("o\nthree\n"), &gz, 0);
	pack(REP_S(""), &gz, 0);
	pack(REP_S("four\n"), &gz, 0);
	put(rep_buf_str(&gz));
	is_str(
	    all(&out, &rc, NULL), "1:one|2:two|3:three|4:four|", "gzip: several members are one");
	for (int i = 0; i < 600; i++)
		rep_buf_addc(&gz, '\0');
	put(rep_buf_str(&gz));
	is_str(all(&out, &rc, NULL), "1:one|2:two|3:three|4:four|", "gzip: zeros after the last");
	is_int(rc, REP_ENOTFOUND, "gzip: that is its end");
	put(rep_str_sub(rep_buf_str(&gz), 0, first + 10));
	is_str(all(&out, &rc, &err), "1:one|2o:tw|",
	    "gzip: cut in the second member, what came before is used");
	ok(rc == REP_EIO && strstr(err.msg, path) == err.msg &&
		strstr(err.msg, "ends too early") != NULL,
	    "gzip: and that is told: %s", err.msg);
	put(rep_str_sub(rep_buf_str(&gz), 0, first - 3));
	is_str(all(&out, &rc, &err), "1:one|2o:tw|", "gzip: cut in its trailer");
	is_int(rc, REP_EIO, "gzip: and that is told");
	rep_buf_clear(&gz);
	pack(REP_S(""), &gz, 0);
	put(rep_buf_str(&gz));
	is_str(all(&out, &rc, NULL), "", "gzip: of nothing");
	is_int(rc, REP_ENOTFOUND, "gzip: of nothing, its end");
	rep_buf_fini(&gz);
	rep_buf_fini(&out);
}

/* 20,000 lines that do not compress too well. */
static void
many(struct rep_buf *text)
{
	uint32_t x = 1;

	for (unsigned i = 0; i < 20000; i++) {
		x = x * 1664525 + 1013904223;
		rep_buf_printf(text, "line %u of many, with %08x in it\n", i + 1, x);
	}
}

static void
test_damaged(void)
{
	struct rep_buf text, gz;
	struct rep_err err = { .msg = "" };
	struct rep_lines *l;
	struct rep_line line;
	enum rep_rc rc = REP_EMEM;
	unsigned n = 0;

	rep_buf_init(&text, 1 << 22);
	rep_buf_init(&gz, 1 << 22);
	many(&text);
	pack(rep_buf_str(&text), &gz, 0);
	memset(gz.p + gz.n / 2, 0xff, 64);
	put(rep_buf_str(&gz));
	ok(rep_lines_open(path, &l, &err) == REP_OK, "damaged: opens");
	while ((rc = rep_lines_next(l, &line, &err)) == REP_OK)
		n++;
	ok(rc == REP_EIO && n > 5000 && n < 15000, "damaged: %u lines before it are used", n);
	ok(strstr(err.msg, "damaged gzip") != NULL, "damaged: told: %s", err.msg);
	is_int(rep_lines_next(l, &line, &err), REP_ENOTFOUND, "damaged: told once");
	rep_lines_close(l);
	gz.p[0] = 0x1f;
	memset(gz.p + 10, 0xff, 40);
	put(rep_buf_str(&gz));
	rc = rep_lines_open(path, &l, &err);
	if (rc == REP_OK) {
		rc = rep_lines_next(l, &line, &err);
		rep_lines_close(l);
	}
	is_int(rc, REP_EIO, "damaged: at once");
	rep_buf_fini(&text);
	rep_buf_fini(&gz);
}

/* After a member: zeros are padding, another member is more text, everything else is an error. */
static void
test_after_member(void)
{
	static const struct {
		const char *name;
		struct rep_str between;
		unsigned lines;
		enum rep_rc rc;
	} rows[] = {
		{ "nothing", { "", 0 }, 4, REP_ENOTFOUND },
		{ "zeros", { "\0\0\0\0\0", 5 }, 4, REP_ENOTFOUND },
		{ "garbage", { "not gzip", 8 }, 2, REP_EIO },
		{ "zeros, then garbage", { "\0\0x", 3 }, 2, REP_EIO },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct rep_buf gz, out;
		struct rep_err err = { .msg = "" };
		enum rep_rc rc;
		unsigned n = 0;

		rep_buf_init(&gz, 1 << 16);
		rep_buf_init(&out, 1 << 16);
		pack(REP_S("a\nb\n"), &gz, 0);
		rep_buf_add(&gz, rows[i].between);
		pack(REP_S("c\nd\n"), &gz, 0);
		put(rep_buf_str(&gz));
		struct rep_str got = all(&out, &rc, &err);

		for (size_t k = 0; k < got.n; k++)
			n += got.p[k] == '|';
		ok(n == rows[i].lines && rc == rows[i].rc, "after a member, %s: %u lines, %s",
		    rows[i].name, n, err.msg);
		rep_buf_fini(&gz);
		rep_buf_fini(&out);
	}
}

/*
 * The checksum at the end is wrong: everything that was unpacked is used, and the error is
 * reported.
 */
static void
test_checksum(void)
{
	struct rep_buf gz, out;
	struct rep_err err = { .msg = "" };
	enum rep_rc rc;

	rep_buf_init(&gz, 1 << 16);
	rep_buf_init(&out, 1 << 16);
	pack(REP_S("one\ntwo\nthree\n"), &gz, 0);
	gz.p[gz.n - 8] ^= 1;
	put(rep_buf_str(&gz));
	is_str(all(&out, &rc, &err), "1:one|2:two|3:three|", "checksum: what came is used");
	is_int(rc, REP_EIO, "checksum: told: %s", err.msg);
	rep_buf_fini(&gz);
	rep_buf_fini(&out);
}

static void
test_long(bool packed)
{
	enum { LONG = 10 << 20 };
	const char *what = packed ? "long, packed" : "long";
	struct rep_buf text, gz;
	struct rep_lines *l;
	struct rep_line line;
	struct rep_err err = { .msg = "" };

	rep_buf_init(&text, 12 << 20);
	rep_buf_init(&gz, 12 << 20);
	rep_buf_add(&text, REP_S("before\n"));
	for (size_t i = 0; i < LONG; i++)
		rep_buf_addc(&text, (char)('a' + i % 26));
	rep_buf_add(&text, REP_S("\nafter\n"));
	for (size_t i = 0; i < REP_LINE_MAX; i++)
		rep_buf_addc(&text, 'm');
	rep_buf_addc(&text, '\n');
	for (size_t i = 0; i < REP_LINE_MAX + 1; i++)
		rep_buf_addc(&text, 'n');
	rep_buf_add(&text, REP_S("\nlast, and very long"));
	for (size_t i = 0; i < LONG / 10; i++)
		rep_buf_addc(&text, 'z');
	if (packed)
		pack(rep_buf_str(&text), &gz, 0);
	put(rep_buf_str(packed ? &gz : &text));
	if (!ok(rep_lines_open(path, &l, &err) == REP_OK, "%s: opens %s", what, err.msg))
		return;
	ok(rep_lines_next(l, &line, &err) == REP_OK && rep_str_eq(line.s, REP_S("before")),
	    "%s: before it", what);
	ok(rep_lines_next(l, &line, &err) == REP_OK && line.cut && !line.open &&
		line.s.n == REP_LINE_MAX && line.number == 2 && memcmp(line.s.p, "abcdef", 6) == 0,
	    "%s: 10 MB come cut", what);
	ok(rep_lines_next(l, &line, &err) == REP_OK && rep_str_eq(line.s, REP_S("after")) &&
		line.number == 3 && line.end == 7 + LONG + 7,
	    "%s: after it, with its place", what);
	ok(rep_lines_next(l, &line, &err) == REP_OK && !line.cut && line.s.n == REP_LINE_MAX,
	    "%s: as long as may be", what);
	ok(rep_lines_next(l, &line, &err) == REP_OK && line.cut && line.s.n == REP_LINE_MAX,
	    "%s: one more", what);
	ok(rep_lines_next(l, &line, &err) == REP_OK && line.cut &&
		rep_str_starts(line.s, REP_S("last, and")),
	    "%s: the last one", what);
	is_int(rep_lines_next(l, &line, &err), REP_ENOTFOUND, "%s: the end", what);
	rep_lines_close(l);
	rep_buf_fini(&text);
	rep_buf_fini(&gz);
}

/*
 * Reads everything, but stops after some of the lines, opens the file again and continues. The rest
 * must be the same.
 */
static void
test_seek(bool packed)
{
	const char *what = packed ? "seek, packed" : "seek";
	static const uint64_t stops[] = { 0, 1, 2, 100, 7000, 19999, 20000 };
	struct rep_buf text, gz;
	char tail[REP_LINES_HEAD];
	size_t n;

	rep_buf_init(&text, 1 << 22);
	rep_buf_init(&gz, 1 << 22);
	many(&text);
	if (packed)
		pack(rep_buf_str(&text), &gz, 0);
	put(rep_buf_str(packed ? &gz : &text));
	for (size_t i = 0; i < REP_COUNT(stops); i++) {
		struct rep_lines *l;
		struct rep_line line = { .end = 0 };
		struct rep_err err = { .msg = "" };
		struct rep_lines_mark mark = { .tail = { "", 0 } };
		bool held = rep_lines_open(path, &l, &err) == REP_OK;
		uint64_t end;

		while (held && line.number < stops[i])
			held = rep_lines_next(l, &line, &err) == REP_OK;
		end = line.end;
		if (line.number > 0)
			rep_lines_mark(l, &line, &mark);
		held = held && mark.offset == end && !mark.before &&
		    (mark.tail.n == sizeof tail || mark.tail.n == end) &&
		    memcmp(mark.tail.p, text.p + end - mark.tail.n, mark.tail.n) == 0;
		rep_lines_close(l);
		held = held && rep_lines_open(path, &l, &err) == REP_OK;
		held = held && rep_lines_seek(l, end, stops[i], tail, &n, &err) == REP_OK &&
		    n <= end && (n == sizeof tail || n == end) &&
		    memcmp(tail, text.p + end - n, n) == 0;
		if (held && stops[i] < 20000)
			held = rep_lines_next(l, &line, &err) == REP_OK &&
			    line.number == stops[i] + 1 && rep_str_starts(line.s, REP_S("line ")) &&
			    memcmp(line.s.p, text.p + end, line.s.n) == 0 &&
			    line.end == end + line.s.n + 1;
		else
			held = held && rep_lines_next(l, &line, &err) == REP_ENOTFOUND;
		ok(held, "%s: after %llu lines %s", what, (unsigned long long)stops[i], err.msg);
		rep_lines_close(l);
	}
	for (uint64_t beyond = text.n + 1; beyond < UINT64_C(1) << 62; beyond *= 1000) {
		struct rep_lines *l;
		struct rep_err err;

		if (rep_lines_open(path, &l, &err) != REP_OK)
			break;
		is_int(rep_lines_seek(l, beyond, 7, tail, &n, &err), REP_ENOTFOUND,
		    "%s: beyond the end (%llu)", what, (unsigned long long)beyond);
		rep_lines_close(l);
	}
	rep_buf_fini(&text);
	rep_buf_fini(&gz);
}

/* A file that has grown: the line that was open is read again, completely. */
static void
test_grown(void)
{
	char tail[REP_LINES_HEAD];
	struct rep_lines *l;
	struct rep_line line;
	struct rep_err err;
	size_t n;

	put(REP_S("one\ntw"));
	ok(rep_lines_open(path, &l, &err) == REP_OK && rep_lines_growing(l) &&
		rep_lines_next(l, &line, &err) == REP_OK,
	    "grown: a plain file may");
	rep_lines_close(l);
	put(REP_S("one\ntwo\n"));
	ok(rep_lines_open(path, &l, &err) == REP_OK &&
		rep_lines_seek(l, 4, 1, tail, &n, &err) == REP_OK && n == 4 &&
		memcmp(tail, "one\n", 4) == 0 && rep_lines_next(l, &line, &err) == REP_OK &&
		!line.open && rep_str_eq(line.s, REP_S("two")) && line.number == 2,
	    "grown: the open line is whole now");
	rep_lines_close(l);
}

static void
test_errors(void)
{
	struct rep_lines *l = NULL;
	struct rep_err err;
	char no[80];

	snprintf(no, sizeof no, "%s/none", dir);
	ok(rep_lines_open(no, &l, &err) == REP_EIO && strstr(err.msg, no) == err.msg,
	    "errors: no such file: %s", err.msg);
	ok(rep_lines_open(dir, &l, &err) == REP_EIO && strstr(err.msg, "directory") != NULL,
	    "errors: a directory: %s", err.msg);
	rep_lines_close(NULL);
}

static void
test_pipe(void)
{
	int fd[2], kept = dup(0);
	char tail[REP_LINES_HEAD];
	struct rep_lines *l;
	struct rep_line line;
	struct rep_err err;
	size_t n;

	if (pipe(fd) != 0 || write(fd[1], "one\ntwo\nthr", 11) != 11 || dup2(fd[0], 0) != 0) {
		ok(false, "pipe");
		return;
	}
	close(fd[0]);
	close(fd[1]);
	ok(rep_lines_open("-", &l, &err) == REP_OK && !rep_lines_growing(l) &&
		rep_lines_time(l) == 0,
	    "pipe: standard input has no time and does not grow");
	is_str(rep_lines_head(l), "one\ntwo\nthr", "pipe: its head");
	ok(rep_lines_seek(l, 4, 1, tail, &n, &err) == REP_OK &&
		rep_lines_next(l, &line, &err) == REP_OK && rep_str_eq(line.s, REP_S("two")),
	    "pipe: skipped to a place");
	ok(rep_lines_next(l, &line, &err) == REP_OK && line.open &&
		rep_str_eq(line.s, REP_S("thr")),
	    "pipe: cut off");
	rep_lines_close(l);
	ok(fcntl(0, F_GETFD) >= 0, "pipe: standard input is not closed");
	(void)dup2(kept, 0);
	close(kept);
}

int
main(void)
{
	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(path, sizeof path, "%s/log", dir);
	test_plain();
	test_gzip();
	test_damaged();
	test_after_member();
	test_checksum();
	test_long(false);
	test_long(true);
	test_seek(false);
	test_seek(true);
	test_grown();
	test_errors();
	test_pipe();
	(void)unlink(path);
	(void)rmdir(dir);
	return done();
}
