/*
 * judge/outage.h -- absences of providers: noted cell by cell while the timeline is made, told apart
 * at its end.
 *
 * At all own sources at once, for over two hours: one incident of the provider; at some sources only,
 * for as long: theirs; shorter: nothing. Inside src/judge only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_OUTAGE_H
#define REP_JUDGE_OUTAGE_H

#include "judge/incidents.h"

/* A stay in which a provider was not there for one source. */
struct rep_absence {
	size_t cell;
	struct rep_stay stay;
};

/* Zeroed: none noted. */
struct rep_outages {
	struct rep_absence *v; /* owned; rep_outages_fini */
	size_t n, cap;
};

/* False: out of memory. */
bool rep_outages_note(struct rep_outages *o, size_t cell, const struct rep_stay *stay);
/* Adds the incidents that the absences come to. */
enum rep_rc rep_outages_add_incidents(
    struct rep_outages *o, struct rep_incident_list *l, struct rep_err *err) REP_NODISCARD;
void rep_outages_fini(struct rep_outages *o);

#endif
