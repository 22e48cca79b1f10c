/*
 * unit/test_top.c -- what `reputed top` shows, without a terminal: at each size, without colours, of
 * names that would steer a terminal, of more rows than anybody has, and of nothing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/json_out.h"
#include "cli/top_page.h"
#include "cli/top_screen.h"
#include "story.h"

#include <locale.h>

/* --- what is looked at ------------------------------------------------------------------------------ */

struct shown {
	struct rep_verdict_set set;
	struct rep_top_view view;
	struct rep_top_look look;
	struct rep_screen screen;
};

static bool
view(struct shown *v, struct story *s)
{
	struct rep_err err = { .msg = "" };

	*v = (struct shown){ .set = { .arena = arena, .in = s->in, .verdicts = s->v } };
	v->set.totals.last_s = s->in.now_s - 60;
	v->set.totals.counted = s->n;
	v->look.present_s = s->in.now_s;
	for (size_t n = 0; n < s->v.incidents_n; n++)
		s->v.incidents[n].id = (int64_t)n + 1;
	return ok(rep_top_view_make(&v->view, &v->set, &err) == REP_OK, "a view %s", err.msg);
}

static void
show(struct shown *v, size_t width, size_t height, bool utf8)
{
	rep_screen_fini(&v->screen);
	if (!rep_screen_init(&v->screen, width, height, utf8))
		abort();
	rep_out_screen(width);
	rep_top_screen(&v->screen, &v->view, &v->look);
}

/* A line as text. Valid until the next call. */
static struct rep_str
line(const struct shown *v, size_t y)
{
	static struct rep_buf b;

	rep_buf_fini(&b);
	rep_buf_init(&b, 1 << 16);
	rep_screen_text(&v->screen, y, 0, v->screen.width, &b);
	return rep_buf_str(&b);
}

/* The first line with these words. SIZE_MAX: none. */
static size_t
where(const struct shown *v, const char *words)
{
	for (size_t y = 0; y < v->screen.height; y++)
		if (rep_str_find(line(v, y), rep_str_c(words), 0) != SIZE_MAX)
			return y;
	return SIZE_MAX;
}

static bool
has_line(const struct shown *v, const char *words)
{
	return where(v, words) != SIZE_MAX;
}

static void
print(const struct shown *v)
{
	for (size_t y = 0; y < v->screen.height; y++) {
		struct rep_str s = line(v, y);

		printf("# |%.*s|\n", REP_PR(s));
	}
}

/* Every cell shows one character that a terminal does not obey, and each line is as wide as the screen. */
static bool
clean(const struct shown *v)
{
	for (size_t y = 0; y < v->screen.height; y++) {
		struct rep_str s = line(v, y);
		uint32_t code;

		for (size_t i = 0, n; i < s.n; i += n)
			if ((n = rep_utf8_len(s, i)) == 0 || rep_utf8_hidden(s, i, n, &code) ||
			    (!v->screen.utf8 && n > 1))
				return false;
		if (rep_screen_columns(&v->screen, s) != v->screen.width)
			return false;
	}
	return true;
}

/* --- a block ------------------------------------------------------------------------------------------ */

/* Two addresses are refused for the last four hours, a third is not; google slows a part. */
static void
block(struct story *s, const char *a, const char *b, const char *c)
{
	begin(s);
	source(s, a, "203.0.113.24");
	source(s, b, "203.0.113.31");
	source(s, c, "198.51.100.9");
	well(s, 0, MONTH, a, MS, "news", 20);
	well(s, 0, MONTH, b, MS, "news", 20);
	well(s, 0, MONTH + 4, c, MS, "news", 20);
	well(s, 0, MONTH + 4, a, "google", "news", 20);
	refused(s, MONTH, MONTH + 4, a, MS, "news", S3140, 20);
	refused(s, MONTH, MONTH + 4, b, MS, "news", S3140, 20);
	(void)said(s, MONTH + 3, a, "google", "news", REP_CLASS_THROTTLED, 5);
	judge(s, MONTH + 4);
}

