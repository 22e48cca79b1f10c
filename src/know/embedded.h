/*
 * know/embedded.h -- the files of know/, compiled in by tools/embed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_KNOW_EMBEDDED_H
#define REP_KNOW_EMBEDDED_H

#include "base/str.h"

struct rep_embedded {
	const char *name; /* "know/microsoft-consumer.rules" */
	const char *text; /* NUL-terminated too */
	size_t n;
};

extern const struct rep_embedded rep_embedded_know[];
extern const size_t rep_embedded_know_n;

/* The next file whose name ends so (".clouds"), from *i on; *i is then behind it. NULL: there is none. */
static inline const struct rep_embedded *
rep_embedded_next(struct rep_str ending, size_t *i)
{
	while (*i < rep_embedded_know_n) {
		const struct rep_embedded *e = &rep_embedded_know[(*i)++];

		if (rep_str_ends(rep_str_c(e->name), ending))
			return e;
	}
	return NULL;
}

#endif
