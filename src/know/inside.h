/*
 * know/inside.h -- what the files of know share: the rules, and the tables to find them. Inside
 * src/know only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_KNOW_INSIDE_H
#define REP_KNOW_INSIDE_H

#include "know/alert_kinds.h"
#include "know/finder.h"
#include "know/know.h"

enum { BY_CODE = 600 };
enum { KIND_CODE = 1, KIND_ENHANCED, KIND_TEXT, KIND_TOKEN };

/* One way to find a rule: a token, or a pattern after all its literals were seen. */
struct hook {
	const struct rep_rule *rule;
	const struct rep_token *token;	   /* NULL: it is a pattern */
	const struct rep_pattern *pattern; /* one of the rule's texts */
	uint32_t rank;
	uint32_t needs;	  /* its literals are needs[hook.needs] and the next ones */
	uint32_t needs_n; /* how many; the first is its anchor */
	uint16_t who;	  /* the speaker of the rule, as in struct use */
};

/*
 * A hook is found by its anchor, the one of its literals that fewest patterns have. The hooks whose
 * anchor is literal l are uses[uses_of[l]] up to uses[uses_of[l + 1]], sorted by `who`.
 */
struct use {
	uint32_t hook, rank;
	uint32_t needs; /* the other literals of the hook are needs[use.needs] and the next ones */
	uint16_t who;	/* the speaker: OWN, ANYBODY, or a provider's number */
	uint8_t needs_n;
	bool token : 1;
	bool always : 1; /* counts also when nobody knows who spoke: it is a name */
};

enum { OWN = 0, ANYBODY = 1, FIRST_PROVIDER = 2, MAX_SPEAKERS = 1024 };

enum { MAX_CANDIDATES = 256 };

/* The last reading that met a literal, and the last that met it as a whole word. */
struct met {
	uint32_t any, whole;
};

/* The memory of one reading. There is one reader at a time. */
struct scratch {
	uint32_t now;
	struct met *met;    /* by literal; owned */
	uint32_t *literals; /* those that this reading met, once each; owned */
	size_t literals_n;
	struct candidate {
		uint32_t hook, rank;
	} candidates[MAX_CANDIDATES];
	size_t n;
};

/* A rule with neither token nor text. It is found by its codes. */
struct bare {
	const struct rep_rule *rule;
	uint32_t rank;
	uint16_t who; /* as in struct use */
};

/* Sorted by rank, best first. */
struct chain {
	struct bare *v; /* owned */
	size_t n, cap;
};

enum { SUBJECTS = 10 }; /* of enhanced codes; the last one is for all other subjects */

struct rep_know {
	struct rep_arena *a;
	struct rep_providers *providers;
	struct rep_ways *ways;
	struct rep_alert_kinds alerts;
	struct rep_rule **rules; /* owned array */
	size_t n, cap;
	uint32_t *by_id; /* cap * 2 places, by the hash of the id: index + 1, 0 for none; owned */
	struct rep_guide **guides; /* owned array */
	size_t guides_n, guides_cap;
	struct rep_str *read; /* the files of rules and providers; owned array */
	size_t read_n;
	struct hook *hooks; /* owned array */
	uint32_t hooks_n;
	struct use *uses;  /* owned */
	uint32_t *uses_of; /* by literal, owned */
	uint32_t *needs;   /* literals of the hooks, owned */
	uint32_t needs_n;
	uint32_t literals_n;
	uint16_t *token_n;	 /* by literal: its length when a token is one, else 0; owned */
	struct scratch *scratch; /* owned */
	struct rep_str
	    speakers[MAX_SPEAKERS]; /* providers with rules; at number - FIRST_PROVIDER */
	size_t speakers_n;
	uint16_t *who_of; /* numbers, by index of the provider; owned */
	struct rep_finder *finder;
	struct chain by_code[BY_CODE];	   /* rules with only a reply code */
	struct chain by_subject[SUBJECTS]; /* rules with an enhanced code, by its subject */
};

/* Reads a file of one guide. It replaces a guide of the same name. Errors as in rep_guide_parse. */
enum rep_rc rep_know_add_guide(struct rep_know *k, const char *file, struct rep_str text,
    rep_problem_fn problem, void *ctx, unsigned *bad, struct rep_err *err) REP_NODISCARD;

/* One number from speaker, kind, literal, conditions. Larger wins (doc/rules.md). */
uint32_t rep_rule_rank(const struct rep_rule *r, unsigned kind, size_t weight);
unsigned rep_rule_conditions(const struct rep_rule *r);
/* For a rule with neither token nor text. */
unsigned rep_rule_bare_kind(const struct rep_rule *r);
size_t rep_rule_bare_weight(const struct rep_rule *r);
/* The index in by_subject for the subject of an enhanced code. */
size_t rep_subject_slot(int subject);

#endif
