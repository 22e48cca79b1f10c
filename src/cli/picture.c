/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/picture.h"
#include "base/chart.h"
#include "base/html.h"
#include "base/time.h"
#include "cli/out.h"
#include "cli/picture_inside.h"

enum { HOUR = REP_PICTURE_HOUR, DAY = REP_DAY_S, FEWEST = 24 };
enum { BUCKETS = REP_PICTURE_BUCKETS, WIDE = REP_PICTURE_WIDE };

/* Of the drawing, in its own units: the upper panel, the lower one, and the axis below. */
enum { TOP = 30, FLOOR = 190, OWN_TOP = 222, OWN_FLOOR = 272, AXIS = 298, HIGH = 306 };

const char *const rep_picture_classes[REP_TREND_KINDS] = { "a", "s", "r", "o" };
const char *const rep_picture_told[REP_TREND_KINDS] = { "accepted", "slowed", "refused",
	"other (recipient unknown or full)" };

/* --- what is drawn ------------------------------------------------------------------------------ */

static int64_t
span_of(struct rep_picture *p, const struct rep_incident *const *group, size_t n)
{
	int64_t until_s = 0, lead;

	p->since_s = INT64_MAX;
	for (size_t k = 0; k < n; k++) {
		const struct rep_episode *e = rep_incident_last(group[k]);

		if (e->since_s < p->since_s)
			p->since_s = e->since_s;
		if (e->until_s == 0)
			until_s = p->s->in.now_s;
		else if (e->until_s > until_s)
			until_s = e->until_s;
	}
	p->until_s = until_s < p->since_s ? p->since_s : until_s;
	lead = (p->until_s - p->since_s) / 2;
	lead = lead < DAY ? DAY : lead > 7 * DAY ? 7 * DAY : lead;
	return p->until_s - p->since_s + lead;
}

/* The finest step with which the time fits, and buckets that begin at whole steps. */
static void
divide(struct rep_picture *p, int64_t span_s)
{
	static const int64_t steps[] = { HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY };
	size_t k = 0;

	while (k + 1 < REP_COUNT(steps) && span_s / steps[k] + 2 > BUCKETS)
		k++;
	p->step_s = steps[k];
	p->n = (size_t)(span_s / p->step_s) + 2;
	p->n = p->n < FEWEST ? FEWEST : p->n > BUCKETS ? BUCKETS : p->n;
	p->from_s = p->until_s - p->until_s % p->step_s - (int64_t)(p->n - 1) * p->step_s;
}

/* Counts what the group is about. False: the arena is too small. */
bool
rep_picture_count(struct rep_picture *p, const struct rep_incident *const *group, size_t n)
{
	const struct rep_judge_in *in = &p->s->in;
	bool *of[4]; /* label, route, provider, provider_domain */
	bool everywhere = false;
	struct rep_trend_mail mail = { .names_n = in->names.n }, own = { .names_n = in->names.n };

	for (size_t k = 0; k < REP_COUNT(of); k++)
		if ((of[k] = rep_arena_alloc(p->s->arena, in->names.n + 1)) == NULL)
			return false;
	for (size_t k = 0; k < n; k++) {
		const struct rep_cell_key *key = &p->s->verdicts.cells[group[k]->cell].key;

		everywhere = everywhere || group[k]->everywhere;
		of[0][key->label] = of[1][key->route] = true;
		of[2][key->provider] = of[3][key->provider_domain] = true;
	}
	mail.route = of[1];
	mail.provider = of[2];
	mail.provider_domain = of[3];
	mail.label = own.label = everywhere ? NULL : of[0];
	rep_trend_add(in->obs, in->obs_n, &mail, p->from_s, p->step_s, p->at, p->n);
	rep_trend_add(in->obs, in->obs_n, &own, p->from_s, p->step_s, p->own, p->n);
	return true;
}

uint64_t
rep_picture_most(const struct rep_trend_sum *v, size_t n)
{
	uint64_t most = 1;

	for (size_t i = 0; i < n; i++)
		if (rep_trend_attempts(&v[i]) > most)
			most = rep_trend_attempts(&v[i]);
	return most;
}

