/*
 * cli/steer.h -- reputed steer: what its parts share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_STEER_H
#define REP_CLI_STEER_H

#include "cli/cli.h"
#include "setup/machine.h"
#include "steer/change.h"

/* A Postfix of this machine, and what steering would change in it. */
struct rep_steering {
	struct rep_cli *c;
	struct rep_machine machine;
	struct rep_steer_postfix postfix;
	struct rep_steer_plan plan;
	struct rep_str own; /* "/etc/postfix/reputed": everything that is ours is in it */
	bool enabled;	    /* it was changed by `enable`, and not changed back */
};

/* Asks Postfix, and makes the plan. False: it cannot be (printed and noted). */
bool rep_steering_find(struct rep_cli *c, struct rep_steering *s);

/* A path in `own`. "" when out of memory. */
const char *rep_steering_path(const struct rep_steering *s, const char *name);

/* Runs a program of Postfix with `-c FOLDER`; more ends in NULL. False: it failed (printed and noted). */
bool rep_steering_run(const struct rep_steering *s, const char *program, const char *const *more);

/* plan, enable, disable, status: the words behind `steer postfix`. */
int rep_steer_postfix(struct rep_cli *c);

#endif
