/*
 * auth/typographic.h -- characters that word processors and web pages put in place of ASCII.
 *
 * A record that was pasted has long dashes, no-break spaces and quotation marks of print. Each stands for
 * a character of ASCII, or for nothing. (UTF-8.)
 *
 * Pure: the bytes come from strangers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUTH_TYPOGRAPHIC_H
#define REP_AUTH_TYPOGRAPHIC_H

#include "base/str.h"

enum rep_typographic {
	REP_TYPOGRAPHIC_NONE = 0, /* s does not begin with such a character */
	REP_TYPOGRAPHIC_NO_BREAK,
	REP_TYPOGRAPHIC_SPACE,
	REP_TYPOGRAPHIC_INVISIBLE,
	REP_TYPOGRAPHIC_DASH,
	REP_TYPOGRAPHIC_TILDE,
	REP_TYPOGRAPHIC_QUOTE,
	REP_TYPOGRAPHIC_ALIKE /* of full width, or of another script with the same shape */
};

/* What s begins with: it has *n bytes and stands for *ascii ('\0': for nothing). NONE sets neither. */
enum rep_typographic rep_typographic(struct rep_str s, size_t *n, char *ascii);

/* "a no-break space"; of ALIKE by the character that it stands for. Not for NONE. */
const char *rep_typographic_text(enum rep_typographic t, char ascii);

#endif
