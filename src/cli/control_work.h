/*
 * cli/control_work.h -- the process of reputed serve that does the work of one command (cli/handover.h).
 *
 * It reads the request, which is for a stranger to write, prints to the descriptors that came beside it, and answers with the
 * exit code. It opens no path that the request names.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_CONTROL_WORK_H
#define REP_CLI_CONTROL_WORK_H

#include "cli/cli.h"
#include "engine/inputs.h"
#include "serve/control_msg.h"

/* What was handed over, for c->handed. */
struct rep_control_task {
	const struct rep_control_command *command;
	const struct rep_inputs_from *inputs;
	bool owner;	      /* it comes from root, or the owner of the database */
	long uid;	      /* of whom it comes from; -1: not known */
	struct rep_cli *work; /* what the command works with: set before it begins */
	int code;	      /* its exit code */
};

/* `c` is the daemon's, in a process of its own; conn: the connection. A byte goes to `pipe` when it takes a request. */
_Noreturn void rep_control_work(const struct rep_cli *c, int conn, int pipe);

#endif
