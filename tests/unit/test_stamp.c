/*
 * unit/test_stamp.c -- the time at the start of a line: years, New Year, zones, caches.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "intake/stamp.h"
#include "tap.h"

#include <stdlib.h>
#include <time.h>

static int64_t
at(const char *text)
{
	int64_t s = 0;

	if (rep_time_parse(rep_str_c(text), &s, NULL, NULL) != REP_OK)
		ok(false, "the test's own time \"%s\"", text);
	return s;
}

static void
zone(const char *name)
{
	setenv("TZ", name, 1);
	tzset();
}

/* The time that a stamper reads in a line; "-" when it has no stamp. */
static const char *
read_one(struct rep_stamper *st, const char *line, size_t *used)
{
	static char text[REP_TIME_TEXT];
	struct rep_err err;
	int64_t s;

	if (rep_stamp_parse(st, rep_str_c(line), &s, used, &err) != REP_OK)
		return "-";
	return rep_time_text(s, text);
}

static const struct {
	const char *name, *file, *line, *want;
} years[] = {
	{ "this year", "2026-11-03T07:00:00Z", "Nov  3 06:42:11 mx1 x", "2026-11-03T06:42:11Z" },
	{ "zero before the day", "2026-11-03T07:00:00Z", "Nov 03 06:42:11 mx1 x",
	    "2026-11-03T06:42:11Z" },
	{ "two digits", "2026-11-23T07:00:00Z", "Nov 13 06:42:11 mx1 x", "2026-11-13T06:42:11Z" },
	{ "last year", "2026-01-02T12:00:00Z", "Dec 31 23:59:59 mx1 x", "2025-12-31T23:59:59Z" },
	{ "New Year", "2026-01-01T00:00:05Z", "Jan  1 00:00:00 mx1 x", "2026-01-01T00:00:00Z" },
	{ "within a day after the file", "2026-01-02T12:00:00Z", "Jan  3 11:59:59 mx1 x",
	    "2026-01-03T11:59:59Z" },
	{ "more than a day after it", "2026-01-02T12:00:00Z", "Jan  3 12:00:01 mx1 x",
	    "2025-01-03T12:00:01Z" },
	{ "the file ends on New Year's Eve, the line is later", "2025-12-31T23:59:00Z",
	    "Jan  1 00:00:10 mx1 x", "2026-01-01T00:00:10Z" },
	{ "29 February of this year", "2028-03-01T00:00:00Z", "Feb 29 10:00:00 mx1 x",
	    "2028-02-29T10:00:00Z" },
	{ "29 February of a year that has one", "2027-03-01T00:00:00Z", "Feb 29 10:00:00 mx1 x",
	    "2024-02-29T10:00:00Z" },
	{ "29 February over a century", "2103-03-01T00:00:00Z", "Feb 29 10:00:00 mx1 x",
	    "2096-02-29T10:00:00Z" },
	{ "a second that leaps", "2017-01-01T00:01:00Z", "Dec 31 23:59:60 mx1 x",
	    "2017-01-01T00:00:00Z" },
	{ "30 February", "2026-11-03T07:00:00Z", "Feb 30 10:00:00 mx1 x", "-" },
	{ "31 November", "2026-11-03T07:00:00Z", "Nov 31 10:00:00 mx1 x", "-" },
	{ "day 0", "2026-11-03T07:00:00Z", "Nov  0 10:00:00 mx1 x", "-" },
	{ "hour 24", "2026-11-03T07:00:00Z", "Nov  3 24:00:00 mx1 x", "-" },
	{ "second 61", "2026-11-03T07:00:00Z", "Nov  3 10:00:61 mx1 x", "-" },
	{ "no month", "2026-11-03T07:00:00Z", "Nov. 3 10:00:00 mx1 x", "-" },
	{ "small letters", "2026-11-03T07:00:00Z", "nov  3 10:00:00 mx1 x", "-" },
	{ "too short", "2026-11-03T07:00:00Z", "Nov  3 10:00:0", "-" },
	{ "nothing after it", "2026-11-03T07:00:00Z", "Nov  3 10:00:00", "-" },
	{ "words", "2026-11-03T07:00:00Z", "hello there, this is no log", "-" },
	{ "nothing", "2026-11-03T07:00:00Z", "", "-" },
	{ "RFC 3339", "2020-01-01T00:00:00Z", "2026-11-03T06:42:11Z mx1 x",
	    "2026-11-03T06:42:11Z" },
	{ "with a fraction and an offset", "2020-01-01T00:00:00Z",
	    "2026-11-03T06:42:11.123456+01:00 mx1 x", "2026-11-03T05:42:11Z" },
	{ "west", "2020-01-01T00:00:00Z", "2026-11-03T22:42:11-03:30 mx1 x",
	    "2026-11-04T02:12:11Z" },
	{ "small letters in it", "2020-01-01T00:00:00Z", "2026-11-03t06:42:11z mx1 x",
	    "2026-11-03T06:42:11Z" },
	{ "no offset: local time", "2020-01-01T00:00:00Z", "2026-11-03T06:42:11 mx1 x",
	    "2026-11-03T06:42:11Z" },
	{ "microseconds", "2026-11-03T07:00:00Z", "Nov  3 06:42:11.123456 mx1 x",
	    "2026-11-03T06:42:11Z" },
	{ "milliseconds after a comma", "2026-11-03T07:00:00Z", "Nov  3 06:42:11,123 mx1 x",
	    "2026-11-03T06:42:11Z" },
	{ "one digit, no blank before it", "2026-11-03T07:00:00Z", "Nov 3 06:42:11 mx1 x",
	    "2026-11-03T06:42:11Z" },
	{ "a year behind the day", "2020-01-01T00:00:00Z", "Nov  3 2026 06:42:11 mx1 x",
	    "2026-11-03T06:42:11Z" },
	{ "a year in front", "2020-01-01T00:00:00Z", "2026 Nov  3 06:42:11.5 mx1 x",
	    "2026-11-03T06:42:11Z" },
	{ "a year and no such day", "2026-11-03T07:00:00Z", "Feb 29 2026 06:42:11 mx1 x", "-" },
	{ "a blank for the T", "2020-01-01T00:00:00Z", "2026-11-03 06:42:11 mx1 x",
	    "2026-11-03T06:42:11Z" },
	{ "a blank and milliseconds", "2020-01-01T00:00:00Z", "2026-11-03 06:42:11,123 mx1 x",
	    "2026-11-03T06:42:11Z" },
	{ "a blank before the offset", "2020-01-01T00:00:00Z", "2026-11-03 06:42:11.5 +0100 mx1 x",
	    "2026-11-03T05:42:11Z" },
	{ "an offset of hours", "2020-01-01T00:00:00Z", "2026-11-03T06:42:11+01 mx1 x",
	    "2026-11-03T05:42:11Z" },
	{ "short-iso", "2020-01-01T00:00:00Z", "2026-11-03T06:42:11+0100 mx1 x",
	    "2026-11-03T05:42:11Z" },
	{ "short-full", "2020-01-01T00:00:00Z", "Tue 2026-11-03 06:42:11 UTC mx1 x",
	    "2026-11-03T06:42:11Z" },
	{ "short-full, a zone of elsewhere", "2020-01-01T00:00:00Z",
	    "Tue 2026-11-03 06:42:11 AEST mx1 x", "-" },
	{ "asctime", "2020-01-01T00:00:00Z", "Tue Nov  3 06:42:11 2026 mx1 x",
	    "2026-11-03T06:42:11Z" },
	{ "short-unix", "2020-01-01T00:00:00Z", "1793688131.123456 mx1 x", "2026-11-03T06:42:11Z" },
	{ "seconds since the start", "2020-01-01T00:00:00Z", "[  12.123456] mx1 x", "-" },
	{ "a number", "2020-01-01T00:00:00Z", "1793688131 mx1 x", "-" },
	{ "no such day", "2020-01-01T00:00:00Z", "2026-02-29T06:42:11Z mx1 x", "-" },
};

