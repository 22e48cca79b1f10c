/*
 * store/memory.c -- the back end without a file, for tests and dry runs.
 *
 * Implements store/backend.h with one table of rows (store/table.h). What has a subject of its own is
 * in memory_facts.c (single deliveries) and memory_found.c (what was told, what looks found).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/buf.h"
#include "store/memory_in.h"

#include <stdlib.h>

/* --- transactions --------------------------------------------------------------------------- */

static enum rep_rc
begin(struct rep_backend *b, bool *changed, struct rep_err *err)
{
	(void)err;
	(void)b;
	*changed = false;
	return REP_OK;
}

static enum rep_rc
commit(struct rep_backend *b, struct rep_err *err)
{
	(void)err;
	rep_table_commit(&self(b)->t);
	return REP_OK;
}

static void
rollback(struct rep_backend *b)
{
	rep_table_rollback(&self(b)->t);
}

/* Nobody else writes. */
static enum rep_rc
read_begin(struct rep_backend *b, struct rep_err *err)
{
	(void)b;
	(void)err;
	return REP_OK;
}

static void
read_end(struct rep_backend *b)
{
	(void)b;
}

static void
close_all(struct rep_backend *b)
{
	rep_table_fini(&self(b)->t);
	free(b);
}

/* --- the rows ------------------------------------------------------------------------------- */

static enum rep_rc
on_meta(void *ctx, int64_t id, struct rep_str s)
{
	memcpy((int64_t *)ctx + id, s.p, sizeof(int64_t));
	return REP_OK;
}

static enum rep_rc
meta_get(struct rep_backend *b, int64_t v[REP_META_N], struct rep_err *err)
{
	memset(v, 0, REP_META_N * sizeof *v);
	return rep_table_walk(&self(b)->t, META, 0, REP_META_N, on_meta, v, err);
}

static enum rep_rc
meta_put(struct rep_backend *b, enum rep_meta k, int64_t v, struct rep_err *err)
{
	return rep_table_put_number(&self(b)->t, META, (int64_t)k, REP_BYTES(v), err);
}

static enum rep_rc
names(struct rep_backend *b, uint32_t from, rep_str_fn fn, void *ctx, struct rep_err *err)
{
	return rep_table_walk(&self(b)->t, NAME, from, INT64_MAX, fn, ctx, err);
}

static enum rep_rc
name_add(struct rep_backend *b, uint32_t id, struct rep_str name, struct rep_err *err)
{
	return rep_table_put_number(&self(b)->t, NAME, id, name, err);
}

static enum rep_rc
watched(struct rep_backend *b, rep_str_fn fn, void *ctx, struct rep_err *err)
{
	return rep_table_walk(&self(b)->t, WATCHED, 0, INT64_MAX, fn, ctx, err);
}

static enum rep_rc
watch_add(struct rep_backend *b, uint32_t id, struct rep_err *err)
{
	return rep_table_put_number(&self(b)->t, WATCHED, id, REP_S(""), err);
}

static enum rep_rc
domain_add(struct rep_backend *b, uint64_t id, struct rep_str name, struct rep_err *err)
{
	return rep_table_put_number(&self(b)->t, DOMAIN, (int64_t)id, name, err);
}

static enum rep_rc
domain_get(struct rep_backend *b, uint64_t id, rep_str_fn fn, void *ctx, struct rep_err *err)
{
	struct rep_number_key k = rep_number_key(id);
	const struct rep_row *r = rep_table_get(&self(b)->t, DOMAIN, REP_BYTES(k));

	(void)err;
	return r == NULL ? REP_OK : fn(ctx, (int64_t)id, rep_row_value(r));
}

struct cells_key {
	struct rep_number_key from_s, part;
};

static enum rep_rc
cells_get(struct rep_backend *b, uint32_t table, int64_t from_s, uint32_t part, rep_str_fn fn,
    void *ctx, struct rep_err *err)
{
	struct cells_key k = { rep_number_key((uint64_t)from_s), rep_number_key(part) };
	const struct rep_row *r = rep_table_get(&self(b)->t, CELLS + table, REP_BYTES(k));

	(void)err;
	return r == NULL ? REP_OK : fn(ctx, from_s, rep_row_value(r));
}

