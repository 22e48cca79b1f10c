/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/sources.h"

#include <stdlib.h>

struct row {
	struct rep_str label; /* owned */
	struct rep_ip ip;
	enum rep_known_by by;
};

struct rep_sources {
	struct row v[REP_SOURCES_MAX];
	size_t n;
	bool full;
};

struct rep_sources *
rep_sources_new(void)
{
	return calloc(1, sizeof(struct rep_sources));
}

void
rep_sources_free(struct rep_sources *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->n; i++)
		free((char *)(uintptr_t)s->v[i].label.p);
	free(s);
}

bool
rep_sources_add(struct rep_sources *s, struct rep_str label, const struct rep_ip *ip,
    enum rep_known_by by, bool *fresh)
{
	char *copy;

	*fresh = false;
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].by == by && rep_ip_eq(&s->v[i].ip, ip) &&
		    rep_str_eq(s->v[i].label, label))
			return true;
	if (s->n == REP_SOURCES_MAX) {
		s->full = true;
		return true;
	}
	if ((copy = malloc(label.n + 1)) == NULL)
		return false;
	memcpy(copy, label.p, label.n);
	s->v[s->n++] = (struct row){ { copy, label.n }, *ip, by };
	*fresh = true;
	return true;
}

bool
rep_sources_full(const struct rep_sources *s)
{
	return s->full;
}

enum rep_rc
rep_sources_load(struct rep_sources *s, struct rep_store *store, struct rep_err *err)
{
	struct rep_names names = rep_store_names(store);
	const struct rep_source *v;
	enum rep_rc rc;
	bool fresh;
	size_t n;

	if ((rc = rep_store_sources(store, &v, &n, err)) != REP_OK)
		return rc;
	for (size_t i = 0; i < n; i++)
		if (!rep_sources_add(
			s, rep_name(&names, v[i].label), &v[i].public, v[i].known_by, &fresh))
			return rep_fail(err, REP_EMEM, "out of memory");
	return REP_OK;
}

/* How many addresses have the highest rank, and the first of these. */
static size_t
surest(const struct rep_sources *s, struct rep_str label, const struct rep_ip **ip)
{
	enum rep_known_by best = 0;
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (!rep_str_eq(s->v[i].label, label) || s->v[i].by < best)
			continue;
		if (s->v[i].by > best) {
			best = s->v[i].by;
			n = 0;
		}
		if (n++ == 0)
			*ip = &s->v[i].ip;
	}
	return n;
}

const struct rep_ip *
rep_sources_public(const struct rep_sources *s, struct rep_str label)
{
	const struct rep_ip *ip = NULL;

	return surest(s, label, &ip) == 1 ? ip : NULL;
}

bool
rep_sources_pool(const struct rep_sources *s, struct rep_str label)
{
	const struct rep_ip *ip = NULL;

	return surest(s, label, &ip) > 1;
}
