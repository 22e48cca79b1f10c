/*
 * store/sqlite_open.h -- opens the file, and turns errors of SQLite into sentences for people.
 *
 * Inside src/store only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_STORE_SQLITE_OPEN_H
#define REP_STORE_SQLITE_OPEN_H

#include "base/err.h"

struct sqlite3;

/*
 * Opens the file. Makes it, or brings its tables up to date, when flags (store.h) allow that. *out
 * may be set even on failure. Then the caller must close it.
 */
enum rep_rc rep_sqlite_connect(
    const char *path, unsigned flags, struct sqlite3 **out, struct rep_err *err) REP_NODISCARD;

/* Writes one sentence for the error of db: what happened to the file, and what to do. */
enum rep_rc rep_sqlite_fail(struct sqlite3 *db, const char *path, struct rep_err *err);

#endif
