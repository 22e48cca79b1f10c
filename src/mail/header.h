/*
 * mail/header.h -- the header fields of a message, and what is written in them.
 *
 * Tolerant: real bounces break every rule. A line that is neither a field nor a continuation is
 * skipped. Names compare without regard to case.
 *
 * Pure; all memory is the arena's.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_MAIL_HEADER_H
#define REP_MAIL_HEADER_H

#include "base/arena.h"
#include "base/err.h"

struct rep_header {
	struct rep_str name, value; /* value unfolded and trimmed, as bytes */
};

struct rep_headers {
	const struct rep_header *v;
	size_t n;
};

enum { REP_HEADERS_MAX = 2000, REP_HEADER_VALUE_MAX = 16384 };

/*
 * The fields at the start of s, up to an empty line or the end. *used (may be NULL) gets the
 * bytes read, the empty line included. Fields beyond REP_HEADERS_MAX are left out, values are
 * cut at REP_HEADER_VALUE_MAX.
 */
struct rep_headers rep_headers_parse(struct rep_str s, struct rep_arena *a, size_t *used);

/* The first field of a name; n == 0 when there is none. */
struct rep_str rep_header(const struct rep_headers *h, const char *name);

/* A value unfolded: line ends and the blanks after them become one blank. */
struct rep_str rep_header_unfold(struct rep_str raw, struct rep_arena *a);

/*
 * Encoded words (RFC 2047) decoded to the bytes of their charset, which is not looked at: words
 * that are no ASCII are for people, and for patterns over bytes. What lies is left as it is.
 */
struct rep_str rep_header_decode(struct rep_str value, struct rep_arena *a);

/* A parameter of a structured field ("report-type" of Content-Type), unquoted; n == 0: none. */
struct rep_str rep_header_param(struct rep_str value, const char *name, struct rep_arena *a);

/* "Thu, 29 Apr 2010 23:45:10 +0900 (JST)" (RFC 5322, also without the day): 0 when it is none. */
int64_t rep_header_date(struct rep_str value);

/* Base64 and quoted-printable, forgiving; out has room for in.n bytes. Returns the bytes made. */
size_t rep_mime_base64(struct rep_str in, char *out);
size_t rep_mime_quoted(struct rep_str in, bool header, char *out);

#endif
