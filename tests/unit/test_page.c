/* unit/test_page.c -- text with marks becomes HTML: its lists, tables and days. SPDX-License-Identifier: Apache-2.0 */
#include "cli/page.h"
#include "tap.h"

static struct rep_buf html;

/* What becomes of the text, between <main> and </main>. */
static struct rep_str
page(const struct rep_buf *text)
{
	struct rep_str all;
	size_t from, until;

	rep_buf_clear(&html);
	rep_page(&html, rep_buf_str(text), "a <title>", "From", 0);
	all = rep_buf_str(&html);
	from = rep_str_find(all, REP_S("<main>\n"), 0);
	until = rep_str_find(all, REP_S("</main>"), 0);
	return from == SIZE_MAX || until == SIZE_MAX ? REP_S("no page")
						     : rep_str_sub(all, from + 7, until - from - 7);
}

static void
test_list(void)
{
	struct rep_buf b;
	const char *mark = rep_mark(REP_MARK_ITEM);

	rep_buf_init(&b, 4096);
	rep_buf_printf(&b,
	    "%s1. one: fails.\n   What to do.\n   More: %shttps://x.example/a%s\n%s22. two\n\n3. text\n",
	    mark, rep_mark(REP_MARK_LINK), rep_mark(REP_MARK_LINKED), mark);
	is_str(page(&b),
	    "<article>\n<ol><li><span class=\"n\">1</span> one: fails.<p>What to do.</p>\n"
	    "<p>More: <a href=\"https://x.example/a\" rel=\"noreferrer\">https://x.example/a</a></p>\n</li>\n"
	    "<li><span class=\"n\">22</span> two</li></ol>\n<p>3. text</p>\n</article>\n",
	    "a list, its lines, and text that only looks like one");
	rep_buf_clear(&b);
	rep_buf_printf(&b, "  1  one\n   two\n");
	is_str(page(&b),
	    "<article>\n<ol><li><span class=\"n\">1</span> one</li></ol>\n<p class=\"in\">two</p>\n</article>\n",
	    "a step of other text has no such lines");
	rep_buf_clear(&b);
	rep_buf_printf(&b, "%sno number\n%s\n%s7.\n", mark, mark, mark);
	is_str(page(&b),
	    "<article>\n<ol><li><span class=\"n\"></span> no number</li>\n<li><span class=\"n\"></span> </li>\n"
	    "<li><span class=\"n\">7</span> </li></ol>\n</article>\n",
	    "a list without numbers, or text");
	rep_buf_fini(&b);
}

/* Only what we mark is a link: the rest may be a stranger's. */
static void
test_links(void)
{
	static const struct {
		const char *before, *text, *after, *want;
	} rows[] = {
		{ "", "https://x.example/a?b&c", " d",
		    "<a href=\"https://x.example/a?b&amp;c\" rel=\"noreferrer\">https://x.example/a?b&amp;c</a> d" },
		{ "https://evil.example/ ", "https://x.example/a", " https://evil.example/",
		    "https://evil.example/ <a href=\"https://x.example/a\" rel=\"noreferrer\">https://x.example/a</a>"
		    " https://evil.example/" },
		{ "", "mailto:jo@x.example", "", "mailto:jo@x.example" },
		{ "", "https://", "", "https://" },
		{ "", "javascript:alert(1)", "", "javascript:alert(1)" },
		{ "", "https://x.example/\"onload=y", "", "https://x.example/&quot;onload=y" },
		{ "", "https://x.example/ and more", "", "https://x.example/ and more" },
	};
	struct rep_buf b, want;

	rep_buf_init(&b, 4096);
	rep_buf_init(&want, 4096);
	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		rep_buf_clear(&b);
		rep_buf_clear(&want);
		rep_buf_printf(&b, "x %s%s%s%s%s", rows[i].before, rep_mark(REP_MARK_LINK),
		    rows[i].text, rep_mark(REP_MARK_LINKED), rows[i].after);
		rep_buf_printf(&want, "<article>\n<p>x %s</p>\n</article>\n", rows[i].want);
		rep_buf_addc(&want, '\0');
		is_str(page(&b), want.p, "links: \"%s\"", rows[i].text);
	}
	rep_buf_clear(&b);
	rep_buf_printf(&b,
	    "%shttps://a.example/%s\n\nhttps://b.example/\n%sN%s%s\n%s%shttps://c.example/%s 1\n",
	    rep_paint(REP_BOLD), rep_unpaint(), rep_mark(REP_MARK_ROW), rep_mark(REP_MARK_CELL),
	    "M", rep_mark(REP_MARK_ROW), rep_mark(REP_MARK_NAME), rep_mark(REP_MARK_CELL));
	ok(rep_str_find(page(&b), REP_S("c.example"), 0) != SIZE_MAX &&
		rep_str_find(page(&b), REP_S("href"), 0) == SIZE_MAX,
	    "no link in a heading, a paragraph or a cell that has no mark");
	rep_buf_fini(&want);
	rep_buf_fini(&b);
}

static void
test_table(void)
{
	const char *row = rep_mark(REP_MARK_ROW), *cell = rep_mark(REP_MARK_CELL),
		   *name = rep_mark(REP_MARK_NAME), *number = rep_mark(REP_MARK_NUMBER);
	struct rep_buf b;

	rep_buf_init(&b, 4096);
	rep_buf_printf(&b, "%sWHO%s%sNAME%s%s\"N\"\n%sown%s%sa<b%s%s 1,204\n", row, cell, name,
	    cell, number, row, cell, name, cell, number);
	is_str(page(&b),
	    "<article>\n<div class=\"wide\"><table>\n<thead><tr><th class=\"c0\" scope=\"col\">WHO</th>"
	    "<th class=\"c1\" scope=\"col\">NAME</th><th class=\"c2 num\" scope=\"col\">&quot;N&quot;</th></tr></thead>\n"
	    "<tbody>\n<tr><td class=\"c0\" data-title=\"WHO\">own</td><th class=\"c1\" scope=\"row\">a&lt;b</th>"
	    "<td class=\"c2 num\" data-title=\"&quot;N&quot;\">1,204</td></tr>\n</tbody></table></div>\n</article>\n",
	    "heads of columns and rows, numbers, and titles for a phone");
	rep_buf_fini(&b);
}

static void
test_days(void)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "since 2026-11-03, and 2026-11-04",
		    "<article>\n<p>since <span class=\"day\">2026-11-03</span>, and <span class=\"day\">2026-11-04</span></p>\n"
		    "</article>\n" },
		{ "2026-11-0", "<article>\n<p>2026-11-0</p>\n</article>\n" },
		{ "2026-1x-03 <", "<article>\n<p>2026-1x-03 &lt;</p>\n</article>\n" },
		{ "", "" },
	};
	struct rep_buf b;

	rep_buf_init(&b, 4096);
	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		rep_buf_clear(&b);
		rep_buf_printf(&b, "%s", rows[i].text);
		is_str(page(&b), rows[i].want, "days: \"%s\"", rows[i].text);
	}
	(void)page(&b);
	ok(rep_str_find(rep_buf_str(&html), REP_S("<title>a &lt;title&gt;</title>"), 0) !=
		    SIZE_MAX &&
		rep_str_find(rep_buf_str(&html), REP_S("<h1>a &lt;title&gt;</h1>"), 0) != SIZE_MAX,
	    "a title is text");
	rep_buf_fini(&b);
}

int
main(void)
{
	rep_buf_init(&html, 1 << 20);
	rep_out_structure(true);
	test_list();
	test_links();
	test_table();
	test_days();
	rep_buf_fini(&html);
	return done();
}