static void
test_years(void)
{
	struct rep_stamper st;
	size_t used = 0;

	zone("UTC");
	for (size_t i = 0; i < REP_COUNT(years); i++) {
		const char *got;

		rep_stamper_init(&st, at(years[i].file), at("2030-01-01T00:00:00Z"));
		got = read_one(&st, years[i].line, &used);
		if (!ok(strcmp(got, years[i].want) == 0 &&
			    (got[0] == '-' || years[i].line[used] == ' '),
			"%s", years[i].name))
			printf("#  got %s, want %s; used %zu\n", got, years[i].want, used);
	}
	rep_stamper_init(&st, 0, at("2026-01-02T12:00:00Z"));
	ok(strcmp(read_one(&st, "Dec 31 23:59:59 mx1 x", &used), "2025-12-31T23:59:59Z") == 0,
	    "a pipe: the clock decides the year");
}

struct step {
	const char *line, *want;
};

/* Reads the lines of one file, one after the other. */
static void
walk(const char *name, const char *tz, const char *file, const struct step *v, size_t n)
{
	struct rep_stamper st;
	bool held = true;
	size_t used;

	zone(tz);
	rep_stamper_init(&st, at(file), at("2030-01-01T00:00:00Z"));
	for (size_t i = 0; i < n; i++) {
		const char *got = read_one(&st, v[i].line, &used);

		if (strcmp(got, v[i].want) == 0)
			continue;
		printf("#  %s: got %s, want %s\n", v[i].line, got, v[i].want);
		held = false;
	}
	ok(held, "%s (%s)", name, tz);
}

