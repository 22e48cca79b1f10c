/*
 * know/automaton.h -- all literals of all rules in one pass (Aho and Corasick, 1975).
 *
 * Literals are cut to REP_AUTOMATON_MAX bytes: a hit says "perhaps", the rule is
 * then compared in full. Built once, read-only afterwards.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_KNOW_AUTOMATON_H
#define REP_KNOW_AUTOMATON_H

#include "base/err.h"

enum { REP_AUTOMATON_MAX = 7 };

struct rep_automaton;

/* literals[i] is reported as number i. Empty literals are an error of the caller. */
enum rep_rc rep_automaton_new(const struct rep_str *literals, uint32_t n,
    struct rep_automaton **out, struct rep_err *err) REP_NODISCARD;
void rep_automaton_free(struct rep_automaton *a);

/*
 * Calls fn once for every literal occurrence in text order; `end` is the index after
 * the (possibly cut) literal.
 */
typedef void (*rep_automaton_fn)(void *ctx, uint32_t literal, size_t end);
void rep_automaton_scan(
    const struct rep_automaton *a, struct rep_str text, rep_automaton_fn fn, void *ctx);

size_t rep_automaton_states(const struct rep_automaton *a);

#endif
