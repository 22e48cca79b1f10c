/* SPDX-License-Identifier: Apache-2.0 */
#include "api/strips.h"
#include "base/time.h"
#include "engine/trend.h"
#include "api/words.h"

static const char *const span_words[] = { "day", "week", "quarter" };
/* 90 cells are a day, seven and a half days, and 90 days. */
static const int64_t step_of[] = { 960, 7200, REP_DAY_S };

static const struct rep_param_row rows[] = {
	{ "span", REP_PARAM_WORD, offsetof(struct rep_strips_ask, span), span_words,
	    REP_COUNT(span_words), 0 },
	{ "source", REP_PARAM_LIST, offsetof(struct rep_strips_ask, source), NULL, 0, 0 },
	{ "provider", REP_PARAM_LIST, offsetof(struct rep_strips_ask, provider), NULL, 0, 0 },
};

enum rep_rc
rep_strips_parse(
    const struct rep_param *v, size_t n, struct rep_strips_ask *ask, struct rep_err *err)
{
	*ask = (struct rep_strips_ask){ .span = REP_STRIPS_DAY };
	return rep_params_read(v, n, rows, REP_COUNT(rows), ask, err);
}

/* --- the cells ------------------------------------------------------------------------------------ */

struct strip_cell {
	struct rep_trend_sum sum;
	uint32_t classes; /* a bit for each class but accepted */
	enum rep_state state;
};

struct strip {
	const struct rep_verdict_set *set;
	int64_t from_s, step_s, until_s;
	bool recent;
	struct strip_cell at[REP_STRIPS_CELLS];
	struct rep_trend_sum sum;
};

/* How bad a class is for the sender, the worst first: what is about all mail before what is about one recipient. */
static const enum rep_class worst[] = { REP_CLASS_BLOCKED, REP_CLASS_LISTED, REP_CLASS_IDENTITY,
	REP_CLASS_AUTHENTICATION, REP_CLASS_POLICY, REP_CLASS_CONTENT, REP_CLASS_THROTTLED,
	REP_CLASS_TLS, REP_CLASS_PROTOCOL, REP_CLASS_NETWORK, REP_CLASS_CAPACITY, REP_CLASS_UNKNOWN,
	REP_CLASS_GREYLISTED, REP_CLASS_RECIPIENT, REP_CLASS_MAILBOX };

static const char *
class_word(uint32_t classes)
{
	for (size_t i = 0; i < REP_COUNT(worst); i++)
		if ((classes >> worst[i] & 1) != 0)
			return rep_class_word(worst[i]);
	return NULL;
}

static void
on_observation(void *ctx, const struct rep_observation *o)
{
	struct strip *s = ctx;
	enum rep_trend_kind kind = rep_trend_of(o);
	int64_t at_s = o->first_s < s->from_s ? o->last_s : o->first_s;
	struct strip_cell *c;

	if (kind == REP_TREND_KINDS || at_s < s->from_s || at_s >= s->until_s)
		return;
	c = &s->at[(at_s - s->from_s) / s->step_s];
	c->sum.n[kind] += o->count;
	s->sum.n[kind] += o->count;
	if (o->class != REP_CLASS_ACCEPTED)
		c->classes |= UINT32_C(1) << o->class;
}

static bool
of_row(const struct rep_verdicts *v, const struct rep_incident *i, size_t cell)
{
	const struct rep_cell_key *x = &v->cells[i->cell].key, *y = &v->cells[cell].key;

	return i->cell == cell ||
	    (i->everywhere && x->provider == y->provider &&
		x->provider_domain == y->provider_domain);
}

/* The states that incidents give to the cells they last in. What is only suspected is not told as trouble. */
static void
states(struct strip *s, size_t cell)
{
	const struct rep_verdicts *v = &s->set->verdicts;

	for (size_t n = 0; n < v->incidents_n; n++) {
		const struct rep_incident *i = &v->incidents[n];

		if (i->life == REP_LIFE_SUSPECTED || !of_row(v, i, cell))
			continue;
		for (size_t e = 0; e < i->episodes_n; e++) {
			enum rep_state state = rep_incident_state(i, &i->episodes[e]);
			int64_t until_s =
			    i->episodes[e].until_s != 0 ? i->episodes[e].until_s : s->set->in.now_s;

			for (size_t k = 0; k < REP_STRIPS_CELLS; k++) {
				int64_t at_s = s->from_s + (int64_t)k * s->step_s;

				if (i->episodes[e].since_s < at_s + s->step_s && until_s >= at_s &&
				    state > s->at[k].state)
					s->at[k].state = state;
			}
		}
	}
}

