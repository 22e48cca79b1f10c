/*
 * report/alarm.h -- what in the newest reports a person is told without asking.
 *
 * An answer (report/answer.h) says what is so in a time. This says what of it began a short while ago, compared with what the same
 * reports said before: a key that broke, a sender that is new, forged mail beyond what is usual, reports that stopped.
 *
 * Reports come a day or two late, in any order, and an archive of old ones may be read at once. So what began longer ago than
 * REP_ALARM_RECENT_DAYS begins nothing; it is given all the same, because who was told of it wants to know whether it goes on.
 *
 * Pure: rows and an answer in, alarms out, all in the arena. The numbers are in doc/alerts.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_REPORT_ALARM_H
#define REP_REPORT_ALARM_H

#include "report/answer.h"

enum {
	/* Judgement: a quarter of it is needed to know who sends once a week; who sends once in two months is new each time. */
	REP_ALARM_DAYS = 60,
	/* Judgement: two newsletters of a week, and two days until the report of the second one is here. */
	REP_ALARM_RECENT_DAYS = 14,
	/* Judgement: of one domain; nobody reads more. What is left out is counted. */
	REP_ALARM_MAX = 64
};

enum rep_report_alarm_kind {
	REP_ALARM_BROKEN = 1, /* a signature, or SPF of a domain of ours, fails at most receivers */
	REP_ALARM_DIFFERS,    /* the same at one receiver only */
	REP_ALARM_FAILS,  /* mail of a sender of ours fails DMARC, and neither of these is why */
	REP_ALARM_SENDER, /* somebody new sends as us, and passes */
	REP_ALARM_STEADY, /* somebody new sends day by day, and fails: a sender that was forgotten? */
	REP_ALARM_FORGED, /* much more mail than ever before that nothing vouches for */
	REP_ALARM_SILENT, /* a receiver that reported each day has stopped */
	REP_ALARM_STOPPED /* all of them have */
};

struct rep_report_alarm {
	enum rep_report_alarm_kind kind;
	bool begins;	 /* it is recent; else it can only go on */
	int64_t since_s; /* a day; of SILENT and STOPPED the end of the last report */
	/* Of BROKEN and DIFFERS. domain 0: DMARC of a sender, which differs at one receiver. */
	bool dkim;
	uint32_t domain, selector;
	uint8_t result; /* what is said most often instead of pass: enum rep_auth_reported */
	/* Of DIFFERS and SILENT. */
	uint32_t receiver; /* name */
	/* Of FAILS, SENDER, STEADY, and of DIFFERS without a domain. */
	enum rep_report_sender who;
	uint32_t name; /* its domain; 0: by its address */
	struct rep_ip ip;
	uint64_t ips;
	/* Since then. Of SENDER and STEADY: in all of the time. Of SILENT and STOPPED: in the four weeks before. */
	uint64_t messages, failed;
	uint64_t dmarc_failed; /* of BROKEN and DIFFERS: of those that fail, DMARC fails too */
	uint64_t
	    receivers; /* where it fails; that saw the sender; other ones that pass (DIFFERS); that stopped */
	uint64_t days; /* on which it sent; on which reports came, of 28 */
	/* Of FORGED. */
	uint64_t most, most_before; /* on one day */
	uint64_t quarantined, rejected, let_through;
	uint8_t policy; /* p by the newest report that says it: enum rep_published; 0: not known */
};

struct rep_report_alarms {
	struct rep_report_alarm *v;
	size_t n;
	uint64_t left_out; /* of those that begin */
	bool partial;	   /* one that can only go on is left out */
};

/* is: of one domain, in the last REP_ALARM_DAYS before now_s. REP_EMEM. */
enum rep_rc rep_report_alarms(const struct rep_reported *v, const struct rep_report_answer *is,
    int64_t now_s, struct rep_arena *a, struct rep_report_alarms *out,
    struct rep_err *err) REP_NODISCARD;

/* --- the parts --------------------------------------------------------------------------------------- */

enum {
	/* Days are bits of a number: the last one is that of now, a report of which may end within it. */
	REP_ALARM_SPAN = REP_ALARM_DAYS + 3,
	/* Judgement: of so many receivers one cannot be a forwarder's goal, or wrong alone. */
	REP_ALARM_RECEIVERS = 3
};

struct rep_alarm_asking {
	const struct rep_reported *all;
	const struct rep_report_answer *is;
	int64_t now_s, base_s; /* base_s: midnight, of the first day */
	uint32_t domain;
	/* Of each record that counts, by its place in is->rows: something that is told already says why it fails. */
	bool *explained;
	struct rep_arena *a;
	struct rep_report_alarms *out;
};

/* The place of a day among those of the time; what is outside is in the first or last one. */
unsigned rep_alarm_day(const struct rep_alarm_asking *q, int64_t at_s);
/* That of a record, or of a report: of its middle, since receivers begin their days at other hours. */
unsigned rep_alarm_day_of(const struct rep_alarm_asking *q, int64_t begin_s, int64_t end_s);
unsigned rep_alarm_days(uint64_t bits);
bool rep_alarm_recent(const struct rep_alarm_asking *q, int64_t since_s);
void rep_alarm_add(struct rep_alarm_asking *q, const struct rep_report_alarm *x);

/* False: out of memory. In this order: the first says what it explains. */
bool rep_alarm_signatures(struct rep_alarm_asking *q);
bool rep_alarm_senders(struct rep_alarm_asking *q);
bool rep_alarm_new(struct rep_alarm_asking *q);
bool rep_alarm_forged(struct rep_alarm_asking *q);
bool rep_alarm_silent(struct rep_alarm_asking *q);

#endif