static enum rep_rc
cells_put(struct rep_backend *b, uint32_t table, int64_t from_s, uint32_t part,
    struct rep_str packed, struct rep_err *err)
{
	struct cells_key k = { rep_number_key((uint64_t)from_s), rep_number_key(part) };

	return rep_table_put(&self(b)->t, CELLS + table, REP_BYTES(k), packed, err);
}

static enum rep_rc
cells_of(struct rep_backend *b, enum rep_level level, int64_t from_s, uint32_t part, uint32_t n,
    rep_str_fn fn, void *ctx, struct rep_err *err)
{
	enum rep_rc rc = REP_OK;

	for (uint32_t i = 0; i < n && rc == REP_OK; i++)
		rc = cells_get(b, (uint32_t)level, from_s, part + i, fn, ctx, err);
	return rc;
}

static enum rep_rc
cells(struct rep_backend *b, uint32_t table, int64_t from_s, int64_t until_s, rep_str_fn fn,
    void *ctx, struct rep_err *err)
{
	return rep_table_walk(&self(b)->t, CELLS + table, from_s, until_s, fn, ctx, err);
}

/* The chunks of a bucket have the numbers 0, 1, 2 ... (store/seen.c). */
static enum rep_rc
seen(struct rep_backend *b, int64_t bucket, rep_str_fn fn, void *ctx, struct rep_err *err)
{
	enum rep_rc rc = REP_OK;

	(void)err;
	for (int64_t chunk = 0; rc == REP_OK && chunk < 1 << REP_SEEN_CHUNK_BITS; chunk++) {
		struct rep_number_key k =
		    rep_number_key((uint64_t)(bucket << REP_SEEN_CHUNK_BITS | chunk));
		const struct rep_row *r = rep_table_get(&self(b)->t, SEEN, REP_BYTES(k));

		if (r == NULL)
			break;
		rc = fn(ctx, chunk, rep_row_value(r));
	}
	return rc;
}

static enum rep_rc
seen_add(struct rep_backend *b, int64_t bucket, uint32_t chunk, struct rep_str bytes,
    struct rep_err *err)
{
	struct rep_number_key k =
	    rep_number_key((uint64_t)(bucket << REP_SEEN_CHUNK_BITS | (int64_t)chunk));
	const struct rep_row *was = rep_table_get(&self(b)->t, SEEN, REP_BYTES(k));
	struct rep_buf all;
	enum rep_rc rc;

	if (was == NULL)
		return rep_table_put(&self(b)->t, SEEN, REP_BYTES(k), bytes, err);
	rep_buf_init(&all, was->n + bytes.n);
	rep_buf_add(&all, rep_row_value(was));
	rep_buf_add(&all, bytes);
	rc = all.full ? rep_table_no_memory(err)
		      : rep_table_put(&self(b)->t, SEEN, REP_BYTES(k), rep_buf_str(&all), err);
	rep_buf_fini(&all);
	return rc;
}

static enum rep_rc
state_put(struct rep_backend *b, struct rep_str name, struct rep_str bytes, struct rep_err *err)
{
	if (bytes.n > 0)
		return rep_table_put(&self(b)->t, STATE, name, bytes, err);
	return rep_table_get(&self(b)->t, STATE, name) == NULL
	    ? REP_OK
	    : rep_table_change(&self(b)->t, STATE, name, NULL, err);
}

static enum rep_rc
state_get(struct rep_backend *b, struct rep_str name, rep_str_fn fn, void *ctx, struct rep_err *err)
{
	const struct rep_row *r = rep_table_get(&self(b)->t, STATE, name);

	(void)err;
	return r == NULL ? REP_OK : fn(ctx, 0, rep_row_value(r));
}

