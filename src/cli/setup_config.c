/*
 * The configuration that `setup` proposes: composed, checked by the parser of the file itself, shown, and written on a yes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/memory.h"
#include "base/time.h"
#include "cli/setup.h"
#include "cli/setup_ask.h"
#include "config/paths.h"
#include "engine/files.h"

#include <sys/stat.h>
#include <unistd.h>

enum { TEXT_BYTES = 1 << 20 };

/* The database of --db, as a whole path. n == 0: the usual one. */
static struct rep_str
own_database(struct rep_setup *s)
{
	const char *db = s->c->session.db;
	char here[REP_PATH_MAX];

	if (db == NULL || db[0] == '/' || getcwd(here, sizeof here) == NULL)
		return rep_str_c(db);
	return rep_arena_printf(s->c->arena, "%s/%s", here, db);
}

/* The text of a new file, or of what is missing in the old one. n == 0: nothing is. p == NULL: there is no room. */
static struct rep_str
compose(struct rep_setup *s)
{
	const struct rep_config_alert *alert = s->alert.name.n > 0 ? &s->alert : NULL;
	char day[REP_TIME_TEXT];
	struct rep_str database = s->there ? REP_S("") : own_database(s), body;
	struct rep_buf b;

	rep_buf_init(&b, TEXT_BYTES);
	rep_plan_write(&s->plan, alert, database, &b);
	body = rep_arena_take(s->c->arena, &b); /* p == NULL: it is larger than the buffer */
	if (body.n == 0)
		return body;
	rep_time_text(s->c->session.clock_s, day);
	rep_buf_init(&b, TEXT_BYTES);
	if (s->there)
		rep_buf_printf(&b, "\n# Added by reputed setup on %.10s.\n", day);
	else
		rep_buf_printf(&b,
		    "# Written by reputed setup on %.10s. It is yours: setup never changes a line of it.\n"
		    "# More can be said here: man reputed.conf. Is it sound? reputed config check\n\n",
		    day);
	rep_buf_add(&b, body);
	return rep_arena_take(s->c->arena, &b);
}

/* Whether the parser takes it, together with what there is. A text that it does not take is a defect of ours. */
static bool
is_sound(struct rep_setup *s, struct rep_str text)
{
	struct rep_config_problems problems = { .n = 0 };
	struct rep_str there = { "", 0 }, all;
	struct rep_config cfg;
	struct rep_err err;

	if (s->there &&
	    rep_file_read_own(s->c->arena, s->c->config_path, REP_CONFIG_FILE_MAX, &there, &err) !=
		REP_OK) {
		rep_cli_say("%s; nothing was added", err.msg);
		return false;
	}
	all = rep_arena_printf(s->c->arena, "%.*s%.*s", REP_PR(there), REP_PR(text));
	rep_config_init(&cfg, NULL);
	if (all.p == NULL ||
	    rep_config_parse(all, s->c->config_path, s->c->arena, &cfg, &problems, &err) !=
		REP_OK) {
		rep_cli_say("out of memory");
		return false;
	}
	for (const struct rep_config_problem *p = problems.first; p != NULL; p = p->next)
		rep_cli_say("%s", p->text);
	return problems.n == 0;
}

/* A URL that a stranger must not know is in the file: only its owner and the service may read it then. */
static unsigned
mode_of(const struct rep_setup *s)
{
	return s->alert.name.n > 0 &&
		(s->alert.by == REP_CHANNEL_WEBHOOK || s->alert.by == REP_CHANNEL_NTFY)
	    ? REP_SETUP_PRIVATE
	    : REP_SETUP_OPEN;
}

static bool
others_read(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && (st.st_mode & 07) != 0;
}

