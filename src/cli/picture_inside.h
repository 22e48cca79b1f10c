/*
 * cli/picture_inside.h -- what the pictures of mail over time share. For cli/picture*.c only.
 *
 * Lengths are those of the drawing: REP_PICTURE_WIDE across, down from 0. What is appended is SVG.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_PICTURE_INSIDE_H
#define REP_CLI_PICTURE_INSIDE_H

#include "cli/picture.h"

enum {
	REP_PICTURE_HOUR = 3600,
	REP_PICTURE_BUCKETS = REP_PICTURE_BUCKETS_MOST,
	REP_PICTURE_WIDE = 720
};

struct rep_picture {
	struct rep_buf *b;
	const struct rep_verdict_set *s;
	int64_t since_s, until_s; /* of the trouble; until_s: the end of what is drawn */
	int64_t from_s, step_s;
	size_t n;
	/* at the provider; everywhere */
	struct rep_trend_sum at[REP_PICTURE_BUCKETS], own[REP_PICTURE_BUCKETS];
};

/* Their classes in the style of the page, and their names. */
extern const char *const rep_picture_classes[REP_TREND_KINDS];
extern const char *const rep_picture_told[REP_TREND_KINDS];

/* The most attempts in one bucket; at least 1. */
uint64_t rep_picture_most(const struct rep_trend_sum *v, size_t n);
double rep_picture_x(const struct rep_picture *p, int64_t at_s);
void rep_picture_bar(struct rep_buf *b, const char *class, double x, double y, double w, double h);
/* The kinds of a bucket on each other. `most` is `high`. */
void rep_picture_stack(struct rep_buf *b, const struct rep_trend_sum *s, uint64_t most, double x,
    double w, double floor, double high);
/* A line across with its number above it. */
void rep_picture_grid(struct rep_buf *b, int y, uint64_t number, const char *unit);
/* "an hour", "in 12 hours" */
const char *rep_picture_unit(const struct rep_picture *p);
/* The marks at `floor` and the words at `at`. */
void rep_picture_axis(const struct rep_picture *p, int floor, int at);
void rep_picture_kind(struct rep_buf *b, const char *class, const char *what);
/* Counts the mail that a group of incidents is about, and all mail of its sources. False: out of memory. */
bool rep_picture_count(
    struct rep_picture *p, const struct rep_incident *const *group, size_t n) REP_NODISCARD;

#endif
