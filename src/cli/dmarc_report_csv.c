/*
 * cli/dmarc_report_csv.c -- sources by receivers, for a spreadsheet (RFC 4180).
 *
 * A row for each day too would be a million of them; what needs the day has --since. Names are a stranger's words, and a
 * spreadsheet takes what begins with = + - or @ for a formula: an apostrophe before it makes it text.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/one_line.h"
#include "cli/dmarc_report.h"
#include "cli/dmarc_words.h"

static void
value(struct rep_buf *b, struct rep_str s)
{
	char line[300];
	struct rep_str v = rep_str_c(rep_one_line(s, NULL, 0, line, sizeof line));
	bool formula = v.n > 0 && strchr("=+-@", v.p[0]) != NULL, quoted = formula;

	for (size_t i = 0; i < v.n; i++)
		quoted = quoted || v.p[i] == ',' || v.p[i] == '"' || v.p[i] == ' ' ||
		    v.p[i] == ';' || v.p[i] == '\'';
	if (quoted)
		rep_buf_addc(b, '"');
	if (formula)
		rep_buf_addc(b, '\'');
	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] == '"')
			rep_buf_addc(b, '"');
		rep_buf_addc(b, v.p[i]);
	}
	if (quoted)
		rep_buf_addc(b, '"');
}

static void
text(struct rep_buf *b, struct rep_str s)
{
	value(b, s);
	rep_buf_addc(b, ',');
}

static void
number(struct rep_buf *b, uint64_t v)
{
	rep_buf_printf(b, "%llu,", (unsigned long long)v);
}

static void
row(struct rep_buf *b, const struct rep_reports_answer *r, const struct rep_report_cell *c)
{
	const struct rep_report_source *s = &r->is.sources[c->source];
	struct rep_known_sender is = rep_known_sender(r->senders, s->service);
	char ip[REP_IP_TEXT], first[REP_TIME_TEXT], last[REP_TIME_TEXT];

	text(b, rep_str_c(rep_report_sender_word(s->who)));
	text(b, rep_dmarc_name(r, s->name));
	text(b, is.service != NULL ? is.service->id : REP_S(""));
	text(b, is.service != NULL ? is.service->name : REP_S(""));
	text(b, rep_str_c(s->ip.version != 0 ? rep_ip_text(&s->ip, ip) : ""));
	number(b, s->ips);
	text(b, rep_reported_spelling(&r->reported, c->receiver));
	rep_time_text(c->first_s, first);
	rep_time_text(c->last_s, last);
	rep_buf_printf(b, "%s,%s,", first, last);
	number(b, c->sums.messages);
	number(b, c->sums.passed);
	number(b, c->sums.dkim);
	number(b, c->sums.spf);
	number(b, c->sums.quarantined);
	number(b, c->sums.rejected);
	text(b, rep_str_c(rep_dmarc_half_word(s->dkim)));
	text(b, rep_dmarc_name(r, s->dkim_other));
	text(b, rep_str_c(rep_dmarc_half_word(s->spf)));
	value(b, rep_dmarc_name(r, s->spf_other));
	rep_buf_add(b, REP_S("\r\n"));
}

enum rep_rc
rep_dmarc_report_csv(
    struct rep_buf *b, const struct rep_reports_answer *r, struct rep_arena *a, struct rep_err *err)
{
	const struct rep_report_cell *v;
	size_t n;
	enum rep_rc rc = rep_report_cross(&r->reported, &r->is, a, &v, &n, err);

	if (rc != REP_OK)
		return rc;
	rep_buf_add(b,
	    REP_S(
		"who,source,service,service_name,address,addresses,receiver,first,last,messages,passed,dkim,spf,quarantined,"
		"rejected,dkim_fault,dkim_passes_for,spf_fault,spf_passes_for\r\n"));
	for (size_t i = 0; i < n; i++)
		row(b, r, &v[i]);
	return REP_OK;
}
