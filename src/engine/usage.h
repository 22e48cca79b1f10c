/*
 * engine/usage.h -- how often lists were asked, kept beside the database across runs; and the lists' keys.
 *
 * Two runs at once count together: the file is locked while lists are asked. When it cannot be
 * kept, no list is asked. Keys are read from a file beside the configuration, never printed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_USAGE_H
#define REP_ENGINE_USAGE_H

#include "audit/sweep.h"
#include "engine/session.h"
#include "dns/resolver.h"

/* Lists built in, and those of the session's know folder; in the session's arena. */
enum rep_rc rep_usage_lists(
    const struct rep_session *s, struct rep_lists **out, struct rep_err *err) REP_NODISCARD;

/*
 * Asks every list about the subjects, within the limits; the session's clock_ms tells the time.
 * REP_EIO when what was asked cannot be counted. *out lives in the session's arena.
 */
enum rep_rc rep_usage_sweep(const struct rep_session *s, struct rep_resolver *r,
    const struct rep_sweep_subject *subject, size_t subjects, struct rep_sweep **out,
    struct rep_err *err) REP_NODISCARD;

#endif
