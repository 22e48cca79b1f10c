/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/columns.h"
#include "cli/out.h"

enum { LABEL = 12, ROW_MAX = 4096, PASTE_MAX = 128 };

void
rep_columns_plain(struct rep_buf *b, struct rep_str s)
{
	for (size_t i = 0; i < s.n; i++)
		rep_buf_addc(b, (unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f ? '?' : s.p[i]);
}

/* Text without a blank for longer than a row is broken, for a terminal would do so anywhere. */
static void
broken(struct rep_buf *b, struct rep_str s, size_t room)
{
	size_t run = 0;

	for (size_t i = 0; i < s.n; i++) {
		run = s.p[i] == ' ' ? 0 : run + (((unsigned char)s.p[i] & 0xc0) != 0x80);
		if (run > room) {
			rep_buf_addc(b, ' ');
			run = 1;
		}
		rep_buf_addc(b, (unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f ? '?' : s.p[i]);
	}
}

void
rep_columns_row(struct rep_buf *b, const char *label, struct rep_str text)
{
	size_t width = rep_out_width();
	struct rep_buf row;

	if (text.n == 0)
		return;
	rep_buf_init(&row, 2 * ROW_MAX);
	broken(&row, rep_str_sub(text, 0, ROW_MAX), width - LABEL);
	rep_buf_printf(b, "   %-*s", LABEL - 3, label);
	rep_out_wrap(b, rep_buf_str(&row), LABEL, LABEL);
	rep_buf_addc(b, '\n');
	rep_buf_fini(&row);
}

void
rep_columns_flush(struct rep_buf *b, const char *label, struct rep_buf *row)
{
	rep_columns_row(b, label, rep_buf_str(row));
	rep_buf_clear(row);
}

bool
rep_columns_pastable(struct rep_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!rep_alnum(s.p[i]) &&
		    (i == 0 || s.p[i] == '\0' || strchr("._@-=", s.p[i]) == NULL))
			return false;
	return s.n > 0 && s.n <= PASTE_MAX;
}
