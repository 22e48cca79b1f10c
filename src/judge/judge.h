/*
 * judge/judge.h -- the judge: facts and a time in, verdicts out. Pure.
 *
 * The same observations and the same `now` give the same verdict, byte for byte. It uses no clock,
 * no random numbers and no disk. It finds cells (own label x provider) with their state, incidents
 * with their life and returns, and for each incident one probability per cause with its evidence,
 * what cannot be, what is not known, and the next steps.
 *
 * judge/input.h describes the input, judge/verdict.h the result. The stages run in one direction:
 * index, timeline, evidence, causes, advice. A file includes only headers of its own stage and of
 * earlier ones (tools/check-includes).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_JUDGE_H
#define REP_JUDGE_JUDGE_H

#include "base/err.h"
#include "judge/verdict.h"

/* Allocates from the arena. `in` must live as long as *out. REP_ELIMIT: the arena is too small. */
enum rep_rc rep_judge(const struct rep_judge_in *in, struct rep_arena *a, struct rep_verdicts *out,
    struct rep_err *err) REP_NODISCARD;

#endif
