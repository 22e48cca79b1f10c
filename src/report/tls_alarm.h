/*
 * report/tls_alarm.h -- the domains to which much more sessions fail than before, by TLS reports.
 *
 * Pure: two answers in (report/tls.h), of the last days and of the time before them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_REPORT_TLS_ALARM_H
#define REP_REPORT_TLS_ALARM_H

#include "report/tls.h"

enum {
	/* Judgement: a report of yesterday is here within two days. */
	REP_TLS_ALARM_LAST_DAYS = 4,
	REP_TLS_ALARM_DAYS = 60,
	/* Judgement: of a thousand sessions; a twentieth, and ten. Half of that goes on. */
	REP_TLS_ALARM_FAILS = 50,
	REP_TLS_ALARM_FEW = 10,
	REP_TLS_ALARM_TIMES = 3,
	/* Judgement: with fewer reports nobody can say what is usual. */
	REP_TLS_ALARM_REPORTS = 7
};

struct rep_tls_alarm {
	struct rep_str domain;
	bool begins; /* else it can only go on */
	int64_t successful, failed, before_successful, before_failed;
	const struct rep_tls_trouble *most; /* the reason of most; NULL: none is given */
};

/* Whether a domain is ours; only these are compared: anybody can report of any number of others. */
typedef bool (*rep_tls_alarm_own_fn)(void *ctx, struct rep_str domain);

/* In the arena, in the order of the domains of `last`. own: NULL: all are. NULL: out of memory. */
struct rep_tls_alarm *rep_tls_alarms(const struct rep_tls_answer *last,
    const struct rep_tls_answer *before, rep_tls_alarm_own_fn own, void *ctx, struct rep_arena *a,
    size_t *n);

#endif
