/*
 * steer/change.h -- what steering needs in a Postfix: which parameters change, from what to what; or why not.
 *
 * Three lists get one part each, and keep what they have:
 *   smtp_delivery_status_filter  the table of refusals that wait instead of bouncing (steer/soften.h)
 *   transport_maps               the domains that are held, for the transport reputed-hold; empty at first
 *   defer_transports             reputed-hold: what is for it waits, and nothing is tried
 * No service of that name is added to master.cf. So nothing can deliver held mail past reputed, also not `postqueue -f`.
 * A service with a filter of its own gets the table there, too.
 *
 * Pure: it gets what postconf(1) has printed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_STEER_CHANGE_H
#define REP_STEER_CHANGE_H

#include "base/arena.h"
#include "base/err.h"
#include "steer/main_cf.h"

#define REP_STEER_HOLD "reputed-hold"

enum {
	REP_STEER_CHANGES_MAX =
	    32, /* three, and one for each service with a filter of its own. Judgement */
	REP_STEER_REMARKS_MAX = 8
};

/* What a Postfix says of itself. */
struct rep_steer_postfix {
	struct rep_str folder;	 /* its configuration: "/etc/postfix" */
	struct rep_str main;	 /* postconf, of rep_steer_parameters: "NAME = VALUE", as written */
	struct rep_str services; /* postconf -M */
	struct rep_str options;	 /* postconf -P */
};
/* The parameters to ask for; NULL ends. */
extern const char *const rep_steer_parameters[];

struct rep_steer_change {
	struct rep_cf_change at;
	struct rep_str was, will; /* values; was.n == 0: none */
	const char *why;	  /* what it does, for a person: a sentence */
};

struct rep_steer_plan {
	struct rep_steer_change v[REP_STEER_CHANGES_MAX];
	size_t n;		/* 0 and not refused: all of it is there already */
	size_t parts;		/* of ours that are there already */
	struct rep_str refused; /* why it cannot be: a sentence; n == 0: it can */
	struct rep_str
	    remarks[REP_STEER_REMARKS_MAX]; /* what it does not reach, or what to know: sentences */
	size_t remarks_n;
	struct rep_str table,
	    map; /* "regexp:/etc/postfix/reputed/softened", "hash:/etc/postfix/reputed/hold" */
};

/* Every place that may have a part of ours, whether it is there or not. Returns how many there are, also more than v has. */
size_t rep_steer_places(const struct rep_steer_postfix *p, const struct rep_steer_plan *plan,
    struct rep_cf_change v[REP_STEER_CHANGES_MAX]);

/* REP_ELIMIT: it has more services with a filter than fit. REP_EMEM: the arena is too small. */
enum rep_rc rep_steer_plan_make(const struct rep_steer_postfix *p, struct rep_arena *a,
    struct rep_steer_plan *out, struct rep_err *err) REP_NODISCARD;

#endif
