/*
 * judge/told.h -- a verdict as a few lines of text, to be stored and compared with a later one.
 *
 *	key mx1/postfix||microsoft-consumer||0|1762152131
 *	class blocked
 *	cause.range 0.7812
 *	evidence.siblings_together_unlike range 4.00 hygiene 0.60
 *
 * A line is a name, a space and the rest. The texts come from a database, which may be damaged or
 * written by another version. A line of another form is skipped, and a name that only one of two
 * texts has is a difference like any other.
 *
 * Pure. No text names a person or a stream.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_TOLD_H
#define REP_JUDGE_TOLD_H

#include "judge/verdict.h"

/* The text for one incident. n == 0: the arena is too small. */
struct rep_str rep_told_text(
    const struct rep_verdicts *v, const struct rep_incident *i, struct rep_arena *a);

/* The rest of the first line with that name, as a view into the text. n == 0: there is none. */
struct rep_str rep_told_value(struct rep_str text, struct rep_str name);

struct rep_told_change {
	struct rep_str name, before, after; /* views; n == 0: not in that text */
};
/*
 * The names whose rest differs: in the order of `before`, then those that only `after` has. Stores
 * at most `max`, and returns how many there are. Probabilities that differ by less than 0.005 are
 * equal.
 */
size_t rep_told_compare(
    struct rep_str before, struct rep_str after, struct rep_told_change *v, size_t max);

#endif
