/*
 * engine/files.h -- reads whole small files, and lists the files of a folder.
 *
 * All results are in the arena that is passed. Errors name the path.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_FILES_H
#define REP_ENGINE_FILES_H

#include "base/arena.h"
#include "base/err.h"

/* Reads a whole file of at most `max` bytes. A larger file is REP_ELIMIT. */
enum rep_rc rep_file_read(struct rep_arena *a, const char *path, size_t max, struct rep_str *out,
    struct rep_err *err) REP_NODISCARD;

/*
 * The files of a folder whose names end in one of the words, sorted by name. *n is at most `max`.
 * When there are more, *paths also has the *left others after those, so that they can be named.
 * REP_ENOTFOUND when there is no such folder.
 */
enum rep_rc rep_files_ending(struct rep_arena *a, const char *dir, const char *const *ends,
    size_t ends_n, size_t max, const char ***paths, size_t *n, size_t *left,
    struct rep_err *err) REP_NODISCARD;

#endif
