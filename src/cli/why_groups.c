/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/why_groups.h"
#include "base/hash.h"

#include <stdlib.h>

enum { HOUR = 3600, DAY = 86400 };

/* What two that are told together share: one of these at least. */
enum { OF_DOMAIN = 0, OF_RULE, OF_NOBODY, KEYS };

struct rep_why_key {
	uint64_t key; /* a hash: those of one key are compared in full */
	size_t m;     /* in chosen */
};

static const struct rep_cell_key *
key_of(const struct rep_why_groups *g, const struct rep_incident *i)
{
	return &g->v->cells[i->cell].key;
}

/* Small hosts, each with an incident of its own about the same source. */
static bool
small_hosts(
    const struct rep_why_groups *g, const struct rep_incident *a, const struct rep_incident *b)
{
	const struct rep_cell_key *x = key_of(g, a), *y = key_of(g, b);

	return x->provider_domain != 0 && y->provider_domain != 0 && x->label == y->label &&
	    (a->class == REP_CLASS_LISTED || (a->rule != 0 && a->rule == b->rule));
}

static bool
together(const struct rep_why_groups *g, const struct rep_incident *a, const struct rep_incident *b)
{
	const struct rep_cell_key *x = key_of(g, a), *y = key_of(g, b);
	int64_t apart = rep_incident_last(a)->since_s - rep_incident_last(b)->since_s;

	if (a->nobody && b->nobody) /* one network that is shut, not many providers */
		return a->life == b->life && apart < HOUR && apart > -HOUR;
	return a->trouble == b->trouble && a->class == b->class && a->life == b->life &&
	    a->everywhere == b->everywhere && x->provider == y->provider && x->route == y->route &&
	    (x->provider_domain == y->provider_domain || small_hosts(g, a, b)) && apart < DAY &&
	    apart > -DAY;
}

/* The keys of an incident; how many. */
static size_t
keys_of(const struct rep_why_groups *g, const struct rep_incident *i, uint64_t v[KEYS])
{
	const struct rep_cell_key *x = key_of(g, i);
	uint32_t t[] = { OF_DOMAIN, i->trouble, i->class, i->life, i->everywhere, x->provider,
		x->route, x->provider_domain, 0 };
	const struct rep_str bytes = { (const char *)t, sizeof t };
	size_t n = 0;

	v[n++] = rep_hash(bytes);
	if (x->provider_domain != 0 && (i->class == REP_CLASS_LISTED || i->rule != 0)) {
		t[0] = OF_RULE;
		t[7] = x->label;
		t[8] = i->class == REP_CLASS_LISTED ? 0 : i->rule;
		v[n++] = rep_hash(bytes);
	}
	if (i->nobody) {
		memset(t, 0, sizeof t);
		t[0] = OF_NOBODY;
		t[1] = i->life;
		v[n++] = rep_hash(bytes);
	}
	return n;
}

static int
by_key(const void *a, const void *b)
{
	const struct rep_why_key *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->m < y->m ? -1 : x->m > y->m;
}

bool
rep_why_groups_init(struct rep_why_groups *g, const struct rep_verdicts *v,
    const struct rep_incident *const *chosen, size_t n, struct rep_arena *a)
{
	uint64_t keys[KEYS];

	*g = (struct rep_why_groups){ .v = v, .chosen = chosen, .n = n };
	g->keys = rep_arena_alloc(a, (n + 1) * KEYS * sizeof *g->keys);
	g->taken = rep_arena_alloc(a, n + 1);
	if (g->keys == NULL || g->taken == NULL)
		return false;
	memset(g->taken, 0, n + 1);
	for (size_t m = 0; m < n; m++) {
		size_t some = keys_of(g, chosen[m], keys);

		for (size_t i = 0; i < some; i++)
			g->keys[g->keys_n++] = (struct rep_why_key){ keys[i], m };
	}
	qsort(g->keys, g->keys_n, sizeof *g->keys, by_key);
	return true;
}

/* The first of a key, or where it would stand. */
static size_t
first_of(const struct rep_why_groups *g, uint64_t key)
{
	size_t from = 0, until = g->keys_n;

	while (from < until) {
		size_t mid = from + (until - from) / 2;

		if (g->keys[mid].key < key)
			from = mid + 1;
		else
			until = mid;
	}
	return from;
}

size_t
rep_why_groups_take(struct rep_why_groups *g, size_t k, const struct rep_incident **group)
{
	const struct rep_incident *leads = g->chosen[k];
	uint64_t keys[KEYS];
	size_t some = keys_of(g, leads, keys), n = 0;

	if (g->taken[k])
		return 0;
	for (size_t i = 0; i < some; i++)
		for (size_t at = first_of(g, keys[i]); at < g->keys_n && g->keys[at].key == keys[i];
		     at++) {
			size_t m = g->keys[at].m;

			if (g->taken[m] || !together(g, leads, g->chosen[m]))
				continue;
			g->taken[m] = true;
			group[n++] = g->chosen[m];
		}
	return n;
}

/* --- those that are open ------------------------------------------------------------------------- */

/* The incident that was refused first comes first. */
static int
earlier(const void *a, const void *b)
{
	const struct rep_incident *x = *(const struct rep_incident *const *)a;
	const struct rep_incident *y = *(const struct rep_incident *const *)b;
	int64_t x_s = rep_incident_last(x)->since_s, y_s = rep_incident_last(y)->since_s;

	if (x_s != y_s)
		return x_s < y_s ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

/* The one that lost most mail first; mail that was only deferred is not lost yet. */
static int
lost_more(const void *a, const void *b)
{
	const struct rep_why_group *x = a, *y = b;

	if (x->bounced != y->bounced)
		return x->bounced > y->bounced ? -1 : 1;
	if (x->deferred != y->deferred)
		return x->deferred > y->deferred ? -1 : 1;
	return x->members < y->members ? -1 : x->members > y->members;
}

bool
rep_why_groups_open(const struct rep_verdicts *v, const struct rep_incident *const *chosen,
    size_t n, struct rep_arena *a, struct rep_why_group **groups, size_t *groups_n)
{
	const struct rep_incident **members =
	    rep_arena_alloc(a, (n + 1) * sizeof(const struct rep_incident *));
	struct rep_why_group *all = rep_arena_alloc(a, (n + 1) * sizeof *all);
	struct rep_why_groups g;
	size_t all_n = 0, at = 0;

	if (members == NULL || all == NULL || !rep_why_groups_init(&g, v, chosen, n, a))
		return false;
	for (size_t k = 0; k < n; k++) {
		struct rep_why_group *x = &all[all_n];

		if (!rep_incident_open(chosen[k]))
			continue;
		*x = (struct rep_why_group){ .members = members + at };
		if ((x->n = rep_why_groups_take(&g, k, x->members)) == 0)
			continue; /* told with an earlier one */
		qsort(x->members, x->n, sizeof(const struct rep_incident *), earlier);
		for (size_t m = 0; m < x->n; m++) {
			x->bounced += rep_incident_last(x->members[m])->bounced;
			x->deferred += rep_incident_last(x->members[m])->deferred;
		}
		at += x->n;
		all_n++;
	}
	qsort(all, all_n, sizeof *all, lost_more);
	*groups = all;
	*groups_n = all_n;
	return true;
}
