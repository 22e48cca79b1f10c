/*
 * mail/message.h -- a stored message (RFC 5322): its header fields and its body, not decoded.
 *
 * All lines end in CRLF here. A lone LF of the file gets a CR, because it has one when the message
 * is sent. Fields keep their folding. Nothing is decoded. Pure. The views point into the text or
 * the arena.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_MAIL_MESSAGE_H
#define REP_MAIL_MESSAGE_H

#include "base/arena.h"
#include "base/err.h"

enum { REP_MESSAGE_MAX_FIELDS = 2000 };

struct rep_field {
	struct rep_str name;  /* without the colon and the blanks before it */
	struct rep_str value; /* after the colon, still folded, without the last CRLF */
	struct rep_str whole; /* from the name to the last byte before CRLF */
};

struct rep_message {
	struct rep_field *field; /* in the order of the message; in the arena */
	size_t n;
	struct rep_str body; /* after the empty line */
	size_t bare_lf;	     /* number of lines that had no CR */
};

/*
 * Parses a message. A first line "From " (mbox) is left out. REP_ESYNTAX: it does not begin with a
 * header field. REP_ELIMIT: too many fields.
 */
enum rep_rc rep_message_parse(struct rep_str raw, struct rep_arena *a, struct rep_message *out,
    struct rep_err *err) REP_NODISCARD;

#endif
