/*
 * cli/dmarc_parts.h -- the sums that the answer of reputed dmarc report is made of.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_DMARC_PARTS_H
#define REP_CLI_DMARC_PARTS_H

#include "engine/reports.h"

/* What fails DMARC, by whose it is. */
struct rep_dmarc_parts {
	uint64_t mend, unknown, forwarded;
	uint64_t contradict;		       /* rep_dmarc_contradicts */
	uint64_t unknown_ips, unknown_stopped, /* quarantined or rejected */
	    unknown_through;		       /* let through */
	int64_t unknown_s;		       /* begin of the first report of such */
	uint64_t others, others_through;       /* of domains that pass as themselves */
	size_t senders, other_senders;
};
struct rep_dmarc_parts rep_dmarc_parts(const struct rep_reports_answer *r);
/* Receivers with reports that are counted: those that stopped before have no messages, so they are last. */
size_t rep_dmarc_reporting(const struct rep_reports_answer *r);

#endif
