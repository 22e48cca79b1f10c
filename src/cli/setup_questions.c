/*
 * What `setup` asks of the person at the terminal once it has looked at the machine: the metadata service, addresses that
 * nothing tells, who is told. Without a terminal it asks nothing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/setup.h"
#include "cli/setup_ask.h"
#include "io/post.h"

/* The metadata service is asked only after a yes to this question, or with --metadata. --yes answers other questions. */
static bool
ask_cloud(struct rep_setup *s)
{
	struct rep_err err;

	if (!s->plan.hidden && s->c->ask_metadata)
		rep_cli_say(
		    "the metadata service was not asked: this machine has a public address of its own, or "
		    "every address is known");
	if (!s->plan.hidden)
		return true;
	if (!s->c->ask_metadata &&
	    (!s->interactive ||
		!rep_ask_yes(
		    "This machine has no public address of its own. In a cloud (EC2, Google, "
		    "Azure, Hetzner, DigitalOcean) its metadata service knows the address that "
		    "the world sees. May reputed ask http://169.254.169.254 for it, once?",
		    false)))
		return true;
	if (rep_metadata_ask(&s->machine, &s->cloud, &err) != REP_OK) {
		rep_cli_say("metadata service: %s", err.msg);
		return true;
	}
	if (s->cloud.cut)
		rep_cli_say(
		    "the metadata service names more addresses than are read (at most %d in all, and %d bytes at "
		    "once). The others are not used",
		    REP_METADATA_ADDRESSES, REP_POST_SAID_MAX);
	s->cloud_answered = true;
	return rep_setup_plan(s);
}

/* One answer is one --source. False: out of memory (printed). */
static bool
add_answer(struct rep_setup *s, const struct rep_plan_source *x, const struct rep_ip *ip)
{
	struct rep_cli_list *list = &s->c->sources;
	char text[REP_IP_TEXT];
	struct rep_str one =
	    rep_arena_printf(s->c->arena, "%.*s=%s", REP_PR(x->labels[0]), rep_ip_text(ip, text));

	if (one.p == NULL) {
		rep_cli_say("out of memory: nothing was written");
		rep_cli_note(s->c, REP_EXIT_FAILED);
		return false;
	}
	if (list->n < REP_CLI_LIST_MAX)
		list->v[list->n++] = one.p;
	else
		rep_cli_say(
		    "more than %d addresses were said: this one was not taken; write a source block",
		    REP_CLI_LIST_MAX);
	return true;
}

/* The addresses that nothing tells. Without an answer they are learnt. */
static bool
ask_addresses(struct rep_setup *s)
{
	char line[REP_ASK_LINE], question[512];
	struct rep_plan before = s->plan;
	struct rep_ip ip;

	for (size_t i = 0; s->interactive && i < before.sources_n; i++) {
		const struct rep_plan_source *x = &before.sources[i];

		if (x->how != REP_PLAN_UNKNOWN || x->pool)
			continue;
		snprintf(question, sizeof question,
		    "Which public address does the world see for mail of %.*s? Nothing: it is learnt "
		    "from the first reply that names it.",
		    REP_PR(x->labels[0]));
		while (rep_ask_line(question, false, line) && line[0] != '\0') {
			if (!rep_ip_parse(rep_str_c(line), &ip))
				rep_cli_say("\"%s\" is not an address", line);
			else if (rep_ip_private(&ip))
				rep_cli_say("%s is private: no provider sees it", line);
			else if (!add_answer(s, x, &ip))
				return false;
			else
				break;
		}
	}
	return rep_setup_plan(s);
}

/* One is there already, by this name or for this address: what a person wrote stands. */
static void
leave_alert(struct rep_setup *s, const struct rep_config_alert *have)
{
	if (rep_str_eq(have->to, s->alert.to))
		rep_cli_say("%.*s is told already, by the alert block %.*s", REP_PR(s->alert.to),
		    REP_PR(have->name));
	else if (rep_str_eq_nocase(have->name, s->alert.name))
		rep_cli_say(
		    "%s has an alert block %.*s already, so none is proposed for %.*s: write one of "
		    "another name",
		    s->c->config_path, REP_PR(have->name), REP_PR(s->alert.to));
	else
		return;
	s->alert.name.n = 0;
}

bool
rep_setup_ask(struct rep_setup *s)
{
	if (!ask_cloud(s) || !ask_addresses(s))
		return false;
	if (s->c->alert_mail != NULL) {
		if (!rep_setup_alert_mail(s, s->c->alert_mail)) {
			rep_cli_note(s->c, REP_EXIT_USAGE);
			return false;
		}
	} else if (s->interactive && s->c->cfg.n_alerts == 0) {
		(void)rep_setup_ask_alert(s);
	}
	for (size_t i = 0; i < s->c->cfg.n_alerts && s->alert.name.n > 0; i++)
		leave_alert(s, &s->c->cfg.alerts[i]);
	if (s->alert.name.n > 0 && s->alert.by == REP_CHANNEL_MAIL)
		rep_setup_warn_mail(s);
	return true;
}
