/*
 * cli/handed.h -- command lines that one process runs in the place of another: those that a command hands over to the
 * service (cli/handover.h), and those that the page and an assistant ask for (cli/answers.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_HANDED_H
#define REP_CLI_HANDED_H

#include "cli/commands.h"

/* In the command. True: it was handed over, or cannot be done (printed); *code is the exit code. */
bool rep_cli_handed_over(const struct rep_cli_command *cmd, struct rep_cli *c, int *code);

/* In the service, in a process of its own: c->handed. */
enum rep_rc rep_cli_run_handed(
    const struct rep_cli *daemon, struct rep_control_task *h, struct rep_err *err) REP_NODISCARD;

#endif
