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
#include "base/memory.h"
#include "base/time.h"
#include "cli/net.h"
#include "cli/setup.h"
#include "cli/setup_ask.h"
#include "config/paths.h"
#include "engine/files.h"
#include "engine/journald.h"
#include "engine/wire.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#define USUAL "/etc/reputed/reputed.conf" /* config/paths.h: of root */

enum {
	TEXT_BYTES = 1 << 20,
	FRESH_S =
	    86400, /* a log whose last delivery is a day older than another's is an old one. Judgement */
	CHECKED = 3 /* domains that are checked at the end; each takes some seconds. Judgement */
};

/* --- logs ---------------------------------------------------------------------------------------------- */

/* Of a mailbox nothing is looked at before it is read. A large log takes some seconds, which is shown. */
static void
look_at(struct rep_setup *s, struct rep_setup_log *l)
{
	bool shown = isatty(STDERR_FILENO);
	struct rep_err err;
	struct stat st;
	enum rep_rc rc;
	int fd;

	if (l->at.denied || (stat(l->at.path, &st) == 0 && S_ISDIR(st.st_mode)))
		return;
	if (shown)
		fprintf(stderr, "\rlooking at the log ...\033[K");
	if ((rc = rep_find_log_tail(&s->machine, &l->at, &fd, &err)) == REP_OK) {
		rc = rep_look_at_log(&s->c->session, fd, l->at.path, s->c->arena, &l->seen, &err);
		(void)close(fd);
	}
	if (shown)
		fprintf(stderr, "\r\033[K");
	if (rc == REP_EMEM)
		rep_cli_fail(s->c, REP_EXIT_FAILED, &err);
	else if (rc != REP_OK)
		l->trouble = rep_arena_dup(s->c->arena, rep_str_c(err.msg));
}

static bool
has_mail(const struct rep_setup_log *l)
{
	return l->seen.deliveries + l->seen.relayed > 0;
}

/* Those whose deliveries go on are watched. A journal has the same lines as a file: the file has the older ones too. */
static void
choose_by_mail(struct rep_setup *s)
{
	int64_t newest = 0;
	bool file = false;

	for (size_t i = 0; i < s->logs_n; i++)
		newest = s->logs[i].seen.last_s > newest ? s->logs[i].seen.last_s : newest;
	for (size_t i = 0; i < s->logs_n; i++) {
		struct rep_setup_log *l = &s->logs[i];

		if (!has_mail(l))
			continue;
		l->use = l->seen.last_s + FRESH_S < newest ? REP_SETUP_OLD : REP_SETUP_WATCH;
		if (l->at.journal && (file || l->use == REP_SETUP_OLD))
			l->use = REP_SETUP_UNUSED;
		file |= !l->at.journal && l->use == REP_SETUP_WATCH;
	}
}

/* No mail was sent yet: the first place where there is a log that may be read; the files come before the journal. */
static void
choose_by_place(struct rep_setup *s)
{
	for (size_t i = 0; i < s->logs_n; i++)
		if (!s->logs[i].at.denied && s->logs[i].trouble.n == 0 &&
		    !s->logs[i].at.everything) {
			s->logs[i].use = REP_SETUP_WATCH;
			return;
		}
}

static bool
is_used(const struct rep_setup *s)
{
	for (size_t i = 0; i < s->logs_n; i++)
		if (s->logs[i].use == REP_SETUP_WATCH)
			return true;
	return false;
}

/* Where Postfix itself says that it logs is watched in any case: each instance may have another file. */
static void
choose(struct rep_setup *s)
{
	choose_by_mail(s);
	for (size_t i = 0; i < s->logs_n; i++)
		if (s->logs[i].use == REP_SETUP_UNUSED && !s->logs[i].at.denied &&
		    s->postfix.n > 1 && s->logs[i].at.maillog)
			s->logs[i].use = REP_SETUP_WATCH;
	if (!is_used(s))
		choose_by_place(s);
}

/* Whether a person can mean it: a path that can be read, or a journal. False: it is neither (printed). */
static bool
is_log(struct rep_setup *s, const char *word)
{
	struct rep_journald j;

	if (word[0] == '/' && access(word, R_OK) != 0)
		rep_cli_say("%s: %s", word, strerror(errno));
	else if (word[0] != '/' && !rep_journald_parse(s->c->arena, word, &j))
		rep_cli_say("\"%s\": a path that begins with '/', or journal", word);
	else
		return true;
	return false;
}

