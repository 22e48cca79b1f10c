/*
 * reputed complaints: how many complaints each stream got, compared with what was accepted. Worst
 * first.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cli.h"
#include "base/time.h"
#include "cli/rate_text.h"
#include "engine/verdicts.h"
#include "judge/complaints.h"

#include <stdio.h>
#include <stdlib.h>

enum { WINDOW_DAYS = 30, ARENA_MAX = 64 << 20 };

struct view {
	struct rep_names names;
	const struct rep_know *know;
	struct rep_rates rates;
	int64_t from_s, now_s;
	bool all, any; /* any: at least one complaint was ever stored */
};

struct observations {
	struct rep_observation *v;
	size_t n, cap;
};

static enum rep_rc
on_observation(void *ctx, const struct rep_observation *o)
{
	struct observations *s = ctx;

	if (o->class != REP_CLASS_ACCEPTED)
		return REP_OK;
	if (s->n == s->cap) {
		size_t cap = s->cap == 0 ? 1024 : s->cap * 2;
		struct rep_observation *v = realloc(s->v, cap * sizeof *v);

		if (v == NULL)
			return REP_EMEM;
		s->v = v;
		s->cap = cap;
	}
	s->v[s->n++] = *o;
	return REP_OK;
}

/* --- text ------------------------------------------------------------------------------------------- */

static bool
as_text(struct rep_buf *b, const struct view *w, struct rep_arena *a)
{
	const struct rep_rates *r = &w->rates;
	char from[REP_TIME_TEXT], now[REP_TIME_TEXT], n1[32];

	if (!w->any) {
		rep_out_paragraph(b,
		    REP_S("No complaint was read yet. Read the mailbox that your feedback loop "
			  "fills: reputed ingest PATH"));
		rep_out_paragraph(
		    b, REP_S("How to get one: reputed explain jmrp, reputed explain fbl"));
		return true;
	}
	if (!rep_rates_table(b, w->know, &w->names, r->v, r->n, a))
		return false;
	if (r->n == 0)
		rep_out_paragraph(b, REP_S("No complaint about your mail in this time."));
	rep_buf_printf(b, "\n%s to %s.\n",
	    w->all ? "From the first" : rep_time_text(w->from_s, from),
	    rep_time_text(w->now_s, now));
	if (r->opt_outs > 0)
		rep_buf_printf(b, "Unsubscribed by mail: %s.\n", rep_out_number(r->opt_outs, n1));
	if (r->others > 0)
		rep_buf_printf(
		    b, "Reports that are not complaints: %s.\n", rep_out_number(r->others, n1));
	if (r->unmatched > 0)
		rep_out_paragraph(b,
		    rep_arena_printf(a,
			"%s complaint%s about mail that was not found in your logs, neither by "
			"the sender's domain and address nor by the Message-ID. Either one of "
			"your logs was not read, a relay gives messages a new Message-ID, or "
			"somebody else sends in your name.",
			rep_out_number(r->unmatched, n1), r->unmatched == 1 ? " is" : "s are"));
	return true;
}

/* --- JSON ------------------------------------------------------------------------------------------- */

static void
number_or_null(struct rep_json *j, const char *key, double v)
{
	if (v >= 0)
		rep_json_real(j, key, v, 6);
	else
		rep_json_null(j, key);
}

