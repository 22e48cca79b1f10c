/*
 * unit/file_told.h -- what the parser of a file says is wrong with it, sentence by sentence.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_TEST_FILE_TOLD_H
#define REP_TEST_FILE_TOLD_H

#include "base/str.h"

#include <stdio.h>

static char told[8][400];
static unsigned told_n; /* set to 0 before a file is read */

static inline void
on_problem(void *ctx, const char *sentence)
{
	(void)ctx;
	if (told_n < REP_COUNT(told))
		snprintf(told[told_n], sizeof told[0], "%s", sentence);
	told_n++;
}

/* The first sentence. */
static inline struct rep_str
told_first(void)
{
	return rep_str_c(told_n > 0 ? told[0] : "nothing was told");
}

#endif
