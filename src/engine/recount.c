/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/recount.h"
#include "base/hash.h"
#include "base/time.h"
#include "intake/heard.h"

#include <stdlib.h>

enum { HOUR = 3600, READINGS = 8192 /* a power of two */ };

/*
 * One cell of an hour: what the store counted, how many of these facts it has, and the count of
 * today.
 */
struct cell {
	struct rep_observation o; /* the key; count, first_s and last_s are those of today */
	int64_t first_s, last_s;  /* as the store has them */
	uint32_t counted, kept;
};

/* How a form is read today. */
struct form_reading {
	int64_t form;
	uint32_t rule_was, rule;
	uint8_t stage, class_was, class, status, scope_was, scope;
	bool used, evidence, certain, quoted_was, quoted;
};

struct recounting {
	struct rep_store *store;
	const struct rep_know *know;
	bool anew;
	int64_t now_s;
	struct rep_arena *a;
	struct rep_recount *out;
	struct cell *v; /* owned */
	size_t n, cap;
	uint32_t *slots; /* owned; index + 1 */
	size_t slots_n;
	struct form_reading *readings; /* owned */
	size_t readings_n;
	struct rep_hosts *hosts; /* owned */
	struct rep_heard heard;	 /* large */
	struct rep_str *names;
	uint32_t names_cap;
	struct rep_err *err;
};

/* --- cells -------------------------------------------------------------------------------------- */

static uint64_t
key_hash(const struct rep_observation *o)
{
	uint64_t h = rep_hash_mix((uint64_t)o->from_s);

	h = rep_hash_mix(h ^ ((uint64_t)o->label << 32 | o->provider));
	h = rep_hash_mix(h ^ ((uint64_t)o->stream << 32 | o->provider_domain));
	h = rep_hash_mix(h ^ ((uint64_t)o->route << 32 | o->rule));
	return rep_hash_mix(h ^
	    ((uint64_t)o->scope << 32 | (uint64_t)o->status << 24 | (uint64_t)o->class << 16 |
		(uint64_t)o->stage << 8 | (uint64_t)o->quoted << 2 | (uint64_t)o->evidence << 1 |
		o->certain));
}

static bool
same_key(const struct rep_observation *a, const struct rep_observation *b)
{
	return a->from_s == b->from_s && a->label == b->label && a->route == b->route &&
	    a->provider == b->provider && a->provider_domain == b->provider_domain &&
	    a->stream == b->stream && a->rule == b->rule && a->status == b->status &&
	    a->class == b->class && a->stage == b->stage && a->evidence == b->evidence &&
	    a->certain == b->certain && a->scope == b->scope && a->quoted == b->quoted;
}

static bool
grow(struct recounting *r)
{
	size_t n = r->slots_n == 0 ? 4096 : r->slots_n * 2;
	struct cell *v = realloc(r->v, n / 2 * sizeof *v);
	uint32_t *slots;

	if (v == NULL)
		return false;
	r->v = v;
	if ((slots = calloc(n, sizeof *slots)) == NULL)
		return false;
	free(r->slots);
	r->slots = slots;
	r->slots_n = n;
	r->cap = n / 2;
	for (size_t k = 0; k < r->n; k++) {
		size_t i = key_hash(&r->v[k].o) & (n - 1);

		while (slots[i] != 0)
			i = (i + 1) & (n - 1);
		slots[i] = (uint32_t)k + 1;
	}
	return true;
}

/* The cell of a key; NULL: there is none. */
static struct cell *
find_cell(const struct recounting *r, const struct rep_observation *o)
{
	for (size_t i = r->slots_n > 0 ? key_hash(o) & (r->slots_n - 1) : 0;
	     r->slots_n > 0 && r->slots[i] != 0; i = (i + 1) & (r->slots_n - 1))
		if (same_key(&r->v[r->slots[i] - 1].o, o))
			return &r->v[r->slots[i] - 1];
	return NULL;
}

/*
 * Notes that a counted fact is there. Hours that were counted before version 5 of the database have
 * no scope, but their facts have one.
 */
static void
keep_fact(struct recounting *r, const struct rep_observation *o)
{
	struct rep_observation before = *o;
	struct cell *c = find_cell(r, o);

	before.scope = REP_SCOPE_NONE;
	before.quoted = false;
	if (c == NULL || c->kept >= c->counted)
		c = find_cell(r, &before);
	if (c != NULL)
		c->kept++;
}