static void
test_block(void)
{
	struct story s;
	struct shown v;

	block(&s, "out-a", "out-b", "out-c");
	if (!view(&v, &s))
		return;
	show(&v, 80, 24, false);
	ok(has_line(&v, "2 open incidents") && has_line(&v, "log read to "),
	    "block: the first line counts incidents, and says up to when");
	ok(where(&v, "has refused all mail from 203.0.113.24") == 2 && v.view.troubles_n == 1,
	    "block: what is wrong stands first, once");
	ok(has_line(&v, "Do now: Hold mail for Microsoft"), "block: and what to do");
	ok(has_line(&v, " 203.0.113.24    microsoft-co.. ....................XXXX  17 %"),
	    "block: a row shows when it began");
	ok(has_line(&v, " 198.51.100.9    microsoft-co.. ........................   0 %"),
	    "block: and where it did not");
	ok(has_line(&v, ".......................-"), "block: a part that was put off");
	ok(where(&v, "blocked  ") < where(&v, " ok  "), "block: the worst rows first");
	ok(has_line(&v, "Queue  not known"),
	    "block: of the queue nothing is known, and it says so");
	ok(has_line(&v, "accepted: ") && where(&v, "Last in") < where(&v, " blocked        203"),
	    "block: what came in last");
	ok(clean(&v), "block: all lines are whole");
	if (where(&v, "Enter why") != 23)
		print(&v);
	ok(where(&v, "Enter why") == 23, "block: the keys stand in the last line");
	v.look.note = REP_S("not read");
	show(&v, 80, 24, false);
	ok(where(&v, "not read") == 23, "block: a note takes the place of the keys");
	rep_screen_fini(&v.screen);
	end(&s);
}

static void
test_sizes(void)
{
	static const size_t sizes[][2] = { { 80, 24 }, { 81, 24 }, { 84, 25 }, { 100, 30 },
		{ 132, 43 }, { 200, 60 }, { 1000, 1000 }, { 2000, 24 }, { 79, 24 }, { 80, 23 },
		{ 60, 20 }, { 20, 5 }, { 3, 2 }, { 2, 1 }, { 1, 1 }, { 0, 0 } };
	struct story s;
	struct shown v;

	block(&s, "out-a", "out-b", "out-c");
	if (!view(&v, &s))
		return;
	for (size_t k = 0; k < REP_COUNT(sizes); k++)
		for (size_t at = 0; at < v.view.troubles_n + v.view.rows_n; at++) {
			v.look.selected = at;
			show(&v, sizes[k][0], sizes[k][1], at % 2 == 0);
			if (!clean(&v)) {
				ok(false, "sizes: %zu x %zu", sizes[k][0], sizes[k][1]);
				print(&v);
			}
		}
	show(&v, 60, 20, false);
	ok(has_line(&v, "needs 80 columns and 24 lines") && has_line(&v, "reputed status") &&
		has_line(&v, "Microsoft (Outlook.com, Hotmail) has refused"),
	    "sizes: on a small screen it says so, and what is wrong");
	show(&v, 200, 60, true);
	ok(has_line(&v, "blocked since ") && has_line(&v, "incident 1") && has_line(&v, "\u2588"),
	    "sizes: a large one has the whole state");
	rep_screen_fini(&v.screen);
	end(&s);
}

/* Everything that a colour says is also a character or a word. */
static void
test_select(void)
{
	struct rep_top_item item;
	struct story s;
	struct shown v;
	size_t marked;

	block(&s, "out-a", "out-b", "out-c");
	if (!view(&v, &s))
		return;
	for (size_t at = 0; at < v.view.troubles_n + v.view.rows_n + 3; at++) {
		v.look.selected = at;
		show(&v, 80, 24, false);
		marked = 0;
		for (size_t y = 0; y < 24; y++)
			marked += line(&v, y).p[0] == '>';
		ok(marked == 1, "select: one line is marked without colours (%zu)", at);
	}
	item = rep_top_item(&v.view, v.view.troubles_n + 1);
	ok(item.row && rep_top_find(&v.view, &item, 0) == v.view.troubles_n + 1,
	    "select: a row is found again");
	item = rep_top_item(&v.view, 0);
	item.incident = 2;
	ok(!item.row && rep_top_find(&v.view, &item, 5) == 0,
	    "select: an incident is found by any of those it is told with");
	item.incident = 77;
	ok(rep_top_find(&v.view, &item, 3) == 3 &&
		rep_top_find(&v.view, &item, 999) == v.view.troubles_n + v.view.rows_n - 1,
	    "select: what is gone leaves its place");
	rep_screen_fini(&v.screen);
	end(&s);
}

