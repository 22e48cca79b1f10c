/*
 * report/tls.h -- what TLS reports answer: how much mail to a domain came encrypted, and why other sessions did not.
 *
 * Pure: reports in, one by one, the answer out. All is in the arena.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_REPORT_TLS_H
#define REP_REPORT_TLS_H

#include "base/arena.h"
#include "base/err.h"
#include "fact/tls_report.h"

/* Sessions to one domain, by its policy. */
struct rep_tls_domain {
	struct rep_str domain;
	uint8_t type; /* enum rep_tls_policy_type, or REP_SAID_ODD; 0: not said */
	int64_t successful, failed;
	uint64_t reports;
};

/* One reason at one host. */
struct rep_tls_trouble {
	struct rep_str domain, host; /* host empty: not said */
	uint8_t result; /* enum rep_tls_result, or REP_SAID_ODD; 0: the report gives no reason */
	struct rep_str raw;	 /* the word, where no standard has it */
	struct rep_str info;	 /* what one of the reporters adds; a stranger's words */
	int64_t count;		 /* sessions */
	int64_t first_s, last_s; /* begin of the first report with it, end of the last one */
	uint64_t reporters;
	struct rep_str
	    reporter; /* the one with the most sessions, as its newest report spells it */
};

struct rep_tls_answer {
	const struct rep_tls_domain *domains;	/* most sessions first */
	const struct rep_tls_trouble *troubles; /* most sessions first */
	size_t domains_n, troubles_n;
	int64_t successful, failed, from_s, until_s;
	uint64_t reports, reporters;
};

struct rep_tls_asking; /* opaque; in the arena */

/* domain: only this one, in lower case; empty: all. NULL: out of memory. */
struct rep_tls_asking *rep_tls_ask(struct rep_str domain, struct rep_arena *a);
/* Copies what it needs. What has no room is said by rep_tls_answer. reporter: what the organisation is called. */
void rep_tls_add(struct rep_tls_asking *q, const struct rep_tls_report *r, struct rep_str reporter);
enum rep_rc rep_tls_answer(
    struct rep_tls_asking *q, struct rep_tls_answer *out, struct rep_err *err) REP_NODISCARD;

#endif
