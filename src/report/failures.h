/*
 * report/failures.h -- what failure reports (RFC 6591, RFC 9991) answer: which single messages failed, from where, and why.
 *
 * Messages that failed alike are one group. Few receivers send such reports, so their number says nothing of all mail; what a
 * group shows is one message in full: its address, signature and check. Pure: reports in, one by one, the answer out.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_REPORT_FAILURES_H
#define REP_REPORT_FAILURES_H

#include "base/arena.h"
#include "base/err.h"
#include "fact/auth_failure.h"

enum {
	REP_FAILED_GROUPS = 512
}; /* Judgement: nobody reads more; of further ones the messages are counted */

struct rep_failed_group {
	struct rep_ip ip; /* version 0: not said */
	uint8_t check;	  /* enum rep_failed_check, or REP_SAID_ODD; 0: not said */
	struct rep_str from, dkim_domain,
	    dkim_selector; /* the domain in From; d= and s=; empty: not said */
	uint64_t messages, delivered,
	    stopped; /* by what receivers say: delivered, also as spam; refused */
	int64_t first_s, last_s;
	struct rep_str reporter, message_id; /* of the newest; message_id may be empty */
};

struct rep_failures_answer {
	const struct rep_failed_group *v; /* most messages first */
	size_t n;
	uint64_t messages; /* of all, also of those without a group */
	uint64_t left_out; /* messages without a group */
	uint64_t unsure;   /* reports that came by mail and are not proven: not in v */
};

struct rep_failures_asking; /* opaque; in the arena */

/* domain: only this one and what is below it, in lower case; empty: all. NULL: out of memory. */
struct rep_failures_asking *rep_failures_ask(struct rep_str domain, struct rep_arena *a);
/* Copies what it needs. at_s: when it happened. What has no room is said by rep_failures_answer. */
void rep_failures_add(struct rep_failures_asking *q, const struct rep_auth_failure *f, int64_t at_s,
    struct rep_str reporter);
enum rep_rc rep_failures_answer(struct rep_failures_asking *q, struct rep_failures_answer *out,
    struct rep_err *err) REP_NODISCARD;

#endif
