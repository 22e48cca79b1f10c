/*
 * know/pattern.h -- patterns of rules (doc/rules.md), compiled and matched.
 *
 * A pattern is a list of segments, with any text between them. A segment is literals, single digits
 * and captures in a row. Segments are matched in order, each at its leftmost place, so the time is
 * proportional to pattern times text, whatever the input.
 *
 * Pure. Compiled patterns live in the given arena.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_KNOW_PATTERN_H
#define REP_KNOW_PATTERN_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum rep_capture {
	REP_CAPTURE_ADDRESS = 0,
	REP_CAPTURE_DOMAIN,
	REP_CAPTURE_LIST,
	REP_CAPTURE_CODE,
	REP_CAPTURE_URL,
	REP_CAPTURE_ENDS, /* a length of time (rep_time_length) */
	REP_CAPTURE_N
};

const char *rep_capture_word(enum rep_capture c);

/* What was captured: [from, from + n) of the folded text. n == 0: nothing. */
struct rep_captures {
	struct {
		uint16_t from, n;
	} v[REP_CAPTURE_N];
};

struct rep_pattern; /* in the arena */

/* Compiles a pattern. An error does not say where the pattern is: the caller knows. */
enum rep_rc rep_pattern_compile(struct rep_arena *a, struct rep_str s,
    const struct rep_pattern **out, struct rep_err *err) REP_NODISCARD;

/* Whether the folded text matches. Captures that are set already are kept. caps may be NULL. */
bool rep_pattern_match(
    const struct rep_pattern *p, struct rep_str folded, struct rep_captures *caps);

/*
 * Whether every text in which p is found has q too. False also where it cannot be told from the
 * literals and digits alone: what a capture or a gap may hold is not looked at.
 */
bool rep_pattern_implies(const struct rep_pattern *p, const struct rep_pattern *q);

/*
 * The literals of at least three bytes. Every text that matches has all of them, so a finder that
 * saw them all can say "perhaps". At most REP_PATTERN_LITERALS: if there are more, the longest.
 * Returns how many.
 */
enum { REP_PATTERN_LITERALS = 8 };
size_t rep_pattern_literals(const struct rep_pattern *p, struct rep_str v[REP_PATTERN_LITERALS]);
/*
 * Whether it is a code so particular that it names who speaks: a whole word with at least three
 * letters and three digits ("ofr###_102").
 */
bool rep_pattern_names(const struct rep_pattern *p);
/* The pattern as it was written, for messages. */
struct rep_str rep_pattern_text(const struct rep_pattern *p);
/* The longest literal. */
struct rep_str rep_pattern_literal(const struct rep_pattern *p);
/* The bytes of all literals: the weight of the pattern among rules. */
size_t rep_pattern_weight(const struct rep_pattern *p);

/*
 * Appends the pattern as a POSIX extended expression, for the table of a mail server that knows no rules. Against an
 * unfolded reply, letters of either case alike, it finds what the pattern finds, and now and then more: a capture is what
 * its characters allow. A pattern for the very beginning has no sign for it (rep_pattern_anchored).
 */
void rep_pattern_regex(const struct rep_pattern *p, struct rep_buf *out);
/* Whether it is found at the very beginning of the text only. */
bool rep_pattern_anchored(const struct rep_pattern *p);
/* The same of a literal, folded: a token of a rule. */
void rep_token_regex(struct rep_str folded, struct rep_buf *out);

/* Whether [from, to) of t is a whole word: no letter or digit directly before or after it. */
bool rep_whole_word(struct rep_str t, size_t from, size_t to);

#endif
