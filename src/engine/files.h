/*
 * engine/files.h -- reads whole small files, lists the files of a folder, and opens what was found in
 * a folder that others can write.
 *
 * Somebody who can write to a folder can put a link to a file of root there at any moment, or a
 * pipe that nobody writes to, or a second name of somebody else's file. So a file that was found in
 * a folder is not opened by its path, but folder by folder. No link is followed, nothing is waited
 * for, and what was opened is checked again. In a path that a person names, links are followed,
 * because they are meant.
 *
 * All results are in the arena that is passed. Errors name the path.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_FILES_H
#define REP_ENGINE_FILES_H

#include "base/arena.h"
#include "base/err.h"

/*
 * Reads a whole file of at most `max` bytes, or what a pipe gives. A larger file is REP_ELIMIT.
 * rep_file_read_own is for files that nobody named: a pipe or a device is REP_EIO, and is not waited
 * for.
 */
enum rep_rc rep_file_read(struct rep_arena *a, const char *path, size_t max, struct rep_str *out,
    struct rep_err *err) REP_NODISCARD;
enum rep_rc rep_file_read_own(struct rep_arena *a, const char *path, size_t max,
    struct rep_str *out, struct rep_err *err) REP_NODISCARD;

/*
 * Opens a regular file that was found in a folder. The first `root` bytes of path are the folder as
 * the person named it; links are followed there, and not behind it. REP_EIO for a link, for anything
 * but a file, and for a file with more than one name that is not its folder's owner's: in a folder
 * that others than root and we can write, that may be a second name of a file they cannot read.
 * *fd is to be closed.
 */
enum rep_rc rep_file_open_found(
    const char *path, size_t root, int *fd, struct rep_err *err) REP_NODISCARD;
/* The same for a folder; path may be the root itself. */
enum rep_rc rep_folder_open_found(
    const char *path, size_t root, int *fd, struct rep_err *err) REP_NODISCARD;

/*
 * The files of a folder whose names end in one of the words, sorted by name. *n is at most `max`.
 * When there are more, *paths also has the *left others after those, so that they can be named.
 * REP_ENOTFOUND when there is no such folder.
 */
enum rep_rc rep_files_ending(struct rep_arena *a, const char *dir, const char *const *ends,
    size_t ends_n, size_t max, const char ***paths, size_t *n, size_t *left,
    struct rep_err *err) REP_NODISCARD;

/*
 * Whether a name ends as that of a file which is packed (one of intake/unpack.h, or a zip archive). A guess, for what is
 * estimated before anything is read: a reader looks at the first bytes.
 */
bool rep_file_name_packed(struct rep_str name);

#endif
