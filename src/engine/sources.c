/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/sources.h"

#include "base/hash.h"

#include <stdlib.h>

/* Twice as many places as rows, so that a search ends soon. */
enum { PLACES = 2 * REP_SOURCES_MAX };

struct row {
	struct rep_str label; /* owned */
	struct rep_ip ip;
	enum rep_known_by by;
	uint16_t next; /* the next row of this label, + 1; 0: none */
};

/* Rows are found by label and address; the rows of a label hang in a chain, in the order they came. */
struct rep_sources {
	struct row v[REP_SOURCES_MAX];
	uint16_t at[PLACES];		      /* row + 1, by label, address and how it is known */
	uint16_t first[PLACES], last[PLACES]; /* rows + 1, by label */
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

/* The place of a row, or the free place where it belongs. */
static size_t
place_of(const struct rep_sources *s, struct rep_str label, const struct rep_ip *ip,
    enum rep_known_by by)
{
	struct rep_str bytes = { (const char *)ip->b, ip->version == 6 ? 16 : 4 };
	size_t i = rep_hash_mix(rep_hash(label) + rep_hash_mix(rep_hash(bytes) + by)) % PLACES;

	for (; s->at[i] != 0; i = (i + 1) % PLACES) {
		const struct row *r = &s->v[s->at[i] - 1];

		if (r->by == by && rep_ip_eq(&r->ip, ip) && rep_str_eq(r->label, label))
			break;
	}
	return i;
}

static size_t
label_place(const struct rep_sources *s, struct rep_str label)
{
	size_t i = rep_hash_mix(rep_hash(label)) % PLACES;

	while (s->first[i] != 0 && !rep_str_eq(s->v[s->first[i] - 1].label, label))
		i = (i + 1) % PLACES;
	return i;
}

bool
rep_sources_has(const struct rep_sources *s, struct rep_str label, const struct rep_ip *ip,
    enum rep_known_by by)
{
	return s->at[place_of(s, label, ip, by)] != 0;
}

bool
rep_sources_add(struct rep_sources *s, struct rep_str label, const struct rep_ip *ip,
    enum rep_known_by by, bool *fresh)
{
	size_t at = place_of(s, label, ip, by), chain;
	char *copy;

	*fresh = false;
	if (s->at[at] != 0)
		return true;
	if (s->n == REP_SOURCES_MAX) {
		s->full = true;
		return true;
	}
	if ((copy = malloc(label.n + 1)) == NULL)
		return false;
	if (label.n > 0)
		memcpy(copy, label.p, label.n);
	chain = label_place(s, label);
	s->v[s->n++] = (struct row){ { copy, label.n }, *ip, by, 0 };
	s->at[at] = (uint16_t)s->n;
	if (s->first[chain] == 0)
		s->first[chain] = (uint16_t)s->n;
	else
		s->v[s->last[chain] - 1].next = (uint16_t)s->n;
	s->last[chain] = (uint16_t)s->n;
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

	for (uint16_t i = s->first[label_place(s, label)]; i != 0; i = s->v[i - 1].next) {
		const struct row *r = &s->v[i - 1];

		if (r->by < best)
			continue;
		if (r->by > best) {
			best = r->by;
			n = 0;
		}
		if (n++ == 0)
			*ip = &r->ip;
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
