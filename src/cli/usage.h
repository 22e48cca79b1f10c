/*
 * cli/usage.h -- how often lists were asked, kept beside the database across runs; and the lists' keys.
 *
 * Two runs at once count together: the file is locked while lists are asked. When it cannot be
 * kept, no list is asked. Keys are read from a file beside the configuration, never printed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_USAGE_H
#define REP_CLI_USAGE_H

#include "audit/sweep.h"
#include "cli/cli.h"
#include "dns/resolver.h"

/* Lists built in, and those of --know or /etc/reputed/know.d. */
enum rep_rc rep_cli_lists(struct rep_cli *c, struct rep_lists **out, struct rep_err *err);

/* Asks every list about the subjects, within the limits. False: said why, exit code noted. */
bool rep_cli_sweep(struct rep_cli *c, struct rep_resolver *r,
    const struct rep_sweep_subject *subject, size_t subjects, struct rep_sweep **out);

#endif
