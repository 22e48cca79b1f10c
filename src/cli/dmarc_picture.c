/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/dmarc_picture.h"
#include "base/chart.h"
#include "base/html.h"
#include "cli/dmarc_parts.h"
#include "cli/dmarc_words.h"
#include "cli/figures.h"
#include "cli/out.h"

#include <stdio.h>

enum { TOLD = 1000, LABELS = 6 };

static const struct rep_chart_kind kinds[REP_DAY_CLASSES] = {
	[REP_DAY_PASSED] = { "pass", "passed" },
	[REP_DAY_WANTED] = { "mend", "may be yours, and failed" },
	[REP_DAY_FORWARDED] = { "handed", "forwarded by others, and failed" },
	[REP_DAY_OTHERS] = { "other", "sent as you by somebody else" },
	[REP_DAY_UNKNOWN] = { "nobody", "nothing vouches for it" },
};

static void
begin(struct rep_buf *b)
{
	rep_buf_add(b, rep_str_c(rep_mark(REP_MARK_FIGURE)));
}

/* Ends the note of a figure. */
static void
end(struct rep_buf *b)
{
	rep_buf_add(b, rep_str_c(rep_mark(REP_MARK_DRAWN)));
}

void
rep_dmarc_figures(struct rep_buf *b, const struct rep_reports_answer *r)
{
	const struct rep_report_sums *sums = &r->is.sums;
	struct rep_dmarc_parts p = rep_dmarc_parts(r);
	uint64_t receivers = rep_dmarc_reporting(r), not_ours = p.unknown + p.others,
		 through = p.unknown_through + p.others_through;
	char n1[32], n2[32];
	struct rep_buf percent;

	if (!rep_out_structured())
		return;
	rep_buf_init(&percent, 32);
	rep_dmarc_add_percent(&percent, sums->passed, sums->messages);
	rep_figures_begin(b);
	rep_figure(b, "all", "Messages", rep_out_number(sums->messages, n1), "at %s receiver%s",
	    rep_out_number(receivers, n2), rep_plural(receivers));
	rep_figure(b, sums->passed > 0 ? "good" : "all", "Passed DMARC",
	    sums->messages > 0 && percent.n > 0 ? percent.p : "-", "%s message%s",
	    rep_out_number(sums->passed, n2), rep_plural(sums->passed));
	if (p.mend > 0)
		rep_figure(b, "ours", "May be yours, and failed", rep_out_number(p.mend, n1),
		    "from %zu sender%s", p.senders, rep_plural(p.senders));
	else
		rep_figure(b, "all", "May be yours, and failed", "0", "no sender to fix");
	if (not_ours > 0)
		rep_figure(b, "forged", "Not known as yours, let through",
		    rep_out_number(through < not_ours ? through : not_ours, n1), "of %s message%s",
		    rep_out_number(not_ours, n2), rep_plural(not_ours));
	else
		rep_figure(b, "all", "Not known as yours, let through", "0", "none was seen");
	rep_figures_end(b);
	rep_buf_fini(&percent);
}

/* --- over time ------------------------------------------------------------------------------------------- */

/* "a day", "a week", "every 28 days" */
static const char *
span_text(const struct rep_report_spans *s, char buf[32])
{
	if (s->length_days == 1)
		return "a day";
	if (s->length_days == 7)
		return "a week";
	snprintf(buf, 32, "every %lld days", (long long)s->length_days);
	return buf;
}

static void
sums_of(const struct rep_report_spans *s, uint64_t sums[REP_DAY_CLASSES])
{
	memset(sums, 0, REP_DAY_CLASSES * sizeof *sums);
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; k < REP_DAY_CLASSES; k++)
			sums[k] += s->v[i].n[k];
}

/* In words, for who cannot see it. */
static void
tell(struct rep_buf *b, const struct rep_report_spans *s, int64_t last_s,
    const uint64_t sums[REP_DAY_CLASSES])
{
	char n1[32], span[32], from[REP_TIME_TEXT], until[REP_TIME_TEXT];
	bool first = true;

	rep_buf_printf(b, "Bars over time: messages %s from %s to %s.", span_text(s, span),
	    rep_out_day(s->v[0].day_s, from), rep_out_day(last_s, until));
	for (size_t k = 0; k < REP_DAY_CLASSES; k++) {
		if (sums[k] == 0)
			continue;
		rep_buf_printf(b, "%s %s: %s", first ? " In all," : ",", kinds[k].name,
		    rep_out_number(sums[k], n1));
		first = false;
	}
	rep_buf_printf(b, ". The numbers are in the table that follows.");
}

