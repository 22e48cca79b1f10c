/*
 * intake/journal.h -- reads one line of `journalctl -o json`, or of docker's json-file.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_JOURNAL_H
#define REP_INTAKE_JOURNAL_H

#include "base/arena.h"
#include "base/err.h"

struct rep_journal_entry {
	int64_t at_s; /* _SOURCE_REALTIME_TIMESTAMP, else __REALTIME_TIMESTAMP */
	int near; /* -1, 1: so near the second before or after that another log may have that one; else 0 */
	struct rep_str host, tag, message; /* in the arena; tag without "[pid]" */
	struct rep_str pid;		   /* n == 0: not said */
	bool wrapped; /* docker's: message is what a container printed, a whole line */
};

/*
 * REP_ESYNTAX when it is not a JSON object or has no time. An entry without message or identifier
 * is not an error, and has them empty. A MESSAGE that is an array of bytes is read too.
 */
enum rep_rc rep_journal_parse(struct rep_str line, struct rep_arena *a, struct rep_journal_entry *e,
    struct rep_err *err) REP_NODISCARD;

#endif
