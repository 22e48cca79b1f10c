/*
 * know/inside.h -- what the parts of know share: the rules, and the tables to find them by.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_KNOW_INSIDE_H
#define REP_KNOW_INSIDE_H

#include "know/finder.h"
#include "know/know.h"

enum { BY_CODE = 600 };
enum { KIND_CODE = 1, KIND_ENHANCED, KIND_TEXT, KIND_TOKEN };

/* One way for a rule to be found: a token, or a pattern whose literals were all seen. */
struct hook {
	const struct rep_rule *rule;
	const struct rep_token *token;	   /* or */
	const struct rep_pattern *pattern; /* one of the rule's texts */
	uint32_t rank;
	uint32_t need; /* a bit for each literal */
};

/* A literal of the finder belongs to hooks: uses[uses_of[l]] to uses[uses_of[l + 1]], by `who`. */
struct use {
	uint32_t hook;
	uint16_t who; /* whose words: OWN, ANYBODY, or a provider's number */
	uint8_t bit;
	bool token;
};

enum { OWN = 0, ANYBODY = 1, FIRST_PROVIDER = 2, MAX_SPEAKERS = 1024 };

enum { MAX_CANDIDATES = 256 };

/* What one reading needs; there is one reader at a time. */
struct scratch {
	uint32_t now;
	uint32_t *stamp, *seen; /* by hook, owned */
	uint32_t
	    *literal; /* by literal: the reading that met it last, unless tokens use it; owned */
	uint32_t candidates[MAX_CANDIDATES];
	size_t n;
};

/* A rule with neither token nor text, to be found by its codes. */
struct bare {
	const struct rep_rule *rule;
	uint32_t rank;
};

/* Best ranks first. */
struct chain {
	struct bare *v; /* owned */
	size_t n, cap;
};

enum { SUBJECTS = 10 }; /* of enhanced codes; the last is for all that lie beyond */

struct rep_know {
	struct rep_arena *a;
	struct rep_providers *providers;
	struct rep_ways *ways;
	struct rep_rule **rules; /* owned array */
	size_t n, cap;
	struct rep_guide **guides; /* owned array */
	size_t guides_n, guides_cap;
	uint64_t hash;	    /* of the files of rules and providers */
	struct hook *hooks; /* owned array */
	uint32_t hooks_n;
	struct use *uses;  /* owned */
	uint32_t *uses_of; /* by literal, owned */
	uint32_t literals_n;
	struct scratch *scratch; /* owned */
	struct rep_str
	    speakers[MAX_SPEAKERS]; /* providers that have rules; number - FIRST_PROVIDER */
	size_t speakers_n;
	uint16_t *who_of; /* by place among the providers: their numbers; owned */
	struct rep_finder *finder;
	struct chain by_code[BY_CODE];	   /* rules of a reply code alone */
	struct chain by_subject[SUBJECTS]; /* rules of an enhanced code, by its subject */
};

/* Reads a file of one guide; it replaces the one of its name. As rep_guide_parse. */
enum rep_rc rep_know_add_guide(struct rep_know *k, const char *file, struct rep_str text,
    rep_problem_fn problem, void *ctx, unsigned *bad, struct rep_err *err) REP_NODISCARD;

/* speaker, then kind, then literal, then conditions: one number, larger wins (doc/rules.md). */
uint32_t rep_rule_rank(const struct rep_rule *r, unsigned kind, size_t weight);
unsigned rep_rule_conditions(const struct rep_rule *r);
/* Of a rule with neither token nor text. */
unsigned rep_rule_bare_kind(const struct rep_rule *r);
size_t rep_rule_bare_weight(const struct rep_rule *r);
/* Where rules of an enhanced code's subject stand in by_subject. */
size_t rep_subject_slot(int subject);

#endif
