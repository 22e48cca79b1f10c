/*
 * api/changes.h -- what changed in DNS between two looks, record by record.
 *
 * A record of a subject (of DKIM a key, by its selector) changes when values of it go or come at one look. Values that the first
 * look of all saw are no change.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_API_CHANGES_H
#define REP_API_CHANGES_H

#include "base/arena.h"
#include "base/err.h"
#include "fact/found.h"

/* All is borrowed from the stays. */
struct rep_api_change {
	int64_t at_s;	 /* the look that saw it */
	int64_t after_s; /* the last look before that saw it as it was; 0: not known */
	const struct rep_found *first; /* any of its values: subject, id, selector */
	const struct rep_found **was, **now;
	size_t was_n, now_n;
};

/* Newest first, in the arena. subject: n == 0: of all. REP_EMEM. */
enum rep_rc rep_api_changes(const struct rep_found *v, size_t n, struct rep_str subject,
    struct rep_arena *a, struct rep_api_change **out, size_t *out_n,
    struct rep_err *err) REP_NODISCARD;

#endif
