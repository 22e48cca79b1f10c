/*
 * cli/replay_show.h -- what a replay found (engine/replay.h), for people and as JSON.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_REPLAY_SHOW_H
#define REP_CLI_REPLAY_SHOW_H

#include "cli/cli.h"

/*
 * Judges all that is kept again and writes what differs, as text or (c->json) one object. `what`:
 * an incident's number, an own address or label, or a provider; n == 0: all. *changed: how many
 * of these are told otherwise today.
 */
enum rep_rc rep_replay_show(struct rep_cli *c, const struct rep_know *know, struct rep_store *store,
    struct rep_str what, struct rep_buf *out, size_t *changed, struct rep_err *err) REP_NODISCARD;

#endif
