/*
 * reputed top: what is wrong, every source by provider, the queue and what came in last, on a screen
 * that follows the database.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cli.h"
#include "cli/asked.h"
#include "cli/strip.h"
#include "cli/terminal.h"
#include "cli/top_page.h"
#include "cli/top_read.h"
#include "cli/top_screen.h"
#include "cli/why.h"
#include "base/time.h"
#include "io/steady.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { NOTE_MAX = 512 };

struct top {
	struct rep_cli *c;
	struct rep_top_reading reading;
	struct rep_screen screen;
	size_t width, height; /* of the terminal; a screen is never larger than REP_SCREEN_MAX */
	struct rep_top_look look;
	struct rep_top_page page;
	bool paged;		/* the page is shown, not the screen of all */
	struct rep_top_item of; /* what the page is about */
	bool help;		/* it is the page of keys */
	char note[NOTE_MAX];	/* for the last line; "": none */
	int signals;		/* signalfd */
	bool read, stop;	/* read: asked for now */
	int broken;		/* errno of what ended the screen; 0: nothing did */
};

/* --- reading --------------------------------------------------------------------------------------- */

/* While the screen is shown, nothing else may be written to the terminal. */
static void
on_problem(void *ctx, const struct rep_problem *p)
{
	struct top *t = ctx;

	snprintf(t->note, sizeof t->note, "%s", p->text);
}

static void
tick(struct top *t)
{
	struct rep_session *s = &t->c->session;

	s->clock_s = rep_cli_clock_s();
	t->look.present_s = rep_session_present(s);
	rep_out_present(t->look.present_s);
}

static void
read_again(struct top *t)
{
	struct rep_top_view *v = &t->reading.view;
	struct rep_top_item item = rep_top_item(v, t->look.selected);
	char at[REP_TIME_TEXT];
	struct rep_err err;

	t->note[0] = '\0';
	t->read = false;
	if (rep_top_read(&t->reading, &t->c->session, &err) == REP_OK) {
		t->look.selected = rep_top_find(v, &item, t->look.selected);
		return;
	}
	rep_time_text(t->look.present_s, at);
	snprintf(t->note, sizeof t->note, "%.5s UTC, not read, what is shown is older: %s", at + 11,
	    err.msg);
}

/* --- the page inside -------------------------------------------------------------------------------- */

static const char help[] =
    "What is wrong  open incidents, the one that lost most mail first, with what to do\n"
    "               first. Incidents of one trouble stand together.\n"
    "Rows           one for each of your addresses (or relays) and provider, worst\n"
    "               first. Refused: the share that was refused for good in 24 hours.\n"
    "Queue          what waits in the queue of the mail server.\n"
    "Last in        what was not accepted, the newest of each kind, with their words.\n"
    "Each of the 24 marks of a row is an hour:\n"
    "  %s  all accepted, or nearly               a blank: nothing sent, or not in the log\n"
    "  %s  a twentieth or more was put off       %s  half or more was put off\n"
    "  %s  a twentieth or more was refused       %s  half or more was refused\n"
    "\n"
    "Enter                 why: the whole answer about what is selected\n"
    "up, down, j, k        the one before, the one after\n"
    "PgUp, PgDn, b, space  a screenful\n"
    "Home, End, g, G       the first, the last\n"
    "Tab                   to the rows, and back to what is wrong\n"
    "r                     read the database now; after a change it is read by itself\n"
    "Ctrl-L                draw the screen again\n"
    "q, Escape             back; q on the first screen ends reputed top\n"
    "\n"
    "Nothing is changed by it. Without a screen: reputed status, reputed why\n";

static void
help_text(struct top *t)
{
	bool utf8 = t->screen.utf8;

	rep_buf_add(&t->page.title, REP_S("reputed top: what it shows, and its keys"));
	rep_buf_printf(&t->page.text, help, utf8 ? "\u00b7" : ".", utf8 ? "\u2591" : "-",
	    utf8 ? "\u2592" : "~", utf8 ? "\u2584" : "x", utf8 ? "\u2588" : "X");
}

