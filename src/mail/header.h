/*
 * mail/header.h -- the header fields of a message, and values in them.
 *
 * Tolerant, because real bounces break every rule. A line that is neither a field nor a
 * continuation is skipped. Names compare without regard to case.
 *
 * Pure. All memory comes from the arena.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_MAIL_HEADER_H
#define REP_MAIL_HEADER_H

#include "base/arena.h"
#include "base/err.h"

struct rep_header {
	struct rep_str name, value; /* value: unfolded and trimmed, still raw bytes */
};

struct rep_headers {
	const struct rep_header *v;
	size_t n;
};

enum { REP_HEADERS_MAX = 2000, REP_HEADER_VALUE_MAX = 16384 };

/*
 * The fields at the start of s, up to an empty line or the end. *used (may be NULL) gets the number
 * of bytes read, with the empty line. Fields beyond REP_HEADERS_MAX are left out, values are cut at
 * REP_HEADER_VALUE_MAX.
 */
struct rep_headers rep_headers_parse(struct rep_str s, struct rep_arena *a, size_t *used);

/* The value of the first field with this name; n == 0 when there is none. */
struct rep_str rep_header(const struct rep_headers *h, const char *name);

/* A value without its folding: a line end and the blanks after it become one blank. */
struct rep_str rep_header_unfold(struct rep_str raw, struct rep_arena *a);

/*
 * Decodes encoded words (RFC 2047) to bytes. The charset is not converted: text that is not ASCII
 * is for people, and for patterns over bytes. An encoded word that is malformed stays as it is.
 */
struct rep_str rep_header_decode(struct rep_str value, struct rep_arena *a);

/*
 * A parameter of a structured field ("report-type" of Content-Type), without quotes; n == 0: none.
 */
struct rep_str rep_header_param(struct rep_str value, const char *name, struct rep_arena *a);

/*
 * Reads "Thu, 29 Apr 2010 23:45:10 +0900 (JST)" (RFC 5322; the weekday may be missing). 0 when it
 * is not a date.
 */
int64_t rep_header_date(struct rep_str value);

/*
 * Decode base64 and quoted-printable, and tolerate errors. out needs room for in.n bytes. Return
 * the number of bytes written.
 */
size_t rep_mime_base64(struct rep_str in, char *out);
size_t rep_mime_quoted(struct rep_str in, bool header, char *out);

#endif
