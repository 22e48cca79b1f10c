/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/stamp.h"
#include "base/time.h"

#include <time.h>

enum { DISORDER = 120, UNIX_DIGITS = 10 };

void
rep_stamper_init(struct rep_stamper *st, int64_t file_s, int64_t now_s)
{
	*st = (struct rep_stamper){ .limit_s = (file_s != 0 ? file_s : now_s) + REP_DAY_S };
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

/* The place after a fraction of a second at i: ".123456" or ",123". i when there is none. */
static size_t
after_fraction(struct rep_str s, size_t i)
{
	if (i + 1 < s.n && (s.p[i] == '.' || s.p[i] == ',') && rep_digit(s.p[i + 1]))
		for (i++; i < s.n && rep_digit(s.p[i]);)
			i++;
	return i;
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

/* The instant of a local time. */
static int64_t
local(struct rep_stamper *st, const struct rep_civil *c)
{
	int64_t at_s = rep_zone_instant(&st->zone, c, st->last_s);

	/*
	 * When clocks were put back there are two instants. Lines come in order, so the second is
	 * right, unless the first is only shortly before the last line: daemons log slightly out of
	 * order.
	 */
	if (st->zone.again_s != 0)
		at_s = rep_zone_instant(&st->zone, c, st->last_s + st->zone.again_s / 2 - DISORDER);
	return at_s;
}

/* Takes the newest year in which the date exists and is not after the limit. */
static bool
with_year(struct rep_stamper *st, struct rep_civil *c, int64_t *at_s)
{
	struct rep_civil limit;

	rep_time_to_civil(st->limit_s + REP_DAY_S, &limit); /* zones: a local year may be ahead */
	for (int back = 0; back < 9; back++) {
		c->year = limit.year - back;
		if (!rep_civil_valid(c))
			continue;
		*at_s = local(st, c);
		if (*at_s <= st->limit_s)
			return true;
	}
	return false;
}

/* "Nov  3 06:42:11": 15 bytes, and a fraction of the second. */
static bool
rfc3164(struct rep_stamper *st, struct rep_str line, int64_t *at_s, size_t *used)
{
	struct rep_civil c = { 0 };
	const char *p = line.p;

	if (line.n < 16 || p[3] != ' ' || p[6] != ' ' || p[9] != ':' || p[12] != ':' ||
	    (c.month = month_of(p)) == 0 || !two(p + 4, &c.day) || !two(p + 7, &c.hour) ||
	    !two(p + 10, &c.min) || !two(p + 13, &c.sec) || !with_year(st, &c, at_s))
		return false;
	*used = after_fraction(line, 15);
	st->seen_n = 0;
	if (st->zone.again_s == 0) {
		memcpy(st->seen, p, 13);
		st->seen_n = 13;
		st->seen_s = *at_s - c.sec;
	}
	return true;
}

static bool
rfc3339(struct rep_stamper *st, struct rep_str line, int64_t *at_s, size_t *used)
{
	size_t z;

	if (rep_time_parse(line, at_s, used, NULL) != REP_OK)
		return false;
	z = line.p[*used - 1] == 'Z' || line.p[*used - 1] == 'z' ? 1
	    : line.p[*used - 3] == ':'				 ? 6
								 : 5;
	st->seen_n = 0;
	if (*used >= 19 + z && line.p[*used - z] != ':') {
		memcpy(st->seen, line.p, 19);
		memcpy(st->seen + 19, line.p + *used - z, z);
		st->seen_n = 19;
		st->seen_zone_n = z;
		st->seen_s = *at_s;
	}
	return true;
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

/* --- all other forms ---------------------------------------------------------------------------- */

/*
 * The forms of a stamp, by their letters: a weekday, b name of a month, m its number, d day of one
 * or two digits, Y year, H time of day and any fraction, z the zone or nothing, Z the zone (must be
 * there), U seconds since 1970. A blank is one or more. The first that fits is taken.
 */
static const char *const forms[] = {
	"b d H",		    /* RFC 3164; journalctl -o short-precise */
	"Y-m-dTHz",		    /* RFC 3339, also without a zone; journalctl -o short-iso */
	"Y-m-d Hz",		    /* Portainer, and templates that people write */
	"a Y-m-d H Z",		    /* journalctl -o short-full and with-unit */
	"b d Y Hz", "Y b d Hz",	    /* syslog with a year */
	"a b d H Y",		    /* asctime */
	"d-m-Y H", "d.m.Y H",	    /* web pages that show a log: the day comes first */
	"d-m-Y, H", "d.m.Y, H", "U" /* journalctl -o short-unix */
};

struct stamp_reading {
	struct rep_str s;
	size_t i;
	struct rep_civil c;
	bool year, zoned;
	int64_t offset_s;
	int64_t unix_s;		/* U: the time itself */
	struct rep_str unknown; /* the name of a zone that says nothing here */
};

static bool
number(struct stamp_reading *r, size_t least, size_t most, int *out)
{
	size_t n = 0;
	int v = 0;

	while (n < most && r->i + n < r->s.n && rep_digit(r->s.p[r->i + n]))
		v = v * 10 + (r->s.p[r->i + n++] - '0');
	if (n < least)
		return false;
	r->i += n;
	*out = v;
	return true;
}

static bool
time_of_day(struct stamp_reading *r)
{
	struct rep_str s = r->s;

	if (r->i + 8 > s.n || s.p[r->i + 2] != ':' || s.p[r->i + 5] != ':' ||
	    !two(s.p + r->i, &r->c.hour) || !two(s.p + r->i + 3, &r->c.min) ||
	    !two(s.p + r->i + 6, &r->c.sec))
		return false;
	r->i = after_fraction(s, r->i + 8);
	return true;
}

/* The name of a zone: UTC, or one of those that the zone of this process has. */
static bool
zone_name(struct stamp_reading *r, struct rep_str name)
{
	if (rep_str_eq(name, REP_S("UTC")) || rep_str_eq(name, REP_S("GMT"))) {
		r->zoned = true;
		return true;
	}
	return rep_str_eq(name, rep_str_c(tzname[0])) || rep_str_eq(name, rep_str_c(tzname[1]));
}

/* "Z", "+01:00", "+0100", "+01", also after a blank; " UTC". */
static bool
zone(struct stamp_reading *r, bool must)
{
	size_t i = r->i, n = 0;
	int h, m = 0, sign;

	if (i < r->s.n && (r->s.p[i] == 'Z' || r->s.p[i] == 'z')) {
		r->zoned = true;
		r->i++;
		return true;
	}
	i += i < r->s.n && r->s.p[i] == ' ';
	if (i < r->s.n && (r->s.p[i] == '+' || r->s.p[i] == '-')) {
		sign = r->s.p[i] == '-' ? -1 : 1;
		r->i = i + 1;
		if (!number(r, 2, 2, &h) || h > 23)
			return false;
		r->i += r->i < r->s.n && r->s.p[r->i] == ':';
		(void)number(r, 2, 2, &m);
		r->offset_s = sign * (h * 3600 + m * 60);
		r->zoned = true;
		return m < 60;
	}
	while (i + n < r->s.n && n < 6 && r->s.p[i + n] >= 'A' && r->s.p[i + n] <= 'Z')
		n++;
	if (n < 3)
		return !must;
	if (zone_name(r, rep_str_sub(r->s, i, n)))
		r->i = i + n;
	else if (must) {
		r->unknown = rep_str_sub(r->s, i, n);
		r->i = i + n;
	}
	return true;
}

static bool
weekday(struct stamp_reading *r)
{
	static const char names[] = "MonTueWedThuFriSatSun";

	for (size_t d = 0; r->i + 3 <= r->s.n && d < 7; d++)
		if (memcmp(r->s.p + r->i, names + d * 3, 3) == 0) {
			r->i += 3;
			return true;
		}
	return false;
}

static bool
unix_seconds(struct stamp_reading *r)
{
	size_t n = 0;

	for (r->unix_s = 0; n < UNIX_DIGITS && r->i + n < r->s.n && rep_digit(r->s.p[r->i + n]);
	     n++)
		r->unix_s = r->unix_s * 10 + (r->s.p[r->i + n] - '0');
	r->i += n;
	n = r->i;
	r->i = after_fraction(r->s, r->i);
	return n == UNIX_DIGITS && r->i > n + 1;
}

/* One letter of a form. */
static bool
part(struct stamp_reading *r, char letter)
{
	size_t i = r->i;

	switch (letter) {
	case ' ':
		while (r->i < r->s.n && r->s.p[r->i] == ' ')
			r->i++;
		return r->i > i;
	case 'a': return weekday(r);
	case 'b':
		if (r->i + 3 > r->s.n || (r->c.month = month_of(r->s.p + r->i)) == 0)
			return false;
		r->i += 3;
		return true;
	case 'd': return number(r, 1, 2, &r->c.day);
	case 'm': return number(r, 2, 2, &r->c.month);
	case 'Y': return r->year = number(r, 4, 4, &r->c.year);
	case 'H': return time_of_day(r);
	case 'z': return zone(r, false);
	case 'Z': return zone(r, true);
	case 'U': return unix_seconds(r);
	case 'T': r->i++; return i < r->s.n && (r->s.p[i] == 'T' || r->s.p[i] == 't');
	default: r->i++; return i < r->s.n && r->s.p[i] == letter;
	}
}

/* Reads a stamp of any form, and checks only the form. */
static bool
read_form(struct rep_str line, struct stamp_reading *r)
{
	for (size_t f = 0; f < REP_COUNT(forms); f++) {
		const char *p = forms[f];

		*r = (struct stamp_reading){ .s = rep_str_sub(line, 0, 64) };
		while (*p != '\0' && part(r, *p))
			p++;
		if (*p == '\0' && r->i < line.n && rep_blank(line.p[r->i]))
			return true;
	}
	return false;
}

/*
 * Quick: no form begins otherwise than with three letters and a blank, with three digits, or with a
 * day and a sign.
 */
static bool
may_be_stamp(struct rep_str s)
{
	if (s.n < 8)
		return false;
	if (rep_digit(s.p[0]) && !rep_digit(s.p[1]))
		return s.p[1] == '-' || s.p[1] == '.';
	return rep_digit(s.p[0]) ? rep_digit(s.p[2]) || s.p[2] == '-' || s.p[2] == '.'
				 : rep_alnum(s.p[0]) && rep_alnum(s.p[1]) && rep_alnum(s.p[2]) &&
		(s.p[3] == ' ' || s.p[3] == ',');
}

size_t
rep_stamp_shape(struct rep_str line)
{
	struct stamp_reading r;

	if (!may_be_stamp(line))
		return 0;
	return read_form(line, &r) ? r.i : 0;
}

static enum rep_rc
any_form(
    struct rep_stamper *st, struct rep_str line, int64_t *at_s, size_t *used, struct rep_err *err)
{
	struct stamp_reading r;

	if (!read_form(line, &r))
		return rep_fail(err, REP_ESYNTAX,
		    "no time stamp at \"%.*s\"; expected a syslog line or journald JSON",
		    (int)(line.n < 24 ? line.n : 24), line.p);
	st->seen_n = 0;
	if (r.unknown.n > 0)
		return rep_fail(err, REP_ESYNTAX,
		    "the time zone %.*s is not the one of this machine; state it with --timezone, "
		    "for example Europe/Paris",
		    REP_PR(r.unknown));
	if (r.unix_s != 0)
		*at_s = r.unix_s;
	else if (r.year ? !rep_civil_valid(&r.c) : !with_year(st, &r.c, at_s))
		return rep_fail(
		    err, REP_ESYNTAX, "time stamp \"%.*s\" is not a date", (int)r.i, line.p);
	else if (r.zoned)
		*at_s = rep_time_from_civil(&r.c) - r.offset_s;
	else if (r.year)
		*at_s = local(st, &r.c);
	st->zoned = r.zoned || r.unix_s != 0;
	*used = r.i;
	return REP_OK;
}

bool
rep_stamp_again(struct rep_stamper *st, struct rep_str line, int64_t *at_s, size_t *used)
{
	int sec;

	if (st->seen_n == 13 && line.n > 15 && memcmp(line.p, st->seen, 13) == 0 &&
	    two(line.p + 13, &sec) && sec <= 60) {
		*at_s = st->seen_s + sec;
		*used = after_fraction(line, 15);
		st->zoned = false;
	} else if (st->seen_n == 19 && same_3339(st, line, used)) {
		*at_s = st->seen_s;
		st->zoned = true;
	} else {
		return false;
	}
	st->last_s = *at_s;
	return true;
}

enum rep_rc
rep_stamp_parse(
    struct rep_stamper *st, struct rep_str line, int64_t *at_s, size_t *used, struct rep_err *err)
{
	enum rep_rc rc = REP_OK;

	if (rep_stamp_again(st, line, at_s, used))
		return REP_OK;
	if (line.n > 0 && rep_digit(line.p[0])) {
		st->zoned = rfc3339(st, line, at_s, used);
		if (!st->zoned)
			rc = any_form(st, line, at_s, used, err);
	} else {
		st->zoned = false;
		if (!rfc3164(st, line, at_s, used))
			rc = any_form(st, line, at_s, used, err);
	}
	if (rc == REP_OK)
		st->last_s = *at_s;
	return rc;
}
