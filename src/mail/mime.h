/*
 * mail/mime.h -- splits a message into parts (RFC 2045, 2046), tolerates what bounces break.
 *
 * The input is a message as it is stored, with "\n" or "\r\n" and perhaps an mbox "From " line. The
 * result is a flat list of its parts in the order of the message: leaves with decoded bodies
 * (base64, quoted-printable; charsets are not converted), and for each embedded message an entry
 * with its header fields. What exceeds a limit below is left out, `reason` says so, and the rest is
 * used. (Only a leaf longer than REP_MIME_BODY is cut without a reason: reports are short,
 * attachments are not.) A multipart without its boundary is read as text. A header without the
 * empty line after it ends at the first line that is not a field.
 *
 * Pure. Malformed bytes are not an error: it fails only when out of memory.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_MAIL_MIME_H
#define REP_MAIL_MIME_H

#include "mail/header.h"

enum {
	REP_MIME_DEPTH = 24,
	REP_MIME_PARTS = 512,
	REP_MIME_BODY = 256 << 10,  /* decoded bytes kept of one part, for people to read */
	REP_MIME_STATUS = 8 << 20,  /* of a part for programs: some hundred bytes per recipient */
	REP_MIME_HEADER = 256 << 10 /* bytes of header fields that are read of one message */
};

struct rep_mime_part {
	struct rep_str type;	    /* "text/plain", lower case */
	struct rep_str description; /* Content-Description */
	struct rep_headers headers; /* of an embedded message, or of the whole message (parts[0]) */
	struct rep_str body;	    /* of a leaf, decoded */
	int within;   /* index of the embedded message around it; 0: the outer message */
	bool message; /* it is a message, so headers is set */
};

struct rep_mime {
	struct rep_mime_part parts[REP_MIME_PARTS]; /* [0] is the message itself */
	size_t n;
	struct rep_str report_type; /* of the outer Content-Type */
	struct rep_str reason;	    /* n > 0: something was left out, and why */
};

/*
 * *m is about 60 KB and belongs to the caller: do not put it on a small stack. Fails only with
 * REP_EMEM.
 */
enum rep_rc rep_mime_parse(struct rep_str bytes, struct rep_arena *a, struct rep_mime *m,
    struct rep_err *err) REP_NODISCARD;

#endif