/* The cell of a key; made when there is none. NULL: out of memory. */
static struct cell *
cell_of(struct recounting *r, const struct rep_observation *o)
{
	size_t i;

	if (r->n == r->cap && !grow(r))
		return NULL;
	for (i = key_hash(o) & (r->slots_n - 1); r->slots[i] != 0; i = (i + 1) & (r->slots_n - 1))
		if (same_key(&r->v[r->slots[i] - 1].o, o))
			return &r->v[r->slots[i] - 1];
	r->v[r->n] = (struct cell){ .o = *o };
	r->v[r->n].o.count = 0;
	r->slots[i] = (uint32_t)++r->n;
	return &r->v[r->n - 1];
}

static enum rep_rc
on_hour(void *ctx, const struct rep_observation *o)
{
	struct recounting *r = ctx;
	struct cell *c = cell_of(r, o);

	if (c == NULL)
		return rep_fail(r->err, REP_EMEM, "out of memory");
	c->counted = o->count;
	c->first_s = o->first_s;
	c->last_s = o->last_s;
	return REP_OK;
}

/* --- readings -------------------------------------------------------------------------------------- */

/* The number of a rule's name. A name that the store does not have gets a new number. */
static enum rep_rc
name_of(struct recounting *r, struct rep_str id, uint32_t *out)
{
	uint32_t n = rep_store_name_id(r->store, id), cap;
	struct rep_str *more;

	for (uint32_t i = n == 0 ? r->out->names.n : 0; i > 0 && n == 0; i--)
		n = rep_str_eq(r->names[i - 1], id) ? i - 1 : 0;
	*out = n;
	if (n != 0 || id.n == 0)
		return REP_OK;
	if (r->out->names.n == r->names_cap) {
		cap = r->names_cap + 256;
		if ((more = rep_arena_alloc(r->a, cap * sizeof *more)) == NULL)
			return rep_fail(r->err, REP_ELIMIT, "more names than there is room for");
		memcpy(more, r->names, r->out->names.n * sizeof *more);
		r->names = more;
		r->names_cap = cap;
		r->out->names.v = more;
	}
	*out = r->out->names.n;
	r->names[r->out->names.n++] = id;
	return REP_OK;
}

/*
 * Reads the words as they are read when they come in (intake/heard.h). Of the recipient only the
 * provider is known: a domain of that provider stands for the recipient's.
 */
static void
hear_again(struct recounting *r, const struct rep_stored_fact *f)
{
	const struct rep_provider *p = rep_provider_by_id(
	    rep_know_providers(r->know), rep_name(&r->out->names, f->o.provider));
	struct rep_heard_in in = { .text = f->text,
		.host = f->host,
		.route = rep_name(&r->out->names, f->o.route),
		.words_of = REP_WORDS_OF_EITHER,
		.status = (enum rep_status)f->o.status,
		.stage = (enum rep_stage)f->o.stage,
		.quoted = f->o.quoted };

	if (p != NULL && p->hold_n > 0)
		in.recipient_domain = p->hold[0];
	in.service = in.route.n > 0 && f->host.n == 0;
	rep_heard_read(r->know, r->hosts, &in, &r->heard);
}

/* Reads the words with today's rules. When none matches: the rule it was, if that still exists. */
static enum rep_rc
read_anew(struct recounting *r, const struct rep_stored_fact *f, struct form_reading *to)
{
	const struct rep_rule *rule;

	to->rule = f->o.rule;
	to->class = f->o.class;
	to->scope = f->o.scope;
	to->certain = f->o.certain;
	to->quoted = f->o.quoted;
	if (f->text.n > 0 && f->o.evidence) {
		hear_again(r, f);
		if ((rule = r->heard.reading.rule) != NULL) {
			to->class = (uint8_t)r->heard.class;
			to->scope = (uint8_t)r->heard.scope;
			to->certain = r->heard.certain;
			to->quoted = r->heard.quoted;
			return name_of(r, rule->id, &to->rule);
		}
	}
	rule = rep_know_rule(r->know, rep_name(&r->out->names, f->o.rule));
	if (rule != NULL) {
		to->class = to->quoted ? to->class : (uint8_t)rule->class;
		return name_of(r, rule->id, &to->rule);
	}
	if (f->o.rule != 0 && f->text.n > 0 && f->o.evidence) { /* no rule knows these words now */
		to->class = REP_CLASS_UNKNOWN;
		to->scope = REP_SCOPE_NONE;
		to->rule = 0;
		to->certain = false;
	}
	return REP_OK;
}

