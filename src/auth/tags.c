/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/tags.h"

static bool
tag_name(struct rep_str s)
{
	char first = s.n > 0 ? rep_lower(s.p[0]) : '\0';

	if (first < 'a' || first > 'z')
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (!rep_alnum(s.p[i]) && s.p[i] != '_')
			return false;
	return true;
}

enum rep_rc
rep_tags_parse(struct rep_str text, struct rep_tags *out, struct rep_err *err)
{
	size_t end, eq;

	out->n = 0;
	for (size_t i = 0; i < text.n; i = end + 1) {
		struct rep_str part;
		struct rep_tag t;

		end = rep_str_chr(text, ';', i);
		if (end == SIZE_MAX)
			end = text.n;
		part = rep_str_trim(rep_str_sub(text, i, end - i));
		if (part.n == 0) {
			if (rep_str_trim(rep_str_sub(text, i, text.n)).n == 0)
				break; /* the last ';' */
			return rep_fail(err, REP_ESYNTAX, "there is nothing between two ';'");
		}
		eq = rep_str_chr(part, '=', 0);
		if (eq == SIZE_MAX)
			return rep_fail(err, REP_ESYNTAX, "\"%.*s\" has no '='",
			    (int)(part.n > 40 ? 40 : part.n), part.p);
		t.name = rep_str_trim(rep_str_sub(part, 0, eq));
		t.value = rep_str_trim(rep_str_sub(part, eq + 1, part.n));
		if (!tag_name(t.name))
			return rep_fail(err, REP_ESYNTAX, "\"%.*s\" is not the name of a tag",
			    (int)(t.name.n > 40 ? 40 : t.name.n), t.name.p);
		for (size_t k = 0; k < out->n; k++)
			if (rep_str_eq(out->v[k].name, t.name))
				return rep_fail(err, REP_ESYNTAX, "the tag \"%.*s\" is there twice",
				    (int)(t.name.n > 40 ? 40 : t.name.n), t.name.p);
		if (out->n == REP_TAGS_MAX)
			return rep_fail(
			    err, REP_ESYNTAX, "there are more than %d tags", REP_TAGS_MAX);
		out->v[out->n++] = t;
	}
	return REP_OK;
}

const struct rep_str *
rep_tag(const struct rep_tags *t, const char *name)
{
	for (size_t i = 0; i < t->n; i++)
		if (rep_str_eq(t->v[i].name, rep_str_c(name)))
			return &t->v[i].value;
	return NULL;
}

bool
rep_tag_word(struct rep_str *rest, char separator, struct rep_str *word)
{
	size_t end;

	if (rest->p == NULL)
		return false;
	end = rep_str_chr(*rest, separator, 0);
	*word = rep_str_trim(rep_str_sub(*rest, 0, end == SIZE_MAX ? rest->n : end));
	*rest =
	    end == SIZE_MAX ? (struct rep_str){ NULL, 0 } : rep_str_sub(*rest, end + 1, rest->n);
	return true;
}

bool
rep_tag_has(struct rep_str list, char separator, struct rep_str word)
{
	struct rep_str w;

	while (rep_tag_word(&list, separator, &w))
		if (rep_str_eq_nocase(w, word))
			return true;
	return false;
}

/* clang-format off */
/* What a character of base64 stands for (RFC 4648, 4); -1: it is none. */
static const signed char digit_of[128] = {
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 62, -1, -1, -1, 63,
	52, 53, 54, 55, 56, 57, 58, 59, 60, 61, -1, -1, -1, -1, -1, -1,
	-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
	15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, -1, -1, -1, -1, -1,
	-1, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
	41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, -1, -1, -1, -1, -1,
};
/* clang-format on */

static int
value_of(char c)
{
	return (unsigned char)c < sizeof digit_of ? digit_of[(unsigned char)c] : -1;
}

size_t
rep_base64(struct rep_str s, unsigned char *out, size_t max)
{
	unsigned bits = 0, have = 0, pad = 0;
	size_t n = 0, digits = 0;
	int v;

	for (size_t i = 0; i < s.n; i++) {
		if ((v = value_of(s.p[i])) < 0) {
			if (s.p[i] != '=' && !rep_blank(s.p[i]))
				return SIZE_MAX;
			pad += s.p[i] == '=';
			continue;
		}
		if (pad > 0)
			return SIZE_MAX;
		digits++;
		bits = bits << 6 | (unsigned)v;
		have += 6;
		if (have < 8)
			continue;
		have -= 8;
		if (n == max)
			return SIZE_MAX;
		out[n++] = (unsigned char)(bits >> have);
		bits &= (1u << have) - 1;
	}
	return pad > 2 || digits % 4 == 1 ? SIZE_MAX : n;
}
