/*
 * fact/complaint.h -- a complaint as the store keeps it and judge reads it. Types and words only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_FACT_COMPLAINT_H
#define REP_FACT_COMPLAINT_H

#include "base/ip.h"

/*
 * One complaint, or several of one day that an aggregate report counts. Names are numbers in struct
 * rep_names. Nothing in it says who complained. The store recognises a report that it already has,
 * whichever way it arrives, and counts it once.
 */
struct rep_complaint {
	int64_t at_s;
	uint32_t provider, stream, route, domain, reporter; /* domain: of the sender */
	uint32_t count;
	uint8_t type;  /* enum rep_feedback */
	bool matched;  /* about mail that we sent: found by Message-ID, domain or address */
	bool untraced; /* matched, but the logs of that time have no message with its Message-ID */
	bool redacted;
	struct rep_ip source_ip; /* as the report claims */
};

/* RFC 5965 and its registry. The numbers are stored: append, never renumber. */
enum rep_feedback {
	REP_FEEDBACK_ABUSE = 0,
	REP_FEEDBACK_AUTH_FAILURE,
	REP_FEEDBACK_FRAUD,
	REP_FEEDBACK_NOT_SPAM,
	REP_FEEDBACK_OPT_OUT,
	REP_FEEDBACK_VIRUS,
	REP_FEEDBACK_OTHER,
	REP_FEEDBACK_N
};
enum rep_feedback rep_feedback_parse(struct rep_str s); /* OTHER when s is none of them */

/*
 * True when the complaint counts in a rate: somebody did not want the message. A failed check, a
 * message marked as not spam, and an unsubscription by mail do not count.
 */
static inline bool
rep_feedback_counts(uint8_t type)
{
	return type == REP_FEEDBACK_ABUSE || type == REP_FEEDBACK_FRAUD ||
	    type == REP_FEEDBACK_VIRUS || type == REP_FEEDBACK_OTHER;
}

#endif
