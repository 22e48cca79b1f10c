/*
 * judge/advice_hold.h -- commands for Postfix that hold mail in the queue, and take the hold back.
 *
 * Two forms. Where all mail for the provider is refused, its domains go to a transport that
 * defer_transports names: nothing is tried, nothing bounces, and neither smtpd nor sendmail refuses
 * mail meanwhile. Such an entry decides for every sender. So where another path on the same server
 * still works, or where the domains are too many to list, the blocked transports get a filter that
 * hides the provider's MX hosts from them, and other transports are not touched.
 *
 * The commands are complete: they are pasted as they are, keep every setting that was there before,
 * and may be pasted twice. tests/system/test_hold.py plays both forms on a real Postfix.
 *
 * Inside src/judge only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_ADVICE_HOLD_H
#define REP_JUDGE_ADVICE_HOLD_H

#include "judge/request.h"

struct rep_hold {
	struct rep_str servers;	    /* the log hosts to do it on: "mx1", "mx1 and mx2" */
	struct rep_str paste, undo; /* n == 0: the mail server is not Postfix */
	bool filter;		    /* the second form */
};

/* paste.p == NULL: the arena is too small. */
struct rep_hold rep_advice_hold(const struct rep_advice *d);

#endif
