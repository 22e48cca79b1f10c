/*
 * fact/word_list.h -- a list of words that a standard has for one field of a report.
 *
 * A report may say a word that the list does not have: then it is kept as it was written (struct rep_said).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_FACT_WORD_LIST_H
#define REP_FACT_WORD_LIST_H

#include "fact/aggregate.h"

/* v[0] is NULL: 0 is "not said". The numbers are to be stored: append, never renumber. */
struct rep_word_list {
	const char *const *v;
	size_t n;
};

/* The word; NULL for 0 and unknown numbers. */
const char *rep_word(const struct rep_word_list *list, unsigned v);
/*
 * Finds a word, upper and lower case alike, '_' and ' ' for '-'. False: it is not written as the list has it; out->raw is
 * then the word as it was written, and out->v what it is taken for, or REP_SAID_ODD. An empty one is "not said", and true.
 */
bool rep_word_parse(const struct rep_word_list *list, struct rep_str word, struct rep_said *out);
/* The word as people should see it: that of the list, else as it was written. Empty: not said. */
struct rep_str rep_word_text(const struct rep_word_list *list, const struct rep_said *s);

#endif
