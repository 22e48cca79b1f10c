/*
 * cli/jobs.h -- what the daemon does from time to time beside its passes: the audit of own domains and addresses, a reading
 * of the queue, and asking for the keys that prove reports.
 *
 * Each is a process of its own (cli/child.h), at most one of a kind at a time. One that hangs is ended, and holds up
 * neither the watch nor the other. One that fails is made again, later each time.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_JOBS_H
#define REP_CLI_JOBS_H

#include "cli/child.h"
#include "engine/conditions.h"

enum rep_job_kind { REP_JOB_AUDIT = 0, REP_JOB_QUEUE, REP_JOB_PROOF, REP_JOBS };

/* What a job that ended well says. */
struct rep_job_done {
	int64_t in_ms; /* it is due again after this time; < 0: not while the configuration stays */
	bool news;     /* it has stored something that may be told */
	bool fine;     /* false: it could not do what it is for; the reason was printed */
};

struct rep_timed_job {
	pid_t pid; /* 0: none */
	int pipe;
	int64_t begun_ms, next_ms;
	unsigned failed;   /* in a row */
	bool worked;	   /* once since the daemon was started */
	int64_t failing_s; /* since when, by the clock */
};

struct rep_jobs {
	struct rep_timed_job v[REP_JOBS];
};

/* All of them are due soon, each at a moment of its own. Also after a reload. */
void rep_jobs_set(struct rep_jobs *j);

/* Begins what is due, and ends what hangs. In a child it does not return. `lock`: rep_child_start. */
void rep_jobs_begin(struct rep_jobs *j, struct rep_cli *c, int lock, int64_t now_ms);
/* When that has to be done again. */
int64_t rep_jobs_next(const struct rep_jobs *j);

/* A process has ended, with what waitpid gave. False: it was none of these. *news is set if it has stored some. */
bool rep_jobs_ended(struct rep_jobs *j, pid_t pid, int status, bool *news);

/*
 * Those that fail again and again. Returns how many. A queue that could never be read is none: the daemon may not be
 * allowed to, and says so in its output.
 */
size_t rep_jobs_limps(const struct rep_jobs *j, struct rep_limp v[REP_JOBS]);

/* Those of which this daemon cannot say yet that they work: if an earlier one told that they fail, they still do. */
size_t rep_jobs_unsure(const struct rep_jobs *j, struct rep_str v[REP_JOBS]);

void rep_jobs_kill(struct rep_jobs *j);

/* The work, in the child. `failed`: how often it failed before, in a row. */
void rep_audit_job(struct rep_cli *c, unsigned failed, struct rep_job_done *done);
void rep_queue_job(struct rep_cli *c, unsigned failed, struct rep_job_done *done);
void rep_proof_job(struct rep_cli *c, unsigned failed, struct rep_job_done *done);

#endif
