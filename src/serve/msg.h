/*
 * serve/msg.h -- messages between processes: a fixed header, then typed values.
 *
 * 	magic u32 | type u32 | length u32 | id u64 | payload of `length` bytes
 *
 * Least significant byte first. A value is a number of fixed width, or a length and that many
 * bytes. The reader checks every length against the bytes that are there. The first value that does
 * not fit sets `bad`. All values after it are zero or empty, so a caller checks `bad` once, at the
 * end. The views that a reader gives point into the payload.
 *
 * Pure: bytes in, values out. The owner of the pipe moves the bytes.
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
	REP_MSG_READY, /* from a worker: the state of its sandbox */
	REP_MSG_JOB,   /* to the worker: one document */
	REP_MSG_FACTS, /* from a worker: what the document says */
	/* Between the engine and a reader (serve/read_msg.h), from which OPENED, SOUGHT, BATCH, BYTES,
	   ITEMS and END come. */
	REP_MSG_OPEN,
	REP_MSG_OPENED,
	REP_MSG_SEEK,
	REP_MSG_SOUGHT,
	REP_MSG_READ,
	REP_MSG_BATCH,
	REP_MSG_BYTES,
	REP_MSG_END,
	REP_MSG_CLOSE,
	/* Between who asks DNS and the process that does it (serve/resolve_msg.h), from which BEGUN,
	   CONNECT and ANSWER come. */
	REP_MSG_BEGIN,
	REP_MSG_BEGUN,
	REP_MSG_ASK,
	REP_MSG_CONNECT,
	REP_MSG_CONNECTED,
	REP_MSG_ANSWER,
	REP_MSG_FETCH, /* serve/fetcher.h */
	REP_MSG_FETCHED,
	REP_MSG_STARTTLS,
	REP_MSG_SHOWN,
	/* Between a command and reputed serve (serve/control_msg.h), from which TAKEN, REFUSED, ELSEWHERE,
	   CHANGED, WANT_NAMES, WANT_FILE and DONE come. */
	REP_MSG_COMMAND,
	REP_MSG_TAKEN,
	REP_MSG_REFUSED,
	REP_MSG_ELSEWHERE,
	REP_MSG_CHANGED,
	REP_MSG_WANT_NAMES,
	REP_MSG_NAMES,
	REP_MSG_WANT_FILE,
	REP_MSG_FILE,
	REP_MSG_DONE,
	REP_MSG_ITEMS, /* from a reader */
	/* Between the front and the desk of the page (serve/web_msg.h). */
	REP_MSG_WEB_ASK,
	REP_MSG_WEB_ANSWER,
	REP_MSG_WEB_CHANGED,
	REP_MSG_WEB_USERS,
	REP_MSG_WEB_READY,
	REP_MSG_N
};

struct rep_msg {
	enum rep_msg_type type;
	uint64_t id;
	struct rep_str payload; /* a view of the bytes */
};

/* Begins a message at the end of out. rep_msg_end writes its length. */
size_t rep_msg_begin(struct rep_buf *out, enum rep_msg_type type, uint64_t id);
void rep_msg_end(struct rep_buf *out, size_t begun);

void rep_msg_put(struct rep_buf *out, uint64_t v, unsigned bytes);
void rep_msg_put_str(struct rep_buf *out, struct rep_str s);

/*
 * Takes the message at the start of `bytes`. REP_OK: *used is its length. REP_ENOTFOUND: the
 * message is not complete yet; *used is its full length, or 0 when that is not known. REP_ESYNTAX:
 * not a message.
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
/* True when all of the payload was read and every value fitted. */
bool rep_msg_done(const struct rep_msg_reader *r);

#endif
