/*
 * report/shift.h -- from when until when a larger part of messages fails than is usual.
 *
 * Days are few and messages many, and the messages of one day are not independent: one mailing, one forwarder or one hour of a
 * name server makes many of them fail at once. So a day speaks for REP_SHIFT_DAY messages at most, in proportion.
 *
 * What is looked for is the stretch of days that has the largest likelihood ratio of a raised part against the usual one (the scan
 * statistic of Kulldorff, Commun. Stat. Theory Methods 26, 1997, over time only; for one raised part the sums are those of
 * Page's CUSUM, Biometrika 41, 1954). It is dated where the likelihood of one part before and another after is largest (Hinkley,
 * Biometrika 57, 1970). Whether what was before was better, and whether it is over, are likelihood ratios, too.
 *
 * Pure: no clock, no store, nothing is allocated. Thresholds are measured: bench/reports-differences.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_REPORT_SHIFT_H
#define REP_REPORT_SHIFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	REP_SHIFT_DAY =
	    40, /* messages that a day speaks for at most; a report of a week has seven */
	REP_SHIFT_FOUND = 20, /* natural logarithms of ratios: a stretch is raised, */
	REP_SHIFT_SURE = 5,   /* it was better before, and it is over: 150 to 1 */
	/* Judgement: with fewer messages a single bad one is a large part. */
	REP_SHIFT_FEW = 20,
	REP_SHIFT_FEW_FAILED = 3
};

/* Sorted by day, each of them once. Days without messages are not there. */
struct rep_shift_day {
	int64_t day;
	double messages, failed;
};

struct rep_shift {
	size_t from, until; /* it fails from v[from] to v[until - 1] */
	bool
	    began; /* it was better before; else it is not known since when it fails, and from is 0 */
	bool over; /* it passes again since v[until]; else until is n */
};

/* At most so many messages, in proportion. days: that they are of, 1 or more. */
struct rep_shift_day rep_shift_cut(int64_t day, double messages, double failed, double days);

/* Adds up the days of one receiver after another. v has room for as many as there are results; all else is 0 at first. */
struct rep_shift_days {
	struct rep_shift_day *v;
	size_t n;
	struct rep_shift_day open; /* of this day more may come */
	double length;		   /* in days, of the longest report of it; 0: none is open */
};
/* One result, in the order of days. length: of its report, in days. */
void rep_shift_add(
    struct rep_shift_days *s, int64_t day, double length, uint64_t messages, bool failed);
/* Nothing more comes of this receiver. */
void rep_shift_end(struct rep_shift_days *s);
/* Makes of those of several receivers, each of which speaks for itself, one of each day. */
void rep_shift_join(struct rep_shift_days *s);

/*
 * v[0 .. n) of rep_shift_cut, or sums of such. usual: the part that fails for nothing, of 1, more than 0. False: nothing is raised,
 * and *out is not touched.
 */
bool rep_shift_find(const struct rep_shift_day *v, size_t n, double usual, struct rep_shift *out);

#endif
