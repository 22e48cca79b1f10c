/*
 * intake/aggregate_pack.h -- records and ends of aggregate reports as bytes, from a worker to the engine; and what comes
 * out there of any report.
 *
 * The records of a report repeat each other: the same domains, the same selectors. A string that is the same as in the
 * record before takes one byte, so that a report of a hundred thousand records fits into one message.
 *
 * What is unpacked comes from a worker that strangers may have taken over: a length beyond the bytes, a number outside its
 * enum, a count beyond its maximum make all of it bad.
 *
 * Pure, except for memory.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_AGGREGATE_PACK_H
#define REP_INTAKE_AGGREGATE_PACK_H

#include "intake/aggregate.h"
#include "intake/report_pack.h"

void rep_pack_record(struct rep_pack *p, const struct rep_aggregate_record *r);
void rep_pack_end(struct rep_pack *p, const struct rep_aggregate *h,
    const struct rep_report_note *v, size_t n, uint64_t left);

/* One item that was unpacked. Views point into the bytes, or into it; valid until the next one. */
struct rep_unpacked {
	enum rep_packed_tag tag;
	enum rep_aggregate_item item;	    /* of an aggregate report */
	struct rep_aggregate_record record; /* of a RECORD */
	struct rep_aggregate head;	    /* of an END */
	struct rep_tls_report tls;
	struct rep_auth_failure failure;
	/* Of an END. */
	struct rep_report_note notes[REP_NOTES_MAX];
	size_t notes_n;
	uint64_t notes_left;
	struct rep_auth_said auth[REP_AGGREGATE_AUTH_MAX];
	struct rep_override_said reasons[REP_AGGREGATE_REASONS_MAX];
};

/* REP_ENOTFOUND: there is no more. REP_ESYNTAX: this is not what a worker packs. REP_EMEM: the arena is full. */
enum rep_rc rep_packed_next(
    struct rep_packed *u, struct rep_unpacked *out, struct rep_err *err) REP_NODISCARD;

#endif
