/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include "base/memory.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>

struct arena_block {
	struct arena_block *next;
	size_t size, used;
	alignas(max_align_t) char data[];
};

struct rep_arena {
	struct arena_block *blocks; /* newest first, owned */
	size_t cap, used;
};

struct rep_arena *
rep_arena_new(size_t cap)
{
	struct rep_arena *a = calloc(1, sizeof *a);

	if (a == NULL)
		rep_memory_note();
	else
		a->cap = cap;
	return a;
}

void
rep_arena_free(struct rep_arena *a)
{
	if (a == NULL)
		return;
	for (struct arena_block *b = a->blocks, *next; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	free(a);
}

void
rep_arena_reset(struct rep_arena *a)
{
	struct arena_block *b = a->blocks;

	if (b == NULL)
		return;
	for (struct arena_block *o = b->next, *next; o != NULL; o = next) {
		next = o->next;
		free(o);
	}
	b->next = NULL;
	b->used = 0;
	a->used = 0;
}

void *
rep_arena_alloc(struct rep_arena *a, size_t n)
{
	struct arena_block *b = a->blocks;
	size_t size;
	void *p;

	if (n > a->cap || a->cap - n < a->used)
		return NULL;
	n = (n + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	if (b == NULL || b->size - b->used < n) {
		size = b == NULL ? 4096 : b->size < 1u << 20 ? b->size * 2 : b->size;
		if (size < n)
			size = n;
		b = malloc(sizeof *b + size);
		if (b == NULL) {
			rep_memory_note();
			return NULL;
		}
		b->next = a->blocks;
		b->size = size;
		b->used = 0;
		a->blocks = b;
	}
	p = b->data + b->used;
	b->used += n;
	a->used += n;
	memset(p, 0, n);
	return p;
}

struct rep_str
rep_arena_dup(struct rep_arena *a, struct rep_str s)
{
	char *p = rep_arena_alloc(a, s.n + 1);

	if (p == NULL)
		return (struct rep_str){ NULL, 0 };
	if (s.n > 0)
		memcpy(p, s.p, s.n);
	return (struct rep_str){ p, s.n };
}

struct rep_str
rep_arena_vprintf(struct rep_arena *a, const char *fmt, va_list ap)
{
	va_list again;
	char *p;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0 || (p = rep_arena_alloc(a, (size_t)n + 1)) == NULL)
		return (struct rep_str){ NULL, 0 };
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	return (struct rep_str){ p, (size_t)n };
}

struct rep_str
rep_arena_printf(struct rep_arena *a, const char *fmt, ...)
{
	struct rep_str s;
	va_list ap;

	va_start(ap, fmt);
	s = rep_arena_vprintf(a, fmt, ap);
	va_end(ap);
	return s;
}

struct rep_str
rep_shown(struct rep_arena *a, struct rep_str s, size_t max)
{
	size_t shown = s.n > max ? max : s.n, n = 0;
	char *p = rep_arena_alloc(a, shown * 4 + 32);

	if (p == NULL)
		return (struct rep_str){ "", 0 };
	for (size_t i = 0; i < shown; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= 0x20 && c < 0x7f)
			p[n++] = (char)c;
		else
			n += (size_t)snprintf(p + n, 5, "\\x%02x", c);
	}
	if (s.n > shown)
		n += (size_t)snprintf(p + n, 32, "... (%zu bytes)", s.n);
	return (struct rep_str){ p, n };
}

struct rep_str
rep_quoted(struct rep_arena *a, struct rep_str s, size_t from, size_t max)
{
	size_t left = 0;
	struct rep_str shown;

	if (s.n > max && from > max / 2) {
		left = from - max / 4;
		left = left < s.n - max ? left : s.n - max;
	}
	shown = rep_str_cut(rep_str_sub(s, left, s.n), max);
	return rep_arena_printf(
	    a, "%s%.*s%s", left > 0 ? "..." : "", REP_PR(shown), left + shown.n < s.n ? "..." : "");
}

struct rep_str
rep_arena_take(struct rep_arena *a, struct rep_buf *b)
{
	struct rep_str s = { NULL, 0 };

	if (!b->full)
		s = rep_arena_dup(a, rep_buf_str(b));
	rep_buf_fini(b);
	return s;
}

void *
rep_arena_more(struct rep_arena *a, void *v, size_t n, size_t *cap, size_t size)
{
	size_t wider = *cap == 0 ? 16 : 2 * *cap;
	void *out;

	if (n < *cap)
		return v;
	if ((out = rep_arena_alloc(a, wider * size)) == NULL)
		return NULL;
	if (n > 0)
		memcpy(out, v, n * size);
	*cap = wider;
	return out;
}

size_t
rep_arena_used(const struct rep_arena *a)
{
	return a->used;
}
