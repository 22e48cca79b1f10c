/* SPDX-License-Identifier: Apache-2.0 */
#include "base/html.h"
#include "cli/dmarc_words.h"
#include "cli/grid.h"
#include "cli/mail_report.h"
#include "cli/row_text.h"
#include "cli/strip.h"

#include <stdlib.h>

/*
 * Up to so many sources stand side by side, one column each; more are a list. Judgement: three strips fit beside the name of
 * a provider, and nobody who decides reads more rows than that.
 */
enum { BESIDE = 3, ROWS_MOST = 40, TEXT_CELLS = 28 };

struct taker_row {
	uint32_t label, route, provider;
	struct rep_trend_sum sum;
	enum rep_state state;
	struct rep_trend_sum *cells; /* of those that are shown */
};

struct taker_rows {
	const struct rep_mail_report *r;
	struct rep_arena *a;
	struct taker_row *v;
	size_t n, cap;
	uint32_t sources[BESIDE + 1]; /* places in v: the first row of each source */
	size_t sources_n;
};

static bool
within(const struct rep_mail_report *r, const struct rep_observation *o, size_t *bucket)
{
	int64_t at = o->first_s - r->time.from_s;

	if (at < 0 || o->first_s > r->until_s || at / r->time.step_s >= (int64_t)r->time.n)
		return false;
	*bucket = (size_t)(at / r->time.step_s);
	return true;
}

static bool
same(const struct taker_row *x, const struct rep_observation *o)
{
	return x->label == o->label && x->route == o->route && x->provider == o->provider;
}

/* All pairs of source and provider that mail was sent for. Observations are sorted by label. */
static bool
collect(struct taker_rows *w)
{
	const struct rep_judge_in *in = &w->r->s->in;
	size_t first = 0, at = 0, bucket;

	for (size_t i = 0; i < in->obs_n; i++) {
		const struct rep_observation *o = &in->obs[i];
		enum rep_trend_kind k = rep_trend_of(o);

		if (k == REP_TREND_KINDS || !within(w->r, o, &bucket))
			continue;
		if (first < w->n && w->v[first].label != o->label)
			first = w->n;
		if (at >= w->n || !same(&w->v[at], o))
			for (at = first; at < w->n && !same(&w->v[at], o);)
				at++;
		if (at == w->n) {
			struct taker_row *v = rep_arena_more(w->a, w->v, w->n, &w->cap, sizeof *v);

			if (v == NULL)
				return false;
			w->v = v;
			w->v[w->n++] = (struct taker_row){
				.label = o->label, .route = o->route, .provider = o->provider
			};
		}
		w->v[at].sum.n[k] += o->count;
	}
	return true;
}

/* Two rows are of one source: an address, or a relay. */
static bool
one_source(const struct taker_row *x, const struct taker_row *y)
{
	return x->route == y->route && (x->route != 0 || x->label == y->label);
}

static void
find_sources(struct taker_rows *w)
{
	for (size_t i = 0; i < w->n && w->sources_n <= BESIDE; i++) {
		size_t k = 0;

		while (k < w->sources_n && !one_source(&w->v[w->sources[k]], &w->v[i]))
			k++;
		if (k == w->sources_n)
			w->sources[w->sources_n++] = (uint32_t)i;
	}
}

