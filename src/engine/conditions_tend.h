/*
 * engine/conditions_tend.h -- what holds now, compared with what was told, in the transaction of a pass.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_CONDITIONS_TEND_H
#define REP_ENGINE_CONDITIONS_TEND_H

#include "engine/condition_alerts.h"
#include "engine/folders.h"
#include "engine/verdicts.h"

struct rep_conditions_tend {
	const struct rep_session *session; /* borrowed, as all here */
	const struct rep_limp *limps;	   /* parts of the daemon that fail */
	size_t limps_n;
	/* Parts of it that did nothing yet since it was started. What was told to fail still does. */
	const struct rep_str *unsure;
	size_t unsure_n;
	struct rep_str host; /* this machine */
	const struct rep_str
	    *digests; /* channels that get the digest of a week (engine/digest.h) */
	size_t digests_n;
	/* What is watched, with what was read of it now. NULL: it is not known. */
	const struct rep_folder *folders;
	size_t folders_n;
	bool disk;   /* whether to look how much room the disk of the database has */
	bool silent; /* nothing is told now */
	bool behind; /* what is stored ends before now: a journal has more that is not read */
};

/*
 * Loads what was told of conditions, in the arena of the box. Of a damaged outbox the last number of an alert may be
 * lost: no number that a condition was told in is given again. To be called before anything is added to the box.
 */
enum rep_rc rep_conditions_numbers(
    struct rep_outbox *box, struct rep_held_all *held, struct rep_err *err) REP_NODISCARD;

/*
 * Puts messages of what began and what is over into the box, and stores that they were told. Needs a transaction of
 * the box's store; `held` was loaded in it. Verdicts have evidence (REP_DEPTH_TOLD or REASONS). `news` is in the arena of the box.
 */
enum rep_rc rep_conditions_tend(const struct rep_conditions_tend *o,
    const struct rep_verdict_set *set, const struct rep_outbox_to *to, struct rep_held_all *held,
    struct rep_outbox *box, struct rep_condition_news *news, struct rep_err *err) REP_NODISCARD;

#endif
