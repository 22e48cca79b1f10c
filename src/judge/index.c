/*
 * Sums over observations, prepared once where many incidents ask for them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/index.h"

#include <stdlib.h>

/* --- what a reply counts as --------------------------------------------------------------------- */

/* What a rule says of its reply, as far as it matters here; UNREAD: not looked at yet. */
enum { UNREAD = 0, OF_SENDER, OF_MESSAGE, OF_RECIPIENT, OF_PROVIDER };

/* A reply about one message, link or recipient says nothing of the source. */
static unsigned char
rule_says(const struct rep_judge_in *in, uint32_t name)
{
	const struct rep_rule *r = rep_know_rule(in->know, rep_name(&in->names, name));

	if (r == NULL)
		return OF_SENDER;
	switch (r->scope) {
	case REP_SCOPE_RECIPIENT:
	case REP_SCOPE_URL: return OF_RECIPIENT;
	case REP_SCOPE_MESSAGE: return OF_MESSAGE;
	case REP_SCOPE_PROVIDER: return OF_PROVIDER;
	default: return OF_SENDER;
	}
}

bool
rep_class_theirs(enum rep_class c)
{
	return c == REP_CLASS_NETWORK || c == REP_CLASS_CAPACITY;
}

/*
 * Whether a refusal without a name tells of a drop. Of a small host nobody can say what is
 * usual (its accepted mail is one row with all others'), and a provider's own mistake in what
 * it asks (a list that refuses its resolver) is no trouble of the source.
 */
static bool
drops(const struct rep_index *x, const struct rep_observation *o, unsigned char says)
{
	if (says == OF_RECIPIENT || (x->other_known && o->provider == x->other))
		return false;
	return says != OF_PROVIDER || rep_class_theirs((enum rep_class)o->class);
}

enum rep_counts_as
rep_index_counts(const struct rep_verdicts *v, const struct rep_observation *o, enum rep_trouble *t)
{
	struct rep_index *x = v->index;
	unsigned char says = OF_SENDER;

	if (!o->evidence)
		return REP_COUNTS_NOT;
	if (o->class == REP_CLASS_ACCEPTED)
		return REP_COUNTS_ACCEPTED;
	if (o->rule != 0 && o->rule < x->rules_n) {
		if (x->rule_says[o->rule] == UNREAD)
			x->rule_says[o->rule] = rule_says(v->in, o->rule);
		says = x->rule_says[o->rule];
	}
	switch ((enum rep_class)o->class) {
	case REP_CLASS_BLOCKED:
	case REP_CLASS_LISTED: *t = REP_TROUBLE_BLOCK; break;
	case REP_CLASS_THROTTLED: *t = REP_TROUBLE_THROTTLE; break;
	case REP_CLASS_AUTHENTICATION:
	case REP_CLASS_IDENTITY: *t = REP_TROUBLE_FAIL; break;
	case REP_CLASS_GREYLISTED:
	case REP_CLASS_RECIPIENT:
	case REP_CLASS_MAILBOX: return REP_COUNTS_ATTEMPT;
	default:
		*t = REP_TROUBLE_DROP;
		return drops(x, o, says) ? REP_COUNTS_TROUBLE : REP_COUNTS_ATTEMPT;
	}
	return says == OF_SENDER ? REP_COUNTS_TROUBLE : REP_COUNTS_ATTEMPT;
}

bool
rep_index_trouble(
    const struct rep_verdicts *v, const struct rep_observation *o, enum rep_trouble *t)
{
	return rep_index_counts(v, o, t) == REP_COUNTS_TROUBLE;
}

/* --- cells ---------------------------------------------------------------------------------------- */

const struct rep_observation *
rep_index_obs(const struct rep_verdicts *v, const struct rep_cell *c, size_t *n)
{
	const struct rep_history *h = &v->index->history;
	struct rep_cell_key key;

	*n = 0;
	return c->place < h->cells_n ? h->of(h->ctx, c->place, &key, n) : NULL;
}