static bool
write_it(struct rep_setup *s, struct rep_str text)
{
	struct rep_str secret = rep_arena_printf(s->c->arena, "%s\n", s->alert_secret);
	const char *secret_path = rep_arena_dup(s->c->arena, s->alert.secret_file).p;
	bool made = false;
	bool closes = s->there && mode_of(s) == REP_SETUP_PRIVATE && others_read(s->c->config_path);
	struct rep_err err;
	enum rep_rc rc = REP_OK;

	/* The secret first: a configuration that names a file which is not there would be wrong. */
	if (secret.p == NULL || secret_path == NULL)
		rc = rep_fail(&err, REP_EMEM, "out of memory");
	else if (s->alert_secret[0] != '\0')
		made =
		    (rc = rep_setup_write(secret_path, secret, REP_SETUP_SECRET, &err)) == REP_OK;
	if (rc == REP_OK && s->there)
		rc = rep_setup_append(s->c->config_path, text, mode_of(s), &err);
	else if (rc == REP_OK)
		rc = rep_setup_write(s->c->config_path, text, mode_of(s), &err);
	if (rc != REP_OK) {
		/* Nothing names it then, and a second run can write it. */
		if (made)
			(void)unlink(secret_path);
		rep_cli_fail(s->c, REP_EXIT_FAILED, &err);
		return false;
	}
	printf("%s %s\n\n", s->there ? "Added to" : "Written:", s->c->config_path);
	(void)fflush(stdout);
	if (closes)
		rep_cli_say(
		    "%s has a URL now that nobody else may know: others cannot read it any more",
		    s->c->config_path);
	return true;
}

static bool
show_text(struct rep_setup *s, struct rep_str text)
{
	struct rep_buf b;
	bool fine;

	rep_buf_init(&b, 4 * TEXT_BYTES);
	if (text.n == 0 && s->there) {
		rep_buf_printf(&b, "%s has all that was found. Nothing is to be written.\n\n",
		    s->c->config_path);
	} else {
		rep_buf_printf(&b,
		    s->there ? "%s stays as it is. What was found and is not in it:\n"
			     : "The configuration, for %s:\n",
		    s->c->config_path);
		rep_buf_addc(&b, '\n');
		rep_buf_add(&b, text);
		rep_buf_addc(&b, '\n');
	}
	fine = rep_out_flush(&b);
	rep_buf_fini(&b);
	return fine;
}

bool
rep_setup_configure(struct rep_setup *s)
{
	struct rep_str text = compose(s);
	char question[512];

	/* What was not seen for want of memory would be missing in it. */
	if (text.p == NULL || rep_memory_ran_out()) {
		rep_cli_say("out of memory: nothing was written");
		rep_cli_note(s->c, REP_EXIT_FAILED);
		return false;
	}
	if (!show_text(s, text))
		return false;
	if (s->there && !s->interactive && !s->c->yes) {
		rep_cli_say(
		    "nothing was written or read: there is no terminal to ask at. To read the logs into "
		    "the database: reputed setup --yes");
		rep_cli_note(s->c, REP_EXIT_USAGE);
		return false;
	}
	if (text.n == 0 && s->there)
		return true;
	if (s->unsound) {
		rep_cli_say(
		    "%s has mistakes (above): nothing is added to it before they are corrected",
		    s->c->config_path);
		return true;
	}
	if (!is_sound(s, text)) {
		rep_cli_note(s->c, REP_EXIT_FAILED);
		return false;
	}
	snprintf(question, sizeof question,
	    s->there ? "Add this to the end of %.300s?" : "Write %.300s?", s->c->config_path);
	if (s->there && !s->interactive)
		rep_cli_say("Only a person at a terminal can add to it");
	else if (s->interactive ? rep_ask_yes(question, false) : s->c->yes)
		return write_it(s, text);
	if (s->there)
		return true;
	if (s->interactive) {
		rep_cli_say("nothing was written");
	} else {
		rep_cli_say(
		    "nothing was written: there is no terminal to ask at. To write it: reputed "
		    "setup --yes");
		rep_cli_note(s->c, REP_EXIT_USAGE);
	}
	return false;
}
