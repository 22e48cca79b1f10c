/*
 * fact/auth_failure.h -- what a failure report says (RFC 6591, RFC 9991): one message failed a check. Types and words.
 *
 * It says nothing of who was to get the message: a stranger's address is not kept. A report is a claim: anybody can mail
 * one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_FACT_AUTH_FAILURE_H
#define REP_FACT_AUTH_FAILURE_H

#include "fact/word_list.h"

/* Auth-Failure, RFC 6591 3.3 and RFC 9991. These numbers are to be stored: append, never renumber. */
enum rep_failed_check {
	REP_FAILED_ADSP = 1,
	REP_FAILED_BODYHASH,
	REP_FAILED_REVOKED,
	REP_FAILED_SIGNATURE,
	REP_FAILED_SPF,
	REP_FAILED_DMARC
};
extern const struct rep_word_list rep_failed_checks;

/* Delivery-Result, RFC 6591 3.2.2. */
enum rep_failed_result {
	REP_FAILED_DELIVERED = 1,
	REP_FAILED_SPAM,
	REP_FAILED_POLICY,
	REP_FAILED_REJECT,
	REP_FAILED_OTHER
};
extern const struct rep_word_list rep_failed_results;

/* Identity-Alignment: what gave an aligned identity. 0: not said. */
enum { REP_ALIGNED_NONE = 1, REP_ALIGNED_DKIM = 2, REP_ALIGNED_SPF = 4, REP_ALIGNED_ALL = 7 };

/* All views are borrowed; n == 0: not said. Times are UTC seconds, 0 when not said. Addresses of people are masked. */
struct rep_auth_failure {
	int64_t at_s, arrival_s; /* of the report; of the message at who reports */
	struct rep_ip source_ip;
	struct rep_said check, result;
	uint8_t aligned;    /* REP_ALIGNED_.. */
	bool envelope_to;   /* a recipient was named; who is not kept */
	uint32_t incidents; /* messages like this one */
	struct rep_str reported_domain, auth_results, dkim_domain, dkim_identity, dkim_selector,
	    spf_dns, envelope_from, header_from, message_id, user_agent, reporter;
	const struct rep_report_note *notes;
	size_t notes_n;
	uint64_t notes_left;
};

#endif
