/*
 * tests/fuzz/fuzz.h -- shared by all fuzz targets.
 *
 * A target is one file with LLVMFuzzerTestOneInput. It is linked with libFuzzer (`make fuzz`), or
 * with regress.c, which gives it the files in its seeds (`make test`).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_TESTS_FUZZ_H
#define REP_TESTS_FUZZ_H

#include "base/str.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A property that must hold for any input. Prints which one did not hold, and aborts. */
#define MUST(cond)                                                                            \
	do {                                                                                  \
		if (!(cond)) {                                                                \
			fprintf(stderr, "%s:%d: must hold: %s\n", __FILE__, __LINE__, #cond); \
			abort();                                                              \
		}                                                                             \
	} while (0)

/* Reads every byte of a view, so that one that points beyond its buffer is found. */
static inline void
fuzz_touch(struct rep_str s)
{
	static volatile unsigned sink;

	for (size_t i = 0; i < s.n; i++)
		sink += (unsigned char)s.p[i];
	(void)sink;
}

/*
 * For a target with a state that is costly to make: true when it is to be made anew. It is kept for
 * some executions, then not, so that what piles up in it is found too. FUZZ_FRESH=1 in the
 * environment makes it anew each time: so an input that broke a target is told from its predecessors.
 */
static inline int
fuzz_anew(unsigned *executions)
{
	enum { KEEP = 512 };
	static int fresh = -1;

	if (fresh < 0)
		fresh = getenv("FUZZ_FRESH") != NULL;
	return (*executions)++ % KEEP == 0 || fresh;
}

#endif
