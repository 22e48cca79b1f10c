/*
 * engine/waiting.h -- what waits in the queue, from what is stored: the open queue ids of the log,
 * or the last listing of the queue when that is newer.
 *
 * `reputed queue` and `reputed ingest` remember the listing that they read last, as counts by
 * provider and reason. No recipient and no queue id is in it. Its provider "other" has no domains.
 * Where several log hosts have open messages, a listing is of one of them only, and is not used.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_WAITING_H
#define REP_ENGINE_WAITING_H

#include "engine/queue_groups.h"

/*
 * What waited at now_s (0: at the newest that is known). When the stored state is newer than now_s,
 * nothing is known. Everything is in the arena.
 */
enum rep_rc rep_waits_load(struct rep_store *store, int64_t now_s, struct rep_arena *a,
    struct rep_waits *out, struct rep_err *err) REP_NODISCARD;

/* Stores a listing that was read at at_s, unless a newer one is stored. Needs a transaction. */
enum rep_rc rep_waits_put(struct rep_store *store, const struct rep_queue_groups *q, int64_t at_s,
    struct rep_err *err) REP_NODISCARD;
/*
 * The same with the session's database, when it is there and can be written; else nothing is done,
 * for it is only a note beside what was asked for.
 */
void rep_waits_note(const struct rep_session *s, const struct rep_queue_groups *q, int64_t at_s);

#endif
