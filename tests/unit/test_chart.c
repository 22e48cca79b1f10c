/* unit/test_chart.c -- charts: nothing is lost, nothing leaves the drawing. SPDX-License-Identifier: Apache-2.0 */
#include "base/chart.h"
#include "tap.h"

#include <stdlib.h>

static const struct rep_chart_kind kinds[] = { { "a", "good" }, { "r", "bad" } };
static struct rep_buf out;

/* The next number behind `name="`, from *at on, which goes behind it. -1: there is none. */
static double
number(const char *name, size_t *at)
{
	size_t found = rep_str_find(rep_buf_str(&out), rep_str_c(name), *at);

	if (found == SIZE_MAX)
		return -1;
	*at = found + strlen(name);
	return strtod(out.p + *at, NULL);
}

static size_t
count(const char *what)
{
	size_t n = 0;

	for (size_t at = 0; (at = rep_str_find(rep_buf_str(&out), rep_str_c(what), at)) != SIZE_MAX;
	     at += strlen(what))
		n++;
	return n;
}

static void
draw(const uint64_t *values, size_t bars)
{
	static const struct rep_chart_label labels[] = { { 0, "2025-01-01" }, { 1, "<2>" } };
	const struct rep_chart c = { .kinds = kinds,
		.kinds_n = 2,
		.values = values,
		.bars_n = bars,
		.labels = labels,
		.labels_n = bars < 2 ? bars : 2,
		.told = "Bars & <more>" };

	rep_buf_clear(&out);
	rep_chart(&out, &c);
}

static void
test_bars(void)
{
	const uint64_t values[] = { 300, 100, 0, 0, 50, 0, 0, 200 };
	size_t at = 0;

	draw(values, 4);
	is_int((int64_t)count("<rect"), 4, "a bar for each number that is not nothing");
	is_int((int64_t)number("height=\"", &at), 145, "as high as its part of the highest");
	is_int((int64_t)number("height=\"", &at), 48, "and what stands on it");
	ok(count("class=\"a\"") == 2 && count("class=\"r\"") == 2, "each of its kind");
	ok(count(">0<") == 1 && count(">100<") == 1 && count(">400<") == 1,
	    "lines at round numbers, and from nothing on");
	ok(count(">2025-01-01<") == 1 && count(">&lt;2&gt;<") == 1, "words below, escaped");
	is_int((int64_t)count("class=\"minor\""), 1, "every second one may go");
	is_int((int64_t)count("aria-label=\"Bars &amp; &lt;more&gt;\""), 1, "and in words");
}

/* All stands inside the drawing, whatever the numbers. */
static void
test_room(void)
{
	static const uint64_t rows[][4] = {
		{ 1, 0, 0, 0 },
		{ 1, 1000000, 0, 1 },
		{ UINT64_MAX, 0, 0, 1 },
		{ UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX },
		{ 0, UINT64_MAX - 1, 7, 0 },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		size_t at = 0, bars = 0;
		bool inside = true;

		draw(rows[i], 2);
		for (;;) {
			double y = number(" y=\"", &at), h;
			size_t rect = at;

			if (y < 0)
				break;
			h = number("height=\"", &rect);
			inside = inside && y <= 240 && (h < 0 || y + h <= 240.1 || rect > at + 40);
			bars++;
		}
		ok(bars > 0 && inside && count("inf") + count("nan") + count("=\"-") == 0,
		    "row %zu: inside the drawing", i);
	}
	draw((const uint64_t[]){ 1, 1000000 }, 1);
	ok(count("height=\"0.8\"") == 1, "one of a million is seen");
}

/* A word that would leave the drawing is left out. On a phone the even ones are there, and larger. */
static void
test_words(void)
{
	static const struct rep_chart_label labels[] = { { 0, "2025-01-01" }, { 30, "2025-01-31" },
		{ 85, "2025-03-27" }, { 86, "2025-03-28" }, { 95, "2025-04-06" } };
	const uint64_t values[200] = { 5 };
	const struct rep_chart c = { .kinds = kinds,
		.kinds_n = 2,
		.values = values,
		.bars_n = 100,
		.labels = labels,
		.labels_n = REP_COUNT(labels),
		.told = "" };

	rep_buf_clear(&out);
	rep_chart(&out, &c);
	ok(count(">2025-01-01<") == 1 && count(">2025-01-31<") == 1,
	    "words that have room are there");
	is_int((int64_t)count(">2025-03-27<"), 0, "one that has none on a phone is not");
	is_int((int64_t)count(">2025-03-28<"), 1, "one that is not for phones needs less");
	is_int((int64_t)count(">2025-04-06<"), 0, "one that has none is not");
}

static void
test_nothing(void)
{
	const uint64_t none[4] = { 0 };

	draw(none, 2);
	is_int((int64_t)out.n, 0, "nothing to draw");
	draw(none, 0);
	is_int((int64_t)out.n, 0, "no bars");
}

static void
test_step(void)
{
	static const struct {
		uint64_t most, want;
	} rows[] = { { 1, 1 }, { 4, 1 }, { 5, 2 }, { 9, 2 }, { 10, 5 }, { 24, 5 }, { 25, 10 },
		{ 1000, 500 }, { 999, 200 }, { UINT64_MAX, UINT64_C(5000000000000000000) } };

	for (size_t i = 0; i < REP_COUNT(rows); i++)
		is_int((int64_t)rep_chart_step(rows[i].most), (int64_t)rows[i].want, "up to %llu",
		    (unsigned long long)rows[i].most);
}

static void
test_row(void)
{
	size_t at = 0;

	rep_buf_clear(&out);
	rep_chart_row(&out, kinds, (const uint64_t[]){ 50, 1 }, 2, 100);
	(void)number("height=\"12\" view", &at);
	ok(number("x=\"", &at) == 0 && number("width=\"", &at) == 60, "half of the room");
	ok(number("x=\"", &at) == 60 && number("width=\"", &at) > 1.4, "little is seen");
	rep_buf_clear(&out);
	rep_chart_row(&out, kinds, (const uint64_t[]){ 500, 500 }, 2, 100);
	at = 0;
	(void)number("height=\"12\" view", &at);
	ok(number("x=\"", &at) == 0 && number("width=\"", &at) == 120 &&
		number("width=\"", &at) == 0,
	    "more than all is all");
	rep_buf_clear(&out);
	rep_chart_row(&out, kinds, (const uint64_t[]){ 0, 0 }, 2, 0);
	is_int((int64_t)count("<rect"), 0, "of nothing, nothing");
	rep_buf_clear(&out);
	rep_chart_key(&out, &(const struct rep_chart_kind){ "a", "a < b" });
	is_int((int64_t)count("</svg>a &lt; b</span>"), 1, "a key has its name");
}

int
main(void)
{
	rep_buf_init(&out, 1 << 16);
	test_bars();
	test_room();
	test_words();
	test_nothing();
	test_step();
	test_row();
	rep_buf_fini(&out);
	return done();
}
