/*
 * The engine's side of the parse role: workers, pipes, and the order of the outcomes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "serve/role.h"
#include "serve/start.h"
#include "io/steady.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PER_WORKER = 16, READ = 256 << 10, PIPE = 1 << 20, TRIES = 2, START_MS = 20000 };

enum job_state { WAITING = 0, SENT, DONE };

struct job {
	struct rep_buf message; /* the whole message with its header; owned */
	struct rep_buf answer;	/* owned */
	uint64_t tag, id;
	enum job_state state;
	enum rep_outcome outcome;
	unsigned tries;
	char reason[120];
};

struct pool_worker {
	pid_t pid; /* 0: not running */
	int to, from;
	bool ready;
	uint64_t jobs;		    /* jobs that were sent to it */
	uint64_t queue[PER_WORKER]; /* job ids; it works on the first */
	size_t queued;
	size_t written;	  /* bytes already written of the message at `writing` */
	size_t writing;	  /* index in queue of the message that is being written */
	int64_t since_ms; /* when its present first job became the first */
	struct rep_buf in;
};

struct rep_pool {
	struct rep_pool_params o;
	rep_outcome_fn fn;
	void *ctx;
	struct pool_worker workers[REP_POOL_WORKERS_MAX];
	struct job jobs[REP_POOL_FLIGHT]; /* a ring by id */
	uint64_t first, next;		  /* the ids in flight are first .. next - 1 */
	size_t bytes;
	struct rep_arena *arena;
	struct rep_sandbox box;
	uint64_t started, died, sent;
	unsigned start_failures; /* in a row */
};

static struct job *
job_of(struct rep_pool *p, uint64_t id)
{
	return &p->jobs[id % REP_POOL_FLIGHT];
}

/* --- workers -------------------------------------------------------------------------------- */

static enum rep_rc
start(struct rep_pool *p, struct pool_worker *w, struct rep_err *err)
{
	int to[2] = { -1, -1 }, from[2] = { -1, -1 };
	enum rep_rc rc;

	if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0 ||
	    (w->pid = rep_worker_start(p->o.exe, p->o.argv, rep_worker_main, to[0], from[1])) < 0) {
		/* First, because close() may change errno. */
		rc = rep_fail(err, REP_EIO, "a worker cannot be started: %s", strerror(errno));
		for (int i = 0; i < 2; i++) {
			(void)close(to[i]);
			(void)close(from[i]);
		}
		w->pid = 0;
		return rc;
	}
	(void)close(to[0]);
	(void)close(from[1]);
	(void)fcntl(to[1], F_SETPIPE_SZ, PIPE);
	(void)fcntl(from[0], F_SETPIPE_SZ, PIPE);
	(void)fcntl(to[1], F_SETFL, O_NONBLOCK);
	(void)fcntl(from[0], F_SETFL, O_NONBLOCK);
	w->to = to[1];
	w->from = from[0];
	w->ready = false;
	w->jobs = w->queued = w->written = w->writing = 0;
	w->since_ms = rep_steady_ms();
	rep_buf_clear(&w->in);
	p->started++;
	return REP_OK;
}

/*
 * Ends the worker, after waiting for its own end for wait_ms, and returns its status. Its jobs wait
 * again.
 */
static int
end(struct rep_pool *p, struct pool_worker *w, int wait_ms)
{
	int status;

	if (w->pid == 0)
		return 0;
	status = rep_worker_reap(w->pid, wait_ms);
	(void)close(w->to);
	(void)close(w->from);
	for (size_t i = 0; i < w->queued; i++)
		job_of(p, w->queue[i])->state = WAITING;
	w->pid = 0;
	w->queued = w->written = w->writing = 0;
	return status;
}

static void
finish_job(struct job *j, enum rep_outcome outcome, const char *reason)
{
	j->state = DONE;
	j->outcome = outcome;
	snprintf(j->reason, sizeof j->reason, "%s", reason);
}

/*
 * The worker ended although nobody asked it to. When that happens twice with one job, the job is to
 * blame.
 */
