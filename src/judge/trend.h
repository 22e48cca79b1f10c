/*
 * judge/trend.h -- how much was tried, accepted, slowed and refused over time, and whether that is
 * better or worse than it was in the same hours a week before.
 *
 * It only counts: whether something is a trouble, and why, is the verdict's task
 * (judge/verdict.h). Every attempt is in exactly one of four counts:
 *
 *   accepted  the server took the message
 *   slowed    it was put off and stays in the queue, whatever the reason
 *   refused   it was refused for good, or waited too long
 *   other     it concerns one recipient (unknown, mailbox full), or no provider was asked
 *
 * So attempts are the sum of the four. Pure: no clock, no disk. The caller owns all memory.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_TREND_H
#define REP_JUDGE_TREND_H

#include "judge/input.h"

enum { REP_TREND_HOURS = 24, REP_TREND_DAYS = 28 };

enum rep_trend_kind {
	REP_TREND_ACCEPTED = 0,
	REP_TREND_SLOWED,
	REP_TREND_REFUSED,
	REP_TREND_OTHER,
	REP_TREND_KINDS
};
const char *rep_trend_word(enum rep_trend_kind k); /* "accepted" */

/* One bucket of time, or the sum of several. */
struct rep_trend_sum {
	uint64_t n[REP_TREND_KINDS];
};
uint64_t rep_trend_attempts(const struct rep_trend_sum *s);

/* Which kind an attempt is. REP_TREND_KINDS: it is no attempt. */
enum rep_trend_kind rep_trend_of(const struct rep_observation *o);

/*
 * Which mail is counted. For each field an array by number of name says whether that name takes
 * part; NULL: all do. All fields must agree.
 */
struct rep_trend_mail {
	const bool *label, *route, *provider, *provider_domain, *stream;
	size_t names_n; /* length of each array */
};
bool rep_trend_counts(const struct rep_trend_mail *m, const struct rep_observation *o);

/*
 * Adds observations to n buckets of step_s seconds, the first of which begins at from_s. An
 * observation belongs where its first reply was. Those outside are left out.
 */
void rep_trend_add(const struct rep_observation *v, size_t v_n, const struct rep_trend_mail *m,
    int64_t from_s, int64_t step_s, struct rep_trend_sum *sums, size_t n);

/*
 * Delays of accepted mail, from the moment it came in: counts in classes that are 9 % apart, from
 * 0.1 s to a week. So a quantile is at most that much too high.
 */
enum { REP_TREND_DELAYS = 184 };
struct rep_trend_delays {
	uint32_t n[REP_TREND_DELAYS];
	uint64_t all;
};
void rep_trend_delay_add(struct rep_trend_delays *d, double delay_s);
/* The delay that a share of the mail (0 to 1) did not exceed, in seconds; < 0: there is none. */
double rep_trend_delay(const struct rep_trend_delays *d, double share);

enum rep_trend_change {
	REP_TREND_TOO_LITTLE = 0, /* to compare */
	REP_TREND_SAME,
	REP_TREND_BETTER,
	REP_TREND_WORSE
};
const char *rep_trend_change_word(enum rep_trend_change c); /* "too little" */

/* A comparison needs this many attempts on each side. Judgement: below it one burst decides. */
enum { REP_TREND_LEAST = 50 };

/*
 * Compares the share of one kind now with that of then. It is better or worse when the shares
 * differ by more than three and a third standard errors of two independent shares (one in a
 * thousand by chance), and by half a percentage point at least. Attempts come in bursts and are not
 * independent, so this says that the numbers differ, not that somebody is to blame.
 */
enum rep_trend_change rep_trend_compare(
    const struct rep_trend_sum *now, const struct rep_trend_sum *then, enum rep_trend_kind k);

/*
 * Compares delays: those of 95 % of the mail. Better or worse: twice as long, and half a minute
 * (judgement: what a person who waits for a code notices).
 */
enum rep_trend_change rep_trend_compare_delays(
    const struct rep_trend_delays *now, const struct rep_trend_delays *then);

#endif
