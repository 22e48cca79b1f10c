/*
 * engine/evaluate.h -- runs an evaluator of DNS in the loop until it has all the answers it needs.
 *
 * An evaluator is a function of a view (dns/answer.h). It names the answers it does not have yet,
 * and is called again, from its beginning, when they arrived. Nothing else happens here: no server
 * is chosen, nothing is stored.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_EVALUATE_H
#define REP_ENGINE_EVALUATE_H

#include "serve/resolver.h"
#include "engine/session.h"

/* One call of the evaluator. True: it has all it needs. `a` is empty at each call. */
typedef bool (*rep_evaluate_turn)(void *ctx, const struct rep_dns_view *v, struct rep_arena *a);

/*
 * The maximum number of rounds of questions. The longest chain that the evaluators' own limits
 * allow needs far fewer. An evaluator that needs more goes round in circles.
 */
enum { REP_EVALUATE_TURNS = 2000 };

/* Progress goes to the session. REP_ELIMIT after REP_EVALUATE_TURNS. REP_EIO: DNS cannot be asked any
 * more. */
enum rep_rc rep_evaluate(const struct rep_session *s, struct rep_resolver *r, struct rep_arena *a,
    rep_evaluate_turn turn, void *ctx, struct rep_err *err) REP_NODISCARD;

#endif
