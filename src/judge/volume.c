/*
 * How much mail leaves, by which paths, and the warning when all mail depends on one path.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/volume.h"
#include "base/time.h"
#include "fact/report.h"

#include <stdlib.h>

enum { SPAN = 30 * REP_DAY_S };

/* Final attempts only: a retry is the same message. */
static bool
ended(const struct rep_observation *o)
{
	return o->status == REP_STATUS_SENT || o->status == REP_STATUS_BOUNCED ||
	    o->status == REP_STATUS_EXPIRED;
}

/* Reads one observation after the other, from the array or from the history. */
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

static int
by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static bool
counts(
    const struct rep_judge_in *in, const struct rep_volume_of *of, const struct rep_observation *o)
{
	if (o->from_s < in->now_s - SPAN || o->from_s > in->now_s || !ended(o))
		return false;
	if (of->by_provider &&
	    (o->provider != of->provider ||
		(of->provider_domain != 0 && o->provider_domain != of->provider_domain)))
		return false;
	return of->labels == NULL ||
	    bsearch(&o->label, of->labels, of->labels_n, sizeof *of->labels, by_number) != NULL;
}

/* --- by label and route ---------------------------------------------------------------------------- */

static int
pair_cmp(const void *a, const void *b)
{
	const struct rep_pair *x = a, *y = b;

	if (x->label != y->label)
		return x->label < y->label ? -1 : 1;
	return x->route < y->route ? -1 : x->route > y->route;
}

/* How much of the 30 days before now the log covers. */
static struct rep_volume
covered(const struct rep_judge_in *in, int64_t first_s)
{
	struct rep_volume v = { .until_s = in->now_s, .from_s = first_s };

	if (v.from_s > in->now_s)
		v.from_s = in->now_s;
	if (v.from_s < in->now_s - SPAN)
		v.from_s = in->now_s - SPAN;
	v.told = v.until_s - v.from_s >= REP_DAY_S;
	return v;
}

static void
told(struct rep_volume *v, uint64_t messages)
{
	v->messages = messages;
	v->month = v->told ? (double)messages * SPAN / (double)(v->until_s - v->from_s) : 0;
}

/*
 * A small host is counted under its own domain only since it first refused something. Mail sent
 * there earlier is counted with all other small hosts, so that time does not count as covered.
 */
static bool
told_apart(const struct rep_volume_of *of, const struct rep_observation *o)
{
	return !of->by_provider || of->provider_domain == 0 ||
	    (o->provider == of->provider && o->provider_domain == of->provider_domain);
}

/*
 * Makes one pair for each run of the same label and route, and finds the first observation of all.
 */
static size_t
runs(const struct rep_judge_in *in, const struct rep_volume_of *of, struct rep_pair *v,
    int64_t *first_s)
{
	struct rep_pair last = { .label = UINT32_MAX };
	struct scan s = scan(in);
	size_t n = 0;

	for (const struct rep_observation *o; (o = next(&s)) != NULL;) {
		if (o->from_s < *first_s && told_apart(of, o))
			*first_s = o->from_s;
		if (!counts(in, of, o))
			continue;
		if (n == 0 || last.label != o->label || last.route != o->route) {
			last = (struct rep_pair){ o->label, o->route, 0 };
			n++;
			if (v != NULL)
				v[n - 1] = last;
		}
		if (v != NULL)
			v[n - 1].messages += o->count;
	}
	return n;
}

bool
rep_volume_pairs(const struct rep_judge_in *in, const struct rep_volume_of *of, struct rep_arena *a,
    struct rep_pairs *out)
{
	int64_t first_s = INT64_MAX;
	size_t n = runs(in, of, NULL, &first_s);

	*out = (struct rep_pairs){ .v = rep_arena_alloc(a, (n + 1) * sizeof *out->v),
		.covers = covered(in, first_s) };
	if (out->v == NULL)
		return false;
	(void)runs(in, of, out->v, &first_s);
	qsort(out->v, n, sizeof *out->v, pair_cmp);
	for (size_t i = 0; i < n; i++) {
		if (out->n > 0 && pair_cmp(&out->v[out->n - 1], &out->v[i]) == 0)
			out->v[out->n - 1].messages += out->v[i].messages;
		else
			out->v[out->n++] = out->v[i];
	}
	return true;
}

void
rep_volume_of_pair(const struct rep_pairs *p, uint32_t label, uint32_t route, struct rep_volume *v)
{
	struct rep_pair key = { .label = label, .route = route };
	const struct rep_pair *hit = bsearch(&key, p->v, p->n, sizeof *p->v, pair_cmp);

	told(v, hit == NULL ? 0 : hit->messages);
}

/* --- paths -------------------------------------------------------------------------------------- */

/*
 * A pair, and what joins it with others into one path: the relay, else the subnet, else the label.
 */
struct step {
	const struct rep_pair *pair;
	struct rep_ip ip;     /* version 0: not known, or through a relay */
	struct rep_ip subnet; /* the address with the host part zeroed */
};

