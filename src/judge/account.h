/*
 * judge/account.h -- who submitted an unusual amount of mail when a trouble began.
 *
 * The first thing to look for when receivers refuse a source is a stolen login, an abused web form
 * or an open relay. Each shows in the log of the mail server itself: a login, a client or a local
 * user that submits many times its usual amount, or that was never seen before.
 *
 * This is not proof: an intended campaign looks the same. Only the sender knows which it is.
 *
 * Pure. Called after the findings of several receivers, before the evidence.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_ACCOUNT_H
#define REP_JUDGE_ACCOUNT_H

#include "judge/verdict.h"

/*
 * All of these numbers are judgement. The window is the 6 hours before a trouble and the 24 hours
 * after it began. Where nobody stands out there, it is the three days before and the same 24 hours: a
 * provider that counts complaints refuses days after the spam (bench/accounts). An account jumped if
 * its busiest hour there has 20 recipients or more, and 5 times its busiest hour before. It is new if
 * it had none before. The log must say who submitted mail for 2 days before, and the account must
 * have a tenth of all mail submitted around that time.
 */
enum {
	REP_ACCOUNT_BEFORE_S = 6 * 3600,
	REP_ACCOUNT_LONG_BEFORE_S = 72 * 3600,
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
