/*
 * tests/fuzz/fuzz_msg.c -- a message between processes, read at both ends.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "serve/report_msg.h"

static bool
inside(struct rep_str part, struct rep_str whole)
{
	return part.n == 0 || (part.p >= whole.p && part.p + part.n <= whole.p + whole.n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_str s = { (const char *)data, size };
	struct rep_arena *a = rep_arena_new(256 << 20);
	struct rep_result r;
	struct rep_job job;
	struct rep_msg m;
	size_t used = 0;

	MUST(a != NULL);
	if (rep_msg_take(s, &m, &used, NULL) != REP_OK) {
		rep_arena_free(a);
		return 0;
	}
	MUST(used <= size && used == REP_MSG_HEADER + m.payload.n && inside(m.payload, s));
	MUST(m.type > REP_MSG_NONE && m.type < REP_MSG_N);
	if (rep_msg_get_job(&m, &job, NULL) == REP_OK)
		MUST(inside(job.bytes, m.payload));
	if (rep_msg_get_result(&m, a, &r, NULL) == REP_OK) {
		MUST(r.n <= REP_REPORTS_MAX && inside(r.reason, m.payload));
		for (size_t i = 0; i < r.n; i++) {
			const struct rep_report *p = &r.reports[i];

			MUST(p->kind < REP_REPORT_N && p->action < REP_ACTION_N &&
			    p->status < REP_STATUS_N && p->stage < REP_STAGE_N && p->count > 0);
			MUST(inside(p->recipient, m.payload) && inside(p->text, m.payload) &&
			    inside(p->route, m.payload));
		}
	}
	rep_arena_free(a);
	return 0;
}
