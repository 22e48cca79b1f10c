/*
 * intake/aggregate.h -- reads an aggregate report (RFC 9990, RFC 7489 appendix C), record by record. Runs in a worker.
 *
 * What the field sends is read, not only what the standards allow: elements are known by their own name, whatever their
 * namespace; they may be missing, doubled, misplaced, misspelt; a word may be one that nobody knows. Each such fault is
 * noted with its place, and nothing else is lost by it. A document that ends in the middle gives all records that are
 * complete.
 *
 * Bytes are fed in pieces, records are taken one by one, so a report of any length needs the memory of one record:
 *
 *	while ((rc = rep_aggregate_next(r, &item)) == REP_ENOTFOUND && more bytes)
 *		rep_aggregate_feed(r, bytes, last);
 *
 * What may not be: a document type that declares anything (entities are how a small document becomes a large one); then
 * nothing behind it is read. A value of more than REP_AGGREGATE_VALUE bytes is cut, elements deeper than
 * REP_AGGREGATE_DEPTH are left out. Both are noted.
 *
 * Pure, except for memory.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_AGGREGATE_H
#define REP_INTAKE_AGGREGATE_H

#include "base/arena.h"
#include "base/err.h"
#include "intake/faults.h"

enum {
	REP_AGGREGATE_VALUE =
	    4096, /* Judgement: a domain has at most 253 bytes, comments some hundred */
	REP_AGGREGATE_DEPTH = 64 /* the standards nest six deep, extensions a little more */
};

enum rep_aggregate_item {
	REP_AGGREGATE_RECORD, /* see rep_aggregate_record */
	REP_AGGREGATE_END /* of a report: its head is complete now. Another one may follow in the document */
};

struct rep_aggregate_reader;

/* NULL when out of memory. */
struct rep_aggregate_reader *rep_aggregate_new(void);
void rep_aggregate_free(struct rep_aggregate_reader *r); /* NULL is allowed */
/* Begins another document. */
void rep_aggregate_reset(struct rep_aggregate_reader *r);

/*
 * Takes some of the next bytes, and returns how many. Only after rep_aggregate_next gave REP_ENOTFOUND. last: nothing
 * comes after all of them.
 */
size_t rep_aggregate_feed(struct rep_aggregate_reader *r, struct rep_str bytes, bool last);

/*
 * The next item. REP_ENOTFOUND: more bytes are wanted; after the last ones: this was all. REP_ESYNTAX: no report is in it,
 * or it declares entities; the offset is in *err. REP_EMEM: out of memory.
 */
enum rep_rc rep_aggregate_next(struct rep_aggregate_reader *r, enum rep_aggregate_item *item,
    struct rep_err *err) REP_NODISCARD;

/* Valid until the next call of rep_aggregate_next or _feed. The head of a report is complete at its END only. */
const struct rep_aggregate *rep_aggregate_head(const struct rep_aggregate_reader *r);
const struct rep_aggregate_record *rep_aggregate_record(const struct rep_aggregate_reader *r);
/* What is wrong with the report so far. *left: kinds of faults that were not kept any more. */
const struct rep_report_note *rep_aggregate_notes(
    const struct rep_aggregate_reader *r, size_t *n, uint64_t *left);

/* Whether a document begins as such a report, or as one without a first line. */
bool rep_aggregate_begins(struct rep_str head);

#endif
