/*
 * store/read.c -- answers from the store.
 *
 * In a transaction the answers include what was added so far.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store/inside.h"
#include "store/sample_header.h"

#include <stdlib.h>

/* Appends one element of `size` bytes to an array of the store. False: out of memory. */
static bool
append(void **v, size_t *n, size_t size, const void *one)
{
	void *p;

	if ((*n & (*n - 1)) == 0) { /* full when n is a power of two */
		if ((p = realloc(*v, (*n == 0 ? 1 : *n * 2) * size)) == NULL)
			return false;
		*v = p;
	}
	memcpy((char *)*v + *n * size, one, size);
	++*n;
	return true;
}

struct row_list {
	void *v;
	size_t n;
	uint32_t names_n; /* for sources */
	struct rep_err *err;
};

enum rep_rc
rep_store_damaged(struct rep_err *err, const char *what)
{
	return rep_fail(err, REP_EIO,
	    "the database is damaged (%s); rebuild it from the logs: reputed store rebuild PATH...",
	    what);
}

enum rep_rc
rep_store_meta(struct rep_store *s, int64_t v[REP_META_N], struct rep_err *err)
{
	enum rep_rc rc = s->b->ops->meta_get(s->b, v, err);

	if (rc != REP_OK)
		return rc;
	for (int i = 0; i < REP_META_N; i++)
		if (i == REP_META_FIRST_S || i == REP_META_LAST_S || i == REP_META_AGES_S
			? !rep_stored_time(v[i])
			: i != REP_META_KEY_CHECK && !rep_stored_count((uint64_t)v[i]))
			return rep_store_damaged(err, "a counter that is too large");
	if (v[REP_META_AGES_S] == 0)
		v[REP_META_AGES_S] = v[REP_META_LAST_S];
	return REP_OK;
}

static enum rep_rc
on_input(void *ctx, const struct rep_input *in)
{
	struct row_list *g = ctx;

	if (!rep_stored_count(in->offset) || !rep_stored_count(in->lines) ||
	    !rep_stored_count(in->bad) || !rep_stored_time(in->first_s) ||
	    !rep_stored_time(in->last_s) || !rep_stored_time(in->read_s))
		return rep_store_damaged(g->err, "the position in an input");
	return append(&g->v, &g->n, sizeof *in, in)
	    ? REP_OK
	    : rep_fail(g->err, REP_EMEM, "out of memory for inputs");
}

static int
by_read(const void *a, const void *b)
{
	const struct rep_input *x = a, *y = b;

	if (x->read_s != y->read_s)
		return x->read_s > y->read_s ? -1 : 1;
	return x->id > y->id ? -1 : x->id < y->id;
}

enum rep_rc
rep_store_inputs(struct rep_store *s, const struct rep_input **v, size_t *n, struct rep_err *err)
{
	struct row_list g = { .err = err };
	enum rep_rc rc = s->b->ops->inputs(s->b, on_input, &g, err);

	if (rc != REP_OK) {
		free(g.v);
		return rc;
	}
	if (g.n > 0)
		qsort(g.v, g.n, sizeof(struct rep_input), by_read);
	free(s->inputs);
	s->inputs = g.v;
	*v = g.v;
	*n = g.n;
	return REP_OK;
}

static enum rep_rc
on_state(void *ctx, int64_t id, struct rep_str bytes)
{
	(void)id;
	rep_buf_add(ctx, bytes);
	return REP_OK;
}

enum rep_rc
rep_store_state_get(
    struct rep_store *s, const char *name, struct rep_str *bytes, struct rep_err *err)
{
	enum rep_rc rc;

	rep_buf_clear(&s->state);
	rc = s->b->ops->state_get(s->b, rep_str_c(name), on_state, &s->state, err);
	if (rc == REP_OK && s->state.full)
		rc = rep_fail(err, REP_ELIMIT,
		    "the state of %s is larger than 256 MiB, or memory ran out", name);
	if (rc == REP_OK)
		*bytes = rep_buf_str(&s->state);
	return rc;
}

/* --- reading -------------------------------------------------------------------------------- */

struct rep_names
rep_store_names(struct rep_store *s)
{
	struct rep_err ignored;

	/* names that another process has added; when this fails, the known names are still right */
	if (!s->open && rep_dict_load(&s->dict, s->b, &ignored) != REP_OK)
		return (struct rep_names){ s->dict.v, s->dict.n };
	return (struct rep_names){ s->dict.v, s->dict.n };
}

