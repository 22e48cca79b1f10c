/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"
#include "base/time.h"
#include "cli/given_up_text.h"
#include "cli/grid.h"
#include "cli/outlook.h"
#include "cli/page.h"
#include "cli/picture.h"
#include "cli/row_text.h"
#include "cli/seen_text.h"
#include "cli/strip.h"
#include "cli/waits_text.h"
#include "engine/verdicts.h"

#include <stdio.h>

static void
cell_json(struct rep_json *j, const struct rep_verdict_set *set, const struct rep_cell *c)
{
	const struct rep_verdicts *v = &set->verdicts;
	const struct rep_judge_in *in = v->in;
	char ip[REP_IP_TEXT];

	rep_json_obj(j, NULL);
	rep_json_str(j, "source", rep_source_text(in, c->key.label, ip));
	rep_json_str(j, "source_label", rep_name(&in->names, c->key.label));
	rep_json_str_or_null(j, "route", rep_name(&in->names, c->key.route));
	rep_json_str(j, "provider", rep_name(&in->names, c->key.provider));
	rep_json_str_or_null(j, "provider_domain", rep_name(&in->names, c->key.provider_domain));
	for (int s = REP_STATUS_SENT; s <= REP_STATUS_EXPIRED; s++)
		rep_json_int(j, rep_status_word((enum rep_status)s), (int64_t)c->count[s]);
	rep_json_obj(j, "classes");
	for (int k = 0; k < REP_CLASS_N; k++)
		if (c->classes[k] > 0 && k != REP_CLASS_ACCEPTED)
			rep_json_int(j, rep_class_word((enum rep_class)k), (int64_t)c->classes[k]);
	rep_json_end_obj(j);
	rep_json_cstr(j, "state", rep_state_word(c->state));
	rep_json_time_or_null(j, "since", c->since_s);
	if (c->incident != 0)
		rep_json_int(j, "incident", v->incidents[c->incident - 1].id);
	else
		rep_json_null(j, "incident");
	rep_ledger_json_short(j, set, c->incident != 0 ? &v->incidents[c->incident - 1] : NULL);
	rep_json_end_obj(j);
}

static void
as_json(struct rep_buf *b, const struct rep_verdict_set *s)
{
	const struct rep_verdicts *v = &s->verdicts;
	struct rep_json j;

	rep_json_init(&j, b);
	rep_json_obj(&j, NULL);
	if (s->totals.last_s != 0)
		rep_json_time(&j, "now", s->in.now_s);
	else
		rep_json_null(&j, "now");
	if (s->in.window_s != 0)
		rep_json_int(&j, "window_s", s->in.window_s);
	else
		rep_json_null(&j, "window_s");
	rep_json_obj(&j, "totals");
	for (int t = REP_STATUS_SENT; t <= REP_STATUS_EXPIRED; t++)
		rep_json_int(&j, rep_status_word((enum rep_status)t), (int64_t)v->totals[t]);
	rep_json_end_obj(&j);
	rep_json_arr(&j, "cells");
	for (size_t n = 0; n < v->cells_n; n++)
		if (rep_row_shown(&v->cells[n]))
			cell_json(&j, s, &v->cells[n]);
	rep_json_end_arr(&j);
	rep_seen_json(&j, s, NULL, false);
	rep_given_up_json(&j, s, NULL);
	rep_waits_json(&j, &s->in.waits);
	rep_json_arr(&j, "not_watched");
	rep_json_cstr(&j, NULL, "snds");
	if (s->in.complaints_n == 0)
		rep_json_cstr(&j, NULL, "complaints");
	rep_json_end_arr(&j);
	rep_json_obj(&j, "read");
	rep_json_int(&j, "lines", (int64_t)s->totals.lines);
	rep_json_int(&j, "skipped", (int64_t)s->totals.bad);
	rep_json_int(&j, "deliveries", (int64_t)s->totals.counted);
	rep_json_end_obj(&j);
	rep_json_obj(&j, "limits");
	rep_json_int(&j, "wordings_dropped", (int64_t)s->totals.forms_dropped);
	rep_json_int(&j, "unnamed", (int64_t)s->totals.unnamed);
	if (s->totals.small > 0)
		rep_json_int(&j, "small_refusals_together", (int64_t)s->totals.small);
	if (s->small_together > 0)
		rep_json_int(&j, "small_domains_together", (int64_t)s->small_together);
	if (s->totals.labels > 0)
		rep_json_int(&j, "label_deliveries_together", (int64_t)s->totals.labels);
	if (s->labels_together > 0)
		rep_json_int(&j, "labels_together", (int64_t)s->labels_together);
	rep_json_end_obj(&j);
	rep_json_end_obj(&j);
	rep_buf_addc(b, '\n');
}

enum { SOURCE, PROVIDER, DAY, SENT, DEFER, BOUNCE, STATE, COLUMNS };

