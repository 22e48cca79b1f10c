/*
 * unit/proc_status.h -- who a process is, as /proc shows it to others.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_TEST_PROC_STATUS_H
#define REP_TEST_PROC_STATUS_H

#include "base/str.h"

#include <stdio.h>
#include <string.h>

/* A file of /proc, at most max - 1 bytes; "" when it cannot be read. */
static inline void
read_file(const char *name, char *out, size_t max)
{
	FILE *f = fopen(name, "re");
	size_t n = f != NULL ? fread(out, 1, max - 1, f) : 0;

	if (f != NULL)
		(void)fclose(f);
	out[n] = '\0';
}

/* The line of /proc/PID/status that begins with `what` ("\nUid:"), without its name and blanks. */
static inline struct rep_str
status_line(const char *status, const char *what)
{
	const char *p = strstr(status, what);

	if (p == NULL)
		return (struct rep_str){ "", 0 };
	p += strlen(what);
	return rep_str_trim((struct rep_str){ p, strcspn(p, "\n") });
}

#endif
