/*
 * fact/report.h -- what a document says: bounces, complaints, events of other senders. Types only.
 *
 * A document (a mail, a line of events) yields reports. They are what was written in it, not yet
 * what it means: class, scope, provider and stream are asked of know by whoever is outside the
 * worker (intake/meaning.h). A report is a claim: anybody can mail one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_FACT_REPORT_H
#define REP_FACT_REPORT_H

#include "base/ip.h"
#include "fact/words.h"

/* Numbers go between processes of one binary only; not stored. */
enum rep_report_kind {
	REP_REPORT_NONE = 0,
	REP_REPORT_BOUNCE,    /* a notice of a mail server about a message of ours */
	REP_REPORT_COMPLAINT, /* somebody did not want it */
	REP_REPORT_DELIVERY,  /* an attempt, as another sender's log has it */
	REP_REPORT_NOTICE,    /* mail that is no failure: vacation, receipt, challenge */
	REP_REPORT_N
};

/* RFC 3464 2.3.3 */
enum rep_action {
	REP_ACTION_NONE = 0,
	REP_ACTION_FAILED,
	REP_ACTION_DELAYED,
	REP_ACTION_DELIVERED,
	REP_ACTION_RELAYED,
	REP_ACTION_EXPANDED,
	REP_ACTION_N
};

/* All views are borrowed; n == 0: not said. Times are 0 when not said. */
struct rep_report {
	enum rep_report_kind kind;
	enum rep_action action;
	enum rep_status status; /* of a delivery */
	enum rep_stage stage;
	bool redacted;	 /* a complaint without its recipient */
	bool suppressed; /* the sending service did not try: the address is on its own list */
	bool expired;	 /* given up after trying for too long */
	int code;	 /* 200..599 where text has none of its own; 0: none */
	int enh[3];
	int64_t at_s, arrival_s;
	double delay_s;		 /* < 0: not said */
	uint32_t count;		 /* complaints that this one stands for (an aggregate); else 1 */
	uint64_t line;		 /* within the document, from 1; 0: the whole */
	struct rep_ip source_ip; /* claimed by somebody else */
	struct rep_ip host_ip;
	struct rep_str recipient, original_recipient, sender, host, reporting_mta;
	struct rep_str text;   /* the reply, or the words that stand for one */
	struct rep_str notice; /* what else the notice says, when text alone may not tell */
	struct rep_str message_id, queue_id;
	struct rep_str subject; /* of a notice: which kind ("vacation", "receipt", ..) */
	struct rep_str feedback_type, reported_domain, from_domain, feedback_id, list_id, verp;
	struct rep_str reporter; /* who sent the complaint: a domain */
	struct rep_str route;	 /* the sending service whose event this is: an id of know */
};

/* The word of a value; NULL for NONE and for numbers that are none. */
const char *rep_action_word(enum rep_action v);
bool rep_action_parse(struct rep_str s, enum rep_action *v);
const char *rep_report_word(enum rep_report_kind v);

#endif
