/* SPDX-License-Identifier: Apache-2.0 */
#include "mail/header.h"
#include "base/time.h"

/* --- fields ----------------------------------------------------------------------------- */

/* The line at i without its end. *next is where the next line begins. */
static struct rep_str
line_at(struct rep_str s, size_t i, size_t *next)
{
	const char *nl = i < s.n ? memchr(s.p + i, '\n', s.n - i) : NULL;
	size_t end = nl == NULL ? s.n : (size_t)(nl - s.p);

	*next = nl == NULL ? s.n : end + 1;
	if (end > i && s.p[end - 1] == '\r')
		end--;
	return rep_str_sub(s, i, end - i);
}

/* Length of the name before ':'. 0 when the line is not a field. */
static size_t
name_length(struct rep_str line)
{
	size_t n = 0, end;

	while (n < line.n && line.p[n] > ' ' && line.p[n] < 127 && line.p[n] != ':')
		n++;
	end = n;
	while (n < line.n && (line.p[n] == ' ' || line.p[n] == '\t'))
		n++;
	return end > 0 && end < 128 && n < line.n && line.p[n] == ':' ? end : 0;
}

struct rep_str
rep_header_unfold(struct rep_str raw, struct rep_arena *a)
{
	struct rep_str s = rep_str_trim(rep_str_sub(raw, 0, REP_HEADER_VALUE_MAX));
	size_t n = 0;
	char *p;

	if (s.n == 0)
		return (struct rep_str){ "", 0 };
	if (memchr(s.p, '\n', s.n) == NULL && memchr(s.p, '\r', s.n) == NULL)
		return rep_arena_dup(a, s);
	if ((p = rep_arena_alloc(a, s.n + 1)) == NULL)
		return (struct rep_str){ "", 0 };
	for (size_t i = 0, end; i < s.n; i = end) {
		size_t lf = rep_str_chr(s, '\n', i);

		end = rep_str_chr(rep_str_sub(s, 0, lf), '\r', i);
		if (end == SIZE_MAX)
			end = lf == SIZE_MAX ? s.n : lf;
		memcpy(p + n, s.p + i, end - i);
		n += end - i;
		if (end == s.n)
			break;
		while (end < s.n && rep_blank(s.p[end]))
			end++;
		if (n > 0 && p[n - 1] != ' ')
			p[n++] = ' ';
	}
	return (struct rep_str){ p, n };
}

static size_t
count_fields(struct rep_str s)
{
	size_t n = 0, next = 0;

	for (size_t i = 0; i < s.n && n < REP_HEADERS_MAX; i = next) {
		struct rep_str line = line_at(s, i, &next);

		if (line.n == 0)
			break;
		n += name_length(line) > 0;
	}
	return n;
}

struct rep_headers
rep_headers_parse(struct rep_str s, struct rep_arena *a, size_t *used)
{
	struct rep_headers none = { NULL, 0 };
	size_t max = count_fields(s), n = 0, next = 0, i = 0, name;
	struct rep_header *v = rep_arena_alloc(a, (max + 1) * sizeof *v);

	if (used != NULL)
		*used = 0;
	if (v == NULL)
		return none;
	while (i < s.n) {
		struct rep_str line = line_at(s, i, &next);
		size_t colon, end = next, after;

		if (line.n == 0) {
			i = next;
			break;
		}
		name = name_length(line);
		if (name == 0 || n >= max) {
			i = next;
			continue;
		}
		colon = rep_str_chr(line, ':', name);
		/*
		 * A continuation begins with a blank. A line of blanks only is a continuation too.
		 */
		while (end < s.n && (s.p[end] == ' ' || s.p[end] == '\t')) {
			(void)line_at(s, end, &after);
			end = after;
		}
		v[n].name = rep_str_sub(line, 0, name);
		v[n++].value =
		    rep_header_unfold(rep_str_sub(s, i + colon + 1, end - i - colon - 1), a);
		i = end;
	}
	if (used != NULL)
		*used = i;
	return (struct rep_headers){ v, n };
}

struct rep_str
rep_header(const struct rep_headers *h, const char *name)
{
	struct rep_str want = rep_str_c(name);

	for (size_t i = 0; i < h->n; i++)
		if (rep_str_eq_nocase(h->v[i].name, want))
			return h->v[i].value;
	return (struct rep_str){ "", 0 };
}

/* --- encodings --------------------------------------------------------------------------- */

