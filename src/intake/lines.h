/*
 * intake/lines.h -- lines of a file, a gzip or zstd file, or standard input.
 *
 * What it is is told by content (the first bytes of gzip and zstd), not by name. A line is
 * at most REP_LINE_MAX bytes; a longer one is given cut, with `cut` set, and its
 * rest is skipped. Memory is one buffer, whatever the size of the input.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_LINES_H
#define REP_INTAKE_LINES_H

#include "base/err.h"

enum { REP_LINE_MAX = 64 << 10, REP_LINES_HEAD = 1024 };

struct rep_lines;

struct rep_line {
	struct rep_str s; /* without its newline; lives until the next call */
	uint64_t number;  /* from 1, of the lines read by this reader */
	uint64_t end;	  /* offset in the uncompressed input after the newline */
	bool cut;	  /* was longer than REP_LINE_MAX */
	bool open;	  /* the input ended before a newline came */
};

/* path "-" is standard input. Messages name the path. */
enum rep_rc rep_lines_open(
    const char *path, struct rep_lines **out, struct rep_err *err) REP_NODISCARD;
/* The same; messages call it `name`, which is copied. */
enum rep_rc rep_lines_open_as(
    const char *path, const char *name, struct rep_lines **out, struct rep_err *err) REP_NODISCARD;
void rep_lines_close(struct rep_lines *l);

/* The first bytes of the uncompressed input, at most REP_LINES_HEAD. */
struct rep_str rep_lines_head(const struct rep_lines *l);

/* The file's own time: gzip's when it has one, else the modification time; 0 for a pipe. */
int64_t rep_lines_time(const struct rep_lines *l);

/* A file that may still grow, plain or gzip cut off: its last line may be unfinished. */
bool rep_lines_growing(const struct rep_lines *l);

/*
 * Goes on at `offset` of the uncompressed input, before the first rep_lines_next. tail gets the
 * bytes just before it (at most REP_LINES_HEAD). REP_ENOTFOUND when the input is shorter or cannot seek.
 * Line numbers then count from `lines` + 1.
 */
enum rep_rc rep_lines_seek(struct rep_lines *l, uint64_t offset, uint64_t lines,
    char tail[REP_LINES_HEAD], size_t *tail_n, struct rep_err *err) REP_NODISCARD;

/*
 * The next line. REP_ENOTFOUND at the end; REP_EIO when reading fails or a gzip file is
 * damaged or cut off (what came before has been given).
 */
enum rep_rc rep_lines_next(
    struct rep_lines *l, struct rep_line *line, struct rep_err *err) REP_NODISCARD;

/*
 * In place of lines: the bytes that come next, as many as are at hand, at least one; they live
 * until the next call. REP_ENOTFOUND at the end; REP_EIO as for rep_lines_next. Documents are
 * read so, whose lines may be of any length.
 */
enum rep_rc rep_lines_bytes(
    struct rep_lines *l, struct rep_str *bytes, struct rep_err *err) REP_NODISCARD;

/* The bytes before an offset that was just read (for the tail of a position); at most n. */
struct rep_str rep_lines_tail(const struct rep_lines *l, size_t n);

#endif
