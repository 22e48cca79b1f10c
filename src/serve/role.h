/*
 * serve/role.h -- the parse role: hostile documents are read in processes of their own.
 *
 * A worker is this same program, started again (or a fork, when the caller asks for that), and
 * locked by serve/sandbox.h. It gets one document after another, and answers each with one message
 * of facts. It is replaced after jobs_each documents, and when it dies. When a worker dies, a new
 * worker tries the document once more, because the document need not be the reason. A second death,
 * or a document that takes longer than timeout_ms, ends with an outcome and a reason, and the other
 * documents go on.
 *
 * Outcomes come in the order of submission. The pool holds copies of the documents in flight: at
 * most REP_POOL_FLIGHT documents, and at most REP_POOL_BYTES bytes.
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
	/* The program that becomes a worker, with its arguments. NULL: a fork of this process. */
	const char *exe;
	char *const *argv;
	unsigned workers; /* 0: one for each processor, at most 4 */
	uint64_t jobs_each;
	int timeout_ms;
	/* for tests: SIGKILL or SIGSTOP to the worker of the Nth job sent; 0: never */
	uint64_t kill_at, stop_at;
};

enum rep_outcome {
	REP_OUTCOME_READ = 0, /* result holds what the document says */
	REP_OUTCOME_DIED,     /* its worker died twice */
	REP_OUTCOME_TIMEOUT
};

/* Called once for each document. `reason` says what went wrong (DIED, TIMEOUT). */
typedef enum rep_rc (*rep_outcome_fn)(void *ctx, uint64_t tag, const struct rep_job *job,
    enum rep_outcome outcome, const char *reason, const struct rep_result *result,
    struct rep_err *err);

struct rep_pool;

enum rep_rc rep_pool_new(const struct rep_pool_params *o, rep_outcome_fn fn, void *ctx,
    struct rep_pool **out, struct rep_err *err) REP_NODISCARD;
/* Ends the workers. Documents in flight get no outcome. */
void rep_pool_free(struct rep_pool *p);

/* What the first worker reported about its sandbox. */
const struct rep_sandbox *rep_pool_sandbox(const struct rep_pool *p);
/* How many workers were started so far, and how many of them died although nobody ended them. */
void rep_pool_counts(const struct rep_pool *p, uint64_t *started, uint64_t *died);

/* Copies the document. May call fn for earlier documents, and then returns what fn returned. */
enum rep_rc rep_pool_submit(
    struct rep_pool *p, const struct rep_job *job, uint64_t tag, struct rep_err *err) REP_NODISCARD;
/* Waits until every document has its outcome. */
enum rep_rc rep_pool_drain(struct rep_pool *p, struct rep_err *err) REP_NODISCARD;

/*
 * The whole life of a worker: it locks itself, reports that, reads jobs from descriptor 0, answers
 * on 1, and ends at the end of input. Returns the exit code.
 */
int rep_worker_main(void);

#endif
