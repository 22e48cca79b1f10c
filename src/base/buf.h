/*
 * base/buf.h -- a byte buffer that grows up to a maximum.
 *
 * Appending past the maximum (or out of memory) sets `full`. From then on nothing is appended, so a
 * caller checks `full` once, at the end. A NUL, which is not counted, always follows the bytes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_BASE_BUF_H
#define REP_BASE_BUF_H

#include "base/str.h"

#include <stdarg.h>

struct rep_buf {
	char *p; /* owned */
	size_t n, cap, max;
	bool full;
};

void rep_buf_init(struct rep_buf *b, size_t max);
void rep_buf_fini(struct rep_buf *b);
void rep_buf_clear(struct rep_buf *b);
void rep_buf_add(struct rep_buf *b, struct rep_str s);
void rep_buf_addc(struct rep_buf *b, char c);
/* Takes back what is behind the first n bytes. */
void rep_buf_cut(struct rep_buf *b, size_t n);
/* Adds n bytes that the caller fills before anything else is done. NULL: the buffer is full. */
char *rep_buf_extend(struct rep_buf *b, size_t n);
void rep_buf_printf(struct rep_buf *b, const char *fmt, ...) REP_PRINTF(2, 3);
void rep_buf_vprintf(struct rep_buf *b, const char *fmt, va_list ap) REP_PRINTF(2, 0);
struct rep_str rep_buf_str(const struct rep_buf *b);

#endif
