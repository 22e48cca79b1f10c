/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/setup_ask.h"
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

/* One line, of which what is too long is read and dropped. False: the input has ended. */
static bool
read_line(char line[REP_ASK_LINE])
{
	struct rep_str s;
	size_t n = 0;
	int c;

	while ((c = getchar()) != EOF && c != '\n')
		if (n + 1 < REP_ASK_LINE)
			line[n++] = (char)c;
	if (c == EOF && n == 0) {
		line[0] = '\0';
		return false;
	}
	s = rep_str_trim((struct rep_str){ line, n });
	memmove(line, s.p, s.n);
	line[s.n] = '\0';
	return true;
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

/* The terminal as it was, for who ends the program while nothing is shown. */
static struct termios shown;

static void
on_end(int number)
{
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
	(void)signal(number, SIG_DFL);
	(void)raise(number);
}

/* What is typed is not shown from now on. False: it is. */
static bool
hide(void)
{
	struct termios hidden;

	if (tcgetattr(STDIN_FILENO, &shown) != 0)
		return false;
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	(void)signal(SIGINT, on_end);
	(void)signal(SIGTERM, on_end);
	return tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0;
}

static void
show(void)
{
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
	(void)signal(SIGINT, SIG_DFL);
	(void)signal(SIGTERM, SIG_DFL);
}

bool
rep_ask_line(const char *question, bool secret, char line[REP_ASK_LINE])
{
	bool hidden, there;

	say(question);
	hidden = secret && hide();
	there = read_line(line);
	if (hidden)
		show();
	if (hidden || !there) {
		putchar('\n');
		(void)fflush(stdout);
	}
	return there;
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
