/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/alert_list.h"

static const struct {
	const char *word;
	int (*run)(struct rep_cli *c);
} commands[] = {
	{ "list", rep_alert_list },
	{ "ack", rep_alert_ack },
	{ "snooze", rep_alert_snooze },
};

int
rep_cmd_alert(struct rep_cli *c)
{
	const char *word = c->args_n > 0 ? c->args[0] : "list";

	for (size_t k = 0; k < REP_COUNT(commands); k++)
		if (strcmp(commands[k].word, word) == 0) {
			c->args += c->args_n > 0;
			c->args_n -= c->args_n > 0;
			return commands[k].run(c);
		}
	rep_cli_say("alert %s: expected list, ack or snooze", word);
	return REP_EXIT_USAGE;
}
