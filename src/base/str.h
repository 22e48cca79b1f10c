/*
 * base/str.h -- views of bytes.
 *
 * A rep_str points at bytes that somebody else owns. It has no NUL at its end that one may rely on,
 * and it is never freed. Input is bytes, so nothing here uses the locale: "lower", "space" and
 * "digit" mean ASCII only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_BASE_STR_H
#define REP_BASE_STR_H

#include <assert.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct rep_str {
	const char *p;
	size_t n;
};

/* A string literal as a view. */
#define REP_S(lit) ((struct rep_str){ (lit), sizeof(lit) - 1 })
/*
 * The two arguments of printf's "%.*s", of a variable. It names its argument twice, and so takes
 * the address of it: a function's answer and a ?: do not compile.
 */
#define REP_PR(s) rep_str_n(&(s)), rep_str_p(&(s))

#define REP_NODISCARD __attribute__((warn_unused_result))
#define REP_PRINTF(a, b) __attribute__((format(printf, a, b)))
#define REP_COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* printf counts with int. Longer text is a defect of the caller, and never cut. */
static inline int
rep_str_n(const struct rep_str *s)
{
	assert(s->n <= INT_MAX);
	return (int)s->n;
}

static inline const char *
rep_str_p(const struct rep_str *s)
{
	return s->n > 0 ? s->p : "";
}

/* s, or `instead` when s is empty. */
static inline struct rep_str
rep_str_or(struct rep_str s, struct rep_str instead)
{
	return s.n > 0 ? s : instead;
}

/* The end of a word after the number n: "%zu message%s". */
static inline const char *
rep_plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

enum { REP_TIMES_TEXT = 32 }; /* room for rep_times and its NUL */

/* How often, as people say it: "once", "twice", "3 times". Returns buf or a constant. */
const char *rep_times(uint64_t n, char buf[REP_TIMES_TEXT]);

/* View of a NUL-terminated C string. NULL gives the empty view. */
struct rep_str rep_str_c(const char *s);

/* At most n bytes from i on. An i past the end gives the empty view. */
static inline struct rep_str
rep_str_sub(struct rep_str s, size_t i, size_t n)
{
	if (i > s.n)
		i = s.n;
	if (n > s.n - i)
		n = s.n - i;
	return (struct rep_str){ i == 0 ? s.p : s.p + i, n };
}

/* s without the ASCII blanks (space, tab, CR, LF) at both ends. */
struct rep_str rep_str_trim(struct rep_str s);

static inline bool
rep_str_eq(struct rep_str a, struct rep_str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}
bool rep_str_eq_nocase(struct rep_str a, struct rep_str b);
static inline bool
rep_str_starts(struct rep_str s, struct rep_str prefix)
{
	return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}
bool rep_str_starts_nocase(struct rep_str s, struct rep_str prefix);
bool rep_str_ends(struct rep_str s, struct rep_str suffix);
bool rep_str_ends_nocase(struct rep_str s, struct rep_str suffix);
/* Whether a name is the domain or below it, upper and lower case alike. */
bool rep_str_within(struct rep_str name, struct rep_str domain);

/* Index of the first occurrence at or after `from`, or SIZE_MAX. */
size_t rep_str_find(struct rep_str s, struct rep_str needle, size_t from);
/* The same, for a needle whose rarest byte is known: needle.p[k]. It is not empty. */
size_t rep_str_find_by(struct rep_str s, struct rep_str needle, size_t k, size_t from);
/* Index of the rarest byte of a needle that is searched often: a search by it stops less often. */
size_t rep_str_rarest(struct rep_str needle);
size_t rep_str_find_nocase(struct rep_str s, struct rep_str needle, size_t from);
/* Whether one of n words is in s, upper and lower case alike. */
bool rep_str_has_any_nocase(struct rep_str s, const char *const *words, size_t n);
/* Whether all of s is printable ASCII, with spaces or without. Also of an empty s. */
bool rep_str_printable(struct rep_str s, bool spaces);
size_t rep_str_chr(struct rep_str s, char c, size_t from);
size_t rep_str_rchr(struct rep_str s, char c);

/* Takes the next line from the front; *line is it without its end. False: nothing is left. */
static inline bool
rep_str_take_line(struct rep_str *s, struct rep_str *line)
{
	size_t nl = rep_str_chr(*s, '\n', 0);

	if (s->n == 0)
		return false;
	*line = rep_str_sub(*s, 0, nl);
	*s = rep_str_sub(*s, nl == SIZE_MAX ? s->n : nl + 1, s->n);
	return true;
}

/*
 * The first bytes of s, at most max: never a part of a UTF-8 character. Of bytes that are not UTF-8, less may be left.
 */
struct rep_str rep_str_cut(struct rep_str s, size_t max);
/* How many bytes both begin with. */
size_t rep_str_common(struct rep_str a, struct rep_str b);

/*
 * Compares bytes, for sorting. When one string is the start of the other, the shorter comes first.
 */
int rep_str_cmp(struct rep_str a, struct rep_str b);

/* Edit distance (insert, delete, replace), at most `max`+1. A string over 64 bytes gives max+1. */
unsigned rep_str_distance(struct rep_str a, struct rep_str b, unsigned max);

/* "1,204". Returns buf. */
const char *rep_number_text(uint64_t v, char buf[32]);

/*
 * Reads all of s as an unsigned decimal. False when it is empty, has a non-digit, or is above max.
 */
bool rep_str_u64(struct rep_str s, uint64_t max, uint64_t *out);
/* Whether it is decimal digits, one at least, however many. */
bool rep_str_digits(struct rep_str s);

static inline bool
rep_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline char
rep_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static inline bool
rep_alnum(char c)
{
	char l = rep_lower(c);

	return rep_digit(c) || (l >= 'a' && l <= 'z');
}

/* The value of a hexadecimal digit, in upper or lower case; -1: it is none. */
static inline int
rep_hex(char c)
{
	char l = rep_lower(c);

	return rep_digit(c) ? c - '0' : l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

static inline bool
rep_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

#endif
