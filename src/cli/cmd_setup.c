/*
 * reputed setup: finds what it can know of this machine, asks the rest, writes the configuration, reads the old logs.
 *
 * A configuration that is there is never changed. What it lacks is shown, and added to its end only when the person at
 * the terminal says so. Without a terminal and without --yes nothing is written.
 *
 * Exit codes: 0, also when the first status shows trouble: that is what it was installed for, and a script that goes on
 * with `systemctl enable` must not stop there. 2: there is nobody to ask, and --yes or a path is missing. 4: it failed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/net.h"
#include "cli/setup.h"
#include "cli/setup_ask.h"

#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>

bool
rep_setup_plan(struct rep_setup *s)
{
	struct rep_look_log looks[REP_FIND_LOGS];
	const char *watch[REP_FIND_LOGS];
	struct utsname system;
	struct rep_plan_in in = { .cfg = &s->c->cfg,
		.postfix = &s->postfix,
		.host = rep_str_c(uname(&system) == 0 ? system.nodename : ""),
		.looks = looks,
		.watch = watch,
		.signers = &s->signers,
		.cloud = s->cloud_answered ? &s->cloud : NULL,
		.own = s->own,
		.own_n = s->own_n,
		.stated = s->c->sources.v,
		.stated_n = s->c->sources.n,
		.providers = s->providers,
		.arena = s->c->arena };
	struct rep_err err;

	for (size_t i = 0; i < s->logs_n; i++) {
		if (s->logs[i].use == REP_SETUP_UNUSED)
			continue;
		looks[in.looks_n++] = s->logs[i].seen;
		if (s->logs[i].use == REP_SETUP_WATCH)
			watch[in.watch_n++] = s->logs[i].at.path;
	}
	if (rep_plan_make(&in, &s->plan, &err) == REP_OK)
		return true;
	rep_cli_fail(s->c, REP_EXIT_FAILED, &err);
	return false;
}

static bool
find(struct rep_setup *s)
{
	struct rep_cli *c = s->c;
	struct rep_err err;
	enum rep_rc rc =
	    rep_postfix_find(&s->machine, c->postfix.v, c->postfix.n, &s->postfix, &err);

	if (rc != REP_OK && rc != REP_ENOTFOUND) {
		rep_cli_fail(c, REP_EXIT_FAILED, &err);
		return false;
	}
	s->no_postfix = rc == REP_ENOTFOUND;
	if (!rep_setup_find_logs(s)) {
		rep_cli_note(c, REP_EXIT_USAGE);
		return false;
	}
	if (c->worst == REP_EXIT_FAILED || !rep_setup_ask_log(s))
		return false;
	rep_find_signers(&s->machine, &s->signers);
	s->own_n = rep_machine_addresses(s->own);
	return rep_setup_plan(s);
}

/* The configuration as it is now. */
static bool
read_again(struct rep_setup *s)
{
	struct rep_cli *c = s->c;
	int before = c->worst;
	bool fine = rep_cli_config(c);

	if (s->unsound)
		c->worst = before;
	return fine;
}

static void
run(struct rep_setup *s)
{
	if (!find(s))
		return;
	rep_setup_names(s);
	if (!rep_setup_show(s) || !rep_setup_ask(s) || !rep_setup_configure(s))
		return;
	if (!read_again(s) || !rep_setup_read(s))
		return;
	rep_setup_first_look(s);
	rep_setup_say_next(s);
}

/*
 * Another machine, for tests (doc/testing.md, Faults). Each variable counts only with --config, so that one which stayed
 * in a shell leads no real run elsewhere, and is said. False: it cannot be used (printed).
 */
static bool
take_variables(struct rep_setup *s)
{
	static const char root_name[] = "REPUTED_SETUP_ROOT", url_name[] = "REPUTED_SETUP_METADATA";
	const char *root = getenv(root_name), *url = getenv(url_name);
	bool any_root = root != NULL && root[0] != '\0', any_url = url != NULL && url[0] != '\0';

	s->machine = (struct rep_machine){ .root = "", .arena = s->c->arena, .unread = &s->unread };
	if (s->c->config == NULL && (any_root || any_url)) {
		rep_cli_say("%s is set, which is for tests and needs --config: unset it",
		    any_root ? root_name : url_name);
		return false;
	}
	if (any_url && !rep_metadata_of_test(rep_str_c(url))) {
		rep_cli_say(
		    "%s is for tests: http:// and a loopback address, not %s", url_name, url);
		return false;
	}
	if (any_root) {
		rep_cli_say("%s is set, for tests: the machine is the folder %s", root_name, root);
		s->machine.root = root;
	}
	if (any_url) {
		rep_cli_say("%s is set, for tests: the metadata service is %s", url_name, url);
		s->machine.metadata = url;
	}
	return true;
}

int
rep_cmd_setup(struct rep_cli *c)
{
	struct rep_setup *s = rep_arena_alloc(c->arena, sizeof *s);

	if (s == NULL) {
		rep_cli_say("out of memory");
		return REP_EXIT_FAILED;
	}
	s->c = c;
	if (!rep_cli_sources(c) || !take_variables(s))
		return REP_EXIT_USAGE;
	s->there = access(c->config_path, F_OK) == 0;
	s->unsound = s->there && c->worst != REP_EXIT_OK;
	s->interactive = !c->yes && rep_ask_can();
	if ((s->providers = rep_cli_providers(c)) != NULL)
		run(s);
	rep_providers_free(s->providers);
	return c->worst;
}
