/* unit/test_html.c -- text as HTML: every byte, and whatever is not UTF-8. SPDX-License-Identifier: Apache-2.0 */
#include "base/html.h"
#include "tap.h"

static struct rep_buf out;

static struct rep_str
html(struct rep_str s)
{
	rep_buf_clear(&out);
	rep_html_add(&out, s);
	return rep_buf_str(&out);
}

/* What becomes of each byte alone. A byte of 0x80 and above is no UTF-8 alone. */
static void
test_bytes(void)
{
	static const struct {
		char c;
		const char *want;
	} marked[] = { { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '"', "&quot;" },
		{ '\'', "&#39;" }, { '\n', "\n" }, { '\t', "\t" } };

	for (int v = 0; v < 256; v++) {
		char c = (char)v, self[2] = { c, '\0' };
		const char *want = v >= 0x20 && v < 0x7f ? self : "?";

		for (size_t i = 0; i < REP_COUNT(marked); i++)
			if (marked[i].c == c)
				want = marked[i].want;
		is_str(html((struct rep_str){ &c, 1 }), want, "byte %02x", (unsigned)v);
	}
}

static void
test_texts(void)
{
	static const struct {
		const char *name, *text, *want;
	} rows[] = {
		{ "nothing", "", "" },
		{ "an element", "<script>alert(1)</script>",
		    "&lt;script&gt;alert(1)&lt;/script&gt;" },
		{ "out of an attribute", "\" onload=\"x", "&quot; onload=&quot;x" },
		{ "out of the other quotes", "' onload='x", "&#39; onload=&#39;x" },
		{ "out of a title", "</title><b>", "&lt;/title&gt;&lt;b&gt;" },
		{ "out of a comment", "--><b>", "--&gt;&lt;b&gt;" },
		{ "what looks escaped is not", "&lt;b&gt;", "&amp;lt;b&amp;gt;" },
		{ "letters of other scripts", "caf\xc3\xa9 \xe6\x97\xa5 \xf0\x9f\x93\xac",
		    "caf\xc3\xa9 \xe6\x97\xa5 \xf0\x9f\x93\xac" },
		{ "a cut sequence, then markup", "\xe6\x97<b>", "??&lt;b&gt;" },
		{ "a sequence that is too long for its character", "\xc0\xbc", "??" },
		{ "half of a pair", "\xed\xa0\x80", "???" },
		{ "beyond Unicode", "\xf4\x90\x80\x80", "????" },
		{ "the direction of text",
		    "\xe2\x80\xae"
		    "abc",
		    "?abc" },
		{ "no width",
		    "a\xe2\x80\x8b"
		    "b",
		    "a?b" },
		{ "a control character of two bytes", "\xc2\x9b", "?" },
		{ "a terminal's colour", "\x1b[31m", "?[31m" },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++)
		is_str(html(rep_str_c(rows[i].text)), rows[i].want, "%s", rows[i].name);
	is_str(html((struct rep_str){ "a\0<", 3 }), "a?&lt;", "a NUL is not the end");
}

int
main(void)
{
	rep_buf_init(&out, 4096);
	test_bytes();
	test_texts();
	rep_buf_fini(&out);
	return done();
}
