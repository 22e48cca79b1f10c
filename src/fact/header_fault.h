/*
 * fact/header_fault.h -- what is wrong with the header of a message that came back, as one number.
 *
 * Receivers that check the header (RFC 5322 section 3.6) seldom say which field they do not like. The
 * message is often there, in the bounce. For each field that they look at there are four bits.
 *
 * Numbers of fields and faults are in the database: append, never renumber.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_FACT_HEADER_FAULT_H
#define REP_FACT_HEADER_FAULT_H

#include "base/buf.h"

enum rep_header_field {
	REP_HEADER_DATE = 0,
	REP_HEADER_FROM,
	REP_HEADER_SENDER,
	REP_HEADER_REPLY_TO,
	REP_HEADER_TO,
	REP_HEADER_CC,
	REP_HEADER_BCC,
	REP_HEADER_MESSAGE_ID,
	REP_HEADER_SUBJECT,
	REP_HEADER_IN_REPLY_TO,
	REP_HEADER_REFERENCES,
	REP_HEADER_FIELD_N
};

enum rep_header_fault {
	REP_HEADER_EMPTY = 0, /* it is there, and has no value */
	REP_HEADER_MISSING,
	REP_HEADER_TWICE,
	REP_HEADER_MALFORMED, /* no date, no address */
	REP_HEADER_FAULT_N
};

/* A set of faults. 0: none was found. */
typedef uint64_t rep_header_faults;

rep_header_faults rep_header_fault_bit(enum rep_header_field field, enum rep_header_fault fault);

/* All bits that mean something: of a number from outside, no other counts. */
rep_header_faults rep_header_faults_all(void);

/* Adds "To and Cc are empty; there is no Date". Nothing for 0. */
void rep_header_faults_say(struct rep_buf *b, rep_header_faults v);

#endif