uint32_t
rep_store_name_id(struct rep_store *s, struct rep_str name)
{
	return rep_dict_find(&s->dict, name);
}

/* Numbers of names come from the file, and are used as indices. */
struct checked_observations {
	rep_observation_fn fn;
	void *ctx;
	uint32_t names_n;
	struct rep_err *err;
};

static enum rep_rc
on_observation(void *ctx, const struct rep_observation *o)
{
	const struct checked_observations *c = ctx;

	if (o->label >= c->names_n || o->route >= c->names_n || o->provider >= c->names_n ||
	    o->provider_domain >= c->names_n || o->stream >= c->names_n || o->rule >= c->names_n)
		return rep_fail(c->err, REP_EIO,
		    "the database is damaged (counts with a name that does not exist); rebuild it "
		    "from the logs: reputed store rebuild PATH...");
	return c->fn(c->ctx, o);
}

static enum rep_rc
observations(struct rep_store *s, uint32_t of, enum rep_level level, int64_t from_s,
    int64_t until_s, rep_observation_fn fn, void *ctx, struct rep_err *err)
{
	struct checked_observations c = { fn, ctx, 0, err };
	enum rep_rc rc;

	if ((rc = rep_store_flush(s, err)) != REP_OK ||
	    (rc = rep_store_read_begin(s, err)) != REP_OK)
		return rc;
	c.names_n = rep_store_names(s).n;
	rc = rep_cells_read(s->b, of, level, from_s, until_s, on_observation, &c, err);
	rep_store_read_end(s);
	return rc;
}

enum rep_rc
rep_store_observations(struct rep_store *s, enum rep_level level, int64_t from_s, int64_t until_s,
    rep_observation_fn fn, void *ctx, struct rep_err *err)
{
	return observations(s, 0, level, from_s, until_s, fn, ctx, err);
}

enum rep_rc
rep_store_observations_all(struct rep_store *s, enum rep_level level, int64_t from_s,
    int64_t until_s, rep_observation_fn fn, void *ctx, struct rep_err *err)
{
	uint32_t of = s->meta[REP_META_ALL] != 0 ? REP_CELLS_ALL : 0;

	return observations(s, of, level, from_s, until_s, fn, ctx, err);
}

/*
 * One search costs some 3 us, also one that finds nothing. Above this many, all rows of the time are read, which needs
 * none. Judgement: half a second.
 */
enum { SEARCHES = 150000 };

enum rep_rc
rep_store_observations_of(struct rep_store *s, enum rep_level level, int64_t from_s,
    int64_t until_s, const struct rep_observed *of, rep_observation_fn fn, void *ctx,
    struct rep_err *err)
{
	struct checked_observations c = { fn, ctx, 0, err };
	enum rep_rc rc;

	if (rep_cells_searches(level, from_s, until_s, of) > SEARCHES)
		return rep_store_observations(s, level, from_s, until_s, fn, ctx, err);
	if ((rc = rep_store_flush(s, err)) != REP_OK ||
	    (rc = rep_store_read_begin(s, err)) != REP_OK)
		return rc;
	c.names_n = rep_store_names(s).n;
	rc = rep_cells_read_of(s->b, level, from_s, until_s, of, on_observation, &c, err);
	rep_store_read_end(s);
	return rc;
}

static enum rep_rc
on_source(void *ctx, const struct rep_source *src)
{
	struct row_list *g = ctx;

	if (src->public.version == 0 || src->known_by < REP_KNOWN_LEARNT ||
	    src->known_by > REP_KNOWN_CONFIGURED || src->label >= g->names_n ||
	    !rep_stored_count(src->count) || !rep_stored_time(src->first_s) ||
	    !rep_stored_time(src->last_s))
		return rep_store_damaged(g->err, "an address");
	return append(&g->v, &g->n, sizeof *src, src)
	    ? REP_OK
	    : rep_fail(g->err, REP_EMEM, "out of memory for sources");
}

