/*
 * dns/resolver.h -- asks DNS servers over the network (c-ares), behind a view with a cache.
 *
 * Asking never blocks: rep_resolver_view's get starts a query and gives NULL; rep_resolver_wait
 * sleeps until the answers that are under way came, or their deadline passed. Thousands may be under
 * way; at most `window` are sent at a time, the rest waits its turn. Questions carry EDNS
 * (1232 bytes); a truncated answer is asked for again over TCP. A server that fails or stays silent
 * is followed by the next one; what is kept says which answered and how long it took.
 *
 * All questions of a resolver together have one budget of time, from its opening. When it is over,
 * what is under way and what is asked later is REP_DNS_LATE at once: a chain of slow servers, each
 * within its own time, cannot hold a command for longer.
 *
 * Answers are kept by their TTL and live until rep_resolver_close; within one piece of
 * work nothing changes under an evaluator. Failures are never kept from one to the next.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_DNS_RESOLVER_H
#define REP_DNS_RESOLVER_H

#include "dns/answer.h"

struct rep_resolver;

/*
 * Six servers in a row that are silent for the 5 s of one question. The longest honest work, 64
 * addresses at lists that take 10 questions a second, needs half of it.
 */
enum { REP_DNS_BUDGET_MS = 30000 };

struct rep_resolver_params {
	const char
	    *server;	 /* "ADDR", "ADDR:PORT", "[ADDR]:PORT"; NULL: those of /etc/resolv.conf */
	int timeout_ms;	 /* for one question at one server; 0: 5000 */
	int budget_ms;	 /* for all questions together; 0: REP_DNS_BUDGET_MS */
	unsigned window; /* 0: 400 */
	unsigned max_queries; /* of one resolver; beyond it REP_DNS_LIMIT. 0: 20,000 */
	size_t memory;	      /* for answers; beyond it REP_DNS_LIMIT. 0: 64 MiB */
};

/* REP_EUSAGE: `server` is none. REP_EIO: no server known, no descriptors. */
enum rep_rc rep_resolver_open(const struct rep_resolver_params *o, struct rep_resolver **out,
    struct rep_err *err) REP_NODISCARD;
void rep_resolver_close(struct rep_resolver *r);

struct rep_dns_view rep_resolver_view(struct rep_resolver *r);

/* Until every question asked is answered. */
void rep_resolver_wait(struct rep_resolver *r);
/* Sends what waits and sleeps for a moment, 10 ms at most: for those who also look at the clock. */
void rep_resolver_turn(struct rep_resolver *r);

struct rep_resolver_counts {
	unsigned asked, answered, failed;
	unsigned late; /* of those that failed: REP_DNS_LATE */
	bool any;      /* at least one server answered something */
	bool recursed; /* and it was a recursing one (RA) */
};
struct rep_resolver_counts rep_resolver_counted(const struct rep_resolver *r);
/* What is left of the budget; 0: nothing. */
int rep_resolver_left_ms(const struct rep_resolver *r);
/* The servers asked, "192.0.2.53, 192.0.2.54": for messages. */
const char *rep_resolver_servers(const struct rep_resolver *r);

#endif
