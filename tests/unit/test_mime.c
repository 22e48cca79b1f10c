/*
 * unit/test_mime.c -- limits of splitting a message into parts: each says what was left out.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "mail/mime.h"

#include <stdlib.h>

#include "base/buf.h"
#include "tap.h"

static struct rep_mime m;

/* The reason for a message made of head, n times `line`, and tail. */
static void
reason(const char *head, const char *line, int n, const char *tail, const char *want)
{
	struct rep_arena *a = rep_arena_new(64 << 20);
	struct rep_buf b;
	struct rep_err err;

	rep_buf_init(&b, 32 << 20);
	rep_buf_add(&b, rep_str_c(head));
	for (int i = 0; i < n; i++)
		rep_buf_add(&b, rep_str_c(line));
	rep_buf_add(&b, rep_str_c(tail));
	ok(rep_mime_parse(rep_buf_str(&b), a, &m, &err) == REP_OK, "a message is read");
	is_str(m.reason, want, "and what was left out is said");
	rep_buf_fini(&b);
	rep_arena_free(a);
}

int
main(void)
{
	static const char line[] =
	    "a line of a body, of which there are very many here, it seems\n";
	char head[400];

	reason("Subject: all\n", "X: y\n", 1998, "\nhello\n", "");
	reason("Subject: fields\n", "X: y\n", 2500, "\nhello\n",
	    "it has 2000 header fields or more; only the first 2000 were read");
	reason("Subject: large\n\n", line, (9 << 20) / (int)(sizeof line - 1), "",
	    "it is larger than 8 MB; only the beginning was read");
	snprintf(head, sizeof head, "Content-Type: multipart/mixed; boundary=\"%0250d\"\n\n", 0);
	reason(head, line, 1, "", "its boundary is longer than RFC 2046 allows; read as text");
	return done();
}
