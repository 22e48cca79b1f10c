/*
 * engine/inputs.h -- folders among the paths of an ingest become the files in them.
 *
 * By name, folders within folders included; a Maildir's tmp is left out, and so is what begins
 * with a dot. A link to a folder is not followed. Nothing is decided by the name of a file.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_INPUTS_H
#define REP_ENGINE_INPUTS_H

#include "base/arena.h"
#include "base/err.h"

enum { REP_INPUTS_DEPTH = 16, REP_INPUTS_MAX = 2000000 };

/* *paths and *n are replaced when a folder is among them; memory is the arena's. */
enum rep_rc rep_inputs_expand(
    struct rep_arena *a, const char ***paths, size_t *n, struct rep_err *err) REP_NODISCARD;

#endif
