/*
 * intake/mbox.h -- finds where the messages of an mbox file begin.
 *
 * A message begins with a line "From ADDRESS DATE", at the start of the file or after an empty
 * line. A sentence that begins with "From" has no date.
 *
 * Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_MBOX_H
#define REP_INTAKE_MBOX_H

#include "base/str.h"

/*
 * True when the line (with or without its end) begins a message, provided that an empty line is
 * before it.
 */
bool rep_mbox_begins(struct rep_str line);

/*
 * The same for bytes that come in runs of any size. A "From " line, or the empty line before it,
 * may be split between two runs. Set it to { 0 } at the start of the file.
 */
enum { REP_MBOX_LINE = 320 }; /* longer than any line that begins a message */

struct rep_mbox {
	bool within;  /* the next bytes continue a line of an earlier run */
	bool text;    /* this line has more than blanks */
	bool full;    /* the line before has more than blanks */
	bool holding; /* the bytes of this line are held, because it may begin a message */
	char held[REP_MBOX_LINE];
	size_t held_n;
};

/*
 * Takes the next piece of *bytes, and moves *bytes past it. *begins: a message begins with this
 * piece. A piece is a view into *bytes or into m, until the next call. False when more bytes are
 * needed.
 */
bool rep_mbox_piece(struct rep_mbox *m, struct rep_str *bytes, struct rep_str *piece, bool *begins);
/* After the last run: gives what was held. False when nothing was. */
bool rep_mbox_rest(struct rep_mbox *m, struct rep_str *piece, bool *begins);

/* The next message of bytes in memory. *i moves past it. False at the end. */
bool rep_mbox_next(struct rep_str bytes, size_t *i, struct rep_str *message);

#endif
