/*
 * api/cursor.h -- a long answer in pages: where the next one begins.
 *
 * The answer to one question is a list whose items have an order and a key: a time and a number. A cursor is the key of the
 * last item of a page ("1762152131-7"), so a page begins behind it whatever came in at the front meanwhile.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_API_CURSOR_H
#define REP_API_CURSOR_H

#include "base/err.h"

struct rep_cursor {
	int64_t at_s;
	uint64_t n;
};

enum { REP_CURSOR_TEXT = 48 }; /* room for a cursor and its NUL */

const char *rep_cursor_text(const struct rep_cursor *k, char buf[REP_CURSOR_TEXT]);
/* n == 0: the first page; else *later is true. REP_EUSAGE: it is no cursor of ours. */
enum rep_rc rep_cursor_parse(
    struct rep_str s, struct rep_cursor *k, bool *later, struct rep_err *err) REP_NODISCARD;

/* Newest first: < 0 when a comes before b. */
int rep_cursor_cmp(const struct rep_cursor *a, const struct rep_cursor *b);

#endif
