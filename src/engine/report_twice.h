/*
 * engine/report_twice.h -- one report that is kept under two names of its reporter: it counts once.
 *
 * A report is called by the domain that proves its mail, so the same one by mail and as a file may be kept twice
 * (engine/reporter.h). Where organisation, id, domain, period and all records are the same, it is the same: what anybody else sends in
 * the organisation's name with other records is not, and takes nobody's place.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_REPORT_TWICE_H
#define REP_ENGINE_REPORT_TWICE_H

#include "base/arena.h"
#include "store/store.h"

struct rep_twice_slot {
	uint64_t content; /* with the store's key: nobody can make another report of the same */
	int64_t begin_s;  /* a slot of another begin is free */
	bool used;
};

/* One that is not believed, until all of its begin are known. */
struct rep_twice_unsure {
	uint64_t content, count;
	bool in_time;
};

/* All 0 but for the arena. Reports come by their begin. */
struct rep_twice {
	struct rep_arena *a;
	struct rep_twice_slot *slots;
	struct rep_twice_unsure *unsure;
	size_t slots_cap, used, unsure_cap, unsure_n;
	int64_t begin_s;
	uint64_t unsure_reports, unsure_messages; /* in time, and not known otherwise */
};

/* A report that counts. True: it was counted before. Without memory each counts. */
bool rep_twice_counted(struct rep_twice *t, const struct rep_kept_report *r);
/* A report that is not believed. in_time: it is asked for. */
void rep_twice_unsure(struct rep_twice *t, const struct rep_kept_report *r, bool in_time);
/* There are no more: unsure_reports and unsure_messages are complete. */
void rep_twice_end(struct rep_twice *t);

#endif
