/*
 * Text with marks becomes HTML. Its layout tells what a line is:
 *
 *   bold                      a heading; what follows on the line is its first paragraph
 *   two blanks and a number   a step
 *   a number behind REP_MARK_ITEM   the same; lines below that begin with three blanks belong to it
 *   two blanks and a word     a term (for, against, unknown) and what is said of it, in a column
 *   seven blanks or more      belongs to the line above
 *   dashes only               the next article begins
 *   anything else             a paragraph
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/page.h"
#include "base/html.h"
#include "base/time.h"
#include "base/version.h"
#include "cli/grid.h"
#include "cli/page_style.h"

enum { TERM_AT = 2, TEXT_MOST = 16, ITEM_AT = 3, DEEP = 7 };

/* What is open. Steps hold items that stay open for what belongs to them, as terms do. */
enum within { NOTHING = 0, STEPS, TERMS, TABLE };

struct page_maker {
	struct rep_buf *b;
	struct rep_str text;
	size_t at;
	enum within within;
	bool article, heading;			 /* an article is open; it has its heading */
	bool row;				 /* the table has a row: the next is no heading */
	bool item;				 /* the step that is open was marked as one */
	struct rep_str titles[REP_GRID_COLUMNS]; /* of the columns of the table */
};

static void
put(struct page_maker *m, const char *html)
{
	rep_buf_add(m->b, rep_str_c(html));
}

/* --- within a line ------------------------------------------------------------------------------- */

/* An address ends at a blank or a bracket, and not with the sentence's own full stop. */
static size_t
link_length(struct rep_str s)
{
	size_t n = 0;

	while (n < s.n && !rep_blank(s.p[n]) && (unsigned char)s.p[n] > ' ' &&
	    strchr("<>\"'()[]{}\\^`", s.p[n]) == NULL && (unsigned char)s.p[n] < 0x7f)
		n++;
	while (n > 0 && strchr(".,;:!?", s.p[n - 1]) != NULL)
		n--;
	return n;
}

/* "2026-11-03", at i. */
static bool
is_day(struct rep_str s, size_t i)
{
	static const char form[] = "dddd-dd-dd";

	if (s.n - i < sizeof form - 1)
		return false;
	for (size_t k = 0; k < sizeof form - 1; k++)
		if (form[k] == 'd' ? !rep_digit(s.p[i + k]) : s.p[i + k] != form[k])
			return false;
	return true;
}

/* Escaped; a day is not broken at its hyphens. */
static void
escaped(struct page_maker *m, struct rep_str s)
{
	size_t from = 0, i = 0;

	while (i < s.n) {
		if (!is_day(s, i)) {
			i++;
			continue;
		}
		rep_html_add(m->b, rep_str_sub(s, from, i - from));
		rep_buf_printf(m->b, "<span class=\"day\">%.10s</span>", s.p + i);
		from = i += 10;
	}
	rep_html_add(m->b, rep_str_sub(s, from, s.n));
}

/* What stands behind REP_MARK_LINK. */
static void
address(struct page_maker *m, struct rep_str s)
{
	const struct rep_str https = REP_S("https://");

	if (!rep_str_starts(s, https) || s.n == https.n || link_length(s) != s.n) {
		escaped(m, s);
		return;
	}
	put(m, "<a href=\"");
	rep_html_add(m->b, s);
	put(m, "\" rel=\"noreferrer\">");
	rep_html_add(m->b, s);
	put(m, "</a>");
}

static void
words(struct page_maker *m, struct rep_str s, bool link)
{
	if (link)
		address(m, s);
	else
		escaped(m, s);
}

/* Words with paints and links: a paint becomes a span. One that does not end is ended. */
static void
painted(struct page_maker *m, struct rep_str s)
{
	static const char *const classes[] = { "", "bold", "red", "yellow", "green", "dim" };
	size_t from = 0, i = 0, len;
	bool open = false, link = false;
	int paint, mark;

	while (i < s.n) {
		if ((len = rep_out_mark_at(s, i, &paint, &mark)) == 0) {
			i++;
			continue;
		}
		words(m, rep_str_sub(s, from, i - from), link);
		link = mark == REP_MARK_LINK;
		if (open && paint >= 0)
			put(m, "</span>");
		if (paint >= 0)
			open = paint != REP_PLAIN;
		if (paint > 0)
			rep_buf_printf(m->b, "<span class=\"%s\">", classes[paint]);
		i += len;
		from = i;
	}
	words(m, rep_str_sub(s, from, s.n), link);
	if (open)
		put(m, "</span>");
}