/* --- the drawing -------------------------------------------------------------------------------- */

double
rep_picture_x(const struct rep_picture *p, int64_t at_s)
{
	return (double)(at_s - p->from_s) / (double)p->step_s * WIDE / (double)p->n;
}

void
rep_picture_bar(struct rep_buf *b, const char *class, double x, double y, double w, double h)
{
	rep_buf_printf(b,
	    "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>", class, x,
	    y, w, h);
}

void
rep_picture_stack(struct rep_buf *b, const struct rep_trend_sum *s, uint64_t most, double x,
    double w, double floor, double high)
{
	double y = floor;

	for (int k = 0; k < REP_TREND_KINDS; k++) {
		double h = (double)s->n[k] / (double)most * high;

		if (s->n[k] == 0)
			continue;
		h = h < 0.8 ? 0.8 : h; /* one of thousands is seen as well */
		y -= h;
		rep_picture_bar(b, rep_picture_classes[k], x, y, w, h);
	}
}

/* A line across with its number above it. */
void
rep_picture_grid(struct rep_buf *b, int y, uint64_t number, const char *unit)
{
	char n[32];

	rep_buf_printf(b,
	    "<line class=\"grid\" x1=\"0\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>"
	    "<text x=\"0\" y=\"%d\">%s%s</text>",
	    y, WIDE, y, y - 5, rep_out_number(number, n), unit);
}

const char *
rep_picture_unit(const struct rep_picture *p)
{
	return p->step_s == HOUR    ? "an hour"
	    : p->step_s == DAY	    ? "a day"
	    : p->step_s == 7 * DAY  ? "a week"
	    : p->step_s == 28 * DAY ? "in 4 weeks"
	    : p->step_s > 28 * DAY  ? "in 12 weeks"
	    : p->step_s == 3 * HOUR ? "in 3 hours"
	    : p->step_s == 6 * HOUR ? "in 6 hours"
				    : "in 12 hours";
}

/* "06:00", or the date at midnight. Every second one is left out on a small screen. */
void
rep_picture_axis(const struct rep_picture *p, int floor, int at)
{
	static const int64_t apart[] = { 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY,
		28 * DAY, 84 * DAY };
	int64_t end_s = p->from_s + (int64_t)p->n * p->step_s, at_s;
	char text[REP_TIME_TEXT];
	size_t k = 0, nth = 0;

	while (k + 1 < REP_COUNT(apart) && (end_s - p->from_s) / apart[k] > 8)
		k++;
	for (at_s = p->from_s + apart[k] - 1, at_s -= at_s % apart[k]; at_s < end_s;
	     at_s += apart[k], nth++) {
		double x = rep_picture_x(p, at_s);

		rep_time_text(at_s, text);
		rep_buf_printf(p->b,
		    "<line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>", x, floor,
		    x, floor + 5);
		if (x > WIDE - 45)
			continue;
		rep_buf_printf(p->b, "<text x=\"%.1f\" y=\"%d\"%s>%.5s</text>", x, at,
		    nth % 2 == 1 ? " class=\"minor\"" : "", text + (at_s % DAY == 0 ? 5 : 11));
	}
}

static void
since(const struct rep_picture *p)
{
	char text[REP_TIME_TEXT];
	double x = rep_picture_x(p, p->since_s);
	bool left = x > WIDE / 2;

	if (x < 0)
		return;
	rep_time_text(p->since_s, text);
	rep_buf_printf(p->b,
	    "<line class=\"mark\" x1=\"%.1f\" y1=\"12\" x2=\"%.1f\" y2=\"%d\"/>"
	    "<text class=\"since\" x=\"%.1f\" y=\"20\"%s>since %.5s %.5s</text>",
	    x, x, OWN_FLOOR, left ? x - 6 : x + 6, left ? " text-anchor=\"end\"" : "", text + 5,
	    text + 11);
}

