/*
 * engine/ingest_chunk.c -- chunks of what keeps its own place, such as a journal.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/ingest_inside.h"

#include <stdio.h>

enum rep_rc
rep_ingest_place(
    struct rep_ingest *g, const char *state, char *place, size_t room, struct rep_err *err)
{
	struct rep_str s;
	enum rep_rc rc = rep_store_state_get(g->store, state, &s, err);

	if (rc != REP_OK)
		return rc;
	s.n = s.n < room ? s.n : 0;
	if (s.n > 0)
		memcpy(place, s.p, s.n);
	place[s.n] = '\0';
	return REP_OK;
}

/* What was read of the same origin before. It has no first bytes, so no file is taken for it. */
static enum rep_rc
find_origin(struct rep_ingest *g, struct rep_err *err)
{
	struct rep_ingest_origin *t = g->chunk->origin;
	uint64_t id = rep_siphash(&g->key, rep_str_c(g->chunk->state));
	const struct rep_input *v;
	size_t n = 0;
	enum rep_rc rc;

	if (t->found)
		return REP_OK;
	if ((rc = rep_store_inputs(g->store, &v, &n, err)) != REP_OK)
		return rc;
	t->in = g->in;
	t->in.head = id;
	for (size_t i = 0; i < n; i++)
		if (v[i].head_n == 0 && v[i].head == id)
			t->in = v[i];
	t->found = true;
	return REP_OK;
}

static enum rep_rc
one_chunk(struct rep_ingest *g, struct rep_order_input *o, uint64_t *lines, struct rep_err *err)
{
	struct rep_ingest_origin *t = g->chunk->origin;
	enum rep_rc rc;

	if ((rc = find_origin(g, err)) != REP_OK)
		return rc;
	g->in = t->in;
	if ((rc = rep_ingest_log_on(g, o, err)) != REP_OK)
		return rc;
	*lines = g->lines - t->in.lines;
	if (g->whole)
		t->in = g->in;
	return REP_OK;
}

enum rep_rc
rep_ingest_chunk(struct rep_ingest *g, const struct rep_ingest_chunk *p, bool *whole,
    uint64_t *lines, struct rep_err *err)
{
	char path[32];
	struct rep_order_input o = { .path = path, .name = p->name, .given = true };
	enum rep_rc rc;

	snprintf(path, sizeof path, "/proc/self/fd/%d", p->fd);
	*lines = 0;
	*whole = g->whole = false;
	if ((rc = rep_order_open(g->reader, &o, REP_LINES_ALL, err)) != REP_OK)
		return rc;
	rep_ingest_begin_input(g, &o);
	g->chunk = p;
	rc = one_chunk(g, &o, lines, err);
	*whole = rc == REP_OK && g->whole;
	g->chunk = NULL;
	rep_order_close(g->reader, &o);
	return rc;
}
