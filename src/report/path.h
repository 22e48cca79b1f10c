/*
 * report/path.h -- from the policy that is published to reject, without losing wanted mail.
 *
 * Each step (to quarantine, to reject) is judged by the mail that it would have stopped in the time of the reports: mail of
 * which the policy is weaker than the step, and which fails DMARC. Wanted is what looks like a sender of ours. What a
 * forwarder broke stands apart: nothing that its sender does mends it. What nothing vouches for is what the policy is for;
 * an address of it that sends day by day may be a sender that was forgotten.
 *
 * Pure, as report/answer.h, whose answer it goes on from.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_REPORT_PATH_H
#define REP_REPORT_PATH_H

#include "report/strangers.h"

enum {
	/* Judgement: in four weeks everybody sends who sends once a month; and one receiver alone may be wrong. */
	REP_PATH_DAYS = 28,
	REP_PATH_RECEIVERS = 3,
	/*
	 * Judgement: a source may lose so much of a thousand messages, and these few whatever it sends: a resolver that did
	 * not answer in time makes them. Reject bounces what quarantine puts into the spam folder, so it asks for more.
	 */
	REP_PATH_FEW = 2,
	REP_PATH_QUARANTINE = 10,
	REP_PATH_REJECT = 1
};

enum rep_path_verdict {
	REP_PATH_SAFE = 1,
	REP_PATH_MEND,	    /* senders that look wanted fail */
	REP_PATH_FORWARDED, /* only what forwarders broke would be lost: RFC 9989 7.4 */
	REP_PATH_WAIT,	    /* too few reports to say */
	REP_PATH_VERDICTS
};
const char *rep_path_verdict_word(enum rep_path_verdict v);

/* A source that would lose mail. */
struct rep_path_loss {
	uint32_t source;	   /* of rep_report_answer.sources */
	uint64_t messages, failed; /* that the step is about */
	uint64_t spared; /* of those that fail: receivers did otherwise than the policy asks */
	int64_t last_s;	 /* the last report with one */
	bool mend;	 /* more than the step allows; never of a forwarder */
};

struct rep_path_step {
	enum rep_published to; /* quarantine or reject */
	enum rep_path_verdict verdict;
	struct rep_reported_policy policy;   /* the next record, as far as it is known */
	uint64_t messages;		     /* that the step is about */
	uint64_t wanted, forwarded, unknown; /* of them fail */
	uint64_t spared;		     /* of `forwarded` */
	const struct rep_path_loss *losses;  /* what is to be mended first, then the most first */
	size_t losses_n;
};

struct rep_report_path {
	bool
	    known; /* a report said the policy; else the record is taken for p=none (RFC 9989 4.7) */
	struct rep_reported_policy policy; /* by the newest reports */
	uint64_t agree, asked; /* of the reports of the last day: how many found this one */
	int64_t
	    since_s; /* begin of the report since which no other one was found; 0: all, or not all agree */
	enum rep_published
	    now;	    /* the weakest that mail of the domain or below gets; t=y is one less */
	int64_t days;	    /* whole days of reports */
	uint64_t receivers; /* that report in this time */
	uint64_t lists;	    /* messages that receivers say came through a mailing list */
	struct rep_path_step steps[2];
	size_t steps_n; /* 0: it is reject */
	struct rep_report_strangers strangers;
};

/* REP_EMEM. */
enum rep_rc rep_report_path(const struct rep_reported *v, const struct rep_report_answer *is,
    struct rep_arena *a, struct rep_report_path *out, struct rep_err *err) REP_NODISCARD;

#endif
