/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/delays.h"
#include "base/time.h"
#include "store/store.h"

#include <stdlib.h>

#define STATE "delays" /* rep_store_state_put */

enum { STATE_MAX = 1 << 18, HOUR_S = 3600, ARENA_BYTES = 256 << 20 };

/* --- the value: "t DONE", then "p HOUR LATE MESSAGES P50 P95 PROVIDER", and of that one "d DAY P50 P95" ---------- */

static bool
line(struct rep_str s, struct rep_delays *d)
{
	char letter = s.n > 0 ? s.p[0] : '\0';
	struct rep_delays_of *x = d->n > 0 ? &d->v[d->n - 1] : NULL;
	int64_t v[5];

	s = rep_str_sub(s, 1, s.n);
	if (letter == 't' && rep_days_numbers(&s, v, 1)) {
		d->done_s = v[0];
		return true;
	}
	if (letter == 'd' && x != NULL && x->days_n < REP_DELAYS_DAYS &&
	    rep_days_numbers(&s, v, 3)) {
		x->days[x->days_n++] = (struct rep_day_most){ v[0], { v[1], v[2] } };
		return true;
	}
	if (letter != 'p' || d->n == REP_DELAYS_PROVIDERS || !rep_days_numbers(&s, v, 5))
		return false;
	d->v[d->n] = (struct rep_delays_of){ .provider = rep_arena_dup(d->a, rep_str_trim(s)),
		.hour_s = v[0],
		.late_since_s = v[1],
		.messages = (uint64_t)v[2],
		.p50_s = v[3],
		.p95_s = v[4] };
	return d->v[d->n++].provider.n > 0;
}

enum rep_rc
rep_delays_load(
    struct rep_store *store, struct rep_arena *a, struct rep_delays *out, struct rep_err *err)
{
	struct rep_delays_of *v = rep_arena_alloc(a, REP_DELAYS_PROVIDERS * sizeof *v);
	struct rep_str text, s;
	enum rep_rc rc = rep_store_state_get(store, STATE, &text, err);

