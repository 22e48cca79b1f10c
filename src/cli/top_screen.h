/*
 * cli/top_screen.h -- what `reputed top` shows, laid out for a screen of some size.
 *
 * A pure function of a view, a size and what the person looks at: no terminal, no clock. Only what is
 * visible is laid out. First what is wrong and what to do about it, then how much, in a row for each
 * source and provider, then the queue and what came in last.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_TOP_SCREEN_H
#define REP_CLI_TOP_SCREEN_H

#include "cli/screen.h"
#include "cli/top_view.h"

/* On a smaller screen only what is wrong is shown, and that it is too small. */
enum { REP_TOP_COLUMNS = 80, REP_TOP_LINES = 24 };

/*
 * The newest delivery is called old from here on. Judgement: a server that sends a little is quiet for
 * a quarter of an hour, and a daemon that hangs should be noticed before an admin has decided anything.
 */
enum { REP_TOP_OLD_S = 900 };

/* What the person looks at. */
struct rep_top_look {
	size_t selected; /* troubles, then rows; brought into the view when it is beyond */
	size_t first_trouble,
	    first_row; /* the first of each that is shown; kept by rep_top_screen */
	size_t troubles_shown, rows_shown; /* set by rep_top_screen */
	int64_t present_s;		   /* the clock, or --now */
	struct rep_str note;		   /* instead of the keys, in the last line; n == 0: none */
};

/* Fills the screen. */
void rep_top_screen(struct rep_screen *s, struct rep_top_view *v, struct rep_top_look *look);

#endif
