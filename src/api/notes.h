/*
 * api/notes.h -- who did what about an incident or an alert, and when.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_API_NOTES_H
#define REP_API_NOTES_H

#include "api/cursor.h"
#include "api/param.h"
#include "api/world.h"

enum { REP_NOTES_PAGE = 100 }; /* Judgement: three screens */

struct rep_noted_ask {
	uint64_t incident; /* 0: of all, and of alerts */
	struct rep_str page;
	struct rep_cursor after; /* of page */
	bool later;		 /* than the first page */
};

enum rep_rc rep_noted_parse(const struct rep_param *v, size_t n, struct rep_noted_ask *ask,
    struct rep_err *err) REP_NODISCARD;
/* Needs no verdicts. */
enum rep_rc rep_noted_json(struct rep_buf *out, const struct rep_api_world *w,
    const struct rep_noted_ask *ask, struct rep_err *err) REP_NODISCARD;

/*
 * The newest act on each step among n notes, by number: the steps in the order in which they were first touched. In the
 * arena; NULL: it is too small.
 */
const struct rep_noted **rep_api_steps(
    const struct rep_noted *v, size_t n, struct rep_arena *a, size_t *steps);

#endif
