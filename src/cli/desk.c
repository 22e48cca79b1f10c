/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* close_range */
#include "cli/desk.h"
#include "cli/child.h"
#include "cli/desk_sns.h"
#include "cli/users_file.h"
#include "io/steady.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	ACCOUNTS_MS = 5000, /* how soon the page is there after the first account. Judgement */
	AGAIN_MS = 1000,    /* after it ended; doubled each time */
	AGAIN_MAX_MS = 60000
};

void
rep_desk_set(struct rep_desk *d)
{
	const char *accounts = d->accounts;

	rep_desk_kill(d);
	*d = (struct rep_desk){ .pipe = -1, .accounts = accounts };
}

static bool
is_off(const struct rep_config *cfg)
{
	struct rep_config_place place;

	for (size_t i = 0; i < cfg->web.n; i++)
		if (rep_config_place_parse(cfg->web.v[i], &place) && place.off)
			return true;
	return false;
}

void
rep_desk_begin(struct rep_desk *d, struct rep_cli *c, int lock, int64_t now_ms)
{
	if (d->pid != 0 || now_ms < d->next_ms)
		return;
	if (is_off(&c->cfg)) {
		d->next_ms = INT64_MAX;
		return;
	}
	d->next_ms = now_ms + ACCOUNTS_MS;
	if (d->accounts == NULL)
		d->accounts = rep_users_file(&c->session);
	if (d->accounts == NULL || access(d->accounts, F_OK) != 0)
		return;
	d->deaf = d->takes_in = false;
	d->begun_ms = now_ms;
	d->pid = rep_child_start(c, lock, &d->pipe);
	if (d->pid == 0) {
		/* Nothing that the daemon has open is for it: the control socket, what it watches. */
		if (dup2(d->pipe, STDERR_FILENO + 1) < 0 ||
		    close_range(STDERR_FILENO + 2, ~0U, 0) != 0)
			_exit(REP_EXIT_FAILED);
		rep_desk_work(c, STDERR_FILENO + 1);
		rep_child_end(c, STDERR_FILENO + 1, "", 0);
	}
	if (d->pid < 0) {
		d->pid = 0;
		d->next_ms = now_ms + AGAIN_MAX_MS;
	}
}

int64_t
rep_desk_next(const struct rep_desk *d)
{
	return d->pid != 0 ? INT64_MAX : d->next_ms;
}

int
rep_desk_fd(const struct rep_desk *d)
{
	return d->pid != 0 && !d->deaf ? d->pipe : -1;
}

void
rep_desk_hear(struct rep_desk *d, bool *judge)
{
	char words[64];
	ssize_t n = read(d->pipe, words, sizeof words);

	d->deaf = n == 0;
	for (ssize_t i = 0; i < n; i++) {
		d->takes_in = words[i] == REP_DESK_TAKES_IN;
		*judge |= words[i] == REP_DESK_NEWS;
	}
}

static bool
says_something(const struct rep_desk *d)
{
	struct pollfd p = { .fd = rep_desk_fd(d), .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

bool
rep_desk_ended(struct rep_desk *d, pid_t pid, int status, bool *judge)
{
	int64_t now = rep_steady_ms();

	if (pid != d->pid)
		return false;
	while (says_something(d))
		rep_desk_hear(d, judge);
	*judge |= d->takes_in;
	(void)close(d->pipe);
	d->pid = 0;
	if (WIFSIGNALED(status))
		rep_cli_say("the process of the page was ended by signal %d; another one begins",
		    WTERMSIG(status));
	d->failed = now - d->begun_ms > AGAIN_MAX_MS ? 1 : d->failed + 1;
	d->next_ms = now + rep_doubled(AGAIN_MS, d->failed, AGAIN_MAX_MS);
	return true;
}

void
rep_desk_kill(struct rep_desk *d)
{
	if (d->pid <= 0)
		return;
	rep_child_kill(d->pid);
	(void)close(d->pipe);
	d->pid = 0;
}
