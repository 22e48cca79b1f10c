/*
 * judge/account.h -- who handed in mail as never before, around the beginning of a trouble.
 *
 * The first thing to look for when receivers refuse a source is a stolen login, an abused web form
 * or an open relay. Each shows in the log of the mail server itself: a login, a client or a local
 * user that hands in many times what it usually does, or that was never seen before.
 *
 * It is no proof: a campaign that was meant looks the same. The one who sends knows which it is.
 *
 * Pure. Called after the findings of several receivers, before the evidence.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_ACCOUNT_H
#define REP_JUDGE_ACCOUNT_H

#include "judge/verdict.h"

/*
 * Judgement, all of it. Looked at are the 6 hours before a trouble and the 24 after it began. One
 * jumped when its busiest hour there has 20 recipients or more, and 5 times its busiest hour
 * before. One is new when it had none before. The log must say who hands in for 2 days before, and
 * one must have a tenth of what was handed in around that time.
 */
enum {
	REP_ACCOUNT_BEFORE_S = 6 * 3600,
	REP_ACCOUNT_AFTER_S = 24 * 3600,
	REP_ACCOUNT_LEAST = 20,
	REP_ACCOUNT_TIMES = 5,
	REP_ACCOUNT_KNOWN_S = 2 * 86400,
	REP_ACCOUNT_PART = 10,
	REP_ACCOUNT_OF_LABEL = 3 /* named for one label, those with most mail */
};

/* Fills v->accounts and the incidents' `account`. REP_ELIMIT: the arena is too small. */
enum rep_rc rep_judge_account(
    struct rep_verdicts *v, struct rep_arena *a, struct rep_err *err) REP_NODISCARD;

#endif