static void
drawing(struct rep_buf *b, const struct rep_report_spans *s, int64_t last_s,
    const uint64_t sums[REP_DAY_CLASSES])
{
	uint64_t values[REP_REPORT_SPANS_MAX * REP_DAY_CLASSES];
	struct rep_chart_label labels[LABELS];
	char days[LABELS][REP_TIME_TEXT];
	struct rep_chart c = { .kinds = kinds,
		.kinds_n = REP_DAY_CLASSES,
		.values = values,
		.bars_n = s->n,
		.labels = labels };
	size_t apart = (s->n + LABELS - 1) / LABELS;
	struct rep_buf told;

	for (size_t i = 0; i < s->n; i++)
		memcpy(values + i * REP_DAY_CLASSES, s->v[i].n, sizeof s->v[i].n);
	for (size_t i = 0; i < s->n; i += apart) {
		labels[c.labels_n] = (struct rep_chart_label){ i, days[c.labels_n] };
		rep_out_day(s->v[i].day_s, days[c.labels_n++]);
	}
	rep_buf_init(&told, TOLD);
	tell(&told, s, last_s, sums);
	c.told = told.n > 0 ? told.p : "";
	rep_chart(b, &c);
	rep_buf_fini(&told);
}

static void
table(struct rep_buf *b, const struct rep_report_spans *s, const uint64_t sums[REP_DAY_CLASSES])
{
	char n1[32], day[REP_TIME_TEXT];

	rep_buf_printf(b,
	    "<details><summary>The numbers of this picture</summary><div class=\"wide\"><table>\n<thead><tr>"
	    "<th scope=\"col\">%s</th>",
	    s->length_days == 1 ? "day" : "from");
	for (size_t k = 0; k < REP_DAY_CLASSES; k++)
		if (sums[k] > 0)
			rep_buf_printf(b, "<th scope=\"col\" class=\"num\">%s</th>", kinds[k].name);
	rep_buf_add(b, REP_S("</tr></thead>\n<tbody>\n"));
	for (size_t i = 0; i < s->n; i++) {
		rep_buf_printf(b, "<tr><th scope=\"row\">%s</th>", rep_out_day(s->v[i].day_s, day));
		for (size_t k = 0; k < REP_DAY_CLASSES; k++)
			if (sums[k] > 0)
				rep_buf_printf(b, "<td class=\"num\" data-title=\"%s\">%s</td>",
				    kinds[k].name, rep_out_number(s->v[i].n[k], n1));
		rep_buf_add(b, REP_S("</tr>\n"));
	}
	rep_buf_add(b, REP_S("</tbody></table></div></details>\n"));
}

void
rep_dmarc_chart(struct rep_buf *b, const struct rep_report_day *days, size_t n)
{
	uint64_t sums[REP_DAY_CLASSES];
	struct rep_report_spans spans;
	char span[32];
	int64_t first;

	if (!rep_out_structured() || n < 2)
		return;
	rep_report_spans(days, n, &spans);
	sums_of(&spans, sums);
	begin(b);
	rep_buf_printf(b, "<figure><figcaption>Messages %s (UTC): ", span_text(&spans, span));
	for (size_t k = 0; k < REP_DAY_CLASSES; k++)
		if (sums[k] > 0)
			rep_chart_key(b, &kinds[k]);
	first = spans.n < 2 ? 1 : (spans.v[1].day_s - spans.v[0].day_s) / REP_DAY_S;
	if (first < spans.length_days)
		rep_buf_printf(b, "The first bar is of %lld day%s only.", (long long)first,
		    rep_plural((uint64_t)first));
	rep_buf_add(b, REP_S("</figcaption>\n"));
	drawing(b, &spans, days[n - 1].day_s, sums);
	table(b, &spans, sums);
	rep_buf_add(b, REP_S("</figure>\n"));
	end(b);
	rep_buf_addc(b, '\n');
}

/* --- of one source --------------------------------------------------------------------------------------- */

struct rep_str
rep_dmarc_bar(struct rep_arena *a, const struct rep_report_source *s, uint64_t most)
{
	const struct rep_chart_kind two[] = { kinds[REP_DAY_PASSED], kinds[rep_report_failing(s)] };
	const uint64_t values[] = { s->sums.passed, rep_dmarc_failed(&s->sums) };
	struct rep_buf b;

	rep_buf_init(&b, TOLD);
	begin(&b);
	rep_chart_row(&b, two, values, REP_COUNT(two), most);
	end(&b);
	return rep_arena_take(a, &b);
}
