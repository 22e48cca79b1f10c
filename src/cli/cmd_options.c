/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"
#include "cli/ways_text.h"

#include <math.h>

static const struct rep_str null = { NULL, 0 };

/* --- what the configuration says of options --------------------------------------------------- */

/* An option that know does not have. Probably a spelling mistake. */
static void
not_known(struct rep_cli *c, const struct rep_ways *know, struct rep_str name)
{
	const char *ids[REP_WAYS_MAX], *near;
	size_t n = rep_ways_n(know);

	for (size_t i = 0; i < n; i++)
		ids[i] = rep_ways_at(know, i)->id.p;
	near = rep_word_nearest(name, ids, n);
	rep_cli_say("configuration: there is no option \"%.*s\"%s%s%s", REP_PR(name),
	    near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
	    near != NULL ? "\"?" : "");
	rep_cli_note(c, REP_EXIT_BAD_INPUT);
}

/*
 * Turns the `option` blocks into what the judge reads. The parser has already checked every value.
 */
static bool
own_figures(struct rep_cli *c, const struct rep_ways *know, struct rep_ways_in *in)
{
	struct rep_way_own *v = rep_arena_alloc(c->arena, (c->cfg.n_options + 1) * sizeof *v);
	char why[REP_COST_WHY];

	if (v == NULL)
		return false;
	for (size_t i = 0; i < c->cfg.n_options; i++) {
		const struct rep_config_option *o = &c->cfg.options[i];
		struct rep_cost *costs =
		    rep_arena_alloc(c->arena, (o->costs.n + 1) * sizeof *costs);

		if (costs == NULL)
			return false;
		if (rep_way_by_id(know, o->name) == NULL) {
			not_known(c, know, o->name);
			continue;
		}
		v[in->own_n] = (struct rep_way_own){
			.option = o->name, .costs = costs, .ruled_out = o->rule_out, .note = o->note
		};
		for (size_t k = 0; k < o->costs.n; k++)
			v[in->own_n].costs_n +=
			    rep_cost_parse(o->costs.v[k], &costs[v[in->own_n].costs_n], why);
		v[in->own_n].days_told = o->days.n > 0 &&
		    rep_days_parse(o->days, &v[in->own_n].days_from, &v[in->own_n].days_to);
		in->own_n++;
	}
	in->own = v;
	return true;
}

/* A provider's id, one of its mail domains, or the domain of a mail host of no known provider. */
static void
asked_for(const struct rep_verdicts *v, struct rep_str what, struct rep_ways_in *in)
{
	const struct rep_providers *all = rep_know_providers(v->in->know);
	const struct rep_provider *p = rep_provider_by_domain(all, what);

	for (size_t n = 0; n < v->cells_n && what.n > 0; n++) {
		const struct rep_cell_key *k = &v->cells[n].key;
		struct rep_str id = rep_name(&v->in->names, k->provider);
		struct rep_str domain = rep_name(&v->in->names, k->provider_domain);

		if (rep_str_eq_nocase(what, id) || rep_str_eq_nocase(what, domain) ||
		    (p != NULL && rep_str_eq(p->id, id))) {
			in->provider = id;
			in->provider_domain = domain;
			return;
		}
	}
	in->provider = what;
}

/* --- JSON -------------------------------------------------------------------------------------- */

static void
volume_json(struct rep_json *j, const char *key, const struct rep_volume *v, size_t addresses)
{
	rep_json_obj(j, key);
	rep_json_int(j, "messages", (int64_t)v->messages);
	rep_json_time(j, "from", v->from_s);
	rep_json_time(j, "until", v->until_s);
	if (v->told)
		rep_json_int(j, "month", llround(v->month));
	else
		rep_json_null(j, "month");
	rep_json_int(j, "addresses", (int64_t)addresses);
	rep_json_end_obj(j);
}

