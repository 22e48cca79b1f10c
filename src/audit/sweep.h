/*
 * audit/sweep.h -- own addresses and domains on lists, each list proven alive in the same run.
 *
 * A list is asked one question at a time: its test entries first, then each subject; so after the
 * first error code of a list nothing more is asked of it, and its rate holds whatever the network
 * does. Lists are asked side by side. The verdict of a subject on a list is listed, clean, or
 * unknown with the reason: an error code, a refusal, a silence or a resolver that rewrites answers
 * is never a listing and never clean.
 *
 * rep_sweep_step is a function of the state, the view and the time; it is called until it is done.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUDIT_SWEEP_H
#define REP_AUDIT_SWEEP_H

#include "audit/limit.h"
#include "dns/answer.h"
#include "know/lists.h"

enum rep_sweep_state { REP_SWEEP_CLEAN = 0, REP_SWEEP_LISTED, REP_SWEEP_UNKNOWN };

enum { REP_SWEEP_CODES = 8, REP_SWEEP_SUBJECTS = 64 };

/* Of an address or of a domain; which one is told by ip.version. */
struct rep_sweep_subject {
	struct rep_ip ip;
	struct rep_str text; /* address or domain, to show */
};

struct rep_sweep_hit {
	const struct rep_list *list;
	struct rep_str zone; /* shown: without the key */
	size_t subject;
	bool asked; /* it got to it */
	enum rep_sweep_state state;
	uint32_t code[REP_SWEEP_CODES];
	size_t codes;
	enum rep_list_word word; /* the worst of its codes */
	struct rep_str means;	 /* what the code stands for */
	struct rep_str text;	 /* the list's own TXT */
	struct rep_str why;	 /* of UNKNOWN; of CLEAN with a good code */
};

enum rep_sweep_phase {
	REP_SWEEP_MUST = 0,
	REP_SWEEP_MUST_NOT,
	REP_SWEEP_ASK,
	REP_SWEEP_TXT,
	REP_SWEEP_DONE
};

struct rep_sweep_list {
	const struct rep_list *list;
	struct rep_str zone; /* to ask: with the key */
	struct rep_str shown;
	enum rep_sweep_phase phase;
	size_t subject;
	bool taken; /* the question of now was counted; name and type are its own */
	struct rep_name name;
	uint16_t type;
	bool refused;		   /* it does not want this resolver */
	bool by_code;		   /* and says so with a code of its own */
	bool unproven;		   /* nothing shows that it lives: only a listing counts */
	struct rep_str dead;	   /* why nothing it says counts; n == 0: it is alive */
	struct rep_sweep_hit *hit; /* one a subject */
};

struct rep_sweep {
	struct rep_arena *a; /* borrowed */
	const struct rep_sweep_subject *subject;
	size_t subjects;
	struct rep_sweep_list v[REP_LISTS_MAX];
	size_t n;
	struct rep_limits *limits; /* borrowed */
};

/* The key of a list ("spamhaus-dqs"); n == 0: there is none. */
typedef struct rep_str (*rep_sweep_key)(void *ctx, struct rep_str name);

/* Every list that can be asked about these subjects. REP_ELIMIT: out of memory. */
enum rep_rc rep_sweep_init(struct rep_sweep *s, struct rep_arena *a, const struct rep_lists *lists,
    const struct rep_sweep_subject *subject, size_t subjects, rep_sweep_key key, void *ctx,
    struct rep_limits *limits, struct rep_err *err) REP_NODISCARD;

/* Goes on as far as it can. True: all is known. *until_ms: when to call again at the latest; 0: when an answer came. */
bool rep_sweep_step(
    struct rep_sweep *s, const struct rep_dns_view *v, int64_t now_ms, int64_t *until_ms);

#endif
