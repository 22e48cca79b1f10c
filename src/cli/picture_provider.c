/* SPDX-License-Identifier: Apache-2.0 */
#include "base/html.h"
#include "base/time.h"
#include "cli/out.h"
#include "cli/picture_inside.h"

#include <stdio.h>

enum { WIDE = REP_PICTURE_WIDE, BUCKETS = REP_PICTURE_BUCKETS, PANELS = 3 };

/* Down the drawing: the numbers of stays, the attempts, and three panels with the words above each. */
enum {
	MARK_AT = 12,
	MARK_LOW = 32, /* of a number that has no room beside the one before */
	MARK_R = 9,
	TOP = 66,
	FLOOR = 200,
	PANEL_FIRST = 232,
	PANEL_HIGH = 36,
	PANEL_APART = 72,
	END = PANEL_FIRST + (PANELS - 1) * PANEL_APART + PANEL_HIGH,
	AXIS = END + 26,
	HIGH = AXIS + 8
};

struct whole {
	struct rep_picture p;
	uint64_t unknown[BUCKETS], complaints[BUCKETS];
	const struct rep_picture_stay *stays;
	size_t stays_n;
	bool complaints_read;
};

/* --- what is drawn ---------------------------------------------------------------------------------- */

/* Recipients that do not exist, of the sources of the group; and complaints of the provider's people. */
static bool
count_conduct(struct whole *w, const struct rep_incident *const *group, size_t n)
{
	const struct rep_verdict_set *s = w->p.s;
	const struct rep_judge_in *in = &s->in;
	bool *label = rep_arena_alloc(s->arena, in->names.n + 1), everywhere = false;
	uint32_t provider = s->verdicts.cells[group[0]->cell].key.provider;
	struct rep_trend_mail mail = { .names_n = in->names.n };

	if (label == NULL)
		return false;
	for (size_t k = 0; k < n; k++) {
		label[s->verdicts.cells[group[k]->cell].key.label] = true;
		everywhere = everywhere || group[k]->everywhere;
	}
	mail.label = everywhere ? NULL : label;
	for (size_t i = 0; i < in->obs_n; i++) {
		const struct rep_observation *o = &in->obs[i];
		int64_t at = o->first_s - w->p.from_s;

		if (at >= 0 && at / w->p.step_s < (int64_t)w->p.n &&
		    o->class == REP_CLASS_RECIPIENT && o->status == REP_STATUS_BOUNCED &&
		    rep_trend_counts(&mail, o))
			w->unknown[at / w->p.step_s] += o->count;
	}
	for (size_t i = 0; i < in->complaints_n; i++) {
		const struct rep_complaint *c = &in->complaints[i];
		int64_t at = c->at_s - w->p.from_s;

		if (at >= 0 && at / w->p.step_s < (int64_t)w->p.n && c->provider == provider &&
		    rep_feedback_counts(c->type))
			w->complaints[at / w->p.step_s] += c->count;
	}
	return true;
}

static const char *
kind_of(const struct rep_picture_stay *t)
{
	return t->trouble == REP_TROUBLE_THROTTLE ? "s" : "r";
}

/* --- the drawing -------------------------------------------------------------------------------------- */

static double
within(double x)
{
	return x < 0 ? 0 : x > WIDE ? WIDE : x;
}

static double
end_of(const struct whole *w, const struct rep_picture_stay *t)
{
	int64_t until_s = t->until_s != 0 ? t->until_s : w->p.s->in.now_s;
	double from = within(rep_picture_x(&w->p, t->since_s)),
	       end = within(rep_picture_x(&w->p, until_s));

	return end < from + 2 ? from + 2 : end; /* however short: it is seen */
}

static void
bands(const struct whole *w)
{
	for (size_t i = 0; i < w->stays_n; i++) {
		const struct rep_picture_stay *t = &w->stays[i];
		double x = within(rep_picture_x(&w->p, t->since_s)), end = end_of(w, t);

		rep_buf_printf(w->p.b,
		    "<rect class=\"band %s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>",
		    kind_of(t), x, MARK_AT + MARK_R, end - x, END - MARK_AT - MARK_R);
	}
}

