/*
 * know/finder.h -- all literals of all rules in one pass over a text.
 *
 * Of each literal the finder looks for the four bytes in a row that the fewest other
 * literals hold: at each place of the text one bit of an 8 KiB table says whether any
 * literal may have its four bytes here, and only then are literals compared in full.
 * (An automaton of Aho and Corasick over the same literals has a table of a megabyte,
 * waits for the cache at every byte, and read replies at about half this speed.)
 *
 * Built once, read-only afterwards.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_KNOW_FINDER_H
#define REP_KNOW_FINDER_H

#include "base/err.h"

enum { REP_FINDER_LEAST = 3 }; /* bytes that a literal must have */

struct rep_finder;

/*
 * literals[i] is reported as number i; they are borrowed and must last as long as the
 * finder. REP_EUSAGE for one that is shorter than REP_FINDER_LEAST.
 */
enum rep_rc rep_finder_new(const struct rep_str *literals, uint32_t n, struct rep_finder **out,
    struct rep_err *err) REP_NODISCARD;
void rep_finder_free(struct rep_finder *f);

/* Calls fn once for every occurrence of every literal; `start` is where it begins. */
typedef void (*rep_finder_fn)(void *ctx, uint32_t literal, size_t start);
void rep_finder_scan(const struct rep_finder *f, struct rep_str text, rep_finder_fn fn, void *ctx);

#endif
