/*
 * judge/seen.h -- failures outside of incidents: too few to judge, or not about the sender.
 *
 * Every refusal gets an answer, even if it is the only one. Failures of one kind (provider, rule,
 * scope, and the way they were reported) are one row. Rows that belong to an incident are left out,
 * because the incident shows them.
 *
 * Failures in the window count; what documents report (bounces, notices of delay) counts for a
 * week, because somebody took the trouble to read them in. Busy servers have unknown recipients and
 * unreachable hosts every day: these are counted in two numbers and make no row, unless a document
 * reported them.
 *
 * Pure. Rows live in the arena.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_SEEN_H
#define REP_JUDGE_SEEN_H

#include "judge/verdict.h"

/* How it was reported. */
enum rep_seen_by {
	REP_SEEN_BY_LOG = 0,
	REP_SEEN_BY_BOUNCE,
	REP_SEEN_BY_NOTICE,
	REP_SEEN_BY_WORDS, /* a log line that has no recipient, and no delivery to that provider follows */
	REP_SEEN_BY_N
};
const char *rep_seen_by_word(enum rep_seen_by b); /* "log", "bounce", "delay-notice", "words" */

/* What it is, as far as the sender is concerned. */
enum rep_seen_is {
	REP_SEEN_TOO_LITTLE = 0, /* about the sender, but too few for a verdict */
	REP_SEEN_THEIRS,	 /* the receiver's own mistake: nothing to fix here */
	REP_SEEN_NEXT_HOP,	 /* quoted: the host behind the receiver refused the receiver */
	REP_SEEN_ONE_MESSAGE,	 /* about a message, a link or a recipient */
	REP_SEEN_IS_N
};
const char *rep_seen_is_word(enum rep_seen_is v);

/* Hosts that are named in a row of small hosts. */
enum { REP_SEEN_HOSTS = 3, REP_SEEN_ROWS = 256 };

struct rep_seen_row {
	uint32_t provider, rule; /* names */
	uint32_t label, stream;	 /* names, of the latest */
	enum rep_class class;
	enum rep_scope scope;
	enum rep_seen_by by;
	enum rep_seen_is is;
	uint64_t n, bounced;
	bool taken;	    /* the provider accepted other mail */
	uint64_t forwarded; /* of mail that the source forwards for others */
	int64_t first_s, last_s;
	uint32_t
	    more; /* replies like these that would make a verdict; 0: their number is not why */
	struct {
		uint32_t domain;
		uint64_t n;
	} hosts[REP_SEEN_HOSTS]; /* of a small host, the most first; n == 0: unused */
	uint32_t hosts_n;	 /* how many there are in all, at most; one host may count twice */
};

struct rep_seen_list {
	struct rep_seen_row *v; /* worst first */
	size_t n;
	uint64_t not_told;   /* replies of kinds beyond REP_SEEN_ROWS */
	uint64_t recipients; /* replies about dead or full mailboxes, greylisting */
	uint64_t away;	     /* attempts that reached nobody */
};

/* REP_ELIMIT: the arena is too small. */
enum rep_rc rep_judge_seen(const struct rep_verdicts *v, struct rep_arena *a,
    struct rep_seen_list *out, struct rep_err *err) REP_NODISCARD;

#endif