static void
on_death(struct rep_pool *p, struct pool_worker *w)
{
	struct job *j = w->queued > 0 ? job_of(p, w->queue[0]) : NULL;
	char how[REP_WORKER_STATUS_TEXT], reason[120];
	bool was_ready = w->ready;
	int status;

	/* The pipe is closed, so the worker is dead or dying. We want the status of its own end. */
	status = end(p, w, 200);
	p->died++;
	p->start_failures = was_ready ? 0 : p->start_failures + 1;
	if (j == NULL || !was_ready || ++j->tries < TRIES)
		return;
	rep_worker_status_text(status, how);
	snprintf(reason, sizeof reason,
	    WIFSIGNALED(status) ? "the process that read it crashed (%s)"
				: "the process that read it %s",
	    how);
	finish_job(j, REP_OUTCOME_DIED, reason);
}

static void
on_timeout(struct rep_pool *p, struct pool_worker *w)
{
	struct job *j = w->queued > 0 ? job_of(p, w->queue[0]) : NULL;
	bool was_ready;
	char reason[120];

	p->died++;
	if (!w->ready) /* it never started: no document is to blame */
		p->start_failures++;
	was_ready = w->ready;
	(void)end(p, w, 0);
	if (j == NULL || !was_ready)
		return;
	snprintf(reason, sizeof reason, "reading it took more than %d s", p->o.timeout_ms / 1000);
	finish_job(j, REP_OUTCOME_TIMEOUT, reason);
}

/* --- moving bytes ---------------------------------------------------------------------------- */

/* Gives waiting jobs to workers that have room. The worker with the fewest jobs comes first. */
static enum rep_rc
hand_out(struct rep_pool *p, struct rep_err *err)
{
	for (uint64_t id = p->first; id < p->next; id++) {
		struct job *j = job_of(p, id);
		struct pool_worker *best = NULL;
		enum rep_rc rc;

		if (j->state != WAITING)
			continue;
		for (unsigned i = 0; i < p->o.workers; i++) {
			struct pool_worker *w = &p->workers[i];

			if (w->pid != 0 && (w->jobs >= p->o.jobs_each || w->queued >= PER_WORKER))
				continue;
			if (best == NULL || w->queued < best->queued)
				best = w;
		}
		if (best == NULL)
			return REP_OK;
		if (best->pid == 0) {
			if (p->start_failures > 3)
				return rep_fail(err, REP_EIO,
				    "no worker process starts: no document can be "
				    "read");
			if ((rc = start(p, best, err)) != REP_OK)
				return rc;
		}
		if (best->queued == 0)
			best->since_ms = rep_steady_ms();
		best->queue[best->queued++] = id;
		best->jobs++;
		j->state = SENT;
	}
	return REP_OK;
}

static bool
write_some(struct rep_pool *p, struct pool_worker *w)
{
	while (w->writing < w->queued) {
		struct rep_str m = rep_buf_str(&job_of(p, w->queue[w->writing])->message);
		ssize_t n = write(w->to, m.p + w->written, m.n - w->written);

		if (n < 0)
			return errno == EAGAIN || errno == EINTR;
		w->written += (size_t)n;
		if (w->written < m.n)
			continue;
		w->writing++;
		w->written = 0;
		if (++p->sent == p->o.kill_at)
			(void)kill(w->pid, SIGKILL);
		if (p->sent == p->o.stop_at)
			(void)kill(w->pid, SIGSTOP);
	}
	return true;
}

/* Handles each message that the worker sent. False: the worker can no longer be trusted. */
static bool
take_messages(struct rep_pool *p, struct pool_worker *w)
{
	struct rep_str left = rep_buf_str(&w->in);
	struct rep_msg m;
	enum rep_rc rc = REP_OK;
	size_t used;

	while (left.n > 0 && (rc = rep_msg_take(left, &m, &used, NULL)) == REP_OK) {
		if (m.type == REP_MSG_READY && !w->ready) {
			w->ready = true;
			w->since_ms = rep_steady_ms();
			p->start_failures = 0;
			rep_worker_ready(&m, &p->box);
		} else if (m.type == REP_MSG_FACTS && w->ready && w->writing > 0 &&
		    m.id == w->queue[0]) {
			struct job *j = job_of(p, m.id);

			rep_buf_clear(&j->answer);
			rep_buf_add(&j->answer, rep_str_sub(left, 0, used));
			finish_job(j, REP_OUTCOME_READ, "");
			memmove(w->queue, w->queue + 1, --w->queued * sizeof *w->queue);
			w->writing--;
			w->since_ms = rep_steady_ms();
		} else {
			return false;
		}
		left = rep_str_sub(left, used, left.n);
	}
	if (rc != REP_OK && rc != REP_ENOTFOUND)
		return false;
	if (left.n > 0)
		memmove(w->in.p, left.p, left.n);
	w->in.n = left.n;
	return true;
}

