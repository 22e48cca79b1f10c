/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/log_line.h"
#include "intake/exim.h"
#include "intake/journal.h"

/* Splits "HOST TAG[PID]: message" after the stamp. False when the line does not have that form. */
static bool
header(struct rep_str s, struct rep_str *host, struct rep_str *tag, struct rep_str *message)
{
	size_t i = 0, n;

	while (i < s.n && s.p[i] == ' ')
		i++;
	s = rep_str_sub(s, i, s.n);
	if ((n = rep_str_chr(s, ' ', 0)) == SIZE_MAX || n == 0)
		return false;
	*host = rep_str_sub(s, 0, n);
	s = rep_str_sub(s, n + 1, s.n);
	/* Usually it is "TAG[", so this is looked for first, and anything before it only then. */
	n = rep_str_chr(rep_str_sub(s, 0, 64), '[', 0);
	if (n == SIZE_MAX || memchr(s.p, ' ', n) != NULL || memchr(s.p, ':', n) != NULL)
		for (n = 0; n < s.n && s.p[n] != '[' && s.p[n] != ':' && s.p[n] != ' ';)
			n++;
	*tag = rep_str_sub(s, 0, n);
	if (n < s.n && s.p[n] == '[') {
		n = rep_str_chr(s, ']', n);
		n = n == SIZE_MAX ? s.n : n + 1;
	}
	if (n < s.n && s.p[n] == ':')
		n++;
	while (n < s.n && s.p[n] == ' ')
		n++;
	*message = rep_str_sub(s, n, s.n);
	return true;
}

/* Skips "<22>" and RFC 5424's "1 ", which some receivers leave before the stamp. */
static struct rep_str
without_priority(struct rep_str s)
{
	size_t close;

	if (s.n == 0 || s.p[0] != '<' || (close = rep_str_chr(s, '>', 0)) == SIZE_MAX || close > 4)
		return s;
	s = rep_str_sub(s, close + 1, s.n);
	if (rep_str_starts(s, REP_S("1 ")))
		s = rep_str_sub(s, 2, s.n);
	return s;
}

/* A line of Exim's own file. It has the local time of its server, unless it names the zone. */
static size_t
own_stamp(struct rep_log_splitter *l, struct rep_str s, int64_t *at_s)
{
	struct rep_civil civil;
	int64_t offset_s;
	bool zoned;
	size_t used;

	if (s.n < 24 || s.p[10] != ' ' || s.p[4] != '-' ||
	    (used = rep_exim_stamp(s, &civil, &zoned, &offset_s)) == 0)
		return 0;
	if (zoned)
		*at_s = rep_time_from_civil(&civil) - offset_s;
	else
		l->exim_s = *at_s = rep_zone_instant(&l->zone, &civil, l->exim_s);
	return used;
}

/* Splits a line into its parts, whatever its form. */
enum rep_rc
rep_log_split(
    struct rep_log_splitter *l, struct rep_str s, struct rep_log_parts *out, struct rep_err *err)
{
	struct rep_journal_entry e;
	enum rep_rc rc;
	size_t used;

	if (s.p[0] == '{') {
		rep_arena_reset(l->mem);
		if ((rc = rep_journal_parse(s, l->mem, &e, err)) != REP_OK)
			return rc;
		out->at_s = e.at_s;
		out->host = e.host;
		out->tag = e.tag;
		out->message = e.message;
		return REP_OK;
	}
	s = without_priority(s);
	if ((used = own_stamp(l, s, &out->at_s)) > 0) {
		out->host = REP_S("exim");
		out->tag = REP_S("exim");
		out->message = rep_str_sub(s, used, s.n);
		return REP_OK;
	}
	if ((rc = rep_stamp_parse(&l->stamp, s, &out->at_s, &used, err)) != REP_OK)
		return rc;
	if (!header(rep_str_sub(s, used, s.n), &out->host, &out->tag, &out->message))
		return rep_fail(err, REP_ESYNTAX, "nothing after the time stamp");
	return REP_OK;
}
