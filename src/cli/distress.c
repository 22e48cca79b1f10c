/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/distress.h"
#include "act/channel.h"
#include "base/time.h"
#include "config/window.h"

#include <stdio.h>
#include <unistd.h>

/* As long as it takes to restart a machine, or to make room on a disk at once. Judgement. */
enum { TELL_S = 600 };

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
	snprintf(title, sizeof title, "%sreputed on %s cannot read or store any more",
	    over ? "Over: " : "", host);
	snprintf(text, sizeof text,
	    over
		? "It reads again. Since %s it did not; what came meanwhile is read now.\n"
		: "No pass has ended well since %s.\n"
		  "What to do: see why in journalctl -u reputed: a full disk, a database or key that "
		  "cannot be used, a log that cannot be read.\n"
		  "Until then nothing of what providers reply is seen, and no other alert comes.\n",
	    rep_time_text(d->since_s, when));
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
rep_distress_pass(struct rep_distress *d, struct rep_cli *c, int lock, bool well)
{
	uint64_t tell_s = rep_cli_fault("REPUTED_DISTRESS_S");
	int64_t now_s = rep_cli_clock_s();
	bool due;
	pid_t pid;
	int pipe;

	if (!well && (d->since_s == 0 || d->since_s > now_s))
		d->since_s = now_s;
	due = well ? d->told
		   : !d->told && now_s - d->since_s >= (tell_s > 0 ? (int64_t)tell_s : TELL_S) &&
		!rep_config_maintenance(&c->cfg, now_s);
	if (due) {
		if (!well)
			rep_cli_say("no pass has ended well for a while; the channels are told");
		if ((pid = rep_child_start(c, lock, &pipe)) == 0)
			tell(d, c, well);
		if (pid > 0)
			(void)close(pipe);
		d->told = !well && pid > 0;
	}
	if (well)
		*d = (struct rep_distress){ .since_s = 0 };
}
