/*
 * serve/read_msg.h -- messages between the engine and a reader (serve/reader.h).
 *
 * The id of each is the number of the open input. To the reader: OPEN (with a descriptor), SEEK,
 * READ, CLOSE. From it: OPENED, SOUGHT, and after READ any number of BATCH, BYTES or ITEMS, then END.
 *
 * A BATCH is what some lines say, and the mark after them (intake/lines.h): reading that continues
 * there misses nothing. An entry in it is one thing that a line says, or why a line could not be
 * read.
 *
 * ITEMS are some records and ends of aggregate reports (intake/aggregate_pack.h), which can be unpacked
 * without those before.
 *
 * Pure. What comes from a reader is compared with its range, because strangers may have taken the
 * reader over: a number outside its enum, a length beyond the payload, a line outside its batch or a
 * time in the future makes the message bad, and its reader is not believed any more. Strings may
 * hold any bytes, as lines do.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_SERVE_READ_MSG_H
#define REP_SERVE_READ_MSG_H

#include "intake/document.h"
#include "intake/lines.h"
#include "intake/log_reader.h"
#include "serve/msg.h"

enum {
	/* A command with its header. */
	REP_READ_COMMAND_MAX = REP_MSG_HEADER + 64 + REP_LINES_NAME,
	/* Where a batch is full: pieces of this size keep both processors at work. */
	REP_READ_FULL = 64 << 10,
	/* One line of 64 KiB gives at most a few times its length. */
	REP_READ_MAX = 4 << 20,
	REP_READ_LINES_MAX = 1 << 20
};

/* OPEN. The descriptor comes beside the message. */
struct rep_read_open {
	struct rep_lines_file file;
	int64_t now_s; /* lines over a day later are in the future */
	/* A document of at most so many bytes is wanted whole at once. 0: none is. */
	uint32_t whole_most;
	struct rep_str name;
};
void rep_read_put_open(struct rep_buf *out, uint64_t id, const struct rep_read_open *o);
enum rep_rc rep_read_get_open(
    const struct rep_msg *m, struct rep_read_open *o, struct rep_err *err) REP_NODISCARD;

/* OPENED. rc: it could not be opened, for the reason `why`; nothing else is said then. */
struct rep_read_opened {
	enum rep_rc rc;
	struct rep_str why;
	struct rep_str head; /* the first bytes, unpacked, at most REP_LINES_HEAD */
	enum rep_doc_kind kind;
	int64_t first_s; /* of the first line that has a time; 0: none */
	int64_t time_s;	 /* of the file */
	/* `all` is what the input holds, and the reader has closed it. */
	bool whole;
	struct rep_str all;
};
void rep_read_put_opened(struct rep_buf *out, uint64_t id, const struct rep_read_opened *o);
enum rep_rc rep_read_get_opened(
    const struct rep_msg *m, struct rep_read_opened *o, struct rep_err *err) REP_NODISCARD;

/* SEEK: continues at an offset, behind so many lines. */
void rep_read_put_seek(struct rep_buf *out, uint64_t id, uint64_t offset, uint64_t lines);
enum rep_rc rep_read_get_seek(
    const struct rep_msg *m, uint64_t *offset, uint64_t *lines, struct rep_err *err) REP_NODISCARD;
/* SOUGHT: whether the input is so long, and the bytes before. */
void rep_read_put_sought(struct rep_buf *out, uint64_t id, bool found, struct rep_str tail);
enum rep_rc rep_read_get_sought(
    const struct rep_msg *m, bool *found, struct rep_str *tail, struct rep_err *err) REP_NODISCARD;

/* READ: everything from where it is. */
enum rep_read_as { REP_READ_LINES, REP_READ_BYTES, REP_READ_ITEMS };
struct rep_read_order {
	enum rep_read_as as; /* each BATCH of lines, BYTES, or ITEMS are wanted */
	uint64_t lines;	     /* most lines in a batch */
	uint64_t most;	     /* most bytes that are read; then END says REP_ELIMIT */
	int64_t now_s;
	int64_t last_s; /* rep_log_reader_goes_on; 0: this is the beginning */
};
void rep_read_put_order(struct rep_buf *out, uint64_t id, const struct rep_read_order *o);
enum rep_rc rep_read_get_order(
    const struct rep_msg *m, struct rep_read_order *o, struct rep_err *err) REP_NODISCARD;

/* BYTES and ITEMS have nothing else, and are not empty. END: REP_ENOTFOUND at the end of the input. */
void rep_read_put_bytes(struct rep_buf *out, uint64_t id, struct rep_str bytes);
void rep_read_put_items(struct rep_buf *out, uint64_t id, struct rep_str packed);
void rep_read_put_end(struct rep_buf *out, uint64_t id, enum rep_rc rc, struct rep_str why);
enum rep_rc rep_read_get_end(const struct rep_msg *m, enum rep_rc *rc, struct rep_str *why,
    struct rep_err *err) REP_NODISCARD;

/* --- batches ------------------------------------------------------------------------------------ */

struct rep_read_batch {
	uint64_t first; /* the number of its first line */
	uint32_t lines;
	int64_t first_s, last_s; /* the earliest and latest time of a line; 0: no line has one */
	/* False: a line had more to say than fits; the rest follows, and the mark says nothing. */
	bool whole;
	struct rep_lines_mark mark;
	struct rep_str entries;
};

/* Putting one together: begin, entries, end. */
struct rep_read_batch_put {
	struct rep_buf *out;
	size_t begun;
	struct rep_read_batch b;
};
void rep_read_begin_batch(
    struct rep_read_batch_put *p, struct rep_buf *out, uint64_t id, uint64_t first);
void rep_read_put_entry(struct rep_read_batch_put *p, const struct rep_log_entry *e);
/* A line that was not read. `unread`: REP_LINE_UNREAD; else BAD. */
void rep_read_put_bad(
    struct rep_read_batch_put *p, uint64_t number, bool unread, struct rep_str why);
size_t rep_read_batch_bytes(const struct rep_read_batch_put *p);
/* mark: NULL when the batch is not whole. */
void rep_read_end_batch(struct rep_read_batch_put *p, const struct rep_lines_mark *mark);

/* Taking one apart. Views point into the message. */
enum rep_rc rep_read_get_batch(
    const struct rep_msg *m, struct rep_read_batch *b, struct rep_err *err) REP_NODISCARD;

struct rep_read_entry {
	enum rep_line_kind kind; /* OTHER: `entry` says something. BAD, UNREAD: see `why` */
	struct rep_str why;
	struct rep_log_entry entry; /* entry.number is set always */
	struct rep_mta_line said;
};
/* *at is 0 at first. REP_ENOTFOUND: there are no more. now_s: no line is over a day later. */
enum rep_rc rep_read_next_entry(const struct rep_read_batch *b, size_t *at, int64_t now_s,
    struct rep_read_entry *e, struct rep_err *err) REP_NODISCARD;

#endif