static int
by_label(const void *a, const void *b)
{
	const struct rep_source *x = a, *y = b;

	if (x->label != y->label)
		return x->label < y->label ? -1 : 1;
	if (x->known_by != y->known_by)
		return x->known_by < y->known_by ? -1 : 1;
	if (x->public.version != y->public.version)
		return x->public.version < y->public.version ? -1 : 1;
	return memcmp(x->public.b, y->public.b, sizeof x->public.b);
}

enum rep_rc
rep_store_sources(struct rep_store *s, const struct rep_source **v, size_t *n, struct rep_err *err)
{
	struct row_list g = { .names_n = rep_store_names(s).n, .err = err };
	enum rep_rc rc = s->b->ops->sources(s->b, on_source, &g, err);

	if (rc != REP_OK) {
		free(g.v);
		return rc;
	}
	if (g.n > 0)
		qsort(g.v, g.n, sizeof(struct rep_source), by_label);
	free(s->sources);
	s->sources = g.v;
	*v = g.v;
	*n = g.n;
	return REP_OK;
}

struct wanted_samples {
	struct row_list g;
	struct rep_store *s;
	uint32_t provider, provider_domain, rule; /* 0: any */
	struct rep_sample_headers headers;
};

static enum rep_rc
on_sample(void *ctx, const struct rep_sample_row *row)
{
	struct wanted_samples *w = ctx;
	struct rep_names names = { w->s->dict.v, w->s->dict.n };
	struct rep_sample one = { .provider = rep_name(&names, row->provider),
		.provider_domain = rep_name(&names, row->provider_domain),
		.rule = rep_name(&names, row->rule),
		.class = (enum rep_class)row->class,
		.code = row->code,
		.count = row->count,
		.first_s = row->first_s,
		.last_s = row->last_s,
		.header_faults = rep_sample_header_of(&w->headers, row->id) };

	if ((w->provider != 0 && row->provider != w->provider) ||
	    (w->provider_domain != 0 && row->provider_domain != w->provider_domain) ||
	    (w->rule != 0 && row->rule != w->rule))
		return REP_OK;
	one.host = rep_arena_dup(w->s->sample_texts, row->host);
	one.text = rep_arena_dup(w->s->sample_texts, row->text);
	return one.host.p != NULL && one.text.p != NULL &&
		append(&w->g.v, &w->g.n, sizeof one, &one)
	    ? REP_OK
	    : rep_fail(w->g.err, REP_EMEM, "out of memory for samples");
}

static enum rep_rc
samples(struct rep_backend *b, struct wanted_samples *w, struct rep_err *err)
{
	enum rep_rc rc = rep_sample_headers_load(b, &w->headers, err);

	if (rc == REP_OK)
		rc = b->ops->samples(b, on_sample, w, err);
	rep_sample_headers_fini(&w->headers);
	return rc;
}

static int
by_count(const void *a, const void *b)
{
	const struct rep_sample *x = a, *y = b;
	int d;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	if (x->last_s != y->last_s)
		return x->last_s > y->last_s ? -1 : 1;
	if ((d = rep_str_cmp(x->provider, y->provider)) != 0 ||
	    (d = rep_str_cmp(x->rule, y->rule)) != 0 || (d = rep_str_cmp(x->text, y->text)) != 0)
		return d;
	return rep_str_cmp(x->host, y->host);
}

enum rep_rc
rep_store_samples(struct rep_store *s, struct rep_str provider, struct rep_str provider_domain,
    struct rep_str rule, size_t max, const struct rep_sample **v, size_t *n, struct rep_err *err)
{
	struct wanted_samples w = { .g.err = err, .s = s };
	enum rep_rc rc;

	if ((rc = rep_store_flush(s, err)) != REP_OK)
		return rc;
	(void)rep_store_names(s);
	w.provider = rep_dict_find(&s->dict, provider);
	w.provider_domain = rep_dict_find(&s->dict, provider_domain);
	w.rule = rep_dict_find(&s->dict, rule);
	rep_arena_reset(s->sample_texts);
	free(s->samples);
	s->samples = NULL;
	/* an unknown name must not mean "any" */
	if ((provider.n == 0 || w.provider != 0) &&
	    (provider_domain.n == 0 || w.provider_domain != 0) && (rule.n == 0 || w.rule != 0))
		rc = samples(s->b, &w, err);
	if (rc != REP_OK) {
		free(w.g.v);
		return rc;
	}
	if (w.g.n > 0)
		qsort(w.g.v, w.g.n, sizeof(struct rep_sample), by_count);
	s->samples = w.g.v;
	*v = w.g.v;
	*n = w.g.n < max ? w.g.n : max;
	return REP_OK;
}

