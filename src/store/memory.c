/*
 * store/memory.c -- the back end without a file, for tests and dry runs.
 *
 * Implements store/backend.h with one table of rows (store/table.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/buf.h"
#include "base/bytes.h"
#include "store/backend.h"
#include "store/domains.h"
#include "store/table.h"

#include <stdlib.h>

enum row_kind {
	META = 1,
	NAME,
	WATCHED,
	DOMAIN,
	FACT,
	CELLS, /* + level */
	SEEN = CELLS + REP_LEVEL_N,
	STATE,
	INPUT,
	SOURCE,
	SAMPLE,
	INCIDENT,
	TOLD,
	FOUND,
	LOOKED,
	NOTE /* + enum rep_note */
};

struct memory {
	struct rep_backend b;
	struct rep_table t;
	uint64_t facts; /* number of the next row of FACT */
	int64_t inputs;
};

static struct memory *
self(struct rep_backend *b)
{
	return (struct memory *)b;
}

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
fact_add(struct rep_backend *b, const struct rep_fact_row *row, struct rep_err *err)
{
	struct {
		struct rep_fact_row row;
		char queue_id[256]; /* behind the row; its length is in the row */
	} kept = { .row = *row };

	kept.row.queue_id = rep_str_sub(row->queue_id, 0, sizeof kept.queue_id);
	if (kept.row.queue_id.n > 0)
		memcpy(kept.queue_id, kept.row.queue_id.p, kept.row.queue_id.n);
	kept.row.queue_id.p = NULL; /* a view that nobody reads */
	return rep_table_put_number(&self(b)->t, FACT, (int64_t)self(b)->facts++,
	    (struct rep_str){
		(const char *)&kept, offsetof(__typeof__(kept), queue_id) + kept.row.queue_id.n },
	    err);
}

static int
by_at(const void *a, const void *b)
{
	struct rep_fact_row x, y;

	memcpy(&x, rep_row_value(*(struct rep_row *const *)a).p, sizeof x);
	memcpy(&y, rep_row_value(*(struct rep_row *const *)b).p, sizeof y);
	return x.at_s < y.at_s ? -1 : x.at_s > y.at_s;
}

static enum rep_rc
trail(struct rep_backend *b, rep_fact_fn fn, void *ctx, struct rep_err *err)
{
	struct rep_row **v;
	size_t n;
	enum rep_rc rc = rep_table_list(&self(b)->t, FACT, &v, &n, err);

	if (rc == REP_OK && n > 0)
		qsort(v, n, sizeof *v, by_at);
	for (size_t i = 0; i < n && rc == REP_OK; i++) {
		struct rep_str value = rep_row_value(v[i]);
		struct rep_fact_row row;

		memcpy(&row, value.p, sizeof row);
		row.queue_id.p = value.p + value.n - row.queue_id.n;
		rc = fn(ctx, &row);
	}
	free(v);
	return rc;
}

static enum rep_rc
facts(struct rep_backend *b, int64_t from_s, int64_t until_s, rep_fact_fn fn, void *ctx,
    struct rep_err *err)
{
	struct rep_row **v;
	size_t n;
	enum rep_rc rc = rep_table_list(&self(b)->t, FACT, &v, &n, err);

	for (size_t i = 0; i < n && rc == REP_OK; i++) {
		struct rep_fact_row row;

		memcpy(&row, rep_row_value(v[i]).p, sizeof row);
		if (row.at_s >= from_s && row.at_s < until_s)
			rc = fn(ctx, &row);
	}
	free(v);
	return rc;
}