/* The word that `reputed why` would be given for it. n == 0: everything. */
static struct rep_str
word_of(const struct rep_top_view *v, const struct rep_top_item *item,
    const struct rep_why_group **group)
{
	const struct rep_names *names = &v->set->in.names;
	size_t at;

	*group = NULL;
	if (item->row)
		return rep_str_or(rep_name(names, item->cell.provider_domain),
		    rep_name(names, item->cell.provider));
	if (item->incident == 0)
		return (struct rep_str){ "", 0 };
	at = rep_top_find(v, item, 0);
	if (at < v->troubles_n)
		*group = v->troubles[at].group;
	return rep_arena_printf(v->set->arena, "%lld", (long long)item->incident);
}

static void
why_text(struct top *t)
{
	const struct rep_top_view *v = &t->reading.view;
	const struct rep_verdict_set *set = v->set;
	const struct rep_why_group *group;
	struct rep_str word = word_of(v, &t->of, &group);
	const struct rep_incident **chosen =
	    rep_arena_alloc(set->arena, (set->verdicts.incidents_n + 1) * sizeof *chosen);
	struct rep_asked asked;
	char now[REP_TIME_TEXT];
	size_t n = 0;

	rep_buf_printf(&t->page.title, "reputed why %.*s    as of %s", REP_PR(word),
	    rep_time_text(set->in.now_s, now));
	if (chosen == NULL || word.p == NULL || !rep_asked_parse(&asked, set, word)) {
		rep_buf_printf(&t->page.text, "In a shell: reputed why %.*s\n", REP_PR(word));
		return;
	}
	for (size_t k = 0; group != NULL && k < group->n; k++)
		chosen[n++] = group->members[k];
	for (size_t k = 0; group == NULL && k < set->verdicts.incidents_n; k++)
		if (rep_asked_incident(&asked, &set->verdicts.incidents[k]))
			chosen[n++] = &set->verdicts.incidents[k];
	rep_why_text(&t->page.text, set, chosen, n, &asked, false);
}

/* Makes the text for the present width; what was at the top stays about there. */
static void
make_page(struct top *t)
{
	size_t first = t->page.first;

	rep_top_page_clear(&t->page);
	if (t->help)
		help_text(t);
	else
		why_text(t);
	if (t->page.text.full || !rep_top_page_fold(&t->page, &t->screen)) {
		snprintf(t->note, sizeof t->note, "the text is too long for the memory there is");
		t->paged = false;
		return;
	}
	rep_top_page_move(&t->page, &t->screen, (long)first);
}

static void
open_page(struct top *t, bool is_help)
{
	const struct rep_top_view *v = &t->reading.view;

	if (!is_help && v->troubles_n + v->rows_n == 0)
		return;
	t->help = is_help;
	t->of = rep_top_item(v, t->look.selected);
	t->paged = true;
	t->page.first = 0;
	make_page(t);
}

/* --- keys ----------------------------------------------------------------------------------------- */

static void
page_key(struct top *t, int key)
{
	long whole = (long)t->screen.height - 3;

	switch (key) {
	case 'q':
	case REP_KEY_ESCAPE: t->paged = false; break;
	case 'j':
	case REP_KEY_ENTER:
	case REP_KEY_DOWN: rep_top_page_move(&t->page, &t->screen, 1); break;
	case 'k':
	case REP_KEY_UP: rep_top_page_move(&t->page, &t->screen, -1); break;
	case ' ':
	case REP_KEY_PAGE_DOWN: rep_top_page_move(&t->page, &t->screen, whole); break;
	case 'b':
	case REP_KEY_PAGE_UP: rep_top_page_move(&t->page, &t->screen, -whole); break;
	case 'g':
	case REP_KEY_HOME: rep_top_page_move(&t->page, &t->screen, -(long)t->page.lines_n); break;
	case 'G':
	case REP_KEY_END: rep_top_page_move(&t->page, &t->screen, (long)t->page.lines_n); break;
	default: break;
	}
}

