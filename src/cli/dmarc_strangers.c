/*
 * cli/dmarc_strangers.c -- addresses that nothing vouches for: whose they are, as text and as JSON (reputed dmarc report, path).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/dmarc_report.h"
#include "cli/dmarc_words.h"
#include "cli/grid.h"
#include "cli/out.h"

enum { ADDRESS, MESSAGES, DAYS, FIRST, RECEIVERS, WHOSE, COLUMNS };
static const struct rep_grid_column columns[COLUMNS] = {
	[ADDRESS] = { .title = "ADDRESS", .names = true },
	[MESSAGES] = { .title = "MESSAGES", .right = true },
	[DAYS] = { .title = "DAYS", .right = true },
	[FIRST] = { .title = "FIRST" },
	[RECEIVERS] = { .title = "RECEIVERS", .right = true, .may_go = true },
	[WHOSE] = { .title = "RUN BY", .least = 16, .most = 60 },
};

/* Whether DNS said nothing of any address that was asked. */
static bool
all_failed(const struct rep_address_names *names)
{
	for (size_t i = 0; i < names->n; i++)
		if (!names->v[i].failed)
			return false;
	return names->n > 0;
}

bool
rep_dmarc_strangers_text(struct rep_buf *b, const struct rep_reports_answer *r,
    const struct rep_report_strangers *s, const char *command, struct rep_str domain,
    struct rep_arena *a)
{
	char ip[REP_IP_TEXT], n1[32], first[REP_TIME_TEXT];
	struct rep_grid t;

	if (s->n == 0)
		return true;
	rep_buf_printf(b, "\n%sNothing vouches for these%s\n", rep_paint(REP_BOLD), rep_unpaint());
	rep_out_paragraph(b,
	    REP_S(
		"They look like somebody who forges the domain, which is what the policy is for. But if one of them is a server of yours that was forgotten, all its mail is lost: look at those that send on many days."));
	rep_grid_init(&t, columns, r->names != NULL ? COLUMNS : WHOSE, a);
	for (size_t i = 0; i < s->n; i++) {
		const struct rep_report_stranger *v = &s->v[i];

		rep_grid_row(&t);
		rep_grid_cell(&t, ADDRESS, rep_arena_printf(a, "%s", rep_ip_text(&v->ip, ip)));
		rep_grid_number(&t, MESSAGES, v->messages);
		rep_grid_number(&t, DAYS, v->days);
		rep_grid_cell(&t, FIRST, rep_arena_printf(a, "%s", rep_out_day(v->first_s, first)));
		rep_grid_number(&t, RECEIVERS, v->receivers);
		if (r->names != NULL)
			rep_grid_cell(&t, WHOSE, rep_dmarc_address(r, &v->ip, a));
		rep_grid_paint(&t, v->steady ? REP_YELLOW : REP_PLAIN);
	}
	if (!rep_grid_print(&t, b))
		return false;
	if (s->left_out > 0)
		rep_buf_printf(b, "and %s more\n", rep_out_number(s->left_out, n1));
	if (r->names == NULL) {
		rep_out_paragraph(b, REP_S("Who runs them, by their names in DNS:"));
		rep_out_command(b, 2, rep_dmarc_same_time(r, command, domain, " --names", a));
	} else if (all_failed(r->names))
		rep_out_paragraph(b,
		    REP_S(
			"DNS did not answer in time, so no address has a name here. --budget-ms N gives more time."));
	return true;
}

void
rep_dmarc_address_json(
    struct rep_json *j, const struct rep_reports_answer *r, const struct rep_ip *ip)
{
	const struct rep_address_name *v =
	    r->names != NULL ? rep_address_name_of(r->names, ip) : NULL;
	struct rep_str none = { NULL, 0 };

	rep_json_str_or_null(j, "hostname", v != NULL ? v->name : none);
	rep_json_str_or_null(j, "cloud", v != NULL && v->cloud != NULL ? v->cloud->id : none);
	rep_json_str_or_null(j, "run_by", v != NULL ? rep_dmarc_runs(r, v) : none);
}

void
rep_dmarc_strangers_json(
    struct rep_json *j, const struct rep_reports_answer *r, const struct rep_report_strangers *s)
{
	char ip[REP_IP_TEXT];

	rep_json_arr(j, "strangers");
	for (size_t i = 0; i < s->n; i++) {
		const struct rep_report_stranger *v = &s->v[i];

		rep_json_obj(j, NULL);
		rep_json_cstr(j, "address", rep_ip_text(&v->ip, ip));
		rep_json_int(j, "messages", (int64_t)v->messages);
		rep_json_int(j, "days", (int64_t)v->days);
		rep_json_time_or_null(j, "first", v->first_s);
		rep_json_time_or_null(j, "last", v->last_s);
		rep_json_int(j, "receivers", (int64_t)v->receivers);
		rep_json_bool(j, "steady", v->steady);
		rep_dmarc_address_json(j, r, &v->ip);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
	rep_json_int(j, "strangers_left_out", (int64_t)s->left_out);
}
