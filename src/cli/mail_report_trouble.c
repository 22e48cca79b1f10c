/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"
#include "cli/grid.h"
#include "cli/mail_report.h"
#include "cli/outlook.h"
#include "cli/why.h"
#include "cli/why_groups.h"
#include "cli/why_summary.h"

#include <stdlib.h>

enum {
	FULL_MOST = 5,	  /* judgement: more parts than that nobody reads who was not there */
	LINES_MOST = 20,  /* of those that follow, a line each */
	TOGETHER_S = 3600 /* stays of two sources so close together are one */
};

/* What happened at one provider. */
struct trouble {
	struct rep_cell_key key;
	const struct rep_incident **v; /* those that reach into the time; open ones first */
	size_t n, cap;
	bool open;
	uint64_t lost; /* by all of their stays that reach into the time */
};

struct troubles {
	const struct rep_mail_report *r;
	struct rep_arena *a;
	struct trouble *v;
	size_t n, cap;
};

/* --- what there is ------------------------------------------------------------------------------------ */

static bool
reaches(const struct rep_mail_report *r, const struct rep_episode *e)
{
	return e->since_s <= r->until_s && (e->until_s == 0 || e->until_s >= r->time.from_s);
}

static bool
one_place(const struct rep_cell_key *x, const struct rep_cell_key *y)
{
	return x->provider == y->provider && x->provider_domain == y->provider_domain &&
	    (x->route != 0) == (y->route != 0);
}

static bool
add(struct troubles *t, const struct rep_incident *i)
{
	const struct rep_cell_key *key = &t->r->s->verdicts.cells[i->cell].key;
	const struct rep_incident **v;
	uint64_t lost = 0;
	bool any = false;
	size_t at = 0;

	for (size_t k = 0; k < i->episodes_n; k++)
		if (reaches(t->r, &i->episodes[k])) {
			any = true;
			lost += i->episodes[k].bounced;
		}
	if (!any)
		return true;
	while (at < t->n && !one_place(&t->v[at].key, key))
		at++;
	if (at == t->n) {
		struct trouble *more = rep_arena_more(t->a, t->v, t->n, &t->cap, sizeof *more);

		if (more == NULL)
			return false;
		t->v = more;
		t->v[t->n++] = (struct trouble){ .key = *key };
	}
	if ((v = rep_arena_more(t->a, t->v[at].v, t->v[at].n, &t->v[at].cap, sizeof *v)) == NULL)
		return false;
	t->v[at].v = v;
	v[t->v[at].n++] = i;
	t->v[at].open = t->v[at].open || rep_incident_open(i);
	t->v[at].lost += lost;
	return true;
}

static int
worst_first(const void *x, const void *y)
{
	const struct trouble *a = x, *b = y;

	if (a->open != b->open)
		return a->open ? -1 : 1;
	if (a->lost != b->lost)
		return a->lost > b->lost ? -1 : 1;
	return rep_cell_key_cmp(&a->key, &b->key);
}

/* --- stays ---------------------------------------------------------------------------------------------- */

static int
by_begin(const void *x, const void *y)
{
	const struct rep_picture_stay *a = x, *b = y;

	if (a->since_s != b->since_s)
		return a->since_s < b->since_s ? -1 : 1;
	return (int)a->trouble - (int)b->trouble;
}

static bool
meets(const struct rep_picture_stay *a, const struct rep_picture_stay *b)
{
	return a->trouble == b->trouble && a->away == b->away &&
	    (a->until_s == 0 || b->since_s <= a->until_s + TOGETHER_S);
}

static void
merge(struct rep_picture_stay *a, const struct rep_picture_stay *b)
{
	a->bounced += b->bounced;
	a->deferred += b->deferred;
	if (a->until_s != 0 && (b->until_s == 0 || b->until_s > a->until_s))
		a->until_s = b->until_s;
}

