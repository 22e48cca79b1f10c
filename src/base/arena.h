/*
 * base/arena.h -- memory that lives and dies with one unit of work.
 *
 * An arena has a cap, stated at birth; beyond it rep_arena_alloc returns NULL.
 * Nothing is freed alone: rep_arena_reset forgets all, rep_arena_free gives it back.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_BASE_ARENA_H
#define REP_BASE_ARENA_H

#include "base/str.h"

struct rep_arena;

/* An arena of at most cap bytes. NULL when out of memory. */
struct rep_arena *rep_arena_new(size_t cap);
void rep_arena_free(struct rep_arena *a);

/* Keeps one block for reuse; every pointer handed out is dead afterwards. */
void rep_arena_reset(struct rep_arena *a);

/* Zeroed, aligned for any type; NULL at the cap or out of memory. */
void *rep_arena_alloc(struct rep_arena *a, size_t n);

/* A copy that is also NUL-terminated (not counted in n). p is NULL at the cap. */
struct rep_str rep_arena_dup(struct rep_arena *a, struct rep_str s);

/* printf into the arena; p is NULL at the cap. */
struct rep_str rep_arena_printf(struct rep_arena *a, const char *fmt, ...) REP_PRINTF(2, 3);

size_t rep_arena_used(const struct rep_arena *a);

#endif
