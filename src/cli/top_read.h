/*
 * cli/top_read.h -- reads the database for `reputed top`: when it changed, and not too often.
 *
 * Between two readings no file is open, so a screen that stands for days keeps nobody from writing,
 * tidying up or replacing the database. Never writes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_TOP_READ_H
#define REP_CLI_TOP_READ_H

#include "cli/top_view.h"
#include "engine/session.h"
#include "engine/db_stamp.h"

enum {
	REP_TOP_LEAST_MS = 2000, /* between two readings. Judgement: a person sees no more */
	/*
	 * And so many times as long as a reading took, so that it takes a tenth of a processor at most: what
	 * is looked at must not hold up the mail server beside it. Judgement.
	 */
	REP_TOP_REST = 9
};

struct rep_top_reading {
	const struct rep_know *know; /* borrowed */
	/* Of the newest reading that succeeded. */
	struct rep_arena *arena;     /* owned */
	struct rep_store *store;     /* owned; nothing but memory */
	struct rep_verdict_set *set; /* owned */
	struct rep_top_view view;
	struct rep_db_stamp stamp; /* as it was before the newest reading, even if that failed */
	int64_t next_ms;	   /* of rep_steady_ms: not read again before */
};

void rep_top_reading_init(struct rep_top_reading *r, const struct rep_know *know);
void rep_top_reading_fini(struct rep_top_reading *r);

/* Reads now. When that fails, what was read before stays. */
enum rep_rc rep_top_read(struct rep_top_reading *r, const struct rep_session *session,
    struct rep_err *err) REP_NODISCARD;
/* Whether the database has changed since the last reading, and it is time to read again. */
bool rep_top_due(
    const struct rep_top_reading *r, const struct rep_session *session, int64_t now_ms);

#endif
