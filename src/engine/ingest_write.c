/*
 * engine/ingest_write.c -- what goes into the database, and when.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/ingest_inside.h"

int64_t
rep_ingest_ms(const struct rep_ingest *g)
{
	return g->s->clock_ms != NULL ? g->s->clock_ms() : 0;
}

enum rep_rc
rep_ingest_hold(struct rep_ingest *g, struct rep_err *err)
{
	enum rep_rc rc;
	bool whole;

	if (g->holds || g->store == NULL)
		return REP_OK;
	if ((rc = rep_store_begin(g->store, err)) != REP_OK)
		return rc;
	g->holds = true;
	g->held_ms = rep_ingest_ms(g);
	return rep_store_changed(g->store) ? rep_wire_resume(&g->wire, &whole, err) : REP_OK;
}

/* The position in the log that is being read; of a chunk, when all of it was read. */
static enum rep_rc
put_place(struct rep_ingest *g, struct rep_err *err)
{
	enum rep_rc rc;

	if (!g->placed || (g->in.head_n == 0 && g->chunk == NULL))
		return REP_OK;
	if ((rc = rep_store_input_put(g->store, &g->in, err)) != REP_OK || g->chunk == NULL)
		return rc;
	return rep_store_state_put(g->store, g->chunk->state, g->chunk->place, err);
}

enum rep_rc
rep_ingest_commit(struct rep_ingest *g, struct rep_err *err)
{
	enum rep_rc rc;

	if (g->store == NULL)
		return REP_OK;
	if ((rc = rep_ingest_hold(g, err)) != REP_OK)
		return rc;
	if ((rc = put_place(g, err)) != REP_OK)
		return rc;
	rc = rep_wire_save(&g->wire, &g->state, err);
	rep_buf_fini(&g->state); /* the store needs the memory for what it writes now */
	if (rc != REP_OK || (rc = rep_store_commit(g->store, err)) != REP_OK)
		return rc;
	g->since_commit = 0;
	g->holds = false;
	g->committed_ms = rep_ingest_ms(g);
	g->commits++;
	if (g->o.on.committed != NULL)
		g->o.on.committed(g->o.on.ctx, g->commits);
	return REP_OK;
}

enum rep_rc
rep_ingest_fact(void *ctx, const struct rep_fact *f, struct rep_err *err)
{
	struct rep_ingest *g = ctx;
	bool fresh;
	enum rep_rc rc;

	if ((rc = rep_wire_fact(&g->wire, f, &fresh, err)) != REP_OK)
		return rc;
	if (g->store == NULL) {
		if (!g->give)
			return REP_OK;
		g->fresh++;
		return g->o.on.fact != NULL ? g->o.on.fact(g->o.on.ctx, f, g->wire.sources, err)
					    : REP_OK;
	}
	if (f->status == REP_STATUS_NONE)
		g->words++;
	else
		*(fresh ? &g->fresh : &g->known) += 1;
	return REP_OK;
}
