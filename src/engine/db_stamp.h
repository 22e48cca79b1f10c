/*
 * engine/db_stamp.h -- what a database file looks like from outside: whether it has changed, without opening it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_DB_STAMP_H
#define REP_ENGINE_DB_STAMP_H

#include <stdbool.h>
#include <stdint.h>

struct rep_db_stamp {
	int64_t changed_ns[2], size[2], inode[2]; /* of the file, and of its write-ahead log */
};

/* A file that is not there, or is empty, is as good as none. */
struct rep_db_stamp rep_db_stamp_of(const char *db);
bool rep_db_stamp_eq(const struct rep_db_stamp *a, const struct rep_db_stamp *b);

#endif
