/*
 * audit/sweep.h -- own addresses and domains on lists. Each list must prove in the same run that it
 * is alive.
 *
 * A list is asked one question at a time: first its test entries, then each subject. So nothing
 * more is asked after the first error, and the rate holds however slow the network is. Different
 * lists are asked in parallel. The result for a subject on a list is listed, clean, or unknown with
 * the reason. An error code, a refusal, no answer, or a resolver that rewrites answers is never a
 * listing and never clean (RFC 5782; doc/sources.md, 8).
 *
 * rep_sweep_step is a function of the state, the view and the time. Call it until it is done.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUDIT_SWEEP_H
#define REP_AUDIT_SWEEP_H

#include "audit/limit.h"
#include "dns/answer.h"
#include "know/lists.h"

enum rep_sweep_state { REP_SWEEP_CLEAN = 0, REP_SWEEP_LISTED, REP_SWEEP_UNKNOWN };

enum { REP_SWEEP_CODES = 8 };

/* An address or a domain. ip.version 0: a domain. */
struct rep_sweep_subject {
	struct rep_ip ip;
	struct rep_str text; /* address or domain, to show */
};

struct rep_sweep_hit {
	const struct rep_list *list;
	struct rep_str zone; /* as shown, without the key */
	size_t subject;
	bool asked; /* the list was asked about it */
	enum rep_sweep_state state;
	uint32_t code[REP_SWEEP_CODES];
	size_t codes;
	enum rep_list_word word; /* the worst of its codes */
	struct rep_str means;	 /* what the code means */
	struct rep_str text;	 /* the TXT record of the list */
	struct rep_str why;	 /* for UNKNOWN, and for CLEAN with a good code */
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
	struct rep_str zone; /* with the key, for queries */
	struct rep_str shown;
	enum rep_sweep_phase phase;
	size_t subject;
	bool taken; /* the current question was counted; name and type are set */
	struct rep_name name;
	uint16_t type;
	bool refused;		   /* it refuses this resolver */
	bool by_code;		   /* it says so with a code of its own */
	uint32_t rewritten;	   /* the answer that no blocklist gives; 0: none */
	bool unproven;		   /* nothing proves that it is alive: only a listing counts */
	struct rep_str dead;	   /* why its answers do not count; n == 0: it is alive */
	struct rep_sweep_hit *hit; /* one for each subject */
};

struct rep_sweep {
	struct rep_arena *a; /* borrowed */
	const struct rep_sweep_subject *subject;
	size_t subjects;
	struct rep_sweep_list v[REP_LISTS_MAX];
	size_t n;
	struct rep_limits *limits; /* borrowed */
};

/* Returns the key with a name ("spamhaus-dqs"). n == 0: there is none. */
typedef struct rep_str (*rep_sweep_key)(void *ctx, struct rep_str name);

/* Takes every list that can be asked about these subjects. REP_ELIMIT: out of memory. */
enum rep_rc rep_sweep_init(struct rep_sweep *s, struct rep_arena *a, const struct rep_lists *lists,
    const struct rep_sweep_subject *subject, size_t subjects, rep_sweep_key key, void *ctx,
    struct rep_limits *limits, struct rep_err *err) REP_NODISCARD;

/*
 * Goes as far as possible. True: everything is known. *until_ms: the latest time for the next call;
 * 0: after an answer.
 */
bool rep_sweep_step(
    struct rep_sweep *s, const struct rep_dns_view *v, int64_t now_ms, int64_t *until_ms);

/*
 * True when nothing is known of any list about any subject (allow lists are not counted), and at least
 * one was to be asked. *why: the reason, without a full stop; *rewrites: it is that the resolver
 * answers for names that do not exist, which shows when two lists give the same answer that is none.
 */
bool rep_sweep_blind(const struct rep_sweep *s, struct rep_str *why, bool *rewrites);

#endif
