/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/grid.h"

enum {
	LAST_LEAST = 18, /* judgement: "blocked since 06:42", so a state stays beside its row */
	BELOW = 4	 /* where the last column begins when it has no room beside the others */
};

struct rep_grid_row {
	struct rep_grid_row *next;
	enum rep_paint paint;
	struct rep_str cells[REP_GRID_COLUMNS];
};

/* Where each column stands. A column that is left out has no width. */
struct layout {
	size_t width[REP_GRID_COLUMNS];
	bool out[REP_GRID_COLUMNS];
	size_t left; /* where the last column begins */
	bool below;  /* it goes below its row */
};

void
rep_grid_init(
    struct rep_grid *t, const struct rep_grid_column *columns, size_t n, struct rep_arena *a)
{
	*t = (struct rep_grid){ .columns = columns,
		.columns_n = n < REP_GRID_COLUMNS ? n : REP_GRID_COLUMNS,
		.arena = a };
}

void
rep_grid_row(struct rep_grid *t)
{
	struct rep_grid_row *row = rep_arena_alloc(t->arena, sizeof *row);

	if (row == NULL) {
		t->failed = true;
		return;
	}
	*row = (struct rep_grid_row){ .next = NULL };
	if (t->last != NULL)
		t->last->next = row;
	else
		t->first = row;
	t->last = row;
}

void
rep_grid_cell(struct rep_grid *t, size_t column, struct rep_str text)
{
	if (!t->failed && t->last != NULL && column < t->columns_n)
		t->last->cells[column] = text;
}

void
rep_grid_number(struct rep_grid *t, size_t column, uint64_t v)
{
	char n[32];

	rep_out_number(v, n);
	rep_grid_cell(t, column, rep_arena_dup(t->arena, rep_str_c(n)));
}

void
rep_grid_paint(struct rep_grid *t, enum rep_paint paint)
{
	if (!t->failed && t->last != NULL)
		t->last->paint = paint;
}

/* --- widths --------------------------------------------------------------------------------------- */

static size_t
left_of_last(const struct rep_grid *t, const struct layout *l)
{
	size_t n = 0;

	for (size_t c = 0; c + 1 < t->columns_n; c++)
		n += l->out[c] ? 0 : l->width[c] + 1;
	return n;
}

static void
measure(const struct rep_grid *t, struct layout *l)
{
	for (size_t c = 0; c < t->columns_n; c++)
		l->width[c] = strlen(t->columns[c].title);
	for (const struct rep_grid_row *r = t->first; r != NULL; r = r->next)
		for (size_t c = 0; c < t->columns_n; c++) {
			size_t n = rep_out_columns(r->cells[c]);

			if (t->columns[c].most != 0 && n > t->columns[c].most)
				n = t->columns[c].most;
			if (n > l->width[c])
				l->width[c] = n;
		}
}

/* Makes the widest of the columns that may be cut one narrower. False: none can be. */
static bool
cut_one(const struct rep_grid *t, struct layout *l)
{
	size_t widest = SIZE_MAX;

	for (size_t c = 0; c + 1 < t->columns_n; c++)
		if (t->columns[c].least != 0 && l->width[c] > t->columns[c].least &&
		    l->width[c] > strlen(t->columns[c].title) &&
		    (widest == SIZE_MAX || l->width[c] > l->width[widest]))
			widest = c;
	if (widest == SIZE_MAX)
		return false;
	l->width[widest]--;
	return true;
}

static bool
leave_one_out(const struct rep_grid *t, struct layout *l)
{
	for (size_t c = t->columns_n - 1; c-- > 0;)
		if (t->columns[c].may_go && !l->out[c]) {
			l->out[c] = true;
			return true;
		}
	return false;
}

/* A word is not broken, so the last column must have room for it. */
static size_t
longest_word(struct rep_str s)
{
	size_t longest = 0, n = 0;

	for (size_t i = 0; i < s.n; i++) {
		n = s.p[i] == ' ' ? 0 : n + (((unsigned char)s.p[i] & 0xc0) != 0x80);
		if (n > longest)
			longest = n;
	}
	return longest;
}

static void
lay_out(const struct rep_grid *t, struct layout *l)
{
	size_t width = rep_out_width(), last = LAST_LEAST, word;

	*l = (struct layout){ .below = false };
	measure(t, l);
	for (const struct rep_grid_row *r = t->first; r != NULL; r = r->next)
		if ((word = longest_word(r->cells[t->columns_n - 1])) > last)
			last = word;
	if (last > l->width[t->columns_n - 1])
		last = l->width[t->columns_n - 1];
	while (left_of_last(t, l) + last > width)
		if (!cut_one(t, l) && !leave_one_out(t, l)) {
			l->below = true;
			break;
		}
	l->left = l->below ? BELOW : left_of_last(t, l);
}

