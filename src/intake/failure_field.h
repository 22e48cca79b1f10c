/*
 * intake/failure_field.h -- the fields of a failure report (RFC 5965, RFC 6591, RFC 9991), by a table.
 *
 * Only for auth_failure.c. Pure. Texts are copied into the arena.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_FAILURE_FIELD_H
#define REP_INTAKE_FAILURE_FIELD_H

#include "fact/auth_failure.h"
#include "intake/faults.h"

enum {
	REP_FAILURE_VALUE =
	    4096 /* Judgement: bytes of a field; real ones have at most some hundred */
};

struct rep_failure_fields {
	struct rep_arena *a;
	struct rep_faults *f;
	uint64_t got;			 /* fields of the table that were there, by bit */
	bool alignment_said;		 /* Exim has a line for each half */
	struct rep_str sender, identity; /* not masked yet */
	struct rep_auth_failure out;
};

/* Reads a field, whose name in the report is `written`, at `offset`. One that no table has is left out. */
void rep_failure_field(struct rep_failure_fields *r, struct rep_str name, struct rep_str written,
    struct rep_str value, uint64_t offset);
/* Notes the fields that the standards require and that were not there. */
void rep_failure_missing(struct rep_failure_fields *r);
/* A date of a mail; 0: it is none, or nobody can believe it. */
int64_t rep_failure_date(struct rep_str s);
/* Addresses in out.envelope_from and out.dkim_identity: those of the reported domain as they are, others masked. */
void rep_failure_senders(struct rep_failure_fields *r);
/*
 * Sets out.message_id: `id`, whole, for it is how a message is found again. It is masked where it has an address in it
 * (VERP), or that of `to`, the recipient.
 */
void rep_failure_message_id(struct rep_failure_fields *r, struct rep_str id, struct rep_str to);

#endif
