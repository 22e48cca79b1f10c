/*
 * cli/picture.h -- pictures for pages: what became of the mail over time, as SVG.
 *
 * Drawn only while a page is made (rep_out_structured); for a terminal nothing is written. The
 * numbers of a picture are in the page as a table too, for those who cannot see it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_PICTURE_H
#define REP_CLI_PICTURE_H

#include "cli/out.h"
#include "engine/trend.h"

/*
 * Incidents that are shown together: attempts at their provider from their sources, from some time
 * before the trouble up to now (89 days at most); below them all mail of these sources.
 */
void rep_picture(struct rep_buf *b, const struct rep_verdict_set *s,
    const struct rep_incident *const *group, size_t n);

/* What the colours of rep_picture_day mean. */
void rep_picture_key(struct rep_buf *b);

/* 24 hours of a row of `status`. known[i]: the log covers that hour. */
void rep_picture_day(struct rep_buf *b, const struct rep_trend_sum hours[REP_TREND_HOURS],
    const bool known[REP_TREND_HOURS]);

/*
 * A row of `report`: n cells of time, each filled by what became of the mail that was tried in it, so that trouble is seen
 * where little was sent, too. Recipients that do not exist are left out. A thin line: nothing was sent. Below it some words of
 * ours.
 */
void rep_picture_strip(struct rep_buf *b, const struct rep_trend_sum *cells, const bool *known,
    size_t n, struct rep_str words, enum rep_paint paint);
/* What its colours mean. each: what a cell is, "half a day". */
void rep_picture_strip_key(struct rep_buf *b, const char *each);

/* A stretch of trouble at a provider, of all sources that had it. */
struct rep_picture_stay {
	enum rep_trouble trouble;
	bool away;		  /* the provider could not be reached */
	int64_t since_s, until_s; /* until_s 0: it is open */
	uint64_t bounced, deferred;
	size_t before; /* stays of the same trouble before it */
};

/* The time of a picture: n buckets of step_s. */
struct rep_picture_time {
	int64_t from_s, step_s;
	size_t n; /* at most REP_PICTURE_BUCKETS_MOST */
};
enum { REP_PICTURE_BUCKETS_MOST = 96 };

/*
 * What one provider did with the mail of the sources that had trouble there; below, on the same axis, all their mail, their
 * unknown recipients, and the complaints of the provider's people. Each stay is a band with its number, counted from 1.
 * complaints: they are read at all. Nothing in a text.
 */
void rep_picture_provider(struct rep_buf *b, const struct rep_verdict_set *s,
    const struct rep_incident *const *group, size_t n, const struct rep_picture_time *time,
    const struct rep_picture_stay *stays, size_t stays_n, bool complaints);

#endif
