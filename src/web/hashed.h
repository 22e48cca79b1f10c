/*
 * web/hashed.h -- random bytes as a text that is handed out once, and the SHA-256 by which it is known again: ids of
 * sessions, API tokens.
 *
 * Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_WEB_HASHED_H
#define REP_WEB_HASHED_H

#include "base/str.h"

enum {
	REP_HASHED_BYTES = 32, /* of the random bytes, and of SHA-256 */
	REP_HASHED_CHARS = 43, /* of the text: base64url without '=' (RFC 4648, 5) */
	REP_HASHED_TEXT = 44   /* room for it and a NUL */
};

/* Writes the bytes as text. Returns out. */
const char *rep_hashed_text(const unsigned char b[REP_HASHED_BYTES], char out[REP_HASHED_TEXT]);
/* Whether s can be such a text: its length and its characters. */
bool rep_hashed_is_text(struct rep_str s);

/* SHA-256 of `before` and s. False: out of memory. */
bool rep_hashed(struct rep_str before, struct rep_str s, unsigned char hash[REP_HASHED_BYTES]);

/* Compares in a time that does not depend on where they differ. */
bool rep_hashed_eq(
    const unsigned char a[REP_HASHED_BYTES], const unsigned char b[REP_HASHED_BYTES]);

#endif
