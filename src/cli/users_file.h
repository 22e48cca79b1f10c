/*
 * cli/users_file.h -- the file of accounts (web/users.h): DATABASE-users, beside the database.
 *
 * It has mode 0600, belongs to whom its folder belongs, also when root writes it (base/own_file.h), and is replaced as a
 * whole: whoever reads it sees it as it was or as it is. Who changes it holds DATABASE-users-lock from the reading to
 * the writing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_USERS_FILE_H
#define REP_CLI_USERS_FILE_H

#include "engine/session.h"
#include "web/users.h"

/* How long to wait for somebody else who changes it: that takes milliseconds, the hash is made before. */
enum { REP_USERS_FILE_WAIT_MS = 10000 };

/* Its path, in the arena of the session. NULL: out of memory. */
const char *rep_users_file(const struct rep_session *s);

/*
 * Reads it. REP_ENOTFOUND: there is none yet, and *out has nobody. REP_EIO: it cannot be read, is no file, or others
 * may read it; REP_ESYNTAX, REP_ELIMIT: as rep_users_parse. It is not opened through a link.
 */
enum rep_rc rep_users_file_read(
    const char *path, struct rep_users *out, struct rep_err *err) REP_NODISCARD;

/* Takes the lock; close *lock to give it back. REP_ETIMEOUT, REP_EIO. */
enum rep_rc rep_users_file_lock(const char *path, int *lock, struct rep_err *err) REP_NODISCARD;

/* Writes all of it, down to the disk. REP_EIO: what was there before is there still. The caller has the lock. */
enum rep_rc rep_users_file_write(
    const char *path, const struct rep_users *u, struct rep_err *err) REP_NODISCARD;

#endif
