/*
 * tests/fuzz/fuzz_page.c -- any text with any marks becomes a page that is well-formed.
 *
 * Bytes 14 to 30 of the input stand for marks and paints, which cannot be written otherwise; a figure
 * is always the same one. Whatever else is in the input: every element is one that a page may have and
 * is closed in its turn, every attribute is quoted, no character of markup is left in the text, and
 * nothing that a terminal would obey.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "base/json_out.h"
#include "cli/page.h"

enum { FIRST = 14, DEEPEST = 16, NAME_MAX_N = 16 };

static const char *const elements[] = { "html", "head", "meta", "title", "style", "body", "header",
	"main", "footer", "article", "h1", "h2", "h3", "p", "ol", "li", "dl", "dt", "dd", "pre",
	"a", "span", "figure", "table", "thead", "tbody", "tr", "th", "td", "div" };

/*
 * The input, with marks in place of their bytes. libFuzzer sees what memcmp compares and so learns the
 * random number in a mark, which nobody outside the process can: byte 1, which begins a mark, stays
 * only where no digit follows.
 */
static void
with_marks(struct rep_buf *text, const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		int n = data[i] - FIRST;

		if (n == REP_MARK_FIGURE || n == REP_MARK_DRAWN)
			rep_buf_printf(text, "%s<figure></figure>%s", rep_mark(REP_MARK_FIGURE),
			    rep_mark(REP_MARK_DRAWN));
		else if (n >= 0 && n < REP_MARK_N)
			rep_buf_add(text, rep_str_c(rep_mark((enum rep_mark)n)));
		else if (n >= REP_MARK_N && n <= REP_MARK_N + REP_DIM)
			rep_buf_add(text,
			    rep_str_c(n == REP_MARK_N
				    ? rep_unpaint()
				    : rep_paint((enum rep_paint)(n - REP_MARK_N))));
		else if (data[i] == 1 && i + 1 < size && rep_alnum((char)data[i + 1]))
			rep_buf_addc(text, '?');
		else
			rep_buf_addc(text, (char)data[i]);
	}
}

/* Goes over a tag at i, which is behind "<". Opens or closes it. */
static size_t
tag(struct rep_str s, size_t i, struct rep_str *open, size_t *depth)
{
	bool closes = s.p[i] == '/', known = false;
	size_t from = i + closes, end = from;
	struct rep_str name;

	while (end < s.n && rep_alnum(s.p[end]))
		end++;
	name = rep_str_sub(s, from, end - from);
	for (size_t k = 0; k < REP_COUNT(elements); k++)
		known = known || rep_str_eq(name, rep_str_c(elements[k]));
	MUST(known && name.n < NAME_MAX_N);
	while (end < s.n && s.p[end] == ' ' && s.p[end + 1] != '/') {
		size_t eq = rep_str_chr(s, '=', end), quote;

		MUST(eq != SIZE_MAX && s.p[eq + 1] == '"');
		for (size_t k = end + 1; k < eq; k++)
			MUST((s.p[k] >= 'a' && s.p[k] <= 'z') || s.p[k] == '-');
		quote = rep_str_chr(s, '"', eq + 2);
		MUST(quote != SIZE_MAX);
		MUST(rep_str_chr(rep_str_sub(s, eq + 2, quote - eq - 2), '<', 0) == SIZE_MAX);
		end = quote + 1;
	}
	if (closes) {
		MUST(*depth > 0 && rep_str_eq(open[--*depth], name));
	} else if (s.p[end] == ' ') {
		MUST(s.p[end + 1] == '/'); /* it is empty */
		end += 2;
	} else {
		MUST(*depth < DEEPEST);
		open[(*depth)++] = name;
	}
	MUST(end < s.n && s.p[end] == '>');
	return end + 1;
}

static bool
entity(struct rep_str s, size_t i)
{
	static const char *const all[] = { "&amp;", "&lt;", "&gt;", "&quot;", "&#39;" };

	for (size_t k = 0; k < REP_COUNT(all); k++)
		if (rep_str_starts(rep_str_sub(s, i, 8), rep_str_c(all[k])))
			return true;
	return false;
}

static void
well_formed(struct rep_str s)
{
	struct rep_str open[DEEPEST];
	size_t depth = 0, i = 0, len;
	uint32_t code;

	while (i < s.n) {
		MUST((len = rep_utf8_len(s, i)) > 0);
		MUST(s.p[i] == '\n' || s.p[i] == '\t' || !rep_utf8_hidden(s, i, len, &code));
		MUST(s.p[i] != '&' || entity(s, i));
		if (s.p[i] == '<')
			i = tag(s, i + 1, open, &depth);
		else
			i += len;
	}
	MUST(depth == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_str all, doctype = REP_S("<!DOCTYPE html>\n");
	struct rep_buf text, html;

	rep_out_structure(true);
	rep_buf_init(&text, 1 << 22);
	rep_buf_init(&html, 1 << 24);
	with_marks(&text, data, size);
	rep_page(&html, rep_buf_str(&text), "reputed why", "From the mail log up to", 0);
	MUST(!text.full && !html.full);
	all = rep_buf_str(&html);
	MUST(rep_str_starts(all, doctype));
	well_formed(rep_str_sub(all, doctype.n, all.n));
	rep_buf_fini(&html);
	rep_buf_fini(&text);
	return 0;
}