static enum rep_rc
states(struct rep_backend *b, rep_state_fn fn, void *ctx, struct rep_err *err)
{
	struct rep_row **v;
	size_t n;
	enum rep_rc rc = rep_table_list(&self(b)->t, STATE, &v, &n, err);

	for (size_t i = 0; i < n && rc == REP_OK; i++)
		rc = fn(ctx, rep_row_key(v[i]), rep_row_value(v[i]));
	free(v);
	return rc;
}

static enum rep_rc
input_put(struct rep_backend *b, struct rep_input *in, struct rep_err *err)
{
	struct rep_input kept = *in;
	enum rep_rc rc;

	if (kept.id == 0)
		kept.id = self(b)->inputs + 1;
	rc = rep_table_put_number(&self(b)->t, INPUT, kept.id, REP_BYTES(kept), err);
	if (rc == REP_OK && in->id == 0)
		in->id = ++self(b)->inputs;
	return rc;
}

static enum rep_rc
on_input(void *ctx, int64_t id, struct rep_str s)
{
	const struct rep_input_walk *w = ctx;
	struct rep_input in;

	(void)id;
	memcpy(&in, s.p, sizeof in);
	return w->fn(w->ctx, &in);
}

static enum rep_rc
inputs(struct rep_backend *b, rep_input_fn fn, void *ctx, struct rep_err *err)
{
	struct rep_input_walk w = { fn, ctx };

	return rep_table_walk(&self(b)->t, INPUT, 0, INT64_MAX, on_input, &w, err);
}

static enum rep_rc
source_add(struct rep_backend *b, const struct rep_source *src, struct rep_err *err)
{
	struct rep_source now = *src, was;
	unsigned char k[24] = { (unsigned char)src->known_by };
	const struct rep_row *r;

	memcpy(k + 1, &src->label, sizeof src->label);
	k[5] = (unsigned char)src->public.version;
	memcpy(k + 8, src->public.b, src->public.version == 6 ? 16 : 4);
	if ((r = rep_table_get(&self(b)->t, SOURCE, REP_BYTES(k))) != NULL) {
		memcpy(&was, rep_row_value(r).p, sizeof was);
		now.count += was.count;
		now.first_s = was.first_s < now.first_s ? was.first_s : now.first_s;
		now.last_s = was.last_s > now.last_s ? was.last_s : now.last_s;
	}
	return rep_table_put(&self(b)->t, SOURCE, REP_BYTES(k), REP_BYTES(now), err);
}

static enum rep_rc
sources(struct rep_backend *b, rep_source_fn fn, void *ctx, struct rep_err *err)
{
	struct rep_row **v;
	size_t n;
	enum rep_rc rc = rep_table_list(&self(b)->t, SOURCE, &v, &n, err);

	for (size_t i = 0; i < n && rc == REP_OK; i++) {
		struct rep_source src;

		memcpy(&src, rep_row_value(v[i]).p, sizeof src);
		rc = fn(ctx, &src);
	}
	free(v);
	return rc;
}

/* The value of a sample is its struct and then the two texts. */
static enum rep_rc
sample_put(struct rep_backend *b, const struct rep_sample_row *row, struct rep_err *err)
{
	struct rep_buf all;
	enum rep_rc rc;

	rep_buf_init(&all, sizeof *row + row->host.n + row->text.n);
	rep_buf_add(&all, REP_BYTES(*row));
	rep_buf_add(&all, row->host);
	rep_buf_add(&all, row->text);
	rc = all.full ? rep_table_no_memory(err)
		      : rep_table_put_number(&self(b)->t, SAMPLE, row->id, rep_buf_str(&all), err);
	rep_buf_fini(&all);
	return rc;
}

static enum rep_rc
sample_drop(struct rep_backend *b, int64_t id, struct rep_err *err)
{
	struct rep_number_key k = rep_number_key((uint64_t)id);

	return rep_table_change(&self(b)->t, SAMPLE, REP_BYTES(k), NULL, err);
}

