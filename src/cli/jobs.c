/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/jobs.h"
#include "base/time.h"
#include "io/steady.h"

#include <signal.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	MOST_MS = 1800000, /* then it is ended: no audit and no reading takes half an hour */
	/*
	 * After one that failed; doubled each time. Judgement: a name server or Postfix that is restarted is back after
	 * a minute; one that is not is tried each hour.
	 */
	AGAIN_MS = 60000,
	AGAIN_MAX_MS = 3600000,
	LIMPS = 3,	 /* failures in a row that are told. Judgement */
	SPREAD_MS = 5000 /* many machines that start at once do not ask at once */
};

#define TEXT(s)                  \
	{                        \
		s, sizeof(s) - 1 \
	}
static const struct {
	void (*run)(struct rep_cli *c, unsigned failed, struct rep_job_done *done);
	struct rep_str what, text;
} jobs[REP_JOBS] = {
	[REP_JOB_AUDIT] = { rep_audit_job, TEXT("look at your domains in DNS"),
	    TEXT(
		"Own domains and addresses could not be looked at in DNS, several times in a row.") },
	[REP_JOB_QUEUE] = { rep_queue_job, TEXT("read the queue of Postfix"),
	    TEXT("The queue of Postfix could not be read, several times in a row.") },
	[REP_JOB_PROOF] = { rep_proof_job, TEXT("ask for the keys of reports"),
	    TEXT(
		"What proves the reports that came by mail could not be stored, several times in a row.") },
};
#undef TEXT

/* Below SPREAD_MS. */
static int64_t
some_ms(void)
{
	uint16_t v = 0;

	(void)!getrandom(&v, sizeof v, 0);
	return v % SPREAD_MS;
}

void
rep_jobs_set(struct rep_jobs *j)
{
	for (size_t i = 0; i < REP_JOBS; i++)
		j->v[i].next_ms = rep_steady_ms() + some_ms();
}

void
rep_jobs_begin(struct rep_jobs *j, struct rep_cli *c, int lock, int64_t now_ms)
{
	struct rep_job_done done = { .in_ms = -1 };

	for (size_t i = 0; i < REP_JOBS; i++) {
		struct rep_timed_job *x = &j->v[i];

		if (x->pid != 0 && now_ms - x->begun_ms >= MOST_MS) {
			(void)kill(x->pid, SIGKILL);
			x->begun_ms = now_ms; /* it may not die at once: not again in each round */
		}
		if (x->pid != 0 || now_ms < x->next_ms)
			continue;
		x->begun_ms = now_ms;
		x->next_ms = INT64_MAX;
		x->pid = rep_child_start(c, lock, &x->pipe);
		if (x->pid == 0) {
			jobs[i].run(c, x->failed, &done);
			rep_child_end(c, x->pipe, &done, sizeof done);
		}
		if (x->pid < 0) {
			x->pid = 0;
			x->next_ms = now_ms + AGAIN_MS;
		}
	}
}

int64_t
rep_jobs_next(const struct rep_jobs *j)
{
	int64_t first = INT64_MAX;

	for (size_t i = 0; i < REP_JOBS; i++) {
		const struct rep_timed_job *x = &j->v[i];
		int64_t at = x->pid != 0 ? x->begun_ms + MOST_MS : x->next_ms;

		first = at < first ? at : first;
	}
	return first;
}

bool
rep_jobs_ended(struct rep_jobs *j, pid_t pid, int status, bool *news)
{
	for (size_t i = 0; i < REP_JOBS; i++) {
		struct rep_timed_job *x = &j->v[i];
		struct rep_job_done done = { .in_ms = -1 };
		bool well;

		if (x->pid != pid)
			continue;
		x->pid = 0;
		well = rep_child_ended(&x->pipe, &done, sizeof done) && done.fine;
		if (WIFSIGNALED(status))
			rep_cli_say("%.*s: its process was ended by signal %d",
			    REP_PR(jobs[i].what), WTERMSIG(status));
		x->worked = x->worked || well;
		if (well)
			x->failed = 0;
		else if (x->failed++ == 0)
			x->failing_s = rep_cli_clock_s();
		*news = *news || done.news || x->failed == LIMPS;
		/* What a reload asked for while it ran comes first. */
		if (x->next_ms == INT64_MAX && !well)
			x->next_ms =
			    rep_steady_ms() + rep_doubled(AGAIN_MS, x->failed, AGAIN_MAX_MS);
		else if (x->next_ms == INT64_MAX && done.in_ms >= 0)
			x->next_ms = rep_steady_ms() + done.in_ms;
		return true;
	}
	return false;
}

size_t
rep_jobs_limps(const struct rep_jobs *j, struct rep_limp v[REP_JOBS])
{
	size_t n = 0;

	for (size_t i = 0; i < REP_JOBS; i++)
		if (j->v[i].failed >= LIMPS && (i != REP_JOB_QUEUE || j->v[i].worked))
			v[n++] = (struct rep_limp){ jobs[i].what, j->v[i].failing_s, jobs[i].text };
	return n;
}

size_t
rep_jobs_unsure(const struct rep_jobs *j, struct rep_str v[REP_JOBS])
{
	size_t n = 0;

	for (size_t i = 0; i < REP_JOBS; i++)
		if (!j->v[i].worked && (i == REP_JOB_QUEUE || j->v[i].failed < LIMPS))
			v[n++] = jobs[i].what;
	return n;
}

void
rep_jobs_kill(struct rep_jobs *j)
{
	for (size_t i = 0; i < REP_JOBS; i++)
		rep_child_kill(j->v[i].pid);
}
