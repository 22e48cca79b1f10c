/*
 * Which logs `setup` reads, and which it has watched: those that a person named, else those that it finds and looks at.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/setup.h"
#include "cli/setup_ask.h"
#include "engine/journald.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

/* A log whose last delivery is a day older than another's is an old one. Judgement. */
enum { FRESH_S = 86400 };

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

bool
rep_setup_find_logs(struct rep_setup *s)
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

bool
rep_setup_ask_log(struct rep_setup *s)
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