static void
drawing(const struct rep_picture *p)
{
	double w = (double)WIDE / (double)p->n;
	uint64_t most = rep_picture_most(p->at, p->n), own = rep_picture_most(p->own, p->n);

	rep_buf_printf(p->b,
	    "<svg class=\"fig\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Bars over time: "
	    "accepted, slowed and refused attempts; below them all mail of these sources. The "
	    "numbers are in the table that follows.\">",
	    WIDE, HIGH);
	rep_picture_grid(p->b, TOP + 20, most, " attempts");
	rep_picture_grid(p->b, OWN_TOP, own, " of all own mail");
	for (size_t i = 0; i < p->n; i++) {
		double x = (double)i * w, wide = w > 3 ? w - 1 : w;
		double high =
		    (double)rep_trend_attempts(&p->own[i]) / (double)own * (OWN_FLOOR - OWN_TOP);

		rep_picture_stack(p->b, &p->at[i], most, x, wide, FLOOR, FLOOR - TOP - 20);
		if (high > 0)
			rep_picture_bar(p->b, "v", x, OWN_FLOOR - (high < 0.8 ? 0.8 : high), wide,
			    high < 0.8 ? 0.8 : high);
	}
	rep_buf_printf(p->b,
	    "<line class=\"grid\" x1=\"0\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>"
	    "<line class=\"grid\" x1=\"0\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>",
	    FLOOR, WIDE, FLOOR, OWN_FLOOR, WIDE, OWN_FLOOR);
	rep_picture_axis(p, OWN_FLOOR, AXIS);
	since(p);
	rep_buf_add(p->b, REP_S("</svg>\n"));
}

void
rep_picture_kind(struct rep_buf *b, const char *class, const char *what)
{
	const struct rep_chart_kind k = { class, what };

	rep_chart_key(b, &k);
}

static void
caption(const struct rep_picture *p)
{
	struct rep_trend_sum all = { { 0 } };

	for (size_t i = 0; i < p->n; i++)
		for (int k = 0; k < REP_TREND_KINDS; k++)
			all.n[k] += p->at[i].n[k];
	rep_buf_printf(p->b, "<figcaption>Attempts %s (UTC): ", rep_picture_unit(p));
	for (int k = 0; k < REP_TREND_KINDS; k++)
		if (all.n[k] > 0 || k != REP_TREND_OTHER)
			rep_picture_kind(p->b, rep_picture_classes[k], rep_picture_told[k]);
	rep_picture_kind(p->b, "v", "all own mail from there");
	rep_buf_add(p->b, REP_S("</figcaption>\n"));
}

static void
table(const struct rep_picture *p)
{
	char at[REP_TIME_TEXT];

	rep_buf_add(p->b,
	    REP_S("<details><summary>The numbers of this picture</summary><table>\n<tr><th>from"
		  "</th><th>accepted</th><th>slowed</th><th>refused</th><th>other</th><th>all own "
		  "mail</th></tr>\n"));
	for (size_t i = 0; i < p->n; i++) {
		int64_t from_s = p->from_s + (int64_t)i * p->step_s;

		if (!rep_trend_known(p->s, from_s, p->step_s))
			continue;
		rep_buf_printf(p->b, "<tr><td>%s</td>", rep_time_text(from_s, at));
		for (int k = 0; k < REP_TREND_KINDS; k++)
			rep_buf_printf(p->b, "<td>%llu</td>", (unsigned long long)p->at[i].n[k]);
		rep_buf_printf(p->b, "<td>%llu</td></tr>\n",
		    (unsigned long long)rep_trend_attempts(&p->own[i]));
	}
	rep_buf_add(p->b, REP_S("</table></details>\n"));
}

void
rep_picture(struct rep_buf *b, const struct rep_verdict_set *s,
    const struct rep_incident *const *group, size_t n)
{
	struct rep_picture p = { .b = b, .s = s };

	if (!rep_out_structured() || n == 0)
		return;
	divide(&p, span_of(&p, group, n));
	if (!rep_picture_count(&p, group, n))
		return;
	rep_buf_add(b, rep_str_c(rep_mark(REP_MARK_FIGURE)));
	rep_buf_add(b, REP_S("<figure>"));
	caption(&p);
	drawing(&p);
	table(&p);
	rep_buf_add(b, REP_S("</figure>\n"));
	rep_buf_add(b, rep_str_c(rep_mark(REP_MARK_DRAWN)));
	rep_buf_addc(b, '\n');
}

