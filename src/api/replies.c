/* SPDX-License-Identifier: Apache-2.0 */
#include "api/replies.h"
#include "base/time.h"
#include "fact/words.h"
#include "api/words.h"

#include <stdlib.h>

/* Looked through for each rule: as many as a rule may have. */
enum { FORMS = 512 };

static const struct rep_param_row rows[] = {
	{ "incident", REP_PARAM_NUMBER, offsetof(struct rep_replies_ask, incident), NULL, 0,
	    INT64_MAX },
};

enum rep_rc
rep_replies_parse(
    const struct rep_param *v, size_t n, struct rep_replies_ask *ask, struct rep_err *err)
{
	enum rep_rc rc;

	*ask = (struct rep_replies_ask){ 0 };
	if ((rc = rep_params_read(v, n, rows, REP_COUNT(rows), ask, err)) != REP_OK)
		return rc;
	return ask->incident != 0 ? REP_OK
				  : rep_fail(err, REP_EUSAGE, "incident: a number is expected");
}

struct worded {
	const struct rep_api_world *w;
	const struct rep_incident *i;
	struct rep_sample v[(1 + REP_ALSO) * FORMS]; /* texts in the arena */
	size_t n;
};

static bool
heard(const struct rep_incident *i, const struct rep_sample *s)
{
	return s->last_s >= i->episodes[0].since_s && (i->rule != 0 || s->class == i->class);
}

static enum rep_rc
add(struct worded *r, uint32_t rule, struct rep_err *err)
{
	const struct rep_judge_in *in = r->w->set->verdicts.in;
	const struct rep_cell_key *key = &r->w->set->verdicts.cells[r->i->cell].key;
	struct rep_arena *a = r->w->arena;
	const struct rep_sample *v;
	size_t n;
	enum rep_rc rc = rep_store_samples(r->w->store, rep_name(&in->names, key->provider),
	    rep_name(&in->names, key->provider_domain), rep_name(&in->names, rule), FORMS, &v, &n,
	    err);

	for (size_t i = 0; rc == REP_OK && i < n; i++) {
		struct rep_sample s = v[i];

		if (!heard(r->i, &s))
			continue;
		s.rule = rep_arena_dup(a, s.rule);
		s.host = rep_arena_dup(a, s.host);
		s.text = rep_arena_dup(a, s.text);
		if (s.text.p == NULL)
			return rep_fail(
			    err, REP_EMEM, "replies: more than memory is set aside for");
		r->v[r->n++] = s;
	}
	return rc;
}

static int
most_first(const void *a, const void *b)
{
	const struct rep_sample *x = a, *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return rep_str_cmp(x->text, y->text);
}

static void
one_json(struct rep_json *j, const struct rep_know *know, const struct rep_sample *s)
{
	const struct rep_rule *rule = s->rule.n > 0 ? rep_know_rule(know, s->rule) : NULL;

	rep_json_obj(j, NULL);
	rep_json_int(j, "count", (int64_t)s->count);
	rep_json_time(j, "first", s->first_s);
	rep_json_time(j, "last", s->last_s);
	rep_json_str_or_null(j, "host", s->host);
	if (s->code != 0)
		rep_json_int(j, "code", s->code);
	else
		rep_json_null(j, "code");
	rep_json_cstr(j, "class", rep_class_word(s->class));
	rep_json_str_or_null(j, "rule", s->rule);
	if (rule != NULL)
		rep_json_str_or_null(j, "meaning", rule->meaning);
	else
		rep_json_null(j, "meaning");
	rep_json_bool(j, "certain", rule != NULL && rule->certain);
	rep_json_str(j, "text", s->text);
	rep_json_end_obj(j);
}

static const struct rep_incident *
find(const struct rep_verdicts *v, uint64_t id)
{
	for (size_t i = 0; i < v->incidents_n; i++)
		if (v->incidents[i].id == (int64_t)id)
			return &v->incidents[i];
	return NULL;
}

enum rep_rc
rep_replies_json(struct rep_buf *out, const struct rep_api_world *w,
    const struct rep_replies_ask *ask, struct rep_err *err)
{
	const struct rep_verdicts *v = &w->set->verdicts;
	struct worded *r = rep_arena_alloc(w->arena, sizeof *r);
	struct rep_json j;
	enum rep_rc rc;

	if (r == NULL)
		return rep_fail(err, REP_EMEM, "replies: more than memory is set aside for");
	r->w = w;
	if ((r->i = find(v, ask->incident)) == NULL)
		return rep_fail(err, REP_ENOTFOUND, "there is no incident %llu",
		    (unsigned long long)ask->incident);
	rc = add(r, r->i->rule, err);
	for (size_t k = 0; rc == REP_OK && r->i->rule != 0 && k < r->i->also_n; k++)
		if (r->i->also[k].rule != 0)
			rc = add(r, r->i->also[k].rule, err);
	if (rc != REP_OK)
		return rc;
	qsort(r->v, r->n, sizeof *r->v, most_first);
	rep_json_init(&j, out);
	rep_json_obj(&j, NULL);
	rep_json_time_or_null(&j, "now", v->in->now_s);
	rep_json_int(&j, "incident", r->i->id);
	rep_json_cstr(&j, "of", "provider");
	rep_json_arr(&j, "replies");
	for (size_t i = 0; i < r->n && i < REP_REPLIES_MAX; i++)
		one_json(&j, w->know, &r->v[i]);
	rep_json_end_arr(&j);
	rep_json_obj(&j, "limits");
	rep_json_int(&j, "replies", REP_REPLIES_MAX);
	rep_json_int(&j, "left_out", r->n > REP_REPLIES_MAX ? (int64_t)r->n - REP_REPLIES_MAX : 0);
	rep_json_end_obj(&j);
	rep_json_end_obj(&j);
	return rep_api_done(out, "replies", err);
}