	if (rc != REP_OK)
		return rc;
	if (v == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	*out = (struct rep_delays){ .a = a, .v = v };
	while (rep_str_take_line(&text, &s)) {
		if (!line(s, out)) {
			*out = (struct rep_delays){ .a = a, .v = v };
			break;
		}
	}
	return REP_OK;
}

enum rep_rc
rep_delays_save(const struct rep_delays *d, struct rep_store *store, struct rep_err *err)
{
	struct rep_buf b;
	enum rep_rc rc;

	rep_buf_init(&b, STATE_MAX);
	rep_buf_printf(&b, "t %lld\n", (long long)d->done_s);
	for (size_t i = 0; i < d->n; i++) {
		const struct rep_delays_of *x = &d->v[i];

		rep_buf_printf(&b, "p %lld %lld %llu %lld %lld %.*s\n", (long long)x->hour_s,
		    (long long)x->late_since_s, (unsigned long long)x->messages,
		    (long long)x->p50_s, (long long)x->p95_s, REP_PR(x->provider));
		for (size_t k = 0; k < x->days_n; k++)
			rep_buf_printf(&b, "d %lld %lld %lld\n", (long long)x->days[k].day,
			    (long long)x->days[k].most[0], (long long)x->days[k].most[1]);
	}
	rc = b.full ? rep_fail(err, REP_EMEM, "out of memory")
		    : rep_store_state_put(store, STATE, rep_buf_str(&b), err);
	rep_buf_fini(&b);
	return rc;
}

/* --- an hour ------------------------------------------------------------------------------------------ */

static int
by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

bool
rep_delays_usual(const struct rep_delays_of *x, int64_t *p50_s, int64_t *p95_s)
{
	int64_t most[2];
	size_t known =
	    rep_days_most(x->days, x->days_n, rep_day_of(x->hour_s), REP_DELAYS_DAYS, most);

	*p50_s = most[0];
	*p95_s = most[1];
	return known >= REP_DELAYS_DAYS_LEAST;
}

static bool
is_late(const struct rep_delays_of *x)
{
	int64_t p50_s, p95_s;

	return rep_delays_usual(x, &p50_s, &p95_s) &&
	    ((x->p50_s >= REP_DELAYS_P50_S && x->p50_s >= REP_DELAYS_TIMES * p50_s) ||
		(x->p95_s >= REP_DELAYS_P95_S && x->p95_s >= REP_DELAYS_TIMES * p95_s));
}

/* The row of a provider. A new one takes a free place, or that of one without mail for as long as days are kept. */
static struct rep_delays_of *
row(struct rep_delays *d, struct rep_str provider, int64_t hour_s)
{
	struct rep_delays_of *free = NULL;

	for (size_t i = 0; i < d->n; i++) {
		if (rep_str_eq(d->v[i].provider, provider))
			return &d->v[i];
		if (hour_s - d->v[i].hour_s > REP_DELAYS_DAYS * (int64_t)REP_DAY_S)
			free = &d->v[i];
	}
	if (d->n < REP_DELAYS_PROVIDERS)
		free = &d->v[d->n++];
	if (free != NULL)
		*free = (struct rep_delays_of){ .provider = rep_arena_dup(d->a, provider) };
	return free;
}

bool
rep_delays_hour(struct rep_delays *d, struct rep_str provider, int64_t hour_s, uint64_t messages,
    double *delay_s, size_t n)
{
	struct rep_delays_of *x;

	if (n < REP_DELAYS_MESSAGES)
		return true;
	if ((x = row(d, provider, hour_s)) == NULL) {
		d->left_out++;
		return true;
	}
	if (x->provider.p == NULL)
		return false;
	qsort(delay_s, n, sizeof *delay_s, by_value);
	x->hour_s = hour_s;
	x->messages = messages;
	x->p50_s = (int64_t)delay_s[n / 2];
	x->p95_s = (int64_t)delay_s[n * 95 / 100];
	if (is_late(x)) {
		x->late_since_s = x->late_since_s != 0 ? x->late_since_s : hour_s;
		if (hour_s - x->late_since_s < REP_DELAYS_LASTS_S)
			return true;
	} else {
		x->late_since_s = 0;
	}
	x->days_n = rep_days_note(x->days, x->days_n,
	    (struct rep_day_most){ rep_day_of(hour_s), { x->p50_s, x->p95_s } }, REP_DELAYS_DAYS);
	return true;
}

/* --- the facts ---------------------------------------------------------------------------------------- */

/*
 * The delays of one hour at one provider. When they are more than LIST_MAX, every second one is dropped, and from then on
 * one of `step` is kept: the shares of so many are the same, and an hour with very much mail needs no more memory.
 */
enum { LIST_MAX = 1 << 12 };

struct delays_list {
	uint32_t provider;
	double *v;
	size_t n, cap;
	uint64_t messages, step;
};

struct delays_gathering {
	struct rep_arena *a;
	struct delays_list *v;
	size_t n, cap;
};

/* False: out of memory. */
static bool
keep(struct rep_arena *a, struct delays_list *l, double delay_s)
{
	double *v;

	if (l->messages++ % l->step != 0)
		return true;
	if (l->n == LIST_MAX) {
		for (size_t i = 0; i < LIST_MAX / 2; i++)
			l->v[i] = l->v[2 * i];
		l->n = LIST_MAX / 2;
		l->step *= 2;
	}
	if ((v = rep_arena_more(a, l->v, l->n, &l->cap, sizeof *v)) == NULL)
		return false;
	l->v = v;
	l->v[l->n++] = delay_s;
	return true;
}

static enum rep_rc
on_fact(void *ctx, const struct rep_stored_fact *f)
{
	struct delays_gathering *g = ctx;
	size_t i = 0;
	struct delays_list *v;

	if (f->o.class != REP_CLASS_ACCEPTED || f->o.status != REP_STATUS_SENT || f->delay_s < 0 ||
	    f->o.route != 0)
		return REP_OK;
	while (i < g->n && g->v[i].provider != f->o.provider)
		i++;
	if (i == g->n) {
		if ((v = rep_arena_more(g->a, g->v, g->n, &g->cap, sizeof *v)) == NULL)
			return REP_EMEM;
		g->v = v;
		g->v[g->n++] = (struct delays_list){ .provider = f->o.provider, .step = 1 };
	}
	return keep(g->a, &g->v[i], f->delay_s) ? REP_OK : REP_EMEM;
}

static enum rep_rc
one_hour(struct rep_delays *d, struct rep_store *store, int64_t hour_s, struct rep_arena *a,
    struct rep_err *err)
{
	struct delays_gathering g = { .a = a };
	struct rep_names names;
	enum rep_rc rc = rep_store_facts(store, hour_s, hour_s + HOUR_S, on_fact, &g, err);

	if (rc == REP_EMEM)
		return rep_fail(err, REP_EMEM, "out of memory");
	if (rc != REP_OK)
		return rc;
	names = rep_store_names(store);
	for (size_t i = 0; i < g.n; i++)
		if (rep_name(&names, g.v[i].provider).n > 0 &&
		    !rep_delays_hour(d, rep_name(&names, g.v[i].provider), hour_s, g.v[i].messages,
			g.v[i].v, g.v[i].n))
			return rep_fail(err, REP_EMEM, "out of memory");
	return REP_OK;
}

enum rep_rc
rep_delays_count(struct rep_delays *d, struct rep_store *store, int64_t now_s, bool *changed,
    struct rep_err *err)
{
	int64_t until_s = now_s - now_s % HOUR_S,
		from_s = until_s - REP_DELAYS_DAYS * (int64_t)REP_DAY_S;
	struct rep_arena *a;
	enum rep_rc rc = REP_OK;
	int hours = 0;

	*changed = false;
	/* A clock that was set back ends nothing: what was counted is counted again. */
	from_s = d->done_s > from_s && d->done_s <= until_s ? d->done_s : from_s;
	if (from_s >= until_s)
		return REP_OK;
	if ((a = rep_arena_new(ARENA_BYTES)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	for (; from_s < until_s && hours < REP_DELAYS_HOURS && rc == REP_OK; from_s += HOUR_S) {
		rep_arena_reset(a);
		rc = one_hour(d, store, from_s, a, err);
		hours++;
	}
	rep_arena_free(a);
	d->done_s = from_s;
	*changed = rc == REP_OK;
	return rc;
}
