/*
 * judge/history.h -- the observations of each cell, one cell at a time.
 *
 * The judge reads observations by cell, and those of a cell in order of time. A sorted array is one
 * way to provide them. A caller that keeps more cells than fit into memory passes a function
 * instead, and the judge asks for one cell after the other.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_HISTORY_H
#define REP_JUDGE_HISTORY_H

#include "base/arena.h"
#include "base/err.h"
#include "fact/fact.h"

/* A cell: who sends to whom. Numbers of names, as in struct rep_observation. */
struct rep_cell_key {
	uint32_t label, route, provider, provider_domain;
};

/* < 0, 0 or > 0. Compares label, provider, provider_domain and route, in this order. */
int rep_cell_key_cmp(const struct rep_cell_key *a, const struct rep_cell_key *b);
struct rep_cell_key rep_cell_key_of(const struct rep_observation *o);

struct rep_history {
	size_t cells_n;
	/*
	 * Sets the key and returns the observations of a cell (0 to cells_n - 1, keys ascending),
	 * sorted by from_s. The view is valid until the next call. The same cell always gives the
	 * same answer.
	 */
	const struct rep_observation *(*of)(
	    void *ctx, size_t cell, struct rep_cell_key *key, size_t *n);
	void *ctx;
};

/*
 * Sorts by cell. The order within a cell stays: by time, if the array was. Takes time proportional
 * to n. REP_EMEM: out of memory.
 */
enum rep_rc rep_history_sort(
    struct rep_observation *v, size_t n, struct rep_err *err) REP_NODISCARD;

/*
 * A history over a sorted array, which must live as long. REP_EUSAGE: it is not sorted. REP_ELIMIT:
 * the arena is too small.
 */
enum rep_rc rep_history_of_array(const struct rep_observation *v, size_t n, struct rep_arena *a,
    struct rep_history *out, struct rep_err *err) REP_NODISCARD;

#endif
