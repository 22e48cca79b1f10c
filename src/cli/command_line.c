/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command_line.h"
#include "base/memory.h"
#include "base/time.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static bool
add_to(struct rep_cli_list *list, const char *option, const char *value)
{
	if (list->n == REP_COUNT(list->v)) {
		rep_cli_say("%s %s: given more than %d times", option, value, REP_CLI_LIST_MAX);
		return false;
	}
	list->v[list->n++] = value;
	return true;
}

/* Reads one option at argv[i]. Returns how many words it used, 0 when it is wrong. */
static int
read_option(struct rep_cli *c, const struct rep_cli_command *cmd, char **argv, int i)
{
	const char *names[REP_CLI_OPTIONS_ROOM], *value, *near;
	struct rep_str arg = rep_str_c(argv[i]);
	size_t eq = rep_str_chr(arg, '=', 0), n = eq == SIZE_MAX ? arg.n : eq;

	for (size_t k = 0; k < rep_cli_options_n; k++) {
		names[k] =
		    rep_cli_takes(cmd, rep_cli_options[k].name) ? rep_cli_options[k].name : NULL;
		if (names[k] == NULL ||
		    !rep_str_eq(rep_str_sub(arg, 0, n), rep_str_c(rep_cli_options[k].name)))
			continue;
		if (rep_cli_options[k].kind == REP_OPTION_FLAG && eq == SIZE_MAX) {
			*(bool *)((char *)c + rep_cli_options[k].at) = true;
			return 1;
		}
		value = eq != SIZE_MAX ? argv[i] + eq + 1 : argv[i + 1];
		if (rep_cli_options[k].kind == REP_OPTION_FLAG || value == NULL) {
			rep_cli_say("%s takes %s", rep_cli_options[k].name,
			    rep_cli_options[k].kind == REP_OPTION_FLAG ? "no value"
								       : rep_cli_options[k].value);
			return 0;
		}
		if (rep_cli_options[k].kind == REP_OPTION_VALUE)
			memcpy((char *)c + rep_cli_options[k].at, &value, sizeof value);
		else if (!add_to((struct rep_cli_list *)((char *)c + rep_cli_options[k].at),
			     rep_cli_options[k].name, value))
			return 0;
		return eq != SIZE_MAX ? 1 : 2;
	}
	near = rep_word_nearest(rep_str_sub(arg, 0, n), names, rep_cli_options_n);
	rep_cli_say("%s: no option \"%s\"%s%s%s", cmd->name, argv[i],
	    near != NULL ? "; did you mean " : "", near != NULL ? near : "",
	    near != NULL ? "?" : "");
	return 0;
}

bool
rep_cli_read(struct rep_cli *c, const struct rep_cli_command *cmd, int argc, char **argv)
{
	bool literal = false;
	int took;

	for (int i = 2; i < argc; i += took) {
		took = 1;
		if (!literal && strcmp(argv[i], "--") == 0) {
			literal = true;
		} else if (!literal && argv[i][0] == '-' && argv[i][1] != '\0') {
			if (strcmp(argv[i], "-h") == 0)
				c->help = true;
			else if ((took = read_option(c, cmd, argv, i)) == 0)
				return false;
		} else {
			c->args[c->args_n++] = argv[i];
		}
	}
	return true;
}

bool
rep_cli_set_zone(struct rep_cli *c)
{
	char path[300], zone[128];
	struct rep_str z = c->timezone != NULL ? rep_str_c(c->timezone) : c->cfg.timezone;
	FILE *f;

	if (z.n == 0) {
		tzset();
		return true;
	}
	snprintf(zone, sizeof zone, "%.*s", REP_PR(z));
	snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", zone);
	if (strcmp(zone, "UTC") != 0 && strcmp(zone, "Etc/UTC") != 0) {
		f = strstr(zone, "..") != NULL ? NULL : fopen(path, "re");
		if (f == NULL) {
			rep_cli_say("--timezone \"%s\": no such zone in /usr/share/zoneinfo "
				    "(package tzdata); use a name such as Europe/Paris or UTC",
			    zone);
			return false;
		}
		(void)fclose(f);
	}
	if (setenv("TZ", zone, 1) != 0)
		return false;
	tzset();
	return true;
}

bool
rep_cli_set_now(struct rep_cli *c)
{
	struct rep_err err;

	c->session.clock_s = rep_cli_clock_s();
	rep_out_present(c->session.clock_s);
	if (c->now == NULL)
		return true;
	if (rep_time_parse(rep_str_c(c->now), &c->session.now_s, NULL, &err) != REP_OK) {
		rep_cli_say("--now: %s", err.msg);
		return false;
	}
	rep_out_present(c->session.now_s);
	return true;
}

int
rep_cli_finish(int code)
{
	if (code != REP_EXIT_FAILED && rep_memory_ran_out()) {
		rep_cli_say("out of memory: the output may be incomplete");
		code = REP_EXIT_FAILED;
	}
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	if (errno != EPIPE)
		rep_cli_say("standard output: %s", strerror(errno));
	return REP_EXIT_FAILED;
}