/* --- blocks --------------------------------------------------------------------------------------- */

static void
leave(struct page_maker *m)
{
	static const char *const ends[] = { "", "</li></ol>\n", "</dd></dl>\n",
		"</tbody></table></div>\n" };

	put(m, ends[m->within]);
	m->within = NOTHING;
	m->row = m->item = false;
	memset(m->titles, 0, sizeof m->titles);
}

static void
enter(struct page_maker *m, enum within w)
{
	static const char *const begins[] = { "", "<ol>", "<dl>", "<div class=\"wide\"><table>\n" };

	if (!m->article) {
		put(m, "<article>\n");
		m->article = true;
	}
	if (m->within == w)
		return;
	leave(m);
	put(m, begins[w]);
	m->within = w;
}

static void
end_article(struct page_maker *m)
{
	leave(m);
	if (m->article)
		put(m, "</article>\n");
	m->article = m->heading = false;
}

/* The first place of a mark at or after `from`, and its length; SIZE_MAX: there is none. */
static size_t
find_mark(struct rep_str s, size_t from, enum rep_mark wanted, size_t *len)
{
	int paint, mark;

	for (size_t i = from; i < s.n; i++)
		if ((*len = rep_out_mark_at(s, i, &paint, &mark)) > 0 && mark == (int)wanted)
			return i;
	*len = 0;
	return SIZE_MAX;
}

/* What stands between the mark at m->at and the one that ends it. Goes behind both. */
static struct rep_str
between(struct page_maker *m, size_t first, enum rep_mark ends)
{
	size_t len, end = find_mark(m->text, m->at + first, ends, &len);
	struct rep_str s =
	    rep_str_sub(m->text, m->at + first, end == SIZE_MAX ? m->text.n : end - m->at - first);

	m->at = end == SIZE_MAX ? m->text.n : end + len;
	return s;
}

static void
heading(struct page_maker *m, struct rep_str head, struct rep_str rest)
{
	enter(m, NOTHING);
	put(m, m->heading ? "<h3>" : "<h2>");
	escaped(m, head);
	put(m, m->heading ? "</h3>\n" : "</h2>\n");
	m->heading = true;
	if (rest.n == 0)
		return;
	put(m, "<p>");
	painted(m, rest);
	put(m, "</p>\n");
}

/* Without its marks: for an attribute. */
static void
unmarked(struct page_maker *m, struct rep_str s)
{
	size_t from = 0, len;
	int paint, mark;

	for (size_t i = 0; i < s.n; i += len == 0 ? 1 : len) {
		if ((len = rep_out_mark_at(s, i, &paint, &mark)) == 0)
			continue;
		rep_html_add(m->b, rep_str_sub(s, from, i - from));
		from = i + len;
	}
	rep_html_add(m->b, rep_str_sub(s, from, s.n));
}

/* What stands in a cell: a figure, or words. */
static void
cell_text(struct page_maker *m, struct rep_str text)
{
	size_t more, figure = find_mark(text, 0, REP_MARK_FIGURE, &more), drawn;

	if (figure == SIZE_MAX) {
		painted(m, text);
		return;
	}
	figure += more;
	drawn = find_mark(text, figure, REP_MARK_DRAWN, &more);
	rep_buf_add(m->b, rep_str_sub(text, figure, drawn - figure));
}

/* Without the marks that say what the cell is, and the blanks behind them. */
static struct rep_str
behind_marks(struct rep_str text)
{
	int paint, mark;
	size_t len;

	while (text.n > 0 && (len = rep_out_mark_at(text, 0, &paint, &mark)) > 0 &&
	    (mark == REP_MARK_NUMBER || mark == REP_MARK_NAME))
		text = rep_str_trim(rep_str_sub(text, len, text.n));
	return text;
}

