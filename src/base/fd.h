/*
 * base/fd.h -- what write(2) and fsync(2) leave to their callers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_BASE_FD_H
#define REP_BASE_FD_H

#include "base/str.h"

/* Writes all of it, however much is taken at a time. False, and errno: it was not all taken. */
bool rep_fd_write(int fd, struct rep_str s);

/* Has the names in a folder on the disk, so that a loss of power does not undo a rename. False, and errno. */
bool rep_fd_sync_folder(const char *folder);
/* The same for the folder that a file is in. */
bool rep_fd_sync_folder_of(const char *path);

#endif