void
rep_picture_key(struct rep_buf *b)
{
	if (!rep_out_structured())
		return;
	rep_buf_printf(b, "%s<figure><figcaption>Each hour of the 24: ", rep_mark(REP_MARK_FIGURE));
	for (int k = 0; k < REP_TREND_KINDS; k++)
		rep_picture_kind(b, rep_picture_classes[k], rep_picture_told[k]);
	rep_buf_printf(b, "</figcaption></figure>\n%s\n", rep_mark(REP_MARK_DRAWN));
}

void
rep_picture_day(struct rep_buf *b, const struct rep_trend_sum hours[REP_TREND_HOURS],
    const bool known[REP_TREND_HOURS])
{
	enum { COLUMN = 5, TALL = 20 };
	uint64_t most = rep_picture_most(hours, REP_TREND_HOURS);

	rep_buf_printf(b,
	    "%s<svg width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\" "
	    "aria-label=\"24 hours: accepted, slowed, refused\">",
	    rep_mark(REP_MARK_FIGURE), REP_TREND_HOURS * COLUMN, TALL, REP_TREND_HOURS * COLUMN,
	    TALL);
	for (size_t i = 0; i < REP_TREND_HOURS; i++)
		if (known[i])
			rep_picture_stack(
			    b, &hours[i], most, (double)i * COLUMN, COLUMN - 1, TALL, TALL);
	rep_buf_printf(b, "<line class=\"grid\" x1=\"0\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/></svg>%s",
	    TALL, REP_TREND_HOURS * COLUMN, TALL, rep_mark(REP_MARK_DRAWN));
}

void
rep_picture_strip(struct rep_buf *b, const struct rep_trend_sum *cells, const bool *known, size_t n,
    struct rep_str words, enum rep_paint paint)
{
	enum { COLUMN = 4, TALL = 20, THIN = 2 };

	rep_buf_printf(b,
	    "%s<svg class=\"beat\" viewBox=\"0 0 %zu %d\" preserveAspectRatio=\"none\" role=\"img\" "
	    "aria-label=\"How much of it was accepted, slowed and refused, over time\">",
	    rep_mark(REP_MARK_FIGURE), n * COLUMN, TALL);
	for (size_t i = 0; i < n; i++) {
		uint64_t all = rep_trend_attempts(&cells[i]) - cells[i].n[REP_TREND_OTHER];
		struct rep_trend_sum of = cells[i];

		of.n[REP_TREND_OTHER] = 0;
		if (known[i] && all > 0)
			rep_picture_stack(b, &of, all, (double)i * COLUMN, COLUMN - 1, TALL, TALL);
		else
			rep_picture_bar(b, known[i] ? "o" : "none", (double)i * COLUMN, TALL - THIN,
			    COLUMN - 1, THIN);
	}
	rep_buf_printf(b, "</svg><span class=\"under %s\">",
	    paint == REP_RED	      ? "red"
		: paint == REP_YELLOW ? "yellow"
				      : "dim");
	rep_html_add(b, words);
	rep_buf_printf(b, "</span>%s", rep_mark(REP_MARK_DRAWN));
}

void
rep_picture_strip_key(struct rep_buf *b, const char *each)
{
	rep_buf_printf(
	    b, "%s<figure><figcaption>Each bar is %s: ", rep_mark(REP_MARK_FIGURE), each);
	for (int k = 0; k < REP_TREND_OTHER; k++)
		rep_picture_kind(b, rep_picture_classes[k], rep_picture_told[k]);
	rep_buf_printf(b,
	    "Below: how much was accepted and not refused.</figcaption></figure>\n%s\n",
	    rep_mark(REP_MARK_DRAWN));
}
