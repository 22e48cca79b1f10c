/*
 * base/markup.h -- takes XML apart, also XML that is damaged.
 *
 * A parser that keeps to the standard stops at the first fault. Reports that strangers mail are full of faults, and
 * what is right in them is wanted all the same. So this one goes on: a '<' that begins no tag is text, an end tag need
 * not match (the caller decides), a name may have any case, bytes may be no UTF-8. On a well-formed document it finds
 * what any other parser finds (tests/unit/test_markup.c compares it with expat).
 *
 * Bytes are fed in pieces of any size, tokens are taken until REP_ENOTFOUND says that more is wanted. Memory is bounded:
 * a tag of more than REP_MARKUP_TAG bytes is text, and a longer text comes in pieces. Nothing is ever looked up outside:
 * a document type is a token of its own, and entities are those five that every document has, and numbers.
 *
 * A document that begins with a byte order mark of UTF-16, or with an ASCII character in UTF-16, is read as UTF-8.
 * Offsets are of the bytes as UTF-8.
 *
 * Pure, except for memory.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_BASE_MARKUP_H
#define REP_BASE_MARKUP_H

#include "base/buf.h"
#include "base/err.h"

enum {
	REP_MARKUP_TAG =
	    16 << 10, /* Judgement: the longest tag of a real report has some 200 bytes */
	REP_MARKUP_FEED = 64 << 10, /* most bytes that are looked at in one piece */
	REP_MARKUP_DEEP =
	    1 << 10 /* most bytes of a document type or an instruction that are kept */
};

enum rep_markup_kind {
	REP_MARKUP_START, /* <name ...> */
	REP_MARKUP_EMPTY, /* <name ... /> */
	REP_MARKUP_END,	  /* </name> */
	REP_MARKUP_TEXT,  /* entities are not replaced yet */
	REP_MARKUP_DATA,  /* of a CDATA section: nothing is to be replaced */
	REP_MARKUP_TYPE,  /* <!DOCTYPE ...>, without the brackets */
	REP_MARKUP_ORDER  /* <?name ...?>, without the question marks */
};

/* Views are valid until the next call. */
struct rep_markup_token {
	enum rep_markup_kind kind;
	struct rep_str name; /* of a tag, as written: with its prefix */
	struct rep_str text; /* of a tag: what is behind its name */
	uint64_t offset;     /* of its first byte */
	bool odd;	     /* TEXT: begins with a '<' that begins no tag, or that has no end */
};

struct rep_markup {
	struct rep_buf in;
	size_t at;	  /* the next byte of `in` */
	uint64_t base;	  /* offset of in.p[0] */
	int wide;	  /* 0: not known yet, 1: bytes, 2: UTF-16 BE, 3: UTF-16 LE */
	unsigned left;	  /* a byte of UTF-16 that waits for its second, + 1 */
	uint32_t high;	  /* a surrogate that waits for its second; 0: none */
	bool last, begun; /* nothing more comes; the byte order mark is behind */
	uint64_t no_end;  /* no instruction ends before this offset */
	bool cut;	  /* the last token ended in the middle, at the end of the document */
	bool marked;	  /* it began with a byte order mark */
	bool failed;	  /* out of memory */
	enum {
		REP_MARKUP_OUT,
		REP_MARKUP_IN_DATA,
		REP_MARKUP_IN_COMMENT,
		REP_MARKUP_IN_TYPE
	} in_what;
};

void rep_markup_begin(struct rep_markup *m);
void rep_markup_end(struct rep_markup *m);

/*
 * The next bytes; at most REP_MARKUP_FEED are taken, and their number returned. What was fed before must have been
 * taken apart: feed only after rep_markup_next gave REP_ENOTFOUND. last: nothing comes after all of these bytes.
 */
size_t rep_markup_feed(struct rep_markup *m, struct rep_str bytes, bool last);

/*
 * REP_ENOTFOUND: more bytes are wanted, or this was the end. REP_EMEM: out of memory.
 */
enum rep_rc rep_markup_next(struct rep_markup *m, struct rep_markup_token *t) REP_NODISCARD;

/* A name without its prefix. */
struct rep_str rep_markup_local(struct rep_str name);

/*
 * Adds a text with its entities replaced. False when one is not known: it is added as it is. Bytes that are no UTF-8 are
 * taken as windows-1252, and *wrong is set.
 */
bool rep_markup_text(struct rep_buf *out, struct rep_str text, bool data, bool *wrong);

#endif
