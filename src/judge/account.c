/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/account.h"
#include "judge/across.h"

#include <stdlib.h>

/* Beginnings of trouble that are looked at: one label and hour is one. */
enum { BEGINNINGS_MAX = 256, HOUR_S = 3600 };

struct account_start {
	uint32_t label;
	int64_t since_s, hour_s;
};

/* Whether the mail of this log host leaves by the label ("mx1/postfix/out-a"). */
static bool
leaves_by(struct rep_str host, struct rep_str label)
{
	return rep_str_starts(label, host) && (label.n == host.n || label.p[host.n] == '/');
}

/* --- one name around one beginning ---------------------------------------------------------------- */

struct around {
	int64_t from_s, until_s;
	int64_t known_s; /* the first hour of that host of which anything is known */
	uint64_t all;	 /* handed in by anybody there, around that time */
};

static void
look(
    const struct rep_verdicts *v, const struct account_start *b, int64_t before_s, struct around *w)
{
	struct rep_str label = rep_name(&v->in->names, b->label);

	*w = (struct around){ .from_s = b->hour_s - before_s,
		.until_s = b->hour_s + REP_ACCOUNT_AFTER_S,
		.known_s = INT64_MAX };
	if (w->until_s > v->in->now_s + 1)
		w->until_s = v->in->now_s + 1;
	for (size_t i = 0; i < v->in->handed_n; i++) {
		const struct rep_handed *h = &v->in->handed[i];

		if (h->who.n == 0 || !leaves_by(h->host, label) || h->hours_n == 0)
			continue;
		if (h->hours[0].from_s < w->known_s)
			w->known_s = h->hours[0].from_s;
		for (size_t k = 0; k < h->hours_n; k++)
			if (!h->hours[k].at_most && h->hours[k].from_s >= w->from_s &&
			    h->hours[k].from_s < w->until_s)
				w->all += h->hours[k].n;
	}
}

/* A login may hand in at several hosts in turn: what it did anywhere is what is usual for it. */
static void
usual(const struct rep_verdicts *v, const struct rep_handed *of, int64_t until_s,
    struct rep_account *x)
{
	for (size_t i = 0; i < v->in->handed_n; i++) {
		const struct rep_handed *h = &v->in->handed[i];

		if (!rep_str_eq(h->who, of->who))
			continue;
		for (size_t k = 0; k < h->hours_n; k++) {
			/* What is known only as a limit holds for all hours before it got its place. */
			if (h->hours[k].from_s >= until_s && !h->hours[k].at_most)
				continue;
			x->fresh = false;
			if (h->hours[k].n > x->before) {
				x->before = h->hours[k].n;
				x->at_most = h->hours[k].at_most;
			}
		}
	}
}

static bool
stands_out(const struct rep_verdicts *v, const struct rep_handed *h, const struct around *w,
    struct rep_account *x)
{
	for (size_t k = 0; k < h->hours_n; k++) {
		if (h->hours[k].at_most || h->hours[k].from_s < w->from_s ||
		    h->hours[k].from_s >= w->until_s)
			continue;
		x->sum += h->hours[k].n;
		if (h->hours[k].n > x->peak) {
			x->peak = h->hours[k].n;
			x->peak_s = h->hours[k].from_s;
		}
	}
	if (x->peak < REP_ACCOUNT_LEAST || x->sum * REP_ACCOUNT_PART < w->all)
		return false;
	usual(v, h, w->from_s, x);
	return x->peak >= REP_ACCOUNT_TIMES * x->before;
}

/* --- all of them ------------------------------------------------------------------------------------ */

/* Adds one that was not named for this label yet, or takes the place of one with less. */
static void
keep(struct rep_verdicts *v, const struct rep_account *x)
{
	size_t of_label = 0, least = SIZE_MAX;

	for (size_t i = 0; i < v->accounts_n; i++) {
		if (v->accounts[i].label != x->label)
			continue;
		if (v->accounts[i].of == x->of)
			return;
		of_label++;
		if (least == SIZE_MAX || v->accounts[i].sum < v->accounts[least].sum)
			least = i;
	}
	if (of_label < REP_ACCOUNT_OF_LABEL)
		v->accounts[v->accounts_n++] = *x;
	else if (v->accounts[least].sum < x->sum)
		v->accounts[least] = *x;
}

static bool
one_beginning(struct rep_verdicts *v, const struct account_start *b, int64_t before_s)
{
	struct around w;
	bool any = false;

	look(v, b, before_s, &w);
	if (w.known_s > w.from_s - REP_ACCOUNT_KNOWN_S)
		return false;
	for (size_t i = 0; i < v->in->handed_n; i++) {
		const struct rep_handed *h = &v->in->handed[i];
		struct rep_account x = { .of = h,
			.label = b->label,
			.fresh = true,
			.since_s = b->since_s,
			.known_s = w.known_s };

		if (h->who.n == 0 || !leaves_by(h->host, rep_name(&v->in->names, b->label)) ||
		    !stands_out(v, h, &w, &x))
			continue;
		keep(v, &x);
		any = true;
	}
	return any;
}

static int
by_label_sum(const void *a, const void *b)
{
	const struct rep_account *x = a, *y = b;

	if (x->label != y->label)
		return x->label < y->label ? -1 : 1;
	if (x->sum != y->sum)
		return x->sum > y->sum ? -1 : 1;
	return rep_str_cmp(x->of->who, y->of->who);
}

enum rep_rc
rep_judge_account(struct rep_verdicts *v, struct rep_arena *a, struct rep_err *err)
{
	struct account_start done[BEGINNINGS_MAX];
	bool found[BEGINNINGS_MAX];
	size_t n = 0, k;

	if (!rep_judge_has(v->in, "account") || v->in->handed_n == 0)
		return REP_OK;
	v->accounts =
	    rep_arena_alloc(a, (v->in->labels_n + 1) * REP_ACCOUNT_OF_LABEL * sizeof *v->accounts);
	if (v->accounts == NULL)
		return rep_fail(err, REP_ELIMIT, "more incidents than memory is set aside for");
	for (size_t i = 0; i < v->incidents_n; i++) {
		struct rep_incident *in = &v->incidents[i];
		struct account_start b = { .label = v->cells[in->cell].key.label,
			.since_s = rep_incident_last(in)->since_s };

		if (!rep_across_may_be_own(v, in) || rep_label_of(v->in, b.label) == NULL)
			continue;
		b.hour_s = b.since_s - b.since_s % HOUR_S;
		for (k = 0; k < n && (done[k].label != b.label || done[k].hour_s != b.hour_s);)
			k++;
		if (k == BEGINNINGS_MAX)
			continue;
		if (k == n) {
			done[n] = b;
			found[n++] = one_beginning(v, &b, REP_ACCOUNT_BEFORE_S) ||
			    one_beginning(v, &b, REP_ACCOUNT_LONG_BEFORE_S);
		}
		in->account = found[k];
	}
	if (v->accounts_n > 1)
		qsort(v->accounts, v->accounts_n, sizeof *v->accounts, by_label_sum);
	return REP_OK;
}
