/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/terminal.h"
#include "base/library.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define NCURSES_NOMACROS 1
#include <curses.h>

#define LIBNCURSES "libncursesw.so.6"

/*
 * ms until an escape alone is a key of its own, and not the beginning of another key. Judgement: the
 * bytes of one key come in one packet, also over a slow line.
 */
enum { ESCAPE_MS = 300 };

/* The functions of ncurses. */
static struct {
	int (*setupterm)(const char *, int, int *);
	void *(*set_curterm)(void *);
	int (*del_curterm)(void *);
	SCREEN *(*newterm)(const char *, FILE *, FILE *);
	int (*endwin)(void);
	void (*delscreen)(SCREEN *);
	WINDOW *(*newwin)(int, int, int, int);
	int (*cbreak)(void);
	int (*noecho)(void);
	int (*nonl)(void);
	int (*keypad)(WINDOW *, bool);
	int (*nodelay)(WINDOW *, bool);
	int (*set_escdelay)(int);
	int (*define_key)(const char *, int);
	int (*curs_set)(int);
	bool (*has_colors)(void);
	int (*start_color)(void);
	int (*use_default_colors)(void);
	int (*init_pair)(short, short, short);
	int (*color_pair)(int);
	int (*resizeterm)(int, int);
	int (*wmove)(WINDOW *, int, int);
	int (*wattrset)(WINDOW *, int);
	int (*waddnstr)(WINDOW *, const char *, int);
	int (*clearok)(WINDOW *, bool);
	int (*wrefresh)(WINDOW *);
	int (*wgetch)(WINDOW *);
	bool loaded;
} nc;

static SCREEN *terminal; /* NULL: it is not open */
static WINDOW *window;
static bool colours;

static bool
load(void)
{
	static const struct rep_library_call calls[] = { { "setupterm", &nc.setupterm },
		{ "set_curterm", &nc.set_curterm }, { "del_curterm", &nc.del_curterm },
		{ "newterm", &nc.newterm }, { "endwin", &nc.endwin },
		{ "delscreen", &nc.delscreen }, { "newwin", &nc.newwin }, { "cbreak", &nc.cbreak },
		{ "noecho", &nc.noecho }, { "nonl", &nc.nonl }, { "keypad", &nc.keypad },
		{ "nodelay", &nc.nodelay }, { "set_escdelay", &nc.set_escdelay },
		{ "define_key", &nc.define_key }, { "curs_set", &nc.curs_set },
		{ "has_colors", &nc.has_colors }, { "start_color", &nc.start_color },
		{ "use_default_colors", &nc.use_default_colors }, { "init_pair", &nc.init_pair },
		{ "COLOR_PAIR", &nc.color_pair }, { "resizeterm", &nc.resizeterm },
		{ "wmove", &nc.wmove }, { "wattrset", &nc.wattrset }, { "waddnstr", &nc.waddnstr },
		{ "clearok", &nc.clearok }, { "wrefresh", &nc.wrefresh },
		{ "wgetch", &nc.wgetch } };

	nc.loaded = nc.loaded || rep_library_load(LIBNCURSES, calls, REP_COUNT(calls));
	return nc.loaded;
}

/* Whether TERM names a terminal that ncurses knows. Asked first: newterm does not free what it made. */
static bool
known(void)
{
	int ignored;
	bool is = nc.setupterm(NULL, STDOUT_FILENO, &ignored) == OK;
	void *made = nc.set_curterm(NULL);

	if (made != NULL)
		(void)nc.del_curterm(made);
	return is;
}

enum { RED = 1, YELLOW, GREEN };

/*
 * Keys in both ways in which terminals send them. TERM names one, and is often that of another
 * terminal; then a key would be read as an escape and some letters.
 */
static void
define_keys(void)
{
	static const struct {
		const char *bytes;
		int key;
	} keys[] = { { "\033[A", KEY_UP }, { "\033OA", KEY_UP }, { "\033[B", KEY_DOWN },
		{ "\033OB", KEY_DOWN }, { "\033[H", KEY_HOME }, { "\033OH", KEY_HOME },
		{ "\033[1~", KEY_HOME }, { "\033[F", KEY_END }, { "\033OF", KEY_END },
		{ "\033[4~", KEY_END }, { "\033[5~", KEY_PPAGE }, { "\033[6~", KEY_NPAGE } };

	for (size_t k = 0; k < REP_COUNT(keys); k++)
		(void)nc.define_key(keys[k].bytes, keys[k].key);
}

