/*
 * Used by several commands: messages, the session, the store.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cli.h"
#include "engine/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

void
rep_cli_note(struct rep_cli *c, int code)
{
	static const int rank[] = { 0, 1, 3, 2, 4 }; /* rank of the exit codes 0 to 4 */

	if (rank[code] > rank[c->worst])
		c->worst = code;
}

int
rep_cli_fail(struct rep_cli *c, int code, const struct rep_err *err)
{
	rep_cli_say("%s", err->msg);
	rep_cli_note(c, code);
	return c->worst;
}

/* Of a kind of message that may come thousands of times, only the first few are printed. */
enum { SAY_FIRST = 5 };

static void
on_problem(void *ctx, const struct rep_problem *p)
{
	static const int code[] = { REP_EXIT_OK, REP_EXIT_BAD_INPUT, REP_EXIT_FAILED };
	const char *skipped = p->line_skipped ? "; line skipped" : "";

	rep_cli_note(ctx, code[p->kind]);
	if (p->nth > SAY_FIRST)
		return;
	if (p->file != NULL && p->line != 0)
		rep_cli_say(
		    "%s:%llu: %s%s", p->file, (unsigned long long)p->line, p->text, skipped);
	else if (p->file != NULL)
		rep_cli_say("%s: %s%s", p->file, p->text, skipped);
	else
		rep_cli_say("%s%s", p->text, skipped);
}

static void
on_progress(void *ctx, uint64_t done, uint64_t of, bool end)
{
	(void)ctx;
	if (!isatty(STDERR_FILENO))
		return;
	if (end)
		fputs("\r\033[K", stderr);
	else
		fprintf(stderr, "\r%llu of %llu questions answered\033[K", (unsigned long long)done,
		    (unsigned long long)of);
	(void)fflush(stderr);
}

/* By how much the clock is wrong (s), for tests: in the file that REPUTED_CLOCK names. 0: nothing is said. */
static int64_t
skew_s(void)
{
	const char *path = getenv("REPUTED_CLOCK");
	FILE *f = path == NULL ? NULL : fopen(path, "re");
	char text[32];
	int64_t v = 0;

	if (f == NULL)
		return 0;
	if (fgets(text, sizeof text, f) != NULL)
		v = (int64_t)strtoll(text, NULL, 10);
	(void)fclose(f);
	return v;
}

static int64_t
clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return ((int64_t)t.tv_sec + skew_s()) * 1000 + t.tv_nsec / 1000000;
}

int64_t
rep_cli_clock_s(void)
{
	return clock_ms() / 1000;
}

void
rep_cli_session(struct rep_cli *c)
{
	c->session.cfg = &c->cfg;
	c->session.arena = c->arena;
	c->session.problem = on_problem;
	c->session.progress = on_progress;
	c->session.clock_ms = clock_ms;
	c->session.wait_s = (unsigned)rep_cli_fault("REPUTED_WAIT_S");
	c->session.ctx = c;
}

uint64_t
rep_cli_fault(const char *name)
{
	uint64_t v;

	return rep_str_u64(rep_str_c(getenv(name)), 1u << 30, &v) ? v : 0;
}

struct rep_documents_faults
rep_cli_faults(void)
{
	return (struct rep_documents_faults){ .kill_at = rep_cli_fault("REPUTED_KILL_WORKER_AT"),
		.kill_reader_at = rep_cli_fault("REPUTED_KILL_READER_AT"),
		.kill_open_at = rep_cli_fault("REPUTED_KILL_OPEN_AT"),
		.jobs_each = rep_cli_fault("REPUTED_WORKER_JOBS"),
		.timeout_ms = (int)rep_cli_fault("REPUTED_WORKER_TIMEOUT_MS") };
}

struct rep_channel_means
rep_cli_means(int64_t now_s)
{
	uint64_t timeout_ms = rep_cli_fault("REPUTED_ALERT_TIMEOUT_MS");

	return (struct rep_channel_means){ .timeout_ms = timeout_ms > 0 ? (int)timeout_ms
									: REP_CHANNEL_TIMEOUT_MS,
		.now_s = now_s,
		.ca_file = getenv("REPUTED_ALERT_CA"),
		.sendmail = getenv("REPUTED_ALERT_SENDMAIL") };
}

bool
rep_cli_sources(struct rep_cli *c)
{
	for (size_t i = 0; i < c->sources.n; i++) {
		struct rep_str name;
		struct rep_ip ip;

		if (!rep_wire_stated(c->sources.v[i], &name, &ip)) {
			rep_cli_say("--source %s: expected [LABEL=]IP, such as 203.0.113.24 or "
				    "mx1/postfix/out-a=203.0.113.24",
			    c->sources.v[i]);
			return false;
		}
		if (rep_ip_private(&ip)) {
			rep_cli_say("--source %s: this address is private, so no provider ever "
				    "sees it. Give the public one: on EC2 the Elastic IP, behind "
				    "NAT the address of the router",
			    c->sources.v[i]);
			return false;
		}
	}
	return true;
}

static struct rep_store *
reading(struct rep_cli *c, const char *begin)
{
	struct rep_store *store = NULL;
	struct rep_err err;
	enum rep_rc rc = rep_session_store(&c->session, REP_STORE_READ_ONLY, &store, &err);

	if (rc == REP_OK)
		return store;
	if (rc == REP_ENOTFOUND && geteuid() != 0 && access("/var/lib/reputed", F_OK) == 0)
		rep_cli_say(
		    "nothing was read yet as this user (%s does not exist). Root's database is in "
		    "/var/lib/reputed: use sudo, or give --db",
		    rep_session_db(&c->session));
	else if (rc == REP_ENOTFOUND)
		rep_cli_say("nothing was read yet (%s does not exist); begin with%s",
		    rep_session_db(&c->session), begin);
	else
		rep_cli_say("%s", err.msg);
	rep_cli_note(c, REP_EXIT_FAILED);
	return NULL;
}

struct rep_store *
rep_cli_reading(struct rep_cli *c)
{
	return reading(c, ": reputed ingest /var/log/mail.log");
}

struct rep_store *
rep_cli_reading_reports(struct rep_cli *c)
{
	return reading(
	    c, " the mailbox that gets the reports, or with files of them: reputed ingest PATH");
}
