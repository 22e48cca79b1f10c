/*
 * cli/why_groups.h -- which incidents are told together, under one headline.
 *
 * One trouble at one provider, of several sources; or one trouble of a source at many small hosts
 * that refuse it by the same list or rule; which began within a day of the leading one. Also all
 * providers that cannot be reached within the same hour: that is one network.
 *
 * It works for any number of incidents: those that can be told together share a key, so each is
 * compared only with those of its keys. Everything lives in the arena; incidents are borrowed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_WHY_GROUPS_H
#define REP_CLI_WHY_GROUPS_H

#include "base/arena.h"
#include "judge/verdict.h"

struct rep_why_key; /* one key of one incident */

struct rep_why_groups {
	const struct rep_verdicts *v;
	const struct rep_incident *const *chosen;
	size_t n;
	struct rep_why_key *keys; /* by key, then in the order of chosen */
	size_t keys_n;
	bool *taken;
};

/* False: the arena is too small. */
bool rep_why_groups_init(struct rep_why_groups *g, const struct rep_verdicts *v,
    const struct rep_incident *const *chosen, size_t n, struct rep_arena *a);

/*
 * What is told with the kth of those chosen, itself among them, into group (room for n): how many.
 * They are then taken, and no later group has them. 0: the kth was taken before.
 */
size_t rep_why_groups_take(struct rep_why_groups *g, size_t k, const struct rep_incident **group);

/* Open incidents that are told together, the one that began first before the others. */
struct rep_why_group {
	const struct rep_incident **members;
	size_t n;
	uint64_t bounced, deferred; /* in their last episodes */
};

/*
 * All groups of the open ones among n incidents, the group that lost most mail first. False: the
 * arena is too small.
 */
bool rep_why_groups_open(const struct rep_verdicts *v, const struct rep_incident *const *chosen,
    size_t n, struct rep_arena *a, struct rep_why_group **groups, size_t *groups_n) REP_NODISCARD;

#endif
