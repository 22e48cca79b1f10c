/* SPDX-License-Identifier: Apache-2.0 */
#include "api/cursor.h"

#include <stdio.h>

/* Year 9999; a cursor beyond that is none of ours. */
static const uint64_t time_max = UINT64_C(253402300799);

const char *
rep_cursor_text(const struct rep_cursor *k, char buf[REP_CURSOR_TEXT])
{
	snprintf(buf, REP_CURSOR_TEXT, "%lld-%llu", (long long)(k->at_s > 0 ? k->at_s : 0),
	    (unsigned long long)k->n);
	return buf;
}

enum rep_rc
rep_cursor_parse(struct rep_str s, struct rep_cursor *k, bool *later, struct rep_err *err)
{
	size_t dash = rep_str_chr(s, '-', 0);
	uint64_t at_s, n;

	*later = s.n > 0;
	if (s.n == 0)
		return REP_OK;
	if (dash == SIZE_MAX || !rep_str_u64(rep_str_sub(s, 0, dash), time_max, &at_s) ||
	    !rep_str_u64(rep_str_sub(s, dash + 1, s.n), UINT64_MAX, &n))
		return rep_fail(
		    err, REP_EUSAGE, "page: what the answer before calls `next` is expected");
	*k = (struct rep_cursor){ (int64_t)at_s, n };
	return REP_OK;
}

int
rep_cursor_cmp(const struct rep_cursor *a, const struct rep_cursor *b)
{
	if (a->at_s != b->at_s)
		return a->at_s > b->at_s ? -1 : 1;
	return a->n > b->n ? -1 : a->n < b->n;
}
