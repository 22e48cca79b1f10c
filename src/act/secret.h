/*
 * act/secret.h -- a secret of the configuration: the first line of a file that only its owner may read.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ACT_SECRET_H
#define REP_ACT_SECRET_H

#include "base/err.h"

enum { REP_SECRET_MAX = 512 }; /* the longest that is read: Slack's addresses have some 80 bytes */

struct rep_secret {
	char text[REP_SECRET_MAX + 2]; /* ends in a NUL; printable ASCII */
	size_t n;
};

/*
 * REP_EIO: it cannot be read, others may read it, or its first line is empty, too long or not printable. The
 * sentence never has its content. rep_secret_clear afterwards.
 */
enum rep_rc rep_secret_read(
    const char *path, struct rep_secret *out, struct rep_err *err) REP_NODISCARD;

/* So that it does not stay in memory. */
void rep_secret_clear(struct rep_secret *s);

static inline struct rep_str
rep_secret_str(const struct rep_secret *s)
{
	return (struct rep_str){ s->text, s->n };
}

#endif
