/*
 * judge/incidents.h -- turns stays of trouble into incidents: with rule, class and stage of most
 * replies, what was lost by stream, and a key that is the same whenever the same facts are judged.
 *
 * Inside src/judge only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_INCIDENTS_H
#define REP_JUDGE_INCIDENTS_H

#include "judge/track.h"

/* The incidents of the verdicts while they are added. */
struct rep_incident_list {
	struct rep_verdicts *v;
	struct rep_arena *a;
	size_t cap; /* of v->incidents */
};

/* Adds one incident of n stays, oldest first. REP_ELIMIT: the arena is too small. */
enum rep_rc rep_incidents_add(struct rep_incident_list *l, size_t cell, enum rep_trouble kind,
    const struct rep_stay *stays, size_t n, bool everywhere, struct rep_err *err) REP_NODISCARD;

/* Stays of one cell and kind, oldest first. Those at most 90 days apart become one incident. */
enum rep_rc rep_incidents_add_returning(struct rep_incident_list *l, size_t cell,
    enum rep_trouble kind, const struct rep_stay *stays, size_t n,
    struct rep_err *err) REP_NODISCARD;

#endif
