/*
 * fact/auth_results.h -- which signatures of a message passed, as which server says (RFC 8601). Types only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_FACT_AUTH_RESULTS_H
#define REP_FACT_AUTH_RESULTS_H

#include "base/str.h"

enum { REP_AUTH_RESULTS_MAX = 8 }; /* signatures; more of one message are not looked at */

/* Borrowed views. */
struct rep_auth_results {
	struct {
		struct rep_str id;     /* authserv-id: who says so */
		struct rep_str domain; /* header.d of a dkim=pass */
	} passed[REP_AUTH_RESULTS_MAX];
	size_t passed_n;
	struct rep_str from; /* the domain of the message's From; empty: it has none, or several */
};

#endif
