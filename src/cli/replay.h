/*
 * cli/replay.h -- what was told of incidents is kept, and judged again when asked for.
 *
 * At the end of each ingest the verdicts are kept as texts (judge/told.h) with what they rested
 * on: hashes of the rules, the weights and the known sources, and how much was counted. why
 * --replay judges again as of those moments, from the single facts read anew (cli/recount.h)
 * by today's rules, weights and configuration, and says what differs and why.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_REPLAY_H
#define REP_CLI_REPLAY_H

#include "cli/verdicts.h"

/* Keeps what the set says of incidents that are open or were in the last week. Needs a transaction. */
enum rep_rc rep_replay_record(
    const struct rep_verdict_set *set, struct rep_store *store, struct rep_err *err) REP_NODISCARD;

/*
 * Judges all that is kept again and writes what differs, as text or (c->json) one object. `what`:
 * an incident's number, an own address or label, or a provider; n == 0: all. *changed: how many
 * verdicts are other ones today.
 */
enum rep_rc rep_replay(struct rep_cli *c, const struct rep_know *know, struct rep_store *store,
    struct rep_str what, struct rep_buf *out, size_t *changed, struct rep_err *err) REP_NODISCARD;

#endif
