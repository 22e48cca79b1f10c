/*
 * cli/user_file.h -- the file with accounts and tokens (web/users.h), DATABASE-users.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_USER_FILE_H
#define REP_CLI_USER_FILE_H

#include "engine/session.h"
#include "web/users.h"

/* Its path, in the arena; NULL: out of memory. */
const char *rep_user_file_path(const struct rep_session *s, struct rep_arena *a);
/* Whether it is there. */
bool rep_user_file_there(const struct rep_session *s);
/* Reads it. No file: nobody. */
enum rep_rc rep_user_file_read(
    const struct rep_session *s, struct rep_users *out, struct rep_err *err) REP_NODISCARD;

#endif
