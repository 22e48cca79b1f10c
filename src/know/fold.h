/*
 * know/fold.h -- one form for many spellings, so that rules match words, not layout.
 *
 * Lower case (ASCII), blanks folded to one, typographic quotes and no-break spaces
 * made plain, contractions opened ("doesn't" is "does not"), and in replies the codes
 * that a multi-line reply repeats taken out ("421-4.7.28 ... 421 4.7.28 ...").
 *
 * Pure. Every folded byte remembers where it came from, so that captures can be
 * cut from the original.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_KNOW_FOLD_H
#define REP_KNOW_FOLD_H

#include "base/str.h"

enum { REP_FOLD_MAX = 2000 }; /* longer replies are cut: no rule needs more */

struct rep_folded {
	size_t n;
	char p[REP_FOLD_MAX + 16];
	uint16_t at[REP_FOLD_MAX + 17]; /* index in the original; at[n] is its end */
};

/* code and enh of the first line; code 0 takes no repeats out. */
void rep_fold(struct rep_str s, int code, bool multi, struct rep_folded *out);

#endif