/* Moves what is selected by n, as far as there is something. */
static void
select_by(struct top *t, long n)
{
	size_t all = t->reading.view.troubles_n + t->reading.view.rows_n, at = t->look.selected;

	if (n < 0)
		at = at > (size_t)-n ? at - (size_t)-n : 0;
	else
		at += (size_t)n;
	t->look.selected = at < all ? at : all > 0 ? all - 1 : 0;
}

static void
main_key(struct top *t, int key)
{
	const struct rep_top_view *v = &t->reading.view;
	bool row = t->look.selected >= v->troubles_n;
	long shown = (long)(row ? t->look.rows_shown : t->look.troubles_shown),
	     all = (long)(v->troubles_n + v->rows_n);

	switch (key) {
	case 'q': t->stop = true; break;
	case 'r': t->read = true; break;
	case '?':
	case 'h': open_page(t, true); break;
	case REP_KEY_ENTER: open_page(t, false); break;
	case 'j':
	case REP_KEY_DOWN: select_by(t, 1); break;
	case 'k':
	case REP_KEY_UP: select_by(t, -1); break;
	case ' ':
	case REP_KEY_PAGE_DOWN: select_by(t, shown > 0 ? shown : 1); break;
	case 'b':
	case REP_KEY_PAGE_UP: select_by(t, -(shown > 0 ? shown : 1)); break;
	case 'g':
	case REP_KEY_HOME: select_by(t, -all); break;
	case 'G':
	case REP_KEY_END: select_by(t, all); break;
	case '\t': t->look.selected = row ? 0 : v->troubles_n; break;
	default: break;
	}
}

/* All keys that wait. Standard input that can be read and has nothing is at its end. */
static void
keys(struct top *t)
{
	int waiting = 0, key;

	if (ioctl(STDIN_FILENO, FIONREAD, &waiting) != 0 || waiting == 0) {
		t->stop = true;
		return;
	}
	while (!t->stop && (key = rep_terminal_key()) != REP_KEY_NONE)
		if (key == 'L' - '@')
			rep_terminal_redraw();
		else if (t->paged)
			page_key(t, key);
		else
			main_key(t, key);
}

/* --- the loop --------------------------------------------------------------------------------------- */

/*
 * Looked at each time: one who was stopped (Ctrl-Z) is not told of what happened meanwhile. False: out
 * of memory.
 */
static bool
set_size(struct top *t)
{
	bool utf8 = t->screen.utf8;
	size_t width, height;

	rep_terminal_size(&width, &height);
	if (width == t->width && height == t->height)
		return true;
	t->width = width;
	t->height = height;
	rep_terminal_resize(width, height);
	rep_screen_fini(&t->screen);
	rep_out_screen(width);
	if (!rep_screen_init(&t->screen, width, height, utf8))
		return false;
	if (t->paged)
		make_page(t);
	return true;
}

static void
show(struct top *t)
{
	t->look.note = rep_str_c(t->note);
	if (t->paged)
		rep_top_page_screen(&t->screen, &t->page);
	else
		rep_top_screen(&t->screen, &t->reading.view, &t->look);
	rep_terminal_show(&t->screen, t->screen.height > 0 ? t->screen.height - 1 : 0);
}

/* A new size wakes the loop; every other signal ends it. */
static void
obey(struct top *t)
{
	struct signalfd_siginfo i;

	while (read(t->signals, &i, sizeof i) == (ssize_t)sizeof i)
		t->stop = t->stop || i.ssi_signo != SIGWINCH;
}

static void
loop(struct top *t)
{
	while (!t->stop) {
		struct pollfd v[2] = { { .fd = STDIN_FILENO, .events = POLLIN },
			{ .fd = t->signals, .events = POLLIN } };

		tick(t);
		/* What a person reads does not change under their eyes. */
		if (t->read ||
		    (!t->paged && rep_top_due(&t->reading, &t->c->session, rep_steady_ms())))
			read_again(t);
		if (!set_size(t)) {
			t->broken = ENOMEM;
			break;
		}
		show(t);
		if (poll(v, REP_COUNT(v), REP_TOP_LEAST_MS) < 0 && errno != EINTR) {
			t->stop = true;
			t->broken = errno;
		}
		if (v[1].revents != 0)
			obey(t);
		if (v[0].revents != 0 && !t->stop)
			keys(t);
	}
}

