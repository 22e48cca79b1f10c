/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/top_read.h"
#include "io/steady.h"

#include <stdlib.h>

enum { ARENA_MAX = 16 << 20 }; /* paths and the texts of own weights */

void
rep_top_reading_init(struct rep_top_reading *r, const struct rep_know *know)
{
	*r = (struct rep_top_reading){ .know = know };
}

static void
drop(struct rep_arena *arena, struct rep_store *store, struct rep_verdict_set *set)
{
	if (set != NULL)
		rep_verdicts_free(set);
	free(set);
	rep_store_close(store);
	if (arena != NULL)
		rep_arena_free(arena);
}

void
rep_top_reading_fini(struct rep_top_reading *r)
{
	drop(r->arena, r->store, r->set);
	rep_top_reading_init(r, r->know);
}

static enum rep_rc
make(const struct rep_session *session, const struct rep_know *know, struct rep_store **store,
    struct rep_verdict_set *set, struct rep_top_view *view, struct rep_err *err)
{
	enum rep_rc rc;

	if ((rc = rep_session_store(session, REP_STORE_READ_ONLY, store, err)) != REP_OK ||
	    (rc = rep_verdicts_make(session, know, *store, REP_DEPTH_REASONS, set, err)) !=
		REP_OK ||
	    (rc = rep_top_view_make(view, set, err)) != REP_OK)
		return rc;
	rep_store_let_go(*store);
	return REP_OK;
}

enum rep_rc
rep_top_read(struct rep_top_reading *r, const struct rep_session *session, struct rep_err *err)
{
	struct rep_session own = *session;
	struct rep_verdict_set *set = calloc(1, sizeof *set);
	struct rep_store *store = NULL;
	struct rep_top_view view;
	int64_t from_ms = rep_steady_ms(), took_ms;
	enum rep_rc rc;

	own.arena = rep_arena_new(ARENA_MAX);
	if (set == NULL || own.arena == NULL) {
		drop(own.arena, NULL, set);
		return rep_fail(err, REP_EMEM, "out of memory");
	}
	r->stamp = rep_db_stamp_of(rep_session_db(&own));
	rc = make(&own, r->know, &store, set, &view, err);
	took_ms = rep_steady_ms() - from_ms;
	r->next_ms = from_ms + took_ms +
	    (took_ms * REP_TOP_REST > REP_TOP_LEAST_MS ? took_ms * REP_TOP_REST : REP_TOP_LEAST_MS);
	if (rc != REP_OK) {
		drop(own.arena, store, set);
		return rc;
	}
	drop(r->arena, r->store, r->set);
	r->arena = own.arena;
	r->store = store;
	r->set = set;
	r->view = view;
	return REP_OK;
}

bool
rep_top_due(const struct rep_top_reading *r, const struct rep_session *session, int64_t now_ms)
{
	struct rep_db_stamp s;

	if (now_ms < r->next_ms)
		return false;
	s = rep_db_stamp_of(rep_session_db(session));
	return !rep_db_stamp_eq(&s, &r->stamp);
}
