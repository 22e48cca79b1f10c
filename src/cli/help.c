/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/help.h"
#include "cli/completion.h"

enum { COMMAND = 13, OPTION = 29 }; /* where the text of a command, of an option begins */

/*
 * An example is a command, two blanks or more, and what it does. What does not fit beside the command goes
 * below it.
 */
static void
examples(struct rep_buf *b, struct rep_str lines)
{
	while (lines.n > 0) {
		size_t nl = rep_str_chr(lines, '\n', 0);
		struct rep_str line = rep_str_sub(lines, 0, nl);
		size_t told = rep_str_find(line, REP_S("  "), 3);
		struct rep_str what = told == SIZE_MAX
		    ? (struct rep_str){ "", 0 }
		    : rep_str_trim(rep_str_sub(line, told, line.n));

		if (line.n <= rep_out_width() || what.n == 0) {
			rep_buf_add(b, line);
		} else {
			rep_buf_add(b, rep_str_sub(line, 0, told));
			rep_buf_add(b, REP_S("\n      "));
			rep_out_wrap(b, what, 6, 6);
		}
		rep_buf_addc(b, '\n');
		lines = rep_str_sub(lines, nl == SIZE_MAX ? lines.n : nl + 1, lines.n);
	}
}

static void
help(struct rep_buf *b)
{
	rep_out_wrap(b, REP_S("reputed: is my mail blocked, why, and what do I do now?"), 0, 0);
	rep_buf_add(b, REP_S("\n\n"));
	examples(b,
	    REP_S(
		"  reputed setup                        find the mail server and its log, and begin\n"
		"  reputed ingest /var/log/mail.log     read the mail server's log\n"
		"  reputed status                       which provider refuses what\n"
		"  reputed why                          the reason, the evidence, the next step\n"
		"  reputed check example.com --ip IP    what the world sees of you in DNS\n"
		"  reputed explain S3140                what a code means\n"));
	rep_buf_add(b, REP_S("\nCommands:\n"));
	for (size_t i = 0; i < rep_cli_commands_n; i++) {
		rep_buf_printf(b, "  %-10s ", rep_cli_commands[i].name);
		rep_out_wrap(b, rep_str_c(rep_cli_commands[i].summary), COMMAND, COMMAND);
		rep_buf_addc(b, '\n');
	}
	rep_buf_addc(b, '\n');
	rep_out_wrap(b,
	    REP_S("More about a command: reputed COMMAND --help. Exit codes: 0 ok, 1 trouble "
		  "found, 2 usage error, 3 some input was bad (the rest was used), 4 failed."),
	    0, 0);
	rep_buf_addc(b, '\n');
}

static void
command_help(struct rep_buf *b, const struct rep_cli_command *cmd)
{
	examples(b, rep_str_c(cmd->examples));
	rep_buf_printf(
	    b, "\nreputed %s%s%s\n  ", cmd->name, cmd->args[0] != '\0' ? " " : "", cmd->args);
	rep_out_wrap(b, rep_str_c(cmd->summary), 2, 2);
	rep_buf_add(b, REP_S("\n\n"));
	for (size_t i = 0; i < rep_cli_options_n; i++) {
		if (!rep_cli_takes(cmd, rep_cli_options[i].name))
			continue;
		rep_buf_printf(b, "  %-14s %-11s ", rep_cli_options[i].name,
		    rep_cli_options[i].value != NULL ? rep_cli_options[i].value : "");
		rep_out_wrap(b, rep_str_c(rep_cli_options[i].help), OPTION, OPTION);
		rep_buf_addc(b, '\n');
	}
}

int
rep_cli_help(const struct rep_cli_command *cmd, FILE *f)
{
	struct rep_buf b;
	int code;

	rep_buf_init(&b, 1 << 16);
	if (cmd != NULL)
		command_help(&b, cmd);
	else
		help(&b);
	code = !b.full && fwrite(b.p, 1, b.n, f) == b.n ? REP_EXIT_OK : REP_EXIT_FAILED;
	rep_buf_fini(&b);
	return code;
}

int
rep_cli_completion(const char *shell)
{
	struct rep_completion_option o[REP_CLI_OPTIONS_ROOM];
	struct rep_completion_command k[REP_CLI_COMMANDS_ROOM];
	const struct rep_completion c = { o, rep_cli_options_n, k, rep_cli_commands_n };
	struct rep_buf b;
	int code;

	for (size_t i = 0; i < rep_cli_options_n; i++)
		o[i] = (struct rep_completion_option){ rep_cli_options[i].name,
			rep_cli_options[i].value, rep_cli_options[i].help };
	for (size_t i = 0; i < rep_cli_commands_n; i++)
		k[i] = (struct rep_completion_command){ rep_cli_commands[i].name,
			rep_cli_commands[i].args, rep_cli_commands[i].summary,
			rep_cli_commands[i].options };
	rep_buf_init(&b, 1 << 18);
	if (!rep_completion_write(shell, &c, &b)) {
		rep_cli_say("--completion takes bash, zsh or fish, not \"%s\"", shell);
		code = REP_EXIT_USAGE;
	} else {
		code =
		    !b.full && fwrite(b.p, 1, b.n, stdout) == b.n ? REP_EXIT_OK : REP_EXIT_FAILED;
	}
	rep_buf_fini(&b);
	return code;
}
