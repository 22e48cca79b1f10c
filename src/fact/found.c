/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/found.h"

struct rep_str
rep_found_selector(const struct rep_found *f)
{
	size_t colon = rep_str_chr(f->detail, ':', 0);

	return rep_str_eq(f->id, REP_S("dkim")) && colon != SIZE_MAX
	    ? rep_str_sub(f->detail, 0, colon)
	    : (struct rep_str){ "", 0 };
}

bool
rep_found_same_record(const struct rep_found *a, const struct rep_found *b)
{
	return a->record && b->record && rep_str_eq(a->subject, b->subject) &&
	    rep_str_eq(a->id, b->id) && rep_str_eq(rep_found_selector(a), rep_found_selector(b));
}
