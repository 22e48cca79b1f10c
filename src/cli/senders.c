/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/senders.h"
#include "act/deliver.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>

enum {
	SENDING_MS = 600000, /* for all that waits there; then it is ended, and begun again */
	AGAIN_MS = 60000     /* after one that did not end well */
};

void
rep_senders_set(struct rep_senders *s, const struct rep_config *cfg)
{
	for (size_t i = 0; i < cfg->n_alerts; i++) {
		s->names[i] = cfg->alerts[i].name;
		s->v[i].next_ms = 0;
	}
}

void
rep_senders_due(struct rep_senders *s, const struct rep_config *cfg, int64_t at_ms)
{
	for (size_t i = 0; i < cfg->n_alerts; i++)
		if (at_ms < s->v[i].next_ms)
			s->v[i].next_ms = at_ms;
}

/* In a child. */
static _Noreturn void
run(struct rep_cli *c, const struct rep_config_alert *channel, int pipe)
{
	char host[256] = "";
	struct rep_deliver o = {
		.session = &c->session, .channel = channel, .means = rep_cli_means(0)
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

		if (x->pid != 0 && now_ms - x->begun_ms >= SENDING_MS)
			(void)kill(x->pid, SIGKILL);
		if (x->pid != 0 || now_ms < x->next_ms)
			continue;
		x->begun_ms = now_ms;
		x->next_ms = INT64_MAX;
		x->pid = rep_child_start(c, lock, &x->pipe);
		if (x->pid == 0)
			run(c, &c->cfg.alerts[i], x->pipe);
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
rep_senders_ended(struct rep_senders *s, pid_t pid)
{
	for (size_t i = 0; i < REP_COUNT(s->v); i++) {
		struct rep_sender *x = &s->v[i];
		int64_t due_s, at;
		bool well;

		if (x->pid != pid)
			continue;
		x->pid = 0;
		well = rep_child_ended(&x->pipe, &due_s, sizeof due_s);
		at = !well	 ? rep_steady_ms() + AGAIN_MS
		    : due_s == 0 ? INT64_MAX
				 : rep_steady_ms() + 1000 * (due_s - (int64_t)time(NULL));
		x->next_ms = at < x->next_ms ? at : x->next_ms;
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
