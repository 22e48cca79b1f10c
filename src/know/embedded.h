/*
 * know/embedded.h -- the files of know/, compiled in by tools/embed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_KNOW_EMBEDDED_H
#define REP_KNOW_EMBEDDED_H

#include <stddef.h>

struct rep_embedded {
	const char *name; /* "know/microsoft-consumer.rules" */
	const char *text; /* NUL-terminated too */
	size_t n;
};

extern const struct rep_embedded rep_embedded_know[];
extern const size_t rep_embedded_know_n;

#endif
