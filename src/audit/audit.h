/*
 * audit/audit.h -- from what auth found out to findings: one function a subject.
 *
 * Each is a pure function over a view of the DNS that adds to `f`; false: the view does not know
 * enough yet, call again with an empty `f`. Nothing here decides what is shown where.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUDIT_AUDIT_H
#define REP_AUDIT_AUDIT_H

#include "audit/finding.h"
#include "auth/spf_audit.h"

enum { REP_AUDIT_MAX_IPS = 64 };

/* Who is looked at. */
struct rep_audit_in {
	struct rep_name domain;
	struct rep_str domain_text;
	const struct rep_ip *ip; /* own addresses */
	size_t ip_n;
	int64_t now_s;
};

/* SPF of the domain: `out` gets the walk, `checks[i]` what an own address gets (may be NULL). */
bool rep_audit_spf(const struct rep_audit_in *in, const struct rep_dns_view *v, struct rep_arena *a,
    struct rep_spf_audit *out, struct rep_spf_check *checks, struct rep_findings *f);

#endif
