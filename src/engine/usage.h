/*
 * engine/usage.h -- counts how often lists were asked, across runs, and reads the keys of lists.
 *
 * The counts are in a file beside the database. Two runs at the same time count together: the file
 * is locked while lists are asked, and who comes second waits within the budget of its resolver. When the file cannot be written, no list is asked. Keys are read
 * from a file beside the configuration, and are never printed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_USAGE_H
#define REP_ENGINE_USAGE_H

#include "audit/sweep.h"
#include "engine/session.h"
#include "serve/resolver.h"

/* The built-in lists, and those in the session's know folder. In the session's arena. */
enum rep_rc rep_usage_lists(
    const struct rep_session *s, struct rep_lists **out, struct rep_err *err) REP_NODISCARD;

/*
 * Asks every list about the subjects, within the limits. The time is the session's clock_ms.
 * REP_EIO when the questions cannot be counted; REP_ETIMEOUT when others had the counts until the
 * resolver's budget was over. *out is in the session's arena.
 */
enum rep_rc rep_usage_sweep(const struct rep_session *s, struct rep_resolver *r,
    const struct rep_sweep_subject *subject, size_t subjects, struct rep_sweep **out,
    struct rep_err *err) REP_NODISCARD;

#endif
