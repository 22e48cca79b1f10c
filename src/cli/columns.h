/*
 * cli/columns.h -- text in labelled rows that fit the terminal, and commands that can be pasted.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_COLUMNS_H
#define REP_CLI_COLUMNS_H

#include "base/buf.h"

/* "   why      text": the text wrapped, and nothing of it can begin a line or move the cursor. */
void rep_columns_row(struct rep_buf *b, const char *label, struct rep_str text);

/* The same with what was gathered in *row, which is empty afterwards. */
void rep_columns_flush(struct rep_buf *b, const char *label, struct rep_buf *row);

/* Appends s in one line: what could break it becomes '?'. */
void rep_columns_plain(struct rep_buf *b, struct rep_str s);

/*
 * True when it has no special meaning in a shell or a basic regular expression, except for dots:
 * letters, digits, and . _ @ - = inside. Only such words may be in a command that is printed.
 */
bool rep_columns_pastable(struct rep_str s);

#endif
