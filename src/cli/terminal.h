/*
 * cli/terminal.h -- shows a screen (cli/screen.h) on the terminal, and gives the keys that are pressed.
 *
 * The only user of ncurses, which sends only what changed since the last time. It is loaded when a
 * screen is shown first: no other command pays for it, and they all work without it. There is one
 * terminal: standard input and output. Signals are the caller's; ncurses sets those that nobody has
 * set (SIGTSTP: the terminal is given back while the program is stopped).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_TERMINAL_H
#define REP_CLI_TERMINAL_H

#include "base/err.h"
#include "cli/screen.h"

/* Keys that are no characters. */
enum rep_pressed {
	REP_KEY_NONE = 0,
	REP_KEY_UP = 0x100,
	REP_KEY_DOWN,
	REP_KEY_PAGE_UP,
	REP_KEY_PAGE_DOWN,
	REP_KEY_HOME,
	REP_KEY_END,
	REP_KEY_OTHER
};
enum { REP_KEY_ENTER = '\r', REP_KEY_ESCAPE = 0x1b };

/*
 * Takes the terminal over. REP_ENOTFOUND: ncurses is not on this machine, or does not know the terminal (TERM).
 */
enum rep_rc rep_terminal_open(bool colour, struct rep_err *err) REP_NODISCARD;
/* Gives it back as it was. Nothing when it is not open. */
void rep_terminal_close(void);

/* Its size now. */
void rep_terminal_size(size_t *width, size_t *height);
/* Tells ncurses of a new one. */
void rep_terminal_resize(size_t width, size_t height);

/* Shows all of it; the cursor, for those who read with it, stands in line `at`. */
void rep_terminal_show(const struct rep_screen *s, size_t at);
/* The next time everything is sent: something else has written to the terminal. */
void rep_terminal_redraw(void);

/* A key that was pressed: a character, or one of enum rep_pressed; REP_KEY_NONE: none waits. Never waits itself. */
int rep_terminal_key(void);

#endif
