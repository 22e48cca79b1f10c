/*
 * know/finder.h -- finds all literals of all rules in one pass over a text.
 *
 * Of each literal the finder takes the four bytes in a row that occur in the fewest other literals.
 * For each place of the text, one bit in a table of 8 KiB shows whether a literal may have its four
 * bytes (or be the three bytes) there. Only then are literals compared in full. (An Aho-Corasick
 * automaton for the same literals has a table of a megabyte, waits for the cache at every byte, and
 * read replies at about half this speed.)
 *
 * Built once, read-only afterwards.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_KNOW_FINDER_H
#define REP_KNOW_FINDER_H

#include "base/err.h"

enum { REP_FINDER_LEAST = 3 }; /* bytes; a literal must have as many */

struct rep_finder;

/*
 * literals[i] is reported as number i. They are borrowed and must live as long as the finder.
 * REP_EUSAGE: one is shorter than REP_FINDER_LEAST.
 */
enum rep_rc rep_finder_new(const struct rep_str *literals, uint32_t n, struct rep_finder **out,
    struct rep_err *err) REP_NODISCARD;
void rep_finder_free(struct rep_finder *f);

/* Called once for every occurrence of every literal, which begins at `start`. */
typedef void (*rep_finder_fn)(void *ctx, uint32_t literal, size_t start);
void rep_finder_scan(const struct rep_finder *f, struct rep_str text, rep_finder_fn fn, void *ctx);

#endif
