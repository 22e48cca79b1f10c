/*
 * mail/mime.h -- splits a message into its parts (RFC 2045, 2046); tolerates what real bounces break.
 *
 * The bytes are a message as it is stored, with "\n" or "\r\n" and perhaps an mbox "From " line.
 * The result is a flat list of its parts in the order of the message: leaves with their bodies decoded
 * (base64, quoted-printable; charsets stay as they are), and for each embedded message an entry
 * with its header fields. What exceeds a limit below is left out, `reason` says so, and the rest is used (only
 * a leaf longer than REP_MIME_BODY is cut without a reason: reports are short, attachments are not).
 * Without its boundary a multipart is read as text; without the empty line after it a header ends
 * at the first line that is not a field.
 *
 * Pure; never fails on bytes, only on memory.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_MAIL_MIME_H
#define REP_MAIL_MIME_H

#include "mail/header.h"

enum {
	REP_MIME_DEPTH = 24,
	REP_MIME_PARTS = 512,
	REP_MIME_BODY = 256 << 10,  /* decoded bytes kept of one part: words for a person */
	REP_MIME_STATUS = 8 << 20,  /* of a part for machines: some hundred bytes a recipient */
	REP_MIME_HEADER = 256 << 10 /* bytes of header fields read of one message */
};

struct rep_mime_part {
	struct rep_str type;	    /* "text/plain", lower case */
	struct rep_str description; /* Content-Description */
	struct rep_headers headers; /* of an embedded message, or of the whole (parts[0]) */
	struct rep_str body;	    /* of a leaf, decoded */
	int within;   /* index of the embedded message it belongs to; 0: the outer one */
	bool message; /* headers hold */
};

struct rep_mime {
	struct rep_mime_part parts[REP_MIME_PARTS]; /* [0] is the message itself */
	size_t n;
	struct rep_str report_type; /* of the outer Content-Type */
	struct rep_str reason;	    /* n > 0: what was left out */
};

/* m is some 60 KB: the caller's, not on a small stack. REP_EMEM only. */
enum rep_rc rep_mime_parse(struct rep_str bytes, struct rep_arena *a, struct rep_mime *m,
    struct rep_err *err) REP_NODISCARD;

#endif
