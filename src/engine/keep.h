/*
 * engine/keep.h -- what an ingest does with a report: its fact to the store, its complaint counted.
 *
 * A bounce that came by mail is nobody's word for sure: its fact is no evidence and teaches no
 * address. Events of the operator's own sending service are evidence as a log line is.
 *
 * Complaints wait until rep_keep_settle: which delivery their Message-IDs are of is looked up for
 * all of them at once. One that was not settled is lost, and comes again with its document.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_KEEP_H
#define REP_ENGINE_KEEP_H

#include "engine/wire.h"
#include "intake/meaning.h"

struct rep_kept {
	uint64_t bounces, deliveries, complaints, notices; /* new ones */
	uint64_t known;					   /* told before, by this or another way */
	uint64_t no_fact;	     /* delays, receipts of delivery, bounces without recipient */
	uint64_t unmatched;	     /* new complaints about no sending of ours */
	struct rep_waiting *waiting; /* owned; rep_keep_fini */
	/* Whether the registered domain asked for last is ours, by the first so many names. */
	char asked_domain[256];
	size_t asked_domain_n;
	uint32_t asked_names_n;
	bool asked_is_ours;
};

/* Needs an open transaction of w's store. */
enum rep_rc rep_keep_report(struct rep_wire *w, const struct rep_report *p,
    const struct rep_meaning *m, struct rep_kept *n, struct rep_err *err) REP_NODISCARD;
/* Stores the complaints that wait. Needs an open transaction, to be committed afterwards. */
enum rep_rc rep_keep_settle(
    struct rep_wire *w, struct rep_kept *n, struct rep_err *err) REP_NODISCARD;
void rep_keep_fini(struct rep_kept *n); /* all zero is fine */

#endif
