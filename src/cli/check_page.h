/*
 * cli/check_page.h -- what `check` found, composed as a page for somebody who did not run it: the boss,
 * the hoster.
 *
 * First how it stands in one sentence, then the findings, worst first, each with what was seen, what it
 * does and what to publish; then what was found in order, and what could not be looked up. Nothing is
 * in order that is only not known to be wrong. The text has marks and must go through rep_page
 * (cli/page.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_CHECK_PAGE_H
#define REP_CLI_CHECK_PAGE_H

#include "audit/audit.h"
#include "cli/out.h"
#include "engine/looks.h"

/* All borrowed. */
struct rep_check_page {
	const struct rep_audit_in *in;
	const struct rep_audit_domain *found;
	const struct rep_findings *findings; /* sorted */
	const struct rep_sweep *sweep;	     /* NULL: no list was asked */
	const struct rep_looks *kept;
	struct rep_str helo;  /* n == 0: none was given */
	struct rep_str blind; /* why nothing is known of any list; n == 0: something is */
};

void rep_check_page(struct rep_buf *b, const struct rep_check_page *p);

#endif
