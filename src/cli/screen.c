/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* wcwidth */
#include "cli/screen.h"
#include "base/json_out.h"

#include <stdlib.h>
#include <wchar.h>

static const unsigned looks[] = { [REP_PLAIN] = REP_LOOK_PLAIN,
	[REP_BOLD] = REP_LOOK_BOLD,
	[REP_RED] = REP_LOOK_RED,
	[REP_YELLOW] = REP_LOOK_YELLOW,
	[REP_GREEN] = REP_LOOK_GREEN,
	[REP_DIM] = REP_LOOK_DIM };

unsigned
rep_look_of(enum rep_paint p)
{
	return looks[p];
}

bool
rep_screen_init(struct rep_screen *s, size_t width, size_t height, bool utf8)
{
	width = width > REP_SCREEN_MAX ? REP_SCREEN_MAX : width;
	height = height > REP_SCREEN_MAX ? REP_SCREEN_MAX : height;
	*s = (struct rep_screen){ .utf8 = utf8 };
	if ((s->cells = calloc(width * height + 1, sizeof *s->cells)) == NULL)
		return false;
	s->width = width;
	s->height = height;
	rep_screen_clear(s);
	return true;
}

void
rep_screen_fini(struct rep_screen *s)
{
	free(s->cells);
	*s = (struct rep_screen){ .width = 0 };
}

void
rep_screen_clear(struct rep_screen *s)
{
	for (size_t i = 0; i < s->width * s->height; i++)
		s->cells[i] = (struct rep_screen_cell){ " ", 1, REP_LOOK_PLAIN };
}

/* --- characters ----------------------------------------------------------------------------------- */

/* One character of a text, or a mark. */
struct glyph {
	size_t bytes;
	char instead; /* what is shown; '\0': the character itself */
	size_t wide;  /* columns; 0: a mark */
	int paint;    /* of a mark; -1: it does not change the look */
};

/* The one at byte i. What cannot be shown is a '?'. */
static struct glyph
glyph_at(const struct rep_screen *s, struct rep_str text, size_t i)
{
	struct glyph g = { .bytes = 1, .wide = 1, .paint = -1 };
	unsigned char c = (unsigned char)text.p[i];
	int paint, other, wide;
	uint32_t code;
	size_t mark;

	if (c >= 0x20 && c < 0x7f)
		return g;
	if (c == '\n' || c == '\t') {
		g.instead = ' ';
		return g;
	}
	if ((mark = rep_out_mark_at(text, i, &paint, &other)) > 0)
		return (struct glyph){ .bytes = mark, .paint = paint };
	g.instead = '?';
	if ((g.bytes = rep_utf8_len(text, i)) == 0) {
		g.bytes = 1;
		return g;
	}
	if (rep_utf8_hidden(text, i, g.bytes, &code) || !s->utf8)
		return g;
	wide = wcwidth((wchar_t)code);
	if (wide == 1 || wide == 2) {
		g.instead = '\0';
		g.wide = (size_t)wide;
	}
	return g;
}

size_t
rep_screen_columns(const struct rep_screen *s, struct rep_str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n;) {
		struct glyph g = glyph_at(s, text, i);

		n += g.wide;
		i += g.bytes;
	}
	return n;
}

size_t
rep_screen_fits(
    const struct rep_screen *s, struct rep_str text, size_t i, size_t columns, unsigned *look)
{
	size_t from = i, used = 0;

	while (i < text.n && text.p[i] != '\n') {
		struct glyph g = glyph_at(s, text, i);

		if (used > 0 && used + g.wide > columns)
			break;
		if (g.wide == 0 && g.paint >= 0)
			*look = rep_look_of((enum rep_paint)g.paint);
		used += g.wide;
		i += g.bytes;
	}
	return i - from;
}

/* --- putting -------------------------------------------------------------------------------------- */

/* Puts all that fits, and returns the columns. */
static size_t
put(struct rep_screen *s, size_t y, size_t x, size_t most, struct rep_str text, unsigned look)
{
	struct rep_screen_cell *line = s->cells + y * s->width;
	size_t used = 0;

	for (size_t i = 0; i < text.n;) {
		struct glyph g = glyph_at(s, text, i);

		i += g.bytes;
		if (g.wide == 0 && g.paint >= 0)
			look = rep_look_of((enum rep_paint)g.paint);
		if (g.wide == 0)
			continue;
		if (used + g.wide > most)
			break;
		line[x + used] = (struct rep_screen_cell){ { g.instead }, 1, (uint8_t)look };
		if (g.instead == '\0') {
			memcpy(line[x + used].p, text.p + i - g.bytes, g.bytes);
			line[x + used].n = (uint8_t)g.bytes;
		}
		if (g.wide == 2)
			line[x + used + 1] = (struct rep_screen_cell){ "", 0, (uint8_t)look };
		used += g.wide;
	}
	return used;
}

/* The room that is there. 0: none. */
static size_t
room(const struct rep_screen *s, size_t y, size_t x, size_t most)
{
	if (y >= s->height || x >= s->width)
		return 0;
	return most < s->width - x ? most : s->width - x;
}

enum { DOTS = 2 };

size_t
rep_screen_put(
    struct rep_screen *s, size_t y, size_t x, size_t most, struct rep_str text, unsigned look)
{
	size_t used;

	most = room(s, y, x, most);
	if (most <= DOTS || rep_screen_columns(s, text) <= most)
		return most == 0 ? 0 : put(s, y, x, most, text, look);
	used = put(s, y, x, most - DOTS, text, look);
	return used + put(s, y, x + used, DOTS, REP_S(".."), look);
}

size_t
rep_screen_put_end(
    struct rep_screen *s, size_t y, size_t x, size_t most, struct rep_str text, unsigned look)
{
	size_t n = rep_screen_columns(s, text), i = 0, dropped = 0;

	most = room(s, y, x, most);
	if (n <= most || most <= DOTS)
		return rep_screen_put(s, y, x, most, text, look);
	while (i < text.n && n - dropped > most - DOTS) {
		struct glyph g = glyph_at(s, text, i);

		dropped += g.wide;
		i += g.bytes;
	}
	n = put(s, y, x, DOTS, REP_S(".."), look);
	return n + put(s, y, x + n, most - n, rep_str_sub(text, i, text.n), look);
}

void
rep_screen_put_right(
    struct rep_screen *s, size_t y, size_t x, size_t most, struct rep_str text, unsigned look)
{
	size_t n = rep_screen_columns(s, text);

	(void)rep_screen_put(s, y, x + (n < most ? most - n : 0), n < most ? n : most, text, look);
}

void
rep_screen_add_look(struct rep_screen *s, size_t y, unsigned look)
{
	for (size_t x = 0; y < s->height && x < s->width; x++)
		s->cells[y * s->width + x].look |= (uint8_t)look;
}

/* --- reading it ------------------------------------------------------------------------------------ */

void
rep_screen_text(const struct rep_screen *s, size_t y, size_t from, size_t until, struct rep_buf *b)
{
	for (size_t x = from; y < s->height && x < until && x < s->width; x++)
		rep_buf_add(b,
		    (struct rep_str){ s->cells[y * s->width + x].p, s->cells[y * s->width + x].n });
}
