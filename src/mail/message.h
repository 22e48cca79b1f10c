/*
 * mail/message.h -- a stored message (RFC 5322): its header fields and its body, undecoded.
 *
 * Lines end in CRLF here, whatever the file had: a lone LF gets its CR, as it has on the wire. Fields
 * keep their folding. Nothing is decoded. Pure; the views point into the text or the arena.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_MAIL_MESSAGE_H
#define REP_MAIL_MESSAGE_H

#include "base/arena.h"
#include "base/err.h"

enum { REP_MESSAGE_MAX_FIELDS = 2000 };

struct rep_field {
	struct rep_str name;  /* without the colon and blanks before it */
	struct rep_str value; /* after the colon, folded, without the last CRLF */
	struct rep_str whole; /* name to the last byte before CRLF */
};

struct rep_message {
	struct rep_field *field; /* in the arena, first to last */
	size_t n;
	struct rep_str body; /* after the empty line */
	size_t bare_lf;	     /* lines that had no CR */
};

/*
 * A leading "From " line (mbox) is left out. REP_ESYNTAX: it does not begin with a header field;
 * REP_ELIMIT: too many fields.
 */
enum rep_rc rep_message_parse(struct rep_str raw, struct rep_arena *a, struct rep_message *out,
    struct rep_err *err) REP_NODISCARD;

#endif