size_t
rep_grid_width(const struct rep_grid *t)
{
	struct layout l = { .below = false };

	if (t->failed || t->columns_n == 0)
		return 0;
	measure(t, &l);
	return left_of_last(t, &l) + l.width[t->columns_n - 1];
}

/* --- print ---------------------------------------------------------------------------------------- */

/* The first (or last, when from_end) n characters. */
static struct rep_str
part(struct rep_str s, size_t n, bool from_end)
{
	size_t at = 0, skip = from_end ? rep_out_columns(s) - n : n;

	for (size_t k = 0; at < s.n; at++)
		if (((unsigned char)s.p[at] & 0xc0) != 0x80 && k++ == skip)
			break;
	return from_end ? rep_str_sub(s, at, s.n) : rep_str_sub(s, 0, at);
}

/* For HTML: what a cell is. */
static void
mark_cell(struct rep_buf *b, const struct rep_grid_column *c)
{
	if (c->right)
		rep_buf_add(b, rep_str_c(rep_mark(REP_MARK_NUMBER)));
	if (c->names)
		rep_buf_add(b, rep_str_c(rep_mark(REP_MARK_NAME)));
}

static void
print_cell(struct rep_buf *b, const struct rep_grid_column *c, struct rep_str text, size_t width)
{
	size_t n = rep_out_columns(text);
	int pad = n < width ? (int)(width - n) : 0;

	mark_cell(b, c);
	if (c->right)
		rep_buf_printf(b, "%*s", pad, "");
	if (n <= width) {
		rep_buf_add(b, text);
	} else if (c->cut_head && rep_str_chr(text, ' ', 0) == SIZE_MAX) {
		rep_buf_add(b, REP_S(".."));
		rep_buf_add(b, part(text, width - 2, true));
	} else {
		rep_buf_add(b, part(text, width - 2, false));
		rep_buf_add(b, REP_S(".."));
	}
	if (!c->right)
		rep_buf_printf(b, "%*s", pad, "");
}

static void
print_row(const struct rep_grid *t, const struct layout *l, struct rep_buf *b,
    const struct rep_str *cells, enum rep_paint all, enum rep_paint paint)
{
	size_t last = t->columns_n - 1, n = rep_out_columns(cells[last]);

	rep_buf_add(b, rep_str_c(rep_mark(REP_MARK_ROW)));
	rep_buf_add(b, rep_str_c(rep_paint(all)));
	for (size_t c = 0; c < last; c++) {
		if (l->out[c])
			continue;
		print_cell(b, &t->columns[c], cells[c], l->width[c]);
		rep_buf_add(b, rep_str_c(rep_mark(REP_MARK_CELL)));
		rep_buf_addc(b, ' ');
	}
	while (b->n > 0 && b->p[b->n - 1] == ' ' && (l->below || cells[last].n == 0))
		b->n--; /* no blank at the end of a line */
	if (cells[last].n > 0) {
		if (l->below)
			rep_buf_printf(b, "\n%*s", BELOW, "");
		mark_cell(b, &t->columns[last]);
		if (t->columns[last].right && !l->below && n < l->width[last])
			rep_buf_printf(b, "%*s", (int)(l->width[last] - n), "");
		rep_buf_add(b, rep_str_c(rep_paint(paint)));
		rep_out_wrap(b, cells[last], l->left, l->left);
		rep_buf_add(b, rep_str_c(paint != REP_PLAIN ? rep_unpaint() : ""));
	}
	rep_buf_add(b, rep_str_c(all != REP_PLAIN ? rep_unpaint() : ""));
	rep_buf_addc(b, '\n');
}

bool
rep_grid_print(const struct rep_grid *t, struct rep_buf *b)
{
	struct rep_str titles[REP_GRID_COLUMNS] = { { "", 0 } };
	struct layout l;

	if (t->failed || t->columns_n == 0)
		return !t->failed;
	lay_out(t, &l);
	for (size_t c = 0; c < t->columns_n; c++)
		titles[c] = rep_str_c(t->columns[c].title);
	print_row(t, &l, b, titles, REP_BOLD, REP_PLAIN);
	for (const struct rep_grid_row *r = t->first; r != NULL; r = r->next)
		print_row(t, &l, b, r->cells, REP_PLAIN, r->paint);
	return true;
}
