/*
 * judge/told.h -- a verdict as a few lines of text: to be kept, and compared with another.
 *
 *	key mx1/postfix||microsoft-consumer||0|1762152131
 *	class blocked
 *	cause.range 0.7812
 *	evidence.siblings_together_unlike range 4.00 hygiene 0.60
 *
 * A line is a name, a blank and the rest. The texts come from a database, which may be
 * damaged or of another version: what is no such line is passed over, and a name that one of
 * two texts lacks is a difference like any other.
 *
 * Pure. No text holds a person or a stream.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_TOLD_H
#define REP_JUDGE_TOLD_H

#include "judge/verdict.h"

/* What was told of one incident; n == 0: the arena is too small. */
struct rep_str rep_told_text(
    const struct rep_verdicts *v, const struct rep_incident *i, struct rep_arena *a);

/* The rest of the first line of that name; n == 0 when there is none. A view into the text. */
struct rep_str rep_told_value(struct rep_str text, struct rep_str name);

struct rep_told_change {
	struct rep_str name, before, after; /* views; n == 0: was not, is not there */
};
/*
 * The names whose rest differs, in the order of `before` and then of what only `after` has; at most
 * `max`, and how many there are. Probabilities that differ by under 0.005 do not.
 */
size_t rep_told_compare(
    struct rep_str before, struct rep_str after, struct rep_told_change *v, size_t max);

#endif