static enum rep_rc
on_sample(void *ctx, int64_t id, struct rep_str s)
{
	const struct rep_sample_walk *w = ctx;
	struct rep_sample_row row;

	(void)id;
	memcpy(&row, s.p, sizeof row);
	row.host.p = s.p + sizeof row;
	row.text.p = row.host.p + row.host.n;
	return w->fn(w->ctx, &row);
}

static enum rep_rc
samples(struct rep_backend *b, rep_sample_fn fn, void *ctx, struct rep_err *err)
{
	struct rep_sample_walk w = { fn, ctx };

	return rep_table_walk(&self(b)->t, SAMPLE, 0, INT64_MAX, on_sample, &w, err);
}

static enum rep_rc
check(struct rep_backend *b, rep_str_fn fn, void *ctx, struct rep_err *err)
{
	(void)b, (void)fn, (void)ctx, (void)err;
	return REP_OK;
}

static enum rep_rc
note_has(struct rep_backend *b, enum rep_note kind, uint64_t id, bool *has, struct rep_err *err)
{
	(void)err;
	*has = rep_table_get(&self(b)->t, NOTE + (uint32_t)kind, REP_BYTES(id)) != NULL;
	return REP_OK;
}

static enum rep_rc
note_put(struct rep_backend *b, enum rep_note kind, uint64_t id, struct rep_str bytes,
    struct rep_err *err)
{
	return rep_table_put(&self(b)->t, NOTE + (uint32_t)kind, REP_BYTES(id), bytes, err);
}

static enum rep_rc
note_drop(struct rep_backend *b, enum rep_note kind, uint64_t id, struct rep_err *err)
{
	return rep_table_change(&self(b)->t, NOTE + (uint32_t)kind, REP_BYTES(id), NULL, err);
}

static enum rep_rc
notes(struct rep_backend *b, enum rep_note kind, rep_str_fn fn, void *ctx, struct rep_err *err)
{
	struct rep_row **v;
	size_t n;
	enum rep_rc rc = rep_table_list(&self(b)->t, NOTE + (uint32_t)kind, &v, &n, err);

	for (size_t i = 0; i < n && rc == REP_OK; i++) {
		int64_t id;

		memcpy(&id, rep_row_key(v[i]).p, sizeof id);
		rc = fn(ctx, id, rep_row_value(v[i]));
	}
	free(v);
	return rc;
}

static enum rep_rc
incident_find(struct rep_backend *b, struct rep_str key, int64_t *id, struct rep_err *err)
{
	const struct rep_row *r = rep_table_get(&self(b)->t, INCIDENT, key);

	(void)err;
	*id = 0;
	if (r != NULL)
		memcpy(id, rep_row_value(r).p, sizeof *id);
	return REP_OK;
}

/* True when an incident has this number. *last is the highest number. */
static bool
incident_numbers(const struct memory *m, int64_t id, int64_t *last)
{
	bool taken = false;

	*last = 0;
	for (size_t i = 0; i < m->t.nslot; i++) {
		int64_t v;

		if (m->t.slot[i] == NULL || m->t.slot[i]->kind != INCIDENT)
			continue;
		memcpy(&v, rep_row_value(m->t.slot[i]).p, sizeof v);
		taken = taken || v == id;
		*last = v > *last ? v : *last;
	}
	return taken;
}

static enum rep_rc
incident_last(struct rep_backend *b, int64_t *id, struct rep_err *err)
{
	(void)err;
	incident_numbers(self(b), 0, id);
	return REP_OK;
}

static enum rep_rc
incident_taken(struct rep_backend *b, int64_t id, bool *taken, struct rep_err *err)
{
	int64_t last;

	(void)err;
	*taken = incident_numbers(self(b), id, &last);
	return REP_OK;
}

static enum rep_rc
incident_add(struct rep_backend *b, int64_t id, struct rep_str key, struct rep_err *err)
{
	return rep_table_put(&self(b)->t, INCIDENT, key, REP_BYTES(id), err);
}

/* --- keeping house -------------------------------------------------------------------------- */

