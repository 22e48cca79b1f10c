/*
 * base/arena.h -- memory for one unit of work, freed all at once.
 *
 * The creator sets a cap. At the cap rep_arena_alloc returns NULL. Single allocations are never
 * freed: rep_arena_reset drops all of them, rep_arena_free also returns the memory.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_BASE_ARENA_H
#define REP_BASE_ARENA_H

#include "base/buf.h"

#include <stdarg.h>

struct rep_arena;

/* A new arena of at most cap bytes. NULL when out of memory. */
struct rep_arena *rep_arena_new(size_t cap);
void rep_arena_free(struct rep_arena *a);

/* Drops everything. Pointers into the arena are invalid afterwards. One block is kept for reuse. */
void rep_arena_reset(struct rep_arena *a);

/* Zeroed memory, aligned for any type. NULL at the cap or out of memory. */
void *rep_arena_alloc(struct rep_arena *a, size_t n);

/* A copy with a NUL after it (not counted in n). p is NULL at the cap. */
struct rep_str rep_arena_dup(struct rep_arena *a, struct rep_str s);

/* Like printf, into the arena. p is NULL at the cap. */
struct rep_str rep_arena_printf(struct rep_arena *a, const char *fmt, ...) REP_PRINTF(2, 3);
struct rep_str rep_arena_vprintf(struct rep_arena *a, const char *fmt, va_list ap) REP_PRINTF(2, 0);

/*
 * Bytes from the network, made safe to show. Anything but printable ASCII becomes \xNN. Shows at
 * most `max` of the bytes, and says how many there are. Ends with a NUL; n == 0 at the cap.
 */
struct rep_str rep_shown(struct rep_arena *a, struct rep_str s, size_t max);

/*
 * A text in a line: at most `max` bytes of it, and "..." where others are left out. These are its first ones, unless
 * byte `from` (where it begins to differ from another text) would hardly be among them: then those around it. p is NULL
 * at the cap.
 */
struct rep_str rep_quoted(struct rep_arena *a, struct rep_str s, size_t from, size_t max);

/*
 * For a text made piece by piece: a copy of what b holds, as by rep_arena_dup, and b is finished.
 * p is NULL at the cap, and where b was full.
 */
struct rep_str rep_arena_take(struct rep_arena *a, struct rep_buf *b);

/*
 * For an array in the arena that grows one by one: room for one more of `size` bytes behind the n that are there. The
 * array, elsewhere when it had to grow; *cap is for how many it has room, 0 at first. NULL at the cap of the arena: all
 * is then as it was.
 */
void *rep_arena_more(struct rep_arena *a, void *v, size_t n, size_t *cap, size_t size);

size_t rep_arena_used(const struct rep_arena *a);

#endif
