/*
 * intake/meaning.h -- what a report of a document means, and the fact it is.
 *
 * Runs outside the worker, where know is. The reply in it is read as every reply is
 * (intake/heard.h). A document comes from outside: no fact of one says anything about which
 * addresses are ours, whatever an address in it claims to be.
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
	struct rep_heard heard; /* of a complaint or a notice only host and host_ip */
	struct rep_str stream;	/* lives as long as the streams; n == 0: cannot be told */
};

/* streams may be NULL: no stream then. Views live as long as the report. */
void rep_meaning_of(const struct rep_know *know, struct rep_streams *streams,
    const struct rep_report *p, struct rep_meaning *m);

/*
 * Whether the address should not be mailed again, and why: "complained", "opted-out",
 * "no-such-recipient", "suppressed"; NULL: nothing says so. Never for a block, a full mailbox
 * or anything else that is not the address's own and for good, whatever the code was.
 */
const char *rep_meaning_suppress(const struct rep_report *p, const struct rep_meaning *m);

/* Under which name its server counts: of a sending service the pool, of a bounce none. */
struct rep_str rep_meaning_label(const struct rep_report *p);

/*
 * The fact of a bounce or delivery (struct rep_fact), for the store. False when it is none: a
 * complaint, a notice, a "relayed" that is no end. A bounce is status bounced, or expired.
 */
bool rep_meaning_fact(const struct rep_report *p, const struct rep_meaning *m, struct rep_fact *f);

#endif
