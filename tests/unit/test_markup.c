/*
 * unit/test_markup.c -- takes XML apart: as expat does where it is well-formed, and further where it is not.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/markup.h"
#include "tap.h"

#include <expat.h>
#include <stdlib.h>

/* --- what each of the two sees: "<name", text, "/name" --------------------------------------------------- */

static void
ours(struct rep_str doc, size_t size, struct rep_buf *out)
{
	struct rep_markup m;
	struct rep_markup_token t;
	struct rep_buf raw;
	enum rep_rc rc;
	bool fed = false, wrong = false;

	rep_buf_clear(out);
	rep_buf_init(&raw, 1 << 20);
	rep_markup_begin(&m);
	for (;;) {
		rc = rep_markup_next(&m, &t);
		if (rc == REP_ENOTFOUND && (!fed || doc.n > 0)) {
			size_t n = rep_markup_feed(&m, rep_str_sub(doc, 0, size), size >= doc.n);

			doc = rep_str_sub(doc, n, SIZE_MAX);
			fed = true;
			continue;
		}
		/* A text may come in pieces: its entities are replaced when it is whole. */
		if (rc == REP_OK && t.kind == REP_MARKUP_TEXT) {
			rep_buf_add(&raw, t.text);
			continue;
		}
		if (rc == REP_OK && t.kind == REP_MARKUP_DATA) {
			for (size_t i = 0; i < t.text.n; i++)
				rep_buf_add(&raw,
				    t.text.p[i] == '&' ? REP_S("&amp;")
						       : rep_str_sub(t.text, i, 1));
			continue;
		}
		(void)rep_markup_text(out, rep_buf_str(&raw), false, &wrong);
		rep_buf_clear(&raw);
		if (rc != REP_OK)
			break;
		if (t.kind == REP_MARKUP_START || t.kind == REP_MARKUP_EMPTY)
			rep_buf_printf(out, "{%.*s}", REP_PR(t.name));
		if (t.kind == REP_MARKUP_END || t.kind == REP_MARKUP_EMPTY)
			rep_buf_printf(out, "{/%.*s}", REP_PR(t.name));
	}
	rep_buf_fini(&raw);
	rep_markup_end(&m);
}

static void XMLCALL
on_start(void *ctx, const char *name, const char **attributes)
{
	(void)attributes;
	rep_buf_printf(ctx, "{%s}", name);
}

static void XMLCALL
on_end(void *ctx, const char *name)
{
	rep_buf_printf(ctx, "{/%s}", name);
}

static void XMLCALL
on_text(void *ctx, const char *s, int n)
{
	rep_buf_add(ctx, (struct rep_str){ s, (size_t)n });
}

/* False: expat does not take it. */
static bool
theirs(struct rep_str doc, struct rep_buf *out)
{
	XML_Parser p = XML_ParserCreate(NULL);
	bool fine;

	rep_buf_clear(out);
	XML_SetUserData(p, out);
	XML_SetElementHandler(p, on_start, on_end);
	XML_SetCharacterDataHandler(p, on_text);
	fine = XML_Parse(p, doc.p, (int)doc.n, 1) == XML_STATUS_OK;
	XML_ParserFree(p);
	return fine;
}

/* Text outside the root is nothing to expat. */
static bool
same(struct rep_str doc, size_t size)
{
	static struct rep_buf a, b;
	bool equal;

	rep_buf_init(&a, 1 << 22);
	rep_buf_init(&b, 1 << 22);
	equal = theirs(doc, &a);
	ours(doc, size, &b);
	equal = equal && rep_str_eq(rep_str_trim(rep_buf_str(&a)), rep_str_trim(rep_buf_str(&b)));
	rep_buf_fini(&a);
	rep_buf_fini(&b);
	return equal;
}

/* --- documents that are well-formed ----------------------------------------------------------------------- */

static uint64_t state = 88172645463325252u;

static unsigned
any(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state % n);
}

static void
make(struct rep_buf *out, unsigned depth)
{
	static const char *const texts[] = { "text", " ", "\n\t", "a &amp; b", "&lt;tag&gt;",
		"&#65;&#x42;", "&quot;&apos;", "<![CDATA[<raw> & ]] > ]]>", "<![CDATA[]]>",
		"<!-- a < b & c -->", "<?pi a < b ?>", "\xc3\xa9\xe2\x82\xac", "&#x10FFFF;", ">",
		"<!---->", "\xf0\x9f\x98\x80" };
	static const char *const names[] = { "a", "record", "x:y", "_z", "a-b.c1", "\xc3\xa9" };
	static const char *const attributes[] = { "", " ", " k=\"v\"", "\n k = 'v\"w'",
		" k=\"a>b\" l='<'" };
	const char *name = names[any(REP_COUNT(names))],
		   *with = attributes[any(REP_COUNT(attributes) - 1)];

	if (any(4) == 0) {
		rep_buf_printf(out, "<%s%s/>", name, with);
		return;
	}
	rep_buf_printf(out, "<%s%s>", name, with);
	for (unsigned i = any(6); i > 0; i--)
		if (depth > 0 && any(2) == 0)
			make(out, depth - 1);
		else
			rep_buf_printf(out, "%s", texts[any(REP_COUNT(texts))]);
	rep_buf_printf(out, "</%s%s>", name, any(3) == 0 ? " " : "");
}

