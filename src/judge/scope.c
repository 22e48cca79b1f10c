/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/scope.h"

const struct rep_scope_steps *
rep_scope_steps(enum rep_scope s)
{
	static const struct rep_scope_steps steps[REP_SCOPE_N] = {
		[REP_SCOPE_NONE] = { true, true, true, "stop sending there from this network" },
		[REP_SCOPE_SOURCE] = { true, true, true, "stop sending there from this address" },
		[REP_SCOPE_SOURCE_OR_SUBNET] = { true, true, true,
		    "stop sending there from this network" },
		[REP_SCOPE_SUBNET] = { true, true, true, "stop sending there from this network" },
		[REP_SCOPE_RANGE] = { true, true, true, "stop sending there from this network" },
		[REP_SCOPE_DOMAIN] = { false, false, true,
		    "stop sending mail of this domain there" },
		[REP_SCOPE_ROUTE] = { false, false, false, "stop sending this way" },
		[REP_SCOPE_MESSAGE] = { false, false, false,
		    "stop sending messages like these there" },
		[REP_SCOPE_URL] = { false, false, false,
		    "stop sending messages with these links there" },
		[REP_SCOPE_RECIPIENT] = { false, false, false, NULL },
		[REP_SCOPE_SESSION] = { false, false, false, NULL },
		[REP_SCOPE_PROVIDER] = { false, false, false, NULL },
	};

	return &steps[s];
}
