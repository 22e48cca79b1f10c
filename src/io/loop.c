/* SPDX-License-Identifier: Apache-2.0 */
#include "io/loop.h"

#include <stdlib.h>
#include <uv.h>

struct rep_loop {
	uv_loop_t uv;
};

struct rep_watch {
	uv_poll_t uv; /* first: the handle is the watch */
	int fd;
	rep_watch_fn fn;
	void *ctx;
};

struct rep_tick {
	uv_timer_t uv;
	rep_tick_fn fn;
	void *ctx;
};

static void
on_closed(uv_handle_t *h)
{
	free(h);
}

static void
on_left_open(uv_handle_t *h, void *unused)
{
	(void)unused;
	if (!uv_is_closing(h))
		uv_close(h, on_closed);
}

struct rep_loop *
rep_loop_new(void)
{
	struct rep_loop *l = calloc(1, sizeof *l);

	if (l != NULL && uv_loop_init(&l->uv) != 0) {
		free(l);
		return NULL;
	}
	return l;
}

void
rep_loop_free(struct rep_loop *l)
{
	if (l == NULL)
		return;
	uv_walk(&l->uv, on_left_open, NULL);
	(void)uv_run(&l->uv, UV_RUN_DEFAULT);
	(void)uv_loop_close(&l->uv);
	free(l);
}

void
rep_loop_turn(struct rep_loop *l)
{
	(void)uv_run(&l->uv, UV_RUN_ONCE);
}

int64_t
rep_loop_us(void)
{
	return (int64_t)(uv_hrtime() / 1000);
}

static int
uv_events(int events)
{
	return ((events & REP_READABLE) != 0 ? UV_READABLE : 0) |
	    ((events & REP_WRITABLE) != 0 ? UV_WRITABLE : 0);
}

/* An error of the descriptor is told as readable: the owner's read then says which. */
static void
on_poll(uv_poll_t *p, int status, int events)
{
	struct rep_watch *w = (struct rep_watch *)p;
	int e = 0;

	if (status < 0 || (events & UV_READABLE) != 0)
		e |= REP_READABLE;
	if ((events & UV_WRITABLE) != 0)
		e |= REP_WRITABLE;
	w->fn(w->ctx, w->fd, e);
}

struct rep_watch *
rep_watch_start(struct rep_loop *l, int fd, int events, rep_watch_fn fn, void *ctx)
{
	struct rep_watch *w = calloc(1, sizeof *w);

	if (w == NULL)
		return NULL;
	w->fd = fd;
	w->fn = fn;
	w->ctx = ctx;
	if (uv_poll_init(&l->uv, &w->uv, fd) != 0) {
		free(w);
		return NULL;
	}
	(void)uv_poll_start(&w->uv, uv_events(events), on_poll);
	return w;
}

void
rep_watch_change(struct rep_watch *w, int events)
{
	(void)uv_poll_start(&w->uv, uv_events(events), on_poll);
}

void
rep_watch_stop(struct rep_watch *w)
{
	if (w == NULL)
		return;
	(void)uv_poll_stop(&w->uv);
	uv_close((uv_handle_t *)&w->uv, on_closed);
}

static void
on_timer(uv_timer_t *t)
{
	struct rep_tick *k = (struct rep_tick *)t;

	k->fn(k->ctx);
}

struct rep_tick *
rep_tick_start(struct rep_loop *l, int every_ms, rep_tick_fn fn, void *ctx)
{
	struct rep_tick *t = calloc(1, sizeof *t);

	if (t == NULL)
		return NULL;
	t->fn = fn;
	t->ctx = ctx;
	if (uv_timer_init(&l->uv, &t->uv) != 0) {
		free(t);
		return NULL;
	}
	(void)uv_timer_start(&t->uv, on_timer, (uint64_t)every_ms, (uint64_t)every_ms);
	return t;
}

void
rep_tick_stop(struct rep_tick *t)
{
	if (t == NULL)
		return;
	(void)uv_timer_stop(&t->uv);
	uv_close((uv_handle_t *)&t->uv, on_closed);
}