/* The number of each stay where it begins; and where a refusal ended, an arrow up. */
static void
marks(const struct whole *w)
{
	double before[2] = { -WIDE, -WIDE };

	for (size_t i = 0; i < w->stays_n; i++) {
		const struct rep_picture_stay *t = &w->stays[i];
		double x = within(rep_picture_x(&w->p, t->since_s)), end = end_of(w, t), at = x;
		size_t row = at - before[0] >= 2 * MARK_R + 2 ? 0 : 1;
		int y = row == 0 ? MARK_AT : MARK_LOW;

		at = at < MARK_R + 1 ? MARK_R + 1 : at > WIDE - MARK_R - 1 ? WIDE - MARK_R - 1 : at;
		before[row] = at;
		rep_buf_printf(w->p.b,
		    "<line class=\"edge %s\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>"
		    "<circle class=\"%s\" cx=\"%.1f\" cy=\"%d\" r=\"%d\"/>"
		    "<text class=\"mark-n\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%zu</text>",
		    kind_of(t), x, y + MARK_R, x, END, kind_of(t), at, y, MARK_R, at, y + 4, i + 1);
		if (t->until_s != 0 && t->trouble != REP_TROUBLE_THROTTLE && end < WIDE)
			rep_buf_printf(w->p.b, "<path class=\"a\" d=\"M%.1f %d l5 9 h-10 z\"/>",
			    end, MARK_LOW + 14);
	}
}

/* A panel of bars with what its highest one is. values: of each bucket; scale: how high one is. */
static void
panel(const struct whole *w, size_t nth, const char *class, const double *values, const char *told)
{
	int floor = PANEL_FIRST + (int)nth * PANEL_APART + PANEL_HIGH;
	double wide = (double)WIDE / (double)w->p.n, most = 0;

	for (size_t i = 0; i < w->p.n; i++)
		most = values[i] > most ? values[i] : most;
	rep_buf_printf(w->p.b, "<text x=\"0\" y=\"%d\">", floor - PANEL_HIGH - 6);
	rep_html_add(w->p.b, rep_str_c(told));
	rep_buf_printf(w->p.b,
	    "</text><line class=\"grid\" x1=\"0\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>", floor, WIDE,
	    floor);
	for (size_t i = 0; i < w->p.n && most > 0; i++) {
		double high = values[i] / most * PANEL_HIGH;

		if (values[i] > 0)
			rep_picture_bar(w->p.b, class, (double)i * wide,
			    floor - (high < 1 ? 1 : high), wide > 3 ? wide - 1 : wide,
			    high < 1 ? 1 : high);
	}
}

static double
share_of(const struct whole *w, size_t i)
{
	uint64_t all = rep_trend_attempts(&w->p.own[i]);

	return all == 0 ? 0 : (double)w->unknown[i] / (double)all;
}

static void
panels(const struct whole *w)
{
	double v[BUCKETS], most = 0;
	uint64_t all = 0;
	char told[160], n[32];

	for (size_t i = 0; i < w->p.n; i++)
		v[i] = (double)rep_trend_attempts(&w->p.own[i]);
	snprintf(told, sizeof told, "All own mail from there: at most %s attempts %s",
	    rep_out_number(rep_picture_most(w->p.own, w->p.n), n), rep_picture_unit(&w->p));
	panel(w, 0, "v", v, told);
	for (size_t i = 0; i < w->p.n; i++) {
		v[i] = share_of(w, i);
		most = v[i] > most ? v[i] : most;
	}
	snprintf(told, sizeof told,
	    most > 0 ? "Recipients that do not exist, of that mail: at most %.1f %%"
		     : "Recipients that do not exist: none",
	    100 * most);
	panel(w, 1, "o", v, told);
	for (size_t i = 0; i < w->p.n; i++) {
		v[i] = (double)w->complaints[i];
		all += w->complaints[i];
	}
	snprintf(told, sizeof told, "Complaints of people there: %s",
	    !w->complaints_read ? "not watched"
		: all == 0	? "none"
				: rep_out_number(all, n));
	panel(w, 2, "other", v, told);
}

