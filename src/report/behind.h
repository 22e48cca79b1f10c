/*
 * report/behind.h -- what reputed saw in DNS when a signature or SPF began to fail at receivers.
 *
 * Receivers say that it fails, not why. What a look at DNS saw may be the reason: the key or record changed on that day, or did
 * not, or there is a finding that makes just this result. Pure: stays of looks in (fact/found.h), some of them out.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_REPORT_BEHIND_H
#define REP_REPORT_BEHIND_H

#include "base/str.h"
#include "fact/found.h"

enum { REP_BEHIND_FINDINGS = 3 }; /* Judgement: the first explains it; nobody reads a fourth */

struct rep_behind_question {
	struct rep_str domain, selector; /* selector: of DKIM */
	bool dkim;			 /* else SPF */
	bool everywhere;		 /* it fails at most receivers, not at one */
	uint8_t result;			 /* enum rep_auth_reported: what they say instead of pass */
	int64_t since_s; /* the day from which it fails; 0: from the start of the reports */
};

struct rep_behind {
	/* The key or record that came when it began to fail, and the one that was there before. Both NULL: none is known. */
	const struct rep_found *came, *went;
	int64_t after_s, until_s; /* it changed between these two looks */
	/* It is the same as before, by looks before and after. NULL: that is not known. */
	const struct rep_found *same;
	/* Findings that make such a result, and that stood while it fails, the most telling first. */
	const struct rep_found *found[REP_BEHIND_FINDINGS];
	size_t n;
};

void rep_report_behind(const struct rep_found *v, size_t n, const struct rep_behind_question *q,
    struct rep_behind *out);

#endif