static enum rep_rc
domains(struct rep_backend *b, int64_t from_s, uint32_t provider, uint32_t provider_domain,
    size_t max, rep_str_fn fn, void *ctx, struct rep_err *err)
{
	struct rep_named_domain *d = NULL;
	struct rep_row **v = NULL;
	size_t n = 0, kept = 0;
	enum rep_rc rc = rep_table_list(&self(b)->t, FACT, &v, &n, err);

	if (rc == REP_OK && (d = calloc(n > 0 ? n : 1, sizeof *d)) == NULL)
		rc = rep_fail(err, REP_EMEM, "out of memory");
	for (size_t i = 0; i < n && rc == REP_OK; i++) {
		struct rep_fact_row row;

		memcpy(&row, rep_row_value(v[i]).p, sizeof row);
		if (row.at_s >= from_s && row.provider == provider && row.domain != 0 &&
		    row.provider_domain == provider_domain)
			d[kept++] = (struct rep_named_domain){ .id = row.domain, .n = 1 };
	}
	kept = rc == REP_OK ? rep_domains_merge(d, kept) : 0;
	for (size_t i = 0; i < kept; i++) {
		struct rep_number_key k = rep_number_key(d[i].id);
		const struct rep_row *r = rep_table_get(&self(b)->t, DOMAIN, REP_BYTES(k));

		d[i].name = r != NULL ? rep_row_value(r) : (struct rep_str){ "", 0 };
	}
	rep_domains_sort(d, kept);
	for (size_t i = 0; i < kept && i < max && rc == REP_OK; i++)
		rc = d[i].name.n == 0 ? REP_OK : fn(ctx, (int64_t)d[i].n, d[i].name);
	free(v);
	free(d);
	return rc;
}

static enum rep_rc
messages(struct rep_backend *b, rep_fact_fn fn, void *ctx, struct rep_err *err)
{
	struct rep_row **v;
	size_t n;
	enum rep_rc rc = rep_table_list(&self(b)->t, FACT, &v, &n, err);

	while (rc == REP_OK && n-- > 0) {
		struct rep_fact_row row;

		memcpy(&row, rep_row_value(v[n]).p, sizeof row);
		if (row.status == REP_STATUS_SENT && row.message != 0)
			rc = fn(ctx, &row);
	}
	free(v);
	return rc;
}

struct cells_key {
	struct rep_number_key from_s, part;
};

static enum rep_rc
cells_get(struct rep_backend *b, enum rep_level level, int64_t from_s, uint32_t part, rep_str_fn fn,
    void *ctx, struct rep_err *err)
{
	struct cells_key k = { rep_number_key((uint64_t)from_s), rep_number_key(part) };
	const struct rep_row *r = rep_table_get(&self(b)->t, CELLS + level, REP_BYTES(k));

	(void)err;
	return r == NULL ? REP_OK : fn(ctx, from_s, rep_row_value(r));
}

static enum rep_rc
cells_put(struct rep_backend *b, enum rep_level level, int64_t from_s, uint32_t part,
    struct rep_str packed, struct rep_err *err)
{
	struct cells_key k = { rep_number_key((uint64_t)from_s), rep_number_key(part) };

	return rep_table_put(&self(b)->t, CELLS + level, REP_BYTES(k), packed, err);
}

