/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/distress.h"
#include "act/channel.h"
#include "base/time.h"
#include "config/window.h"

#include <stdio.h>
#include <unistd.h>

enum {
	TELL_S =
	    600, /* as long as it takes to restart a machine, or to make room on a disk. Judgement */
	HANG_S = 900,	 /* more than a pass takes that has months of logs to read. Judgement */
	AGAIN_MS = 60000 /* after a try that could not be made, or in a time of maintenance */
};

/* In a child. Each channel in turn: nothing else waits for this process. */
static _Noreturn void
tell(const struct rep_distress *d, struct rep_cli *c, bool over)
{
	struct rep_channel_means how = rep_cli_means(c->session.clock_s);
	char host[256] = "", id[120], alert[80], title[400], text[1024], when[REP_TIME_TEXT];
	struct rep_alert_message m = { .event = over ? REP_ALERT_RESOLVED : REP_ALERT_OPENED,
		.at_s = c->session.clock_s };
	struct rep_err err;
	bool again;

	(void)gethostname(host, sizeof host - 1);
	snprintf(alert, sizeof alert, "watch-%lld", (long long)d->since_s);
	snprintf(id, sizeof id, "%s-%s", alert, over ? "over" : "begins");
	snprintf(title, sizeof title, "%sreputed on %s %s", over ? "Over: " : "", host,
	    d->hangs ? "does not come to an end with reading" : "cannot read or store any more");
	snprintf(text, sizeof text,
	    over
		? "It reads again. Since %s it did not; what came meanwhile is read now.\n"
		: "No pass has ended well since %s.\n"
		  "What to do: see why in journalctl -u reputed: %s.\n"
		  "Until then nothing of what providers reply is seen, and no other alert comes.\n",
	    rep_time_text(d->since_s, when),
	    d->hangs ? "a disk or a network folder that does not answer, a database that another "
		       "program holds, or very much to read at once"
		     : "a full disk, a database or key that cannot be used, a log that cannot be "
		       "read");
	m.id = rep_str_c(id);
	m.alert = rep_str_c(alert);
	m.title = rep_str_c(title);
	m.text = rep_str_c(text);
	m.host = rep_str_c(host);
	for (size_t i = 0; i < c->cfg.n_alerts; i++)
		if (rep_channel_send(&c->cfg.alerts[i], &m, &how, &again, &err) != REP_OK)
			rep_cli_say("alert %.*s: %s", REP_PR(c->cfg.alerts[i].name), err.msg);
	_exit(REP_EXIT_OK);
}

void
rep_distress_pass(struct rep_distress *d, bool well, int64_t now_ms)
{
	d->well = well;
	if (well)
		d->failing = false;
	else if (!d->failing) {
		d->failing = true;
		d->failing_ms = now_ms;
	}
}

/* How long a trouble must be that is told (ms). */
static int64_t
long_ms(int64_t s)
{
	uint64_t tell_s = rep_cli_fault("REPUTED_DISTRESS_S");

	return (tell_s > 0 ? (int64_t)tell_s : s) * 1000;
}

int64_t
rep_distress_next(const struct rep_distress *d, int64_t begun_ms)
{
	int64_t at = INT64_MAX;

	if (d->told)
		return d->well ? d->again_ms : INT64_MAX;
	if (d->failing)
		at = d->failing_ms + long_ms(TELL_S);
	if (begun_ms != 0 && begun_ms + long_ms(HANG_S) < at)
		at = begun_ms + long_ms(HANG_S);
	return at > d->again_ms ? at : d->again_ms;
}

/* False: no process could be started. */
static bool
start(const struct rep_distress *d, struct rep_cli *c, int lock, bool over)
{
	int pipe;
	pid_t pid;

	if (c->cfg.n_alerts == 0)
		return true;
	if ((pid = rep_child_start(c, lock, &pipe)) == 0)
		tell(d, c, over);
	if (pid > 0)
		(void)close(pipe);
	return pid > 0;
}

/* What the trouble is, and since when: that stays as it is until it is over, as its alert is named by it. */
static void
begins(struct rep_distress *d, const struct rep_cli *c, int64_t now_ms, int64_t begun_ms)
{
	int64_t since_ms = d->failing ? d->failing_ms : begun_ms;
	char span[REP_TIME_TEXT];

	d->hangs = !d->failing;
	d->since_s = rep_cli_clock_s() - (now_ms - since_ms) / 1000;
	rep_cli_say("%s for %s; %s",
	    d->hangs ? "a pass has not come to its end" : "no pass has ended well",
	    rep_time_span((now_ms - since_ms) / 1000, span),
	    c->cfg.n_alerts > 0 ? "the channels are told" : "there is no channel to tell it");
}

void
rep_distress_look(
    struct rep_distress *d, struct rep_cli *c, int lock, int64_t now_ms, int64_t begun_ms)
{
	bool over = d->told, done = false;

	if (now_ms < rep_distress_next(d, begun_ms))
		return;
	if (over || !rep_config_maintenance(&c->cfg, rep_cli_clock_s())) {
		if (!over)
			begins(d, c, now_ms, begun_ms);
		done = start(d, c, lock, over);
	}
	if (done)
		d->told = !over;
	d->again_ms = done ? 0 : now_ms + AGAIN_MS;
}
