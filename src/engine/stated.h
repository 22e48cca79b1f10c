/*
 * engine/stated.h -- the addresses that --source states, for what is in the store already.
 *
 * The wire gives an address to labels as their facts come. This gives it to labels whose facts were
 * read before, and reports what names no label at all.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_STATED_H
#define REP_ENGINE_STATED_H

#include "engine/session.h"

/*
 * `stated` is checked already (rep_wire_stated). One that matches no label of the store is reported
 * as bad input, with the labels there are. Needs a transaction.
 */
enum rep_rc rep_stated_keep(const struct rep_session *s, struct rep_store *store,
    const char *const *stated, size_t n, struct rep_err *err) REP_NODISCARD;

#endif