static int
sextet(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (rep_digit(c))
		return c - '0' + 52;
	return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

size_t
rep_mime_base64(struct rep_str in, char *out)
{
	uint32_t bits = 0;
	unsigned have = 0;
	size_t n = 0;

	for (size_t i = 0; i < in.n; i++) {
		int v = sextet(in.p[i]);

		if (in.p[i] == '=')
			have = 0; /* after padding a new group begins */
		if (v < 0)
			continue;
		bits = bits << 6 | (uint32_t)v;
		have += 6;
		if (have >= 8) {
			have -= 8;
			out[n++] = (char)(bits >> have);
		}
	}
	return n;
}

size_t
rep_mime_quoted(struct rep_str in, bool header, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < in.n; i++) {
		char c = in.p[i];

		if (header && c == '_') {
			out[n++] = ' ';
		} else if (c == '=' && i + 2 < in.n + header && i + 1 < in.n &&
		    in.p[i + 1] == '\n') {
			i++;
		} else if (c == '=' && i + 2 < in.n && in.p[i + 1] == '\r' && in.p[i + 2] == '\n') {
			i += 2;
		} else if (c == '=' && i + 2 < in.n && rep_hex(in.p[i + 1]) >= 0 &&
		    rep_hex(in.p[i + 2]) >= 0) {
			out[n++] = (char)(rep_hex(in.p[i + 1]) << 4 | rep_hex(in.p[i + 2]));
			i += 2;
		} else {
			out[n++] = c;
		}
	}
	return n;
}

/* Length of "=?charset?Q?text?=" at the start of s; 0 when there is none. */
static size_t
encoded_word(struct rep_str s, char *coding, struct rep_str *text)
{
	size_t q1, end;

	if (s.n < 8 || s.p[0] != '=' || s.p[1] != '?')
		return 0;
	q1 = rep_str_chr(s, '?', 2);
	if (q1 == SIZE_MAX || q1 + 3 >= s.n || q1 > 80 || s.p[q1 + 2] != '?')
		return 0;
	end = rep_str_find(s, REP_S("?="), q1 + 3);
	*coding = rep_lower(s.p[q1 + 1]);
	if (end == SIZE_MAX || (*coding != 'q' && *coding != 'b'))
		return 0;
	*text = rep_str_sub(s, q1 + 3, end - q1 - 3);
	return end + 2;
}

struct rep_str
rep_header_decode(struct rep_str value, struct rep_arena *a)
{
	size_t n = 0, used;
	struct rep_str text;
	bool after = false;
	char coding, *p;

	if (rep_str_find(value, REP_S("=?"), 0) == SIZE_MAX ||
	    (p = rep_arena_alloc(a, value.n + 1)) == NULL)
		return value;
	for (size_t i = 0; i < value.n;) {
		if ((used = encoded_word(rep_str_sub(value, i, value.n), &coding, &text)) > 0) {
			n += coding == 'b' ? rep_mime_base64(text, p + n)
					   : rep_mime_quoted(text, true, p + n);
			i += used;
			after = true;
			continue;
		}
		/* Blanks between two encoded words are not part of the text. */
		if (after && value.p[i] == ' ' &&
		    encoded_word(rep_str_sub(value, i + 1, value.n), &coding, &text) > 0) {
			i++;
			continue;
		}
		after = false;
		p[n++] = value.p[i++];
	}
	return (struct rep_str){ p, n };
}

struct rep_str
rep_header_param(struct rep_str value, const char *name, struct rep_arena *a)
{
	struct rep_str want = rep_str_c(name);
	size_t i = rep_str_chr(value, ';', 0), n = 0;

	(void)a;
	while (i != SIZE_MAX && i < value.n) {
		struct rep_str rest = rep_str_trim(rep_str_sub(value, i + 1, value.n));
		size_t eq = want.n;

		if (rep_str_starts_nocase(rest, want)) {
			while (eq < rest.n && rest.p[eq] == ' ')
				eq++;
			if (eq < rest.n && rest.p[eq] == '=') {
				rest = rep_str_trim(rep_str_sub(rest, eq + 1, rest.n));
				if (rest.n > 0 && rest.p[0] == '"') {
					n = rep_str_chr(rest, '"', 1);
					return n == SIZE_MAX ? rep_str_sub(rest, 1, rest.n)
							     : rep_str_sub(rest, 1, n - 1);
				}
				while (n < rest.n && rest.p[n] != ';' && !rep_blank(rest.p[n]))
					n++;
				return rep_str_sub(rest, 0, n);
			}
		}
		i = rep_str_chr(value, ';', i + 1);
	}
	return (struct rep_str){ "", 0 };
}