static struct rep_ip
subnet_of(const struct rep_ip *ip)
{
	struct rep_ip s = *ip;
	size_t keep = ip->version == 4 ? 3 : 6;

	memset(s.b + keep, 0, sizeof s.b - keep);
	return s;
}

static int
ip_cmp(const struct rep_ip *a, const struct rep_ip *b)
{
	if (a->version != b->version)
		return a->version < b->version ? -1 : 1;
	return memcmp(a->b, b->b, sizeof a->b);
}

static int
same_path(const struct step *x, const struct step *y)
{
	int c = x->pair->route < y->pair->route ? -1 : x->pair->route > y->pair->route;

	if (c == 0)
		c = ip_cmp(&x->subnet, &y->subnet);
	if (c == 0 && x->pair->route == 0 && x->subnet.version == 0)
		c = x->pair->label < y->pair->label ? -1 : x->pair->label > y->pair->label;
	return c;
}

/* Sorts by path, and within a path by address. */
static int
step_cmp(const void *a, const void *b)
{
	const struct step *x = a, *y = b;
	int c = same_path(x, y);

	if (c == 0)
		c = ip_cmp(&x->ip, &y->ip);
	return c != 0 ? c : pair_cmp(x->pair, y->pair);
}

static struct step
step_of(const struct rep_judge_in *in, const struct rep_pair *p)
{
	const struct rep_label *l = rep_label_of(in, p->label);
	struct step s = { .pair = p };

	if (l != NULL && l->public.version != 0)
		s.ip = l->public;
	if (p->route == 0 && s.ip.version != 0)
		s.subnet = subnet_of(&s.ip);
	return s;
}

static struct rep_str
path_name(const struct rep_judge_in *in, const struct step *s, struct rep_arena *a)
{
	char buf[REP_IP_TEXT];

	if (s->pair->route != 0)
		return rep_name(&in->names, s->pair->route);
	if (s->ip.version == 0)
		return rep_name(&in->names, s->pair->label);
	return rep_arena_dup(a, rep_str_c(rep_ip_subnet_text(&s->ip, buf)));
}

/* Whether the address differs from the one before. */
static bool
other_address(const struct step *x, const struct step *y)
{
	return x->ip.version == 0 || ip_cmp(&x->ip, &y->ip) != 0;
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
rep_volume_paths(const struct rep_judge_in *in, const struct rep_volume_of *of, struct rep_arena *a,
    size_t *n, struct rep_volume *v)
{
	struct rep_path *out;
	struct rep_pairs pairs;
	struct step *steps;
	uint64_t all = 0;

	*n = 0;
	if (!rep_volume_pairs(in, of, a, &pairs) ||
	    (steps = rep_arena_alloc(a, (pairs.n + 1) * sizeof *steps)) == NULL ||
	    (out = rep_arena_alloc(a, (pairs.n + 1) * sizeof *out)) == NULL)
		return NULL;
	for (size_t i = 0; i < pairs.n; i++)
		steps[i] = step_of(in, &pairs.v[i]);
	qsort(steps, pairs.n, sizeof *steps, step_cmp);
	for (size_t i = 0; i < pairs.n; i++) {
		const struct step *s = &steps[i];
		bool fresh = i == 0 || same_path(s, s - 1) != 0;

		if (fresh)
			out[(*n)++] = (struct rep_path){ .name = path_name(in, s, a),
				.relay = s->pair->route != 0,
				.known = s->pair->route != 0 || s->ip.version != 0 };
		if (out[*n - 1].name.p == NULL)
			return NULL;
		out[*n - 1].messages += s->pair->messages;
		out[*n - 1].sources += fresh || other_address(s, s - 1);
		all += s->pair->messages;
	}
	qsort(out, *n, sizeof *out, most);
	*v = pairs.covers;
	told(v, all);
	return out;
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
		    "the %u addresses that send%.*s are all in %.*s: a block of that network "
		    "stops all of it",
		    p->sources, REP_PR(where), REP_PR(p->name));
	}
	if (unknown > 0) {
		*kind = "unknown-address";
		return rep_arena_printf(a,
		    "the public address of %zu label%s is not known, so it is not clear whether "
		    "all your mail%.*s leaves from one network. State it: reputed ingest --source LABEL=IP "
		    "LOG",
		    unknown, rep_plural(unknown), REP_PR(where));
	}
	return (struct rep_str){ "", 0 };
}

struct rep_warning *
rep_volume_warnings(const struct rep_path *paths, size_t n, struct rep_str where,
    struct rep_arena *a, size_t *warnings_n)
{
	struct rep_warning *v = rep_arena_alloc(a, sizeof *v);

	*warnings_n = 0;
	if (v == NULL || paths == NULL || n == 0)
		return v;
	/* Bounces are what failed: they do not tell over which paths the rest leaves. */
	if (n == 1 && !paths->known && rep_str_eq(paths->name, REP_S(REP_LABEL_BOUNCES)))
		return v;
	v->sentence = sentence(paths, n, where, a, &v->kind);
	if (v->sentence.p == NULL)
		return NULL;
	*warnings_n = v->sentence.n > 0;
	return v;
}