static enum rep_rc
cells(struct rep_backend *b, enum rep_level level, int64_t from_s, int64_t until_s, rep_str_fn fn,
    void *ctx, struct rep_err *err)
{
	return rep_table_walk(&self(b)->t, CELLS + level, from_s, until_s, fn, ctx, err);
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

static enum rep_rc
drop_before(struct memory *m, uint32_t kind, int64_t before_s, struct rep_err *err)
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

/* Removes facts of a recipient (0: of anybody) that are older than before_s. */
static enum rep_rc
drop_facts(
    struct memory *m, uint64_t recipient, int64_t before_s, uint64_t *facts_n, struct rep_err *err)
{
	struct rep_row **v;
	size_t n;
	enum rep_rc rc = rep_table_list(&m->t, FACT, &v, &n, err);

	*facts_n = 0;
	for (size_t at = 0; at < n && rc == REP_OK; at++) {
		struct rep_fact_row kept;

		memcpy(&kept, rep_row_value(v[at]).p, sizeof kept);
		if (kept.at_s >= before_s || (recipient != 0 && kept.recipient != recipient))
			continue;
		rc = rep_table_change(&m->t, FACT, rep_row_key(v[at]), NULL, err);
		++*facts_n;
	}
	free(v);
	return rc;
}

static enum rep_rc
prune(struct rep_backend *b, int64_t facts_s, int64_t minutes_s, int64_t hours_s, uint64_t *facts_n,
    struct rep_err *err)
{
	enum rep_rc rc;

	if ((rc = drop_before(self(b), CELLS + REP_LEVEL_MINUTE, minutes_s, err)) != REP_OK ||
	    (rc = drop_before(self(b), CELLS + REP_LEVEL_HOUR, hours_s, err)) != REP_OK)
		return rc;
	return drop_facts(self(b), 0, facts_s, facts_n, err);
}

static enum rep_rc
forget(struct rep_backend *b, uint64_t recipient, uint64_t *facts_n, struct rep_err *err)
{
	return drop_facts(self(b), recipient, INT64_MAX, facts_n, err);
}

static enum rep_rc
scrub(struct rep_backend *b, struct rep_err *err)
{
	(void)b;
	(void)err;
	return REP_OK;
}

/* --- what was told -------------------------------------------------------------------------- */

/* For a verdict or a finding: we make no text that is larger. */
enum { ROW_BYTES_MAX = 1 << 20 };

static enum rep_rc
too_large(struct rep_err *err)
{
	return rep_fail(err, REP_ELIMIT,
	    "a row of the store is larger than %d bytes, or memory ran out", ROW_BYTES_MAX);
}

struct told_key {
	struct rep_number_key recording, incident;
};

static enum rep_rc
told_add(struct rep_backend *b, const struct rep_told *t, struct rep_err *err)
{
	struct told_key k = { rep_number_key((uint64_t)t->recording),
		rep_number_key((uint64_t)t->incident) };
	struct rep_buf value;
	enum rep_rc rc;

	rep_buf_init(&value, ROW_BYTES_MAX);
	rep_buf_add(&value, REP_BYTES(t->now_s));
	rep_buf_add(&value, t->text);
	rc = value.full ? too_large(err)
			: rep_table_put(&self(b)->t, TOLD, REP_BYTES(k), rep_buf_str(&value), err);
	rep_buf_fini(&value);
	return rc;
}

static enum rep_rc
told_drop(struct rep_backend *b, int64_t before, struct rep_err *err)
{
	return drop_before(self(b), TOLD, before, err);
}

static enum rep_rc
told(struct rep_backend *b, rep_told_fn fn, void *ctx, struct rep_err *err)
{
	struct rep_row **v;
	size_t n;
	enum rep_rc rc = rep_table_list(&self(b)->t, TOLD, &v, &n, err);

	for (size_t i = 0; i < n && rc == REP_OK; i++) {
		struct rep_str value = rep_row_value(v[i]);
		struct rep_told t = { .recording = rep_row_number(v[i]) };

		t.incident = (int64_t)rep_be64(v[i]->bytes + 8);
		memcpy(&t.now_s, value.p, sizeof t.now_s);
		t.text = rep_str_sub(value, sizeof t.now_s, value.n);
		rc = fn(ctx, &t);
	}
	free(v);
	return rc;
}

/* --- what looks at DNS found ------------------------------------------------------------------ */

/* Appends strings, each with a byte 0 after it. No string contains a 0. */
static void
add_texts(struct rep_buf *b, const struct rep_str *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		rep_buf_add(b, v[i]);
		rep_buf_addc(b, '\0');
	}
}

/* Takes the next string. *rest is what follows it. */
static struct rep_str
next_text(struct rep_str *rest)
{
	size_t end = rep_str_chr(*rest, '\0', 0);
	struct rep_str v = rep_str_sub(*rest, 0, end);

	*rest = rep_str_sub(*rest, end == SIZE_MAX ? rest->n : end + 1, rest->n);
	return v;
}

static void
found_key(struct rep_buf *key, const struct rep_found *f)
{
	struct rep_number_key first = rep_number_key((uint64_t)f->first_s);

	add_texts(key, (struct rep_str[]){ f->subject, f->part, f->id, f->detail }, 4);
	rep_buf_add(key, REP_BYTES(first));
}

static enum rep_rc
found_put(struct rep_backend *b, const struct rep_found *f, struct rep_err *err)
{
	struct rep_buf key, value;
	enum rep_rc rc;

	rep_buf_init(&key, ROW_BYTES_MAX);
	rep_buf_init(&value, ROW_BYTES_MAX);
	found_key(&key, f);
	rep_buf_add(&value, REP_BYTES(*f)); /* the views in it are not used */
	add_texts(&value, (struct rep_str[]){ f->text, f->fix }, 2);
	rc = key.full || value.full
	    ? too_large(err)
	    : rep_table_put(&self(b)->t, FOUND, rep_buf_str(&key), rep_buf_str(&value), err);
	rep_buf_fini(&key);
	rep_buf_fini(&value);
	return rc;
}

