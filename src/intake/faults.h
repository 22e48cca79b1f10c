/*
 * intake/faults.h -- what is wrong with a report, collected while it is read.
 *
 * A fault is kept once for each element, with its first place and how often it was there. What an element of a list has
 * ("policies[0].policy-type") counts for all elements of that list.
 *
 * Pure. Texts are copied into the arena.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_FAULTS_H
#define REP_INTAKE_FAULTS_H

#include "base/arena.h"
#include "fact/aggregate.h"

enum {
	REP_NOTES_MAX = 64, /* Judgement: kinds of faults of one report; real ones have a handful */
	REP_NOTE_SHOWN = 80 /* Judgement: bytes of an element or a value that a note shows */
};

struct rep_faults {
	struct rep_report_note v[REP_NOTES_MAX];
	size_t n;
	uint64_t left;		 /* how many more there were */
	struct rep_arena *arena; /* borrowed */
};

void rep_fault_add(struct rep_faults *f, enum rep_report_fault fault, struct rep_str element,
    struct rep_str value, uint64_t offset);

#endif
