/*
 * know/pattern.h -- patterns of rules (doc/rules.md), compiled and matched.
 *
 * A pattern is segments with anything between them; a segment is literals, single
 * digits and captures in a row. Segments are found leftmost in their order, so
 * matching takes time proportional to pattern times text, whatever the input.
 *
 * Pure; compiled patterns live in the arena given.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_KNOW_PATTERN_H
#define REP_KNOW_PATTERN_H

#include "base/arena.h"
#include "base/err.h"

enum rep_capture {
	REP_CAPTURE_ADDRESS = 0,
	REP_CAPTURE_DOMAIN,
	REP_CAPTURE_LIST,
	REP_CAPTURE_CODE,
	REP_CAPTURE_URL,
	REP_CAPTURE_N
};

const char *rep_capture_word(enum rep_capture c);

/* What was captured: [from, from + n) of the folded text; n == 0: nothing. */
struct rep_captures {
	struct {
		uint16_t from, n;
	} v[REP_CAPTURE_N];
};

struct rep_pattern; /* in the arena */

/* Compiles. The sentence of an error has no place; the caller knows it. */
enum rep_rc rep_pattern_compile(struct rep_arena *a, struct rep_str s,
    const struct rep_pattern **out, struct rep_err *err) REP_NODISCARD;

/* Whether folded text holds it; captures that are set already stay (caps may be NULL). */
bool rep_pattern_match(
    const struct rep_pattern *p, struct rep_str folded, struct rep_captures *caps);

/*
 * Its literals of at least three signs: all of them stand in every text that it matches, so a
 * finder that saw them all can say "perhaps". At most REP_PATTERN_LITERALS, the longest first
 * when there are more; returns how many.
 */
enum { REP_PATTERN_LITERALS = 8 };
size_t rep_pattern_literals(const struct rep_pattern *p, struct rep_str v[REP_PATTERN_LITERALS]);
/* The longest of them. */
struct rep_str rep_pattern_literal(const struct rep_pattern *p);
/* Bytes of all literals: its weight among rules. */
size_t rep_pattern_weight(const struct rep_pattern *p);

/* Whether [from, to) of t, within it, stands alone: no letter or digit goes on at either end. */
bool rep_whole_word(struct rep_str t, size_t from, size_t to);

#endif
