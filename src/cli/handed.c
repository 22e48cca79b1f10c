/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/handed.h"
#include "cli/answers.h"
#include "cli/command_line.h"
#include "cli/control_work.h"
#include "cli/handover.h"

#include <stdio.h>

/*
 * Commands that write to the database; all others read at most. With verbs only when one of these is the first argument, or,
 * behind a '!', only when none is; each is between blanks.
 */
enum writer_how {
	HANDED,	  /* to a service that holds the database (cli/handover.h) */
	TAKES_IN, /* the same, and its arguments are inputs */
	BESIDE,	  /* the same; what it writes is beside what was asked for, so it goes without */
	ALONE	  /* it is not done while a service holds the database */
};

static const struct writer {
	const char *name, *verbs;
	enum writer_how how;
} writers[] = {
	{ "ingest", NULL, TAKES_IN },
	{ "forget", NULL, HANDED },
	{ "check", NULL, BESIDE },
	{ "ptr", NULL, BESIDE },
	{ "dnsbl", NULL, BESIDE },
	{ "alert", " ack snooze ", HANDED },
	{ "note", "! list ", HANDED },
	{ "quarantine", " retry purge ", HANDED },
	{ "store", " rebuild ", ALONE },
};

enum { WORDS_MAX = REP_CONTROL_WORDS_MAX + 1 };

/* NULL: the command, with these arguments, does not write. */
static const struct writer *
writer_of(const struct rep_cli_command *cmd, const struct rep_cli *c)
{
	const char *verb = c->args_n > 0 ? c->args[0] : "";
	char needle[80];

	snprintf(needle, sizeof needle, " %s ", verb);
	for (size_t i = 0; i < REP_COUNT(writers); i++)
		if (strcmp(writers[i].name, cmd->name) == 0 &&
		    (writers[i].verbs == NULL ||
			(verb[0] != '\0' &&
			    (strstr(writers[i].verbs, needle) == NULL) ==
				(writers[i].verbs[0] == '!'))))
			return &writers[i];
	return NULL;
}

/* How often an option is given, and the nth value. */
static size_t
given(const struct rep_cli *c, size_t option, size_t nth, const char **value)
{
	const char *at = (const char *)c + rep_cli_options[option].at;
	const struct rep_cli_list *list;

	*value = NULL;
	if (rep_cli_options[option].kind == REP_OPTION_FLAG)
		return *(const bool *)at;
	if (rep_cli_options[option].kind == REP_OPTION_VALUE) {
		memcpy(value, at, sizeof *value);
		return *value != NULL;
	}
	list = (const struct rep_cli_list *)at;
	*value = nth < list->n ? list->v[nth] : NULL;
	return list->n;
}

/* Adds a word; there may be one more than can be handed over, which is said there. False: out of memory. */
static bool
add_word(struct rep_handover *o, const char *word)
{
	if (word != NULL && o->words_n < WORDS_MAX)
		o->words[o->words_n++] = word;
	return word != NULL;
}

/* The command line as it is handed over. False: it has an option with which it stays here. */
static bool
make_words(const struct rep_cli_command *cmd, const struct rep_cli *c, struct rep_handover *o)
{
	const char *value;

	(void)add_word(o, cmd->name);
	for (size_t k = 0; k < rep_cli_options_n; k++) {
		size_t n = given(c, k, 0, &value);

		if (n > 0 && rep_cli_options[k].to == REP_OPTION_STAYS)
			return false;
		for (size_t i = 0; i < n && rep_cli_options[k].to == REP_OPTION_GOES; i++) {
			(void)given(c, k, i, &value);
			if (!add_word(o,
				value == NULL ? rep_cli_options[k].name
					      : rep_arena_printf(c->arena, "%s=%s",
						    rep_cli_options[k].name, value)
						    .p))
				return false;
		}
	}
	(void)add_word(o, "--");
	for (size_t i = 0; !o->inputs && i < c->args_n; i++)
		(void)add_word(o, c->args[i]);
	return true;
}

bool
rep_cli_handed_over(const struct rep_cli_command *cmd, struct rep_cli *c, int *code)
{
	const struct writer *w = writer_of(cmd, c);
	struct rep_handover o = { .inputs = w != NULL && w->how == TAKES_IN,
		.alone = w != NULL && w->how == ALONE,
		.beside = w != NULL && w->how == BESIDE };

	/* Without arguments it says how it is used. */
	if (w == NULL || c->session.only_reads || (o.inputs && c->args_n == 0) ||
	    (o.words = rep_arena_alloc(c->arena, WORDS_MAX * sizeof *o.words)) == NULL)
		return false;
	return make_words(cmd, c, &o) && rep_handover(c, &o, code);
}

/* The words as main gets them. NULL: out of memory. */
static char **
arguments(const struct rep_control_command *m, struct rep_arena *a)
{
	char **argv = rep_arena_alloc(a, (m->words_n + 2) * sizeof *argv);
	bool fine = argv != NULL;

	for (size_t i = 0; fine && i < m->words_n; i++) {
		argv[i + 1] = (char *)(uintptr_t)rep_arena_dup(a, m->words[i]).p;
		fine = argv[i + 1] != NULL;
	}
	return fine ? argv : NULL;
}

