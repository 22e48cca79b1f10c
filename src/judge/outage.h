/*
 * judge/outage.h -- absences of providers: collected cell by cell while the timeline is made, and
 * judged at its end.
 *
 * If all own sources meet it at once for more than two hours, it is one incident of the provider.
 * If only some do, for as long, it is an incident of each of these sources. A shorter one does not
 * count. Inside src/judge only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_OUTAGE_H
#define REP_JUDGE_OUTAGE_H

#include "judge/incidents.h"

/* A stay in which one source could not reach a provider. */
struct rep_absence {
	size_t cell;
	struct rep_stay stay;
};

/* Zeroed: none collected. */
struct rep_outages {
	struct rep_absence *v; /* owned; rep_outages_fini */
	size_t n, cap;
};

/* Collects one. False: out of memory. */
bool rep_outages_note(struct rep_outages *o, size_t cell, const struct rep_stay *stay);
/* Adds the incidents that result from the absences. */
enum rep_rc rep_outages_add_incidents(
    struct rep_outages *o, struct rep_incident_list *l, struct rep_err *err) REP_NODISCARD;
void rep_outages_fini(struct rep_outages *o);

#endif
