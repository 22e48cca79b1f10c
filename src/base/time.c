/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "base/time.h"

#include <stdio.h>
#include <time.h>

/* Days from 1970-01-01 to a date of the Gregorian calendar, computed in cycles of 400 years. */
static int64_t
days_from_civil(int64_t y, int m, int d)
{
	int64_t era, yoe, doy;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

int64_t
rep_doubled(int64_t first, uint64_t failed, int64_t most)
{
	while (failed-- > 1 && first < most)
		first *= 2;
	return first < most ? first : most;
}

int64_t
rep_time_from_civil(const struct rep_civil *c)
{
	return days_from_civil(c->year, c->month, c->day) * REP_DAY_S + c->hour * 3600 +
	    c->min * 60 + c->sec;
}

void
rep_time_to_civil(int64_t at_s, struct rep_civil *c)
{
	int64_t days = at_s / REP_DAY_S, rest = at_s % REP_DAY_S, era, doe, yoe, doy, mp;

	if (rest < 0) {
		rest += REP_DAY_S;
		days--;
	}
	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	doe = days - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	c->day = (int)(doy - (153 * mp + 2) / 5 + 1);
	c->month = (int)(mp < 10 ? mp + 3 : mp - 9);
	c->year = (int)(yoe + era * 400 + (c->month <= 2));
	c->hour = (int)(rest / 3600);
	c->min = (int)(rest / 60 % 60);
	c->sec = (int)(rest % 60);
}

bool
rep_civil_valid(const struct rep_civil *c)
{
	static const int month_days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (c->year % 4 == 0 && c->year % 100 != 0) || c->year % 400 == 0;

	if (c->month < 1 || c->month > 12 || c->day < 1)
		return false;
	if (c->day > month_days[c->month - 1] + (c->month == 2 && leap))
		return false;
	return c->hour >= 0 && c->hour < 24 && c->min >= 0 && c->min < 60 && c->sec >= 0 &&
	    c->sec <= 60;
}

static bool
digits(struct rep_str s, size_t i, size_t n, int *out)
{
	int v = 0;

	if (i + n > s.n)
		return false;
	for (size_t k = i; k < i + n; k++) {
		if (!rep_digit(s.p[k]))
			return false;
		v = v * 10 + (s.p[k] - '0');
	}
	*out = v;
	return true;
}

/* Reads "+01:00", "+0100" or "Z" at i. Returns the bytes read, 0 when there is none of them. */
static size_t
zone(struct rep_str s, size_t i, int64_t *offset_s)
{
	int h, m, sign;
	size_t colon;

	if (i < s.n && (s.p[i] == 'Z' || s.p[i] == 'z')) {
		*offset_s = 0;
		return 1;
	}
	if (i >= s.n || (s.p[i] != '+' && s.p[i] != '-'))
		return 0;
	sign = s.p[i] == '-' ? -1 : 1;
	colon = i + 3 < s.n && s.p[i + 3] == ':';
	if (!digits(s, i + 1, 2, &h) || !digits(s, i + 3 + colon, 2, &m) || h > 23 || m > 59)
		return 0;
	*offset_s = sign * (h * 3600 + m * 60);
	return 5 + colon;
}

enum rep_rc
rep_time_parse(struct rep_str s, int64_t *at_s, size_t *used, struct rep_err *err)
{
	struct rep_civil c = { 0 };
	int64_t offset_s = 0;
	size_t i, n;

	if (!digits(s, 0, 4, &c.year) || s.n < 10 || s.p[4] != '-' || !digits(s, 5, 2, &c.month) ||
	    s.p[7] != '-' || !digits(s, 8, 2, &c.day))
		goto bad;
	if (s.n == 10 && used == NULL) {
		if (!rep_civil_valid(&c))
			goto bad;
		*at_s = rep_time_from_civil(&c);
		return REP_OK;
	}
	if (s.n < 20 || (s.p[10] != 'T' && s.p[10] != 't' && s.p[10] != ' ') ||
	    !digits(s, 11, 2, &c.hour) || s.p[13] != ':' || !digits(s, 14, 2, &c.min) ||
	    s.p[16] != ':' || !digits(s, 17, 2, &c.sec) || !rep_civil_valid(&c))
		goto bad;
	i = 19;
	if (s.p[i] == '.' || s.p[i] == ',')
		for (i++; i < s.n && rep_digit(s.p[i]);)
			i++;
	if ((n = zone(s, i, &offset_s)) == 0)
		goto bad;
	if (used == NULL && i + n != s.n)
		goto bad;
	if (used != NULL)
		*used = i + n;
	*at_s = rep_time_from_civil(&c) - offset_s;
	return REP_OK;
bad:
	return rep_fail(err, REP_ESYNTAX, "\"%.*s\" is not an RFC 3339 time (2026-11-03T06:42:11Z)",
	    (int)(s.n < 32 ? s.n : 32), s.p);
}

const char *
rep_time_text(int64_t at_s, char buf[REP_TIME_TEXT])
{
	struct rep_civil c;

	rep_time_to_civil(at_s, &c);
	if (c.year < 0 || c.year > 9999)
		c = (struct rep_civil){ 9999, 12, 31, 23, 59, 59 };
	snprintf(buf, REP_TIME_TEXT, "%04u-%02u-%02uT%02u:%02u:%02uZ", (unsigned)c.year % 10000u,
	    (unsigned)c.month % 100u, (unsigned)c.day % 100u, (unsigned)c.hour % 100u,
	    (unsigned)c.min % 100u, (unsigned)c.sec % 100u);
	return buf;
}

const char *
rep_time_span(int64_t span_s, char buf[REP_TIME_TEXT])
{
	long long s = span_s < 0 ? 0 : span_s, h = s / 3600, m = s / 60 % 60;

	if (s < 120)
		snprintf(buf, REP_TIME_TEXT, "%lld s", s);
	else if (h == 0)
		snprintf(buf, REP_TIME_TEXT, "%lld min", m);
	else if (h < 48 && m > 0)
		snprintf(buf, REP_TIME_TEXT, "%lld h %lld min", h, m);
	else if (h < 48)
		snprintf(buf, REP_TIME_TEXT, "%lld h", h);
	else
		snprintf(buf, REP_TIME_TEXT, "%lld days", h / 24);
	return buf;
}

bool
rep_time_length(struct rep_str s, int64_t *length_s)
{
	static const struct {
		const char *word;
		double s;
	} units[] = { { "s", 1 }, { "sec", 1 }, { "second", 1 }, { "m", 60 }, { "min", 60 },
		{ "minute", 60 }, { "h", 3600 }, { "hr", 3600 }, { "hour", 3600 },
		{ "d", REP_DAY_S }, { "day", REP_DAY_S }, { "w", 7.0 * REP_DAY_S },
		{ "week", 7.0 * REP_DAY_S } };
	double v = 0, part = 1;
	size_t i = 0;

	while (i < s.n && rep_digit(s.p[i]) && v < 1e9)
		v = v * 10 + (s.p[i++] - '0');
	if (i == 0 || i == s.n || rep_digit(s.p[i]))
		return false;
	if (s.p[i] == '.' && i + 1 < s.n && rep_digit(s.p[i + 1]))
		for (i++; i < s.n && rep_digit(s.p[i]); i++)
			v += (s.p[i] - '0') * (part /= 10);
	i += i < s.n && s.p[i] == ' ';
	s = rep_str_sub(s, i, s.n);
	for (size_t k = 0; k < REP_COUNT(units); k++) {
		struct rep_str word = rep_str_c(units[k].word);

		if (!rep_str_starts_nocase(s, word) ||
		    (s.n != word.n &&
			(word.n == 1 || s.n != word.n + 1 || (s.p[word.n] | 0x20) != 's')))
			continue;
		if (v * units[k].s > 3650.0 * REP_DAY_S)
			return false;
		*length_s = (int64_t)(v * units[k].s + 0.5);
		return true;
	}
	return false;
}

/* Seconds by which local time is ahead of UTC at an instant. */
static int64_t
offset_at(int64_t at_s)
{
	time_t t = (time_t)at_s;
	struct tm tm;

	return localtime_r(&t, &tm) != NULL ? tm.tm_gmtoff : 0;
}

/*
 * A local time can have two offsets: that of the day before and that of the day after. The right
 * one is the offset under which the clock really shows this time. When clocks were put back, both
 * are.
 */
static void
zone_look_up(struct rep_zone *z, int64_t flat)
{
	int64_t before_s = offset_at(flat - REP_DAY_S), after_s = offset_at(flat + REP_DAY_S);

	z->offset_s = before_s; /* also when clocks were put forward past this time */
	z->twofold = false;
	if (before_s == after_s || offset_at(flat - after_s) != after_s)
		return;
	z->twofold = offset_at(flat - before_s) == before_s;
	if (z->twofold)
		z->again_s = before_s - after_s;
	else
		z->offset_s = after_s;
}

int64_t
rep_zone_instant(struct rep_zone *z, const struct rep_civil *local, int64_t not_before)
{
	int64_t flat = rep_time_from_civil(local), minute = flat / 60, at;

	if (!z->known || z->minute != minute) {
		zone_look_up(z, flat);
		z->minute = minute;
		z->known = true;
	}
	at = flat - z->offset_s;
	if (z->twofold && not_before > at + z->again_s / 2)
		at += z->again_s;
	return at;
}
