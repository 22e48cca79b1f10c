/*
 * unit/test_role.c -- the parse role: what a worker cannot do, and what happens to the other
 * documents when a worker dies.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "intake/document.h"
#include "serve/role.h"
#include "tap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- the sandbox ---------------------------------------------------------------------------- */

static int
open_file(void)
{
	return open("/etc/passwd", O_RDONLY | O_CLOEXEC) < 0;
}

static int
make_file(void)
{
	return open("/tmp/reputed-test-made", O_WRONLY | O_CREAT | O_CLOEXEC, 0600) < 0;
}

static int
open_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) < 0 && socket(AF_UNIX, SOCK_STREAM, 0) < 0;
}

static void *
nothing(void *p)
{
	return p;
}

static int
start_thread(void)
{
	pthread_t t;

	return pthread_create(&t, NULL, nothing, NULL) != 0;
}

static int
start_process(void)
{
	return fork() < 0;
}

static int
run_program(void)
{
	char name[] = "true";
	char *argv[] = { name, NULL }, *env[] = { NULL };

	(void)execve("/bin/true", argv, env);
	return 0;
}

static int
memory_to_run(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		   0) == MAP_FAILED;
}

static int
kill_others(void)
{
	return kill(getppid(), 0) != 0;
}

/* What a worker tries. It is refused (and the worker goes on), or SIGSYS ends the worker. */
static const struct {
	const char *name;
	int (*tries)(void);
	bool fatal;
} tries[] = {
	{ "a file cannot be opened", open_file, false },
	{ "a file cannot be made", make_file, false },
	{ "a socket cannot be opened", open_socket, false },
	{ "a thread cannot be started", start_thread, false },
	{ "a process cannot be started", start_process, false },
	{ "a program cannot be run", run_program, true },
	{ "memory that can be run is the end", memory_to_run, true },
	{ "a signal to another process is the end", kill_others, true },
};

static void
sandbox(void)
{
	struct rep_sandbox box;
	int status;
	pid_t pid;

	for (size_t i = 0; i < REP_COUNT(tries); i++) {
		if ((pid = fork()) == 0) {
			if (rep_sandbox_enter(REP_WORKER_MEMORY, &box, NULL) != REP_OK ||
			    !box.seccomp)
				_exit(77);
			_exit(tries[i].tries() ? 0 : 1);
		}
		(void)waitpid(pid, &status, 0);
		if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
			skip("%s: this kernel has no seccomp", tries[i].name);
		else if (tries[i].fatal)
			ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS, "%s", tries[i].name);
		else
			ok(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s", tries[i].name);
	}
}

/* --- the pool --------------------------------------------------------------------------------- */

static const char dsn[] =
    "Return-Path: <>\n"
    "From: MAILER-DAEMON@mx1.shop.example (Mail Delivery System)\n"
    "To: bounce@shop.example\n"
    "Date: Tue, 3 Nov 2026 06:42:11 +0000\n"
    "Subject: Undelivered Mail Returned to Sender\n"
    "MIME-Version: 1.0\n"
    "Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n"
    "--b\nContent-Type: text/plain\n\nIt did not work.\n\n"
    "--b\nContent-Type: message/delivery-status\n\n"
    "Reporting-MTA: dns; mx1.shop.example\n\n"
    "Final-Recipient: rfc822; user%u@example.com\nAction: failed\nStatus: 5.1.1\n"
    "Diagnostic-Code: smtp; 550 5.1.1 no such user\n\n--b--\n";

enum { JOBS = 30 };

struct seen {
	uint64_t next;
	unsigned right, died, timeouts, out_of_order, no_reason;
};

static enum rep_rc
on_outcome(void *ctx, uint64_t tag, const struct rep_job *job, enum rep_outcome outcome,
    const char *reason, const struct rep_result *r, struct rep_err *err)
{
	struct seen *s = ctx;
	char want[64];

	(void)job;
	(void)err;
	snprintf(want, sizeof want, "user%u@example.com", (unsigned)tag);
	s->out_of_order += tag != s->next++;
	s->died += outcome == REP_OUTCOME_DIED;
	s->timeouts += outcome == REP_OUTCOME_TIMEOUT;
	s->no_reason += outcome != REP_OUTCOME_READ && reason[0] == '\0';
	s->right += outcome == REP_OUTCOME_READ && r->n == 1 &&
	    rep_str_eq(r->reports[0].recipient, rep_str_c(want)) &&
	    r->reports[0].kind == REP_REPORT_BOUNCE;
	return REP_OK;
}

/* Runs JOBS documents through a pool with these options. */
static struct seen
through(const struct rep_pool_params *o, uint64_t *started, uint64_t *died)
{
	struct seen s = { 0 };
	struct rep_pool *p = NULL;
	struct rep_err err = { .msg = "" };
	char text[2048];

	if (rep_pool_new(o, on_outcome, &s, &p, &err) != REP_OK)
		return s;
	for (unsigned i = 0; i < JOBS; i++) {
		int n = snprintf(text, sizeof text, dsn, i);
		struct rep_job j = { .kind = REP_DOC_MAIL, .bytes = { text, (size_t)n } };

		if (rep_pool_submit(p, &j, i, &err) != REP_OK) {
			printf("# %s\n", err.msg);
			break;
		}
	}
	if (rep_pool_drain(p, &err) != REP_OK)
		printf("# %s\n", err.msg);
	rep_pool_counts(p, started, died);
	ok(rep_pool_sandbox(p)->seccomp ? rep_pool_sandbox(p)->tried : true,
	    "the worker tried to leave its sandbox and could not");
	rep_pool_free(p);
	return s;
}

static void
undisturbed(void)
{
	struct rep_pool_params o = { .workers = 2, .jobs_each = 7 };
	uint64_t started = 0, died = 0;
	struct seen s = through(&o, &started, &died);

	is_int(s.right, JOBS, "every document is read");
	is_int(s.out_of_order, 0, "outcomes come in the order of submission");
	is_int((int64_t)died, 0, "no worker died");
	ok(started >= JOBS / 7, "workers are replaced after their share of documents");
}

static void
killed_at_each(void)
{
	unsigned right = 0, wrong_order = 0, died_in_all = 0;

	for (uint64_t at = 1; at <= JOBS; at++) {
		struct rep_pool_params o = { .workers = 2, .kill_at = at };
		uint64_t started = 0, died = 0;
		struct seen s = through(&o, &started, &died);

		right += s.right == JOBS;
		wrong_order += s.out_of_order;
		died_in_all += died == 1;
	}
	is_int(right, JOBS, "a worker killed at any job changes nothing");
	is_int(wrong_order, 0, "nor the order");
	is_int(died_in_all, JOBS, "and it was killed each time");
}

static void
too_slow(void)
{
	struct rep_pool_params o = { .workers = 1, .timeout_ms = 1500, .stop_at = 5 };
	uint64_t started = 0, died = 0;
	struct seen s = through(&o, &started, &died);

	is_int(s.timeouts, 1, "a document that takes too long is given up");
	is_int(s.right, JOBS - 1, "all others are read");
	is_int(s.no_reason, 0, "with a reason");
}

int
main(void)
{
	(void)signal(SIGPIPE, SIG_IGN);
	sandbox();
	undisturbed();
	killed_at_each();
	too_slow();
	return done();
}