static const char *
state_word(const struct strip_cell *c)
{
	const uint64_t *n = c->sum.n;

	if (c->state != REP_STATE_UNKNOWN)
		return rep_state_word(c->state);
	if (rep_trend_attempts(&c->sum) == 0)
		return "quiet";
	/* Less than half of what was judged as a sender's mail was taken, and no incident says why. */
	return n[REP_TREND_ACCEPTED] >= n[REP_TREND_SLOWED] + n[REP_TREND_REFUSED] &&
		n[REP_TREND_ACCEPTED] > 0
	    ? rep_state_word(REP_STATE_WELL)
	    : rep_state_word(REP_STATE_UNKNOWN);
}

static bool
known(const struct strip *s, size_t k)
{
	int64_t at_s = s->from_s + (int64_t)k * s->step_s;

	return rep_trend_known(s->set, at_s, s->step_s) && at_s <= s->set->in.now_s;
}

/* --- the answer ------------------------------------------------------------------------------------ */

static void
counts(struct rep_json *j, const struct strip *s, const char *key, int kind)
{
	rep_json_arr(j, key);
	for (size_t k = 0; k < REP_STRIPS_CELLS; k++)
		if (!known(s, k))
			rep_json_null(j, NULL);
		else
			rep_json_int(j, NULL,
			    (int64_t)(kind < 0 ? rep_trend_attempts(&s->at[k].sum)
					       : s->at[k].sum.n[kind]));
	rep_json_end_arr(j);
}

static void
sum_json(struct rep_json *j, const struct rep_trend_sum *sum)
{
	rep_json_obj(j, "sum");
	rep_json_int(j, "attempts", (int64_t)rep_trend_attempts(sum));
	for (int k = 0; k < REP_TREND_KINDS; k++)
		rep_json_int(j, rep_trend_word((enum rep_trend_kind)k), (int64_t)sum->n[k]);
	rep_json_end_obj(j);
}

static void
row_json(struct rep_json *j, const struct strip *s, const struct rep_cell *c, struct rep_arena *a)
{
	const struct rep_verdicts *v = &s->set->verdicts;
	const struct rep_judge_in *in = v->in;
	char ip[REP_IP_TEXT];

	rep_json_obj(j, NULL);
	rep_json_str(j, "source", rep_source_text(in, c->key.label, ip));
	rep_json_str(j, "source_label", rep_name(&in->names, c->key.label));
	rep_json_str_or_null(j, "route", rep_name(&in->names, c->key.route));
	rep_json_str(j, "provider", rep_name(&in->names, c->key.provider));
	rep_json_str(j, "provider_name", rep_api_provider_name(in, &c->key, a));
	rep_json_str_or_null(j, "provider_domain", rep_name(&in->names, c->key.provider_domain));
	rep_json_cstr(j, "state", rep_state_word(c->state));
	rep_json_time_or_null(j, "since", c->since_s);
	if (c->incident != 0)
		rep_json_int(j, "incident", v->incidents[c->incident - 1].id);
	else
		rep_json_null(j, "incident");
	sum_json(j, &s->sum);
	rep_json_arr(j, "states");
	for (size_t k = 0; k < REP_STRIPS_CELLS; k++)
		rep_json_cstr(j, NULL, known(s, k) ? state_word(&s->at[k]) : NULL);
	rep_json_end_arr(j);
	rep_json_arr(j, "classes");
	for (size_t k = 0; k < REP_STRIPS_CELLS; k++)
		rep_json_cstr(j, NULL, class_word(s->at[k].classes));
	rep_json_end_arr(j);
	counts(j, s, "attempts", -1);
	counts(j, s, "accepted", REP_TREND_ACCEPTED);
	counts(j, s, "slowed", REP_TREND_SLOWED);
	counts(j, s, "refused", REP_TREND_REFUSED);
	rep_json_end_obj(j);
}

