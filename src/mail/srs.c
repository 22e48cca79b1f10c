/* SPDX-License-Identifier: Apache-2.0 */
#include "mail/srs.h"

enum { HEAD = 5 /* "SRS0=" */ };

static bool
is_separator(char c)
{
	return c == '=' || c == '+' || c == '-';
}

bool
rep_srs_is(struct rep_str local)
{
	return local.n > HEAD &&
	    (rep_str_starts_nocase(local, REP_S("srs0")) ||
		rep_str_starts_nocase(local, REP_S("srs1"))) &&
	    is_separator(local.p[HEAD - 1]);
}

/* Takes what is before the next '=' from the rest. False: there is none, or nothing before it. */
static bool
take(struct rep_str *rest, struct rep_str *field)
{
	size_t at = rep_str_chr(*rest, '=', 0);

	if (at == SIZE_MAX || at == 0)
		return false;
	*field = rep_str_sub(*rest, 0, at);
	*rest = rep_str_sub(*rest, at + 1, rest->n);
	return true;
}

struct rep_str
rep_srs_origin(struct rep_str local)
{
	static const struct rep_str none;
	struct rep_str field, rest;
	int before = 2; /* hash and day */

	if (!rep_srs_is(local))
		return none;
	rest = rep_str_sub(local, HEAD, local.n);
	if (local.p[3] == '1') {
		/* Its own hash and the first forwarder, then what is left of "SRS0=". */
		if (!take(&rest, &field) || !take(&rest, &field) || rest.n == 0 ||
		    !is_separator(rest.p[0]))
			return none;
		rest = rep_str_sub(rest, 1, rest.n);
	}
	while (before-- > 0)
		if (!take(&rest, &field))
			return none;
	return take(&rest, &field) ? field : none;
}