/* Whether all of it is what may be handed over. */
static bool
may_be_handed(const struct writer *w, const struct rep_cli *c)
{
	const char *value;

	for (size_t k = 0; k < rep_cli_options_n; k++)
		if (rep_cli_options[k].to != REP_OPTION_GOES && given(c, k, 0, &value) > 0)
			return false;
	return w->how != ALONE && (w->how != TAKES_IN || c->args_n == 0);
}

/*
 * A member of the socket's group may not move the present of the database far ahead, where all that is stored becomes old.
 * A day: clocks and zones differ. False: said.
 */
static bool
may_be_now(const struct rep_cli *c, const struct rep_control_task *h)
{
	if (h->owner || c->session.now_s <= c->session.clock_s + REP_DAY_S)
		return true;
	rep_cli_say(
	    "--now %s is more than a day ahead; only root and the owner of the database may "
	    "hand that over",
	    c->now);
	return false;
}

/* What this process has of the one that it stands for. */
static void
take_over(struct rep_cli *c, const struct rep_cli *like)
{
	c->cfg = like->cfg;
	c->config = like->config;
	c->config_path = like->config_path;
	c->config_file = like->config_file;
	c->session.db = like->session.db;
	c->session.know_dir = like->session.know_dir;
	c->session.only_reads = like->session.only_reads;
	c->server = like->server;
	c->timeout_ms = like->timeout_ms;
}

enum rep_rc
rep_cli_run_handed(const struct rep_cli *daemon, struct rep_control_task *h, struct rep_err *err)
{
	static struct rep_cli c; /* not the daemon's */
	const struct rep_cli_command *cmd = rep_cli_command(h->command->words[0]);
	const struct writer *w = NULL;
	size_t n = h->command->words_n;
	char **argv;

	if (cmd == NULL)
		return rep_fail(err, REP_EUSAGE, "reputed serve does no such command for others");
	h->work = &c;
	c.task = h;
	c.command = cmd->name;
	c.worst = (int)h->command->worst;
	rep_cli_session(&c);
	if ((c.arena = c.session.arena = rep_arena_new(REP_CLI_ARENA)) == NULL ||
	    (argv = arguments(h->command, c.arena)) == NULL ||
	    (c.args = rep_arena_alloc(c.arena, (n + 1) * sizeof *c.args)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	if (rep_cli_read(&c, cmd, (int)n + 1, argv))
		w = writer_of(cmd, &c);
	if (w == NULL || !may_be_handed(w, &c))
		return rep_fail(
		    err, REP_EUSAGE, "reputed serve does not do this command line for others");
	take_over(&c, daemon);
	c.session.inputs = w->how == TAKES_IN ? h->inputs : NULL;
	h->code = rep_cli_finish(!rep_cli_set_now(&c) || !may_be_now(&c, h) || !rep_cli_set_zone(&c)
		? REP_EXIT_USAGE
		: cmd->run(&c));
	return REP_OK;
}

/* A run in the place of somebody else's. False: out of memory. */
static bool
in_place_of(struct rep_cli *c, const struct rep_cli *like)
{
	rep_cli_session(c);
	if ((c->arena = c->session.arena = rep_arena_new(REP_CLI_ARENA)) == NULL) {
		rep_cli_say("out of memory");
		return false;
	}
	take_over(c, like);
	return true;
}

int
rep_cli_line(const struct rep_cli *like, size_t n, const char *const *words)
{
	static struct rep_cli c;
	const struct rep_cli_command *cmd = rep_cli_command(rep_str_c(words[0]));
	char **argv;
	int code;

	c.handed = rep_cli_run_handed;
	if (cmd == NULL || !in_place_of(&c, like) ||
	    (argv = rep_arena_alloc(c.arena, (n + 1) * sizeof *argv)) == NULL ||
	    (c.args = rep_arena_alloc(c.arena, (n + 1) * sizeof *c.args)) == NULL)
		return REP_EXIT_FAILED;
	c.command = cmd->name;
	memcpy(argv + 1, words, n * sizeof *argv);
	if (!rep_cli_read(&c, cmd, (int)n + 1, argv) || !rep_cli_set_now(&c) ||
	    !rep_cli_set_zone(&c))
		return rep_cli_finish(REP_EXIT_USAGE);
	if (c.now == NULL)
		c.session.now_s = like->session.now_s;
	return rep_cli_finish(rep_cli_handed_over(cmd, &c, &code) ? code : cmd->run(&c));
}

int
rep_cli_answer(const struct rep_cli *like, enum rep_resource r, const struct rep_params *p)
{
	static struct rep_cli c;

	if (!in_place_of(&c, like) || !rep_cli_set_now(&c) || !rep_cli_set_zone(&c))
		return rep_cli_finish(REP_EXIT_FAILED);
	c.session.now_s = like->session.now_s;
	return rep_cli_finish(rep_answers_data(&c, r, p));
}
