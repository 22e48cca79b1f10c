/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/senders.h"
#include "act/deliver.h"
#include "base/hash.h"
#include "base/time.h"
#include "io/steady.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	/*
	 * For all that waits at a channel; then it is ended, and begun again. Judgement: more than it takes by its
	 * own limits (AT_ONCE_S of act/deliver.c, and one more message of REP_CHANNEL_TIMEOUT_MS).
	 */
	SENDING_MS = 600000,
	LOOK_MAX_MS = 3600000, /* the clock may be set: a look each hour costs nothing */
	/* After one that did not end well; doubled each time. Judgement: it is a defect, or the disk is full. */
	AGAIN_MS = 60000,
	AGAIN_MAX_MS = 3600000
};

void
rep_senders_set(struct rep_senders *s, const struct rep_config *cfg)
{
	struct rep_sender before[REP_CONFIG_ALERTS];

	memcpy(before, s->v, sizeof before);
	memset(s->v, 0, sizeof s->v);
	for (size_t i = 0; i < cfg->n_alerts; i++) {
		s->names[i] = cfg->alerts[i].name;
		s->v[i].name = rep_hash(s->names[i]);
		for (size_t k = 0; k < REP_COUNT(before); k++)
			if (before[k].pid != 0 && before[k].name == s->v[i].name) {
				s->v[i] = before[k];
				before[k].pid = 0;
			}
		s->v[i].next_ms = 0;
	}
	for (size_t k = 0; k < REP_COUNT(before); k++)
		if (before[k].pid != 0) {
			rep_child_kill(before[k].pid);
			(void)close(before[k].pipe);
		}
}

void
rep_senders_again(struct rep_senders *s)
{
	for (size_t i = 0; i < REP_COUNT(s->v); i++)
		s->v[i].again = true;
}

/* When a time of the clock comes, in steady milliseconds. */
static int64_t
steady_of(int64_t due_s)
{
	int64_t in_s = due_s - rep_cli_clock_s();

	return rep_steady_ms() +
	    (in_s <= 0				? 0
		    : in_s < LOOK_MAX_MS / 1000 ? in_s * 1000
						: LOOK_MAX_MS);
}

void
rep_senders_due(struct rep_senders *s, const struct rep_config *cfg, int64_t due_s)
{
	int64_t at_ms = steady_of(due_s);

	for (size_t i = 0; i < cfg->n_alerts; i++)
		if (s->v[i].failed == 0 && at_ms < s->v[i].next_ms)
			s->v[i].next_ms = at_ms;
}

/* In a child. */
static _Noreturn void
run(struct rep_cli *c, const struct rep_config_alert *channel, bool again, int pipe)
{
	char host[256] = "";
	struct rep_deliver o = {
		.session = &c->session, .channel = channel, .means = rep_cli_means(0), .now = again
	};
	struct rep_err err;
	int64_t due_s;

	(void)gethostname(host, sizeof host - 1);
	o.host = rep_str_c(host);
	if (rep_deliver(&o, &due_s, &err) != REP_OK)
		_exit(rep_cli_fail(c, REP_EXIT_FAILED, &err));
	rep_child_end(c, pipe, &due_s, sizeof due_s);
}

void
rep_senders_begin(struct rep_senders *s, struct rep_cli *c, int lock, int64_t now_ms)
{
	for (size_t i = 0; i < c->cfg.n_alerts; i++) {
		struct rep_sender *x = &s->v[i];

		if (x->pid != 0 && now_ms - x->begun_ms >= SENDING_MS) {
			(void)kill(x->pid, SIGKILL);
			x->begun_ms = now_ms; /* it may not die at once: not again in each round */
		}
		if (x->pid != 0 || now_ms < x->next_ms)
			continue;
		x->begun_ms = now_ms;
		x->next_ms = INT64_MAX;
		x->pid = rep_child_start(c, lock, &x->pipe);
		if (x->pid == 0)
			run(c, &c->cfg.alerts[i], x->again, x->pipe);
		x->again = x->again && x->pid < 0;
		if (x->pid < 0) {
			x->pid = 0;
			x->next_ms = now_ms + AGAIN_MS;
		}
	}
}

int64_t
rep_senders_next(const struct rep_senders *s, const struct rep_config *cfg)
{
	int64_t first = INT64_MAX;

	for (size_t i = 0; i < cfg->n_alerts; i++) {
		const struct rep_sender *x = &s->v[i];
		int64_t at = x->pid != 0 ? x->begun_ms + SENDING_MS : x->next_ms;

		first = at < first ? at : first;
	}
	return first;
}

bool
rep_senders_ended(struct rep_senders *s, const struct rep_config *cfg, pid_t pid, int status)
{
	for (size_t i = 0; i < cfg->n_alerts; i++) {
		struct rep_sender *x = &s->v[i];
		int64_t due_s, at;
		bool well;

		if (x->pid != pid)
			continue;
		x->pid = 0;
		well = rep_child_ended(&x->pipe, &due_s, sizeof due_s);
		x->failed = well ? 0 : x->failed + 1;
		if (WIFSIGNALED(status))
			rep_cli_say("alert %.*s: the process that sends was ended by signal %d",
			    REP_PR(s->names[i]), WTERMSIG(status));
		at = !well	 ? rep_steady_ms() + rep_doubled(AGAIN_MS, x->failed, AGAIN_MAX_MS)
		    : due_s == 0 ? INT64_MAX
				 : steady_of(due_s);
		/* What was due meanwhile was asked for while it ran; after a failure it waits, too. */
		x->next_ms = !well || at < x->next_ms ? at : x->next_ms;
		return true;
	}
	return false;
}

void
rep_senders_kill(struct rep_senders *s)
{
	for (size_t i = 0; i < REP_COUNT(s->v); i++)
		rep_child_kill(s->v[i].pid);
}
