/* SPDX-License-Identifier: Apache-2.0 */
#include "base/chart.h"
#include "base/html.h"

/* Of the drawing, in its own units: where the highest bar may reach, where bars stand, and the words below. */
enum { WIDE = 720, TOP = 16, FLOOR = 210, AXIS = 234, HIGH = 242 };
enum {
	LINES = 4,
	DIGIT = 8,	  /* its width, */
	DIGIT_PHONE = 14, /* and on a phone, where the words are larger */
	GAP = 8,	  /* between the numbers of the lines and the bars */
	THICKEST = 48,	  /* few bars do not become walls */
	ROW_WIDE = 120,
	ROW_HIGH = 12 /* of the bar in a row */
};

/* What is there is seen, be it one of a million. */
static const double LEAST = 0.8, ROW_LEAST = 1.5;

static void
words(struct rep_buf *b, const char *text)
{
	rep_html_add(b, rep_str_c(text));
}

static void
rect(struct rep_buf *b, const char *class, double x, double y, double w, double h)
{
	rep_buf_printf(b,
	    "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>", class, x,
	    y, w, h);
}

uint64_t
rep_chart_step(uint64_t most)
{
	static const unsigned char steps[] = { 1, 2, 5 };
	uint64_t ten = 1;

	for (;;) {
		for (size_t i = 0; i < REP_COUNT(steps); i++)
			if (most / (ten * steps[i]) <= LINES)
				return ten * steps[i];
		ten *= 10;
	}
}

static uint64_t
sum_of(const struct rep_chart *c, size_t bar)
{
	uint64_t n = 0;

	for (size_t k = 0; k < c->kinds_n; k++) {
		uint64_t v = c->values[bar * c->kinds_n + k];

		n = v > UINT64_MAX - n ? UINT64_MAX : n + v;
	}
	return n;
}

/* Lines across, each with its number before it. left: where the bars begin. */
static void
lines(struct rep_buf *b, uint64_t most, double left)
{
	uint64_t step = rep_chart_step(most);
	char n[32];

	for (uint64_t i = 0; i <= most / step; i++) {
		double y = FLOOR - (double)(step * i) / (double)most * (FLOOR - TOP);

		rep_buf_printf(b,
		    "<line class=\"grid\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>"
		    "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
		    left, y, WIDE, y, left - GAP, y + 4, rep_number_text(step * i, n));
	}
}

static void
stack(struct rep_buf *b, const struct rep_chart *c, size_t bar, uint64_t most, double x, double w)
{
	double y = FLOOR;

	for (size_t k = 0; k < c->kinds_n; k++) {
		uint64_t n = c->values[bar * c->kinds_n + k];
		double h = (double)n / (double)most * (FLOOR - TOP);

		if (n == 0)
			continue;
		h = h < LEAST ? LEAST : h;
		h = h > y ? y : h; /* the sum was too large for a number */
		y -= h;
		rect(b, c->kinds[k].class, x, y, w, h);
	}
}

void
rep_chart(struct rep_buf *b, const struct rep_chart *c)
{
	uint64_t most = 0;
	char number[32];
	double left, w;

	for (size_t i = 0; i < c->bars_n; i++)
		most = sum_of(c, i) > most ? sum_of(c, i) : most;
	if (most == 0)
		return;
	(void)rep_number_text(most - most % rep_chart_step(most), number);
	left = (double)(strlen(number) * DIGIT_PHONE + GAP);
	w = (WIDE - left) / (double)c->bars_n;
	w = w > THICKEST ? THICKEST : w;
	rep_buf_printf(
	    b, "<svg class=\"fig\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", WIDE, HIGH);
	words(b, c->told);
	rep_buf_add(b, REP_S("\">"));
	lines(b, most, left);
	for (size_t i = 0; i < c->bars_n; i++)
		stack(b, c, i, most, left + (double)i * w, w > 3 ? w - 1 : w);
	for (size_t i = 0; i < c->labels_n; i++) {
		double x = left + (double)c->labels[i].bar * w,
		       wide =
			   (double)(strlen(c->labels[i].text) * (i % 2 == 1 ? DIGIT : DIGIT_PHONE));

		if (x + wide > WIDE)
			continue;
		rep_buf_printf(b,
		    "<line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>"
		    "<text x=\"%.1f\" y=\"%d\"%s>",
		    x, FLOOR, x, FLOOR + 5, x, AXIS, i % 2 == 1 ? " class=\"minor\"" : "");
		words(b, c->labels[i].text);
		rep_buf_add(b, REP_S("</text>"));
	}
	rep_buf_add(b, REP_S("</svg>\n"));
}

void
rep_chart_key(struct rep_buf *b, const struct rep_chart_kind *k)
{
	rep_buf_printf(b,
	    "<span class=\"key\"><svg viewBox=\"0 0 10 10\" aria-hidden=\"true\"><rect "
	    "class=\"%s\" width=\"10\" height=\"10\" rx=\"2\"/></svg>",
	    k->class);
	words(b, k->name);
	rep_buf_add(b, REP_S("</span> "));
}

void
rep_chart_row(struct rep_buf *b, const struct rep_chart_kind *kinds, const uint64_t *values,
    size_t n, uint64_t most)
{
	double x = 0;

	rep_buf_printf(b,
	    "<svg class=\"row\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
	    "preserveAspectRatio=\"none\" aria-hidden=\"true\">",
	    ROW_WIDE, ROW_HIGH, ROW_WIDE, ROW_HIGH);
	for (size_t i = 0; i < n && most > 0; i++) {
		double w = (double)values[i] / (double)most * ROW_WIDE;

		if (values[i] == 0)
			continue;
		w = w < ROW_LEAST ? ROW_LEAST : w;
		w = w > ROW_WIDE - x ? ROW_WIDE - x : w;
		rect(b, kinds[i].class, x, 0, w, ROW_HIGH);
		x += w;
	}
	rep_buf_add(b, REP_S("</svg>"));
}