/* False: the worker is gone, or sends wrong messages. */
static bool
read_some(struct rep_pool *p, struct pool_worker *w)
{
	static char chunk[READ];
	ssize_t n = read(w->from, chunk, sizeof chunk);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (n == 0)
		return false;
	rep_buf_add(&w->in, (struct rep_str){ chunk, (size_t)n });
	return !w->in.full && take_messages(p, w);
}

static int
time_left(const struct rep_pool *p, const struct pool_worker *w, int64_t now_ms)
{
	int64_t allowed = w->ready ? p->o.timeout_ms : START_MS;
	int64_t left = w->since_ms + allowed - now_ms;

	return left < 0 ? 0 : (int)left;
}

/* Waits until something happens, and handles it. */
static enum rep_rc
step(struct rep_pool *p, struct rep_err *err)
{
	struct pollfd fds[2 * REP_POOL_WORKERS_MAX];
	struct pool_worker *who[2 * REP_POOL_WORKERS_MAX];
	int64_t now = rep_steady_ms();
	int wait = p->o.timeout_ms;
	nfds_t n = 0;
	enum rep_rc rc;

	if ((rc = hand_out(p, err)) != REP_OK)
		return rc;
	for (unsigned i = 0; i < p->o.workers; i++) {
		struct pool_worker *w = &p->workers[i];

		if (w->pid == 0 || w->queued == 0)
			continue;
		if (w->ready && w->writing < w->queued) {
			who[n] = w;
			fds[n++] = (struct pollfd){ w->to, POLLOUT, 0 };
		}
		who[n] = w;
		fds[n++] = (struct pollfd){ w->from, POLLIN, 0 };
		if (time_left(p, w, now) < wait)
			wait = time_left(p, w, now);
	}
	if (poll(fds, n, wait) < 0 && errno != EINTR)
		return rep_fail(err, REP_EIO, "waiting for workers: %s", strerror(errno));
	for (nfds_t i = 0; i < n; i++) {
		struct pool_worker *w = who[i];
		bool fine = true;

		if (w->pid == 0 || fds[i].revents == 0)
			continue;
		if (fds[i].events == POLLIN)
			fine = read_some(p, w);
		else if ((fds[i].revents & POLLOUT) != 0)
			(void)write_some(p, w); /* when the worker is gone, reading notices it */
		if (!fine)
			on_death(p, w);
	}
	now = rep_steady_ms();
	for (unsigned i = 0; i < p->o.workers; i++) {
		struct pool_worker *w = &p->workers[i];

		if (w->pid != 0 && w->queued > 0 && time_left(p, w, now) == 0)
			on_timeout(p, w);
		else if (w->pid != 0 && w->queued == 0 && w->jobs >= p->o.jobs_each)
			(void)end(p, w, 0); /* it has read its share of documents */
	}
	return REP_OK;
}

/* --- outcomes -------------------------------------------------------------------------------- */

static enum rep_rc
report_outcome(struct rep_pool *p, struct job *j, struct rep_err *err)
{
	struct rep_result res = { 0 };
	struct rep_job job;
	struct rep_msg m;
	struct rep_err why;
	enum rep_outcome outcome = j->outcome;
	const char *reason = j->reason;
	size_t used;

	if (rep_msg_take(rep_buf_str(&j->message), &m, &used, err) != REP_OK ||
	    rep_msg_get_job(&m, &job, err) != REP_OK)
		return REP_EIO;
	rep_arena_reset(p->arena);
	if (outcome == REP_OUTCOME_READ &&
	    (rep_msg_take(rep_buf_str(&j->answer), &m, &used, &why) != REP_OK ||
		rep_msg_get_result(&m, p->arena, &res, &why) != REP_OK)) {
		outcome = REP_OUTCOME_DIED;
		reason = why.msg;
	}
	return p->fn(p->ctx, j->tag, &job, outcome, reason, &res, err);
}

