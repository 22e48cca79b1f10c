/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"
#include "cli/account_text.h"
#include "cli/across_text.h"
#include "cli/given_up_text.h"
#include "cli/mind_text.h"
#include "cli/outlook.h"
#include "cli/page.h"
#include "cli/replay_show.h"
#include "cli/seen_text.h"
#include "cli/waits_text.h"
#include "cli/why.h"
#include "cli/why_steps.h"

#include <stdio.h>

static void
evidence_json(struct rep_json *j, const struct rep_evidence *e)
{
	double strongest = 1;

	rep_json_obj(j, NULL);
	rep_json_cstr(j, "name", e->name);
	rep_json_cstr(j, "family", e->family);
	rep_json_str(j, "sentence", e->sentence);
	rep_json_arr(j, "speaks_for");
	for (int c = 0; c < REP_CAUSE_N; c++) {
		if (e->ratio[c] > 1)
			rep_json_cstr(j, NULL, rep_cause_word((enum rep_cause)c));
		if (e->ratio[c] > strongest)
			strongest = e->ratio[c];
	}
	rep_json_end_arr(j);
	rep_json_arr(j, "speaks_against");
	for (int c = 0; c < REP_CAUSE_N; c++)
		if (e->ratio[c] < 1)
			rep_json_cstr(j, NULL, rep_cause_word((enum rep_cause)c));
	rep_json_end_arr(j);
	rep_json_real(j, "ratio", strongest, 2);
	rep_json_obj(j, "ratios");
	for (int c = 0; c < REP_CAUSE_N; c++)
		if (e->ratio[c] < 1 || e->ratio[c] > 1)
			rep_json_real(j, rep_cause_word((enum rep_cause)c), e->ratio[c], 2);
	rep_json_end_obj(j);
	if (rep_evidence_measures[e->id] != NULL)
		rep_json_real(j, "measure", e->measure, 4);
	else
		rep_json_null(j, "measure");
	rep_json_bool(j, "counted", e->weight != NULL && !e->again);
	rep_json_int(j, "more", (int64_t)e->more);
	/* It is already a JSON object. */
	rep_buf_add(j->out, REP_S(",\"facts\":"));
	rep_buf_add(j->out, e->facts);
	rep_json_end_obj(j);
}

static void
lost_json(struct rep_json *j, const struct rep_verdicts *v, const struct rep_incident *i)
{
	const struct rep_episode *e = &i->episodes[i->episodes_n - 1];

	rep_json_obj(j, "lost");
	rep_json_int(j, "bounced", (int64_t)e->bounced);
	rep_json_int(j, "deferred", (int64_t)e->deferred);
	rep_json_obj(j, "streams");
	for (size_t n = 0; n < i->streams_n; n++) {
		struct rep_str s = rep_lost_stream_text(&v->in->names, i->streams[n].stream);

		rep_json_int_named(j, s.n > 0 ? s : REP_S("(not known)"),
		    (int64_t)(i->streams[n].bounced + i->streams[n].deferred));
	}
	rep_json_end_obj(j);
	rep_json_end_obj(j);
}

