/*
 * io/sd_journal.h -- reads the journal of systemd, entry by entry: sd-journal(3).
 *
 * libsystemd is the only program that knows the form of the journal's files. It is loaded when the first journal is
 * opened (io/notify.h does the same): it brings six other libraries, and who watches files needs none of them.
 *
 * A journal is that of this machine, with the files of all its users, or a folder. The folder holds journal files, or
 * folders of them whose names are the ids of machines. A reader stands before, on or behind an entry. It never
 * changes the journal, and never waits.
 *
 * Ownership: a reader belongs to who opened it, until _close. Views of a field are libsystemd's, and valid until
 * the next call with the same reader.
 *
 * Errors: REP_EMEM, REP_ENOTFOUND (see _load and _open), REP_ELIMIT (a cursor is too long), else REP_EIO, with a
 * sentence. After an error of a step, go somewhere (_to_...) before the next one. What libsystemd leaves out is no
 * error: files that may not be read, and fields that are damaged.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_IO_SD_JOURNAL_H
#define REP_IO_SD_JOURNAL_H

#include "base/err.h"

/* Bytes of a cursor with its NUL. A cursor is libsystemd's name of an entry, a text of some 150 bytes. */
enum { REP_SD_CURSOR = 512 };

struct rep_sd_journal; /* opaque */

/*
 * Loads libsystemd. REP_ENOTFOUND: it is not there. _open does this too, but it opens files: a process that will be
 * locked, or will fork, loads it before.
 */
enum rep_rc rep_sd_journal_load(struct rep_err *err) REP_NODISCARD;

/*
 * Opens a journal. folder NULL: that of this machine. match: only entries that have "FIELD=VALUE" are given; NULL:
 * all are. REP_ENOTFOUND: it is not there, or may not be read. Go somewhere (_to_...) before the first _next.
 */
enum rep_rc rep_sd_journal_open(const char *folder, const char *match, struct rep_sd_journal **out,
    struct rep_err *err) REP_NODISCARD;
void rep_sd_journal_close(struct rep_sd_journal *j); /* NULL is allowed */

/* Goes before the first entry. */
enum rep_rc rep_sd_journal_to_begin(struct rep_sd_journal *j, struct rep_err *err) REP_NODISCARD;
/* Goes to the last entry, so that _next gives what comes later. Without entries: before the first one. */
enum rep_rc rep_sd_journal_to_end(struct rep_sd_journal *j, struct rep_err *err) REP_NODISCARD;
/* Goes before the entry of a cursor. When that is gone: before the one that came after it. */
enum rep_rc rep_sd_journal_to(
    struct rep_sd_journal *j, const char *cursor, struct rep_err *err) REP_NODISCARD;
/* Goes before the first entry of that time or later; us: microseconds, UTC. */
enum rep_rc rep_sd_journal_to_time(
    struct rep_sd_journal *j, uint64_t us, struct rep_err *err) REP_NODISCARD;

/* Goes to the next entry, or to the one before. *there is false when there is none. */
enum rep_rc rep_sd_journal_next(
    struct rep_sd_journal *j, bool *there, struct rep_err *err) REP_NODISCARD;
enum rep_rc rep_sd_journal_previous(
    struct rep_sd_journal *j, bool *there, struct rep_err *err) REP_NODISCARD;

/* --- about the entry that the reader stands on ------------------------------------------------------- */

/* When journald got it (us); 0: not known. */
uint64_t rep_sd_journal_time_us(struct rep_sd_journal *j);
/* The first value of a field, cut after 64 KiB. p NULL: it has none, or one that is damaged (systemd 252). */
enum rep_rc rep_sd_journal_field(struct rep_sd_journal *j, const char *field, struct rep_str *out,
    struct rep_err *err) REP_NODISCARD;
/* Its cursor. */
enum rep_rc rep_sd_journal_cursor(
    struct rep_sd_journal *j, char cursor[REP_SD_CURSOR], struct rep_err *err) REP_NODISCARD;
/* Whether that cursor is its own. */
bool rep_sd_journal_is(struct rep_sd_journal *j, const char *cursor);

/* --- waiting for more -------------------------------------------------------------------------------- */

/* A descriptor to poll for POLLIN: then call _look. -1: nothing wakes, so it must be opened again for each look. */
int rep_sd_journal_fd(struct rep_sd_journal *j);
/* Finds what was added, and files that are new or gone. The reader stays where it is. */
enum rep_rc rep_sd_journal_look(struct rep_sd_journal *j, struct rep_err *err) REP_NODISCARD;

#endif
