/* SPDX-License-Identifier: Apache-2.0 */
#include "api/bounces.h"
#include "base/time.h"
#include "judge/conduct.h"
#include "judge/trend.h"

#include <stdlib.h>

/* "near": judgement; a list that is half as bad again each week is over the limit a fortnight later. */
#define NEAR (REP_CONDUCT_UNKNOWN / 2)

static const struct rep_param_row rows[] = {
	{ "days", REP_PARAM_NUMBER, offsetof(struct rep_bounces_ask, days), NULL, 0,
	    REP_BOUNCES_DAYS_MAX },
};

enum rep_rc
rep_bounces_parse(
    const struct rep_param *v, size_t n, struct rep_bounces_ask *ask, struct rep_err *err)
{
	*ask = (struct rep_bounces_ask){ .days = REP_BOUNCES_DAYS };
	return rep_params_read(v, n, rows, REP_COUNT(rows), ask, err);
}

struct bounces_row {
	struct rep_str name;
	struct rep_trend_sum sum;
	uint64_t unknown;
	double share;
	int rank; /* of its state: the worst is the largest */
};

static const char *const state_words[] = { "unknown", "well", "near the limit", "over the limit" };

struct bounces {
	struct bounces_row *v; /* by name of stream, then sorted */
	size_t n;
};

static enum rep_rc
on_observation(void *ctx, const struct rep_observation *o)
{
	struct bounces *s = ctx;
	enum rep_trend_kind kind = rep_trend_of(o);

	if (kind == REP_TREND_KINDS || o->stream >= s->n)
		return REP_OK;
	s->v[o->stream].sum.n[kind] += o->count;
	if (o->class == REP_CLASS_RECIPIENT)
		s->v[o->stream].unknown += o->count;
	return REP_OK;
}

static int
worst_first(const void *a, const void *b)
{
	const struct bounces_row *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank > y->rank ? -1 : 1;
	if (x->share < y->share || x->share > y->share)
		return x->share > y->share ? -1 : 1;
	return rep_str_cmp(x->name, y->name);
}

/* Streams with attempts, the worst first. */
static void
judge(struct bounces *s, const struct rep_names *names)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		struct bounces_row *r = &s->v[i];
		uint64_t attempts = rep_trend_attempts(&r->sum);

		if (attempts == 0)
			continue;
		r->name = rep_name(names, (uint32_t)i);
		r->share = (double)r->unknown / (double)attempts;
		r->rank = attempts < REP_CONDUCT_MESSAGES ? 0
		    : r->share >= REP_CONDUCT_UNKNOWN	  ? 3
							  : 1 + (r->share >= NEAR);
		s->v[n++] = *r;
	}
	s->n = n;
	qsort(s->v, n, sizeof *s->v, worst_first);
}

static void
row_json(struct rep_json *j, const struct bounces_row *r)
{
	rep_json_obj(j, NULL);
	rep_json_str_or_null(j, "stream", r->name);
	rep_json_int(j, "attempts", (int64_t)rep_trend_attempts(&r->sum));
	rep_json_int(j, "accepted", (int64_t)r->sum.n[REP_TREND_ACCEPTED]);
	rep_json_int(j, "slowed", (int64_t)r->sum.n[REP_TREND_SLOWED]);
	rep_json_int(j, "refused", (int64_t)r->sum.n[REP_TREND_REFUSED]);
	rep_json_int(j, "unknown_recipients", (int64_t)r->unknown);
	rep_json_real(j, "share", r->share, 6);
	rep_json_cstr(j, "state", state_words[r->rank]);
	rep_json_end_obj(j);
}

enum rep_rc
rep_bounces_json(struct rep_buf *out, const struct rep_api_world *w,
    const struct rep_bounces_ask *ask, struct rep_err *err)
{
	struct rep_names names = rep_store_names(w->store);
	struct bounces s = { .n = names.n };
	struct rep_store_totals totals;
	int64_t now_s, from_s;
	struct rep_json j;
	enum rep_rc rc;

	if ((s.v = rep_arena_alloc(w->arena, (s.n + 1) * sizeof *s.v)) == NULL)
		return rep_fail(err, REP_EMEM, "bounces: more than memory is set aside for");
	if ((rc = rep_store_totals(w->store, &totals, err)) != REP_OK)
		return rc;
	now_s = rep_api_now(w->session, &totals);
	from_s = now_s - now_s % REP_DAY_S - (int64_t)(ask->days - 1) * REP_DAY_S;
	rc = rep_store_observations(
	    w->store, REP_LEVEL_DAY, from_s, now_s + 1, on_observation, &s, err);
	if (rc != REP_OK)
		return rc;
	judge(&s, &names);
	rep_json_init(&j, out);
	rep_json_obj(&j, NULL);
	rep_json_time_or_null(&j, "now", now_s);
	rep_json_time(&j, "from", from_s);
	rep_json_time(&j, "until", now_s);
	rep_json_real(&j, "limit", REP_CONDUCT_UNKNOWN, 4);
	rep_json_arr(&j, "rows");
	for (size_t i = 0; i < s.n && i < REP_BOUNCES_ROWS_MAX; i++)
		row_json(&j, &s.v[i]);
	rep_json_end_arr(&j);
	rep_json_obj(&j, "limits");
	rep_json_int(&j, "rows", REP_BOUNCES_ROWS_MAX);
	rep_json_int(&j, "rows_left_out",
	    s.n > REP_BOUNCES_ROWS_MAX ? (int64_t)s.n - REP_BOUNCES_ROWS_MAX : 0);
	rep_json_end_obj(&j);
	rep_json_end_obj(&j);
	return rep_api_done(out, "bounces", err);
}
