/*
 * engine/recount.h -- observations as they were at a moment, with each reply read anew.
 *
 * The single facts (90 days) are counted by the hour up to that moment, each by what today's
 * rules say of its words. What the counts of the store have beyond that (people that were
 * forgotten, logs read with --rollups-only) is added as it was counted; days older than the
 * facts are only counted.
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
	int64_t hours_from_s;	/* days before it, hours since */
	struct rep_names names; /* those of the store, and rules that it has none of */
	uint64_t attempts;	/* all of obs */
	uint64_t facts;		/* read one by one */
	uint64_t differ; /* of them: another rule, class or certainty than when they came in */
	uint64_t only_counted; /* since hours_from_s: no fact is kept of them */
	struct {
		uint32_t was, is; /* names of rules; 0: none */
		uint64_t n;
	} rules[REP_RECOUNT_RULES_MAX]; /* what of differ is, the first kinds of it */
	size_t rules_n;
};

/* anew: read each reply with these rules; else as it was read. What is not obs is in the arena. */
enum rep_rc rep_recount(struct rep_store *store, const struct rep_know *know, bool anew,
    int64_t now_s, int64_t newest_s, struct rep_arena *a, struct rep_recount *out,
    struct rep_err *err) REP_NODISCARD;

#endif
