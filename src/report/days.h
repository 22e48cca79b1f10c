/*
 * report/days.h -- how much mail of a domain each day had, by what became of it.
 *
 * Pure, as report/answer.h: it adds up the records that the answer counts. A report says nothing of the hours within its
 * time, so all of it counts on the day (UTC) in which the middle of that time lies. A report of a week is one day then.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_REPORT_DAYS_H
#define REP_REPORT_DAYS_H

#include "report/answer.h"

/* What becomes of a message: it passes DMARC, or it fails, and then who sent it. The words are keys of JSON. */
enum rep_day_class {
	REP_DAY_PASSED = 0,
	REP_DAY_WANTED,	   /* it may be ours, so that it is to be mended */
	REP_DAY_FORWARDED, /* somebody handed it on */
	REP_DAY_OTHERS,	   /* it passes as somebody else */
	REP_DAY_UNKNOWN,   /* nothing vouches for it */
	REP_DAY_CLASSES
};
const char *rep_day_class_word(enum rep_day_class v);

/* What mail of a source is that fails. */
enum rep_day_class rep_report_failing(const struct rep_report_source *s);

/*
 * The first second of the day that a record counts on. Times are of strangers: any number, and the end may be before the
 * begin.
 */
int64_t rep_report_day_of(const struct rep_reported_row *r);

/* How many days its report is of: 1 to 7. Judgement: what is longer says no more. */
unsigned rep_report_days_in(const struct rep_reported_row *r);

struct rep_report_day {
	int64_t day_s; /* its first second */
	uint64_t n[REP_DAY_CLASSES];
};
uint64_t rep_report_day_messages(const struct rep_report_day *d);

/* In *out the days that have messages, the first one first. REP_EMEM. */
enum rep_rc rep_report_days(const struct rep_reported *v, const struct rep_report_answer *is,
    struct rep_arena *a, const struct rep_report_day **out, size_t *n,
    struct rep_err *err) REP_NODISCARD;

enum {
	REP_REPORT_SPANS_MAX = 92
}; /* Judgement: a quarter by the day; more bars are too thin to see on a phone */

/*
 * Spans of one length, without a gap: of a day, of 7 days, of 28, or of more times 28 days, so that there are at most
 * REP_REPORT_SPANS_MAX. The last one ends with the last day, and the first one begins with the first: it may be shorter.
 */
struct rep_report_spans {
	struct rep_report_day v[REP_REPORT_SPANS_MAX]; /* day_s: its first day */
	size_t n;
	int64_t length_days;
	uint64_t most; /* messages of the largest */
};
void rep_report_spans(const struct rep_report_day *days, size_t n, struct rep_report_spans *out);

#endif
