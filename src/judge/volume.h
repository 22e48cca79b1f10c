/*
 * judge/volume.h -- how much mail leaves, and by which paths. Counted from observations only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_VOLUME_H
#define REP_JUDGE_VOLUME_H

#include "judge/input.h"

/* Mail of the last 30 days, or since the log begins. Only attempts that were final. */
struct rep_volume {
	uint64_t messages;
	int64_t from_s, until_s; /* the part of the 30 days that the log covers */
	bool told;		 /* it covers a day or more, enough to estimate a month */
	double month;		 /* messages in 30 days, estimated from these */
};

/* A network or a relay that mail leaves through. */
struct rep_path {
	struct rep_str name; /* "203.0.113.0/24", the relay's name, else the label */
	bool relay;
	bool known; /* false: a label whose address is not known */
	uint64_t messages;
	unsigned sources;
};

struct rep_warning {
	const char *kind; /* "one-source", "one-subnet", "one-relay" */
	struct rep_str sentence;
};

/* Which observations to count, by numbers of names. provider_domain 0: any. */
struct rep_volume_of {
	uint32_t provider, provider_domain;
	bool by_provider;
	const uint32_t *labels; /* ascending; NULL: all */
	size_t labels_n;
};

/* Messages of one label and route. */
struct rep_pair {
	uint32_t label, route;
	uint64_t messages;
};
struct rep_pairs {
	struct rep_pair *v;
	size_t n;
	struct rep_volume covers; /* without messages: only the time that the log covers */
};
/* Pairs are sorted by label, then route. False: the arena is too small. */
bool rep_volume_pairs(const struct rep_judge_in *in, const struct rep_volume_of *of,
    struct rep_arena *a, struct rep_pairs *out);
/* Sets messages and month of *v, whose times must be set already. */
void rep_volume_of_pair(
    const struct rep_pairs *p, uint32_t label, uint32_t route, struct rep_volume *v);

/* The paths, most mail first. Sets *v to their sum. NULL: the arena is too small. */
struct rep_path *rep_volume_paths(const struct rep_judge_in *in, const struct rep_volume_of *of,
    struct rep_arena *a, size_t *n, struct rep_volume *v);

/* Warnings when all mail depends on one path. `where`: "" or " to PROVIDER". NULL: no room. */
struct rep_warning *rep_volume_warnings(const struct rep_path *paths, size_t n,
    struct rep_str where, struct rep_arena *a, size_t *warnings_n);

#endif
