/*
 * engine/whole_report.h -- TLS reports and failure reports in the store: each is one item, which is packed and unpacked whole.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_WHOLE_REPORT_H
#define REP_ENGINE_WHOLE_REPORT_H

#include "intake/aggregate_pack.h"
#include "store/store.h"

/* Keeps what is in the pack. The rest of *k is filled. Ends the pack. Needs a transaction. */
enum rep_rc rep_whole_report_keep(struct rep_store *store, struct rep_kept_report *k,
    struct rep_pack *pack, enum rep_kept_came *came, struct rep_err *err) REP_NODISCARD;

/* Unpacks one; lists are in the arena, which is emptied first. Bytes that make no sense are REP_EIO, with what to do. */
enum rep_rc rep_whole_report_read(const struct rep_kept_report *r, enum rep_packed_tag tag,
    struct rep_arena *lists, struct rep_unpacked *item, struct rep_err *err) REP_NODISCARD;

#endif
