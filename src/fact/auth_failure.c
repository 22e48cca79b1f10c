/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/auth_failure.h"

static const char *const checks[] = { NULL, "adsp", "bodyhash", "revoked", "signature", "spf",
	"dmarc" };
const struct rep_word_list rep_failed_checks = { checks, REP_COUNT(checks) };

static const char *const results[] = { NULL, "delivered", "spam", "policy", "reject", "other" };
const struct rep_word_list rep_failed_results = { results, REP_COUNT(results) };
