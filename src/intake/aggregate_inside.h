/*
 * intake/aggregate_inside.h -- the reader of aggregate reports, inside: aggregate.c follows the elements, aggregate_value.c
 * puts together what they say.
 *
 * Only these two files include it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_AGGREGATE_INSIDE_H
#define REP_INTAKE_AGGREGATE_INSIDE_H

#include "base/markup.h"
#include "intake/aggregate.h"
#include "intake/aggregate_names.h"
#include "intake/faults.h"

/* Most bytes of the texts of one record. Judgement: a dozen results have some 3 KB; what is more is left empty. */
enum { REP_AGGREGATE_RECORD_BYTES = 1 << 20 };

struct rep_open_element {
	enum rep_element e;
	uint64_t name; /* hash of its name as written, for its end */
	uint64_t offset;
	bool holds;	/* it has elements in it */
	bool extension; /* it is called so */
};

struct rep_aggregate_reader {
	struct rep_markup markup;
	struct rep_arena *head_a, *record_a;
	struct rep_buf text, value;
	struct rep_open_element open[REP_AGGREGATE_DEPTH];
	size_t depth, deep; /* `deep` more are open that are not looked at */
	size_t outside;	    /* depth of the extension that is open; 0: none */
	struct rep_str prefix;
	char prefix_room[32];
	bool rooted; /* the first element was seen */

	struct rep_aggregate head;
	uint64_t head_got, record_got, said_got; /* bits of elements that were seen */
	struct rep_aggregate_record record;
	struct rep_auth_said auth[REP_AGGREGATE_AUTH_MAX], said;
	struct rep_override_said reasons[REP_AGGREGATE_REASONS_MAX], reason;
	bool in_record, row_seen;
	bool record_cut; /* a value of it had no room */
	/* Of the text since the last tag: longer than is read, with a sign that begins nothing, where none may be. */
	bool value_cut, value_odd, stray;
	bool new7489, new9990; /* it has what only one of them has */
	bool something;	       /* of a report was seen */
	bool stopped;	       /* nothing more is read of this document */
	bool ended;	       /* END was given: the next item begins another report */

	struct rep_faults faults; /* their texts are in head_a */
	unsigned guesses;

	struct rep_markup_token token; /* when `again`: it was taken, and is not done with */
	bool again;
	bool full; /* out of memory */
};

/* A fault, and its place. */
void rep_aggregate_note(struct rep_aggregate_reader *r, enum rep_report_fault fault,
    struct rep_str element, struct rep_str value, uint64_t offset);
void rep_aggregate_note_element(struct rep_aggregate_reader *r, enum rep_report_fault fault,
    enum rep_element e, uint64_t offset);

/* A report, a record: what was said of the one before is forgotten. */
void rep_aggregate_begin_report(struct rep_aggregate_reader *r);
void rep_aggregate_begin_record(struct rep_aggregate_reader *r, uint64_t offset);
/* It is complete: notes what is missing. */
void rep_aggregate_end_record(struct rep_aggregate_reader *r);
void rep_aggregate_end_report(struct rep_aggregate_reader *r);

/* The value of an element of the report, of a record, of a signature or SPF, of a reason. Of several the first counts. */
void rep_aggregate_set_head(
    struct rep_aggregate_reader *r, enum rep_element e, struct rep_str s, uint64_t offset);
void rep_aggregate_set_record(
    struct rep_aggregate_reader *r, enum rep_element e, struct rep_str s, uint64_t offset);
void rep_aggregate_set_said(
    struct rep_aggregate_reader *r, enum rep_element e, struct rep_str s, uint64_t offset);
void rep_aggregate_set_reason(
    struct rep_aggregate_reader *r, enum rep_element e, struct rep_str s, uint64_t offset);

#endif
