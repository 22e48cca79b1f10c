/*
 * intake/aggregate_pack.h -- records and ends of aggregate reports as bytes, from a worker to the engine.
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

enum {
	REP_PACK_SLOTS = 64, /* strings that are compared with those before */
	REP_PACK_MAX =
	    40 << 20 /* most bytes: what a message can hold beside the rest (serve/msg.h) */
};

struct rep_pack {
	struct rep_buf out;
	/* Where the string before is in `out`, and its length. */
	struct {
		size_t at, n;
	} last[REP_PACK_SLOTS];
};

void rep_pack_begin(struct rep_pack *p, size_t max);
void rep_pack_fini(struct rep_pack *p);
/* Drops what is packed; what comes then can be unpacked alone. */
void rep_pack_clear(struct rep_pack *p);
/* Drops what was packed behind the first n bytes of p->out, also when that made it full. */
void rep_pack_cut(struct rep_pack *p, size_t n);
/* When p->out is full, what was packed last is not complete, and must be cut off. */
void rep_pack_record(struct rep_pack *p, const struct rep_aggregate_record *r);
void rep_pack_end(struct rep_pack *p, const struct rep_aggregate *h,
    const struct rep_report_note *v, size_t n, uint64_t left);

/* One item that was unpacked. Views point into the bytes, or into it; valid until the next one. */
struct rep_unpacked {
	enum rep_aggregate_item item;
	struct rep_aggregate_record record; /* of a RECORD */
	struct rep_aggregate head;	    /* of an END */
	struct rep_report_note notes[REP_AGGREGATE_NOTES_MAX];
	size_t notes_n;
	uint64_t notes_left;
	struct rep_auth_said auth[REP_AGGREGATE_AUTH_MAX];
	struct rep_override_said reasons[REP_AGGREGATE_REASONS_MAX];
};

struct rep_packed {
	struct rep_str in;
	size_t at;
	bool bad;
	struct rep_str last[REP_PACK_SLOTS];
};

void rep_packed_begin(struct rep_packed *u, struct rep_str bytes);
/* REP_ENOTFOUND: there is no more. REP_ESYNTAX: this is not what a worker packs. */
enum rep_rc rep_packed_next(
    struct rep_packed *u, struct rep_unpacked *out, struct rep_err *err) REP_NODISCARD;

#endif
