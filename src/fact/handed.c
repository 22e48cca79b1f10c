/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/handed.h"

static const char *const words[REP_WHO_N] = { "login", "client", "uid" };

const char *
rep_who_word(enum rep_who kind)
{
	return words[kind];
}

struct rep_str
rep_who_text(enum rep_who kind, struct rep_str name, char buf[REP_WHO_MAX])
{
	struct rep_str word = rep_str_c(words[kind]);

	if (name.n == 0 || name.n > REP_WHO_NAME_MAX)
		return (struct rep_str){ "", 0 };
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] <= ' ' || name.p[i] > '~')
			return (struct rep_str){ "", 0 };
	memcpy(buf, word.p, word.n);
	buf[word.n] = ' ';
	memcpy(buf + word.n + 1, name.p, name.n);
	return (struct rep_str){ buf, word.n + 1 + name.n };
}

bool
rep_who_split(struct rep_str who, enum rep_who *kind, struct rep_str *name)
{
	for (int k = 0; k < REP_WHO_N; k++) {
		struct rep_str word = rep_str_c(words[k]);

		if (!rep_str_starts(who, word) || who.n < word.n + 2 || who.p[word.n] != ' ')
			continue;
		*kind = (enum rep_who)k;
		*name = rep_str_sub(who, word.n + 1, who.n);
		return true;
	}
	return false;
}