/* All stays of a trouble, those of several sources at one time as one; then only those in the time of the report. */
static bool
stays_of(
    const struct troubles *t, const struct trouble *x, struct rep_picture_stay **out, size_t *n)
{
	struct rep_picture_stay *v;
	size_t all = 0, merged = 0, kept = 0;

	for (size_t i = 0; i < x->n; i++)
		all += x->v[i]->episodes_n;
	if ((v = rep_arena_alloc(t->a, (all + 1) * sizeof *v)) == NULL)
		return false;
	all = 0;
	for (size_t i = 0; i < x->n; i++)
		for (size_t k = 0; k < x->v[i]->episodes_n; k++) {
			const struct rep_episode *e = &x->v[i]->episodes[k];

			v[all++] = (struct rep_picture_stay){ .trouble = x->v[i]->trouble,
				.away = x->v[i]->theirs || x->v[i]->nobody,
				.since_s = e->since_s,
				.until_s = e->until_s,
				.bounced = e->bounced,
				.deferred = e->deferred };
		}
	qsort(v, all, sizeof *v, by_begin);
	for (size_t i = 0; i < all; i++) {
		size_t k = merged;

		while (k > 0 && !meets(&v[k - 1], &v[i]))
			k--;
		if (k > 0) {
			merge(&v[k - 1], &v[i]);
			continue;
		}
		for (size_t m = 0; m < merged; m++)
			v[i].before += v[m].trouble == v[i].trouble;
		v[merged++] = v[i];
	}
	for (size_t i = 0; i < merged; i++)
		if (v[i].until_s == 0 || v[i].until_s >= t->r->time.from_s)
			v[kept++] = v[i];
	*out = v;
	*n = kept;
	return true;
}

static struct rep_str
what(struct rep_arena *a, const struct rep_picture_stay *x)
{
	static const char *const words[REP_TROUBLE_N] = { "refused", "slowed",
		"refused for authentication or identity", "accepted less than usual" };

	return rep_arena_printf(a, "%s%s%s", x->away ? "could not be reached" : words[x->trouble],
	    x->before > 0 ? " again" : "", x->until_s == 0 ? ", now" : "");
}

static bool
stays_table(struct rep_buf *b, const struct troubles *t, const struct rep_picture_stay *v, size_t n)
{
	enum { NUMBER, WHAT, FROM, UNTIL, LASTED, BOUNCED, DEFERRED, COLUMNS };
	static const struct rep_grid_column columns[COLUMNS] = {
		[NUMBER] = { .title = "NO.", .right = true },
		[WHAT] = { .title = "WHAT", .names = true, .least = 7 },
		[FROM] = { .title = "FROM" },
		[UNTIL] = { .title = "UNTIL" },
		[LASTED] = { .title = "LASTED", .may_go = true },
		[BOUNCED] = { .title = "LOST", .right = true },
		[DEFERRED] = { .title = "PUT OFF", .right = true, .may_go = true },
	};
	char from[REP_TIME_TEXT], until[REP_TIME_TEXT], span[REP_TIME_TEXT];
	struct rep_grid g;

	rep_grid_init(&g, columns, COLUMNS, t->a);
	for (size_t i = 0; i < n; i++) {
		int64_t end_s = v[i].until_s != 0 ? v[i].until_s : t->r->until_s;

		rep_time_text(v[i].since_s, from);
		rep_time_text(end_s, until);
		rep_grid_row(&g);
		rep_grid_number(&g, NUMBER, i + 1);
		rep_grid_cell(&g, WHAT, what(t->a, &v[i]));
		rep_grid_cell(&g, FROM, rep_arena_printf(t->a, "%.10s %.5s", from, from + 11));
		rep_grid_cell(&g, UNTIL,
		    v[i].until_s == 0 ? REP_S("still so")
				      : rep_arena_printf(t->a, "%.10s %.5s", until, until + 11));
		rep_grid_cell(&g, LASTED,
		    rep_arena_printf(t->a, "%s", rep_time_span(end_s - v[i].since_s, span)));
		rep_grid_number(&g, BOUNCED, v[i].bounced);
		rep_grid_number(&g, DEFERRED, v[i].deferred);
	}
	return rep_grid_print(&g, b);
}

