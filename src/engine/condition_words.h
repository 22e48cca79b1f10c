/*
 * engine/condition_words.h -- conditions as a person reads them: what, since when, how much, what to do; then why.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_CONDITION_WORDS_H
#define REP_ENGINE_CONDITION_WORDS_H

#include "engine/held.h"
#include "know/know.h"

/* A condition, and since when it is known to hold. */
struct rep_condition_shown {
	const struct rep_condition *c;
	int64_t since_s;
};

/* The headline of n conditions of one kind, without a full stop. p == NULL: out of memory, here as below. */
struct rep_str rep_condition_title(const struct rep_know *know, struct rep_arena *a,
    const struct rep_condition_shown *v, size_t n);
/* All of it, ending with a line end. */
struct rep_str rep_condition_text(const struct rep_know *know, struct rep_arena *a,
    const struct rep_condition_shown *v, size_t n);
/* The text of several kinds at once: their headlines, then the text of each. */
struct rep_str rep_condition_storm_text(
    struct rep_arena *a, const struct rep_str *titles, const struct rep_str *texts, size_t n);

#endif
