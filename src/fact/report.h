/*
 * fact/report.h -- what a document says: bounces, complaints, events of other senders. Types only.
 *
 * A document (a mail, a line of events) yields reports. A report holds what the document says, not
 * what that means: intake/meaning.h adds class, scope, provider and stream from know, outside the
 * worker. A report is a claim: anybody can mail one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_FACT_REPORT_H
#define REP_FACT_REPORT_H

#include "base/ip.h"
#include "fact/header_fault.h"
#include "fact/words.h"

/* The label of facts that only bounces tell: they do not say which of our servers sent the mail. */
#define REP_LABEL_BOUNCES "bounces"

/* These numbers go between processes of one binary only. They are not stored. */
enum rep_report_kind {
	REP_REPORT_NONE = 0,
	REP_REPORT_BOUNCE,    /* a notice of a mail server about a message of ours */
	REP_REPORT_COMPLAINT, /* somebody did not want a message */
	REP_REPORT_DELIVERY,  /* an attempt, as the log of another sender has it */
	REP_REPORT_NOTICE,    /* mail that is not a failure: vacation, receipt, challenge */
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

/* All views are borrowed; n == 0: not said. Times are UTC seconds, 0 when not said. */
struct rep_report {
	enum rep_report_kind kind;
	enum rep_action action;
	enum rep_status status; /* of a delivery */
	enum rep_stage stage;
	bool redacted;	 /* a complaint without its recipient */
	bool suppressed; /* the sending service did not try: the address is on its own list */
	bool expired;	 /* given up after trying for too long */
	int code;	 /* 200..599, used when text has no code of its own; 0: none */
	int enh[3];
	int64_t at_s, arrival_s;
	double delay_s; /* seconds; < 0: not said */
	uint32_t count; /* how many complaints this one stands for (an aggregate); else 1 */
	uint64_t line;	/* line in the document, from 1; 0: the whole document */
	struct rep_ip source_ip; /* as somebody else claims */
	struct rep_ip host_ip;
	struct rep_str recipient, original_recipient, sender, host, reporting_mta;
	struct rep_str text;   /* the reply, or what the document says instead of one */
	struct rep_str notice; /* more words of the notice, for when text alone is not clear */
	struct rep_str message_id, queue_id;
	struct rep_str subject; /* of a notice: its kind ("vacation", "receipt", ..) */
	struct rep_str feedback_type, reported_domain, from_domain, feedback_id, list_id, verp;
	struct rep_str reporter; /* the domain that sent the complaint */
	/* Of a bounce: what is wrong with the header of the message that came back. */
	rep_header_faults header_faults;
	struct rep_str route; /* id (of know) of the sending service whose event this is */
};

/* The word of a value; NULL for NONE and for unknown numbers. */
const char *rep_action_word(enum rep_action v);
bool rep_action_parse(struct rep_str s, enum rep_action *v);
const char *rep_report_word(enum rep_report_kind v);

#endif
