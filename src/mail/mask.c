/* SPDX-License-Identifier: Apache-2.0 */
#include "mail/mask.h"

/*
 * The characters of a local part: RFC 5322 atext, the dot, and everything beyond ASCII (RFC 6531).
 */
static bool
in_local(char c)
{
	static const char marks[] = ".!#$%&'*+-/=?^_`{|}~";

	return rep_alnum(c) || (unsigned char)c >= 0x80 ||
	    (c != '\0' && memchr(marks, c, sizeof marks - 1) != NULL);
}

/* The same before "%40" in a URL, where '=', '&', '?' and '/' belong to the URL. */
static bool
in_local_of_url(char c)
{
	return in_local(c) && c != '=' && c != '&' && c != '?' && c != '/' && c != '#';
}

/* Start of the quoted local part whose closing '"' is at `end` - 1. `end` when there is none. */
static size_t
quoted_start(struct rep_str s, size_t from, size_t end)
{
	for (size_t i = end - 1; i-- > from;) {
		size_t back = i;

		if (s.p[i] == '\n')
			break;
		if (s.p[i] != '"')
			continue;
		while (back > from && s.p[back - 1] == '\\')
			back--;
		if ((i - back) % 2 == 0)
			return i;
	}
	return end;
}

/* Start of the local part that ends before `end`. It is never before `from`. */
static size_t
local_start(struct rep_str s, size_t from, size_t end, bool (*in)(char))
{
	size_t start = end;

	if (end > from && s.p[end - 1] == '"' && (start = quoted_start(s, from, end)) == end)
		start--;
	while (start > from && in(s.p[start - 1]))
		start--;
	/* quotes and slashes in front are not part of it: 'jo@hotmail.com', /jo@hotmail.com */
	while (start + 1 < end &&
	    (s.p[start] == '\'' || s.p[start] == '`' || s.p[start] == '/' || s.p[start] == '|'))
		start++;
	return start;
}

/*
 * "jo" becomes "j***". No letter is shown of a local part that carries an address (VERP, SRS,
 * source routes), that is quoted, or that begins with an unusual character.
 */
static void
put_local(struct rep_buf *out, struct rep_str local)
{
	bool plain = local.n > 0 && rep_alnum(local.p[0]) &&
	    rep_str_chr(local, '=', 0) == SIZE_MAX && rep_str_chr(local, '%', 0) == SIZE_MAX &&
	    rep_str_chr(local, '!', 0) == SIZE_MAX;

	if (plain)
		rep_buf_addc(out, local.p[0]);
	rep_buf_add(out, REP_S("***"));
}

/* The next '@' or "%40" at or after i; s.n when there is none. */
static size_t
next_at(struct rep_str s, size_t i, size_t *width)
{
	for (; i < s.n; i++) {
		if (s.p[i] == '@') {
			*width = 1;
			return i;
		}
		if (s.p[i] == '%' && i + 2 < s.n && s.p[i + 1] == '4' && s.p[i + 2] == '0') {
			*width = 3;
			return i;
		}
	}
	return s.n;
}

void
rep_mask(struct rep_buf *out, struct rep_str s)
{
	size_t done = 0, at, start, width = 1;

	while ((at = next_at(s, done, &width)) < s.n) {
		start = local_start(s, done, at, width == 1 ? in_local : in_local_of_url);
		rep_buf_add(out, rep_str_sub(s, done, start - done));
		if (start < at)
			put_local(out, rep_str_sub(s, start, at - start));
		rep_buf_add(out, rep_str_sub(s, at, width));
		done = at + width;
	}
	rep_buf_add(out, rep_str_sub(s, done, s.n));
}

void
rep_mask_address(struct rep_buf *out, struct rep_str address)
{
	size_t at = rep_str_rchr(address, '@');

	if (at == SIZE_MAX) {
		rep_buf_add(out, REP_S("***"));
		return;
	}
	put_local(out, rep_str_sub(address, 0, at));
	rep_buf_add(out, rep_str_sub(address, at, address.n));
}

/* Whether an address at `at` is the whole one, and not the end or the beginning of a longer one. */
static bool
stands_alone(struct rep_str s, size_t at, size_t n)
{
	char before = at > 0 ? s.p[at - 1] : ' ', after = at + n < s.n ? s.p[at + n] : ' ';

	return !rep_alnum(before) && strchr(".-_+=%@", before) == NULL && !rep_alnum(after) &&
	    after != '-' && after != '@' &&
	    !(after == '.' && at + n + 1 < s.n && rep_alnum(s.p[at + n + 1]));
}

void
rep_mask_but(struct rep_buf *out, struct rep_str s, struct rep_str keep)
{
	size_t at;

	while (keep.n > 0 && (at = rep_str_find(s, keep, 0)) != SIZE_MAX &&
	    stands_alone(s, at, keep.n)) {
		rep_mask(out, rep_str_sub(s, 0, at));
		rep_buf_add(out, keep);
		s = rep_str_sub(s, at + keep.n, s.n);
	}
	rep_mask(out, s);
}

/* --- names ------------------------------------------------------------------------------------------- */

static bool
is_one_of(const char *bytes, char c)
{
	return c != '\0' && strchr(bytes, c) != NULL;
}

/* c goes on with a name that `beyond` belongs to, if there is one. */
static bool
goes_on(char c, bool beyond, const char * not )
{
	return rep_alnum(c) || (is_one_of("._-+@", c) && !is_one_of(not, c) && beyond);
}

bool
rep_mask_stands(struct rep_str s, size_t at, size_t n, const char *before, const char *after)
{
	size_t end = at + n;
	bool coded =
	    at >= 3 && s.p[at - 3] == '%' && rep_hex(s.p[at - 2]) >= 0 && rep_hex(s.p[at - 1]) >= 0;

	return (at == 0 || coded ||
		   !goes_on(s.p[at - 1], at > 1 && rep_alnum(s.p[at - 2]), before)) &&
	    (end >= s.n || !goes_on(s.p[end], end + 1 < s.n && rep_alnum(s.p[end + 1]), after));
}

bool
rep_mask_has(struct rep_str s, struct rep_str address)
{
	size_t at = rep_str_find_nocase(s, address, 0);

	while (at != SIZE_MAX && !rep_mask_stands(s, at, address.n, "", REP_MASK_AFTER))
		at = rep_str_find_nocase(s, address, at + 1);
	return at != SIZE_MAX;
}
