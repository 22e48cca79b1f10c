/*
 * engine/recount.h -- observations as they were at a moment, with each reply read again.
 *
 * The single facts (90 days) up to that moment are counted by the hour, each by what today's rules
 * say of its words. What the store counted without keeping a fact (of people that were forgotten,
 * of logs read with --rollups-only) is added as it was counted. Days older than the facts have only
 * counts.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_RECOUNT_H
#define REP_ENGINE_RECOUNT_H

#include "base/arena.h"
#include "know/know.h"
#include "store/store.h"

enum { REP_RECOUNT_RULES_MAX = 8 };

struct rep_recount {
	struct rep_observation *obs; /* owned by the caller; in the order of the store */
	size_t n;
	int64_t hours_from_s;	/* days before it, hours from it on */
	struct rep_names names; /* the names of the store, and of rules that it does not have */
	uint64_t attempts;	/* the sum of all obs */
	uint64_t facts;		/* how many were read one by one */
	uint64_t differ;	/* how many have another rule, class or certainty now */
	uint64_t only_counted;	/* since hours_from_s: counts without facts */
	struct {
		uint32_t was, is; /* numbers of rule names; 0: none */
		uint64_t n;
	} rules[REP_RECOUNT_RULES_MAX]; /* the differences by kind; the first ones */
	size_t rules_n;
};

/*
 * anew: read each reply with these rules; otherwise as it was read then. All but obs is in the
 * arena.
 */
enum rep_rc rep_recount(struct rep_store *store, const struct rep_know *know, bool anew,
    int64_t now_s, int64_t newest_s, struct rep_arena *a, struct rep_recount *out,
    struct rep_err *err) REP_NODISCARD;

#endif
