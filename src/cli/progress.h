/*
 * cli/progress.h -- a bar on standard error while logs are read. Nothing where that is no terminal.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_PROGRESS_H
#define REP_CLI_PROGRESS_H

#include "base/str.h"

enum {
	/* Bytes of text in a byte of a packed log; only how far the bar moves depends on it. Judgement. */
	REP_PROGRESS_PACKED = 12,
	REP_PROGRESS_MS = 100 /* between two drawings */
};

struct rep_progress {
	uint64_t of;	/* all that is to be read; 0: not known */
	uint64_t done;	/* inputs that are read */
	uint64_t lines; /* of these */
	uint64_t size;	/* of the input that is being read; 0: not known */
	int64_t drawn_ms;
	bool shown;
};

/* What a file counts. */
uint64_t rep_progress_weight(const char *path, uint64_t bytes);

/* An input of this weight is being read: `bytes` of its text, `lines` of it. */
void rep_progress_draw(struct rep_progress *p, const char *name, uint64_t bytes, uint64_t lines);
/* It is read. */
void rep_progress_next(struct rep_progress *p, uint64_t lines);
/* Takes the bar away. */
void rep_progress_end(struct rep_progress *p);

#endif
