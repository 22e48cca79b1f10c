/*
 * cli/strip.h -- numbers as a small picture in a line of text: one column each.
 *
 * With block characters where the locale is UTF-8, else with ASCII. A number above 0 always shows,
 * however small it is; 0 is a dot; what is not known is a blank. Nothing rests on colour.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_STRIP_H
#define REP_CLI_STRIP_H

#include "engine/trend.h"

#define REP_STRIP_UNKNOWN UINT64_MAX

/*
 * Whether a terminal can be expected to show block characters: LC_ALL, else LC_CTYPE, else LANG
 * names UTF-8 (POSIX, 8.2: the first that is set and not empty).
 */
bool rep_strip_utf8(void);

/* Appends n columns, each `wide` characters wide. `most` is what fills a column. */
void rep_strip(struct rep_buf *b, const uint64_t *v, size_t n, uint64_t most, size_t wide);

/*
 * The 24 hours up to now of a row of `status`: what was accepted, as high as the most that was tried
 * in an hour. Appends REP_TREND_HOURS columns; in a page, a picture of all that was tried.
 */
void rep_strip_day(struct rep_buf *b, const struct rep_verdict_set *set, const struct rep_cell *c);

/* The largest of n numbers that are known; 0: none. */
uint64_t rep_strip_most(const uint64_t *v, size_t n);

#endif
