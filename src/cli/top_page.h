/*
 * cli/top_page.h -- a text that is read inside `reputed top`, a screenful at a time.
 *
 * Lines that are longer than the screen go on in the next one. Marks of cli/out.h in the text become
 * looks.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_TOP_PAGE_H
#define REP_CLI_TOP_PAGE_H

#include "cli/screen.h"

struct rep_top_line;

struct rep_top_page {
	struct rep_buf title, text; /* owned */
	struct rep_top_line *lines; /* owned; into text */
	size_t lines_n, first;	    /* first: the one at the top of the screen */
};

void rep_top_page_init(struct rep_top_page *p);
void rep_top_page_fini(struct rep_top_page *p);
/* Empty again; the caller then fills title and text, and folds. */
void rep_top_page_clear(struct rep_top_page *p);

/* Lays the text out for the width of a screen. False: out of memory; then there are no lines. */
bool rep_top_page_fold(struct rep_top_page *p, const struct rep_screen *s);
/* Moves by lines, down where n > 0, as far as there are some. */
void rep_top_page_move(struct rep_top_page *p, const struct rep_screen *s, long n);

/* Fills the screen: the title, lines from the first on, and the keys. */
void rep_top_page_screen(struct rep_screen *s, const struct rep_top_page *p);

#endif
