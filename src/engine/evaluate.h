/*
 * engine/evaluate.h -- drives an evaluator of DNS over the loop until it knows enough.
 *
 * An evaluator is a function of a view (dns/answer.h): it asks for what it does not know, says so,
 * and is called again from its beginning when answers came. Nothing else happens here: no
 * server is chosen, nothing is kept.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_EVALUATE_H
#define REP_ENGINE_EVALUATE_H

#include "dns/resolver.h"
#include "engine/session.h"

/* True: it knows enough. `a` is empty at each call. */
typedef bool (*rep_evaluate_turn)(void *ctx, const struct rep_dns_view *v, struct rep_arena *a);

/* So many rounds of questions: the longest chain that the evaluators' own limits allow takes
 * far fewer, so that one which needs more goes round in circles. */
enum { REP_EVALUATE_TURNS = 2000 };

/* Progress goes to the session. REP_ELIMIT after REP_EVALUATE_TURNS. */
enum rep_rc rep_evaluate(const struct rep_session *s, struct rep_resolver *r, struct rep_arena *a,
    rep_evaluate_turn turn, void *ctx, struct rep_err *err) REP_NODISCARD;

#endif
