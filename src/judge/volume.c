/*
 * How much mail leaves, by which paths; and what to say when all paths are one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/options.h"

#include <stdlib.h>

enum { DAY = 86400, SPAN = 30 * DAY, PAIRS_MAX = 4096 };

/* Attempts that came to an end: a retry is the same message. */
static bool
ended(const struct rep_observation *o)
{
	return o->status == REP_STATUS_SENT || o->status == REP_STATUS_BOUNCED ||
	    o->status == REP_STATUS_EXPIRED;
}

/* One observation after the other, whichever way the judge has them. */
struct scan {
	const struct rep_judge_in *in;
	const struct rep_observation *v;
	size_t cell, i, n;
};

static const struct rep_observation *
next(struct scan *s)
{
	const struct rep_history *h = s->in->history;
	struct rep_cell_key key;

	while (h != NULL && s->i == s->n && s->cell < h->cells_n) {
		s->v = h->of(h->ctx, s->cell++, &key, &s->n);
		s->i = 0;
	}
	return s->i < s->n ? &s->v[s->i++] : NULL;
}

static struct scan
scan(const struct rep_judge_in *in)
{
	return (struct scan){ .in = in, .v = in->obs, .n = in->history == NULL ? in->obs_n : 0 };
}

static bool
counts(
    const struct rep_judge_in *in, const struct rep_volume_of *of, const struct rep_observation *o)
{
	size_t k = 0;

	if (o->from_s < in->now_s - SPAN || o->from_s > in->now_s || !ended(o))
		return false;
	if (of->by_provider &&
	    (o->provider != of->provider ||
		(of->provider_domain != 0 && o->provider_domain != of->provider_domain)))
		return false;
	if (of->by_route && o->route != of->route)
		return false;
	if (of->labels == NULL)
		return true;
	while (k < of->labels_n && of->labels[k] != o->label)
		k++;
	return k < of->labels_n;
}

struct rep_volume
rep_volume_sum(const struct rep_judge_in *in, const struct rep_volume_of *of)
{
	struct rep_volume v = { .until_s = in->now_s, .from_s = in->now_s };
	struct scan s = scan(in);

	for (const struct rep_observation *o; (o = next(&s)) != NULL;) {
		if (o->from_s < v.from_s)
			v.from_s = o->from_s;
		if (counts(in, of, o))
			v.messages += o->count;
	}
	if (v.from_s < in->now_s - SPAN)
		v.from_s = in->now_s - SPAN;
	v.told = v.until_s - v.from_s >= DAY;
	if (v.told)
		v.month = (double)v.messages * SPAN / (double)(v.until_s - v.from_s);
	return v;
}

/* --- paths -------------------------------------------------------------------------------------- */

/* A label and the relay it sends through. */
struct pair {
	uint32_t label, route;
	uint64_t messages;
};

static size_t
gather(const struct rep_judge_in *in, const struct rep_volume_of *of, struct pair *v)
{
	struct scan s = scan(in);
	size_t n = 0, k = 0;

	for (const struct rep_observation *o; (o = next(&s)) != NULL;) {
		if (!counts(in, of, o))
			continue;
		if (k >= n || v[k].label != o->label || v[k].route != o->route)
			for (k = 0; k < n && (v[k].label != o->label || v[k].route != o->route);)
				k++;
		if (k == PAIRS_MAX)
			continue;
		if (k == n)
			v[n++] = (struct pair){ o->label, o->route, 0 };
		v[k].messages += o->count;
	}
	return n;
}

/* Whether two labels are one address. */
static bool
one_address(const struct rep_judge_in *in, uint32_t a, uint32_t b)
{
	const struct rep_label *x = rep_label_of(in, a), *y = rep_label_of(in, b);

	return a == b ||
	    (x != NULL && y != NULL && x->public.version != 0 && rep_ip_eq(&x->public, &y->public));
}

