/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/starttls.h"

const char *
rep_starttls_text(enum rep_starttls_state s)
{
	static const char *const names[REP_STARTTLS_N] = { "not-asked", "no-connection", "no-smtp",
		"not-offered", "failed", "encrypted" };

	return names[s];
}
