/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "base/str.h"

#include <stdio.h>

struct rep_str
rep_str_c(const char *s)
{
	return s == NULL ? (struct rep_str){ "", 0 } : (struct rep_str){ s, strlen(s) };
}

const char *
rep_times(uint64_t n, char buf[REP_TIMES_TEXT])
{
	if (n == 1)
		return "once";
	if (n == 2)
		return "twice";
	snprintf(buf, REP_TIMES_TEXT, "%llu times", (unsigned long long)n);
	return buf;
}

struct rep_str
rep_str_trim(struct rep_str s)
{
	while (s.n > 0 && rep_blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && rep_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

static bool
same_nocase(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (rep_lower(a[i]) != rep_lower(b[i]))
			return false;
	return true;
}

bool
rep_str_eq_nocase(struct rep_str a, struct rep_str b)
{
	return a.n == b.n && same_nocase(a.p, b.p, a.n);
}

bool
rep_str_starts_nocase(struct rep_str s, struct rep_str prefix)
{
	return s.n >= prefix.n && same_nocase(s.p, prefix.p, prefix.n);
}

bool
rep_str_ends(struct rep_str s, struct rep_str suffix)
{
	return s.n >= suffix.n &&
	    (suffix.n == 0 || memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0);
}

bool
rep_str_ends_nocase(struct rep_str s, struct rep_str suffix)
{
	return s.n >= suffix.n && same_nocase(s.p + s.n - suffix.n, suffix.p, suffix.n);
}

bool
rep_str_within(struct rep_str name, struct rep_str domain)
{
	return name.n == domain.n ? rep_str_eq_nocase(name, domain)
				  : name.n > domain.n && name.p[name.n - domain.n - 1] == '.' &&
		rep_str_ends_nocase(name, domain);
}

enum { ENOUGH = 15 }; /* f, g, w and the rarer letters */

/* How rare the letters a to z are in text. 1 is the most frequent letter. */
static const unsigned char seldom[26] = { 3, 20, 12, 11, 1, 15, 17, 9, 5, 24, 22, 10, 14, 6, 4, 16,
	25, 8, 7, 2, 13, 21, 18, 23, 19, 26 };

/* Lines are short, so only the first bytes are compared. */
size_t
rep_str_rarest(struct rep_str needle)
{
	unsigned rank = 0;
	size_t best = 0;

	for (size_t i = 0; i < needle.n && i < 6 && rank < ENOUGH; i++) {
		unsigned char c = (unsigned char)rep_lower(needle.p[i]);
		unsigned r = c >= 'a' && c <= 'z' ? seldom[c - 'a'] : c == ' ' ? 0 : 27;

		if (r > rank) {
			rank = r;
			best = i;
		}
	}
	return best;
}

/* memchr for one byte: on lines, which are short, it is much faster than memmem. */
size_t
rep_str_find_by(struct rep_str s, struct rep_str needle, size_t k, size_t from)
{
	const char *at, *end;

	if (from > s.n || needle.n > s.n - from)
		return SIZE_MAX;
	at = s.p + from + k;
	end = s.p + s.n - needle.n + k + 1; /* no match can have byte k here or later */
	while (at < end && (at = memchr(at, needle.p[k], (size_t)(end - at))) != NULL) {
		const char *start = at - k;

		if (start[needle.n - 1] == needle.p[needle.n - 1] &&
		    memcmp(start, needle.p, needle.n) == 0)
			return (size_t)(start - s.p);
		at++;
	}
	return SIZE_MAX;
}

size_t
rep_str_find(struct rep_str s, struct rep_str needle, size_t from)
{
	if (needle.n == 0)
		return from <= s.n ? from : SIZE_MAX;
	return rep_str_find_by(s, needle, rep_str_rarest(needle), from);
}

size_t
rep_str_find_nocase(struct rep_str s, struct rep_str needle, size_t from)
{
	const char *end, *low, *high, *hit;
	size_t k;
	char c;

	if (needle.n == 0)
		return from <= s.n ? from : SIZE_MAX;
	if (from > s.n || needle.n > s.n - from)
		return SIZE_MAX;
	k = rep_str_rarest(needle);
	c = rep_lower(needle.p[k]);
	end = s.p + s.n - needle.n + k + 1; /* no match can have its rarest byte here or later */
	low = memchr(s.p + from + k, c, (size_t)(end - s.p) - from - k);
	high = c >= 'a' && c <= 'z'
	    ? memchr(s.p + from + k, c - 'a' + 'A', (size_t)(end - s.p) - from - k)
	    : NULL;
	while ((hit = high == NULL || (low != NULL && low < high) ? low : high) != NULL) {
		if (same_nocase(hit - k, needle.p, needle.n))
			return (size_t)(hit - k - s.p);
		if (hit == low)
			low = memchr(hit + 1, c, (size_t)(end - hit - 1));
		else
			high = memchr(hit + 1, c - 'a' + 'A', (size_t)(end - hit - 1));
	}
	return SIZE_MAX;
}

bool
rep_str_has_any_nocase(struct rep_str s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (rep_str_find_nocase(s, rep_str_c(words[i]), 0) != SIZE_MAX)
			return true;
	return false;
}

bool
rep_str_printable(struct rep_str s, bool spaces)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] > '~' || s.p[i] < (spaces ? ' ' : '!'))
			return false;
	return true;
}

