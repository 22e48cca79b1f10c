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

#include "engine/address_names.h"
#include "engine/failures.h"
#include "engine/long_heard.h"
#include "engine/reporter.h"
#include "engine/session.h"
#include "intake/aggregate_pack.h"
#include "report/answer.h"
#include "store/store.h"

struct rep_reports_kept {
	uint64_t fresh, known, replaced; /* reports */
	uint64_t
	    undated; /* of the fresh ones: without a period, so no question finds them by time */
	uint64_t left_out; /* records beyond REP_REPORTS_BYTES_MAX: in no report that is kept */
};

enum {
	/* Most bytes of the records of one report: with its end, it can be read whole. Some 800,000 records. */
	REP_REPORTS_BYTES_MAX = 38 << 20
};
_Static_assert((int)REP_REPORTS_BYTES_MAX <= (int)REP_PACK_MAX - (2 << 20),
    "a record more and the end have room");

struct rep_reports_keep {
	struct rep_pack pack;	       /* of the report that has not ended */
	uint64_t left_out, left_count; /* of its records, and the sum of their counts */
	struct rep_reports_kept n;
};

void rep_reports_begin(struct rep_reports_keep *k);
void rep_reports_fini(struct rep_reports_keep *k);

/* The end of the report whose records came last will not come. */
void rep_reports_forget(struct rep_reports_keep *k);

/* Keeps an item. The end of a report needs an open transaction. by: whose the document is that it is in; of a record not used. */
enum rep_rc rep_reports_item(struct rep_reports_keep *k, struct rep_store *store,
    const struct rep_unpacked *item, const struct rep_reporter *by, int64_t now_s,
    struct rep_err *err) REP_NODISCARD;

/*
 * The records of one report that is kept, one by one, with its head, which is the same each time. A report whose bytes make
 * no sense is REP_EIO, with what to do.
 */
typedef enum rep_rc (*rep_reports_record_fn)(void *ctx, const struct rep_aggregate *head,
    const struct rep_aggregate_record *r, struct rep_err *err);
enum rep_rc rep_reports_read(const struct rep_kept_report *r, rep_reports_record_fn fn, void *ctx,
    struct rep_err *err) REP_NODISCARD;

/* Own addresses: those that are known of the labels, and those of the configuration. In the arena. */
enum rep_rc rep_reports_own(const struct rep_session *s, struct rep_store *store,
    struct rep_arena *a, struct rep_report_own *own, struct rep_err *err) REP_NODISCARD;

/* What is asked of the reports that are kept. */
struct rep_reports_ask {
	struct rep_str domain; /* in lower case; empty: all */
	int64_t
	    length_s; /* back from the end of the newest report of the domain that is believed and whose clock is right, or from
			   * session->now_s */
	const struct rep_known_senders *senders; /* NULL: no source is named by its service */
	const struct rep_long_heard
	    *heard; /* only those that count by it; NULL: all that are believed */
};

struct rep_reports_answer {
	struct rep_reported reported; /* names for the numbers in `is` */
	struct rep_report_answer is;
	int64_t from_s, until_s; /* what was asked */
	uint64_t unsure,
	    unsure_messages; /* reports that came by mail and are not proven: not in `is` */
	bool named;	     /* the own mail server is (authserv-id) */
	uint64_t waiting;    /* of them: DNS has not said yet whether a key proves them */
	int64_t newest_s;    /* end of the newest of them, at any time; 0: none */
	bool ended;	     /* that is long ago: either an old archive, or no report arrives */
	uint64_t any;	     /* reports of any time and domain */
	uint64_t
	    future; /* of the domain: they end after the present by more than a clock is wrong, and are not in `is` */
	int64_t future_s;			 /* the last of them ends then */
	const struct rep_known_senders *senders; /* of the question */
	const struct rep_address_names
	    *names;			     /* asked afterwards, by whoever shows it; NULL: not */
	bool has_own;			     /* own addresses are known */
	struct rep_found_all found;	     /* what looks at DNS found */
	struct rep_failures_answer failures; /* single messages, of the same time */
};

/* Reads the reports and answers. All is in the arena. The store is only read. */
enum rep_rc rep_reports_answer(const struct rep_session *s, struct rep_store *store,
    const struct rep_reports_ask *ask, struct rep_arena *a, struct rep_reports_answer *out,
    struct rep_err *err) REP_NODISCARD;

/* The same without the answer: `is`, `found` and `failures` are left empty, *q is what to ask for it, of one domain after another if need be. */
enum rep_rc rep_reports_load(const struct rep_session *s, struct rep_store *store,
    const struct rep_reports_ask *ask, struct rep_arena *a, struct rep_reports_answer *out,
    struct rep_report_question *q, struct rep_err *err) REP_NODISCARD;

#endif
