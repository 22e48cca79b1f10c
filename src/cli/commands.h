/*
 * cli/commands.h -- the tables of commands and of their options. Parser, --help, completion and what is handed over to a
 * service all go by them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_COMMANDS_H
#define REP_CLI_COMMANDS_H

#include "cli/cli.h"

enum rep_option_kind { REP_OPTION_FLAG, REP_OPTION_VALUE, REP_OPTION_LIST };

/* When reputed serve does the work of a command (cli/handover.h). */
enum rep_option_to {
	REP_OPTION_STAYS = 0, /* with it, the command does its work itself */
	REP_OPTION_GOES,      /* is handed over: it is data, and opens no file */
	REP_OPTION_SHARED /* is not handed over: the service has its own, which must be the same */
};

struct rep_cli_option {
	const char *name;
	enum rep_option_kind kind;
	size_t
	    at; /* offset in struct rep_cli: bool, const char * or struct rep_cli_list, by kind */
	const char *value, *help; /* value NULL: a flag has none */
	enum rep_option_to to;
};

struct rep_cli_command {
	const char *name;
	int (*run)(struct rep_cli *); /* gives the exit code */
	const char *args, *summary, *examples;
	const char *options; /* names, each between blanks */
};

/* For arrays of what is said of each of them. The tables are held against it. */
enum { REP_CLI_OPTIONS_ROOM = 64, REP_CLI_COMMANDS_ROOM = 64 };

extern const struct rep_cli_option rep_cli_options[];
extern const size_t rep_cli_options_n;
extern const struct rep_cli_command rep_cli_commands[];
extern const size_t rep_cli_commands_n;

/* NULL: there is no such command. */
const struct rep_cli_command *rep_cli_command(struct rep_str name);
/* Whether the command takes the option ("--json"). */
bool rep_cli_takes(const struct rep_cli_command *cmd, const char *name);

#endif