enum rep_rc
rep_terminal_open(bool colour, struct rep_err *err)
{
	const char *term = getenv("TERM");

	if (!load())
		return rep_fail(err, REP_ENOTFOUND,
		    "a screen cannot be shown without %s (package libncursesw6)", LIBNCURSES);
	if (!known() || (terminal = nc.newterm(NULL, stdout, stdin)) == NULL)
		return rep_fail(err, REP_ENOTFOUND,
		    "the terminal \"%.40s\" (TERM) is not known on this machine; TERM=vt100 works "
		    "with nearly all",
		    term != NULL ? term : "");
	if ((window = nc.newwin(0, 0, 0, 0)) == NULL) {
		rep_terminal_close();
		return rep_fail(err, REP_EMEM, "out of memory");
	}
	(void)nc.cbreak();
	(void)nc.noecho();
	(void)nc.nonl();
	(void)nc.keypad(window, true);
	(void)nc.nodelay(window, true);
	(void)nc.set_escdelay(ESCAPE_MS);
	define_keys();
	(void)nc.curs_set(0);
	colours = colour && nc.has_colors() && nc.start_color() == OK &&
	    nc.use_default_colors() == OK && nc.init_pair(RED, COLOR_RED, -1) == OK &&
	    nc.init_pair(YELLOW, COLOR_YELLOW, -1) == OK &&
	    nc.init_pair(GREEN, COLOR_GREEN, -1) == OK;
	return REP_OK;
}

void
rep_terminal_close(void)
{
	if (terminal == NULL)
		return;
	(void)nc.endwin();
	nc.delscreen(terminal); /* the window with it */
	terminal = NULL;
	window = NULL;
}

void
rep_terminal_size(size_t *width, size_t *height)
{
	struct winsize w;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) != 0 || w.ws_col == 0 || w.ws_row == 0)
		w = (struct winsize){ .ws_col = 80, .ws_row = 24 };
	*width = w.ws_col;
	*height = w.ws_row;
}

void
rep_terminal_resize(size_t width, size_t height)
{
	(void)nc.resizeterm((int)height, (int)width);
}

static int
attributes(unsigned look)
{
	attr_t a = A_NORMAL;

	if (look & REP_LOOK_BOLD)
		a |= A_BOLD;
	if (look & REP_LOOK_REVERSE)
		a |= A_REVERSE;
	if (look & REP_LOOK_DIM)
		a |= A_DIM;
	if (colours && look & REP_LOOK_RED)
		a |= (attr_t)nc.color_pair(RED);
	else if (colours && look & REP_LOOK_YELLOW)
		a |= (attr_t)nc.color_pair(YELLOW);
	else if (colours && look & REP_LOOK_GREEN)
		a |= (attr_t)nc.color_pair(GREEN);
	return (int)a;
}

static void
show_line(const struct rep_screen *s, size_t y, struct rep_buf *b)
{
	const struct rep_screen_cell *line = s->cells + y * s->width;

	for (size_t x = 0, end; x < s->width; x = end) {
		for (end = x + 1; end < s->width && line[end].look == line[x].look; end++)
			;
		rep_buf_clear(b);
		rep_screen_text(s, y, x, end, b);
		(void)nc.wattrset(window, attributes(line[x].look));
		if (!b->full && nc.wmove(window, (int)y, (int)x) == OK)
			(void)nc.waddnstr(window, b->p, (int)b->n);
	}
}

void
rep_terminal_show(const struct rep_screen *s, size_t at)
{
	struct rep_buf b;

	rep_buf_init(&b, 4 * REP_SCREEN_MAX);
	for (size_t y = 0; y < s->height; y++)
		show_line(s, y, &b);
	rep_buf_fini(&b);
	(void)nc.wmove(window, (int)at, 0);
	(void)nc.wrefresh(window);
}

void
rep_terminal_redraw(void)
{
	(void)nc.clearok(window, true);
}

int
rep_terminal_key(void)
{
	static const struct {
		int of, is;
	} keys[] = { { KEY_UP, REP_KEY_UP }, { KEY_DOWN, REP_KEY_DOWN },
		{ KEY_PPAGE, REP_KEY_PAGE_UP }, { KEY_NPAGE, REP_KEY_PAGE_DOWN },
		{ KEY_HOME, REP_KEY_HOME }, { KEY_END, REP_KEY_END }, { KEY_ENTER, REP_KEY_ENTER },
		{ '\n', REP_KEY_ENTER } };
	int c = nc.wgetch(window);

	if (c == ERR)
		return REP_KEY_NONE;
	for (size_t k = 0; k < REP_COUNT(keys); k++)
		if (keys[k].of == c)
			return keys[k].is;
	return c > 0 && c < 0x100 ? c : REP_KEY_OTHER;
}
