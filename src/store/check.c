/*
 * store/check.c -- looks for damage in what is stored.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/memory.h"
#include "store/inside.h"

#include <stdarg.h>
#include <stdio.h>

enum { SENTENCE = 320 };

struct checking {
	rep_store_damage_fn fn;
	void *ctx;
	size_t n;
	enum rep_level level;
	uint32_t names_n;
	uint64_t counted;	   /* by the rows of one level */
	uint64_t facts, bad_facts; /* rows of `fact` */
	uint64_t samples_bad;
	bool no_memory; /* a walk could not be done: that is no damage */
};

static void REP_PRINTF(2, 3) say(struct checking *c, const char *fmt, ...)
{
	char text[SENTENCE];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	c->n++;
	if (n > 0 && c->fn != NULL)
		c->fn(c->ctx,
		    (struct rep_str){
			text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1 });
}

/* A walk that failed is damage too, unless memory was short; the others are still done. */
static void
walked(struct checking *c, enum rep_rc rc, const struct rep_err *err, const char *what)
{
	if (rc == REP_EMEM)
		c->no_memory = true;
	else if (rc != REP_OK)
		say(c, "%s: %s", what, err->msg);
}

static enum rep_rc
on_file(void *ctx, int64_t id, struct rep_str sentence)
{
	struct rep_str s = rep_str_sub(sentence, 0, 200);
	struct checking *c = ctx;

	(void)id;
	/* SQLite tells a page that it had no memory for (7, SQLITE_NOMEM) among the damaged ones. */
	if (rep_str_ends(rep_str_trim(sentence), REP_S("error code=7"))) {
		c->no_memory = true;
		return REP_OK;
	}
	say(c, "the file: %.*s", REP_PR(s));
	return REP_OK;
}

static const char *const of[] = { "minute", "hour", "day" };

static enum rep_rc
on_row(void *ctx, int64_t from_s, struct rep_str row)
{
	struct checking *c = ctx;

	if (!rep_cells_valid(c->level, from_s, row, c->names_n, &c->counted))
		say(c, "the counts of the %s %lld cannot be read", of[c->level], (long long)from_s);
	return REP_OK;
}

static void
check_together(struct rep_store *s, struct checking *c)
{
	struct rep_err err;
	uint64_t differ = 0;

	walked(c, rep_cells_compare_all(s->b, c->level, c->names_n, &differ, &err), &err, "counts");
	if (differ > 0)
		say(c, "%llu counts by %s of all sources together are not the sum of the sources'",
		    (unsigned long long)differ, of[c->level]);
}

static void
check_counts(struct rep_store *s, struct checking *c)
{
	struct rep_err err;
	enum rep_rc rc;

	for (int level = 0; level < REP_LEVEL_N; level++) {
		size_t n = c->n;

		c->level = (enum rep_level)level;
		c->counted = 0;
		rc = s->b->ops->cells(
		    s->b, (uint32_t)level, INT64_MIN / 2, INT64_MAX / 2, on_row, c, &err);
		walked(c, rc, &err, "counts");
		if (c->n == n && s->meta[REP_META_ALL] != 0)
			check_together(s, c);
	}
	/* Days are kept for ever, so each delivery is in one of them. */
	if (c->counted != (uint64_t)s->meta[REP_META_COUNTED])
		say(c, "the days have %llu deliveries, but %lld were counted",
		    (unsigned long long)c->counted, (long long)s->meta[REP_META_COUNTED]);
}

static enum rep_rc
on_fact(void *ctx, const struct rep_fact_row *f)
{
	const uint32_t name[] = { f->label, f->route, f->provider, f->provider_domain, f->stream,
		f->rule };
	struct checking *c = ctx;
	bool good = f->status < REP_STATUS_N && f->class < REP_CLASS_N && f->stage < REP_STAGE_N &&
	    f->scope < REP_SCOPE_N;

	for (size_t i = 0; i < REP_COUNT(name); i++)
		good = good && name[i] < c->names_n;
	c->facts++;
	c->bad_facts += !good;
	return REP_OK;
}

static void
check_facts(struct rep_store *s, struct checking *c)
{
	struct rep_err err;

	walked(c, s->b->ops->facts(s->b, 0, INT64_MAX, on_fact, c, &err), &err, "deliveries");
	if (c->bad_facts > 0)
		say(c, "%llu deliveries have a name or a word that does not exist",
		    (unsigned long long)c->bad_facts);
	if (c->facts != (uint64_t)s->meta[REP_META_FACTS])
		say(c, "there are %llu single deliveries, but there should be %lld",
		    (unsigned long long)c->facts, (long long)s->meta[REP_META_FACTS]);
}

static enum rep_rc
on_sample(void *ctx, const struct rep_sample_row *row)
{
	struct checking *c = ctx;

	c->samples_bad += row->provider >= c->names_n || row->provider_domain >= c->names_n ||
	    row->rule >= c->names_n || row->class < 0 || row->class >= REP_CLASS_N;
	return REP_OK;
}

/* What the other readers of the store need: they check what they get. */
static void
check_others(struct rep_store *s, struct checking *c)
{
	const struct rep_input *inputs;
	const struct rep_source *sources;
	const struct rep_told *told;
	struct rep_found_all found;
	struct rep_err err;
	size_t n;

	walked(c, s->b->ops->samples(s->b, on_sample, c, &err), &err, "replies");
	if (c->samples_bad > 0)
		say(c, "%llu replies have a name or a word that does not exist",
		    (unsigned long long)c->samples_bad);
	walked(c, rep_store_inputs(s, &inputs, &n, &err), &err, "positions of inputs");
	walked(c, rep_store_sources(s, &sources, &n, &err), &err, "addresses");
	walked(c, rep_store_told(s, &told, &n, &err), &err, "verdicts");
	walked(c, rep_store_found(s, &found, &err), &err, "findings");
}

enum rep_rc
rep_store_check(
    struct rep_store *s, rep_store_damage_fn fn, void *ctx, size_t *n, struct rep_err *err)
{
	struct checking c = { .fn = fn, .ctx = ctx };
	struct rep_err why;
	enum rep_rc rc;

	if (s->open)
		return rep_fail(err, REP_EUSAGE, "a transaction is open");
	rc = s->b->ops->check(s->b, on_file, &c, &why);
	walked(&c, rc, &why, "the file");
	rc = rep_store_meta(s, s->meta, &why);
	walked(&c, rc, &why, "counters");
	c.names_n = rep_store_names(s).n;
	check_counts(s, &c);
	check_facts(s, &c);
	check_others(s, &c);
	s->b->ops->rollback(s->b);
	if (c.no_memory || rep_memory_ran_out())
		return rep_fail(err, REP_EMEM, "out of memory: the database could not be checked");
	*n = c.n;
	return REP_OK;
}
