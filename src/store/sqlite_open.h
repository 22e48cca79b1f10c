/*
 * store/sqlite_open.h -- opening the file, and what SQLite's errors mean to people.
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
 * Opens the file, makes it or brings its tables up to date when flags (store.h) allow.
 * *out may be set even on failure, and is then the caller's to close.
 */
enum rep_rc rep_sqlite_connect(
    const char *path, unsigned flags, struct sqlite3 **out, struct rep_err *err) REP_NODISCARD;

/* One sentence for the error that db is in: what happened to the file, and what to do. */
enum rep_rc rep_sqlite_fail(struct sqlite3 *db, const char *path, struct rep_err *err);

#endif
