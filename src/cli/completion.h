/*
 * cli/completion.h -- completion of the command line, for bash, zsh and fish.
 *
 * The scripts are written from the table that --help and the parser use (cli/commands.h), so they offer what the program
 * takes and nothing else. They are made when reputed is built (reputed --completion SHELL), and run nothing of it.
 *
 * Offered are: commands; the first word of a command where only some are possible (`check` and `dump` after
 * `config`), read from its line of arguments; the options of that command; files where an argument or the value
 * of an option is one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_COMPLETION_H
#define REP_CLI_COMPLETION_H

#include "base/buf.h"

struct rep_completion_option {
	const char *name, *value, *help; /* value NULL: it takes none */
};

struct rep_completion_command {
	const char *name, *args, *summary;
	const char *options; /* names, each between blanks */
};

struct rep_completion {
	const struct rep_completion_option *options;
	size_t options_n;
	const struct rep_completion_command *commands;
	size_t commands_n;
};

/* Appends the script for that shell. False: there is none for it. */
bool rep_completion_write(
    const char *shell, const struct rep_completion *c, struct rep_buf *out) REP_NODISCARD;

#endif