static void
row(struct rep_grid *t, const struct rep_verdict_set *s, const struct rep_cell *c, bool strip)
{
	char ip[REP_IP_TEXT];
	struct rep_buf day;

	rep_grid_row(t);
	rep_grid_cell(t, SOURCE, rep_arena_dup(s->arena, rep_row_source(&s->in, c, ip)));
	rep_grid_cell(t, PROVIDER, rep_row_provider(&s->in, c));
	if (strip) {
		rep_buf_init(&day, 1 << 16);
		rep_strip_day(&day, s, c);
		rep_grid_cell(t, DAY, rep_arena_take(s->arena, &day));
	} else {
		rep_grid_number(t, DAY, rep_row_attempts(c));
	}
	rep_grid_number(t, SENT, c->count[REP_STATUS_SENT]);
	rep_grid_number(t, DEFER, c->count[REP_STATUS_DEFERRED]);
	rep_grid_number(t, BOUNCE, c->count[REP_STATUS_BOUNCED] + c->count[REP_STATUS_EXPIRED]);
	rep_grid_cell(t, STATE, rep_row_state(s, c));
	rep_grid_paint(t, rep_row_paint(c->state));
}

/*
 * `strip`: a picture of the 24 hours stands in place of their sum. The rows are those that are
 * shown; where the arena is too small the grid has failed.
 */
static struct rep_grid
make_rows(const struct rep_verdict_set *s, bool strip)
{
	static const struct rep_grid_column usual[COLUMNS] = {
		[SOURCE] = { .title = "SOURCE", .most = 17, .cut_head = true },
		[PROVIDER] = { .title = "PROVIDER", .least = 9, .most = 18, .cut_head = true },
		[DAY] = { .title = "24 H", .right = true, .may_go = true },
		[SENT] = { .title = "SENT", .right = true, .may_go = true },
		[DEFER] = { .title = "DEFER", .right = true },
		[BOUNCE] = { .title = "BOUNCE", .right = true },
		[STATE] = { .title = "STATE" },
	};
	struct rep_grid_column *columns = rep_arena_alloc(s->arena, sizeof usual);
	struct rep_grid t = { .failed = true };

	if (columns == NULL)
		return t;
	memcpy(columns, usual, sizeof usual);
	columns[DAY].right = !strip;
	columns[DAY].title = s->in.window_s != 0 ? "24 H" : "ALL";
	rep_grid_init(&t, columns, COLUMNS, s->arena);
	for (size_t n = 0; n < s->verdicts.cells_n; n++)
		if (rep_row_shown(&s->verdicts.cells[n]))
			row(&t, s, &s->verdicts.cells[n], strip);
	return t;
}

/* What the store could not keep apart or keep at all: told once there is something to tell. */
static void
limits(struct rep_buf *b, const struct rep_verdict_set *s)
{
	static const struct {
		size_t at;
		const char *words;
	} told[] = {
		{ offsetof(struct rep_store_totals, small),
		    "refusals by small domains that rarely refuse are counted together, not by "
		    "domain: there are too many of them." },
		{ offsetof(struct rep_store_totals, labels),
		    "deliveries of log hosts or syslog names that sent little are counted together, "
		    "as (other sources): the logs name too many." },
		{ offsetof(struct rep_store_totals, unnamed),
		    "deliveries and complaints are counted without the name of their stream "
		    "or domain: the database has reached its limit of names." },
		{ offsetof(struct rep_store_totals, forms_dropped),
		    "older wordings of replies were dropped; the newest are kept." },
	};
	char n[32];

	for (size_t k = 0; k < REP_COUNT(told); k++) {
		uint64_t count;

		memcpy(&count, (const char *)&s->totals + told[k].at, sizeof count);
		if (count > 0)
			rep_out_paragraph(b,
			    rep_arena_printf(
				s->arena, "%s %s", rep_out_number(count, n), told[k].words));
	}
	if (s->small_together > 0)
		rep_out_paragraph(b,
		    rep_arena_printf(s->arena,
			"%s small domains are judged together; those that refused most are judged "
			"one by one.",
			rep_out_number(s->small_together, n)));
	if (s->labels_together > 0)
		rep_out_paragraph(b,
		    rep_arena_printf(s->arena,
			"%s log hosts or syslog names are judged together, as (other sources): those "
			"that sent most are judged one by one.",
			rep_out_number(s->labels_together, n)));
}

