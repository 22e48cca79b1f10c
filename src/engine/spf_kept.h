/*
 * engine/spf_kept.h -- what the SPF record of a domain cost when last seen: a state of the store for each domain.
 *
 * The stays of a look (fact/found.h) have the record itself. What its includes cost is in records of others, which are no
 * stays of ours: only how they were at the last look that could tell is kept, as JSON (audit/spf_tree.h), in the transaction of
 * that look. One that got no answer, or more than fits here, leaves what was kept before.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_SPF_KEPT_H
#define REP_ENGINE_SPF_KEPT_H

#include "store/store.h"

enum {
	/*
	 * Of one record with all that it includes. Judgement: ten lookups lead to ten records, and those of the largest
	 * services have some 30 networks each.
	 */
	REP_SPF_KEPT_TERMS = 500,
	REP_SPF_KEPT_MAX = 1 << 20 /* bytes of JSON: each term may have names of 255 and a note */
};

/* n == 0: the domain has no record that could be read, so nothing is kept. Needs a transaction. */
enum rep_rc rep_spf_kept_put(struct rep_store *store, struct rep_str domain, int64_t at_s,
    struct rep_str json, struct rep_err *err) REP_NODISCARD;

/* One JSON object in the arena; n == 0: nothing is kept, or it was seen after `until_s` only. */
enum rep_rc rep_spf_kept_get(struct rep_store *store, struct rep_str domain, int64_t until_s,
    struct rep_arena *a, struct rep_str *json, struct rep_err *err) REP_NODISCARD;

#endif
