/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/waiting.h"

const char *
rep_wait_word(enum rep_wait v)
{
	static const char *const words[REP_WAIT_N] = { "refused", "deferred-transport", "held",
		"new", "no-transport" };

	return (unsigned)v < REP_WAIT_N ? words[v] : NULL;
}

bool
rep_wait_is_own(enum rep_wait v)
{
	return v == REP_WAIT_TRANSPORT || v == REP_WAIT_HELD || v == REP_WAIT_BROKEN;
}
