/*
 * io/loop.h -- the event loop: descriptors to watch, ticks, and turns. The only user of libuv.
 *
 * A watch and a tick call back from rep_loop_turn only, never from the call that starts them, and
 * never after they were stopped. A stopped one is freed by the loop itself, in its close callback.
 * Not for several threads.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_IO_LOOP_H
#define REP_IO_LOOP_H

#include "base/err.h"

struct rep_loop;
struct rep_watch;
struct rep_tick;

enum { REP_READABLE = 1, REP_WRITABLE = 2 };

struct rep_loop *rep_loop_new(void); /* NULL: out of memory or descriptors */
/* Stops what still runs. */
void rep_loop_free(struct rep_loop *l);

/* Sleeps until something happened, and calls back. */
void rep_loop_turn(struct rep_loop *l);

/* A clock that only goes forward, for measuring. */
int64_t rep_loop_us(void);

typedef void (*rep_watch_fn)(void *ctx, int fd, int events);
/* NULL: the descriptor cannot be watched. */
struct rep_watch *rep_watch_start(
    struct rep_loop *l, int fd, int events, rep_watch_fn fn, void *ctx);
void rep_watch_change(struct rep_watch *w, int events);
void rep_watch_stop(struct rep_watch *w);

typedef void (*rep_tick_fn)(void *ctx);
struct rep_tick *rep_tick_start(struct rep_loop *l, int every_ms, rep_tick_fn fn, void *ctx);
void rep_tick_stop(struct rep_tick *t);

#endif