static void
warnings_json(struct rep_json *j, const struct rep_warning *v, size_t n)
{
	rep_json_arr(j, "warnings");
	for (size_t i = 0; i < n; i++) {
		rep_json_obj(j, NULL);
		rep_json_cstr(j, "kind", v[i].kind);
		rep_json_str(j, "sentence", v[i].sentence);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
}

static void
paths_json(struct rep_json *j, const struct rep_ways_out *o)
{
	rep_json_arr(j, "paths");
	for (size_t i = 0; i < o->paths_n; i++) {
		const struct rep_path *p = &o->paths[i];

		rep_json_obj(j, NULL);
		rep_json_cstr(j, "kind", p->relay ? "relay" : p->known ? "subnet" : "label");
		rep_json_str(j, "name", p->name);
		rep_json_int(j, "messages", (int64_t)p->messages);
		rep_json_int(j, "sources", p->sources);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
}

static void
effect_json(struct rep_json *j, const struct rep_verdicts *v, const struct rep_way_verdict *r)
{
	const struct rep_incident *i = r->incident;
	struct rep_buf text;

	rep_buf_init(&text, 1 << 16);
	rep_buf_printf(
	    &text, "%.*s incident %lld%.*s", REP_PR(r->lead), (long long)i->id, REP_PR(r->tail));
	rep_json_obj(j, NULL);
	rep_json_int(j, "incident", i->id);
	rep_json_cstr(j, "effect", rep_effect_word(r->effect));
	rep_json_cstr(j, "cause", r->cause < 0 ? NULL : rep_cause_word((enum rep_cause)r->cause));
	if (r->cause < 0)
		rep_json_null(j, "probability");
	else
		rep_json_real(j, "probability", i->probability[r->cause], 2);
	rep_json_cstr(j, "words",
	    r->cause < 0 ? NULL : rep_probability_words(v->in->weights, i->probability[r->cause]));
	rep_json_str(j, "sentence", rep_buf_str(&text));
	rep_json_end_obj(j);
	rep_buf_fini(&text);
}

static void
amounts_json(struct rep_json *j, const char *from, const char *to, double a, double b, bool told)
{
	if (told) {
		rep_json_real(j, from, a, 4);
		rep_json_real(j, to, b, 4);
	} else {
		rep_json_null(j, from);
		rep_json_null(j, to);
	}
}

static void
bill_json(struct rep_json *j, const struct rep_bill *l)
{
	rep_json_obj(j, NULL);
	amounts_json(j, "price_from", "price_to", l->cost.from, l->cost.to, true);
	rep_json_cstr(j, "currency", l->cost.currency);
	rep_json_cstr(j, "unit", rep_unit_word(l->cost.unit));
	rep_json_int(j, "above", l->cost.above);
	rep_json_bool(j, "own", l->own);
	if (l->told)
		rep_json_real(j, "quantity", l->quantity, 3);
	else
		rep_json_null(j, "quantity");
	amounts_json(j, "from", "to", l->from, l->to, l->told);
	rep_json_str(j, "source", l->row != NULL ? l->row->source : null);
	rep_json_str(j, "date", l->row != NULL ? l->row->date : null);
	rep_json_str(j, "url", l->row != NULL ? l->row->url : null);
	rep_json_end_obj(j);
}

static void
cost_json(struct rep_json *j, const struct rep_choice *c)
{
	bool own = c->own != NULL && c->own->costs_n > 0;

	rep_json_obj(j, "cost");
	rep_json_bool(j, "nothing", c->option->free && c->bills_n == 0);
	rep_json_arr(j, "sums");
	for (size_t i = 0; i < c->money_n; i++) {
		const struct rep_money *m = &c->money[i];

		rep_json_obj(j, NULL);
		rep_json_cstr(j, "currency", m->currency);
		rep_json_bool(j, "once", m->once);
		amounts_json(j, "from", "to", m->from, m->to, true);
		amounts_json(j, "all_mail_from", "all_mail_to", m->all_from, m->all_to, true);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
	rep_json_arr(j, "rows");
	for (size_t i = 0; i < c->bills_n; i++)
		bill_json(j, &c->bills[i]);
	rep_json_end_arr(j);
	rep_json_arr(j, "ask");
	for (size_t i = 0; i < c->option->asks_n && !own; i++) {
		rep_json_obj(j, NULL);
		rep_json_str_or_null(j, "what", c->option->asks[i].what);
		rep_json_str(j, "url", c->option->asks[i].url);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
	rep_json_end_obj(j);
}

static void
lines_json(struct rep_json *j, const char *key, const struct rep_str *v, size_t n)
{
	rep_json_arr(j, key);
	for (size_t i = 0; i < n; i++)
		rep_json_str(j, NULL, v[i]);
	rep_json_end_arr(j);
}

static void
choice_json(struct rep_json *j, const struct rep_verdicts *v, const struct rep_choice *c,
    size_t incidents_n)
{
	bool own_days = c->days_source.n == 0;

	rep_json_obj(j, NULL);
	rep_json_str(j, "option", c->option->id);
	rep_json_str(j, "title", c->option->title);
	rep_json_cstr(j, "kind", rep_way_kind_word(c->option->kind));
	rep_json_cstr(j, "advice", rep_way_advice_word(c->advice));
	if (incidents_n > 0)
		rep_json_real(j, "worth", c->worth, 2);
	else
		rep_json_null(j, "worth");
	rep_json_str_or_null(j, "why", c->why);
	rep_json_str(j, "path", c->path != NULL ? c->path->name : null);
	if (c->path != NULL)
		rep_json_int(j, "path_messages_a_day", llround(c->path_day));
	else
		rep_json_null(j, "path_messages_a_day");
	rep_json_arr(j, "effects");
	for (size_t i = 0; i < incidents_n; i++)
		effect_json(j, v, &c->verdicts[i]);
	rep_json_end_arr(j);
	cost_json(j, c);
	rep_json_obj(j, "days");
	rep_json_int(j, "from", c->days_from);
	rep_json_int(j, "to", c->days_to);
	rep_json_str(j, "source", own_days ? null : c->days_source);
	rep_json_bool(j, "own", own_days);
	rep_json_end_obj(j);
	rep_json_arr(j, "needs");
	for (size_t i = 0; i < c->option->needs_n; i++)
		if (rep_choice_needs(c, i))
			rep_json_str(j, NULL, c->option->needs[i]);
	rep_json_end_arr(j);
	lines_json(j, "limits", c->option->limits, c->option->limits_n);
	rep_json_str_or_null(j, "note", c->own != NULL ? c->own->note : null);
	rep_json_end_obj(j);
}

static void
group_json(struct rep_json *j, const struct rep_verdicts *v, const struct rep_way_group *g)
{
	rep_json_obj(j, NULL);
	rep_json_str_or_null(j, "provider", g->provider);
	rep_json_str_or_null(j, "provider_domain", g->provider_domain);
	rep_json_str(j, "answer", g->answer);
	rep_json_bool(j, "own_conduct", g->own_conduct);
	rep_json_arr(j, "incidents");
	for (size_t i = 0; i < g->incidents_n; i++)
		rep_json_int(j, NULL, g->incidents[i]->id);
	rep_json_end_arr(j);
	volume_json(j, "volume", &g->volume, g->addresses);
	warnings_json(j, g->warnings, g->warnings_n);
	rep_json_arr(j, "options");
	for (size_t i = 0; i < g->choices_n; i++)
		choice_json(j, v, &g->choices[i], g->incidents_n);
	rep_json_end_arr(j);
	rep_json_end_obj(j);
}

static void
as_json(struct rep_buf *b, const struct rep_verdict_set *s, const struct rep_ways_out *o)
{
	struct rep_json j;

	rep_json_init(&j, b);
	rep_json_obj(&j, NULL);
	if (s->totals.counted > 0)
		rep_json_time(&j, "now", s->in.now_s);
	else
		rep_json_null(&j, "now");
	volume_json(&j, "volume", &o->volume, o->addresses);
	paths_json(&j, o);
	warnings_json(&j, o->warnings, o->warnings_n);
	rep_json_arr(&j, "providers");
	for (size_t i = 0; i < o->groups_n && s->totals.counted > 0; i++)
		group_json(&j, &s->verdicts, &o->groups[i]);
	rep_json_end_arr(&j);
	rep_json_int(&j, "left_out", (int64_t)o->left_out);
	rep_json_end_obj(&j);
	rep_buf_addc(b, '\n');
}

int
rep_cmd_options(struct rep_cli *c)
{
	struct rep_str what = c->args_n > 0 ? rep_str_c(c->args[0]) : (struct rep_str){ "", 0 };
	struct rep_verdict_set set = { 0 };
	struct rep_ways_in in = { .own_n = 0 };
	struct rep_ways_out out;
	struct rep_know *know = NULL;
	struct rep_store *store;
	struct rep_err err = { .msg = "out of memory" };
	struct rep_buf b;
	bool all = c->session.all;

	if (c->args_n > 1) {
		rep_cli_say("give one PROVIDER at a time");
		return REP_EXIT_USAGE;
	}
	if ((store = rep_cli_reading(c)) == NULL)
		return c->worst;
	rep_buf_init(&b, 64 << 20);
	/* Here --all is about what is shown. The verdict must not depend on it. */
	c->session.all = false;
	if (rep_session_know(&c->session, &know, &err) != REP_OK ||
	    rep_verdicts_make(&c->session, know, store, REP_DEPTH_REASONS, &set, &err) != REP_OK)
		goto failed;
	in.v = &set.verdicts;
	in.know = rep_know_ways(know);
	in.failed = set.seen.n > 0;
	if (!own_figures(c, in.know, &in))
		goto failed;
	asked_for(&set.verdicts, what, &in);
	if (rep_judge_ways(&in, set.arena, &out, &err) != REP_OK)
		goto failed;
	if (c->json)
		as_json(&b, &set, &out);
	else
		rep_ways_text(&b, &set, &out, what, c->trace, all);
	if (!rep_out_flush(&b))
		rep_cli_note(c, REP_EXIT_FAILED);
	goto out;
failed:
	rep_cli_fail(c, REP_EXIT_FAILED, &err);
out:
	rep_buf_fini(&b);
	rep_verdicts_free(&set);
	rep_know_free(know);
	rep_store_close(store);
	return c->worst;
}