/* Whether a reading is of this form, counted as this fact was. */
static bool
same_reading(const struct form_reading *x, const struct rep_stored_fact *f)
{
	return x->form == f->form && x->stage == f->o.stage && x->status == f->o.status &&
	    x->rule_was == f->o.rule && x->class_was == f->o.class && x->scope_was == f->o.scope &&
	    x->quoted_was == f->o.quoted && x->evidence == f->o.evidence;
}

static enum rep_rc
reading_of(struct recounting *r, const struct rep_stored_fact *f, struct form_reading **out)
{
	size_t i = (rep_hash_mix((uint64_t)f->form << 8 | f->o.stage) ^
		       rep_hash_mix(
			   (uint64_t)f->o.rule << 16 | (uint64_t)f->o.class << 8 | f->o.evidence)) &
	    (READINGS - 1);

	for (; r->readings[i].used; i = (i + 1) & (READINGS - 1)) {
		struct form_reading *x = &r->readings[i];

		if (same_reading(x, f)) {
			*out = x;
			return REP_OK;
		}
	}
	*out = &r->readings[i];
	**out = (struct form_reading){ .form = f->form,
		.rule_was = f->o.rule,
		.stage = f->o.stage,
		.status = f->o.status,
		.class_was = f->o.class,
		.scope_was = f->o.scope,
		.quoted_was = f->o.quoted,
		.evidence = f->o.evidence };
	if (r->readings_n < READINGS / 2) { /* else this place is overwritten each time */
		(*out)->used = true;
		r->readings_n++;
	}
	return read_anew(r, f, *out);
}

static void
note_difference(struct recounting *r, uint32_t was, uint32_t is)
{
	size_t k = 0;

	r->out->differ++;
	while (k < r->out->rules_n && (r->out->rules[k].was != was || r->out->rules[k].is != is))
		k++;
	if (k == REP_RECOUNT_RULES_MAX)
		return;
	if (k == r->out->rules_n) {
		r->out->rules[k].was = was;
		r->out->rules[k].is = is;
		r->out->rules[k].n = 0;
		r->out->rules_n++;
	}
	r->out->rules[k].n++;
}

static enum rep_rc
on_fact(void *ctx, const struct rep_stored_fact *f)
{
	struct recounting *r = ctx;
	struct rep_observation o = f->o;
	struct form_reading *x;
	struct cell *c;
	enum rep_rc rc;

	o.from_s = f->o.first_s - f->o.first_s % HOUR;
	keep_fact(r, &o);
	if (f->o.first_s > r->now_s)
		return REP_OK;
	r->out->facts++;
	if (r->anew && f->o.status != REP_STATUS_SENT) {
		if ((rc = reading_of(r, f, &x)) != REP_OK)
			return rc;
		if (x->rule != o.rule || x->class != o.class || x->certain != o.certain ||
		    x->scope != o.scope || x->quoted != o.quoted) {
			note_difference(r, o.rule, x->rule);
			o.rule = x->rule;
			o.class = x->class;
			o.scope = x->scope;
			o.certain = x->certain;
			o.quoted = x->quoted;
		}
	}
	if ((c = cell_of(r, &o)) == NULL)
		return rep_fail(r->err, REP_EMEM, "out of memory");
	if (c->o.count == 0 || f->o.first_s < c->o.first_s)
		c->o.first_s = f->o.first_s;
	if (c->o.count == 0 || f->o.first_s > c->o.last_s)
		c->o.last_s = f->o.first_s;
	c->o.count++;
	return REP_OK;
}

/* --- all together ------------------------------------------------------------------------------------ */

/* Compares by the order of the store. */
static int
as_in_store(const void *a, const void *b)
{
	const struct rep_observation *x = a, *y = b;
	const int64_t v[][2] = { { x->from_s, y->from_s }, { x->first_s, y->first_s },
		{ x->last_s, y->last_s }, { x->label, y->label }, { x->route, y->route },
		{ x->provider, y->provider }, { x->provider_domain, y->provider_domain },
		{ x->stream, y->stream }, { x->rule, y->rule }, { x->status, y->status },
		{ x->class, y->class }, { x->stage, y->stage }, { x->evidence, y->evidence },
		{ x->certain, y->certain }, { x->scope, y->scope }, { x->quoted, y->quoted },
		{ x->count, y->count } };

	for (size_t i = 0; i < REP_COUNT(v); i++)
		if (v[i][0] != v[i][1])
			return v[i][0] < v[i][1] ? -1 : 1;
	return 0;
}

