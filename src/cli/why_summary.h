/*
 * cli/why_summary.h -- the head of a verdict: what fits on one screen before any detail.
 *
 * What and since when, how bad, why in a sentence, and the first three steps, a line each.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_WHY_SUMMARY_H
#define REP_CLI_WHY_SUMMARY_H

#include "cli/out.h"
#include "engine/verdicts.h"

/* "probably the neighbourhood (...), not you". Without a full stop; valid until the next call. */
const char *rep_why_cause(const struct rep_verdicts *v, const struct rep_incident *i);

/* The most probable cause except `but` (-1: of all). */
int rep_why_likeliest(const struct rep_incident *i, int but);

/*
 * Appends the summary of n incidents that are told together, the one that leads first. A step is
 * told by its beginning: what to do, up to the first colon, semicolon or stop. `below`: all of it
 * follows, and each step says so; else the steps stand before the cause, for who reads on a phone.
 * When memory is out, b->full is set.
 */
void rep_why_summary(struct rep_buf *b, const struct rep_verdict_set *s,
    const struct rep_incident *const *group, size_t n, bool below);

/*
 * The first sentence of that in one line, without its full stop: who does what since when; of incidents that are over:
 * who did it, until when. In the set's arena; p is
 * NULL when that is too small.
 */
struct rep_str rep_why_headline(
    const struct rep_verdict_set *s, const struct rep_incident *const *group, size_t n);

#endif