/* The n-th cell of a row; head: of the row that names the columns. */
static void
table_cell(struct page_maker *m, struct rep_str text, size_t n, bool head)
{
	size_t len;
	bool number = find_mark(text, 0, REP_MARK_NUMBER, &len) != SIZE_MAX,
	     name = !head && find_mark(text, 0, REP_MARK_NAME, &len) != SIZE_MAX;
	const char *element = head || name ? "th" : "td";

	text = behind_marks(text);
	rep_buf_printf(m->b, "<%s class=\"c%zu%s\"%s", element, n, number ? " num" : "",
	    head       ? " scope=\"col\""
		: name ? " scope=\"row\""
		       : "");
	if (n < REP_COUNT(m->titles)) {
		if (head)
			m->titles[n] = text;
		else if (!name) {
			put(m, " data-title=\"");
			unmarked(m, m->titles[n]);
			put(m, "\"");
		}
	}
	put(m, ">");
	cell_text(m, text);
	rep_buf_printf(m->b, "</%s>", element);
}

static void
table_row(struct page_maker *m, struct rep_str line)
{
	size_t from = 0, len, at = 0;
	bool head = m->within != TABLE || !m->row;

	enter(m, TABLE);
	put(m, head ? "<thead><tr>" : "<tr>");
	for (size_t n = 0; at != SIZE_MAX; n++) {
		at = find_mark(line, from, REP_MARK_CELL, &len);
		table_cell(m,
		    rep_str_trim(rep_str_sub(line, from, at == SIZE_MAX ? line.n : at - from)), n,
		    head);
		from = at == SIZE_MAX ? line.n : at + len;
	}
	put(m, head ? "</tr></thead>\n<tbody>\n" : "</tr>\n");
	m->row = true;
}

static size_t
indent_of(struct rep_str line)
{
	size_t n = 0;

	while (n < line.n && line.p[n] == ' ')
		n++;
	return n;
}

/* "  2  text": the length of the number, 0: it is no step. */
static size_t
step_number(struct rep_str line, size_t indent)
{
	size_t n = indent;

	while (n < line.n && rep_digit(line.p[n]))
		n++;
	return indent == TERM_AT && n > indent && n < line.n && line.p[n] == ' ' ? n - indent : 0;
}

/* number: as it is shown. */
static void
step(struct page_maker *m, struct rep_str number, struct rep_str text)
{
	if (m->within == STEPS)
		put(m, "</li>\n");
	enter(m, STEPS);
	m->item = false;
	rep_buf_printf(m->b, "<li><span class=\"n\">%.*s</span> ", REP_PR(number));
	painted(m, rep_str_trim(text));
}

/* "1. text" behind its mark. */
static void
item(struct page_maker *m, struct rep_str line)
{
	size_t n = 0;

	while (n < line.n && rep_digit(line.p[n]))
		n++;
	step(m, rep_str_sub(line, 0, n),
	    rep_str_sub(line, n + (n < line.n && line.p[n] == '.'), line.n));
	m->item = true;
}

/*
 * Where the text of a term begins: after two blanks or more behind its name, or in one of the
 * columns that names are padded to, which a long name leaves one blank. 0: it is no term.
 */
static size_t
text_of_term(const struct page_maker *m, struct rep_str line, size_t indent)
{
	static const size_t columns[] = { 11, 13 };
	size_t end = rep_str_find(line, REP_S("  "), TERM_AT), at;

	for (size_t k = 0; k < REP_COUNT(columns); k++) {
		at = columns[k];
		if (indent == at && m->within == TERMS)
			return at;
		if (indent == TERM_AT && at < line.n && line.p[at] != ' ' &&
		    rep_str_chr(line, ' ', TERM_AT) == at - 1)
			return at;
	}
	if (indent != TERM_AT || end == SIZE_MAX)
		return 0;
	for (at = end; at < line.n && line.p[at] == ' ';)
		at++;
	return at < line.n && at <= TEXT_MOST ? at : 0;
}

static void
term(struct page_maker *m, struct rep_str line, size_t text_at)
{
	struct rep_str name = rep_str_trim(rep_str_sub(line, 0, text_at));

	if (m->within == TERMS)
		put(m, "</dd>\n");
	enter(m, TERMS);
	if (name.n > 0) {
		put(m, "<dt>");
		painted(m, name);
		put(m, "</dt>");
	}
	put(m, "<dd>");
	painted(m, rep_str_trim(rep_str_sub(line, text_at, line.n)));
}

static bool
dashes(struct rep_str line)
{
	size_t n = 0;

	while (n < line.n && line.p[n] == '-')
		n++;
	return n == line.n && n >= 20;
}