static void
causes_json(struct rep_json *j, const struct rep_verdicts *v, const struct rep_incident *i)
{
	bool done[REP_CAUSE_N] = { false };

	rep_json_arr(j, "causes");
	for (int n = 0; n < REP_CAUSE_N; n++) {
		int best = -1;

		for (int c = 0; c < REP_CAUSE_N; c++)
			if (!done[c] && (best < 0 || i->probability[c] > i->probability[best]))
				best = c;
		done[best] = true;
		if (i->cannot_be[best])
			continue;
		rep_json_obj(j, NULL);
		rep_json_cstr(j, "cause", rep_cause_word((enum rep_cause)best));
		rep_json_real(j, "probability", i->probability[best], 2);
		rep_json_cstr(
		    j, "words", rep_probability_words(v->in->weights, i->probability[best]));
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
}

static void
rest_json(struct rep_json *j, const struct rep_incident *i)
{
	rep_json_arr(j, "evidence");
	for (size_t n = 0; n < i->evidence_n; n++)
		evidence_json(j, &i->evidence[n]);
	rep_json_end_arr(j);
	rep_json_arr(j, "cannot_be");
	for (int c = 0; c < REP_CAUSE_N; c++)
		if (i->cannot_be[c])
			rep_json_cstr(j, NULL, rep_cause_word((enum rep_cause)c));
	rep_json_end_arr(j);
	rep_json_arr(j, "unknown");
	for (size_t n = 0; n < i->unknown_n; n++) {
		rep_json_obj(j, NULL);
		rep_json_cstr(j, "what", i->unknown[n].what);
		rep_json_arr(j, "would_tell");
		for (size_t t = 0; t < i->unknown[n].tells_n; t++)
			rep_json_cstr(j, NULL, rep_cause_word(i->unknown[n].tells[t]));
		rep_json_end_arr(j);
		rep_json_cstr(j, "how", i->unknown[n].how);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
	rep_json_arr(j, "not_all_compared");
	for (int t = 0; t < REP_TOO_MANY_N; t++)
		if (i->too_many[t])
			rep_json_cstr(j, NULL, rep_too_many_word((enum rep_too_many)t));
	rep_json_end_arr(j);
	rep_next_json(j, i->next, i->next_n);
}

static void
incident_json(struct rep_json *j, const struct rep_verdict_set *set, const struct rep_incident *i)
{
	const struct rep_verdicts *v = &set->verdicts;
	const struct rep_judge_in *in = v->in;
	const struct rep_cell *c = &v->cells[i->cell];
	const struct rep_label *l = rep_label_of(in, c->key.label);
	const struct rep_episode *e = &i->episodes[i->episodes_n - 1];
	struct rep_str null = { NULL, 0 }, domain = rep_name(&in->names, c->key.provider_domain);
	struct rep_str route = rep_name(&in->names, c->key.route);
	struct rep_str rule = rep_name(&in->names, i->rule);
	char ip[REP_IP_TEXT];

	rep_json_obj(j, NULL);
	rep_json_int(j, "id", i->id);
	rep_json_obj(j, "subject");
	rep_json_cstr(j, "kind", i->everywhere ? "provider" : route.n > 0 ? "route" : "source");
	rep_json_str(j, "value",
	    i->everywhere     ? rep_name(&in->names, c->key.provider)
		: route.n > 0 ? route
			      : rep_source_text(in, c->key.label, ip));
	rep_json_str(j, "source_label", i->everywhere ? null : rep_name(&in->names, c->key.label));
	rep_json_bool(j, "pool", l != NULL && l->pool);
	rep_json_end_obj(j);
	rep_json_str(j, "provider", rep_name(&in->names, c->key.provider));
	rep_json_str_or_null(j, "provider_domain", domain);
	rep_json_cstr(j, "class", rep_class_word(i->class));
	rep_json_cstr(j, "scope", rep_scope_word(i->scope));
	rep_json_str_or_null(j, "rule", rule);
	rep_json_arr(j, "also");
	for (size_t n = 0; n < i->also_n; n++) {
		rep_json_obj(j, NULL);
		rep_json_str(j, "rule", rep_name(&in->names, i->also[n].rule));
		rep_json_int(j, "replies", (int64_t)i->also[n].replies);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
	rep_json_cstr(j, "stage", rep_stage_word(i->stage));
	rep_json_cstr(j, "state", rep_life_word(i->life));
	rep_json_time(j, "since", e->since_s);
	rep_json_time_or_null(j, "until", e->until_s);
	rep_json_time_or_null(j, "ends", i->ends_s);
	rep_json_int(j, "returns", (int64_t)i->episodes_n - 1);
	rep_json_arr(j, "episodes");
	for (size_t n = 0; n < i->episodes_n; n++) {
		rep_json_obj(j, NULL);
		rep_json_time(j, "since", i->episodes[n].since_s);
		rep_json_time_or_null(j, "until", i->episodes[n].until_s);
		rep_json_int(j, "replies", (int64_t)i->episodes[n].replies);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
	lost_json(j, v, i);
	rep_ledger_json(j, set, i);
	causes_json(j, v, i);
	rep_mind_json(j, set, i);
	rest_json(j, i);
	rep_forecast_json(j, set, i);
	rep_json_end_obj(j);
}

size_t
rep_why_json(struct rep_buf *b, const struct rep_verdict_set *s, const struct rep_asked *asked)
{
	struct rep_seen_asked rows = { rep_asked_row, asked };
	struct rep_json j;
	size_t n_open = 0;

	rep_json_init(&j, b);
	rep_json_obj(&j, NULL);
	if (s->totals.last_s != 0)
		rep_json_time(&j, "now", s->in.now_s);
	else
		rep_json_null(&j, "now");
	rep_json_arr(&j, "own_weights");
	for (size_t n = 0; n < s->weights.own_n; n++)
		rep_json_cstr(&j, NULL, s->weights.own[n]);
	rep_json_end_arr(&j);
	rep_across_json(&j, s);
	rep_account_json(&j, s);
	rep_json_arr(&j, "incidents");
	for (size_t n = 0; n < s->verdicts.incidents_n; n++) {
		const struct rep_incident *i = &s->verdicts.incidents[n];

		if (!rep_asked_incident(asked, i))
			continue;
		n_open += rep_incident_open(i);
		incident_json(&j, s, i);
	}
	rep_json_end_arr(&j);
	rep_seen_json(&j, s, &rows, true);
	rep_given_up_json(&j, s, asked);
	rep_waits_json(&j, &s->in.waits);
	rep_json_end_obj(&j);
	rep_buf_addc(b, '\n');
	return n_open;
}

/* A word that is nowhere must not read as if all were well. */
static void
not_known(struct rep_cli *c, const struct rep_asked *a)
{
	if (a->incident != 0)
		rep_cli_say("there is no incident %lld; all open incidents: reputed why",
		    (long long)a->incident);
	else
		rep_cli_say("nothing that was read is about \"%.*s\"%s%s%s; give an incident, a "
			    "provider, a domain or host, one of your addresses or a code",
		    REP_PR(a->word), a->near[0] != '\0' ? "; did you mean \"" : "", a->near,
		    a->near[0] != '\0' ? "\"?" : "");
	rep_cli_note(c, REP_EXIT_USAGE);
}

int
rep_cmd_why(struct rep_cli *c)
{
	struct rep_str what = c->args_n > 0 ? rep_str_c(c->args[0]) : (struct rep_str){ "", 0 };
	struct rep_verdict_set set = { 0 };
	struct rep_store *store;
	struct rep_know *know = NULL;
	struct rep_err err;
	struct rep_buf b;
	struct rep_asked asked;
	size_t open = 0, chosen_n = 0;
	const struct rep_incident **chosen;

	if (c->html && (c->json || c->replay)) {
		rep_cli_say("--html cannot be used with --json or --replay");
		return REP_EXIT_USAGE;
	}
	rep_out_structure(c->html);
	if (c->args_n > 1) {
		rep_cli_say("give one INCIDENT, IP, PROVIDER or DOMAIN at a time");
		return REP_EXIT_USAGE;
	}
	if ((store = rep_cli_reading(c)) == NULL)
		return c->worst;
	rep_buf_init(&b, 64 << 20);
	if (c->replay) {
		if (rep_session_know(&c->session, &know, &err) != REP_OK ||
		    rep_replay_show(c, know, store, what, &b, &open, &err) != REP_OK)
			rep_cli_fail(c, REP_EXIT_FAILED, &err);
		else if (!rep_out_flush(&b))
			rep_cli_note(c, REP_EXIT_FAILED);
		if (open > 0)
			rep_cli_note(c, REP_EXIT_TROUBLE);
		goto out;
	}
	if (rep_session_know(&c->session, &know, &err) != REP_OK ||
	    rep_verdicts_make(&c->session, know, store, REP_DEPTH_REASONS, &set, &err) != REP_OK) {
		rep_cli_fail(c, REP_EXIT_FAILED, &err);
		goto out;
	}
	if (!rep_asked_parse(&asked, &set, what)) {
		not_known(c, &asked);
		goto out;
	}
	if (c->json) {
		open = rep_why_json(&b, &set, &asked);
	} else {
		chosen =
		    rep_arena_alloc(set.arena, (set.verdicts.incidents_n + 1) * sizeof *chosen);
		for (size_t n = 0; chosen != NULL && n < set.verdicts.incidents_n; n++)
			if (rep_asked_incident(&asked, &set.verdicts.incidents[n])) {
				open += rep_incident_open(&set.verdicts.incidents[n]);
				chosen[chosen_n++] = &set.verdicts.incidents[n];
			}
		rep_why_text(&b, &set, chosen, chosen_n, &asked, c->trace);
	}
	if (open > 0 || (what.n == 0 && rep_verdicts_trouble(&set)))
		rep_cli_note(c, REP_EXIT_TROUBLE);
	if (!rep_page_flush(&b, "reputed why", "From the mail log up to",
		set.totals.last_s != 0 ? set.in.now_s : 0))
		rep_cli_note(c, REP_EXIT_FAILED);
out:
	rep_buf_fini(&b);
	rep_verdicts_free(&set);
	rep_know_free(know);
	rep_store_close(store);
	return c->worst;
}
