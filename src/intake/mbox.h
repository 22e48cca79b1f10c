/*
 * intake/mbox.h -- where messages begin in a file of many.
 *
 * A message begins at a line "From ADDRESS DATE" at the start or after an empty line. A sentence
 * that begins so is told by the date, which it lacks.
 *
 * Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_MBOX_H
#define REP_INTAKE_MBOX_H

#include "base/str.h"

/* Whether a line (with or without its end) begins a message, where an empty line precedes it. */
bool rep_mbox_begins(struct rep_str line);

/*
 * The same for bytes that come in runs of any size: a "From " line, or the empty line before it,
 * may lie across the edge of two. Set to { 0 } at the start of the file.
 */
enum { REP_MBOX_LINE = 320 }; /* more than a line that begins a message can have */

struct rep_mbox {
	bool within;  /* the line that comes next was begun in an earlier run */
	bool text;    /* it holds more than blanks */
	bool full;    /* the line before it holds more than blanks */
	bool holding; /* its bytes are held: it may begin a message */
	char held[REP_MBOX_LINE];
	size_t held_n;
};

/*
 * The next piece of *bytes, which moves behind it; *begins: a message begins with the piece. A
 * piece is a view into *bytes or into m, until the next call. False when more bytes are needed.
 */
bool rep_mbox_piece(struct rep_mbox *m, struct rep_str *bytes, struct rep_str *piece, bool *begins);
/* After the last run: what was held. False when that is nothing. */
bool rep_mbox_rest(struct rep_mbox *m, struct rep_str *piece, bool *begins);

/* The next message of bytes in memory; *i moves behind it. False at the end. */
bool rep_mbox_next(struct rep_str bytes, size_t *i, struct rep_str *message);

#endif