static void
test_hostile(void)
{
	static const char *const names[] = { "\033[2J\033[31mred",
		"\xc2\x9b"
		"31m",
		"a\rb\nc\td",
		"\xe2\x80\xae"
		"gnp.exe",
		"\xff\xfe\x80", "\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2\xe5\xad\x97",
		"e\xcc\x81\xcc\x81\xcc\x81",
		"\001"
		"0123456789abcdef1",
		"", "\xf0\x9f\x98\x80\xf0\x9f\x98\x80" };

	for (size_t k = 0; k < REP_COUNT(names); k++) {
		struct story s;
		struct shown v;

		block(&s, names[k], "out-b", names[(k + 1) % REP_COUNT(names)]);
		s.labels[0].public.version = s.labels[2].public.version = 0;
		if (!view(&v, &s))
			return;
		for (int utf8 = 0; utf8 < 2; utf8++) {
			show(&v, 80, 24, utf8 != 0);
			if (!ok(clean(&v), "hostile: name %zu, %s", k, utf8 ? "UTF-8" : "ASCII"))
				print(&v);
		}
		rep_screen_fini(&v.screen);
		end(&s);
	}
}

/* --- very much, and nothing ---------------------------------------------------------------------------- */

enum { SOURCES = 10000, PROVIDERS = 30, CELLS = SOURCES * PROVIDERS };

static void
test_many(void)
{
	static struct rep_str names[SOURCES + PROVIDERS + 1];
	struct rep_cell *cells = calloc(CELLS, sizeof *cells);
	struct rep_observation *obs = calloc(CELLS, sizeof *obs);
	struct story s = { .names_n = 0 };
	size_t made = 0;
	struct shown v;

	if (cells == NULL || obs == NULL)
		abort();
	names[0] = REP_S("");
	for (uint32_t i = 1; i <= SOURCES + PROVIDERS; i++)
		names[i] = rep_arena_printf(arena, "name-%u", i);
	for (uint32_t i = 0; i < CELLS; i++) {
		cells[i] = (struct rep_cell){ .key = { .label = 1 + i / PROVIDERS,
						  .provider = SOURCES + 1 + i % PROVIDERS },
			.state = REP_STATE_WELL };
		cells[i].count[REP_STATUS_SENT] = 3;
		obs[i] = (struct rep_observation){ .first_s = START,
			.last_s = START,
			.label = cells[i].key.label,
			.provider = cells[i].key.provider,
			.status = REP_STATUS_SENT,
			.class = REP_CLASS_ACCEPTED,
			.evidence = true,
			.count = 3 };
	}
	s.in = (struct rep_judge_in){ .now_s = START + HOUR,
		.names = { names, SOURCES + PROVIDERS + 1 },
		.recent = obs,
		.recent_n = CELLS };
	s.v = (struct rep_verdicts){ .cells = cells, .cells_n = CELLS };
	s.n = CELLS;
	if (!view(&v, &s))
		return;
	v.set.verdicts.in = &v.set.in;
	show(&v, 80, 24, false);
	v.look.selected = CELLS - 1;
	show(&v, 80, 24, false);
	for (size_t n = 0; n < v.view.rows_n; n++)
		made += v.view.rows[n].hours != NULL;
	ok(v.view.rows_n == CELLS && made > 0 && made <= 48,
	    "many: of %d rows only those in view are laid out (%zu)", CELLS, made);
	ok(has_line(&v, "name-10000") && has_line(&v, "Row 299,9") && clean(&v),
	    "many: the last row is in view");
	rep_screen_fini(&v.screen);
	free(cells);
	free(obs);
}

static void
test_nothing(void)
{
	struct story s;
	struct shown v;

	begin(&s);
	judge(&s, 1);
	if (!view(&v, &s))
		return;
	v.set.totals.last_s = 0;
	show(&v, 80, 24, false);
	ok(has_line(&v, "Nothing to show yet") && has_line(&v, "reputed ingest") && clean(&v),
	    "nothing: it says what to do");
	show(&v, 10, 3, false);
	ok(clean(&v), "nothing: on a tiny screen, too");
	rep_screen_fini(&v.screen);
	end(&s);
}

static void
test_old(void)
{
	struct story s;
	struct shown v;

	block(&s, "out-a", "out-b", "out-c");
	if (!view(&v, &s))
		return;
	v.look.present_s = v.set.totals.last_s + REP_TOP_OLD_S - 1;
	show(&v, 80, 24, false);
	ok(has_line(&v, "log read to "), "old: a quarter of an hour is not old");
	v.look.present_s = v.set.totals.last_s + 3 * HOUR;
	show(&v, 80, 24, false);
	ok(has_line(&v, "newest delivery: 3 h ago"), "old: three hours are, and it says so");
	rep_screen_fini(&v.screen);
	end(&s);
}

