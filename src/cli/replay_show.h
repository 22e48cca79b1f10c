/*
 * cli/replay_show.h -- shows what a replay found (engine/replay.h), as text and as JSON.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_REPLAY_SHOW_H
#define REP_CLI_REPLAY_SHOW_H

#include "cli/cli.h"

/*
 * Judges again everything that is stored, and writes the differences as text or (c->json) as one
 * object. `what`: the number of an incident, an own address or label, or a provider; n == 0: all.
 * *changed: how many of these are judged differently today.
 */
enum rep_rc rep_replay_show(struct rep_cli *c, const struct rep_know *know, struct rep_store *store,
    struct rep_str what, struct rep_buf *out, size_t *changed, struct rep_err *err) REP_NODISCARD;

#endif