static void
test_made(void)
{
	static const size_t sizes[] = { 1, 2, 5, 31, 1000 };
	unsigned good = 0, n = 3000;
	struct rep_buf doc;

	rep_buf_init(&doc, 1 << 20);
	for (unsigned i = 0; i < n; i++) {
		rep_buf_clear(&doc);
		if (any(2) == 0)
			rep_buf_printf(&doc, "<?xml version=\"1.0\"?>\n");
		make(&doc, 5);
		if (same(rep_buf_str(&doc), sizes[i % REP_COUNT(sizes)]))
			good++;
		else if (good + 5 > i)
			printf("#  differs: %s\n", doc.p);
	}
	is_int(good, n, "%u documents that are well-formed: as expat", n);
	rep_buf_fini(&doc);
}

/* --- those that are not ----------------------------------------------------------------------------------- */

static const struct {
	const char *doc, *want;
} broken[] = {
	{ "<a>1<b>2</a>3", "{a}1{b}2{/a}3" },
	{ "<a>1 < 2 && 3</a>", "{a}1 < 2 && 3{/a}" },
	{ "<a><@></a>", "{a}<@>{/a}" },
	{ "<a b=\"x>y</a>", "<a b=\"x>y{/a}" },
	{ "<a b=\"x>y\">z", "{a}z" },
	{ "<a>it's</a>", "{a}it's{/a}" },
	{ "<a it's>b</a>", "{a}b{/a}" },
	{ "<a", "<a" },
	{ "<", "<" },
	{ "<a><![CDATA[x", "{a}x" },
	{ "<a><!-- x", "{a}" },
	{ "<a>&nbsp;&#xD800;&#1114112;&;</a>", "{a}&nbsp;&#xD800;&#1114112;&;{/a}" },
	{ "<a>\xff</a>", "{a}\xc3\xbf{/a}" },
	{ "<!x><a>", "<!x>{a}" },
	{ "<a/><b/>", "{a}{/a}{b}{/b}" },
	{ "<a><?x<?y?>z</a>", "{a}z{/a}" },
	{ "<a><?>?>z<?></a>", "{a}z<?>{/a}" },
};

/* Many instructions without an end, then one with an end: before and behind the most that one may have. */
static void
test_orders(void)
{
	static const size_t sizes[] = { 1, 700, 1 << 16 };
	struct rep_buf doc, want, out;

	rep_buf_init(&out, 1 << 20);
	rep_buf_init(&doc, 1 << 20);
	rep_buf_init(&want, 1 << 20);
	for (size_t n = REP_MARKUP_DEEP / 2 - 8; n < REP_MARKUP_DEEP / 2 + 8; n++)
		for (size_t k = 0; k < REP_COUNT(sizes); k++) {
			size_t whole = 2 * n + 7, text = 0; /* up to the end of the last one */

			while (whole - text > REP_MARKUP_DEEP)
				text += 2;
			rep_buf_clear(&doc);
			rep_buf_clear(&want);
			rep_buf_add(&doc, REP_S("<a>"));
			for (size_t i = 0; i < n; i++)
				rep_buf_add(&doc, REP_S("<?"));
			rep_buf_add(&doc, REP_S("<?y z?>z</a>"));
			rep_buf_add(&want, REP_S("{a}"));
			rep_buf_add(&want, rep_str_sub(rep_buf_str(&doc), 3, text));
			rep_buf_add(&want, REP_S("z{/a}"));
			ours(rep_buf_str(&doc), sizes[k], &out);
			if (k == 0 || !rep_str_eq(rep_buf_str(&out), rep_buf_str(&want)))
				is_str(rep_buf_str(&out), want.p,
				    "%zu times \"<?\", in pieces of %zu", n, sizes[k]);
		}
	rep_buf_fini(&doc);
	rep_buf_fini(&want);
	rep_buf_fini(&out);
}

static void
test_broken(void)
{
	static const size_t sizes[] = { 1, 3, 1 << 16 };
	struct rep_buf out;

	rep_buf_init(&out, 1 << 20);
	for (size_t i = 0; i < REP_COUNT(broken); i++)
		for (size_t k = 0; k < REP_COUNT(sizes); k++) {
			ours(rep_str_c(broken[i].doc), sizes[k], &out);
			if (k == 0 || !rep_str_eq(rep_buf_str(&out), rep_str_c(broken[i].want)))
				is_str(rep_buf_str(&out), broken[i].want, "%s, in pieces of %zu",
				    broken[i].doc, sizes[k]);
		}
	rep_buf_fini(&out);
}

int
main(void)
{
	test_made();
	test_broken();
	test_orders();
	return done();
}
