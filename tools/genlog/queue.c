/* SPDX-License-Identifier: Apache-2.0 */
/* queue.c -- what is under way: messages and sessions by index, events by time. */
#include "genlog.h"

/* Messages and sessions; both live in arrays and are named by index. */

struct msg *msgs;
struct session *sess;
uint32_t msg_free, *msg_stack, sess_free, *sess_stack;
static uint32_t msg_cap, sess_cap;
uint64_t open_now, open_peak, planned, created;

static void
pool_grow(uint32_t **stack, uint32_t *nfree, uint32_t *cap)
{
	uint32_t n = *cap == 0 ? 1024 : *cap * 2;

	*stack = grow(*stack, n, sizeof **stack);
	for (uint32_t i = n; i > *cap; i--)
		(*stack)[(*nfree)++] = i - 1;
	*cap = n;
}

uint32_t
msg_new(void)
{
	uint32_t i;

	if (msg_free == 0) {
		pool_grow(&msg_stack, &msg_free, &msg_cap);
		msgs = grow(msgs, msg_cap, sizeof *msgs);
	}
	i = msg_stack[--msg_free];
	msgs[i] = (struct msg){ .seed = rnd(), .nrcpt = 1 };
	if (++open_now > open_peak)
		open_peak = open_now;
	return i;
}

uint32_t
sess_new(void)
{
	if (sess_free == 0) {
		pool_grow(&sess_stack, &sess_free, &sess_cap);
		sess = grow(sess, sess_cap, sizeof *sess);
	}
	return sess_stack[--sess_free];
}

/* Events: a 4-ary heap by time. Handlers say with again() what comes next. */

struct node *heap;
uint32_t heap_n;
static uint32_t heap_cap;
struct node next_node;
bool next_set;

void
push(uint64_t t, enum ev ev, uint32_t id)
{
	uint32_t i = heap_n++;

	if (heap_n > heap_cap) {
		heap_cap = heap_cap == 0 ? 4096 : heap_cap * 2;
		heap = grow(heap, heap_cap, sizeof *heap);
	}
	while (i > 0) {
		uint32_t up = (i - 1) / 4;

		if (heap[up].t <= t)
			break;
		heap[i] = heap[up];
		i = up;
	}
	heap[i] = (struct node){ t, id, ev };
}

void
again(uint64_t t, enum ev ev, uint32_t id)
{
	next_node = (struct node){ t, id, ev };
	next_set = true;
}

void
replace_top(struct node x)
{
	uint32_t i = 0;

	for (;;) {
		uint32_t c = 4 * i + 1, best = c, last = c + 4 < heap_n ? c + 4 : heap_n;

		if (c >= heap_n)
			break;
		for (uint32_t k = c + 1; k < last; k++)
			if (heap[k].t < heap[best].t)
				best = k;
		if (heap[best].t >= x.t)
			break;
		heap[i] = heap[best];
		i = best;
	}
	heap[i] = x;
}
