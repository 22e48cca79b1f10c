/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/top_view.h"
#include "cli/across_text.h"
#include "cli/row_text.h"
#include "cli/why_summary.h"

/* --- what is wrong --------------------------------------------------------------------------------- */

static bool
troubles(struct rep_top_view *v)
{
	const struct rep_verdicts *all = &v->set->verdicts;
	struct rep_arena *a = v->set->arena;
	const struct rep_incident **open =
	    rep_arena_alloc(a, (all->incidents_n + 1) * sizeof(const struct rep_incident *));
	struct rep_why_group *groups;
	size_t groups_n;

	if (open == NULL)
		return false;
	for (size_t n = 0; n < all->incidents_n; n++)
		if (rep_incident_open(&all->incidents[n]))
			open[v->open++] = &all->incidents[n];
	if (!rep_why_groups_open(all, open, v->open, a, &groups, &groups_n))
		return false;
	v->troubles = rep_arena_alloc(a, (all->across_n + groups_n + 1) * sizeof *v->troubles);
	if (v->troubles == NULL)
		return false;
	for (size_t n = 0; n < all->across_n; n++)
		v->troubles[v->troubles_n++].across = &all->across[n];
	for (size_t n = 0; n < groups_n; n++)
		v->troubles[v->troubles_n++].group = &groups[n];
	return true;
}

static bool
rows(struct rep_top_view *v)
{
	const struct rep_verdicts *all = &v->set->verdicts;

	v->rows = rep_arena_alloc(v->set->arena, (all->cells_n + 1) * sizeof *v->rows);
	for (size_t n = 0; v->rows != NULL && n < all->cells_n; n++)
		if (rep_row_shown(&all->cells[n]))
			v->rows[v->rows_n++].cell = &all->cells[n];
	return v->rows != NULL;
}

/* --- what came in ----------------------------------------------------------------------------------- */

static bool
same_kind(const struct rep_top_arrival *x, const struct rep_top_arrival *y)
{
	const struct rep_observation *o = x->reply, *p = y->reply;

	if (o == NULL || p == NULL)
		return o == p && x->complaint->provider == y->complaint->provider &&
		    x->complaint->stream == y->complaint->stream;
	return o->label == p->label && o->route == p->route && o->provider == p->provider &&
	    o->provider_domain == p->provider_domain && o->class == p->class && o->rule == p->rule;
}

/* Keeps it where it belongs among the newest; an older one of its kind goes. */
static void
keep(struct rep_top_view *v, const struct rep_top_arrival *x)
{
	size_t at = 0, gone = v->arrivals_n;

	while (at < v->arrivals_n && v->arrivals[at].at_s >= x->at_s) {
		if (same_kind(&v->arrivals[at], x))
			return;
		at++;
	}
	if (at == REP_TOP_ARRIVALS)
		return;
	for (size_t k = at; k < v->arrivals_n; k++)
		if (same_kind(&v->arrivals[k], x))
			gone = k;
	if (gone == v->arrivals_n && v->arrivals_n < REP_TOP_ARRIVALS)
		v->arrivals_n++;
	else if (gone == v->arrivals_n)
		gone--;
	memmove(&v->arrivals[at + 1], &v->arrivals[at], (gone - at) * sizeof *v->arrivals);
	v->arrivals[at] = *x;
}

static void
arrivals(struct rep_top_view *v)
{
	const struct rep_judge_in *in = &v->set->in;

	for (size_t i = 0; i < in->recent_n; i++) {
		const struct rep_observation *o = &in->recent[i];
		struct rep_top_arrival x = { .at_s = o->last_s, .reply = o };

		if (o->last_s > in->now_s)
			continue;
		if (o->class != REP_CLASS_ACCEPTED)
			keep(v, &x);
		else if (v->accepted == NULL || o->last_s > v->accepted->last_s)
			v->accepted = o;
	}
	for (size_t i = 0; i < in->complaints_n; i++) {
		struct rep_top_arrival x = { .at_s = in->complaints[i].at_s,
			.complaint = &in->complaints[i] };

		if (x.at_s <= in->now_s)
			keep(v, &x);
	}
}

