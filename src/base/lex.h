/*
 * base/lex.h -- the words of a block file: configuration and everything in know/.
 *
 * One grammar for every file that a person edits:
 *
 *	# a comment, to the end of the line
 *	keyword value "a quoted value" {
 *		keyword value; keyword value
 *	}
 *
 * A statement ends at a newline, a ';' or before a '}'. A word is a run of bytes
 * without blanks, quotes, '{', '}' and ';'; it may begin with any other byte ('#'
 * begins a comment only at the start of a word). Within quotes a backslash keeps
 * the next byte ('"' and '\'); adjacent quoted strings on following lines are one
 * string when the line ends in a backslash. Lines and columns count from 1,
 * columns in bytes.
 *
 * Pure: it reads the text given, allocates from the arena given.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_BASE_LEX_H
#define REP_BASE_LEX_H

#include "base/arena.h"
#include "base/err.h"

enum { REP_LEX_MAX_WORDS = 64, REP_LEX_MAX_DEPTH = 8 };

struct rep_lex_word {
	struct rep_str s; /* borrowed from the text or the arena */
	unsigned line, col;
	bool quoted;
};

/* One statement: its words, and whether it opens or closes a block. A statement of more words
 * than REP_LEX_MAX_WORDS, and deeper blocks, are errors with a sentence. */
struct rep_lex_stmt {
	struct rep_lex_word w[REP_LEX_MAX_WORDS];
	size_t n;
	bool opens;  /* "... {" */
	bool closes; /* a lone "}": n is 0, w[0] has its place */
};

struct rep_lex {
	struct rep_str text;
	const char *file; /* borrowed; for messages */
	struct rep_arena *arena;
	size_t at;
	size_t bol; /* start of the current line */
	unsigned line;
	unsigned depth;
};

void rep_lex_init(struct rep_lex *l, const char *file, struct rep_str text, struct rep_arena *a);

/*
 * The next statement. REP_ENOTFOUND at the end of the text (no message written);
 * REP_ESYNTAX with "file:line:col: ..." for an unclosed quote or block, a '}' too
 * many, too many words. After REP_ESYNTAX the lexer stands at the next line, so
 * that a caller may go on and report more.
 */
enum rep_rc rep_lex_next(
    struct rep_lex *l, struct rep_lex_stmt *st, struct rep_err *err) REP_NODISCARD;

/* "file:line:col: sentence" at a word; returns REP_ESYNTAX. */
enum rep_rc rep_lex_fail(const struct rep_lex *l, const struct rep_lex_word *w, struct rep_err *err,
    const char *fmt, ...) REP_PRINTF(4, 5);

#endif
