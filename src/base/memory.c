/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"

static bool ran_out;

bool
rep_memory_ran_out(void)
{
	return ran_out;
}

void
rep_memory_note(void)
{
	ran_out = true;
}
