/*
 * judge/passed.h -- mail that a source only passes on: what is forwarded, bounces, and other mail with
 * an empty sender.
 *
 * It is told by the names that intake gives to streams. Any way out would be refused for it, so no
 * advice moves it. Pure.
 *
 * Inside src/judge. Other rooms ask only for what is forwarded.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_PASSED_H
#define REP_JUDGE_PASSED_H

#include "judge/verdict.h"

enum rep_passed {
	REP_PASSED_NOT = 0,
	REP_PASSED_FORWARDED, /* with SRS, or by an address of ours that stands for another */
	REP_PASSED_BOUNCES,   /* the null sender, to one recipient */
	REP_PASSED_TO_MANY    /* the null sender, to several: no bounce */
};

/* What a trouble is mostly about. */
enum rep_passed rep_passed_kind(const struct rep_judge_in *in, const struct rep_incident *i);
/* Whether a stream is of one of these kinds. */
bool rep_passed_stays(const struct rep_judge_in *in, uint32_t stream);
bool rep_passed_forwarded(const struct rep_judge_in *in, uint32_t stream);
/* What to do where a receiver wants forwarded mail to pass SPF, DKIM or DMARC. */
struct rep_str rep_passed_remedy(void);

#endif
