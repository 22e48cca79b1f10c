/*
 * Shows what is gone since the last look, and the records with their times.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"
#include "cli/looks_show.h"
#include "cli/net.h"
#include "cli/out.h"

#include <stdio.h>

enum { VALUE_MAX = 60 };

/* True when this stay ended with this look. */
static bool
ended(const struct rep_looks *k, const struct rep_found *f)
{
	return f->gone_s == k->at_s;
}

/* A text from outside, with "..." where it is cut. */
static void
add_value(struct rep_buf *b, struct rep_str text)
{
	rep_net_add(b, rep_str_sub(text, 0, VALUE_MAX));
	rep_buf_add(b, text.n > VALUE_MAX ? REP_S("...") : REP_S(""));
}

static void
one_record(struct rep_buf *b, const struct rep_looks *k, const struct rep_found *f)
{
	char from[REP_TIME_TEXT], until[REP_TIME_TEXT];
	size_t line = b->n;

	rep_buf_printf(b, "  %-6.*s %s%s%s  %.*s  ", REP_PR(f->id), rep_out_day(f->first_s, from),
	    f->gone_s != 0 ? " to " : "", f->gone_s != 0 ? rep_out_day(f->last_s, until) : "",
	    REP_PR(f->subject));
	add_value(b, f->text);
	rep_buf_add(b,
	    ended(k, f)					   ? REP_S("  (gone)")
		: f->first_s == k->at_s && f->clear_s != 0 ? REP_S("  (new)")
							   : REP_S(""));
	rep_out_fit(b, line, 9);
	rep_buf_addc(b, '\n');
}

void
rep_looks_text(struct rep_buf *b, const struct rep_looks *k)
{
	char t[REP_TIME_TEXT], from[REP_TIME_TEXT];
	bool any = false;
	size_t line;

	if (!k->stored || k->before_s == 0)
		return;
	rep_buf_addc(b, '\n');
	line = b->n;
	rep_buf_printf(b, "Checked before, last on %.10s %.5s UTC. No longer found since then:",
	    rep_time_text(k->before_s, t), t + 11);
	for (size_t i = 0; i < k->history_n; i++) {
		const struct rep_found *f = &k->history[i];

		if (f->record || !ended(k, f))
			continue;
		rep_out_fit(b, line, any ? 4 : 0);
		rep_buf_addc(b, '\n');
		line = b->n;
		rep_buf_printf(b, "  %.*s  %.*s, there since %s: ", REP_PR(f->id),
		    REP_PR(f->subject), rep_out_day(f->first_s, from));
		add_value(b, f->text);
		any = true;
	}
	rep_buf_add(b, any ? REP_S("") : REP_S(" nothing"));
	rep_out_fit(b, line, any ? 4 : 0);
	rep_buf_addc(b, '\n');
	any = false;
	for (size_t i = 0; i < k->history_n; i++) {
		if (!k->history[i].record ||
		    (k->history[i].gone_s != 0 && !ended(k, &k->history[i])))
			continue;
		if (!any)
			rep_buf_add(b, REP_S("Records, and since when each has been there:\n"));
		any = true;
		one_record(b, k, &k->history[i]);
	}
}

static void
stay_json(struct rep_json *j, const struct rep_looks *k, const struct rep_found *f)
{
	rep_json_obj(j, NULL);
	rep_json_str(j, f->record ? "kind" : "id", f->id);
	rep_json_str(j, "subject", f->subject);
	if (!f->record)
		rep_json_cstr(j, "severity", rep_severity_text((enum rep_severity)f->severity));
	rep_json_str(j, f->record ? "value" : "evidence", f->text);
	rep_json_time(j, "since", f->first_s);
	rep_json_time_or_null(j, "not_before", f->clear_s);
	rep_json_time(j, "last_seen", f->last_s);
	if (f->record)
		rep_json_cstr(j, "changed",
		    ended(k, f)		       ? "gone"
			: f->first_s < k->at_s ? "same"
			: f->clear_s != 0      ? "new"
					       : "first");
	rep_json_end_obj(j);
}

void
rep_looks_json(struct rep_json *j, const struct rep_looks *k)
{
	if (!k->stored) {
		rep_json_null(j, "history");
		return;
	}
	rep_json_obj(j, "history");
	rep_json_time_or_null(j, "before", k->before_s);
	rep_json_arr(j, "gone");
	for (size_t i = 0; i < k->history_n; i++)
		if (!k->history[i].record && ended(k, &k->history[i]))
			stay_json(j, k, &k->history[i]);
	rep_json_end_arr(j);
	rep_json_arr(j, "records");
	for (size_t i = 0; i < k->history_n; i++)
		if (k->history[i].record && (k->history[i].gone_s == 0 || ended(k, &k->history[i])))
			stay_json(j, k, &k->history[i]);
	rep_json_end_arr(j);
	rep_json_end_obj(j);
}
