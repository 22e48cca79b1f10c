/*
 * serve/msg.h -- messages between processes: a fixed header, then typed values.
 *
 *	magic u32 | type u32 | length u32 | id u64 | payload of `length` bytes
 *
 * Least significant byte first. A value is a number of fixed width or a run of bytes with its
 * length before it. The reader checks every length against what is there; after the first
 * value that does not fit, `bad` is set and all further ones are zero or empty, so that a
 * caller looks at it once, at the end. Views of a reader point into the payload.
 *
 * Pure: bytes in, values out. Whoever owns the pipe moves the bytes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_SERVE_MSG_H
#define REP_SERVE_MSG_H

#include "base/buf.h"
#include "base/err.h"

enum { REP_MSG_HEADER = 20, REP_MSG_MAX = 48 << 20 };

enum rep_msg_type {
	REP_MSG_NONE = 0,
	REP_MSG_READY, /* worker: what its sandbox is */
	REP_MSG_JOB,   /* to the worker: one document */
	REP_MSG_FACTS, /* worker: what it says */
	REP_MSG_N
};

struct rep_msg {
	enum rep_msg_type type;
	uint64_t id;
	struct rep_str payload; /* a view */
};

/* Begins a message in out (appended); rep_msg_end writes its length. */
size_t rep_msg_begin(struct rep_buf *out, enum rep_msg_type type, uint64_t id);
void rep_msg_end(struct rep_buf *out, size_t begun);

void rep_msg_put(struct rep_buf *out, uint64_t v, unsigned bytes);
void rep_msg_put_str(struct rep_buf *out, struct rep_str s);

/*
 * The message at the start of `bytes`: REP_OK with *used, REP_ENOTFOUND when it is not whole
 * yet (*used is what the whole will be, or 0), REP_ESYNTAX when this is none.
 */
enum rep_rc rep_msg_take(
    struct rep_str bytes, struct rep_msg *m, size_t *used, struct rep_err *err) REP_NODISCARD;

struct rep_msg_reader {
	struct rep_str s;
	size_t at;
	bool bad;
};

uint64_t rep_msg_get(struct rep_msg_reader *r, unsigned bytes);
struct rep_str rep_msg_get_str(struct rep_msg_reader *r);
/* All of it was read and fitted. */
bool rep_msg_done(const struct rep_msg_reader *r);

#endif
