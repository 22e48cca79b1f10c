/*
 * judge/timeline.h -- what the parts that say what happened share. Within judge/ only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_TIMELINE_H
#define REP_JUDGE_TIMELINE_H

#include "judge/index.h"
#include "judge/track.h"

/* A stay in which a provider was not there for one source. */
struct rep_absence {
	size_t cell;
	struct rep_stay stay;
};

struct rep_timeline {
	struct rep_verdicts *v;
	struct rep_arena *a;
	struct rep_track *track;      /* owned */
	size_t cap;		      /* of v->incidents */
	struct rep_absence *absences; /* owned; rep_outages_fini */
	size_t absences_n, absences_cap;
};

/* One incident of n stays, oldest first. */
enum rep_rc rep_timeline_incident(struct rep_timeline *tl, size_t cell, enum rep_trouble kind,
    const struct rep_stay *stays, size_t n, bool everywhere, struct rep_err *err) REP_NODISCARD;

/* Stays of one cell and kind, oldest first: those near one another are one incident. */
enum rep_rc rep_timeline_group(struct rep_timeline *tl, size_t cell, enum rep_trouble kind,
    const struct rep_stay *stays, size_t n, struct rep_err *err) REP_NODISCARD;

/*
 * Absences of providers (judge/outage.c). Noted cell by cell, then told apart: at all own
 * sources at once, for over two hours: one incident of the provider; at some sources only,
 * for as long: theirs; shorter: nothing. rep_outages_note: false when out of memory.
 */
bool rep_outages_note(struct rep_timeline *tl, size_t cell, const struct rep_stay *stay);
enum rep_rc rep_outages(struct rep_timeline *tl, struct rep_err *err) REP_NODISCARD;
void rep_outages_fini(struct rep_timeline *tl);

#endif
