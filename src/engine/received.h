/*
 * engine/received.h -- keeps the reports of receivers that documents have: aggregate, TLS and failure reports.
 *
 * For whoever reads documents (engine/documents.h): an ingest, and what reads the quarantine again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_RECEIVED_H
#define REP_ENGINE_RECEIVED_H

#include "engine/documents.h"
#include "engine/failures.h"
#include "engine/reports.h"
#include "engine/tls_reports.h"

struct rep_received {
	struct rep_reports_keep reports;
	struct rep_tls_kept tls;
	struct rep_failures_kept failures;
};

void rep_received_begin(struct rep_received *r);
void rep_received_fini(struct rep_received *r);

/* Whether the item completes something that is kept: then a transaction must be open. */
bool rep_received_completes(const struct rep_unpacked *item);
/* Keeps an item, by whose document it is in: ids are names of own servers. */
enum rep_rc rep_received_item(struct rep_received *r, struct rep_store *store,
    const struct rep_config_list *ids, const struct rep_unpacked *item, const struct rep_place *at,
    int64_t now_s, struct rep_err *err) REP_NODISCARD;

#endif
