/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/hosts.h"
#include "base/arena.h"
#include "base/hash.h"

#include <stdlib.h>

/*
 * A power of two. At most half is used, so that probing stays short. 16 K hosts need 2.5 MB, which
 * stays in the cache of the processor; whoever sends to more of them looks some up again.
 */
enum { SLOTS = 1 << 15, HOSTS_MAX = SLOTS / 2, NAMES_BYTES = 16 << 20, NAME_MAX_BYTES = 255 };

struct rep_hosts {
	const struct rep_know *know;
	struct rep_host *v; /* owned, SLOTS */
	size_t n;
	struct rep_arena *names; /* owned */
};

struct rep_hosts *
rep_hosts_new(const struct rep_know *know)
{
	struct rep_hosts *h = calloc(1, sizeof *h);

	if (h == NULL)
		return NULL;
	h->know = know;
	h->v = calloc(SLOTS, sizeof *h->v);
	h->names = rep_arena_new(NAMES_BYTES);
	if (h->v == NULL || h->names == NULL) {
		rep_hosts_free(h);
		return NULL;
	}
	return h;
}

void
rep_hosts_free(struct rep_hosts *h)
{
	if (h == NULL)
		return;
	free(h->v);
	rep_arena_free(h->names);
	free(h);
}

struct rep_host *
rep_hosts_get(struct rep_hosts *h, struct rep_str name)
{
	char low[NAME_MAX_BYTES];
	struct rep_host *e;
	size_t i;

	if (name.n > NAME_MAX_BYTES)
		name.n = NAME_MAX_BYTES;
	for (i = 0; i < name.n; i++)
		low[i] = rep_lower(name.p[i]);
	name.p = low;
	for (i = rep_hash(name) % SLOTS; h->v[i].name.p != NULL; i = (i + 1) % SLOTS)
		if (rep_str_eq(h->v[i].name, name))
			return &h->v[i];
	if (h->n >= HOSTS_MAX) {
		memset(h->v, 0, SLOTS * sizeof *h->v);
		rep_arena_reset(h->names);
		h->n = 0;
		i = rep_hash(name) % SLOTS;
	}
	e = &h->v[i];
	e->name = rep_arena_dup(h->names, name);
	if (e->name.p == NULL)
		return NULL;
	h->n++;
	e->provider = rep_provider_by_host(rep_know_providers(h->know), name);
	e->domain = e->provider != NULL ? REP_S("") : rep_registered_domain(e->name);
	return e;
}
