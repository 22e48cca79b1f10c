/*
 * report/strangers.h -- single addresses that nothing vouches for.
 *
 * All of them are one source of an answer: nobody can say what is one sender. Most look like somebody who forges the domain;
 * one that sends day by day may be a sender that was forgotten.
 *
 * Pure, as report/answer.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_REPORT_STRANGERS_H
#define REP_REPORT_STRANGERS_H

#include "report/answer.h"

enum {
	/* Judgement: a forger seldom keeps an address for ten days; a forgotten server sends from one for years. */
	REP_STRANGER_STEADY_DAYS = 10,
	REP_STRANGERS_MAX = 5 /* Judgement: these are looked up one by one */
};

struct rep_report_stranger {
	struct rep_ip ip;
	/* Days: those on which the middle of a report lies, since receivers begin theirs at other hours. */
	uint64_t messages, days, receivers;
	int64_t first_s, last_s; /* the first second of the first and of the last of them */
	bool steady;
};

struct rep_report_strangers {
	const struct rep_report_stranger *v; /* steady ones first, then the most first */
	size_t n;
	uint64_t left_out;
};

/* REP_EMEM. */
enum rep_rc rep_report_strangers(const struct rep_reported *v, const struct rep_report_answer *is,
    struct rep_arena *a, struct rep_report_strangers *out, struct rep_err *err) REP_NODISCARD;

#endif
