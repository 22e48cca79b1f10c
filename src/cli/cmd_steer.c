/*
 * reputed steer: keeps mail that a provider refuses in the queue of Postfix (doc/steering.md).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/steer.h"

int
rep_cmd_steer(struct rep_cli *c)
{
	if (c->args_n > 0 && strcmp(c->args[0], "postfix") == 0)
		return rep_steer_postfix(c);
	rep_cli_say("reputed steer postfix plan|enable|disable|status");
	return REP_EXIT_USAGE;
}
