/*
 * engine/digest.h -- one message a week: what was sent and accepted, what was wrong, what has changed, what to look at.
 *
 * It is about the seven days before the last Monday, 07:00 UTC, and fits on a screen. When the last one was made is in the
 * store (the state "digest"). The first is made at the second Monday that a daemon sees: a part of a week is none.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_DIGEST_H
#define REP_ENGINE_DIGEST_H

#include "engine/outbox.h"
#include "engine/own.h"
#include "engine/verdicts.h"

/* Lines of each part; what is more is a number. Judgement: all of it is a screen of 24 lines. */
enum {
	REP_DIGEST_PROVIDERS = 6,
	REP_DIGEST_TROUBLES = 4,
	REP_DIGEST_CHANGES = 3,
	REP_DIGEST_NEXT = 3
};

/* The Monday, 07:00 UTC, at or before a moment. */
int64_t rep_digest_monday(int64_t now_s);

/* The text, ending with a line end. p == NULL: out of memory. `until_s` is the end of the week. */
struct rep_str rep_digest_text(const struct rep_verdict_set *set, const struct rep_own *own,
    const struct rep_outbox *box, int64_t until_s, struct rep_arena *a);

/*
 * Adds the message to the box if a new week is over. Needs a transaction. `to`: the channels that want it; none: nothing
 * is added.
 */
enum rep_rc rep_digest_tend(const struct rep_verdict_set *set, const struct rep_own *own,
    const struct rep_outbox_to *to, struct rep_outbox *box, struct rep_err *err) REP_NODISCARD;

#endif
