/*
 * cli/answers.h -- runs what the API answers (web/resource.h) in this process: the command whose JSON it is, or a function of
 * api.
 *
 * The answer goes to standard output, and what is to be said to standard error, as from the command itself. The desk of the page
 * (cli/desk.h) and `reputed mcp` start a process for each, in which both are theirs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_ANSWERS_H
#define REP_CLI_ANSWERS_H

#include "cli/answers_data.h"

/* `like` has configuration, database and know, and the present (session.now_s). Returns the exit code, standard output written. */
int rep_answer(const struct rep_cli *like, enum rep_resource r, const struct rep_params *p);

/*
 * Runs a command line, in the place of whoever typed it, with what `like` has (cli/handed.c). The words begin with the command.
 * Writing ones are handed over to the service that holds the database, as always.
 */
int rep_cli_line(const struct rep_cli *like, size_t n, const char *const *words);

/* The same with a function of api (cli/answers_data.h). */
int rep_cli_answer(const struct rep_cli *like, enum rep_resource r, const struct rep_params *p);

#endif