void
rep_index_sum(const struct rep_verdicts *v, const struct rep_cell *c, int64_t from_s,
    int64_t until_s, uint32_t stream, enum rep_trouble kind, struct rep_sums *s)
{
	size_t n;
	const struct rep_observation *obs = rep_index_obs(v, c, &n);
	enum rep_trouble t;

	for (size_t i = 0; i < n; i++) {
		const struct rep_observation *o = &obs[i];

		if (o->first_s < from_s || o->first_s >= until_s || !o->evidence ||
		    (stream != REP_ANY_STREAM && o->stream != stream))
			continue;
		s->attempts += o->count;
		if (o->class == REP_CLASS_ACCEPTED) {
			s->accepted += o->count;
			if (s->first_s == 0 || o->first_s < s->first_s)
				s->first_s = o->first_s;
			if (o->last_s > s->last_s)
				s->last_s = o->last_s;
		}
		s->recipient += o->class == REP_CLASS_RECIPIENT ? o->count : 0;
		if (rep_index_trouble(v, o, &t) && t == kind)
			s->trouble += o->count;
	}
}

static struct rep_label_cells *
label_cells(const struct rep_index *x, uint32_t label)
{
	size_t lo = 0, hi = x->labels_n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (x->labels[mid].label < label)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < x->labels_n && x->labels[lo].label == label ? &x->labels[lo] : NULL;
}

const struct rep_label_cells *
rep_index_label(const struct rep_verdicts *v, uint32_t label)
{
	return label_cells(v->index, label);
}

static int
provider_cmp(const struct rep_cell_key *a, const struct rep_cell_key *b)
{
	if (a->provider != b->provider)
		return a->provider < b->provider ? -1 : 1;
	return a->provider_domain < b->provider_domain ? -1
						       : a->provider_domain > b->provider_domain;
}

