/*
 * know/lists.h -- blocklists, allow lists and lists of domains, as data (in know, files ending in
 * .lists).
 *
 * For each list: what an answer means, which answers are errors and never listings, how a test
 * proves that the list is alive, how often it may be asked, and what its terms allow. Nothing here
 * sends a query.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_KNOW_LISTS_H
#define REP_KNOW_LISTS_H

#include "base/arena.h"
#include "base/ip.h"
#include "know/rule.h"

enum rep_list_kind { REP_LIST_BLOCK = 0, REP_LIST_MIXED, REP_LIST_ALLOW };
enum rep_list_scope { REP_LIST_ADDRESS = 0, REP_LIST_RANGE, REP_LIST_ASN, REP_LIST_DOMAIN };
/* What an entry in the list means. */
enum rep_list_word { REP_LIST_ABUSE = 0, REP_LIST_POLICY, REP_LIST_GOOD };
/* The tier of a list. 1: fix now, 2: fix if possible, 3: few receivers use it, 4: worth knowing. */
enum { REP_LIST_INFO = 4 };

/* Hard limits. No file and no option can raise them. */
enum { REP_LIST_RATE_MAX = 50, REP_LIST_DAILY_MAX = 20000 };

enum { REP_LIST_CODES = 12, REP_LISTS_MAX = 160 };

struct rep_list_code {
	uint32_t from, to; /* as numbers; in a bit mask the bit */
	enum rep_list_word word;
	struct rep_str text;
};

struct rep_list {
	struct rep_str zone, name, key, test, delist, note, silence, dead;
	enum rep_list_kind kind;
	enum rep_list_scope scope;
	bool domains, v4, v6, mask;
	unsigned tier, rate, daily;
	bool own, neighbours, business; /* what its terms allow; unknown counts as no */
	struct rep_list_code code[REP_LIST_CODES], error[REP_LIST_CODES], good[REP_LIST_CODES];
	size_t codes, errors, goods;
};

struct rep_lists {
	struct rep_arena *a; /* borrowed */
	struct rep_list v[REP_LISTS_MAX];
	size_t n;
};

/* Reads a file. A list replaces the one of the same zone. Errors as in rep_rules_parse. */
enum rep_rc rep_lists_parse(struct rep_lists *l, const char *file, struct rep_str text,
    rep_problem_fn problem, void *ctx, unsigned *bad, struct rep_err *err) REP_NODISCARD;
/* Reads the lists that are compiled in. */
enum rep_rc rep_lists_builtin(struct rep_lists *l, struct rep_err *err) REP_NODISCARD;

/* "range" */
const char *rep_list_scope_text(enum rep_list_scope s);
/* "policy" */
const char *rep_list_word_text(enum rep_list_word w);

#endif
