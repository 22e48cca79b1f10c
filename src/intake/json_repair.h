/*
 * intake/json_repair.h -- JSON that a parser refuses, made into what it takes.
 *
 * For reports of strangers only: what is changed is noted. Nothing is guessed about what a text says.
 *
 * Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_JSON_REPAIR_H
#define REP_INTAKE_JSON_REPAIR_H

#include "intake/faults.h"

/*
 * Copies s to out, which has room for s.n bytes, so that offsets stay: a byte in a string that is no UTF-8 becomes '?', and
 * so does an escape that none can have; a control character and what belongs nowhere a blank, a number that no integer or
 * double can hold null, a comma before nothing a blank. Each is noted with its offset, counted from `base`. False: there was
 * nothing to change.
 */
bool rep_json_clean(struct rep_str s, char *out, uint64_t base, struct rep_faults *f);

/*
 * What can be read of s up to a byte where it breaks off: all members of the outermost object that are complete, and all
 * complete members and elements of these; of an element that breaks off, what is complete if it has two objects (the policy
 * and the summary of a TLS report), with the complete elements of its lists; closed, in the arena. n == 0: there is nothing.
 */
struct rep_str rep_json_salvage(struct rep_str s, size_t upto, struct rep_arena *a);

#endif
