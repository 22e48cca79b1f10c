/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"
#include "cli/out.h"
#include "config/paths.h"

#include <stdio.h>

/* main has already read the default file or --config. A FILE that is named here is read instead. */
static bool
other_file(struct rep_cli *c, const char *file)
{
	static struct rep_paths paths;
	struct rep_config_problems problems = { 0 };
	struct rep_err err;

	c->worst = REP_EXIT_OK;
	if (rep_paths_find(&paths, &err) != REP_OK) {
		rep_cli_fail(c, REP_EXIT_FAILED, &err);
		return false;
	}
	rep_config_init(&c->cfg, &paths);
	if (rep_config_load(file, c->arena, &c->cfg, &problems, &err) != REP_OK) {
		rep_cli_fail(c, REP_EXIT_FAILED, &err);
		return false;
	}
	for (const struct rep_config_problem *p = problems.first; p != NULL; p = p->next)
		rep_cli_say("%s", p->text);
	if (problems.n > 0)
		rep_cli_note(c, REP_EXIT_BAD_INPUT);
	return true;
}

int
rep_cmd_config(struct rep_cli *c)
{
	const char *verb = c->args_n > 0 ? c->args[0] : "";
	struct rep_buf b;

	if ((strcmp(verb, "check") != 0 && strcmp(verb, "dump") != 0) || c->args_n > 2) {
		rep_cli_say("expected config check [FILE] or config dump [FILE]");
		return REP_EXIT_USAGE;
	}
	if (c->args_n == 2 && !other_file(c, c->args[1]))
		return c->worst;
	rep_buf_init(&b, 16 << 20);
	if (strcmp(verb, "dump") == 0 && c->json) {
		rep_config_dump_json(&c->cfg, &b);
		rep_buf_addc(&b, '\n');
	} else if (strcmp(verb, "dump") == 0) {
		rep_config_dump(&c->cfg, &b);
	} else {
		rep_buf_printf(&b,
		    "%s: %zu source%s, %zu relay%s, %zu stream%s, %zu alert%s, %zu domain%s\n",
		    c->worst == REP_EXIT_OK ? "no problem found"
					    : "problems found, the rest is used",
		    c->cfg.n_sources, rep_plural(c->cfg.n_sources), c->cfg.n_relays,
		    rep_plural(c->cfg.n_relays), c->cfg.n_streams, rep_plural(c->cfg.n_streams),
		    c->cfg.n_alerts, rep_plural(c->cfg.n_alerts), c->cfg.n_domains,
		    rep_plural(c->cfg.n_domains));
	}
	if (!rep_out_flush(&b))
		rep_cli_note(c, REP_EXIT_FAILED);
	rep_buf_fini(&b);
	return c->worst;
}
