/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/evaluate.h"

static void
progress(const struct rep_session *s, const struct rep_resolver *r, bool end)
{
	struct rep_resolver_counts n = rep_resolver_counted(r);

	if (s->progress != NULL)
		s->progress(s->ctx, n.answered + n.failed, n.asked, end);
}

enum rep_rc
rep_evaluate(const struct rep_session *s, struct rep_resolver *r, struct rep_arena *a,
    rep_evaluate_turn turn, void *ctx, struct rep_err *err)
{
	struct rep_dns_view v = rep_resolver_view(r);
	enum rep_rc rc = REP_OK;
	bool known = false;

	for (int i = 0; i < REP_EVALUATE_TURNS && !known && rc == REP_OK; i++) {
		rep_arena_reset(a);
		known = turn(ctx, &v, a);
		if (!known) {
			progress(s, r, false);
			rc = rep_resolver_wait(r, err);
			if (rc == REP_OK)
				rc = rep_resolver_prove(r, err);
		}
	}
	progress(s, r, true);
	if (rc != REP_OK)
		return rc;
	if (!known)
		return rep_fail(err, REP_ELIMIT, "stopped after %d rounds of DNS questions",
		    REP_EVALUATE_TURNS);
	return REP_OK;
}
