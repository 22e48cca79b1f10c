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

/* The next message of bytes in memory; *i moves behind it. False at the end. */
bool rep_mbox_next(struct rep_str bytes, size_t *i, struct rep_str *message);

#endif