/* Those that a person named, else those that are found. False: there are too many, or one is none (printed). */
static bool
find_logs(struct rep_setup *s)
{
	struct rep_find_log v[REP_FIND_LOGS];
	const struct rep_cli *c = s->c;
	bool mail = false;

	if (c->args_n > REP_FIND_LOGS) {
		rep_cli_say("more than %d logs are named: edit the configuration instead (watch)",
		    REP_FIND_LOGS);
		return false;
	}
	s->logs_n = c->args_n;
	for (size_t i = 0; i < c->args_n; i++) {
		if (!is_log(s, c->args[i]))
			return false;
		rep_find_log_named(&s->machine, c->args[i], &s->logs[i].at);
		look_at(s, &s->logs[i]);
		s->logs[i].use = REP_SETUP_WATCH;
	}
	if (c->args_n > 0)
		return true;
	s->logs_n = rep_find_logs(&s->machine, &s->postfix, v, &s->logs_dropped);
	for (size_t i = 0; i < s->logs_n; i++) {
		s->logs[i].at = v[i];
		/* What everything else goes to is large, and has what the others have. */
		if (mail && v[i].everything)
			continue;
		look_at(s, &s->logs[i]);
		mail |= has_mail(&s->logs[i]);
	}
	choose(s);
	return true;
}

/* Nothing is found that could be watched. False: there is nobody to ask, or nothing was said. */
static bool
ask_for_log(struct rep_setup *s)
{
	char line[REP_ASK_LINE];
	struct rep_str copy;

	if (is_used(s))
		return true;
	rep_cli_say("%s",
	    s->no_postfix ? "no Postfix and no mail log were found on this machine"
			  : "Postfix is here, but no mail log was found that can be read");
	for (size_t i = 0; i < s->logs_n; i++)
		if (s->logs[i].at.denied)
			rep_cli_say(
			    "%s may not be read by this user: use sudo", s->logs[i].at.path);
	if (!s->interactive) {
		rep_cli_say("if there is a log in another place, give it: reputed setup PATH");
		rep_cli_note(s->c, REP_EXIT_USAGE);
		return false;
	}
	while (rep_ask_line("Path of the mail log, or journal; nothing to stop:", false, line) &&
	    line[0] != '\0') {
		if (!is_log(s, line))
			continue;
		copy = rep_arena_dup(s->c->arena, rep_str_c(line));
		if (copy.p == NULL)
			break;
		s->logs_n = 1;
		memset(&s->logs[0], 0, sizeof s->logs[0]);
		rep_find_log_named(&s->machine, copy.p, &s->logs[0].at);
		look_at(s, &s->logs[0]);
		s->logs[0].use = REP_SETUP_WATCH;
		return true;
	}
	rep_cli_say("nothing was written");
	return false;
}

/* --- the plan ------------------------------------------------------------------------------------------ */

static bool
make_plan(struct rep_setup *s)
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
	if (s->cloud.dropped > 0)
		rep_cli_say(
		    "the metadata service names %zu more addresses, which are not used (at most %d)",
		    s->cloud.dropped, REP_METADATA_ADDRESSES);
	s->cloud_answered = true;
	return make_plan(s);
}

/* One answer is one --source. False: out of memory. */
static bool
add_answer(struct rep_setup *s, const struct rep_plan_source *x, const struct rep_ip *ip)
{
	struct rep_cli_list *list = &s->c->sources;
	char text[REP_IP_TEXT];
	struct rep_str one =
	    rep_arena_printf(s->c->arena, "%.*s=%s", REP_PR(x->labels[0]), rep_ip_text(ip, text));

	if (one.p == NULL)
		return false;
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
	return make_plan(s);
}

/* --- the configuration --------------------------------------------------------------------------------- */

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

/*
 * Shows it, and writes it on a yes. False: the command ends here, because nothing was written, or that failed.
 * --yes is for a first configuration: what a person took out of an old one must not come back by a script.
 */
static bool
configure(struct rep_setup *s)
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

/* --- the end ------------------------------------------------------------------------------------------- */

/* Trouble that is found is no failure of setup; that DNS does not answer is none either. */
static void
first_look(struct rep_setup *s)
{
	struct rep_cli *c = s->c;
	int before = c->worst;
	char text[300];

	c->args_n = 0;
	(void)rep_cmd_status(c);
	c->worst = c->worst == REP_EXIT_TROUBLE ? before : c->worst;
	before = c->worst;
	for (size_t i = 0; i < s->plan.domains_n && i < CHECKED; i++) {
		const char *domain[1] = { text };

		snprintf(text, sizeof text, "%.*s", REP_PR(s->plan.domains[i].name));
		c->args = domain;
		c->args_n = 1;
		c->selectors.n = c->ips.n = 0;
		(void)rep_cli_check_worst(c);
		if (c->worst == REP_EXIT_FAILED && before != REP_EXIT_FAILED && i == 0)
			i = CHECKED; /* DNS does not work: once is enough */
	}
	c->worst = before;
	c->args_n = 0;
}

