/*
 * engine/found.h -- what looks at DNS found, as it was known at the time that is asked about.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_FOUND_H
#define REP_ENGINE_FOUND_H

#include "engine/session.h"
#include "fact/found.h"
#include "store/store.h"

/*
 * With session->now_s: as it was known then. Otherwise everything, because a look has the time of the clock, which is often
 * later than the newest fact. All is in the arena. REP_EMEM.
 */
enum rep_rc rep_found_load(const struct rep_session *session, struct rep_store *store,
    struct rep_arena *a, struct rep_found_all *out, struct rep_err *err) REP_NODISCARD;

#endif
