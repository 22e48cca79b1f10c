/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/setup_ask.h"
#include "cli/cli.h"
#include "cli/out.h"

#include <signal.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

bool
rep_ask_can(void)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

enum said { SAID_NOTHING = 0, SAID_LINE, SAID_TOO_MUCH };

/* One line. SAID_NOTHING: the input has ended. */
static enum said
read_line(char line[REP_ASK_LINE])
{
	struct rep_str s;
	size_t n = 0;
	bool much = false;
	int c;

	while ((c = getchar()) != EOF && c != '\n') {
		much |= n + 1 == REP_ASK_LINE;
		if (n + 1 < REP_ASK_LINE)
			line[n++] = (char)c;
	}
	if (much || (c == EOF && n == 0)) {
		line[0] = '\0';
		return much ? SAID_TOO_MUCH : SAID_NOTHING;
	}
	s = rep_str_trim((struct rep_str){ line, n });
	memmove(line, s.p, s.n);
	line[s.n] = '\0';
	return SAID_LINE;
}

static void
say(const char *question)
{
	struct rep_buf b;

	rep_buf_init(&b, 1 << 14);
	rep_out_wrap(&b, rep_str_c(question), 0, 0);
	rep_buf_addc(&b, ' ');
	(void)rep_out_flush(&b);
	(void)fflush(stdout);
	rep_buf_fini(&b);
}

/* Signals that would leave a terminal without echo, and what was done at them before. */
static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };
static struct sigaction before[REP_COUNT(numbers)];

/* The terminal as it was, for who ends the program while nothing is shown. */
static struct termios shown;

static void
on_end(int number)
{
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
	(void)signal(number, SIG_DFL);
	(void)raise(number);
}

/* The terminal is given back at the end. A stop (Ctrl-Z) waits for the next question. What was ignored still is. */
static void
take_signals(void)
{
	for (size_t i = 0; i < REP_COUNT(numbers); i++) {
		struct sigaction a = { .sa_handler = numbers[i] == SIGTSTP ? SIG_IGN : on_end };

		(void)sigemptyset(&a.sa_mask);
		(void)sigaction(numbers[i], NULL, &before[i]);
		if (before[i].sa_handler != SIG_IGN)
			(void)sigaction(numbers[i], &a, NULL);
	}
}

static void
give_signals(void)
{
	for (size_t i = 0; i < REP_COUNT(numbers); i++)
		(void)sigaction(numbers[i], &before[i], NULL);
}

/* What is typed is not shown from now on. False: it is. */
static bool
hide(void)
{
	struct termios hidden, now;

	if (tcgetattr(STDIN_FILENO, &shown) != 0)
		return false;
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	take_signals();
	if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0 &&
	    tcgetattr(STDIN_FILENO, &now) == 0 && (now.c_lflag & ECHO) == 0)
		return true;
	give_signals();
	return false;
}

static void
show(void)
{
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
	give_signals();
}

bool
rep_ask_line(const char *question, bool secret, char line[REP_ASK_LINE])
{
	enum said got;

	do {
		/* Before the question: who answers at once is not seen either. */
		if (secret && !hide()) {
			rep_cli_say("this terminal shows what is typed, so no secret is asked for");
			line[0] = '\0';
			return false;
		}
		say(question);
		got = read_line(line);
		if (secret)
			show();
		if (secret || got == SAID_NOTHING) {
			putchar('\n');
			(void)fflush(stdout);
		}
		if (got == SAID_TOO_MUCH)
			rep_cli_say(
			    "that is longer than %d bytes, and was not taken", REP_ASK_LINE - 1);
	} while (got == SAID_TOO_MUCH);
	return got == SAID_LINE;
}

bool
rep_ask_yes(const char *question, bool yes)
{
	char line[REP_ASK_LINE], text[1024];

	snprintf(text, sizeof text, "%s [%s]", question, yes ? "Y/n" : "y/N");
	if (!rep_ask_line(text, false, line))
		return false;
	if (line[0] == '\0')
		return yes;
	if (yes)
		return !rep_str_eq_nocase(rep_str_c(line), REP_S("n")) &&
		    !rep_str_eq_nocase(rep_str_c(line), REP_S("no"));
	return rep_str_eq_nocase(rep_str_c(line), REP_S("y")) ||
	    rep_str_eq_nocase(rep_str_c(line), REP_S("yes"));
}
