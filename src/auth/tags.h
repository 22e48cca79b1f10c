/*
 * auth/tags.h -- lists of tags, "v=1; a=rsa-sha256; ..." (RFC 6376, 3.2): DKIM, ARC, DMARC, MTA-STS.
 *
 * Pure: views into the text. Values keep the folding within them; blanks around them are gone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUTH_TAGS_H
#define REP_AUTH_TAGS_H

#include "base/err.h"
#include "base/str.h"

enum { REP_TAGS_MAX = 64 };

struct rep_tag {
	struct rep_str name, value;
};

struct rep_tags {
	struct rep_tag v[REP_TAGS_MAX];
	size_t n;
};

/* REP_ESYNTAX: a part without '=', a name that is none, a name twice; says which. */
enum rep_rc rep_tags_parse(
    struct rep_str text, struct rep_tags *out, struct rep_err *err) REP_NODISCARD;

/* NULL: not there. Names are compared as they are (DKIM) or without case (DMARC: fold). */
const struct rep_str *rep_tag(const struct rep_tags *t, const char *name);

/* The next word of a list with a separator, trimmed; false at the end. */
bool rep_tag_word(struct rep_str *rest, char separator, struct rep_str *word);
/* Whether a word stands in a list, without case. */
bool rep_tag_has(struct rep_str list, char separator, struct rep_str word);

/* Base64 with blanks and line ends in it. Bytes written, SIZE_MAX when it is none or too long. */
size_t rep_base64(struct rep_str s, unsigned char *out, size_t max);

#endif
