/*
 * base/library.h -- loads a shared library when it is needed, not with the program.
 *
 * For libraries that few commands use and that bring many others with them: every start of the program
 * would load and bind all of these. A library that was loaded stays.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_BASE_LIBRARY_H
#define REP_BASE_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

/* A function of the library, and the pointer to it that is set. */
struct rep_library_call {
	const char *name;
	void *to; /* of the function's own type */
};

/* False: the library, or one of its functions, is not there; dlerror() tells. Loads files: before a lock. */
bool rep_library_load(const char *soname, const struct rep_library_call *calls, size_t n);

#endif