/* --- one part ------------------------------------------------------------------------------------------------ */

static bool
complaints_read(const struct rep_mail_report *r, uint32_t provider)
{
	for (size_t i = 0; i < r->s->in.complaints_n; i++)
		if (r->s->in.complaints[i].provider == provider)
			return true;
	return false;
}

/* The group to begin with: an open one, the one that lost most; else the newest. */
static bool
leading(const struct troubles *t, const struct trouble *x, const struct rep_incident ***group,
    size_t *n)
{
	struct rep_why_groups groups;
	struct rep_why_group *open;
	size_t open_n;

	if (!rep_why_groups_open(&t->r->s->verdicts, x->v, x->n, t->a, &open, &open_n))
		return false;
	if (open_n > 0) {
		*group = open[0].members;
		*n = open[0].n;
		return true;
	}
	if ((*group = rep_arena_alloc(t->a, x->n * sizeof **group)) == NULL ||
	    !rep_why_groups_init(&groups, &t->r->s->verdicts, x->v, x->n, t->a))
		return false;
	*n = rep_why_groups_take(&groups, 0, *group);
	return true;
}

static bool
part(struct rep_buf *b, const struct troubles *t, const struct trouble *x, bool reasons)
{
	const struct rep_verdict_set *s = t->r->s;
	const struct rep_incident **group;
	struct rep_picture_stay *stays;
	struct rep_str text;
	size_t n, stays_n;

	if (!leading(t, x, &group, &n) || !stays_of(t, x, &stays, &stays_n))
		return false;
	rep_mail_report_part(b, NULL);
	rep_why_summary(b, s, group, n, false);
	rep_picture_provider(
	    b, s, x->v, x->n, &t->r->time, stays, stays_n, complaints_read(t->r, x->key.provider));
	rep_buf_printf(b, "\n%sWhat happened there%s\n", rep_paint(REP_BOLD), rep_unpaint());
	if (!stays_table(b, t, stays, stays_n))
		return false;
	text = rep_ledger_text(s, group, n);
	if (text.n > 0)
		rep_out_paragraph(b, rep_arena_printf(t->a, "\n%.*s.", REP_PR(text)));
	if (!rep_incident_open(group[0]))
		return true;
	if (reasons)
		rep_why_reasons(b, s, group, n);
	rep_buf_addc(b, '\n');
	rep_out_paragraph(b,
	    rep_arena_printf(t->a,
		"All steps, with the commands and the text to send%s: reputed why %lld --html",
		reasons ? "" : ", and the evidence", (long long)group[0]->id));
	return true;
}

/* Those without a part of their own: a line each. */
static bool
lines(struct rep_buf *b, const struct troubles *t, size_t from)
{
	size_t end = t->n < from + LINES_MOST ? t->n : from + LINES_MOST;

	if (from >= t->n)
		return true;
	rep_mail_report_part(b, "Also in this time");
	for (size_t i = from; i < end; i++) {
		const struct rep_incident **group;
		struct rep_str line;
		size_t n;

		if (!leading(t, &t->v[i], &group, &n))
			return false;
		line = rep_why_headline(t->r->s, group, n);
		rep_out_paragraph(b, rep_arena_printf(t->a, "%.*s.", REP_PR(line)));
	}
	if (end < t->n)
		rep_out_paragraph(
		    b, rep_arena_printf(t->a, "and %zu more: reputed why --all", t->n - end));
	return true;
}

bool
rep_mail_report_troubles(struct rep_buf *b, const struct rep_mail_report *r)
{
	struct troubles t = { .r = r, .a = r->s->arena };

	for (size_t i = 0; i < r->s->verdicts.incidents_n; i++)
		if (!add(&t, &r->s->verdicts.incidents[i]))
			return false;
	if (t.n > 0)
		qsort(t.v, t.n, sizeof *t.v, worst_first);
	for (size_t i = 0; i < t.n && i < FULL_MOST; i++)
		if (!part(b, &t, &t.v[i], i == 0))
			return false;
	return lines(b, &t, FULL_MOST);
}
