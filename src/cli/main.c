/* SPDX-License-Identifier: Apache-2.0 */
#include "base/version.h"
#include "cli/cli.h"
#include "cli/command_line.h"
#include "cli/handed.h"
#include "cli/handover.h"
#include "cli/help.h"
#include "cli/net.h"
#include "config/paths.h"
#include "engine/workers.h"
#include "serve/reader.h"
#include "serve/role.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * The key is in the same folder as the configuration. When that path is too long, the default is
 * used.
 */
static void
key_beside(const char *config, struct rep_paths *paths)
{
	struct rep_str file = rep_str_c(config);
	size_t slash = rep_str_rchr(file, '/');
	char cwd[REP_PATH_MAX] = "";
	struct rep_buf b;

	if (config[0] != '/' && getcwd(cwd, sizeof cwd) == NULL)
		return;
	rep_buf_init(&b, sizeof paths->key - 1);
	rep_buf_add(&b, rep_str_c(cwd));
	if (slash != SIZE_MAX) {
		rep_buf_add(&b, config[0] == '/' ? REP_S("") : REP_S("/"));
		rep_buf_add(&b, rep_str_sub(file, 0, slash));
	}
	rep_buf_add(&b, REP_S("/key"));
	if (!b.full)
		memcpy(paths->key, b.p, b.n + 1);
	rep_buf_fini(&b);
}

bool
rep_cli_config(struct rep_cli *c)
{
	static struct rep_paths paths;
	struct rep_config_problems problems = { 0 };
	struct rep_err err;
	enum rep_rc rc;

	if ((rc = rep_paths_find(&paths, &err)) != REP_OK) {
		rep_cli_fail(c, REP_EXIT_FAILED, &err);
		return false;
	}
	if (c->config != NULL)
		key_beside(c->config, &paths);
	rep_config_init(&c->cfg, &paths);
	c->config_path = c->config != NULL ? c->config : paths.config;
	c->config_file = rep_handover_file(c->config_path);
	rc = rep_config_load(c->config_path, c->arena, &c->cfg, &problems, &err);
	for (const struct rep_config_problem *p = problems.first; p != NULL; p = p->next)
		rep_cli_say("%s", p->text);
	if (problems.n > 0)
		rep_cli_note(c, REP_EXIT_BAD_INPUT);
	if (rc != REP_OK && (rc != REP_ENOTFOUND || (c->config != NULL && !c->makes_config))) {
		rep_cli_fail(c, REP_EXIT_FAILED, &err);
		return false;
	}
	return true;
}

static int
run(const struct rep_cli_command *cmd, int argc, char **argv)
{
	static struct rep_cli c;
	const char **args;
	int code;

	c.command = cmd->name;
	c.makes_config = cmd->run == rep_cmd_setup;
	c.handed = rep_cli_run_handed;
	c.arena = rep_arena_new(REP_CLI_ARENA);
	rep_cli_session(&c);
	c.args = args = calloc((size_t)argc + 1, sizeof *c.args);
	if (c.arena == NULL || c.args == NULL) {
		rep_cli_say("out of memory");
		return REP_EXIT_FAILED;
	}
	if (!rep_cli_read(&c, cmd, argc, argv)) {
		fprintf(stderr, "more: reputed %s --help\n", cmd->name);
		code = REP_EXIT_USAGE;
	} else if (c.help) {
		code = rep_cli_help(cmd, stdout);
	} else if (!rep_cli_set_now(&c)) {
		code = REP_EXIT_USAGE;
	} else if (!rep_cli_config(&c)) {
		code = c.worst;
	} else if (!rep_cli_set_zone(&c)) {
		code = REP_EXIT_USAGE;
	} else if (!rep_cli_handed_over(cmd, &c, &code)) {
		code = cmd->run(&c);
	}
	free(args);
	rep_arena_free(c.arena);
	return code;
}

/*
 * When a descriptor below 3 is closed, the next file that is opened would get its number: the
 * database, for example, would be read as standard input. So it is opened here in such a way that
 * every use of it fails and is reported.
 */
static bool
fill_closed(void)
{
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
			return false;
	return true;
}

int
main(int argc, char **argv)
{
	const char *names[REP_CLI_COMMANDS_ROOM], *near;
	int code;

	if (!fill_closed())
		return REP_EXIT_FAILED;
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN); /* a limit on file sizes is reported like a full disk */
	/*
	 * How the workers start this program again (engine/workers.h). These are not commands for
	 * people. They have nothing to put away, and a sanitizer that looks for leaks at the end would
	 * need calls that their lock refuses.
	 */
	if (argc == 2 && strcmp(argv[1], REP_WORKERS_PARSE) == 0)
		_exit(rep_worker_main());
	if (argc == 2 && strcmp(argv[1], REP_WORKERS_READ) == 0)
		_exit(rep_read_worker_main());
	if (argc == 2 && strcmp(argv[1], REP_WORKERS_RESOLVE) == 0)
		_exit(rep_resolve_worker_main());
	if (argc == 2 && strcmp(argv[1], REP_WORKERS_FETCH) == 0)
		_exit(rep_fetch_worker_main());
	if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0) {
		code = rep_cli_help(NULL, argc < 2 ? stderr : stdout);
		return rep_cli_finish(argc < 2 ? REP_EXIT_USAGE : code);
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("reputed " REP_VERSION);
		return rep_cli_finish(REP_EXIT_OK);
	}
	if (argc == 3 && strcmp(argv[1], "--completion") == 0)
		return rep_cli_finish(rep_cli_completion(argv[2]));
	for (size_t i = 0; i < rep_cli_commands_n; i++) {
		names[i] = rep_cli_commands[i].name;
		if (strcmp(argv[1], rep_cli_commands[i].name) == 0)
			return rep_cli_finish(run(&rep_cli_commands[i], argc, argv));
	}
	if (rep_cli_meant(argc, argv))
		return REP_EXIT_USAGE;
	near = rep_word_nearest(rep_str_c(argv[1]), names, rep_cli_commands_n);
	rep_cli_say("no command \"%s\"%s%s%s", argv[1], near != NULL ? "; did you mean " : "",
	    near != NULL ? near : "", near != NULL ? "?" : "");
	return REP_EXIT_USAGE;
}
