/* unit/test_report_days.c -- mail by day and by what became of it. SPDX-License-Identifier: Apache-2.0 */
#include "report/days.h"
#include "reported_world.h"

static const char OURS[] = "d:shop.example/s1=pass s:shop.example=pass";

/* "+0 passed 5 mend 2, +1 ...": days since BEGIN_S. */
static struct rep_str
days_text(struct reports *w, const struct rep_report_day *v, size_t n)
{
	struct rep_buf b;

	rep_buf_init(&b, 8192);
	for (size_t i = 0; i < n; i++) {
		rep_buf_printf(
		    &b, "%s%+lld", i > 0 ? ", " : "", (long long)(v[i].day_s - BEGIN_S) / DAY_S);
		for (int k = 0; k < REP_DAY_CLASSES; k++)
			if (v[i].n[k] > 0)
				rep_buf_printf(&b, " %s %llu",
				    rep_day_class_word((enum rep_day_class)k),
				    (unsigned long long)v[i].n[k]);
	}
	return rep_arena_take(w->a, &b);
}

static void
test_classes(void)
{
	const struct rep_report_day *days = NULL;
	struct reports w;
	size_t n = 0;

	reports_begin(&w);
	for (int day = 0; day < 10; day++)
		for (int k = 0; k < 2; k++) {
			const char *org = k == 0 ? "r1.example" : "r2.example";

			report(&w, org, day);
			record(&w, org, day, "192.0.2.1", 5, "ds", OURS);
			if (day == 0)
				continue;
			record(&w, org, day, "192.0.2.2", 4, "",
			    "d:esp.example/x=pass s:esp.example=pass");
			if (day == 9) {
				record(&w, org, day, "192.0.2.3", 3, "",
				    "d:other.example/x=pass s:other.example=pass");
				record(&w, org, day, "192.0.2.4", 2, "", "s:shop.example=fail");
				w.reason = "mailing_list";
				record(&w, org, day, "192.0.2.5", 1, "", "s:list.example=pass");
				w.reason = NULL;
			}
		}
	ok(answer(&w, "192.0.2.1") &&
		rep_report_days(&w.reported, &w.is, w.a, &days, &n, &w.err) == REP_OK,
	    "it answers");
	if (!is_int((int64_t)n, 10, "each day once"))
		exit(done());
	is_str(days_text(&w, days, 2), "+0 passed 10, +1 passed 10 mend 8", "both receivers");
	is_str(days_text(&w, days + 9, 1), "+9 passed 10 mend 8 forwarded 2 others 6 unknown 4",
	    "what passes, and who sent what fails");
	is_int((int64_t)rep_report_day_messages(&days[9]), 30, "all of it");
	reports_fini(&w);
}

static void
test_times(void)
{
	static const struct {
		const char *name;
		int64_t begin_s, length_s;
		const char *want;
		int64_t days; /* that the report is of */
	} rows[] = {
		{ "a day of UTC", BEGIN_S, DAY_S, "+0 passed 1", 1 },
		{ "a day of New York: most of it is the next day", BEGIN_S + 18 * 3600, DAY_S,
		    "+1 passed 1", 1 },
		{ "a day of Berlin", BEGIN_S - 3600, DAY_S, "+0 passed 1", 1 },
		{ "an hour before midnight", BEGIN_S + 23 * 3600, 3600, "+0 passed 1", 1 },
		{ "a week", BEGIN_S, (int64_t)7 * DAY_S, "+3 passed 1", 7 },
		{ "a month", BEGIN_S, (int64_t)31 * DAY_S, "+15 passed 1", 7 },
		{ "a day and a half", BEGIN_S, (int64_t)DAY_S * 3 / 2 + 1, "+0 passed 1", 2 },
		{ "a second less", BEGIN_S, (int64_t)DAY_S * 3 / 2, "+0 passed 1", 1 },
		{ "it ends before it begins", BEGIN_S, -(int64_t)5 * DAY_S, "+0 passed 1", 1 },
		{ "before 1970", -5, DAY_S, "-20089 passed 1", 1 },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		const struct rep_report_day *days = NULL;
		struct reports w;
		size_t n = 0;

		reports_begin(&w);
		w.begin_s = rows[i].begin_s;
		w.length_s = rows[i].length_s;
		report(&w, "r1.example", 0);
		record(&w, "r1.example", 0, "192.0.2.1", 1, "ds", OURS);
		ok(answer(&w, NULL) &&
			rep_report_days(&w.reported, &w.is, w.a, &days, &n, &w.err) == REP_OK,
		    "%s: it answers", rows[i].name);
		is_str(days_text(&w, days, n), rows[i].want, "%s", rows[i].name);
		is_int(rep_report_days_in(&w.reported.rows[0]), rows[i].days, "%s: days",
		    rows[i].name);
		reports_fini(&w);
	}
	is_int(rep_report_days_in(&(struct rep_reported_row){ .end_s = INT64_MAX }), 7,
	    "until the end of time");
}

static void
test_nothing(void)
{
	const struct rep_report_day *days;
	struct rep_report_spans spans;
	struct reports w;
	size_t n = 1;

	reports_begin(&w);
	report(&w, "r1.example", 0);
	record(&w, "r1.example", 0, "192.0.2.1", 0, "ds", OURS);
	ok(answer(&w, NULL) &&
		rep_report_days(&w.reported, &w.is, w.a, &days, &n, &w.err) == REP_OK && n == 0,
	    "a day without messages is none");
	rep_report_spans(days, n, &spans);
	ok(spans.n == 0 && spans.most == 0, "and makes no span");
	reports_fini(&w);
}

static void
test_spans(void)
{
	static const struct {
		int64_t last;		  /* day, the first is 0 */
		int64_t length, n, first; /* days of the first one */
	} rows[] = {
		{ 0, 1, 1, 1 }, { 91, 1, 92, 1 }, { 92, 7, 14, 2 }, { 92 * 7 - 1, 7, 92, 7 },
		{ 92 * 7, 28, 24, 1 }, { 92 * 28 - 1, 28, 92, 28 }, { 92 * 28, 56, 47, 1 },
		{ 2932000, 28 * 1139, 92, 28 * 1139 - 2063 }, /* from 1970 to the year 9999 */
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct rep_report_day days[2] = { { .day_s = BEGIN_S },
			{ .day_s = BEGIN_S + rows[i].last * DAY_S } };
		size_t n = rows[i].last == 0 ? 1 : 2;
		struct rep_report_spans spans;

		days[0].n[REP_DAY_PASSED] = 7;
		days[n - 1].n[REP_DAY_UNKNOWN] = 2;
		rep_report_spans(days, n, &spans);
		is_int(spans.length_days, rows[i].length, "last day %lld: length",
		    (long long)rows[i].last);
		is_int((int64_t)spans.n, rows[i].n, "how many");
		is_int(spans.v[0].day_s, BEGIN_S, "the first one begins with the first day");
		is_int(spans.n < 2 ? 1 : (spans.v[1].day_s - BEGIN_S) / DAY_S, rows[i].first,
		    "and has so many");
		ok(spans.v[0].n[REP_DAY_PASSED] == 7 &&
			spans.v[spans.n - 1].n[REP_DAY_UNKNOWN] == 2 &&
			spans.most == (n == 1 ? 9 : 7),
		    "nothing is lost");
		ok(spans.v[spans.n - 1].day_s + spans.length_days * DAY_S ==
			days[n - 1].day_s + DAY_S,
		    "the last one ends with the last day");
	}
}

int
main(void)
{
	test_classes();
	test_times();
	test_nothing();
	test_spans();
	return done();
}
