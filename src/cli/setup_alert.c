/*
 * `setup` asks who is told, and by what.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/setup.h"
#include "cli/setup_ask.h"
#include "config/paths.h"
#include "config/schema.h"

#include <unistd.h>

enum {
	PARSE_BYTES = 1 << 20,
	TRIES =
	    5 /* wrong answers to one question. Judgement: who types so many has to look something up */
};

/* The kinds in the order of the question: those that most people want come first. */
static const struct {
	enum rep_channel_kind kind;
	const char *word, *about, *to, *secret;
} kinds[] = {
	{ REP_CHANNEL_MAIL, "mail", "an address, best at a provider that does not refuse you",
	    "Address:", NULL },
	{ REP_CHANNEL_NTFY, "ntfy", "a push message to your phone (ntfy.sh, or a server of yours)",
	    "URL of the topic, such as https://ntfy.sh/TOPIC:", NULL },
	{ REP_CHANNEL_WEBHOOK, "webhook", "one JSON object by POST", "URL:", NULL },
	{ REP_CHANNEL_SLACK, "slack", "an incoming webhook of Slack or Mattermost", NULL,
	    "Its URL (not shown):" },
	{ REP_CHANNEL_PAGERDUTY, "pagerduty", "Events API v2", NULL, "Routing key (not shown):" },
	{ REP_CHANNEL_EXEC, "exec", "a program of yours", "Path of the program:", NULL },
};

/* Whether a configuration may have this block: the parser of the file itself says so. False: `why` is the sentence. */
static bool
is_sound(const struct rep_config_alert *a, char *why, size_t room)
{
	struct rep_arena *arena = rep_arena_new(PARSE_BYTES);
	struct rep_config_problems problems = { .n = 0 };
	struct rep_config cfg;
	struct rep_str text;
	size_t at;
	struct rep_buf b;
	bool fine;

	rep_buf_init(&b, PARSE_BYTES / 8);
	rep_config_dump_block(REP_CONF_ALERT, a, &b);
	rep_config_init(&cfg, NULL);
	fine = arena != NULL && !b.full &&
	    rep_config_parse(rep_buf_str(&b), "", arena, &cfg, &problems, NULL) == REP_OK &&
	    problems.n == 0;
	snprintf(why, room, "that cannot be used");
	if (problems.first != NULL) { /* ":3:5: sentence" */
		text = rep_str_c(problems.first->text);
		at = rep_str_find(text, REP_S(": "), 0);
		if (at != SIZE_MAX)
			snprintf(why, room, "%s", text.p + at + 2);
	}
	rep_buf_fini(&b);
	rep_arena_free(arena);
	return fine;
}

/* The folder of the configuration, in which secrets are put. */
static struct rep_str
secret_file(struct rep_setup *s, const char *name)
{
	struct rep_str path = rep_str_c(s->c->config_path);
	size_t slash = rep_str_rchr(path, '/');
	struct rep_str folder = rep_str_sub(path, 0, slash == SIZE_MAX ? 0 : slash);
	char here[REP_PATH_MAX] = "";

	if (path.p[0] != '/' && getcwd(here, sizeof here) == NULL)
		here[0] = '\0';
	return rep_arena_printf(s->c->arena, "%s%s%.*s%s%s.secret", here,
	    here[0] != '\0' ? "/" : "", REP_PR(folder), folder.n > 0 ? "/" : "", name);
}

/* Fills in the block from a line. */
static void
take(struct rep_setup *s, size_t kind, const char *line)
{
	struct rep_config_alert *a = &s->alert;
	struct rep_str value = rep_arena_dup(s->c->arena, rep_str_c(line));

	*a = (struct rep_config_alert){ .name = rep_str_c(kinds[kind].word),
		.by = kinds[kind].kind };
	a->to = a->secret_file = a->from = REP_S("");
	if (kinds[kind].to != NULL) {
		a->to = value;
	} else {
		a->secret_file = secret_file(s, kinds[kind].word);
		snprintf(s->alert_secret, sizeof s->alert_secret, "%s", line);
	}
}

static void
say_tries(void)
{
	rep_cli_say(
	    "%d answers could not be used: it goes on without an alert, which can be added later",
	    TRIES);
}

/* Asks until it can be used. False: nothing was given, the input has ended, or it was asked too often (printed). */
static bool
ask_target(struct rep_setup *s, size_t kind)
{
	const char *question = kinds[kind].to != NULL ? kinds[kind].to : kinds[kind].secret;
	char line[REP_ASK_LINE], why[512];

	for (int i = 0;; i++) {
		if (i == TRIES) {
			say_tries();
			break;
		}
		if (!rep_ask_line(question, kinds[kind].to == NULL, line) || line[0] == '\0')
			break;
		take(s, kind, line);
		if (kinds[kind].to == NULL && !rep_str_printable(rep_str_c(line), true)) {
			rep_cli_say("that is not plain text (printable ASCII)");
			continue;
		}
		if (is_sound(&s->alert, why, sizeof why))
			return true;
		rep_cli_say("%s", why);
	}
	s->alert.name.n = 0;
	s->alert_secret[0] = '\0';
	return false;
}

bool
rep_setup_ask_alert(struct rep_setup *s)
{
	char line[REP_ASK_LINE];
	struct rep_buf b;
	uint64_t n = 0;

	rep_buf_init(&b, 1 << 12);
	rep_buf_add(&b, REP_S("Who is told when a provider begins to refuse your mail?\n"));
	for (size_t i = 0; i < REP_COUNT(kinds); i++)
		rep_buf_printf(&b, "  %zu  %-10s %s\n", i + 1, kinds[i].word, kinds[i].about);
	(void)rep_out_flush(&b);
	rep_buf_fini(&b);
	for (int i = 0; i < TRIES; i++) {
		if (!rep_ask_line("Number, or nothing for nobody yet:", false, line))
			return false;
		if (line[0] == '\0')
			return true;
		for (size_t k = 0; k < REP_COUNT(kinds); k++)
			if (strcmp(line, kinds[k].word) == 0)
				n = k + 1;
		if (n != 0 || (rep_str_u64(rep_str_c(line), REP_COUNT(kinds), &n) && n > 0)) {
			(void)ask_target(s, (size_t)n - 1);
			return true;
		}
		n = 0;
		rep_cli_say("a number from 1 to %zu", REP_COUNT(kinds));
	}
	say_tries();
	return true;
}

bool
rep_setup_alert_mail(struct rep_setup *s, const char *address)
{
	char why[512];

	take(s, 0, address);
	if (is_sound(&s->alert, why, sizeof why))
		return true;
	rep_cli_say("--alert-mail %s: %s", address, why);
	s->alert.name.n = 0;
	return false;
}
