/*
 * mail/mask.h -- masks the addresses of people in text that is stored.
 *
 * "jo@hotmail.com" becomes "j***@hotmail.com". VERP forms, which carry a recipient in the local
 * part ("bounce-7-jo=hotmail.com@shop.example"), become "***@shop.example". Bytes beyond ASCII in a
 * local part are masked too.
 *
 * Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_MAIL_MASK_H
#define REP_MAIL_MASK_H

#include "base/buf.h"

/*
 * Appends s to out with every address masked, also where a URL has "%40" instead of '@'. Each
 * address adds at most 3 bytes. Masking masked text again changes nothing.
 */
void rep_mask(struct rep_buf *out, struct rep_str s);

/* The same, but `keep` (n == 0: none) is left as it is, wherever it stands as a whole. */
void rep_mask_but(struct rep_buf *out, struct rep_str s, struct rep_str keep);

/* Appends one masked address: "j***@example.com". Without an '@' it is "***". */
void rep_mask_address(struct rep_buf *out, struct rep_str address);

/*
 * Whether the n bytes at `at` are a name of their own, an address or a login: "o@shop.co" is not in "jo@shop.co", nor in
 * "x-o@shop.co" or "o@shop.com", but in "<o@shop.co>." and "%3Co@shop.co%3E". A letter or digit goes on with the name,
 * as does one of "._-+@" between two. before, after: of these, what does not.
 */
bool rep_mask_stands(struct rep_str s, size_t at, size_t n, const char *before, const char *after);

/* Behind an address: none goes on with a second '@'. */
#define REP_MASK_AFTER "@"

/* Whether a text has the address as a name of its own. ASCII case does not count. */
bool rep_mask_has(struct rep_str s, struct rep_str address);

#endif