/* Adds what the store counted but has no facts of, as it was counted. */
static void
settle(struct recounting *r, struct cell *c)
{
	uint32_t missing = c->counted > c->kept ? c->counted - c->kept : 0;
	int64_t last_s = c->last_s < r->now_s ? c->last_s : r->now_s;

	if (missing == 0 || c->first_s > r->now_s)
		return;
	if (c->o.count == 0 || c->first_s < c->o.first_s)
		c->o.first_s = c->first_s;
	if (c->o.count == 0 || last_s > c->o.last_s)
		c->o.last_s = last_s;
	c->o.count += missing;
	r->out->only_counted += missing;
}

struct days {
	struct rep_observation *v; /* owned */
	size_t n, cap;
	struct rep_err *err;
};

static enum rep_rc
on_day(void *ctx, const struct rep_observation *o)
{
	struct days *d = ctx;
	struct rep_observation *more;

	if (d->n == d->cap) {
		d->cap = d->cap == 0 ? 1024 : d->cap * 2;
		if ((more = realloc(d->v, d->cap * sizeof *more)) == NULL)
			return rep_fail(d->err, REP_EMEM, "out of memory");
		d->v = more;
	}
	d->v[d->n++] = *o;
	return REP_OK;
}

static enum rep_rc
collect(struct recounting *r, struct rep_err *err)
{
	struct days d = { .err = err };
	struct rep_observation *all;
	enum rep_rc rc = rep_store_observations(
	    r->store, REP_LEVEL_DAY, INT64_MIN / 2, r->out->hours_from_s, on_day, &d, err);

	if (rc == REP_OK && (all = realloc(d.v, (d.n + r->n + 1) * sizeof *all)) == NULL)
		rc = rep_fail(err, REP_EMEM, "out of memory");
	if (rc != REP_OK) {
		free(d.v);
		return rc;
	}
	for (size_t k = 0; k < r->n; k++) {
		settle(r, &r->v[k]);
		if (r->v[k].o.count > 0)
			all[d.n++] = r->v[k].o;
	}
	qsort(all, d.n, sizeof *all, as_in_store);
	for (size_t k = 0; k < d.n; k++)
		r->out->attempts += all[k].count;
	r->out->obs = all;
	r->out->n = d.n;
	return REP_OK;
}

enum rep_rc
rep_recount(struct rep_store *store, const struct rep_know *know, bool anew, int64_t now_s,
    int64_t newest_s, struct rep_arena *a, struct rep_recount *out, struct rep_err *err)
{
	struct recounting *r = calloc(1, sizeof *r);
	int64_t until_s = now_s - now_s % HOUR + HOUR;
	enum rep_rc rc = REP_OK;

	*out = (struct rep_recount){ .names = rep_store_names(store) };
	/* As verdicts.c cuts it; of an older moment, hours that are gone are days. */
	out->hours_from_s = (newest_s > now_s ? newest_s : now_s) - 89 * (int64_t)REP_DAY_S;
	out->hours_from_s -= out->hours_from_s % REP_DAY_S;
	if (r == NULL || (r->readings = calloc(READINGS, sizeof *r->readings)) == NULL ||
	    (r->hosts = rep_hosts_new(know)) == NULL) {
		free(r != NULL ? r->readings : NULL);
		free(r);
		return rep_fail(err, REP_EMEM, "out of memory");
	}
	r->store = store;
	r->know = know;
	r->anew = anew;
	r->now_s = now_s;
	r->a = a;
	r->out = out;
	r->err = err;
	r->names_cap = out->names.n + 256;
	if ((r->names = rep_arena_alloc(a, r->names_cap * sizeof *r->names)) == NULL)
		rc = rep_fail(err, REP_ELIMIT, "more names than there is room for");
	if (rc == REP_OK) {
		memcpy(r->names, out->names.v, out->names.n * sizeof *r->names);
		out->names.v = r->names;
		rc = rep_store_observations(
		    store, REP_LEVEL_HOUR, out->hours_from_s, until_s, on_hour, r, err);
	}
	if (rc == REP_OK)
		rc = rep_store_facts(store, out->hours_from_s, until_s, on_fact, r, err);
	if (rc == REP_OK)
		rc = collect(r, err);
	free(r->v);
	free(r->slots);
	free(r->readings);
	rep_hosts_free(r->hosts);
	free(r);
	return rc;
}
