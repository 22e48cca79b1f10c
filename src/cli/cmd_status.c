/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"
#include "base/time.h"
#include "cli/out.h"
#include "cli/outlook.h"
#include "cli/page.h"
#include "cli/picture.h"
#include "cli/seen_text.h"
#include "cli/strip.h"
#include "engine/verdicts.h"

#include <stdio.h>

static uint64_t
attempts(const struct rep_cell *c)
{
	uint64_t n = 0;

	for (int s = 0; s <= REP_STATUS_EXPIRED; s++)
		n += c->count[s];
	return n;
}

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
	if (c->since_s != 0)
		rep_json_time(j, "since", c->since_s);
	else
		rep_json_null(j, "since");
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
		if (!v->cells[n].folded &&
		    (attempts(&v->cells[n]) > 0 || v->cells[n].incident != 0))
			cell_json(&j, s, &v->cells[n]);
	rep_json_end_arr(&j);
	rep_seen_json(&j, s, NULL);
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
	rep_json_end_obj(&j);
	rep_json_end_obj(&j);
	rep_buf_addc(b, '\n');
}

/* The provider. For a small host, its domain instead. */
static struct rep_str
provider(const struct rep_verdicts *v, const struct rep_cell *c)
{
	struct rep_str d = rep_name(&v->in->names, c->key.provider_domain);

	return d.n > 0 ? d : rep_name(&v->in->names, c->key.provider);
}

static struct rep_str
shortened(struct rep_str s, size_t max, char buf[64])
{
	if (s.n <= max || rep_out_structured())
		return s;
	snprintf(buf, 64, "..%.*s", (int)(max - 2), s.p + s.n - (max - 2));
	return (struct rep_str){ buf, max };
}

enum { SOURCE_MAX = 17, PROVIDER_MAX = 18, NUMBERS = 4 };

/* How wide the columns are, in all rows. The state gets the rest of the line. */
struct columns {
	size_t source, provider, number[NUMBERS];
	bool strip; /* a picture of the 24 hours stands in place of their sum */
};

static struct rep_str
source(const struct rep_verdicts *v, const struct rep_cell *c, char ip[REP_IP_TEXT])
{
	return c->key.route != 0 ? rep_name(&v->in->names, c->key.route)
				 : rep_source_text(v->in, c->key.label, ip);
}

static void
numbers(const struct rep_cell *c, char n[NUMBERS][32])
{
	rep_out_number(attempts(c), n[0]);
	rep_out_number(c->count[REP_STATUS_SENT], n[1]);
	rep_out_number(c->count[REP_STATUS_DEFERRED], n[2]);
	rep_out_number(c->count[REP_STATUS_BOUNCED] + c->count[REP_STATUS_EXPIRED], n[3]);
}

static void
widen(size_t *w, size_t n, size_t max)
{
	if (n > max)
		n = max;
	if (n > *w)
		*w = n;
}

static bool
shown(const struct rep_cell *c)
{
	return !c->folded && (attempts(c) > 0 || c->incident != 0);
}

static void state_of(
    const struct rep_verdicts *v, const struct rep_cell *c, size_t room, char state[160]);

/* What a line has left for the state. */
static size_t
room_for_state(const struct columns *w)
{
	size_t used = w->source + w->provider + 2 + NUMBERS;

	for (int k = 0; k < NUMBERS; k++)
		used += w->number[k];
	return used < rep_out_width() ? rep_out_width() - used : 0;
}

static struct columns
measure(const struct rep_verdicts *v)
{
	/* at least as wide as their headings */
	struct columns w = { 6, 8, { 5, 5, 5, 6 }, false }, wide;
	char ip[REP_IP_TEXT], n[NUMBERS][32], state[160];
	size_t longest = 0;

	for (size_t i = 0; i < v->cells_n; i++) {
		const struct rep_cell *c = &v->cells[i];

		if (!shown(c))
			continue;
		widen(&w.source, source(v, c, ip).n, SOURCE_MAX);
		widen(&w.provider, provider(v, c).n, PROVIDER_MAX);
		numbers(c, n);
		for (int k = 0; k < NUMBERS; k++)
			widen(&w.number[k], strlen(n[k]), sizeof n[k]);
		state_of(v, c, SIZE_MAX, state);
		widen(&longest, strlen(state), sizeof state);
	}
	wide = w;
	wide.strip = true;
	wide.number[0] = REP_TREND_HOURS;
	return v->in->window_s != 0 && room_for_state(&wide) >= longest ? wide : w;
}

