/*
 * auth/tags.h -- lists of tags, "v=1; a=rsa-sha256; ..." (RFC 6376, 3.2): DKIM, ARC, DMARC, MTA-STS.
 *
 * Pure: views into the text. Values keep line folds inside them. Blanks around them are removed.
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

/* REP_ESYNTAX: a part without '=', an invalid name, or a name twice. The message says which. */
enum rep_rc rep_tags_parse(
    struct rep_str text, struct rep_tags *out, struct rep_err *err) REP_NODISCARD;

/* NULL: there is no such tag. Names are compared exactly (DKIM) or without case (DMARC: fold). */
const struct rep_str *rep_tag(const struct rep_tags *t, const char *name);

/* The next word of a list with this separator, trimmed. False: the end. */
bool rep_tag_word(struct rep_str *rest, char separator, struct rep_str *word);
/* Whether a word is in a list, without case. */
bool rep_tag_has(struct rep_str list, char separator, struct rep_str word);

/* Decodes base64 with blanks and line ends in it. SIZE_MAX: not valid, or too long. */
size_t rep_base64(struct rep_str s, unsigned char *out, size_t max);

#endif