enum rep_rc
rep_memory_drop_before(struct memory *m, uint32_t kind, int64_t before_s, struct rep_err *err)
{
	struct rep_row **v;
	size_t n;
	enum rep_rc rc = rep_table_list(&m->t, kind, &v, &n, err);

	for (size_t i = 0; i < n && rc == REP_OK; i++)
		if (rep_row_number(v[i]) < before_s)
			rc = rep_table_change(&m->t, kind, rep_row_key(v[i]), NULL, err);
	free(v);
	return rc;
}

static enum rep_rc
prune(struct rep_backend *b, int64_t facts_s, int64_t minutes_s, int64_t hours_s, uint64_t *facts_n,
    struct rep_err *err)
{
	enum rep_rc rc;

	for (uint32_t of = 0; of < REP_CELLS_TABLES; of += REP_CELLS_ALL)
		if ((rc = rep_memory_drop_before(
			 self(b), CELLS + of + REP_LEVEL_MINUTE, minutes_s, err)) != REP_OK ||
		    (rc = rep_memory_drop_before(
			 self(b), CELLS + of + REP_LEVEL_HOUR, hours_s, err)) != REP_OK)
			return rc;
	return rep_memory_drop_facts(self(b), 0, facts_s, facts_n, err);
}

static enum rep_rc
forget(struct rep_backend *b, uint64_t recipient, uint64_t *facts_n, struct rep_err *err)
{
	return rep_memory_drop_facts(self(b), recipient, INT64_MAX, facts_n, err);
}

static enum rep_rc
scrub(struct rep_backend *b, struct rep_err *err)
{
	(void)b;
	(void)err;
	return REP_OK;
}

static const struct rep_backend_ops ops = { .close = close_all,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.read_begin = read_begin,
	.read_end = read_end,
	.meta_get = meta_get,
	.meta_put = meta_put,
	.names = names,
	.name_add = name_add,
	.watched = watched,
	.watch_add = watch_add,
	.domain_add = domain_add,
	.domain_get = domain_get,
	.facts_add = rep_memory_facts_add,
	.cells_get = cells_get,
	.cells_put = cells_put,
	.cells_of = cells_of,
	.cells = cells,
	.seen = seen,
	.seen_add = seen_add,
	.state_put = state_put,
	.state_get = state_get,
	.states = states,
	.check = check,
	.note_has = note_has,
	.note_put = note_put,
	.note_drop = note_drop,
	.notes = notes,
	.input_put = input_put,
	.inputs = inputs,
	.source_add = source_add,
	.sources = sources,
	.samples = samples,
	.sample_put = sample_put,
	.sample_drop = sample_drop,
	.incident_find = incident_find,
	.incident_last = incident_last,
	.incident_taken = incident_taken,
	.incident_add = incident_add,
	.facts = rep_memory_facts,
	.domains = rep_memory_domains,
	.trail = rep_memory_trail,
	.messages = rep_memory_messages,
	.told_add = rep_memory_told_add,
	.told_drop = rep_memory_told_drop,
	.told = rep_memory_told,
	.found_put = rep_memory_found_put,
	.found_drop = rep_memory_found_drop,
	.found = rep_memory_found,
	.looked_put = rep_memory_looked_put,
	.looked = rep_memory_looked,
	.report_put = rep_memory_report_put,
	.report_get = rep_memory_report_get,
	.report_prove = rep_memory_report_prove,
	.report_drop = rep_memory_report_drop,
	.reports_prune = rep_memory_reports_prune,
	.reports = rep_memory_reports,
	.prune = prune,
	.forget = forget,
	.scrub = scrub };

enum rep_rc
rep_memory_open(struct rep_backend **out, struct rep_err *err)
{
	struct memory *m = calloc(1, sizeof *m);

	if (m == NULL || !rep_table_init(&m->t)) {
		free(m);
		return rep_table_no_memory(err);
	}
	m->b.ops = &ops;
	*out = &m->b;
	return REP_OK;
}
