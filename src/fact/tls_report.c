/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/tls_report.h"

static const char *const types[] = { NULL, "tlsa", "sts", "no-policy-found" };
const struct rep_word_list rep_tls_policy_types = { types, REP_COUNT(types) };

static const char *const results[] = { NULL, "starttls-not-supported", "certificate-host-mismatch",
	"certificate-expired", "certificate-not-trusted", "validation-failure", "tlsa-invalid",
	"dnssec-invalid", "dane-required", "sts-policy-fetch-error", "sts-policy-invalid",
	"sts-webpki-invalid" };
const struct rep_word_list rep_tls_results = { results, REP_COUNT(results) };
