/*
 * cli/screen.h -- a screen as cells in memory: a character and its look in each.
 *
 * What is shown on a whole screen is put here first. So it is tested without a terminal, and all text
 * passes one place: a cell holds a character that takes one column or two, never one that a terminal
 * obeys. Those of others become '?'. Nothing is ever outside: text that has no room is cut, and ends
 * in "..".
 *
 * A character other than ASCII is shown only where `utf8` is set and the locale of the process
 * (LC_CTYPE) knows how wide it is; else it becomes '?'.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_SCREEN_H
#define REP_CLI_SCREEN_H

#include "cli/out.h"

/* Bits. A terminal without colours leaves out what it does not have: nothing rests on them alone. */
enum rep_screen_look {
	REP_LOOK_PLAIN = 0,
	REP_LOOK_BOLD = 1,
	REP_LOOK_REVERSE = 2,
	REP_LOOK_DIM = 4,
	REP_LOOK_RED = 8,
	REP_LOOK_YELLOW = 16,
	REP_LOOK_GREEN = 32
};
unsigned rep_look_of(enum rep_paint p);

/* Columns, and lines, of the largest screen; of a larger one the rest stays empty. */
enum { REP_SCREEN_MAX = 1000 };

struct rep_screen_cell {
	char p[4]; /* one character, UTF-8 */
	uint8_t n; /* its bytes; 0: the right half of the character before it */
	uint8_t look;
};

struct rep_screen {
	size_t width, height;
	bool utf8;
	struct rep_screen_cell *cells; /* owned; line by line */
};

/* Of blanks. False: out of memory, and the screen has no cells and no size. */
bool rep_screen_init(struct rep_screen *s, size_t width, size_t height, bool utf8) REP_NODISCARD;
void rep_screen_fini(struct rep_screen *s);
void rep_screen_clear(struct rep_screen *s);

/*
 * Puts text into line y from column x on, `most` columns at most. Marks of cli/out.h in it change the
 * look. Returns how many columns it took.
 */
size_t rep_screen_put(
    struct rep_screen *s, size_t y, size_t x, size_t most, struct rep_str text, unsigned look);
/* The same; what is cut keeps its end ("..b.example"), which is what differs in names of hosts. */
size_t rep_screen_put_end(
    struct rep_screen *s, size_t y, size_t x, size_t most, struct rep_str text, unsigned look);
/* The same, and it ends at column x + most: numbers. */
void rep_screen_put_right(
    struct rep_screen *s, size_t y, size_t x, size_t most, struct rep_str text, unsigned look);

/* Adds a look to a whole line. */
void rep_screen_add_look(struct rep_screen *s, size_t y, unsigned look);

/* Columns that text takes. */
size_t rep_screen_columns(const struct rep_screen *s, struct rep_str text);
/*
 * How many bytes of the text, from byte i on, fit into `columns` and have no line end in them; at least
 * one character where there is one. *look gets what the marks in them make of it.
 */
size_t rep_screen_fits(
    const struct rep_screen *s, struct rep_str text, size_t i, size_t columns, unsigned *look);

/* Appends columns [from, until) of line y as UTF-8. */
void rep_screen_text(
    const struct rep_screen *s, size_t y, size_t from, size_t until, struct rep_buf *b);

#endif