/* "blocked since 06:42, s3140, incident 7". Without the rule when the line has no room for it. */
static void
state_of(const struct rep_verdicts *v, const struct rep_cell *c, size_t room, char state[160])
{
	const char *word = c->state == REP_STATE_WELL ? "ok" : rep_state_word(c->state);
	struct rep_str rule = rep_name(&v->in->names, c->rule);
	size_t dot = rep_str_chr(rule, '.', 0);
	char when[48], since[64] = "", incident[48] = "";
	int n;

	if (dot == SIZE_MAX)
		rule = REP_S("no code");
	else if (!rep_digit(rule.p[dot + 1]))
		rule = rep_str_sub(rule, dot + 1, rule.n);
	rule = rep_str_sub(rule, 0, 12);
	if (c->since_s != 0) {
		rep_when(c->since_s, v->in->now_s, when);
		snprintf(since, sizeof since, " since %.*s",
		    rep_str_chr(rep_str_c(when), 't', 0) != SIZE_MAX ? 5 : 10, when);
	}
	if (c->incident != 0)
		snprintf(incident, sizeof incident, ", incident %lld",
		    (long long)v->incidents[c->incident - 1].id);
	n = snprintf(state, 160, "%s%s", word, since);
	if (c->incident != 0)
		n += snprintf(state + n, 160 - (size_t)n, ", %.*s%s", REP_PR(rule), incident);
	if ((size_t)n > room)
		snprintf(state, 160, "%s%s%s", word, since, incident);
}

static void
heading(struct rep_buf *b, const struct columns *w, bool window)
{
	const char *cell = rep_mark(REP_MARK_CELL);

	if (w->strip)
		rep_picture_key(b);
	rep_buf_printf(b, "%s%s%-*s%s %-*s%s %*s%s %*s%s %*s%s %*s%s %s%s\n",
	    rep_mark(REP_MARK_ROW), rep_paint(REP_BOLD), (int)w->source, "SOURCE", cell,
	    (int)w->provider, "PROVIDER", cell, w->strip ? -(int)w->number[0] : (int)w->number[0],
	    window ? "24 H" : "ALL", cell, (int)w->number[1], "SENT", cell, (int)w->number[2],
	    "DEFER", cell, (int)w->number[3], "BOUNCE", cell, "STATE", rep_unpaint());
}

static void
row(struct rep_buf *b, const struct rep_verdict_set *s, const struct rep_cell *c,
    const struct columns *w)
{
	static const enum rep_paint paints[] = { REP_DIM, REP_PLAIN, REP_YELLOW, REP_YELLOW,
		REP_RED, REP_RED };
	const struct rep_verdicts *v = &s->verdicts;
	const char *cell = rep_mark(REP_MARK_CELL);
	char ip[REP_IP_TEXT], cut1[64], cut2[64], n[NUMBERS][32], state[160];
	struct rep_str from = shortened(source(v, c, ip), SOURCE_MAX, cut1);
	struct rep_str to = shortened(provider(v, c), PROVIDER_MAX, cut2);

	state_of(v, c, room_for_state(w), state);
	numbers(c, n);
	rep_buf_printf(b, "%s%-*.*s%s %-*.*s%s ", rep_mark(REP_MARK_ROW), (int)w->source,
	    REP_PR(from), cell, (int)w->provider, REP_PR(to), cell);
	if (w->strip)
		rep_strip_day(b, s, c);
	else
		rep_buf_printf(b, "%*s", (int)w->number[0], n[0]);
	rep_buf_printf(b, "%s %*s%s %*s%s %*s%s %s%s%s\n", cell, (int)w->number[1], n[1], cell,
	    (int)w->number[2], n[2], cell, (int)w->number[3], n[3], cell,
	    rep_paint(paints[c->state]), state, rep_unpaint());
}

