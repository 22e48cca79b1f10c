/* unit/test_grid.c -- a table at a width: what is cut, and where numbers stand. SPDX-License-Identifier: Apache-2.0 */
#include "cli/grid.h"
#include "tap.h"

static const struct rep_grid_column columns[] = {
	{ .title = "WHO", .least = 16, .cut_head = true },
	{ .title = "SOME MORE", .right = true },
	{ .title = "MESSAGES", .right = true },
};

static struct rep_arena *arena;

/* The n-th line of a table of one row, at 60 columns or more. */
static struct rep_str
line(const char *who, uint64_t n, const struct rep_grid_column *of, size_t nth, size_t width)
{
	static struct rep_buf b;
	struct rep_grid t;
	struct rep_str s;

	rep_out_screen(width);
	rep_buf_fini(&b);
	rep_buf_init(&b, 4096);
	rep_grid_init(&t, of, REP_COUNT(columns), arena);
	rep_grid_row(&t);
	rep_grid_cell(&t, 0, rep_str_c(who));
	rep_grid_number(&t, 1, 1);
	rep_grid_number(&t, 2, n);
	(void)rep_grid_print(&t, &b);
	s = rep_buf_str(&b);
	for (; nth > 0; nth--)
		s = rep_str_sub(s, rep_str_chr(s, '\n', 0) + 1, s.n);
	return rep_str_sub(s, 0, rep_str_chr(s, '\n', 0));
}

static void
test_last_column(void)
{
	is_str(line("own", 7, columns, 0, 80), "WHO SOME MORE MESSAGES", "titles");
	is_str(line("own", 7, columns, 1, 80), "own         1        7",
	    "a number of the last column stands at its right");
	is_str(line("own", 123456789, columns, 0, 80), "WHO SOME MORE    MESSAGES",
	    "and so does its title");
	is_str(line("own", 123456789, columns, 1, 80), "own         1 123,456,789",
	    "a number that is wider than its title");
}

static void
test_cut(void)
{
	static const struct rep_grid_column narrow[] = {
		{ .title = "WHO", .most = 16, .cut_head = true },
		{ .title = "N", .right = true },
		{ .title = "N", .right = true },
	};
	static const struct {
		const char *who, *want;
	} rows[] = {
		{ "a-long-name.of.shop.example", "..f.shop.example 1 7" },
		{ "nobody vouches for it", "nobody vouches.. 1 7" },
		{ "198.51.100.10 and others", "198.51.100.10 .. 1 7" },
		{ "Some Service (news.shop.example)", "Some Service (.. 1 7" },
		{ "2001:db8:1111:2222:3333::1", "..1:2222:3333::1 1 7" },
		{ "short.example", "short.example 1 7" },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++)
		is_str(line(rows[i].who, 7, narrow, 1, 60), rows[i].want, "cut: %s", rows[i].who);
}

int
main(void)
{
	arena = rep_arena_new(1 << 20);
	test_last_column();
	test_cut();
	rep_arena_free(arena);
	return done();
}