/* The first row of a label: they are sorted by it. */
static size_t
first_of(const struct taker_rows *w, uint32_t label)
{
	size_t low = 0, high = w->n;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (w->v[mid].label < label)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* How each stands now: the worst of its cells. */
static void
find_states(struct taker_rows *w)
{
	const struct rep_verdicts *v = &w->r->s->verdicts;

	for (size_t c = 0; c < v->cells_n; c++) {
		const struct rep_cell *x = &v->cells[c];

		if (x->folded || x->state <= REP_STATE_WELL)
			continue;
		for (size_t i = first_of(w, x->key.label);
		     i < w->n && w->v[i].label == x->key.label; i++)
			if (w->v[i].route == x->key.route && w->v[i].provider == x->key.provider &&
			    x->state > w->v[i].state)
				w->v[i].state = x->state;
	}
}

static int
worst_first(const void *x, const void *y)
{
	const struct taker_row *a = x, *b = y;
	uint64_t m = rep_trend_attempts(&a->sum), n = rep_trend_attempts(&b->sum);

	if (a->state != b->state)
		return a->state > b->state ? -1 : 1;
	if (m != n)
		return m > n ? -1 : 1;
	if (a->label != b->label)
		return a->label < b->label ? -1 : 1;
	return a->provider < b->provider ? -1 : a->provider > b->provider;
}

/* The strips of the first n rows. */
static bool
count(struct taker_rows *w, size_t n)
{
	const struct rep_judge_in *in = &w->r->s->in;
	size_t at = 0, bucket;

	for (size_t i = 0; i < n; i++)
		if ((w->v[i].cells = rep_arena_alloc(
			 w->a, (w->r->time.n + 1) * sizeof *w->v[i].cells)) == NULL)
			return false;
	for (size_t i = 0; i < in->obs_n; i++) {
		const struct rep_observation *o = &in->obs[i];
		enum rep_trend_kind k = rep_trend_of(o);

		if (k == REP_TREND_KINDS || !within(w->r, o, &bucket))
			continue;
		if (at >= n || !same(&w->v[at], o))
			for (at = 0; at < n && !same(&w->v[at], o);)
				at++;
		if (at < n)
			w->v[at].cells[bucket].n[k] += o->count;
	}
	return true;
}

/* --- showing them ------------------------------------------------------------------------------------ */

/* "91.2 %, blocked now": how much was accepted and not refused, and how it stands where that is not well. */
static struct rep_str
told(struct taker_rows *w, const struct taker_row *x)
{
	uint64_t taken = x->sum.n[REP_TREND_ACCEPTED], all = taken + x->sum.n[REP_TREND_REFUSED];
	struct rep_str share = all == 0 ? REP_S("none") : rep_dmarc_percent(w->a, taken, all);

	if (x->state <= REP_STATE_WELL)
		return rep_arena_printf(w->a, "%.*s", REP_PR(share));
	return rep_arena_printf(w->a, "%.*s, %s now", REP_PR(share), rep_state_word(x->state));
}

static struct rep_str
strip(struct taker_rows *w, const struct taker_row *x)
{
	const struct rep_picture_time *t = &w->r->time;
	uint64_t taken[TEXT_CELLS] = { 0 }, tried[TEXT_CELLS] = { 0 };
	bool known[REP_PICTURE_BUCKETS_MOST];
	size_t each = (t->n + TEXT_CELLS - 1) / TEXT_CELLS, n = (t->n + each - 1) / each;
	struct rep_buf b;

	rep_buf_init(&b, 1 << 17);
	for (size_t i = 0; i < t->n; i++)
		known[i] = rep_trend_known(w->r->s, t->from_s + (int64_t)i * t->step_s, t->step_s);
	if (rep_out_structured()) {
		rep_picture_strip(&b, x->cells, known, t->n, told(w, x), rep_row_paint(x->state));
		return rep_arena_take(w->a, &b);
	}
	for (size_t i = 0; i < t->n; i++) {
		size_t k = i / each;

		if (!known[i] && tried[k] == 0) {
			taken[k] = tried[k] = REP_STRIP_UNKNOWN;
			continue;
		}
		if (tried[k] == REP_STRIP_UNKNOWN)
			taken[k] = tried[k] = 0;
		taken[k] += x->cells[i].n[REP_TREND_ACCEPTED];
		tried[k] += rep_trend_attempts(&x->cells[i]);
	}
	rep_strip(&b, taken, n, rep_strip_most(tried, n), 1);
	return rep_arena_take(w->a, &b);
}

static struct rep_str
provider_of(struct taker_rows *w, const struct taker_row *x)
{
	const struct rep_cell_key k = {
		.label = x->label, .route = x->route, .provider = x->provider
	};
	struct rep_buf b;

	rep_buf_init(&b, 1 << 12);
	rep_out_sentence(&b, rep_provider_text(&w->r->s->in, &k, w->a));
	return rep_arena_take(w->a, &b);
}

static struct rep_str
source_of(struct taker_rows *w, const struct taker_row *x)
{
	const struct rep_cell c = { .key = { .label = x->label, .route = x->route } };
	char ip[REP_IP_TEXT];

	return rep_arena_dup(w->a, rep_row_source(&w->r->s->in, &c, ip));
}

static bool
as_list(struct taker_rows *w, struct rep_buf *b, size_t n)
{
	enum { PROVIDER, SOURCE, STRIP, TRIED, TAKEN, COLUMNS };
	static const struct rep_grid_column columns[COLUMNS] = {
		[PROVIDER] = { .title = "PROVIDER", .names = true, .least = 12, .most = 40 },
		[SOURCE] = { .title = "SOURCE", .most = 24, .cut_head = true },
		[STRIP] = { .title = "ACCEPTED", .may_go = true },
		[TRIED] = { .title = "ATTEMPTS", .right = true, .may_go = true },
		[TAKEN] = { .title = "TAKEN" },
	};
	struct rep_grid t;

	rep_grid_init(&t, columns, COLUMNS, w->a);
	for (size_t i = 0; i < n; i++) {
		const struct taker_row *x = &w->v[i];

		rep_grid_row(&t);
		rep_grid_cell(&t, PROVIDER, provider_of(w, x));
		rep_grid_cell(&t, SOURCE, source_of(w, x));
		rep_grid_cell(&t, STRIP, strip(w, x));
		rep_grid_number(&t, TRIED, rep_trend_attempts(&x->sum));
		rep_grid_cell(&t, TAKEN, told(w, x));
		rep_grid_paint(&t, rep_row_paint(x->state));
	}
	return rep_grid_print(&t, b);
}

/* A provider a row, a source a column. */
static bool
side_by_side(struct taker_rows *w, struct rep_buf *b, size_t n, const struct taker_row *sources,
    size_t sources_n)
{
	struct rep_grid_column columns[BESIDE + 1] = { { .title = "PROVIDER", .names = true } };
	bool done[ROWS_MOST] = { false };
	struct rep_grid t;

	for (size_t k = 0; k < sources_n; k++) {
		columns[k + 1].title = source_of(w, &sources[k]).p;
		if (columns[k + 1].title == NULL)
			return false;
	}
	rep_grid_init(&t, columns, sources_n + 1, w->a);
	for (size_t i = 0; i < n; i++) {
		if (done[i])
			continue;
		rep_grid_row(&t);
		rep_grid_cell(&t, 0, provider_of(w, &w->v[i]));
		for (size_t j = i; j < n; j++)
			for (size_t k = 0; k < sources_n && w->v[j].provider == w->v[i].provider;
			     k++)
				if (!done[j] && one_source(&w->v[j], &sources[k])) {
					rep_grid_cell(&t, k + 1, strip(w, &w->v[j]));
					done[j] = true;
				}
	}
	return rep_grid_print(&t, b);
}

static void
key(struct rep_buf *b, const struct rep_mail_report *r)
{
	const char *each = r->time.step_s >= 7 * REP_DAY_S ? "several days"
	    : r->time.step_s == REP_DAY_S		   ? "a day"
	    : r->time.step_s == REP_DAY_S / 2		   ? "half a day"
							   : "some hours";

	if (rep_out_structured())
		rep_picture_strip_key(b, each);
	else
		rep_out_paragraph(b,
		    REP_S(
			"Attempts that were accepted, over time; and how much was accepted and not refused."));
}

/* Into n sources in the order of what they are called. */
static void
insert(struct taker_rows *w, struct taker_row *sources, size_t n, const struct taker_row *x)
{
	struct rep_str called = source_of(w, x);

	while (n > 0 && rep_str_cmp(called, source_of(w, &sources[n - 1])) < 0) {
		sources[n] = sources[n - 1];
		n--;
	}
	sources[n] = *x;
}

bool
rep_mail_report_rows(struct rep_buf *b, const struct rep_mail_report *r)
{
	struct taker_rows w = { .r = r, .a = r->s->arena };
	struct taker_row sources[BESIDE];
	size_t n;
	bool beside;

	if (!collect(&w))
		return false;
	if (w.n == 0)
		return true;
	find_sources(&w);
	find_states(&w);
	beside = rep_out_structured() && w.sources_n <= BESIDE && w.n <= ROWS_MOST;
	for (size_t k = 0; beside && k < w.sources_n; k++)
		insert(&w, sources, k, &w.v[w.sources[k]]);
	qsort(w.v, w.n, sizeof *w.v, worst_first);
	n = w.n < ROWS_MOST ? w.n : ROWS_MOST;
	rep_mail_report_part(b, "Who takes your mail");
	key(b, r);
	if (!count(&w, n) ||
	    !(beside ? side_by_side(&w, b, n, sources, w.sources_n) : as_list(&w, b, n)))
		return false;
	if (n < w.n)
		rep_out_paragraph(b,
		    rep_arena_printf(w.a,
			"and %zu more, with less mail and no worse trouble: reputed status --all",
			w.n - n));
	return true;
}
