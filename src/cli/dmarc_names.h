/*
 * cli/dmarc_names.h -- asks DNS who runs the addresses that nothing else names (reputed dmarc report, path).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_DMARC_NAMES_H
#define REP_CLI_DMARC_NAMES_H

#include "cli/cli.h"
#include "engine/reports.h"
#include "report/strangers.h"

/* With --names, and where a person reads it: as text on a terminal. */
bool rep_dmarc_names_wanted(const struct rep_cli *c);
/* Fills r->names, in `a`. Trouble is said and noted only with --names: the answer is whole without them. */
void rep_dmarc_names(struct rep_cli *c, struct rep_reports_answer *r,
    const struct rep_report_strangers *strangers, struct rep_arena *a);

#endif