/* --- the beginning and the end ------------------------------------------------------------------------ */

static bool
set_signals(struct top *t)
{
	static const int of[] = { SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGWINCH };
	sigset_t set;

	sigemptyset(&set);
	for (size_t k = 0; k < REP_COUNT(of); k++)
		sigaddset(&set, of[k]);
	t->signals = sigprocmask(SIG_BLOCK, &set, NULL) != 0
	    ? -1
	    : signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	return t->signals >= 0;
}

/*
 * Characters are as wide as the locale says. One that the machine does not have came with the ssh
 * session: C.UTF-8 is everywhere.
 */
static bool
set_locale(void)
{
	if (setlocale(LC_CTYPE, "") == NULL && rep_strip_utf8())
		(void)setlocale(LC_CTYPE, "C.UTF-8");
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* Whether this can be a screen; if not, says what to use instead. */
static bool
is_terminal(const struct rep_cli *c)
{
	const char *term = getenv("TERM");

	if (c->args_n > 0)
		rep_cli_say(
		    "top takes no argument; one provider or address: reputed why %s", c->args[0]);
	else if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		rep_cli_say("top needs a terminal for its screen and its keys; the same as text: "
			    "reputed status");
	else if (term == NULL || term[0] == '\0' || strcmp(term, "dumb") == 0)
		rep_cli_say("top needs a terminal that can move its cursor, and TERM is %s%s; the "
			    "same as text: reputed status",
		    term == NULL || term[0] == '\0' ? "not set" : "", term != NULL ? term : "");
	else
		return true;
	return false;
}

/* What goes wrong is printed and noted. */
static void
run(struct top *t)
{
	struct rep_cli *c = t->c;
	struct rep_err err;

	tick(t);
	if (rep_top_read(&t->reading, &c->session, &err) != REP_OK) {
		(void)rep_cli_fail(c, REP_EXIT_FAILED, &err);
		return;
	}
	c->session.problem = on_problem;
	c->session.ctx = t;
	if (!set_signals(t)) {
		rep_cli_say("signals cannot be waited for: %s", strerror(errno));
		rep_cli_note(c, REP_EXIT_FAILED);
		return;
	}
	if (rep_terminal_open(getenv("NO_COLOR") == NULL, &err) != REP_OK) {
		rep_cli_say("%s; the same as text: reputed status", err.msg);
		rep_cli_note(c, err.rc == REP_ENOTFOUND ? REP_EXIT_USAGE : REP_EXIT_FAILED);
		return;
	}
	loop(t);
	rep_terminal_close();
	if (t->broken != 0) {
		rep_cli_say("the screen ended: %s", strerror(t->broken));
		rep_cli_note(c, REP_EXIT_FAILED);
	}
}

int
rep_cmd_top(struct rep_cli *c)
{
	struct top t = { .c = c, .signals = -1 };
	struct rep_know *know = NULL;
	struct rep_store *store;
	struct rep_err err;

	if (!is_terminal(c))
		return REP_EXIT_USAGE;
	/* Says what to do where there is no database. */
	if ((store = rep_cli_reading(c)) == NULL)
		return c->worst;
	rep_store_close(store);
	c->session.db = rep_session_db(&c->session);
	if (rep_session_know(&c->session, &know, &err) != REP_OK)
		return rep_cli_fail(c, REP_EXIT_FAILED, &err);
	c->session.know_told = true;
	t.screen.utf8 = set_locale();
	rep_top_reading_init(&t.reading, know);
	rep_top_page_init(&t.page);
	run(&t);
	rep_cli_session(c);
	rep_top_page_fini(&t.page);
	rep_screen_fini(&t.screen);
	rep_top_reading_fini(&t.reading);
	rep_know_free(know);
	if (t.signals >= 0)
		close(t.signals);
	return c->worst;
}
