/*
 * intake/lines.h -- reads lines of a file, plain or packed, or of standard input.
 *
 * Packed files (intake/unpack.h) are found from their first bytes, not from the name. A line
 * has at most REP_LINE_MAX bytes. A longer line is given cut, with `cut` set, and the rest of it is
 * skipped; behind REP_LINE_SKIP_MAX bytes of one line nothing more is read (REP_EIO): it is no log, but
 * a packed bomb. Memory is one buffer, whatever the size of the input.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_LINES_H
#define REP_INTAKE_LINES_H

#include "base/err.h"

enum { REP_LINE_MAX = 64 << 10, REP_LINE_SKIP_MAX = 1 << 30, REP_LINES_HEAD = 1024 };

struct rep_lines;

struct rep_line {
	struct rep_str s; /* without its newline; valid until the next call */
	uint64_t number;  /* from 1, counted by this reader */
	uint64_t end;	  /* offset after the newline, in the uncompressed input */
	bool cut;	  /* it was longer than REP_LINE_MAX */
	bool open;	  /* the input ended before a newline */
};

/* Path "-" is standard input. Messages name the path. */
enum rep_rc rep_lines_open(
    const char *path, struct rep_lines **out, struct rep_err *err) REP_NODISCARD;
/* The same, but messages name `name`, which is copied. */
enum rep_rc rep_lines_open_as(
    const char *path, const char *name, struct rep_lines **out, struct rep_err *err) REP_NODISCARD;

/* What the system says of an open file. */
struct rep_lines_file {
	bool seekable;	/* it can be read from any place; else it comes by and by */
	int64_t time_s; /* of modification; 0: a pipe */
};
/* REP_EIO for a folder. */
enum rep_rc rep_lines_look(
    int fd, const char *name, struct rep_lines_file *out, struct rep_err *err) REP_NODISCARD;

/*
 * Begins to read an open file, for a process that can neither open files nor ask about them. The
 * descriptor is taken, also when this fails; 0 is not closed. Messages name `name`, of which the first
 * REP_LINES_NAME bytes are copied.
 */
enum { REP_LINES_NAME = 511 };
enum rep_rc rep_lines_begin(int fd, const char *name, const struct rep_lines_file *file,
    struct rep_lines **out, struct rep_err *err) REP_NODISCARD;
void rep_lines_close(struct rep_lines *l);

/* The first bytes of the uncompressed input, at most REP_LINES_HEAD. */
struct rep_str rep_lines_head(const struct rep_lines *l);

/*
 * The time of the file: the one in the gzip header if there is one, else the modification time. 0
 * for a pipe.
 */
int64_t rep_lines_time(const struct rep_lines *l);

/*
 * True when the file may still grow: a plain file, or a packed file cut off. Its last line may be
 * unfinished.
 */
bool rep_lines_growing(const struct rep_lines *l);

/*
 * Continues at `offset` of the uncompressed input. Call it before the first rep_lines_next. tail
 * gets the bytes just before the offset (at most REP_LINES_HEAD). Line numbers then count from
 * `lines` + 1. REP_ENOTFOUND when the input is shorter or cannot seek.
 */
enum rep_rc rep_lines_seek(struct rep_lines *l, uint64_t offset, uint64_t lines,
    char tail[REP_LINES_HEAD], size_t *tail_n, struct rep_err *err) REP_NODISCARD;

/*
 * For input that comes in pieces over time (a pipe), so that nobody has to wait in rep_lines_next.
 * rep_lines_whole: the next line, or the end, can be given without reading. Always true for a file.
 * rep_lines_more waits up to ms for bytes and reads them; false when none came. What packed bytes
 * that were read before still hold comes first, without waiting. But once packed bytes came, it waits
 * until they make text. rep_lines_unread: bytes of text that were read and not given yet.
 */
bool rep_lines_flows(const struct rep_lines *l); /* it is such an input */
bool rep_lines_whole(const struct rep_lines *l);
bool rep_lines_ended(const struct rep_lines *l); /* nothing more will be read */
bool rep_lines_more(struct rep_lines *l, int ms);
size_t rep_lines_unread(const struct rep_lines *l);

/*
 * Reads the next line. REP_ENOTFOUND at the end. REP_EIO when reading fails, or when a packed file is
 * damaged or cut off (the lines before that were given).
 */
enum rep_rc rep_lines_next(
    struct rep_lines *l, struct rep_line *line, struct rep_err *err) REP_NODISCARD;

/*
 * For documents, whose lines may have any length. Gives the next bytes instead of a line: at least
 * one, valid until the next call. REP_ENOTFOUND at the end. REP_EIO as for rep_lines_next.
 */
enum rep_rc rep_lines_bytes(
    struct rep_lines *l, struct rep_str *bytes, struct rep_err *err) REP_NODISCARD;

/*
 * Everything that a file holds, unpacked, when that is at most `most` bytes (REP_LINES_ALL at most).
 * Call it before anything else was given; nothing is used up. False: it is longer, comes in pieces
 * over time, or cannot be read to its end. The view is valid until the next call.
 */
enum { REP_LINES_ALL = 64 << 10 };
bool rep_lines_all(struct rep_lines *l, size_t most, struct rep_str *bytes);

/*
 * The place from which reading can continue after a line that was just given: behind it, or before
 * it when it may still grow. The view is valid until the next call.
 */
struct rep_lines_mark {
	uint64_t offset; /* in the uncompressed input */
	bool before;
	struct rep_str tail; /* the bytes before the offset, at most REP_LINES_HEAD */
};
void rep_lines_mark(
    const struct rep_lines *l, const struct rep_line *line, struct rep_lines_mark *out);

#endif
