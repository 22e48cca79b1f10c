/*
 * know/fold.h -- one form for many spellings, so that rules match words and not the layout.
 *
 * Makes lower case (ASCII), turns each run of blanks into one space, replaces typographic quotes
 * and no-break spaces, and expands contractions ("doesn't" becomes "does not"). In replies it
 * removes the codes that a reply of several lines repeats ("421-4.7.28 ... 421 4.7.28 ...").
 *
 * Pure. Each folded byte keeps its place in the original, so that captures can be cut from there.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_KNOW_FOLD_H
#define REP_KNOW_FOLD_H

#include "base/str.h"

enum { REP_FOLD_MAX = 2000 }; /* longer replies are cut; no rule needs more */

struct rep_folded {
	size_t n;
	char p[REP_FOLD_MAX + 16];
	uint16_t at[REP_FOLD_MAX + 17]; /* index in the original; at[n] is the end */
};

/* `code` is the reply code of the first line. With code 0 no repeated codes are removed. */
void rep_fold(struct rep_str s, int code, bool multi, struct rep_folded *out);

#endif
