/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/noted.h"

const char *
rep_noted_word(enum rep_noted_act a)
{
	static const char *const words[REP_NOTED_N] = { NULL, "done", "undone", "note", "ack",
		"snooze" };

	return words[a];
}

/* The next byte that counts; '0' for a whole number, with its commas and points. -1: the end. */
static int
next(struct rep_str s, size_t *i)
{
	if (*i >= s.n)
		return -1;
	if (!rep_digit(s.p[*i]))
		return (unsigned char)rep_lower(s.p[(*i)++]);
	while (*i < s.n &&
	    (rep_digit(s.p[*i]) ||
		((s.p[*i] == ',' || s.p[*i] == '.') && *i + 1 < s.n && rep_digit(s.p[*i + 1]))))
		++*i;
	return '0';
}

bool
rep_noted_same_step(struct rep_str a, struct rep_str b)
{
	size_t i = 0, k = 0;
	int x, y;

	do {
		x = next(a, &i);
		y = next(b, &k);
	} while (x == y && x >= 0);
	return x == y;
}
