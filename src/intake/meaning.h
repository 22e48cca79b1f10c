/*
 * intake/meaning.h -- finds what a report of a document means, and makes a fact of it.
 *
 * Runs outside the worker, because know is there. The reply in a report is read like every reply
 * (intake/heard.h). A document comes from outside: whatever it claims, no fact of it says which
 * addresses are ours.
 *
 * Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_MEANING_H
#define REP_INTAKE_MEANING_H

#include "fact/fact.h"
#include "fact/report.h"
#include "intake/heard.h"
#include "intake/stream.h"

struct rep_meaning {
	struct rep_heard heard; /* for a complaint or a notice only host and host_ip are set */
	struct rep_str stream;	/* valid as long as the streams; n == 0: not known */
};

/*
 * hosts remembers the providers of hosts from one report to the next; NULL: each is looked up again.
 * streams may be NULL: then there is no stream. Views live as long as the report and the next call.
 */
void rep_meaning_of(const struct rep_know *know, struct rep_hosts *hosts,
    struct rep_streams *streams, const struct rep_report *p, struct rep_meaning *m);

/*
 * The reason why this address should not be mailed again: "complained", "opted-out",
 * "no-such-recipient" or "suppressed". NULL: there is no such reason. Whatever the code was, the
 * result is NULL for a block, a full mailbox, and everything else that is temporary or not about
 * the address itself.
 */
const char *rep_meaning_suppress(const struct rep_report *p, const struct rep_meaning *m);

/*
 * The label under which its server is counted: the pool of a sending service. Bounces share one
 * label.
 */
struct rep_str rep_meaning_label(const struct rep_report *p);

/*
 * Makes the fact (struct rep_fact) of a bounce or delivery, for the store. False when there is
 * none: for a complaint, a notice, or a "relayed", which is not a final result. A bounce has the
 * status bounced or expired.
 */
bool rep_meaning_fact(const struct rep_report *p, const struct rep_meaning *m, struct rep_fact *f);

#endif
