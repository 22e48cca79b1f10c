/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/word_list.h"

static char
plain(char c)
{
	return c == '_' || c == ' ' ? '-' : rep_lower(c);
}

static bool
same(struct rep_str a, struct rep_str b)
{
	size_t i = 0;

	while (i < a.n && i < b.n && plain(a.p[i]) == plain(b.p[i]))
		i++;
	return i == a.n && i == b.n;
}

const char *
rep_word(const struct rep_word_list *list, unsigned v)
{
	return v < list->n ? list->v[v] : NULL;
}

bool
rep_word_parse(const struct rep_word_list *list, struct rep_str word, struct rep_said *out)
{
	struct rep_str s = rep_str_trim(word);

	*out = (struct rep_said){ 0, { "", 0 } };
	if (s.n == 0)
		return true;
	out->v = REP_SAID_ODD;
	for (size_t i = 1; i < list->n && out->v == REP_SAID_ODD; i++)
		if (same(s, rep_str_c(list->v[i])))
			out->v = (uint8_t)i;
	if (out->v != REP_SAID_ODD && rep_str_eq(word, rep_str_c(list->v[out->v])))
		return true;
	out->raw = word;
	return false;
}

struct rep_str
rep_word_text(const struct rep_word_list *list, const struct rep_said *s)
{
	const char *word = rep_word(list, s->v);

	return word != NULL ? rep_str_c(word) : s->raw;
}
