/*
 * serve/role.h -- the parse role: hostile documents are read in processes of their own.
 *
 * A worker is this same program started anew (or, where the caller says so, a fork), locked by
 * serve/sandbox.h. It gets one document after the other and answers each with one message of
 * facts. It is replaced after jobs_each documents, and whenever it dies. A document whose worker
 * died is tried once more by a fresh one, since a worker can be killed for reasons that are not
 * the document's; a second death, or a document that takes longer than timeout_ms, ends with an
 * outcome and a reason, and the rest goes on.
 *
 * Outcomes come in the order of submission. The pool holds copies of the documents in flight:
 * at most REP_POOL_FLIGHT of them and REP_POOL_BYTES.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_SERVE_ROLE_H
#define REP_SERVE_ROLE_H

#include "serve/report_msg.h"
#include "serve/sandbox.h"

enum {
	REP_POOL_FLIGHT = 64,
	REP_POOL_BYTES = 64 << 20,
	REP_POOL_WORKERS_MAX = 16,
	REP_WORKER_MEMORY = 1 << 30,
	REP_WORKER_JOBS = 5000,
	REP_WORKER_TIMEOUT_MS = 30000
};

struct rep_pool_params {
	/* The program that becomes a worker, and its arguments; NULL: a fork of this process. */
	const char *exe;
	char *const *argv;
	unsigned workers; /* 0: as many as there are processors, at most 4 */
	uint64_t jobs_each;
	int timeout_ms;
	/* tests: SIGKILL, SIGSTOP to the worker of the Nth job sent; 0: never */
	uint64_t kill_at, stop_at;
};

enum rep_outcome {
	REP_OUTCOME_READ = 0, /* result holds what was found */
	REP_OUTCOME_DIED,     /* its worker died of it, twice */
	REP_OUTCOME_TIMEOUT
};

/* One for each document. `reason` says what went wrong (DIED, TIMEOUT). */
typedef enum rep_rc (*rep_outcome_fn)(void *ctx, uint64_t tag, const struct rep_job *job,
    enum rep_outcome outcome, const char *reason, const struct rep_result *result,
    struct rep_err *err);

struct rep_pool;

enum rep_rc rep_pool_new(const struct rep_pool_params *o, rep_outcome_fn fn, void *ctx,
    struct rep_pool **out, struct rep_err *err) REP_NODISCARD;
/* Ends the workers; documents in flight get no outcome. */
void rep_pool_free(struct rep_pool *p);

/* What the first worker said of its sandbox. */
const struct rep_sandbox *rep_pool_sandbox(const struct rep_pool *p);
/* Workers started so far, and how many of them died unasked. */
void rep_pool_counts(const struct rep_pool *p, uint64_t *started, uint64_t *died);

/* Copies the document. May call fn for earlier ones; its rc comes back. */
enum rep_rc rep_pool_submit(
    struct rep_pool *p, const struct rep_job *job, uint64_t tag, struct rep_err *err) REP_NODISCARD;
/* Until every document has its outcome. */
enum rep_rc rep_pool_drain(struct rep_pool *p, struct rep_err *err) REP_NODISCARD;

/*
 * The worker's whole life: locks itself, says so, reads jobs from descriptor 0, answers on 1,
 * ends at the end of input. Returns the exit code.
 */
int rep_worker_main(void);

#endif
