/*
 * engine/reports.h -- keeps the aggregate reports of receivers, and reads them back.
 *
 * The records of a report come one by one, its end last (intake/aggregate_pack.h). A report is kept when it has ended: as
 * the same packed bytes, once (store/store.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_REPORTS_H
#define REP_ENGINE_REPORTS_H

#include "engine/session.h"
#include "intake/aggregate_pack.h"
#include "store/store.h"

struct rep_reports_kept {
	uint64_t fresh, known, replaced; /* reports */
	uint64_t
	    undated; /* of the fresh ones: without a period, so no question finds them by time */
};

struct rep_reports_keep {
	struct rep_pack pack; /* of the report that has not ended */
	struct rep_reports_kept n;
};

void rep_reports_begin(struct rep_reports_keep *k);
void rep_reports_fini(struct rep_reports_keep *k);

/* Keeps an item. Needs an open transaction. trust: of the document that it is in. */
enum rep_rc rep_reports_item(struct rep_reports_keep *k, struct rep_store *store,
    const struct rep_unpacked *item, enum rep_kept_trust trust, int64_t now_s,
    struct rep_err *err) REP_NODISCARD;

/*
 * The records of one report that is kept, one by one, with its head, which is the same each time. A report whose bytes make
 * no sense is REP_EIO, with what to do.
 */
typedef enum rep_rc (*rep_reports_record_fn)(void *ctx, const struct rep_aggregate *head,
    const struct rep_aggregate_record *r, struct rep_err *err);
enum rep_rc rep_reports_read(const struct rep_kept_report *r, rep_reports_record_fn fn, void *ctx,
    struct rep_err *err) REP_NODISCARD;

#endif
