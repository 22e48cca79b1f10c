/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>

void
rep_buf_init(struct rep_buf *b, size_t max)
{
	*b = (struct rep_buf){ .max = max };
}

void
rep_buf_fini(struct rep_buf *b)
{
	free(b->p);
	*b = (struct rep_buf){ .max = b->max };
}

void
rep_buf_clear(struct rep_buf *b)
{
	b->n = 0;
	b->full = false;
	if (b->p != NULL)
		b->p[0] = '\0';
}

void
rep_buf_cut(struct rep_buf *b, size_t n)
{
	if (n >= b->n)
		return;
	b->n = n;
	b->p[n] = '\0';
}

static bool
room(struct rep_buf *b, size_t n)
{
	size_t cap;
	char *p;

	if (b->full || n > b->max || b->n > b->max - n) {
		b->full = true;
		return false;
	}
	if (b->n + n + 1 <= b->cap)
		return true;
	cap = b->cap == 0 ? 256 : b->cap;
	while (cap < b->n + n + 1)
		cap *= 2;
	if ((p = realloc(b->p, cap)) == NULL) {
		rep_memory_note();
		b->full = true;
		return false;
	}
	b->p = p;
	b->cap = cap;
	return true;
}

char *
rep_buf_extend(struct rep_buf *b, size_t n)
{
	char *at;

	if (!room(b, n))
		return NULL;
	at = b->p + b->n;
	b->n += n;
	b->p[b->n] = '\0';
	return at;
}

void
rep_buf_add(struct rep_buf *b, struct rep_str s)
{
	char *at = rep_buf_extend(b, s.n);

	if (at != NULL && s.n > 0)
		memcpy(at, s.p, s.n);
}

void
rep_buf_addc(struct rep_buf *b, char c)
{
	rep_buf_add(b, (struct rep_str){ &c, 1 });
}

void
rep_buf_vprintf(struct rep_buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0 || !room(b, (size_t)n))
		return;
	vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
	b->n += (size_t)n;
}

void
rep_buf_printf(struct rep_buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	rep_buf_vprintf(b, fmt, ap);
	va_end(ap);
}

struct rep_str
rep_buf_str(const struct rep_buf *b)
{
	return (struct rep_str){ b->n == 0 ? "" : b->p, b->n };
}
