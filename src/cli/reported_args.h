/*
 * cli/reported_args.h -- what is asked of the reports of receivers: a domain, and how far back.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_REPORTED_ARGS_H
#define REP_CLI_REPORTED_ARGS_H

#include "cli/cli.h"

/* The second argument as reports have domains: in lower case, without a dot at its end; empty: there is none. False: it is
   no domain (printed). */
bool rep_cli_reported_domain(struct rep_cli *c, struct rep_str *domain);
/* --since, in seconds; as it is without one. False: it is no length of time (printed). */
bool rep_cli_since(struct rep_cli *c, int64_t *length_s);

#endif