static const struct step new_year[] = {
	{ "Dec 31 23:59:58 mx1 x", "2025-12-31T23:59:58Z" },
	{ "Dec 31 23:59:59 mx1 x", "2025-12-31T23:59:59Z" },
	{ "Jan  1 00:00:00 mx1 x", "2026-01-01T00:00:00Z" },
	{ "Dec 31 23:59:59 mx1 late", "2025-12-31T23:59:59Z" },
	{ "Jan  1 00:00:01 mx1 x", "2026-01-01T00:00:01Z" },
};

static const struct step new_year_east[] = {
	{ "Dec 31 23:59:59 mx1 x", "2025-12-31T12:59:59Z" },
	{ "Jan  1 00:00:00 mx1 x", "2025-12-31T13:00:00Z" },
};

static const struct step paris_autumn[] = {
	{ "Oct 25 01:59:59 mx1 x", "2026-10-24T23:59:59Z" },
	{ "Oct 25 02:00:00 mx1 x", "2026-10-25T00:00:00Z" },
	{ "Oct 25 02:30:00 mx1 x", "2026-10-25T00:30:00Z" },
	{ "Oct 25 02:59:59 mx1 x", "2026-10-25T00:59:59Z" },
	{ "Oct 25 02:00:00 mx1 x", "2026-10-25T01:00:00Z" },
	{ "Oct 25 02:30:00 mx1 x", "2026-10-25T01:30:00Z" },
	{ "Oct 25 02:59:59 mx1 x", "2026-10-25T01:59:59Z" },
	{ "Oct 25 03:00:00 mx1 x", "2026-10-25T02:00:00Z" },
	{ "Oct 25 03:30:00 mx1 x", "2026-10-25T02:30:00Z" },
};

static const struct step paris_spring[] = {
	{ "Mar 29 01:59:59 mx1 x", "2026-03-29T00:59:59Z" },
	{ "Mar 29 03:00:00 mx1 x", "2026-03-29T01:00:00Z" },
	{ "Mar 29 03:00:30 mx1 x", "2026-03-29T01:00:30Z" },
};

static const struct step lord_howe_autumn[] = {
	{ "Apr  5 01:29:59 mx1 x", "2026-04-04T14:29:59Z" },
	{ "Apr  5 01:30:00 mx1 x", "2026-04-04T14:30:00Z" },
	{ "Apr  5 01:59:59 mx1 x", "2026-04-04T14:59:59Z" },
	{ "Apr  5 01:30:00 mx1 x", "2026-04-04T15:00:00Z" },
	{ "Apr  5 01:45:00 mx1 x", "2026-04-04T15:15:00Z" },
	{ "Apr  5 02:00:00 mx1 x", "2026-04-04T15:30:00Z" },
};