static void
plain_line(struct page_maker *m, struct rep_str line, size_t indent)
{
	bool of_item = m->item && indent >= ITEM_AT, belongs = of_item || indent >= DEEP;
	const char *class = of_item || indent == 0 ? ""
	    : belongs				   ? " class=\"more\""
						   : " class=\"in\"";

	if (!belongs || m->within == TABLE)
		enter(m, NOTHING);
	rep_buf_printf(m->b, "<p%s>", class);
	painted(m, rep_str_trim(line));
	put(m, "</p>\n");
}

static void
one_line(struct page_maker *m, struct rep_str line)
{
	size_t indent = indent_of(line), len = 0, end, digits, text_at;
	int paint = -1, mark = -1;

	if (rep_str_trim(line).n == 0) {
		leave(m);
		return;
	}
	if (dashes(line)) {
		end_article(m);
		return;
	}
	len = rep_out_mark_at(line, 0, &paint, &mark);
	if (mark == REP_MARK_ROW) {
		table_row(m, rep_str_sub(line, len, line.n));
	} else if (mark == REP_MARK_ITEM) {
		item(m, rep_str_sub(line, len, line.n));
	} else if (paint == REP_BOLD) {
		int ends = -1, none;
		size_t over = 0;

		for (end = len; end < line.n; end++)
			if ((over = rep_out_mark_at(line, end, &ends, &none)) > 0)
				break;
		heading(m, rep_str_trim(rep_str_sub(line, len, end - len)),
		    rep_str_trim(rep_str_sub(line, end + over, line.n)));
	} else if ((digits = step_number(line, indent)) > 0) {
		step(m, rep_str_sub(line, TERM_AT, digits),
		    rep_str_sub(line, TERM_AT + digits, line.n));
	} else if ((text_at = text_of_term(m, line, indent)) > 0) {
		term(m, line, text_at);
	} else {
		plain_line(m, line, indent);
	}
}

static void
body(struct page_maker *m)
{
	while (m->at < m->text.n) {
		int paint, mark;
		size_t len = rep_out_mark_at(m->text, m->at, &paint, &mark), nl;

		if (mark == REP_MARK_PASTE) {
			put(m, "<pre>");
			rep_html_add(m->b, between(m, len, REP_MARK_PASTED));
			put(m, "</pre>\n");
		} else if (mark == REP_MARK_FIGURE) {
			enter(m, NOTHING);
			rep_buf_add(m->b, between(m, len, REP_MARK_DRAWN));
		} else {
			nl = rep_str_chr(m->text, '\n', m->at);
			nl = nl == SIZE_MAX ? m->text.n : nl;
			one_line(m, rep_str_sub(m->text, m->at, nl - m->at));
			m->at = nl + 1;
		}
	}
	end_article(m);
}

void
rep_page(struct rep_buf *b, struct rep_str text, const char *title, const char *from, int64_t at_s)
{
	struct page_maker m = { .b = b, .text = text };
	char at[REP_TIME_TEXT];

	put(&m,
	    "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n<head>\n"
	    "<meta charset=\"utf-8\" />\n<meta name=\"viewport\" content=\"width=device-width, "
	    "initial-scale=1\" />\n<meta name=\"referrer\" content=\"no-referrer\" />\n"
	    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	    "style-src 'unsafe-inline'\" />\n<meta name=\"color-scheme\" content=\"light dark\" />\n"
	    "<title>");
	rep_html_add(b, rep_str_c(title));
	put(&m, "</title>\n<style>\n");
	for (size_t i = 0; i < REP_COUNT(rep_page_style); i++)
		put(&m, rep_page_style[i]);
	put(&m, "</style>\n</head>\n<body>\n<header><h1>");
	rep_html_add(b, rep_str_c(title));
	put(&m, "</h1></header>\n<main>\n");
	body(&m);
	put(&m, "</main>\n<footer>");
	if (at_s != 0)
		rep_buf_printf(b, "%s %s. All times are UTC. ", from, rep_time_text(at_s, at));
	put(&m, "Made by reputed " REP_VERSION ".</footer>\n</body>\n</html>\n");
}

bool
rep_page_flush(struct rep_buf *text, const char *title, const char *from, int64_t at_s)
{
	struct rep_buf html;
	bool written;

	if (!rep_out_structured() || text->full)
		return rep_out_flush(text);
	rep_buf_init(&html, text->max * 2);
	rep_page(&html, rep_buf_str(text), title, from, at_s);
	rep_buf_clear(text);
	rep_out_structure(false);
	written = rep_out_flush(&html);
	rep_buf_fini(&html);
	return written;
}
