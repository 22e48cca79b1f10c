/*
 * judge/judge.h -- facts and the time in, verdicts out. Pure.
 *
 * The same observations and the same now give the same verdict, byte for byte: no
 * clock, no chance, no disk. What is found: cells (own label x provider) with their
 * state, incidents with their life and returns, one probability per cause with its
 * evidence, what cannot be, what is not known, and the next steps.
 *
 * What goes in is described in judge/input.h, what comes out in judge/verdict.h. The stages run in
 * one direction, and a file only includes headers of its own stage and of earlier ones
 * (tools/check-includes): index, timeline, evidence, causes, advice.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_JUDGE_H
#define REP_JUDGE_JUDGE_H

#include "base/err.h"
#include "judge/verdict.h"

/* Everything is made in the arena; `in` must live as long. REP_ELIMIT when the arena is too small. */
enum rep_rc rep_judge(const struct rep_judge_in *in, struct rep_arena *a, struct rep_verdicts *out,
    struct rep_err *err) REP_NODISCARD;

#endif