const uint32_t *
rep_index_at_provider(const struct rep_verdicts *v, const struct rep_cell *c, size_t *n)
{
	const struct rep_index *x = v->index;
	size_t lo = 0, hi = x->at_provider_n, end;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (provider_cmp(&v->cells[x->at_provider[mid]].key, &c->key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (end = lo; end < x->at_provider_n &&
	     provider_cmp(&v->cells[x->at_provider[end]].key, &c->key) == 0;)
		end++;
	*n = end - lo;
	return &x->at_provider[lo];
}

/* --- conduct of a label ------------------------------------------------------------------------------ */

static int
by_time(const void *a, const void *b)
{
	const struct rep_conduct *x = a, *y = b;

	if (x->from_s != y->from_s)
		return x->from_s < y->from_s ? -1 : 1;
	return x->stream < y->stream ? -1 : x->stream > y->stream;
}

static size_t
collect(const struct rep_verdicts *v, const struct rep_label_cells *l, struct rep_conduct *to)
{
	const struct rep_history *h = &v->index->history;
	size_t k = 0;

	for (size_t place = l->first; place < l->first + l->n; place++) {
		struct rep_cell_key key;
		size_t n;
		const struct rep_observation *o = h->of(h->ctx, place, &key, &n);

		for (size_t i = 0; i < n && key.route == 0; i++) {
			if (!o[i].evidence || o[i].first_s > v->in->now_s)
				continue;
			if (to != NULL)
				to[k] = (struct rep_conduct){ o[i].from_s, key.label, o[i].stream,
					o[i].count,
					o[i].class == REP_CLASS_RECIPIENT ? o[i].count : 0 };
			k++;
		}
	}
	return k;
}

/* Gathered when it is first asked for: most labels are in no trouble. */
static void
gather(const struct rep_verdicts *v, struct rep_label_cells *l)
{
	size_t n = collect(v, l, NULL), k = 0;
	struct rep_conduct *all = rep_arena_alloc(v->index->a, (n + 1) * sizeof *all);

	if (all == NULL) {
		v->index->small = true;
		return;
	}
	n = collect(v, l, all);
	qsort(all, n, sizeof *all, by_time);
	for (size_t i = 0; i < n; i++) {
		if (k > 0 && by_time(&all[k - 1], &all[i]) == 0) {
			all[k - 1].attempts += all[i].attempts;
			all[k - 1].recipient += all[i].recipient;
		} else {
			all[k++] = all[i];
		}
	}
	l->conduct = all;
	l->conduct_n = k;
}

static size_t
lower_bound(const struct rep_label_cells *l, int64_t from_s)
{
	size_t lo = 0, hi = l->conduct_n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (l->conduct[mid].from_s < from_s)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

const struct rep_conduct *
rep_index_conduct(
    const struct rep_verdicts *v, uint32_t label, int64_t from_s, int64_t until_s, size_t *n)
{
	struct rep_label_cells *l = label_cells(v->index, label);
	size_t first, end;

	*n = 0;
	if (l == NULL)
		return NULL;
	if (l->conduct == NULL)
		gather(v, l);
	first = lower_bound(l, from_s);
	end = lower_bound(l, until_s);
	*n = end > first ? end - first : 0; /* the stretch may end before it begins */
	return l->conduct != NULL ? &l->conduct[first] : NULL;
}

/* --- building ------------------------------------------------------------------------------------------ */

static enum rep_rc
too_small(struct rep_err *err)
{
	return rep_fail(err, REP_ELIMIT, "more history than memory is set aside for");
}

enum rep_rc
rep_index_begin(struct rep_verdicts *v, struct rep_arena *a, struct rep_err *err)
{
	struct rep_index *x = rep_arena_alloc(a, sizeof *x);
	const struct rep_judge_in *in = v->in;

	if (x == NULL)
		return too_small(err);
	v->index = x;
	x->a = a;
	x->rules_n = in->names.n;
	if ((x->rule_says = rep_arena_alloc(a, (size_t)in->names.n + 1)) == NULL)
		return too_small(err);
	for (uint32_t i = 1; i < in->names.n && !x->other_known; i++)
		if (rep_str_eq(in->names.v[i], REP_S("other"))) {
			x->other = i;
			x->other_known = true;
		}
	if (in->history != NULL) {
		x->history = *in->history;
		return REP_OK;
	}
	return rep_history_of_array(in->obs, in->obs_n, a, &x->history, err);
}

/* The cells as the timeline left them, for sorting below qsort, which knows no context. */
static int
by_provider(const void *a, const void *b)
{
	const struct rep_cell *x = *(const struct rep_cell *const *)a;
	const struct rep_cell *y = *(const struct rep_cell *const *)b;
	int d = provider_cmp(&x->key, &y->key);

	return d != 0 ? d : x < y ? -1 : x > y;
}

static enum rep_rc
index_providers(struct rep_verdicts *v, struct rep_arena *a, struct rep_err *err)
{
	struct rep_index *x = v->index;
	const struct rep_cell **sorted = malloc((v->cells_n + 1) * sizeof *sorted);

	x->at_provider = rep_arena_alloc(a, (v->cells_n + 1) * sizeof *x->at_provider);
	if (sorted == NULL || x->at_provider == NULL) {
		free(sorted);
		return too_small(err);
	}
	for (size_t i = 0; i < v->cells_n; i++)
		sorted[i] = &v->cells[i];
	qsort(sorted, v->cells_n, sizeof *sorted, by_provider);
	for (size_t i = 0; i < v->cells_n; i++)
		x->at_provider[i] = (uint32_t)(sorted[i] - v->cells);
	x->at_provider_n = v->cells_n;
	free(sorted);
	return REP_OK;
}

enum rep_rc
rep_index_build(struct rep_verdicts *v, struct rep_arena *a, struct rep_err *err)
{
	struct rep_index *x = v->index;
	size_t n = 0;

	if ((x->cell_at = rep_arena_alloc(a, (x->history.cells_n + 1) * sizeof *x->cell_at)) ==
	    NULL)
		return too_small(err);
	for (size_t i = 0; i < v->cells_n; i++)
		if (v->cells[i].place < x->history.cells_n)
			x->cell_at[v->cells[i].place] = i;
	for (size_t p = 0; p < x->history.cells_n; p++)
		n += p == 0 ||
		    v->cells[x->cell_at[p]].key.label != v->cells[x->cell_at[p - 1]].key.label;
	if ((x->labels = rep_arena_alloc(a, (n + 1) * sizeof *x->labels)) == NULL)
		return too_small(err);
	x->first_s = INT64_MAX;
	for (size_t p = 0; p < x->history.cells_n; p++) {
		const struct rep_cell *c = &v->cells[x->cell_at[p]];
		struct rep_label_cells *l;

		if (x->labels_n == 0 || x->labels[x->labels_n - 1].label != c->key.label)
			x->labels[x->labels_n++] = (struct rep_label_cells){
				.label = c->key.label, .first = p, .first_s = INT64_MAX
			};
		l = &x->labels[x->labels_n - 1];
		l->n++;
		if (c->first_s < l->first_s)
			l->first_s = c->first_s;
		if (c->first_s < x->first_s)
			x->first_s = c->first_s;
	}
	return index_providers(v, a, err);
}
