/*
 * io/sd_journal.h -- reads the systemd journal: sd-journal(3), entry by entry.
 *
 * libsystemd is loaded when a journal is opened first, as io/notify.h does: who watches files needs none of it,
 * nor the six libraries that it brings. It is the only program that knows the form of these files.
 *
 * The journal of this machine is that of all its users. A folder holds journal files, or folders of them that are
 * named by a machine's id. Files that cannot be read are left out by libsystemd without a word.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_IO_SD_JOURNAL_H
#define REP_IO_SD_JOURNAL_H

#include "base/err.h"

enum { REP_SD_CURSOR = 512 }; /* bytes of a cursor with its NUL; libsystemd's have some 150 */

struct rep_sd_journal; /* opaque */

/* REP_ENOTFOUND: there is no libsystemd. Loads files: before a lock, and before a fork that needs it. */
enum rep_rc rep_sd_journal_load(struct rep_err *err) REP_NODISCARD;

/*
 * Only entries with `match` ("FIELD=VALUE"; NULL: all) are given. folder: NULL is the journal of this machine.
 * REP_ENOTFOUND: it is not there, or may not be read.
 */
enum rep_rc rep_sd_journal_open(const char *folder, const char *match, struct rep_sd_journal **out,
    struct rep_err *err) REP_NODISCARD;
void rep_sd_journal_close(struct rep_sd_journal *j); /* NULL is allowed */

/* Before the first entry, behind the last, and before the entry of a cursor, or the one that came after it. */
enum rep_rc rep_sd_journal_to_begin(struct rep_sd_journal *j, struct rep_err *err) REP_NODISCARD;
enum rep_rc rep_sd_journal_to_end(struct rep_sd_journal *j, struct rep_err *err) REP_NODISCARD;
enum rep_rc rep_sd_journal_to(
    struct rep_sd_journal *j, const char *cursor, struct rep_err *err) REP_NODISCARD;
/* Before the first entry of that time or later. */
enum rep_rc rep_sd_journal_to_time(
    struct rep_sd_journal *j, uint64_t us, struct rep_err *err) REP_NODISCARD;

/*
 * Goes to the next entry, or the one before; *there is false when there is none. Any call after this is about that
 * entry.
 */
enum rep_rc rep_sd_journal_next(
    struct rep_sd_journal *j, bool *there, struct rep_err *err) REP_NODISCARD;
enum rep_rc rep_sd_journal_previous(
    struct rep_sd_journal *j, bool *there, struct rep_err *err) REP_NODISCARD;

/* When journald got the entry (us); 0: not known. */
uint64_t rep_sd_journal_time_us(struct rep_sd_journal *j);
/* The first value of a field, at most 64 KiB; valid until the next call. n == 0: there is none. REP_EIO: it is damaged. */
enum rep_rc rep_sd_journal_field(struct rep_sd_journal *j, const char *field, struct rep_str *out,
    struct rep_err *err) REP_NODISCARD;
/* Whether the entry is that of the cursor. */
bool rep_sd_journal_is(struct rep_sd_journal *j, const char *cursor);
enum rep_rc rep_sd_journal_cursor(
    struct rep_sd_journal *j, char cursor[REP_SD_CURSOR], struct rep_err *err) REP_NODISCARD;

/* A descriptor to poll for POLLIN; then _look, which also finds files that are new or gone. -1: there is none. */
int rep_sd_journal_fd(struct rep_sd_journal *j);
enum rep_rc rep_sd_journal_look(struct rep_sd_journal *j, struct rep_err *err) REP_NODISCARD;

#endif