bool
rep_api_row_asked(const struct rep_judge_in *in, const struct rep_cell_key *key,
    const struct rep_param_list *source, const struct rep_param_list *provider)
{
	struct rep_str domain = rep_name(&in->names, key->provider_domain);
	char ip[REP_IP_TEXT];
	bool of_source = source->n == 0, of_provider = provider->n == 0;

	for (size_t i = 0; i < source->n && !of_source; i++)
		of_source = rep_str_eq(source->v[i], rep_source_text(in, key->label, ip)) ||
		    rep_str_eq(source->v[i], rep_name(&in->names, key->label)) ||
		    (key->route != 0 && rep_str_eq(source->v[i], rep_name(&in->names, key->route)));
	for (size_t i = 0; i < provider->n && !of_provider; i++) {
		size_t slash = rep_str_chr(provider->v[i], '/', 0);

		of_provider = rep_str_eq(rep_str_sub(provider->v[i], 0, slash),
				  rep_name(&in->names, key->provider)) &&
		    (slash == SIZE_MAX ||
			rep_str_eq(rep_str_sub(provider->v[i], slash + 1, SIZE_MAX), domain));
	}
	return of_source && of_provider;
}

/* As in `status`: something was sent in the window, or there is an open incident. Of a longer span: also before. */
static bool
shown(const struct rep_cell *c, int span)
{
	uint64_t n = 0;

	for (int k = 0; k < REP_STATUS_N; k++)
		n += c->count[k];
	return !c->folded && (n > 0 || c->incident != 0 || span != REP_STRIPS_DAY);
}

/* Returns how many rows there was no room for. */
static size_t
all_rows(struct rep_json *j, struct strip *s, const struct rep_api_world *w,
    const struct rep_strips_ask *ask)
{
	const struct rep_verdicts *v = &w->set->verdicts;
	size_t n = 0, left = 0;

	for (size_t c = 0; c < v->cells_n; c++) {
		if (!shown(&v->cells[c], ask->span) ||
		    !rep_api_row_asked(v->in, &v->cells[c].key, &ask->source, &ask->provider))
			continue;
		memset(s->at, 0, sizeof s->at);
		s->sum = (struct rep_trend_sum){ { 0 } };
		rep_trend_row(w->set, &v->cells[c], s->recent, on_observation, s);
		if (rep_trend_attempts(&s->sum) == 0 && v->cells[c].incident == 0)
			continue;
		if (n == REP_STRIPS_ROWS_MAX) {
			left++;
			continue;
		}
		states(s, c);
		n++;
		row_json(j, s, &v->cells[c], w->arena);
	}
	return left;
}

enum rep_rc
rep_strips_json(struct rep_buf *out, const struct rep_api_world *w,
    const struct rep_strips_ask *ask, struct rep_err *err)
{
	const struct rep_verdict_set *set = w->set;
	struct strip *s = rep_arena_alloc(w->arena, sizeof *s);
	size_t left;
	int64_t now_s;
	struct rep_json j;

	if (s == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for strips");
	s->set = set;
	s->step_s = step_of[ask->span];
	s->recent = ask->span == REP_STRIPS_DAY;
	now_s = set->totals.last_s != 0 ? set->in.now_s : w->session->clock_s;
	s->until_s = now_s - now_s % s->step_s + s->step_s;
	s->from_s = s->until_s - REP_STRIPS_CELLS * s->step_s;
	rep_json_init(&j, out);
	rep_json_obj(&j, NULL);
	rep_json_time_or_null(&j, "now", set->totals.last_s != 0 ? set->in.now_s : 0);
	rep_json_cstr(&j, "span", span_words[ask->span]);
	rep_json_time(&j, "from", s->from_s);
	rep_json_time(&j, "until", s->until_s);
	rep_json_int(&j, "step_s", s->step_s);
	rep_json_int(&j, "cells", REP_STRIPS_CELLS);
	rep_json_time_or_null(&j, "log_from", set->totals.first_s);
	rep_json_arr(&j, "rows");
	left = all_rows(&j, s, w, ask);
	rep_json_end_arr(&j);
	rep_json_obj(&j, "limits");
	rep_json_int(&j, "rows", REP_STRIPS_ROWS_MAX);
	rep_json_int(&j, "rows_left_out", (int64_t)left);
	rep_json_int(&j, "labels_together", (int64_t)set->labels_together);
	rep_json_int(&j, "small_domains_together", (int64_t)set->small_together);
	rep_json_end_obj(&j);
	rep_json_end_obj(&j);
	return rep_api_done(out, "strips", err);
}
