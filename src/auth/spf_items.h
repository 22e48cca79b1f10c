/*
 * auth/spf_items.h -- the terms of an SPF record while it is drafted (auth/spf_propose.h).
 *
 * A term comes in once. Networks are sorted, taken away where another holds them, and joined where
 * two are the halves of one.
 *
 * Pure. The texts live in the arena.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUTH_SPF_ITEMS_H
#define REP_AUTH_SPF_ITEMS_H

#include "auth/spf_record.h"

enum { REP_SPF_ITEMS_MAX = 512 };

struct rep_spf_item {
	struct rep_str text;
	struct rep_spf_term term; /* mech, qualifier; of ip4 and ip6 the network */
	unsigned lookups;
	size_t leaf; /* SIZE_MAX: an address that was entered */
	bool last;   /* a check that comes to it may end in an error: behind the others */
};

struct rep_spf_items {
	struct rep_arena *a; /* borrowed */
	struct rep_spf_item v[REP_SPF_ITEMS_MAX];
	size_t n;
	bool full; /* there was no room for one */
};

/* Adds a term, if it is not there yet. */
void rep_spf_items_add(struct rep_spf_items *d, const struct rep_spf_item *x);

/* Adds an address as ip4: or ip6:, with its prefix. */
void rep_spf_items_network(struct rep_spf_items *d, const struct rep_ip *ip, int bits);

/* Why an inside address is left out. */
extern const char rep_spf_inside_address[];

/*
 * Why a network is of no use behind the terms so far: only hosts inside have its addresses, or it refuses what passes by
 * one of them. NULL: it is of use.
 */
const char *rep_spf_items_idle(const struct rep_spf_items *d, const struct rep_spf_term *t);

/* Sorts the networks from the index `from` on. */
void rep_spf_items_sort(struct rep_spf_items *d, size_t from);

/* Moves those that are to be last to the end, where no term in between could refuse. */
void rep_spf_items_last(struct rep_spf_items *d);

/* Takes away networks that are inside of others, where nothing in between could refuse them. */
void rep_spf_items_drop_contained(struct rep_spf_items *d);

/* Writes adjacent networks as one, where no term in the record could refuse. */
void rep_spf_items_merge(struct rep_spf_items *d);

#endif