static void
as_json(struct rep_buf *b, const struct view *w)
{
	struct rep_str none = { NULL, 0 };
	struct rep_json j;

	rep_json_init(&j, b);
	rep_json_obj(&j, NULL);
	rep_json_time(&j, "now", w->now_s);
	if (w->all)
		rep_json_null(&j, "window_s");
	else
		rep_json_int(&j, "window_s", (int64_t)WINDOW_DAYS * REP_DAY_S);
	rep_json_int(&j, "complaints", (int64_t)w->rates.complaints);
	rep_json_int(&j, "unmatched", (int64_t)w->rates.unmatched);
	rep_json_int(&j, "opt_outs", (int64_t)w->rates.opt_outs);
	rep_json_int(&j, "others", (int64_t)w->rates.others);
	rep_json_arr(&j, "rates");
	for (size_t i = 0; i < w->rates.n; i++) {
		const struct rep_rate *r = &w->rates.v[i];

		rep_json_obj(&j, NULL);
		rep_json_str(&j, "provider",
		    r->route != 0 ? none : rep_rate_provider(w->know, &w->names, r));
		rep_json_str(&j, "stream", r->stream != 0 ? rep_name(&w->names, r->stream) : none);
		rep_json_str(&j, "route", r->route != 0 ? rep_name(&w->names, r->route) : none);
		rep_json_int(&j, "complaints", (int64_t)r->complaints);
		rep_json_int(&j, "accepted", (int64_t)r->accepted);
		number_or_null(&j, "rate", r->share);
		rep_json_cstr(&j, "state", rep_rate_word(r->state));
		rep_json_real(&j, "warn", r->limit->warn, 4);
		rep_json_real(&j, "act", r->limit->act, 4);
		rep_json_str(&j, "limit_of", r->limit->who);
		rep_json_time(&j, "last", r->last_s);
		rep_json_end_obj(&j);
	}
	rep_json_end_arr(&j);
	rep_json_end_obj(&j);
	rep_buf_addc(b, '\n');
}

/* --- the command -------------------------------------------------------------------------------------- */

static enum rep_rc
load(struct rep_cli *c, const struct rep_know *know, struct rep_store *store, struct view *w,
    struct rep_arena *a, struct rep_err *err)
{
	struct observations obs = { 0 };
	struct rep_complaint *v = NULL;
	struct rep_store_totals totals;
	enum rep_rc rc;
	size_t n = 0;

	w->know = know;
	if ((rc = rep_store_totals(store, &totals, err)) != REP_OK ||
	    (rc = rep_store_complaints(store, INT64_MIN / 2, INT64_MAX / 2, &v, &n, err)) != REP_OK)
		return rc;
	w->any = n > 0;
	w->now_s = c->session.now_s != 0	     ? c->session.now_s
	    : n > 0 && v[n - 1].at_s > totals.last_s ? v[n - 1].at_s
						     : totals.last_s;
	w->from_s = c->session.all ? INT64_MIN / 2 : w->now_s - (int64_t)WINDOW_DAYS * REP_DAY_S;
	w->from_s -= c->session.all ? 0 : w->from_s % REP_DAY_S; /* whole days are counted */
	rc = rep_store_observations(
	    store, REP_LEVEL_DAY, w->from_s, w->now_s + 1, on_observation, &obs, err);
	w->names = rep_store_names(store);
	if (rc == REP_OK)
		rc = rep_complaint_rates(rep_know_providers(w->know), &w->names, v, n, obs.v, obs.n,
		    w->from_s, w->now_s + 1, a, &w->rates, err);
	free(obs.v);
	free(v);
	return rc;
}

int
rep_cmd_complaints(struct rep_cli *c)
{
	struct rep_store *store;
	struct rep_know *know = NULL;
	struct view w = { .all = c->session.all };
	struct rep_arena *a;
	struct rep_err err = { .msg = "out of memory" };
	struct rep_buf b;

	if (c->args_n > 0) {
		rep_cli_say("complaints takes no argument; to read feedback reports: reputed "
			    "ingest %s",
		    c->args[0]);
		return REP_EXIT_USAGE;
	}
	if ((store = rep_cli_reading(c)) == NULL)
		return c->worst;
	rep_buf_init(&b, 64 << 20);
	a = rep_arena_new(ARENA_MAX);
	if (a == NULL || rep_session_know(&c->session, &know, &err) != REP_OK ||
	    load(c, know, store, &w, a, &err) != REP_OK) {
		rep_cli_fail(c, REP_EXIT_FAILED, &err);
	} else {
		if (c->json)
			as_json(&b, &w);
		else if (!as_text(&b, &w, a))
			b.full = true;
		if (!rep_out_flush(&b))
			rep_cli_note(c, REP_EXIT_FAILED);
	}
	rep_buf_fini(&b);
	rep_arena_free(a);
	rep_know_free(know);
	rep_store_close(store);
	return c->worst;
}
