/*
 * cli/help.h -- what --help and --completion print, from the tables of commands (cli/commands.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_HELP_H
#define REP_CLI_HELP_H

#include "cli/commands.h"

#include <stdio.h>

/* Help about a command; NULL: about all. Returns the exit code. */
int rep_cli_help(const struct rep_cli_command *cmd, FILE *f);

/* The script by which a shell (bash, zsh, fish) completes all this, on standard output. Returns the exit code. */
int rep_cli_completion(const char *shell);

#endif
