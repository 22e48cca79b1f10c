/*
 * cli/command_line.h -- what every run of a command does before and after: reads its words, sets the present and the time zone,
 * and sees to it that all of the output was written.
 *
 * What is wrong is printed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_COMMAND_LINE_H
#define REP_CLI_COMMAND_LINE_H

#include "cli/commands.h"

enum {
	REP_CLI_ARENA = 96 << 20
}; /* bytes of one run: options, configuration, what a command makes of them */

/* Reads argv from the third word on into *c, whose args have room for argc. False: an option is wrong. */
bool rep_cli_read(struct rep_cli *c, const struct rep_cli_command *cmd, int argc, char **argv);

/*
 * Log lines without a time zone are in the zone of --timezone or the configuration. It becomes the zone of the
 * process, for rep_zone. False: there is no such zone (printed).
 */
bool rep_cli_set_zone(struct rep_cli *c);
/* The clock, and the moment of --now, which is the present then. False: it is no time. */
bool rep_cli_set_now(struct rep_cli *c);

/*
 * Writes what stdio still holds. A closed pipe is not an error. When memory ran out, something may
 * be missing in what was shown, even if nobody noticed. Returns the exit code.
 */
int rep_cli_finish(int code);

#endif