static const struct step kathmandu[] = {
	{ "Nov  3 06:42:11 mx1 x", "2026-11-03T00:57:11Z" },
	{ "Nov  3 06:42:59 mx1 x", "2026-11-03T00:57:59Z" },
	{ "Nov  3 06:43:00 mx1 x", "2026-11-03T00:58:00Z" },
};

/*
 * Lines of two hosts in one file, with changing forms and zones: no cached value may be used
 * wrongly.
 */
static const struct step alternating[] = {
	{ "Nov  3 06:42:11 mx1 x", "2026-11-03T05:42:11Z" },
	{ "Nov  3 06:41:59 mx2 x", "2026-11-03T05:41:59Z" },
	{ "Nov  3 06:42:12 mx1 x", "2026-11-03T05:42:12Z" },
	{ "2026-11-03T06:42:12+01:00 mx3 x", "2026-11-03T05:42:12Z" },
	{ "2026-11-03T06:42:12+02:00 mx3 x", "2026-11-03T04:42:12Z" },
	{ "2026-11-03T06:42:12.5+01:00 mx3 x", "2026-11-03T05:42:12Z" },
	{ "2026-11-03T06:42:12Z mx3 and more words", "2026-11-03T06:42:12Z" },
	{ "2026-11-03T06:42:12.999999Z mx3 x", "2026-11-03T06:42:12Z" },
	{ "2026-11-03T06:42:12z mx3 and more words", "2026-11-03T06:42:12Z" },
	{ "2026-11-03T06:42:12.Z mx3 and more words", "2026-11-03T06:42:12Z" },
	{ "2026-11-03T06:42:12+01:00 mx3 x", "2026-11-03T05:42:12Z" },
	{ "2026-11-03T06:42:12+1:00 mx3 and more", "-" },
	{ "Nov  3 06:42:13 mx1 x", "2026-11-03T05:42:13Z" },
	{ "Nov  3 06:42:6x mx1 x", "-" },
	{ "Nov  3 06:42:61 mx1 x", "-" },
	{ "no stamp at all in here", "-" },
	{ "Nov  3 06:42:14 mx1 x", "2026-11-03T05:42:14Z" },
	{ "Nov  4 06:42:14 mx1 x", "2026-11-04T05:42:14Z" },
	{ "Nov  3 06:42:14 mx1 x", "2026-11-03T05:42:14Z" },
};

/* A log of two years that was never rotated: each line gets the newest year that is possible. */
static const struct step twice[] = {
	{ "Nov  3 06:42:11 mx1 x", "2026-11-03T06:42:11Z" },
	{ "Nov  9 06:42:11 mx1 x", "2025-11-09T06:42:11Z" },
	{ "Nov  3 06:42:12 mx1 x", "2026-11-03T06:42:12Z" },
};

int
main(void)
{
	test_years();
	walk("New Year", "UTC", "2026-01-01T00:10:00Z", new_year, REP_COUNT(new_year));
	walk("New Year comes earlier in the east", "Australia/Sydney", "2025-12-31T13:10:00Z",
	    new_year_east, REP_COUNT(new_year_east));
	walk("an hour twice", "Europe/Paris", "2026-10-25T09:00:00Z", paris_autumn,
	    REP_COUNT(paris_autumn));
	walk("an hour left out", "Europe/Paris", "2026-03-29T09:00:00Z", paris_spring,
	    REP_COUNT(paris_spring));
	walk("half an hour twice", "Australia/Lord_Howe", "2026-04-05T09:00:00Z", lord_howe_autumn,
	    REP_COUNT(lord_howe_autumn));
	walk("a zone of quarters", "Asia/Kathmandu", "2026-11-03T09:00:00Z", kathmandu,
	    REP_COUNT(kathmandu));
	walk("alternating lines", "Europe/Paris", "2026-11-03T09:00:00Z", alternating,
	    REP_COUNT(alternating));
	walk("an old log", "UTC", "2026-11-03T09:00:00Z", twice, REP_COUNT(twice));
	return done();
}
