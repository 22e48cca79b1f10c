/*
 * fact/auth_results.h -- who checked a message, and which of its signatures passed (RFC 8601). Types only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_FACT_AUTH_RESULTS_H
#define REP_FACT_AUTH_RESULTS_H

#include "base/str.h"

enum { REP_AUTH_RESULTS_MAX = 8 }; /* signatures; more of one message are not looked at */

/* Borrowed views. */
struct rep_auth_results {
	struct rep_str id; /* authserv-id; empty: the message has no such field at its top */
	struct rep_str passed[REP_AUTH_RESULTS_MAX]; /* header.d of each dkim=pass */
	size_t passed_n;
};

#endif
