/*
 * cli/figures.h -- a few big numbers at the head of a page.
 *
 * Only while a page is made (rep_out_structured).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_FIGURES_H
#define REP_CLI_FIGURES_H

#include "base/buf.h"

void rep_figures_begin(struct rep_buf *b);
/*
 * One number: its name, itself, and what is said below it. class: "all", or what its colour says (cli/page_style.h). name and
 * value are our own words.
 */
void rep_figure(struct rep_buf *b, const char *class, const char *name, const char *value,
    const char *note, ...) REP_PRINTF(5, 6);
void rep_figures_end(struct rep_buf *b);

#endif
