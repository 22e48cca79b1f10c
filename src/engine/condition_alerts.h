/*
 * engine/condition_alerts.h -- makes messages of conditions that begin and end.
 *
 * Conditions of one kind that are told at once are one message. It opens an alert, or goes on with the open one of
 * that kind. More than four alerts that would open at once are one, with a count. An alert of conditions is resolved
 * when none of them holds any more.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_CONDITION_ALERTS_H
#define REP_ENGINE_CONDITION_ALERTS_H

#include "engine/conditions.h"
#include "engine/held.h"
#include "engine/outbox.h"

/* What was told now, to be printed. In the arena of the box. */
struct rep_condition_news {
	struct rep_str *v; /* texts, each ending with a line end */
	size_t n;
};

/*
 * Compares what holds now with what was told, changes `held`, and adds messages to the box. `silent`: nothing begins
 * and nothing is over now; what still holds later is told then. Writes nothing to the store.
 */
enum rep_rc rep_condition_alerts_put(const struct rep_know *know, const struct rep_conditions *c,
    bool silent, struct rep_held_all *held, const struct rep_outbox_to *to, struct rep_outbox *box,
    struct rep_condition_news *news, struct rep_err *err) REP_NODISCARD;

#endif
