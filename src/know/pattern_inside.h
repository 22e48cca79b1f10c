/*
 * know/pattern_inside.h -- how a compiled pattern is stored: for its matcher (pattern.c) and for its form in another
 * language (pattern_regex.c).
 *
 * Inside src/know only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_KNOW_PATTERN_INSIDE_H
#define REP_KNOW_PATTERN_INSIDE_H

#include "know/pattern.h"

enum { REP_PATTERN_ATOMS = 48 };

enum rep_atom_type { REP_ATOM_LITERAL, REP_ATOM_DIGIT, REP_ATOM_CAPTURE, REP_ATOM_GAP };

struct rep_atom {
	enum rep_atom_type type;
	enum rep_capture capture;
	struct rep_str s; /* LITERAL: in the arena */
	size_t rarest;	  /* LITERAL: index of its rarest byte */
};

struct rep_pattern {
	struct rep_str text; /* as it was written */
	bool anchored;
	bool code; /* has a digit, no blank, gap or capture: only a whole word matches */
	bool names;
	size_t n, longest, weight; /* longest: index of the literal */
	size_t captures;
	struct rep_atom v[];
};

#endif
