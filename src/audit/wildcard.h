/*
 * audit/wildcard.h -- what a printed record would take away from a name that exists only by a wildcard.
 *
 * A record of its own, or one below it, ends the wildcard for a name (dns/wildcard.h): its web page, its MX and its
 * SPF record would be gone. So what the wildcard says for such a name is printed with the record.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUDIT_WILDCARD_H
#define REP_AUDIT_WILDCARD_H

#include "audit/finding.h"
#include "dns/answer.h"

/* Names that exist only by a wildcard, among those for which a run prints records. */
enum { REP_WILDCARD_NAMES_MAX = 128 };

/*
 * Adds to `publish` and `fix` of each finding that prints a record at such a name or below it. Call it once, with all
 * findings: nothing is added that another of them replaces. Asks only about names for which a record is printed. False:
 * the view does not know enough yet, and nothing was changed.
 */
bool rep_wildcard_kept(const struct rep_dns_view *v, struct rep_findings *f);

#endif
