/*
 * engine/keep.h -- what an ingest does with a report: stores its fact, counts its complaint.
 *
 * Nobody can be sure who wrote a bounce that came by mail: so its fact is not evidence, and no
 * address is learnt from it. Events of the operator's own sending service are evidence, like lines
 * of a log.
 *
 * Complaints wait until rep_keep_settle, which finds the deliveries of all their Message-IDs at
 * once. A complaint that was not settled is lost, and is read again with its document.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_KEEP_H
#define REP_ENGINE_KEEP_H

#include "engine/wire.h"
#include "intake/meaning.h"

struct rep_kept {
	uint64_t bounces, deliveries, complaints, notices; /* new ones */
	uint64_t delays;				   /* new notices of delay */
	uint64_t known;					   /* known before, from anywhere */
	uint64_t no_fact;	     /* receipts of delivery, bounces without a recipient */
	uint64_t unmatched;	     /* new complaints about mail that we did not send */
	struct rep_waiting *waiting; /* owned; freed by rep_keep_fini */
	/*
	 * The registered domain asked for last, and whether it is ours by the first asked_names_n
	 * names.
	 */
	char asked_domain[256];
	size_t asked_domain_n;
	uint32_t asked_names_n;
	bool asked_is_ours;
};

/* Stores one report. Needs an open transaction of w's store. */
enum rep_rc rep_keep_report(struct rep_wire *w, const struct rep_report *p,
    const struct rep_meaning *m, struct rep_kept *n, struct rep_err *err) REP_NODISCARD;
/* Stores the complaints that wait. Needs an open transaction; the caller commits it afterwards. */
enum rep_rc rep_keep_settle(
    struct rep_wire *w, struct rep_kept *n, struct rep_err *err) REP_NODISCARD;
void rep_keep_fini(struct rep_kept *n); /* all zero is allowed */

#endif
