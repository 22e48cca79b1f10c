/*
 * fact/tls_report.h -- what a TLS report says (RFC 8460). Types and words.
 *
 * A sender of mail reports for one day how its sessions with the hosts of a domain went: how many were encrypted as the
 * domain's policy (MTA-STS, DANE) demands, and why others were not. A report is a claim: anybody can mail one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_FACT_TLS_REPORT_H
#define REP_FACT_TLS_REPORT_H

#include "fact/word_list.h"

/* RFC 8460 4.4. These numbers are to be stored: append, never renumber. */
enum rep_tls_policy_type { REP_TLS_TLSA = 1, REP_TLS_STS, REP_TLS_NO_POLICY };
extern const struct rep_word_list rep_tls_policy_types;

/* RFC 8460 4.3. */
enum rep_tls_result {
	REP_TLS_NO_STARTTLS = 1,
	REP_TLS_HOST_MISMATCH,
	REP_TLS_EXPIRED,
	REP_TLS_NOT_TRUSTED,
	REP_TLS_VALIDATION,
	REP_TLS_TLSA_INVALID,
	REP_TLS_DNSSEC_INVALID,
	REP_TLS_DANE_REQUIRED,
	REP_TLS_STS_FETCH,
	REP_TLS_STS_INVALID,
	REP_TLS_STS_WEBPKI
};
extern const struct rep_word_list rep_tls_results;

enum {
	/* Judgement: real reports have one policy for each domain and each of its hosts, and a failure for each pair of
	   addresses. */
	REP_TLS_POLICIES_MAX = 10000,
	REP_TLS_FAILURES_MAX = 100000, /* of a whole report */
	REP_TLS_STRINGS_MAX = 1000     /* Judgement: hosts or lines of one policy */
};

/* All views are borrowed; n == 0: not said. A number below 0: not said, or none that can be right. */
struct rep_tls_failure {
	struct rep_said result;			/* enum rep_tls_result */
	struct rep_ip sending_ip, receiving_ip; /* version 0: not said, or no address */
	struct rep_str mx, mx_helo, reason, info;
	int64_t count; /* sessions */
};

struct rep_tls_policy {
	struct rep_said type; /* enum rep_tls_policy_type */
	struct rep_str domain;
	const struct rep_str *mx, *strings; /* hosts of MTA-STS; lines of the policy */
	size_t mx_n, strings_n;
	int64_t successful, failed; /* sessions */
	const struct rep_tls_failure *failures;
	size_t failures_n;
};

struct rep_tls_report {
	struct rep_str org, report_id, contact;
	int64_t begin_s, end_s; /* 0: not said, or not to be believed */
	const struct rep_tls_policy *policies;
	size_t policies_n;
	const struct rep_report_note *notes;
	size_t notes_n;
	uint64_t notes_left;
};

#endif