static struct rep_path
path_of(const struct rep_judge_in *in, const struct pair *p, struct rep_arena *a)
{
	const struct rep_label *l = rep_label_of(in, p->label);
	char buf[REP_IP_TEXT];

	if (p->route != 0)
		return (struct rep_path){
			.name = rep_name(&in->names, p->route), .relay = true, .known = true
		};
	if (l == NULL || l->public.version == 0)
		return (struct rep_path){ .name = rep_name(&in->names, p->label) };
	return (struct rep_path){ .name = rep_arena_dup(
				      a, rep_str_c(rep_ip_subnet_text(&l->public, buf))),
		.known = true };
}

static int
most(const void *a, const void *b)
{
	const struct rep_path *x = a, *y = b;

	if (x->messages != y->messages)
		return x->messages > y->messages ? -1 : 1;
	return rep_str_cmp(x->name, y->name);
}

struct rep_path *
rep_volume_paths(
    const struct rep_judge_in *in, const struct rep_volume_of *of, struct rep_arena *a, size_t *n)
{
	struct pair *pairs = rep_arena_alloc(a, PAIRS_MAX * sizeof *pairs);
	struct rep_path *v;
	size_t pairs_n, k;

	*n = 0;
	if (pairs == NULL)
		return NULL;
	pairs_n = gather(in, of, pairs);
	if ((v = rep_arena_alloc(a, (pairs_n + 1) * sizeof *v)) == NULL)
		return NULL;
	for (size_t i = 0; i < pairs_n; i++) {
		struct rep_path p = path_of(in, &pairs[i], a);
		bool fresh = true;

		if (p.name.p == NULL)
			return NULL;
		for (k = 0; k < *n && (v[k].relay != p.relay || !rep_str_eq(v[k].name, p.name));)
			k++;
		if (k == *n)
			v[(*n)++] = p;
		v[k].messages += pairs[i].messages;
		for (size_t m = 0; m < i && fresh; m++)
			fresh = !one_address(in, pairs[m].label, pairs[i].label) ||
			    pairs[m].route != pairs[i].route;
		v[k].sources += fresh;
	}
	qsort(v, *n, sizeof *v, most);
	return v;
}

/* --- warnings ----------------------------------------------------------------------------------- */

static struct rep_str
sentence(const struct rep_path *paths, size_t n, struct rep_str where, struct rep_arena *a,
    const char **kind)
{
	const struct rep_path *p = &paths[0];
	size_t unknown = 0;

	for (size_t i = 0; i < n; i++)
		unknown += !paths[i].known;
	if (n == 1 && p->relay) {
		*kind = "one-relay";
		return rep_arena_printf(a,
		    "all your mail%.*s leaves through one relay (%.*s): when it is refused or pauses "
		    "you, all of it stops",
		    REP_PR(where), REP_PR(p->name));
	}
	if (n == 1 && p->sources == 1) {
		*kind = "one-source";
		return rep_arena_printf(a,
		    "all your mail%.*s leaves from one address (%s%.*s): when it is refused, all of it "
		    "stops",
		    REP_PR(where), p->known ? "in " : "label ", REP_PR(p->name));
	}
	if (n == 1 && p->known) {
		*kind = "one-subnet";
		return rep_arena_printf(a,
		    "all %u addresses that send%.*s stand in %.*s: a block of that network stops all of "
		    "it",
		    p->sources, REP_PR(where), REP_PR(p->name));
	}
	if (unknown > 0) {
		*kind = "unknown-address";
		return rep_arena_printf(a,
		    "the public address of %zu label%s is not known, so whether all your mail%.*s leaves "
		    "from one network is not either: reputed ingest --source LABEL=IP LOG",
		    unknown, unknown == 1 ? "" : "s", REP_PR(where));
	}
	return (struct rep_str){ "", 0 };
}

struct rep_warning *
rep_volume_warnings(const struct rep_path *paths, size_t n, struct rep_str where,
    struct rep_arena *a, size_t *warnings_n)
{
	struct rep_warning *v = rep_arena_alloc(a, sizeof *v);

	*warnings_n = 0;
	if (v == NULL || n == 0)
		return v;
	v->sentence = sentence(paths, n, where, a, &v->kind);
	if (v->sentence.p == NULL)
		return NULL;
	*warnings_n = v->sentence.n > 0;
	return v;
}