/* Whether two paths lead to one place; one that does not exist is only itself. */
static bool
same_place(const char *a, const char *b)
{
	char *x = realpath(a, NULL), *y = realpath(b, NULL);
	bool same = strcmp(x != NULL ? x : a, y != NULL ? y : b) == 0;

	free(x);
	free(y);
	return same;
}

/* Whether it is the configuration of the service. */
static bool
is_of_service(const struct rep_setup *s)
{
	return same_place(s->c->config_path, USUAL);
}

/* Whether this user's commands read it by themselves. */
static bool
is_usual(const struct rep_setup *s)
{
	struct rep_paths paths;

	return rep_paths_find(&paths, NULL) == REP_OK &&
	    same_place(s->c->config_path, paths.config);
}

/* A word as a shell takes it. */
static void
add_word(struct rep_buf *b, const char *word)
{
	static const char plain[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/:@+,=";

	if (word[0] != '\0' && word[strspn(word, plain)] == '\0') {
		rep_buf_add(b, rep_str_c(word));
		return;
	}
	rep_buf_addc(b, '\'');
	for (; *word != '\0'; word++)
		if (*word == '\'')
			rep_buf_add(b, REP_S("'\\''"));
		else
			rep_buf_addc(b, *word);
	rep_buf_addc(b, '\'');
}

/* A command that stands alone at the margin, with the configuration where that is not the usual one. */
static void
command(const struct rep_setup *s, struct rep_buf *b, const char *words, struct rep_str more)
{
	rep_buf_printf(b, "\nreputed %s%s%.*s", words, more.n > 0 ? " " : "", REP_PR(more));
	if (!is_usual(s)) {
		rep_buf_add(b, REP_S(" --config "));
		add_word(b, s->c->config_path);
	}
	rep_buf_addc(b, '\n');
}

/* What to type next. */
static void
say_next(const struct rep_setup *s)
{
	static const char *const units[] = { "/etc/systemd/system/reputed.service",
		"/lib/systemd/system/reputed.service", "/usr/lib/systemd/system/reputed.service" };
	bool unit = false;
	struct rep_buf b;

	for (size_t i = 0; i < REP_COUNT(units); i++)
		unit |= rep_machine_has(&s->machine, units[i]);
	rep_buf_init(&b, 1 << 12);
	if (s->c->cfg.n_alerts == 0) {
		rep_out_wrap(&b,
		    REP_S("\nNobody is told yet: there is no alert block in the configuration "
			  "(man reputed.conf)."),
		    0, 0);
		rep_buf_addc(&b, '\n');
	} else {
		rep_buf_add(&b, REP_S("\nTry whether the alert arrives:\n"));
		command(s, &b, "alert test", REP_S(""));
	}
	if (s->plan.domains_n > 0) {
		rep_buf_add(&b, REP_S("\nAll that DNS shows of a domain of yours:\n"));
		command(s, &b, "check", s->plan.domains[0].name);
	}
	rep_buf_add(&b, REP_S("\nFrom now on, watch the log:\n"));
	if (unit && is_of_service(s))
		rep_buf_add(&b, REP_S("\nsystemctl enable --now reputed\n"));
	else
		command(s, &b, "serve", REP_S(""));
	(void)rep_out_flush(&b);
	rep_buf_fini(&b);
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

/* --- the command --------------------------------------------------------------------------------------- */

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
	if (!find_logs(s)) {
		rep_cli_note(c, REP_EXIT_USAGE);
		return false;
	}
	if (c->worst == REP_EXIT_FAILED || !ask_for_log(s))
		return false;
	rep_find_signers(&s->machine, &s->signers);
	s->own_n = rep_machine_addresses(s->own);
	return make_plan(s);
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

static bool
ask(struct rep_setup *s)
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

static void
run(struct rep_setup *s)
{
	if (!find(s))
		return;
	rep_setup_names(s);
	if (!rep_setup_show(s) || !ask(s) || !configure(s))
		return;
	if (!read_again(s) || !rep_setup_read(s))
		return;
	first_look(s);
	say_next(s);
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
