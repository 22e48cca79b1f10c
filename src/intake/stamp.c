/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/stamp.h"

enum { DAY = 86400, DISORDER = 120 };

void
rep_stamper_init(struct rep_stamper *st, int64_t file_s, int64_t now_s)
{
	*st = (struct rep_stamper){ .limit_s = (file_s != 0 ? file_s : now_s) + DAY };
}

static bool
two(const char *p, int *out)
{
	char tens = p[0] == ' ' ? '0' : p[0];

	if (!rep_digit(tens) || !rep_digit(p[1]))
		return false;
	*out = (tens - '0') * 10 + (p[1] - '0');
	return true;
}

static int
month_of(const char *p)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (int m = 0; m < 12; m++)
		if (memcmp(p, names + m * 3, 3) == 0)
			return m + 1;
	return 0;
}

/* Takes the newest year in which the date exists and is not after the limit. */
static bool
with_year(struct rep_stamper *st, struct rep_civil *c, int64_t *at_s)
{
	struct rep_civil limit;

	rep_time_to_civil(st->limit_s + DAY, &limit); /* zones: a local year may be ahead */
	for (int back = 0; back < 9; back++) {
		c->year = limit.year - back;
		if (!rep_civil_valid(c))
			continue;
		*at_s = rep_zone_instant(&st->zone, c, st->last_s);
		/*
		 * When clocks were put back there are two instants. Lines come in order, so the
		 * second is right, unless the first is only shortly before the last line: daemons
		 * log slightly out of order.
		 */
		if (st->zone.again_s != 0)
			*at_s = rep_zone_instant(
			    &st->zone, c, st->last_s + st->zone.again_s / 2 - DISORDER);
		if (*at_s <= st->limit_s)
			return true;
	}
	return false;
}

/* "Nov  3 06:42:11": 15 bytes. */
static enum rep_rc
rfc3164(struct rep_stamper *st, struct rep_str line, int64_t *at_s, struct rep_err *err)
{
	struct rep_civil c = { 0 };
	const char *p = line.p;

	if (line.n < 16 || p[3] != ' ' || p[6] != ' ' || p[9] != ':' || p[12] != ':' ||
	    (c.month = month_of(p)) == 0 || !two(p + 4, &c.day) || !two(p + 7, &c.hour) ||
	    !two(p + 10, &c.min) || !two(p + 13, &c.sec))
		return rep_fail(err, REP_ESYNTAX,
		    "no time stamp at \"%.*s\"; a syslog line or journald JSON was expected",
		    (int)(line.n < 24 ? line.n : 24), p);
	if (!with_year(st, &c, at_s))
		return rep_fail(err, REP_ESYNTAX, "time stamp \"%.15s\" is no date", p);
	st->seen_n = 0;
	if (st->zone.again_s == 0) {
		memcpy(st->seen, p, 13);
		st->seen_n = 13;
		st->seen_s = *at_s - c.sec;
	}
	return REP_OK;
}

static enum rep_rc
rfc3339(
    struct rep_stamper *st, struct rep_str line, int64_t *at_s, size_t *used, struct rep_err *err)
{
	enum rep_rc rc = rep_time_parse(line, at_s, used, err);
	size_t z;

	if (rc != REP_OK)
		return rc;
	z = line.p[*used - 1] == 'Z' || line.p[*used - 1] == 'z' ? 1 : 6;
	st->seen_n = 0;
	if (*used >= 19 + z && line.p[*used - z] != ':') {
		memcpy(st->seen, line.p, 19);
		memcpy(st->seen + 19, line.p + *used - z, z);
		st->seen_n = 19;
		st->seen_zone_n = z;
		st->seen_s = *at_s;
	}
	return REP_OK;
}

/* True when the line has the same second and zone as the line before. */
static bool
same_3339(const struct rep_stamper *st, struct rep_str line, size_t *used)
{
	size_t i = 19;

	if (line.n < 28 || memcmp(line.p, st->seen, 19) != 0)
		return false;
	if (line.p[i] == '.')
		for (i++; i < line.n && rep_digit(line.p[i]);)
			i++;
	if (line.n - i < st->seen_zone_n || memcmp(line.p + i, st->seen + 19, st->seen_zone_n) != 0)
		return false;
	*used = i + st->seen_zone_n;
	return true;
}

enum rep_rc
rep_stamp_parse(
    struct rep_stamper *st, struct rep_str line, int64_t *at_s, size_t *used, struct rep_err *err)
{
	enum rep_rc rc;
	int sec;

	if (st->seen_n == 13 && line.n > 15 && memcmp(line.p, st->seen, 13) == 0 &&
	    two(line.p + 13, &sec) && sec <= 60) {
		*at_s = st->seen_s + sec;
		*used = 15;
		rc = REP_OK;
	} else if (st->seen_n == 19 && same_3339(st, line, used)) {
		*at_s = st->seen_s;
		rc = REP_OK;
	} else if (line.n > 0 && rep_digit(line.p[0])) {
		rc = rfc3339(st, line, at_s, used, err);
	} else {
		rc = rfc3164(st, line, at_s, err);
		*used = 15;
	}
	if (rc == REP_OK)
		st->last_s = *at_s;
	return rc;
}
