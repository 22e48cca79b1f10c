/*
 * cli/alert_list.h -- alerts that were opened, what became of their messages, and what a person says to them.
 *
 * `reputed alert list|ack|snooze`. Each reads or writes the outbox in the database (engine/outbox.h), also while
 * the daemon runs. c->args has the words after that: none, NUMBER, NUMBER and how long.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_ALERT_LIST_H
#define REP_CLI_ALERT_LIST_H

#include "cli/cli.h"

/* Each returns the exit code. */
int rep_alert_list(struct rep_cli *c);
int rep_alert_ack(struct rep_cli *c);
int rep_alert_snooze(struct rep_cli *c);

#endif