/* What the store could not keep apart or keep at all: told once there is something to tell. */
static void
limits(struct rep_buf *b, const struct rep_store_totals *t, size_t small_together)
{
	char n[32];

	if (t->small > 0)
		rep_buf_printf(b,
		    "%s refusals by small domains that refused rarely are counted together, not "
		    "by domain:\ntoo many of them refuse.\n",
		    rep_out_number(t->small, n));
	if (small_together > 0)
		rep_buf_printf(b,
		    "%s small domains are judged together: those that refused most are judged one "
		    "by one.\n",
		    rep_out_number(small_together, n));

	if (t->unnamed > 0)
		rep_buf_printf(b,
		    "%s deliveries and complaints are counted without the name of their stream or "
		    "domain:\nthe database has as many names as it keeps apart.\n",
		    rep_out_number(t->unnamed, n));
	if (t->forms_dropped > 0)
		rep_buf_printf(b,
		    "%s older wordings of replies were dropped: the newest are kept.\n",
		    rep_out_number(t->forms_dropped, n));
}

static void
last_lines(struct rep_buf *b, const struct rep_verdict_set *s, size_t sources, size_t cells)
{
	char now[REP_TIME_TEXT], last[REP_TIME_TEXT], n3[32];

	rep_buf_printf(b, "\n%zu source%s, %zu row%s; %s.\nLog read to %s; now is %s.\n", sources,
	    rep_plural(sources), cells, rep_plural(cells),
	    s->in.window_s != 0 ? "the last 24 hours" : "everything stored",
	    rep_time_text(s->totals.last_s, last), rep_time_text(s->in.now_s, now));
	rep_buf_add(b, REP_S("Read in all: "));
	rep_out_count(b, s->totals.lines, "line, ", "lines, ");
	rep_out_count(b, s->totals.counted, "delivery", "deliveries");
	rep_buf_printf(b, "%s%s. Not watched: SNDS%s.\n",
	    s->totals.bad > 0 ? ", lines skipped: " : "",
	    s->totals.bad > 0 ? rep_out_number(s->totals.bad, n3) : "",
	    s->in.complaints_n == 0 ? ", complaints" : "");
	limits(b, &s->totals, s->small_together);
	rep_seen_line(b, s);
	if (rep_verdicts_trouble(s))
		rep_buf_add(b, REP_S("Why, and what to do: reputed why\n"));
	else if (s->seen.n == 0)
		rep_buf_add(b,
		    REP_S("No provider refuses or slows your mail, as far as this log shows.\n"));
}

/* False: the arena is too small. */
static bool
as_text(struct rep_buf *b, const struct rep_verdict_set *s)
{
	const struct rep_verdicts *v = &s->verdicts;
	bool *seen = rep_arena_alloc(s->arena, s->in.names.n + 1);
	size_t rows = 0, sources = 0;
	struct columns w;

	if (s->totals.counted == 0 && s->seen.n == 0) {
		char n1[32];

		rep_buf_printf(b,
		    "Nothing to tell yet: %s lines were read, no delivery to a provider among "
		    "them.\nPoint it at the log of the server that sends: reputed ingest "
		    "/var/log/mail.log\n",
		    rep_out_number(s->totals.lines, n1));
		return true;
	}
	if (seen == NULL)
		return false;
	memset(seen, 0, s->in.names.n + 1);
	w = measure(v);
	for (size_t n = 0; n < v->cells_n; n++) {
		const struct rep_cell *c = &v->cells[n];

		if (!shown(c))
			continue;
		if (rows++ == 0)
			heading(b, &w, s->in.window_s != 0);
		row(b, s, c, &w);
		if (!seen[c->key.label]) {
			seen[c->key.label] = true;
			sources++;
		}
	}
	if (rows == 0)
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
		rep_cli_say("one of --json and --html at a time");
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
		if (!rep_page_flush(
			&b, "reputed status", set.totals.last_s != 0 ? set.in.now_s : 0))
			rep_cli_note(c, REP_EXIT_FAILED);
	}
	rep_buf_fini(&b);
	rep_verdicts_free(&set);
	rep_know_free(know);
	rep_store_close(store);
	return c->worst;
}
