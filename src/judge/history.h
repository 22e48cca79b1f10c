/*
 * judge/history.h -- what each cell was told, one cell at a time.
 *
 * The judge reads observations by cell, each cell's in the order of time. An array that is
 * sorted so is one way to have them; whoever keeps more cells than fit into memory hands
 * over a function instead, and the judge asks for one cell after the other.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_HISTORY_H
#define REP_JUDGE_HISTORY_H

#include "base/arena.h"
#include "base/err.h"
#include "fact/fact.h"

/* Who is asked by whom: names as in struct rep_observation. */
struct rep_cell_key {
	uint32_t label, route, provider, provider_domain;
};

/* Below, at or above 0: by label, provider, provider_domain, route. */
int rep_cell_key_cmp(const struct rep_cell_key *a, const struct rep_cell_key *b);
struct rep_cell_key rep_cell_key_of(const struct rep_observation *o);

struct rep_history {
	size_t cells_n;
	/*
	 * The key and the observations of a cell (0 to cells_n - 1, keys in ascending order), by
	 * from_s. The view lives until the next call. Same cell, same answer.
	 */
	const struct rep_observation *(*of)(
	    void *ctx, size_t cell, struct rep_cell_key *key, size_t *n);
	void *ctx;
};

/*
 * Sorts by cell, and leaves the order within a cell as it is: by time, when the array was.
 * In time proportional to n. REP_EMEM.
 */
enum rep_rc rep_history_sort(
    struct rep_observation *v, size_t n, struct rep_err *err) REP_NODISCARD;

/*
 * A history over a sorted array, which must live as long. REP_EUSAGE when it is not
 * sorted, REP_ELIMIT when the arena is too small.
 */
enum rep_rc rep_history_of_array(const struct rep_observation *v, size_t n, struct rep_arena *a,
    struct rep_history *out, struct rep_err *err) REP_NODISCARD;

#endif