static void
test_arrivals(void)
{
	bool sorted = true, once = true;
	struct story s;
	struct shown v;

	begin(&s);
	source(&s, "a", "203.0.113.24");
	for (unsigned k = 0; k < 40; k++) {
		char host[32];

		snprintf(host, sizeof host, "p%u", k % 25);
		(void)said(&s, k, "a", host, "news", REP_CLASS_BLOCKED, 1);
	}
	judge(&s, 41);
	if (!view(&v, &s))
		return;
	for (size_t k = 1; k < v.view.arrivals_n; k++) {
		sorted = sorted && v.view.arrivals[k - 1].at_s >= v.view.arrivals[k].at_s;
		for (size_t i = 0; i < k; i++)
			once = once &&
			    v.view.arrivals[i].reply->provider !=
				v.view.arrivals[k].reply->provider;
	}
	is_int((int64_t)v.view.arrivals_n, REP_TOP_ARRIVALS, "arrivals: as many as are kept");
	ok(sorted && once && v.view.arrivals[0].at_s == at(39) + HOUR - 60,
	    "arrivals: the newest of each kind, newest first");
	end(&s);
}

/* --- parts ---------------------------------------------------------------------------------------------- */

static void
test_cut(void)
{
	struct rep_screen s;
	struct rep_buf b;

	if (!rep_screen_init(&s, 12, 5, true))
		abort();
	(void)rep_screen_put(&s, 0, 0, 6, REP_S("abcdefgh"), 0);
	(void)rep_screen_put_end(&s, 1, 0, 6, REP_S("abcdefgh"), 0);
	rep_screen_put_right(&s, 2, 0, 6, REP_S("12"), 0);
	(void)rep_screen_put(&s, 3, 10, 6, REP_S("abcdefgh"), 0);
	is_int((int64_t)rep_screen_put(&s, 4, 12, 6, REP_S("x"), 0) +
		(int64_t)rep_screen_put(&s, 5, 0, 6, REP_S("x"), 0),
	    0, "cut: outside nothing is put");
	rep_buf_init(&b, 1 << 10);
	for (size_t y = 0; y < 5; y++) {
		rep_screen_text(&s, y, 0, 12, &b);
		rep_buf_addc(&b, '|');
	}
	is_str(rep_buf_str(&b), "abcd..      |..efgh      |    12      |          ab|            |",
	    "cut");
	rep_buf_fini(&b);
	rep_screen_fini(&s);
}

static void
test_page(void)
{
	struct rep_screen s;
	struct rep_top_page p;
	struct rep_buf b;

	if (!rep_screen_init(&s, 10, 5, false))
		abort();
	rep_top_page_init(&p);
	rep_buf_add(&p.title, REP_S("title"));
	rep_buf_add(&p.text, REP_S("one\n\n0123456789\n0123456789ab\nlast\033[2J"));
	ok(rep_top_page_fold(&p, &s) && p.lines_n == 6, "page: a long line goes on in the next");
	rep_top_page_move(&p, &s, 100);
	is_int((int64_t)p.first, 3, "page: the end stays at the bottom");
	rep_top_page_screen(&s, &p);
	rep_buf_init(&b, 1 << 10);
	for (size_t y = 0; y < 5; y++) {
		rep_screen_text(&s, y, 0, 10, &b);
		rep_buf_addc(&b, '|');
	}
	is_str(rep_buf_str(&b), "title     |0123456789|ab        |last?[2J  |q back  ..|", "page");
	rep_top_page_move(&p, &s, -100);
	is_int((int64_t)p.first, 0, "page: and the beginning at the top");
	rep_buf_fini(&b);
	rep_top_page_fini(&p);
	rep_screen_fini(&s);
}

int
main(void)
{
	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
		printf("# no locale C.UTF-8: other characters than ASCII are shown as '?'\n");
	if (!story_open())
		return done();
	test_block();
	test_sizes();
	test_select();
	test_hostile();
	test_many();
	test_nothing();
	test_old();
	test_arrivals();
	test_cut();
	test_page();
	story_close();
	return done();
}