/* Reports the jobs at the front that are done, in order. */
static enum rep_rc
report_done(struct rep_pool *p, struct rep_err *err)
{
	while (p->first < p->next && job_of(p, p->first)->state == DONE) {
		struct job *j = job_of(p, p->first);
		enum rep_rc rc = report_outcome(p, j, err);

		p->bytes -= j->message.n;
		if (j->message.cap > READ)
			rep_buf_fini(&j->message);
		if (j->answer.cap > READ)
			rep_buf_fini(&j->answer);
		p->first++;
		if (rc != REP_OK)
			return rc;
	}
	return REP_OK;
}

enum rep_rc
rep_pool_submit(struct rep_pool *p, const struct rep_job *job, uint64_t tag, struct rep_err *err)
{
	enum rep_rc rc;
	struct job *j;

	while (p->next - p->first >= REP_POOL_FLIGHT ||
	    (p->next > p->first && p->bytes + job->bytes.n > REP_POOL_BYTES))
		if ((rc = step(p, err)) != REP_OK || (rc = report_done(p, err)) != REP_OK)
			return rc;
	j = job_of(p, p->next);
	j->message.max = REP_MSG_MAX + REP_MSG_HEADER;
	j->answer.max = REP_MSG_MAX + REP_MSG_HEADER;
	rep_buf_clear(&j->message);
	rep_msg_put_job(&j->message, p->next, job);
	if (j->message.full)
		return rep_fail(err, REP_ELIMIT, "larger than %d bytes", REP_MSG_MAX);
	j->tag = tag;
	j->tries = 0;
	j->state = WAITING;
	p->bytes += j->message.n;
	p->next++;
	if ((rc = hand_out(p, err)) != REP_OK)
		return rc;
	for (unsigned i = 0; i < p->o.workers; i++)
		if (p->workers[i].pid != 0 && p->workers[i].ready)
			(void)write_some(p, &p->workers[i]);
	return REP_OK;
}

enum rep_rc
rep_pool_drain(struct rep_pool *p, struct rep_err *err)
{
	enum rep_rc rc;

	while (p->first < p->next)
		if ((rc = report_done(p, err)) != REP_OK ||
		    (p->first < p->next && (rc = step(p, err)) != REP_OK))
			return rc;
	return REP_OK;
}

/* --- life ------------------------------------------------------------------------------------- */

enum rep_rc
rep_pool_new(const struct rep_pool_params *o, rep_outcome_fn fn, void *ctx, struct rep_pool **out,
    struct rep_err *err)
{
	struct rep_pool *p = calloc(1, sizeof *p);
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	if (p == NULL || (p->arena = rep_arena_new(512 << 20)) == NULL) {
		free(p);
		return rep_fail(err, REP_EMEM, "out of memory");
	}
	p->o = *o;
	p->fn = fn;
	p->ctx = ctx;
	if (p->o.workers == 0)
		p->o.workers = processors < 1 ? 1 : processors > 4 ? 4 : (unsigned)processors;
	if (p->o.workers > REP_POOL_WORKERS_MAX)
		p->o.workers = REP_POOL_WORKERS_MAX;
	if (p->o.jobs_each == 0)
		p->o.jobs_each = REP_WORKER_JOBS;
	if (p->o.timeout_ms == 0)
		p->o.timeout_ms = REP_WORKER_TIMEOUT_MS;
	for (unsigned i = 0; i < p->o.workers; i++)
		rep_buf_init(&p->workers[i].in, REP_MSG_MAX + REP_MSG_HEADER + READ);
	*out = p;
	return REP_OK;
}

void
rep_pool_free(struct rep_pool *p)
{
	if (p == NULL)
		return;
	for (unsigned i = 0; i < p->o.workers; i++) {
		(void)end(p, &p->workers[i], 0);
		rep_buf_fini(&p->workers[i].in);
	}
	for (size_t i = 0; i < REP_POOL_FLIGHT; i++) {
		rep_buf_fini(&p->jobs[i].message);
		rep_buf_fini(&p->jobs[i].answer);
	}
	rep_arena_free(p->arena);
	free(p);
}

const struct rep_sandbox *
rep_pool_sandbox(const struct rep_pool *p)
{
	return &p->box;
}

void
rep_pool_counts(const struct rep_pool *p, uint64_t *started, uint64_t *died)
{
	*started = p->started;
	*died = p->died;
}