static void
drawing(const struct whole *w)
{
	double wide = (double)WIDE / (double)w->p.n;
	uint64_t most = rep_picture_most(w->p.at, w->p.n);

	rep_buf_printf(w->p.b,
	    "<svg class=\"fig\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Bars over time: "
	    "accepted, slowed and refused attempts. Below them all own mail, recipients that do not "
	    "exist, and complaints. The numbers are in the table that follows.\">",
	    WIDE, HIGH);
	bands(w);
	rep_picture_grid(w->p.b, TOP, most, " attempts");
	for (size_t i = 0; i < w->p.n; i++)
		rep_picture_stack(w->p.b, &w->p.at[i], most, (double)i * wide,
		    wide > 3 ? wide - 1 : wide, FLOOR, FLOOR - TOP);
	rep_buf_printf(w->p.b, "<line class=\"grid\" x1=\"0\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>",
	    FLOOR, WIDE, FLOOR);
	panels(w);
	rep_picture_axis(&w->p, END, AXIS);
	marks(w);
	rep_buf_add(w->p.b, REP_S("</svg>\n"));
}

static void
caption(const struct whole *w)
{
	struct rep_trend_sum all = { { 0 } };

	for (size_t i = 0; i < w->p.n; i++)
		for (int k = 0; k < REP_TREND_KINDS; k++)
			all.n[k] += w->p.at[i].n[k];
	rep_buf_printf(w->p.b, "<figcaption>Attempts %s (UTC): ", rep_picture_unit(&w->p));
	for (int k = 0; k < REP_TREND_KINDS; k++)
		if (all.n[k] > 0 || k != REP_TREND_OTHER)
			rep_picture_kind(w->p.b, rep_picture_classes[k], rep_picture_told[k]);
	rep_buf_add(w->p.b,
	    REP_S(
		"The numbers are those of the table below; a triangle: accepted again.</figcaption>\n"));
}

static void
table(const struct whole *w)
{
	char at[REP_TIME_TEXT];

	rep_buf_add(w->p.b,
	    REP_S("<details><summary>The numbers of this picture</summary><table>\n<tr><th>from"
		  "</th><th>accepted</th><th>slowed</th><th>refused</th><th>other</th><th>all own "
		  "mail</th><th>unknown recipients</th><th>complaints</th></tr>\n"));
	for (size_t i = 0; i < w->p.n; i++) {
		int64_t from_s = w->p.from_s + (int64_t)i * w->p.step_s;

		if (!rep_trend_known(w->p.s, from_s, w->p.step_s))
			continue;
		rep_buf_printf(w->p.b, "<tr><td>%s</td>", rep_time_text(from_s, at));
		for (int k = 0; k < REP_TREND_KINDS; k++)
			rep_buf_printf(
			    w->p.b, "<td>%llu</td>", (unsigned long long)w->p.at[i].n[k]);
		rep_buf_printf(w->p.b, "<td>%llu</td><td>%llu</td><td>%llu</td></tr>\n",
		    (unsigned long long)rep_trend_attempts(&w->p.own[i]),
		    (unsigned long long)w->unknown[i], (unsigned long long)w->complaints[i]);
	}
	rep_buf_add(w->p.b, REP_S("</table></details>\n"));
}

void
rep_picture_provider(struct rep_buf *b, const struct rep_verdict_set *s,
    const struct rep_incident *const *group, size_t n, const struct rep_picture_time *time,
    const struct rep_picture_stay *stays, size_t stays_n, bool complaints)
{
	struct whole w = { .p = { .b = b, .s = s, .from_s = time->from_s, .step_s = time->step_s },
		.stays = stays,
		.stays_n = stays_n,
		.complaints_read = complaints };

	if (!rep_out_structured() || n == 0)
		return;
	w.p.n = time->n < BUCKETS ? time->n : BUCKETS;
	if (!rep_picture_count(&w.p, group, n) || !count_conduct(&w, group, n)) {
		b->full = true;
		return;
	}
	rep_buf_printf(b, "%s<figure>", rep_mark(REP_MARK_FIGURE));
	caption(&w);
	drawing(&w);
	table(&w);
	rep_buf_printf(b, "</figure>\n%s\n", rep_mark(REP_MARK_DRAWN));
}
