/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/top_page.h"

#include <stdio.h>
#include <stdlib.h>

/* A line of the screen, and the look that it begins with. */
struct rep_top_line {
	struct rep_str text;
	unsigned look;
};

enum {
	TITLE_MAX = 1 << 12,
	TEXT_MAX = 64 << 20,
	AROUND = 2 /* lines of the screen that are not text: the title and the keys */
};

void
rep_top_page_init(struct rep_top_page *p)
{
	*p = (struct rep_top_page){ .lines = NULL };
	rep_buf_init(&p->title, TITLE_MAX);
	rep_buf_init(&p->text, TEXT_MAX);
}

void
rep_top_page_fini(struct rep_top_page *p)
{
	rep_buf_fini(&p->title);
	rep_buf_fini(&p->text);
	free(p->lines);
	p->lines = NULL;
	p->lines_n = 0;
}

void
rep_top_page_clear(struct rep_top_page *p)
{
	rep_top_page_fini(p);
	rep_top_page_init(p);
}

bool
rep_top_page_fold(struct rep_top_page *p, const struct rep_screen *s)
{
	struct rep_str text = rep_buf_str(&p->text);
	size_t room = 1, n;
	unsigned look = REP_LOOK_PLAIN;

	/* Every line has at least one character or its line end. */
	for (size_t i = 0; i < text.n; i++)
		room += text.p[i] == '\n';
	room += text.n / (s->width > 1 ? s->width / 2 : 1) + 1;
	free(p->lines);
	p->lines_n = 0;
	if ((p->lines = calloc(room, sizeof *p->lines)) == NULL)
		return false;
	for (size_t i = 0; i < text.n && p->lines_n < room; i += n) {
		struct rep_top_line *line = &p->lines[p->lines_n++];

		line->look = look;
		n = rep_screen_fits(s, text, i, s->width, &look);
		line->text = rep_str_sub(text, i, n);
		if (i + n < text.n && text.p[i + n] == '\n')
			n++;
	}
	rep_top_page_move(p, s, 0);
	return true;
}

void
rep_top_page_move(struct rep_top_page *p, const struct rep_screen *s, long n)
{
	size_t shown = s->height > AROUND ? s->height - AROUND : 1;
	size_t last = p->lines_n > shown ? p->lines_n - shown : 0;

	if (n < 0)
		p->first = p->first > (size_t)-n ? p->first - (size_t)-n : 0;
	else
		p->first = p->first + (size_t)n < last ? p->first + (size_t)n : last;
	if (p->first > last)
		p->first = last;
}

void
rep_top_page_screen(struct rep_screen *s, const struct rep_top_page *p)
{
	size_t shown = s->height > AROUND ? s->height - AROUND : 0;
	size_t until = p->first + shown < p->lines_n ? p->first + shown : p->lines_n;
	char text[128];

	rep_screen_clear(s);
	if (s->height == 0)
		return;
	(void)rep_screen_put(s, 0, 0, s->width, rep_buf_str(&p->title), REP_LOOK_REVERSE);
	rep_screen_add_look(s, 0, REP_LOOK_REVERSE);
	for (size_t n = p->first; n < until; n++)
		(void)rep_screen_put(
		    s, 1 + n - p->first, 0, s->width, p->lines[n].text, p->lines[n].look);
	if (s->height < AROUND)
		return;
	snprintf(text, sizeof text,
	    "q back   up down j k line   space b page   %zu-%zu of %zu lines",
	    p->lines_n > 0 ? p->first + 1 : 0, until, p->lines_n);
	(void)rep_screen_put(s, s->height - 1, 0, s->width, rep_str_c(text), REP_LOOK_PLAIN);
}
