/* SPDX-License-Identifier: Apache-2.0 */
#include "know/automaton.h"

#include <stdlib.h>

#define NONE UINT32_MAX

enum { HAS_OUT = 0x8000, MAX_STATES = 0x7fff }; /* the table must stay in the cache */

struct rep_automaton {
	unsigned char class_of[256]; /* byte -> column; 0: in no literal */
	uint32_t columns, states;
	uint16_t *next; /* states x columns, owned; HAS_OUT: a literal ends there */
	uint32_t *out;	/* state -> first literal ending here, or NONE; owned */
	uint32_t *up;	/* state -> nearest state on the fail path with output, or 0; owned */
	uint32_t *same; /* literal -> another literal ending in the same state; owned */
};

void
rep_automaton_free(struct rep_automaton *a)
{
	if (a == NULL)
		return;
	free(a->next);
	free(a->out);
	free(a->up);
	free(a->same);
	free(a);
}

size_t
rep_automaton_states(const struct rep_automaton *a)
{
	return a->states;
}

static size_t
cut_length(struct rep_str s)
{
	return s.n > REP_AUTOMATON_MAX ? REP_AUTOMATON_MAX : s.n;
}

static void
columns(struct rep_automaton *a, const struct rep_str *lit, uint32_t n)
{
	a->columns = 1;
	for (uint32_t i = 0; i < n; i++)
		for (size_t k = 0; k < cut_length(lit[i]); k++) {
			unsigned char c = (unsigned char)lit[i].p[k];

			if (a->class_of[c] == 0 && a->columns < 256)
				a->class_of[c] = (unsigned char)a->columns++;
		}
}

/* The trie; 0 is the root and, as a transition, "none yet". */
static void
trie(struct rep_automaton *a, uint32_t *next, const struct rep_str *lit, uint32_t n)
{
	a->states = 1;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t s = 0;

		for (size_t k = 0; k < cut_length(lit[i]); k++) {
			uint32_t *t =
			    &next[(size_t)s * a->columns + a->class_of[(unsigned char)lit[i].p[k]]];

			if (*t == 0)
				*t = a->states++;
			s = *t;
		}
		a->same[i] = a->out[s];
		a->out[s] = i;
	}
}

/* Breadth first: fills the missing transitions from the fail state, links outputs. */
static void
complete(struct rep_automaton *a, uint32_t *next, uint32_t *queue, uint32_t *fail)
{
	uint32_t head = 0, tail = 0, s, t, f;

	for (uint32_t c = 0; c < a->columns; c++)
		if ((t = next[c]) != 0)
			queue[tail++] = t;
	while (head < tail) {
		s = queue[head++];
		f = fail[s];
		a->up[s] = a->out[f] != NONE ? f : a->up[f];
		for (uint32_t c = 0; c < a->columns; c++) {
			uint32_t *cell = &next[(size_t)s * a->columns + c];

			t = *cell;
			if (t == 0) {
				*cell = next[(size_t)f * a->columns + c];
			} else {
				fail[t] = next[(size_t)f * a->columns + c];
				queue[tail++] = t;
			}
		}
	}
}

/* Into 16 bits, with a mark on the way into a state where something ends. */
static bool
pack(struct rep_automaton *a, const uint32_t *next)
{
	size_t cells = (size_t)a->states * a->columns;

	if ((a->next = malloc(cells * sizeof *a->next)) == NULL)
		return false;
	for (size_t i = 0; i < cells; i++) {
		uint32_t t = next[i];
		bool out = a->out[t] != NONE || a->up[t] != 0;

		a->next[i] = (uint16_t)(t | (out ? HAS_OUT : 0u));
	}
	return true;
}

enum rep_rc
rep_automaton_new(
    const struct rep_str *lit, uint32_t n, struct rep_automaton **out, struct rep_err *err)
{
	struct rep_automaton *a = calloc(1, sizeof *a);
	uint32_t *next = NULL, *queue = NULL, *fail = NULL;
	size_t max = 1;
	enum rep_rc rc = REP_EMEM;

	if (a == NULL)
		goto out;
	columns(a, lit, n);
	for (uint32_t i = 0; i < n; i++)
		max += cut_length(lit[i]);
	next = calloc(max * a->columns, sizeof *next);
	a->out = malloc(max * sizeof *a->out);
	a->up = calloc(max, sizeof *a->up);
	a->same = calloc(n + 1, sizeof *a->same);
	queue = malloc(max * sizeof *queue);
	fail = calloc(max, sizeof *fail);
	if (next == NULL || a->out == NULL || a->up == NULL || a->same == NULL || queue == NULL ||
	    fail == NULL)
		goto out;
	memset(a->out, 0xff, max * sizeof *a->out);
	trie(a, next, lit, n);
	if (a->states > MAX_STATES) {
		rc = REP_ELIMIT;
		goto out;
	}
	complete(a, next, queue, fail);
	if (!pack(a, next))
		goto out;
	*out = a;
	a = NULL;
	rc = REP_OK;
out:
	free(next);
	free(queue);
	free(fail);
	rep_automaton_free(a);
	if (rc == REP_ELIMIT)
		return rep_fail(err, rc, "%u rule literals: too many to be looked for at once", n);
	return rc == REP_OK ? rc : rep_fail(err, rc, "out of memory for %u rule literals", n);
}

void
rep_automaton_scan(
    const struct rep_automaton *a, struct rep_str text, rep_automaton_fn fn, void *ctx)
{
	uint32_t t = 0, s;

	for (size_t i = 0; i < text.n; i++) {
		t = a->next[(size_t)(t & MAX_STATES) * a->columns +
		    a->class_of[(unsigned char)text.p[i]]];
		if ((t & HAS_OUT) == 0)
			continue;
		s = t & MAX_STATES;
		for (uint32_t o = a->out[s] != NONE ? s : a->up[s]; o != 0; o = a->up[o])
			for (uint32_t l = a->out[o]; l != NONE; l = a->same[l])
				fn(ctx, l, i + 1);
	}
}