size_t
rep_str_chr(struct rep_str s, char c, size_t from)
{
	const char *hit;

	if (from >= s.n)
		return SIZE_MAX;
	hit = memchr(s.p + from, c, s.n - from);
	return hit == NULL ? SIZE_MAX : (size_t)(hit - s.p);
}

size_t
rep_str_rchr(struct rep_str s, char c)
{
	const char *hit = s.n == 0 ? NULL : memrchr(s.p, c, s.n);

	return hit == NULL ? SIZE_MAX : (size_t)(hit - s.p);
}

size_t
rep_str_common(struct rep_str a, struct rep_str b)
{
	size_t n = 0;

	while (n < a.n && n < b.n && a.p[n] == b.p[n])
		n++;
	return n;
}

struct rep_str
rep_str_cut(struct rep_str s, size_t max)
{
	if (s.n > max)
		for (s.n = max; s.n > 0 && ((unsigned char)s.p[s.n] & 0xc0) == 0x80;)
			s.n--;
	return s;
}

int
rep_str_cmp(struct rep_str a, struct rep_str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int d = n == 0 ? 0 : memcmp(a.p, b.p, n);

	if (d != 0)
		return d;
	return a.n < b.n ? -1 : a.n > b.n;
}

unsigned
rep_str_distance(struct rep_str a, struct rep_str b, unsigned max)
{
	unsigned row[65], diag, up, best;

	if (a.n > 64 || b.n > 64)
		return max + 1;
	for (size_t j = 0; j <= b.n; j++)
		row[j] = (unsigned)j;
	for (size_t i = 1; i <= a.n; i++) {
		diag = row[0];
		row[0] = (unsigned)i;
		for (size_t j = 1; j <= b.n; j++) {
			up = row[j];
			best = diag + (rep_lower(a.p[i - 1]) != rep_lower(b.p[j - 1]));
			if (up + 1 < best)
				best = up + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
			diag = up;
		}
	}
	return row[b.n] > max ? max + 1 : row[b.n];
}

bool
rep_str_u64(struct rep_str s, uint64_t max, uint64_t *out)
{
	uint64_t v = 0, d;

	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!rep_digit(s.p[i]))
			return false;
		d = (uint64_t)(s.p[i] - '0');
		if (d > max || v > (max - d) / 10)
			return false;
		v = v * 10 + d;
	}
	*out = v;
	return true;
}

bool
rep_str_digits(struct rep_str s)
{
	size_t n = 0;

	while (n < s.n && rep_digit(s.p[n]))
		n++;
	return n > 0 && n == s.n;
}

const char *
rep_number_text(uint64_t v, char buf[32])
{
	char digits[24];
	int n = snprintf(digits, sizeof digits, "%llu", (unsigned long long)v), k = 0;

	for (int i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			buf[k++] = ',';
		buf[k++] = digits[i];
	}
	buf[k] = '\0';
	return buf;
}
