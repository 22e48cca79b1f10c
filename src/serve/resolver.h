/*
 * serve/resolver.h -- asks DNS servers through a process that is locked, behind a view with a cache.
 *
 * What comes from the network is taken apart in a process of its own (dns/asker.h), which is locked as
 * those that read logs are (serve/sandbox.h): no file, no socket of its own, no program, no other
 * user's rights. When it needs a socket it asks for one, and gets one that is connected to a server of
 * this resolver, or to one that the question under way names; nothing else. What it makes of an
 * answer is checked (serve/resolve_msg.h).
 *
 * Asking never blocks: rep_resolver_view's get notes a question and gives NULL; rep_resolver_wait
 * sleeps until the answers that are under way came, or their deadline passed. Thousands may wait; at
 * most REP_ASKER_WINDOW are under way. What is kept of an answer says who answered and how long it
 * took.
 *
 * All questions of a resolver together have one budget of time, from its opening. When it is over,
 * what is under way and what is asked later is REP_DNS_LATE at once: a chain of slow servers, each
 * within its own time, cannot hold a command for longer.
 *
 * Answers live until rep_resolver_close; within one piece of work nothing changes under an evaluator.
 *
 * When the process dies, or sends what makes no sense, it is over: nothing more is answered, and
 * waiting says why. No second one is started, because what killed the first would be asked again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_SERVE_RESOLVER_H
#define REP_SERVE_RESOLVER_H

#include "dns/answer.h"
#include "serve/sandbox.h"

struct rep_resolver;

/*
 * Six servers in a row that are silent for the 5 s of one question. The longest honest work, 64
 * addresses at lists that take 10 questions a second, needs half of it.
 */
enum { REP_DNS_BUDGET_MS = 30000 };

struct rep_resolver_params {
	/* The program that becomes the process, with its arguments. NULL: a fork of this one. */
	const char *exe;
	char *const *argv;
	const char
	    *server;	/* "ADDR", "ADDR:PORT", "[ADDR]:PORT"; NULL: those of /etc/resolv.conf */
	int timeout_ms; /* for one question at one server; 0: REP_ASKER_TIMEOUT_MS */
	int budget_ms;	/* for all questions together; 0: REP_DNS_BUDGET_MS */
	unsigned max_queries; /* of one resolver; beyond it REP_DNS_LIMIT. 0: 20,000 */
	size_t memory;	      /* for answers; beyond it REP_DNS_LIMIT. 0: 64 MiB */
	/* for tests: SIGKILL to the process at its Nth message after it began; 0: never */
	uint64_t kill_at;
};

/* Whether a text is a server as rep_resolver_params has it. REP_EUSAGE. */
enum rep_rc rep_resolver_server(const char *text, struct rep_err *err) REP_NODISCARD;

/* REP_EUSAGE: `server` is none. REP_EIO: no server known, no process, no descriptors. */
enum rep_rc rep_resolver_open(const struct rep_resolver_params *o, struct rep_resolver **out,
    struct rep_err *err) REP_NODISCARD;
void rep_resolver_close(struct rep_resolver *r); /* ends the process; NULL is allowed */

/* What the process said about its sandbox. */
const struct rep_sandbox *rep_resolver_sandbox(const struct rep_resolver *r);

struct rep_dns_view rep_resolver_view(struct rep_resolver *r);

/* Until every question asked is answered. REP_EIO: the process is gone. */
enum rep_rc rep_resolver_wait(struct rep_resolver *r, struct rep_err *err) REP_NODISCARD;
/*
 * After a wait in which no server said anything: asks for the root, because perhaps only the name servers
 * of one domain are silent. When that has no answer either, nothing more is sent: what is asked later is
 * REP_DNS_LATE at once, so that a silence is waited for twice and not in each round of questions.
 */
enum rep_rc rep_resolver_prove(struct rep_resolver *r, struct rep_err *err) REP_NODISCARD;
/*
 * Sends what waits and sleeps for a moment, 10 ms at most: for those who also look at the clock.
 * REP_EIO: the process is gone.
 */
enum rep_rc rep_resolver_turn(struct rep_resolver *r, struct rep_err *err) REP_NODISCARD;

struct rep_resolver_counts {
	unsigned asked, answered, failed;
	unsigned late;	  /* of those that failed: REP_DNS_LATE */
	unsigned refused; /* REP_DNS_REFUSED, and other errors without a try: NOTIMP, FORMERR */
	unsigned tried;	  /* REP_DNS_SERVFAIL: the server did try */
	bool any;	  /* at least one server answered something */
	bool recursed;	  /* and it was a recursing one (RA) */
};
struct rep_resolver_counts rep_resolver_counted(const struct rep_resolver *r);
/* What is left of the budget; 0: nothing. */
int rep_resolver_left_ms(const struct rep_resolver *r);
/* The servers asked, "192.0.2.53, 192.0.2.54": for messages. */
const char *rep_resolver_servers(const struct rep_resolver *r);

/* The whole life of the process: as rep_read_worker_main (serve/reader.h). */
int rep_resolve_worker_main(void);

#endif
