/*
 * store/memory_in.h -- shared by the files of the back end in memory: the table, and the kinds of its
 * rows.
 *
 * Inside src/store only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_STORE_MEMORY_IN_H
#define REP_STORE_MEMORY_IN_H

#include "store/backend.h"
#include "store/table.h"

/* Kinds of rows in the table. */
enum row_kind {
	META = 1,
	NAME,
	WATCHED,
	DOMAIN,
	FACT,
	CELLS, /* + table */
	SEEN = CELLS + REP_CELLS_TABLES,
	STATE,
	INPUT,
	SOURCE,
	SAMPLE,
	INCIDENT,
	TOLD,
	FOUND,
	LOOKED,
	REPORT,
	NOTE /* + enum rep_note */
};

struct memory {
	struct rep_backend b;
	struct rep_table t;
	uint64_t facts; /* number of the next row of FACT */
	int64_t inputs;
};

static inline struct memory *
self(struct rep_backend *b)
{
	return (struct memory *)b;
}

/* Removes rows of a kind whose number is below before_s. */
enum rep_rc rep_memory_drop_before(
    struct memory *m, uint32_t kind, int64_t before_s, struct rep_err *err);

/* Single deliveries (memory_facts.c). */
enum rep_rc rep_memory_facts_add(
    struct rep_backend *b, const struct rep_fact_row *v, size_t n, struct rep_err *err);
enum rep_rc rep_memory_trail(struct rep_backend *b, rep_fact_fn fn, void *ctx, struct rep_err *err);
enum rep_rc rep_memory_facts(struct rep_backend *b, int64_t from_s, int64_t until_s, rep_fact_fn fn,
    void *ctx, struct rep_err *err);
enum rep_rc rep_memory_domains(
    struct rep_backend *b, int64_t from_s, rep_fact_fn fn, void *ctx, struct rep_err *err);
enum rep_rc rep_memory_messages(
    struct rep_backend *b, rep_fact_fn fn, void *ctx, struct rep_err *err);
/* Removes facts of a recipient (0: of anybody) that are older than before_s. */
enum rep_rc rep_memory_drop_facts(
    struct memory *m, uint64_t recipient, int64_t before_s, uint64_t *facts_n, struct rep_err *err);

/* What was told of incidents, and what looks at DNS found (memory_found.c). */
enum rep_rc rep_memory_told_add(
    struct rep_backend *b, const struct rep_told *t, struct rep_err *err);
enum rep_rc rep_memory_told_drop(struct rep_backend *b, int64_t before, struct rep_err *err);
enum rep_rc rep_memory_told(struct rep_backend *b, rep_told_fn fn, void *ctx, struct rep_err *err);
enum rep_rc rep_memory_found_put(
    struct rep_backend *b, const struct rep_found *f, struct rep_err *err);
enum rep_rc rep_memory_found_drop(
    struct rep_backend *b, const struct rep_found *f, struct rep_err *err);
enum rep_rc rep_memory_found(
    struct rep_backend *b, rep_found_fn fn, void *ctx, struct rep_err *err);
enum rep_rc rep_memory_looked_put(
    struct rep_backend *b, const struct rep_looked *l, struct rep_err *err);
enum rep_rc rep_memory_looked(
    struct rep_backend *b, rep_looked_fn fn, void *ctx, struct rep_err *err);

/* What receivers report (memory_report.c). */
enum rep_rc rep_memory_report_put(struct rep_backend *b, uint64_t id,
    const struct rep_kept_report *r, uint64_t content, struct rep_err *err);
enum rep_rc rep_memory_report_get(
    struct rep_backend *b, uint64_t id, rep_report_row_fn fn, void *ctx, struct rep_err *err);
enum rep_rc rep_memory_report_prove(
    struct rep_backend *b, uint64_t from, uint64_t to, int64_t at_s, struct rep_err *err);
enum rep_rc rep_memory_report_drop(struct rep_backend *b, uint64_t id, struct rep_err *err);
enum rep_rc rep_memory_reports_prune(
    struct rep_backend *b, enum rep_kept_kind kind, int64_t before_s, struct rep_err *err);
enum rep_rc rep_memory_reports(struct rep_backend *b, enum rep_kept_kind kind, int64_t from_s,
    int64_t until_s, bool bytes, rep_report_row_fn fn, void *ctx, struct rep_err *err);

#endif