/* --- dates ------------------------------------------------------------------------------- */

struct words {
	struct rep_str s;
	size_t at;
};

static struct rep_str
word(struct words *w)
{
	size_t from;

	while (w->at < w->s.n && (rep_blank(w->s.p[w->at]) || w->s.p[w->at] == ','))
		w->at++;
	from = w->at;
	while (w->at < w->s.n && !rep_blank(w->s.p[w->at]) && w->s.p[w->at] != ',')
		w->at++;
	return rep_str_sub(w->s, from, w->at - from);
}

static int
month_of(struct rep_str s)
{
	static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

	for (int m = 0; m < 12; m++)
		if (s.n >= 3 &&
		    rep_str_eq_nocase(rep_str_sub(s, 0, 3), (struct rep_str){ names + 3 * m, 3 }))
			return m + 1;
	return 0;
}

static bool
clock_of(struct rep_str s, struct rep_civil *c)
{
	int v[3] = { 0, 0, 0 };
	size_t i = 0;

	for (int k = 0; k < 3; k++) {
		size_t n = 0;

		while (i < s.n && rep_digit(s.p[i]) && n < 2) {
			v[k] = v[k] * 10 + (s.p[i++] - '0');
			n++;
		}
		if (n == 0)
			return false;
		if (i >= s.n || s.p[i] != ':') {
			c->hour = v[0];
			c->min = v[1];
			c->sec = v[2];
			return k >= 1;
		}
		i++;
	}
	return false;
}

/* Reads "+0900", "-08:00", "JST" or "GMT": seconds east of UTC. */
static int64_t
offset_of(struct rep_str s)
{
	static const struct {
		const char *name;
		int hours;
	} zones[] = { { "EST", -5 }, { "EDT", -4 }, { "CST", -6 }, { "CDT", -5 }, { "MST", -7 },
		{ "MDT", -6 }, { "PST", -8 }, { "PDT", -7 }, { "JST", 9 }, { "CET", 1 },
		{ "CEST", 2 }, { "MSK", 3 }, { "BST", 1 } };
	int64_t v = 0;
	size_t n = 0;

	if (s.n > 1 && (s.p[0] == '+' || s.p[0] == '-')) {
		for (size_t i = 1; i < s.n && n < 4; i++)
			if (rep_digit(s.p[i])) {
				v = v * 10 + (s.p[i] - '0');
				n++;
			}
		v = n == 4 ? v / 100 * 3600 + v % 100 * 60 : 0;
		return v > 14 * 3600 ? 0 : s.p[0] == '-' ? -v : v;
	}
	for (size_t i = 0; i < REP_COUNT(zones); i++)
		if (rep_str_eq(s, rep_str_c(zones[i].name)))
			return (int64_t)zones[i].hours * 3600;
	return 0;
}

int64_t
rep_header_date(struct rep_str value)
{
	struct words w = { rep_str_sub(value, 0, 80), 0 };
	struct rep_civil c = { 0 };
	struct rep_str s = word(&w);
	uint64_t day, year;
	int64_t at;

	if (rep_time_parse(value, &at, NULL, NULL) == REP_OK)
		return at;
	if (s.n > 0 && !rep_digit(s.p[0])) { /* the name of the weekday */
		s = word(&w);
		if ((c.month = month_of(s)) != 0) /* "Thu Apr 29 23:34:45 2010" */
			s = word(&w);
	}
	if (!rep_str_u64(s, 31, &day))
		return 0;
	c.day = (int)day;
	s = word(&w);
	if (c.month != 0) {
		if (!clock_of(s, &c) || !rep_str_u64(word(&w), 9999, &year))
			return 0;
		c.year = (int)year;
		return rep_civil_valid(&c) ? rep_time_from_civil(&c) : 0;
	}
	c.month = month_of(s);
	if (c.month == 0 || !rep_str_u64(word(&w), 9999, &year) || !clock_of(word(&w), &c))
		return 0;
	c.year = (int)(year < 50 ? year + 2000 : year < 1000 ? year + 1900 : year);
	if (!rep_civil_valid(&c))
		return 0;
	return rep_time_from_civil(&c) - offset_of(word(&w));
}