static enum rep_rc
found_drop(struct rep_backend *b, const struct rep_found *f, struct rep_err *err)
{
	struct rep_buf key;
	enum rep_rc rc;

	rep_buf_init(&key, ROW_BYTES_MAX);
	found_key(&key, f);
	rc = key.full ? too_large(err)
		      : rep_table_change(&self(b)->t, FOUND, rep_buf_str(&key), NULL, err);
	rep_buf_fini(&key);
	return rc;
}

static enum rep_rc
found(struct rep_backend *b, rep_found_fn fn, void *ctx, struct rep_err *err)
{
	struct rep_row **v;
	size_t n;
	enum rep_rc rc = rep_table_list(&self(b)->t, FOUND, &v, &n, err);

	for (size_t i = 0; i < n && rc == REP_OK; i++) {
		struct rep_str key = rep_row_key(v[i]), value = rep_row_value(v[i]);
		struct rep_found f;

		memcpy(&f, value.p, sizeof f);
		value = rep_str_sub(value, sizeof f, value.n);
		f.subject = next_text(&key);
		f.part = next_text(&key);
		f.id = next_text(&key);
		f.detail = next_text(&key);
		f.text = next_text(&value);
		f.fix = next_text(&value);
		rc = fn(ctx, &f);
	}
	free(v);
	return rc;
}

static enum rep_rc
looked_put(struct rep_backend *b, const struct rep_looked *l, struct rep_err *err)
{
	struct rep_buf key, value;
	enum rep_rc rc;

	rep_buf_init(&key, ROW_BYTES_MAX);
	rep_buf_init(&value, ROW_BYTES_MAX);
	add_texts(&key, (struct rep_str[]){ l->subject, l->part }, 2);
	rep_buf_add(&value, REP_BYTES(*l)); /* the views in it are not used */
	add_texts(&value, (struct rep_str[]){ l->kind, l->why }, 2);
	rc = key.full || value.full
	    ? too_large(err)
	    : rep_table_put(&self(b)->t, LOOKED, rep_buf_str(&key), rep_buf_str(&value), err);
	rep_buf_fini(&key);
	rep_buf_fini(&value);
	return rc;
}

static enum rep_rc
looked(struct rep_backend *b, rep_looked_fn fn, void *ctx, struct rep_err *err)
{
	struct rep_row **v;
	size_t n;
	enum rep_rc rc = rep_table_list(&self(b)->t, LOOKED, &v, &n, err);

	for (size_t i = 0; i < n && rc == REP_OK; i++) {
		struct rep_str key = rep_row_key(v[i]), value = rep_row_value(v[i]);
		struct rep_looked l;

		memcpy(&l, value.p, sizeof l);
		value = rep_str_sub(value, sizeof l, value.n);
		l.subject = next_text(&key);
		l.part = next_text(&key);
		l.kind = next_text(&value);
		l.why = next_text(&value);
		rc = fn(ctx, &l);
	}
	free(v);
	return rc;
}

static const struct rep_backend_ops ops = { .close = close_all,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.meta_get = meta_get,
	.meta_put = meta_put,
	.names = names,
	.name_add = name_add,
	.watched = watched,
	.watch_add = watch_add,
	.domain_add = domain_add,
	.fact_add = fact_add,
	.cells_get = cells_get,
	.cells_put = cells_put,
	.cells = cells,
	.seen = seen,
	.seen_add = seen_add,
	.state_put = state_put,
	.state_get = state_get,
	.states = states,
	.check = check,
	.note_has = note_has,
	.note_put = note_put,
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
	.facts = facts,
	.domains = domains,
	.trail = trail,
	.messages = messages,
	.told_add = told_add,
	.told_drop = told_drop,
	.told = told,
	.found_put = found_put,
	.found_drop = found_drop,
	.found = found,
	.looked_put = looked_put,
	.looked = looked,
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