enum rep_rc
rep_top_view_make(struct rep_top_view *v, const struct rep_verdict_set *set, struct rep_err *err)
{
	*v = (struct rep_top_view){ .set = set };
	if (!troubles(v) || !rows(v))
		return rep_fail(
		    err, REP_ELIMIT, "more incidents or rows than memory is set aside for");
	arrivals(v);
	return REP_OK;
}

bool
rep_top_empty(const struct rep_top_view *v)
{
	const struct rep_verdict_set *s = v->set;

	return s->totals.counted == 0 && s->seen.n == 0 && s->in.waits.n == 0;
}

/* --- made when shown -------------------------------------------------------------------------------- */

struct rep_str
rep_top_headline(struct rep_top_view *v, size_t trouble)
{
	struct rep_top_trouble *t = &v->troubles[trouble];

	if (t->headline.n == 0)
		t->headline = t->across != NULL
		    ? rep_across_headline(v->set, t->across)
		    : rep_why_headline(v->set, t->group->members, t->group->n);
	if (t->headline.n == 0)
		t->headline = REP_S("?");
	return t->headline;
}

struct rep_str
rep_top_first_step(const struct rep_top_view *v, size_t trouble)
{
	const struct rep_top_trouble *t = &v->troubles[trouble];

	return t->across == NULL && t->group->members[0]->next_n > 0
	    ? t->group->members[0]->next[0].step
	    : (struct rep_str){ "", 0 };
}

const struct rep_trend_sum *
rep_top_hours(struct rep_top_view *v, size_t row)
{
	struct rep_top_row *r = &v->rows[row];
	struct rep_trend_sum *hours;

	if (r->hours != NULL)
		return r->hours;
	hours = rep_arena_alloc(v->set->arena, REP_TREND_HOURS * sizeof *hours);
	if (hours != NULL)
		rep_trend_day(v->set, r->cell, hours);
	r->hours = hours;
	return r->hours;
}

struct rep_str
rep_top_state(struct rep_top_view *v, size_t row)
{
	struct rep_top_row *r = &v->rows[row];

	if (r->state.n == 0)
		r->state = rep_row_state(v->set, r->cell);
	if (r->state.n == 0)
		r->state = REP_S("?");
	return r->state;
}

/* --- the same thing in another reading ---------------------------------------------------------------- */

struct rep_top_item
rep_top_item(const struct rep_top_view *v, size_t item)
{
	if (item < v->troubles_n)
		return (struct rep_top_item){ .incident = v->troubles[item].group != NULL
			    ? v->troubles[item].group->members[0]->id
			    : 0 };
	item -= v->troubles_n;
	return (struct rep_top_item){ .row = true,
		.cell = item < v->rows_n ? v->rows[item].cell->key
					 : (struct rep_cell_key){ .label = 0 } };
}

/* The group that an incident is told in, by its number. SIZE_MAX: none. */
static size_t
told_in(const struct rep_top_view *v, int64_t incident)
{
	for (size_t n = 0; n < v->troubles_n; n++)
		for (size_t k = 0; v->troubles[n].group != NULL && k < v->troubles[n].group->n; k++)
			if (v->troubles[n].group->members[k]->id == incident)
				return n;
	return SIZE_MAX;
}

size_t
rep_top_find(const struct rep_top_view *v, const struct rep_top_item *item, size_t place)
{
	size_t all = v->troubles_n + v->rows_n, at;

	if (!item->row && item->incident != 0 && (at = told_in(v, item->incident)) != SIZE_MAX)
		return at;
	for (size_t n = 0; item->row && n < v->rows_n; n++)
		if (rep_cell_key_cmp(&v->rows[n].cell->key, &item->cell) == 0)
			return v->troubles_n + n;
	return all == 0 ? 0 : place < all ? place : all - 1;
}