static enum rep_rc
on_lines(void *ctx, const struct rep_input *in)
{
	struct rep_store_totals *t = ctx;

	t->lines += in->lines;
	t->bad += in->bad;
	return REP_OK;
}

enum rep_rc
rep_store_totals(struct rep_store *s, struct rep_store_totals *t, struct rep_err *err)
{
	struct rep_store_totals out = { 0 };
	int64_t meta[REP_META_N];
	enum rep_rc rc = REP_OK;

	memcpy(meta, s->meta, sizeof meta);
	if (!s->open)
		rc = rep_store_meta(s, meta, err);
	if (rc == REP_OK)
		rc = s->b->ops->inputs(s->b, on_lines, &out, err);
	if (rc != REP_OK)
		return rc;
	out.first_s = meta[REP_META_FIRST_S];
	out.last_s = meta[REP_META_LAST_S];
	out.ages_s = meta[REP_META_AGES_S];
	out.facts = (uint64_t)meta[REP_META_FACTS];
	out.counted = (uint64_t)meta[REP_META_COUNTED];
	out.forms_dropped = (uint64_t)meta[REP_META_FORMS_DROPPED];
	out.unnamed = (uint64_t)meta[REP_META_UNNAMED];
	out.small = (uint64_t)meta[REP_META_SMALL];
	out.labels = (uint64_t)meta[REP_META_LABELS];
	*t = out;
	return REP_OK;
}

/* --- incidents ------------------------------------------------------------------------------ */

/* A number that no incident has, neither here nor in the back end. */
static enum rep_rc
next_number(struct rep_store *s, int64_t *id, struct rep_err *err)
{
	int64_t last = 0;
	enum rep_rc rc = s->b->ops->incident_last(s->b, &last, err);

	if (rc == REP_OK && (last < 0 || !rep_stored_count((uint64_t)last)))
		rc = rep_store_damaged(err, "the number of an incident");
	if (rc == REP_OK)
		*id = s->last_number = (last > s->last_number ? last : s->last_number) + 1;
	return rc;
}

/* The number for this key: the one it has in this open store, else a new one. */
static enum rep_rc
number(
    struct rep_store *s, struct rep_str key, struct rep_incident_number **out, struct rep_err *err)
{
	struct rep_incident_number one = { .id = 0 };
	enum rep_rc rc;

	for (size_t i = 0; i < s->nnumbered; i++)
		if (rep_str_eq(s->numbered[i].key, key)) {
			*out = &s->numbered[i];
			return REP_OK;
		}
	if ((rc = next_number(s, &one.id, err)) != REP_OK)
		return rc;
	one.key = rep_arena_dup(s->keys, key);
	if (one.key.p == NULL || !append((void **)&s->numbered, &s->nnumbered, sizeof one, &one))
		return rep_fail(err, REP_EMEM, "out of memory for incidents");
	*out = &s->numbered[s->nnumbered - 1];
	return REP_OK;
}

/* Stores the number. When another process took it, the incident gets a new one. */
static enum rep_rc
keep_number(struct rep_store *s, struct rep_incident_number *one, struct rep_err *err)
{
	bool taken = false;
	enum rep_rc rc;

	if ((rc = s->b->ops->incident_taken(s->b, one->id, &taken, err)) != REP_OK ||
	    (taken && (rc = next_number(s, &one->id, err)) != REP_OK))
		return rc;
	return s->b->ops->incident_add(s->b, one->id, one->key, err);
}

enum rep_rc
rep_store_incident_id(struct rep_store *s, struct rep_str key, int64_t *id, struct rep_err *err)
{
	struct rep_incident_number *one = NULL;
	int64_t got = 0;
	enum rep_rc rc;

	if ((rc = s->b->ops->incident_find(s->b, key, &got, err)) != REP_OK)
		return rc;
	if (got == 0) {
		if ((rc = number(s, key, &one, err)) != REP_OK)
			return rc;
		if (s->open && !s->failed && (rc = keep_number(s, one, err)) != REP_OK)
			return rep_store_mark(s, rc);
		got = one->id;
	}
	*id = got;
	return REP_OK;
}
