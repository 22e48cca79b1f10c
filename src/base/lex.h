/*
 * base/lex.h -- splits a block file into words: the configuration and everything in know/.
 *
 * One grammar for every file that a person edits:
 *
 * 	# a comment, to the end of the line
 * 	keyword value "a quoted value" {
 * 		keyword value; keyword value
 * 	}
 *
 * A statement ends at a newline, at a ';' or before a '}'. A word is a run of bytes without blanks,
 * quotes, '{', '}' and ';'. It may begin with any other byte, but a '#' at the start of a word
 * begins a comment. Within quotes a backslash keeps the next byte ('"' and '\'). When a line ends
 * in a backslash, a quoted string on it and one on the next line become one string. Lines and
 * columns count from 1, columns in bytes.
 *
 * Pure: reads the text it is given, allocates from the arena it is given.
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

/*
 * One statement: its words, and whether it opens or closes a block. More than REP_LEX_MAX_WORDS
 * words, or blocks that are nested too deeply, are errors with a sentence.
 */
struct rep_lex_stmt {
	struct rep_lex_word w[REP_LEX_MAX_WORDS];
	size_t n;
	bool opens;  /* "... {" */
	bool closes; /* a "}" alone: n is 0, w[0] has its position */
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
 * Reads the next statement. REP_ENOTFOUND at the end of the text (no message is written).
 * REP_ESYNTAX with "file:line:col: ..." for a quote or block that is not closed, a '}' without a
 * '{', or too many words. After REP_ESYNTAX the lexer is at the next line, so a caller can continue
 * and report more errors.
 */
enum rep_rc rep_lex_next(
    struct rep_lex *l, struct rep_lex_stmt *st, struct rep_err *err) REP_NODISCARD;

/* A file whose problems are told one by one, while the rest of it is used. */
struct rep_lex_reader {
	struct rep_lex lex;
	void (*problem)(void *ctx, const char *sentence); /* NULL: nobody is told */
	void *ctx;
	unsigned bad; /* how many there were */
};

/*
 * Reads on to the next statement with words in the innermost open block, or in the file where none is open.
 * What cannot be read is told, counted and passed over. False: the block, or the file, is at its end.
 */
bool rep_lex_inside(struct rep_lex_reader *r, struct rep_lex_stmt *st);
/* Passes over the rest of a block that was opened, with all blocks in it. */
void rep_lex_pass_over(struct rep_lex_reader *r);
/* Tells and counts a problem with a word. */
void rep_lex_tell(struct rep_lex_reader *r, const struct rep_lex_word *w, const char *fmt, ...)
    REP_PRINTF(3, 4);

/* Writes "file:line:col: sentence" for a word; returns REP_ESYNTAX. */
enum rep_rc rep_lex_fail(const struct rep_lex *l, const struct rep_lex_word *w, struct rep_err *err,
    const char *fmt, ...) REP_PRINTF(4, 5);

#endif