static void
last_lines(struct rep_buf *b, const struct rep_verdict_set *s, size_t sources, size_t cells)
{
	char now[REP_TIME_TEXT], last[REP_TIME_TEXT], n[32];
	struct rep_buf read;

	rep_buf_init(&read, 1 << 12);
	rep_buf_printf(b, "\n%zu source%s, %zu row%s; %s.\n", sources, rep_plural(sources), cells,
	    rep_plural(cells), s->in.window_s != 0 ? "the last 24 hours" : "everything stored");
	if (s->totals.last_s != 0)
		rep_out_paragraph(b,
		    rep_arena_printf(s->arena, "Log read to %s; now is %s.",
			rep_time_text(s->totals.last_s, last), rep_time_text(s->in.now_s, now)));
	rep_buf_add(&read, REP_S("Read in all: "));
	rep_out_count(&read, s->totals.lines, "line, ", "lines, ");
	rep_out_count(&read, s->totals.counted, "delivery", "deliveries");
	rep_buf_printf(&read, "%s%s. Not watched: SNDS%s.",
	    s->totals.bad > 0 ? ", lines skipped: " : "",
	    s->totals.bad > 0 ? rep_out_number(s->totals.bad, n) : "",
	    s->in.complaints_n == 0 ? ", complaints" : "");
	rep_out_paragraph(b, rep_buf_str(&read));
	rep_buf_fini(&read);
	limits(b, s);
	rep_seen_line(b, s);
	rep_waits_lines(b, s);
	rep_given_up_line(b, s);
	if (rep_verdicts_trouble(s))
		rep_buf_add(b, REP_S("Why, and what to do: reputed why\n"));
	else if (s->totals.counted > 0 && s->seen.n + s->in.waits.unseen_n + s->given_up.n == 0)
		rep_out_wrap(b,
		    REP_S("No provider refuses or slows your mail, as far as this log shows.\n"), 0,
		    0);
}

/* False: the arena is too small. */
static bool
as_text(struct rep_buf *b, const struct rep_verdict_set *s)
{
	const struct rep_verdicts *v = &s->verdicts;
	bool *seen = rep_arena_alloc(s->arena, s->in.names.n + 1);
	size_t rows = 0, sources = 0;
	struct rep_grid t;

	if (s->totals.counted == 0 && s->seen.n == 0 && s->in.waits.n == 0) {
		rep_out_nothing_read(b, s->totals.lines);
		return true;
	}
	if (seen == NULL)
		return false;
	memset(seen, 0, s->in.names.n + 1);
	for (size_t n = 0; n < v->cells_n; n++) {
		const struct rep_cell *c = &v->cells[n];

		if (!rep_row_shown(c))
			continue;
		rows++;
		sources += !seen[c->key.label];
		seen[c->key.label] = true;
	}
	t = make_rows(s, s->in.window_s != 0);
	if (s->in.window_s != 0 && rep_grid_width(&t) > rep_out_width())
		t = make_rows(s, false);
	else if (s->in.window_s != 0 && rows > 0)
		rep_picture_key(b);
	if (rows > 0 && !rep_grid_print(&t, b))
		return false;
	if (rows == 0 && s->totals.counted == 0)
		rep_buf_add(b,
		    s->seen.n > 0 ? REP_S("No delivery was read, only single replies.\n")
				  : REP_S("No delivery was read, only what waits in the queue.\n"));
	else if (rows == 0)
		rep_buf_add(b,
		    REP_S("No mail was sent in the last 24 hours. Everything stored: "
			  "reputed status --all\n"));
	last_lines(b, s, sources, rows);
	return true;
}

int
rep_cmd_status(struct rep_cli *c)
{
	struct rep_verdict_set set = { 0 };
	struct rep_store *store = rep_cli_reading(c);
	struct rep_know *know = NULL;
	struct rep_err err;
	struct rep_buf b;

	if (c->args_n > 0) {
		rep_cli_say("status takes no argument; one provider or address: reputed why %s",
		    c->args[0]);
		rep_store_close(store);
		return REP_EXIT_USAGE;
	}
	if (c->html && c->json) {
		rep_cli_say("use --json or --html, not both");
		rep_store_close(store);
		return REP_EXIT_USAGE;
	}
	if (store == NULL)
		return c->worst;
	rep_out_structure(c->html);
	rep_buf_init(&b, 64 << 20);
	if (rep_session_know(&c->session, &know, &err) != REP_OK ||
	    rep_verdicts_make(&c->session, know, store, REP_DEPTH_STATE, &set, &err) != REP_OK) {
		rep_cli_fail(c, REP_EXIT_FAILED, &err);
	} else {
		if (c->json)
			as_json(&b, &set);
		else if (!as_text(&b, &set)) {
			(void)rep_fail(&err, REP_ELIMIT, "more names than memory is set aside for");
			rep_cli_fail(c, REP_EXIT_FAILED, &err);
		}
		if (rep_verdicts_trouble(&set))
			rep_cli_note(c, REP_EXIT_TROUBLE);
		if (!rep_page_flush(&b, "reputed status", "From the mail log up to",
			set.totals.last_s != 0 ? set.in.now_s : 0))
			rep_cli_note(c, REP_EXIT_FAILED);
	}
	rep_buf_fini(&b);
	rep_verdicts_free(&set);
	rep_know_free(know);
	rep_store_close(store);
	return c->worst;
}
