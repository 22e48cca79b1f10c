/*
 * tests/unit/test_base.c -- base/: views, memory, words of a file, time, addresses, JSON, hashes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/budget.h"
#include "base/buf.h"
#include "base/fd.h"
#include "base/hash.h"
#include "base/ip.h"
#include "base/json_out.h"
#include "base/lex.h"
#include "base/str.h"
#include "base/time.h"
#include "fact/words.h"

static void
test_str(void)
{
	static const char *const words[] = { "three", "two" };
	const struct rep_str s = REP_S(" \tHello, World\r\n"), none = { NULL, 0 };
	struct rep_str text = REP_S("one\n\ntwo"), line;
	uint64_t v = 7;

	ok(rep_str_eq(rep_str_trim(s), REP_S("Hello, World")), "trim takes blanks off both ends");
	ok(rep_str_trim(REP_S(" \n")).n == 0, "trim of blanks alone is empty");
	ok(rep_str_take_line(&text, &line) && rep_str_eq(line, REP_S("one")), "the first line");
	ok(rep_str_take_line(&text, &line) && line.n == 0, "an empty one");
	ok(rep_str_take_line(&text, &line) && rep_str_eq(line, REP_S("two")), "one without an end");
	ok(!rep_str_take_line(&text, &line), "and there is no other");
	ok(rep_str_eq(rep_str_or(REP_S("a"), REP_S("b")), REP_S("a")) &&
		rep_str_eq(rep_str_or(none, REP_S("b")), REP_S("b")),
	    "another stands in for an empty one");
	is_str(rep_str_c(rep_plural(1)), "", "one is no plural");
	ok(strcmp(rep_plural(0), "s") == 0 && strcmp(rep_plural(2), "s") == 0, "none and two are");
	ok(rep_str_eq(none, REP_S("")) && rep_str_c(NULL).n == 0, "NULL is the empty view");
	ok(rep_str_sub(none, 0, 5).n == 0 && rep_str_sub(s, 99, 1).n == 0, "sub is clamped");
	ok(rep_str_eq(rep_str_sub(REP_S("abcdef"), 2, 3), REP_S("cde")), "sub takes a part");
	ok(rep_str_eq(rep_str_cut(REP_S("ab\xe2\x82\xac"), 5), REP_S("ab\xe2\x82\xac")) &&
		rep_str_eq(rep_str_cut(REP_S("ab\xe2\x82\xac"), 4), REP_S("ab")) &&
		rep_str_eq(rep_str_cut(REP_S("ab\xe2\x82\xac"), 2), REP_S("ab")) &&
		rep_str_cut(REP_S("\x82\x82\x82"), 2).n == 0,
	    "cut leaves whole characters");
	ok(rep_str_eq_nocase(REP_S("MX1"), REP_S("mx1")) && !rep_str_eq(REP_S("MX1"), REP_S("mx1")),
	    "case counts only where it should");
	ok(!rep_str_eq_nocase(REP_S("\xc3\x84"), REP_S("\xc3\xa4")), "case is ASCII only");
	ok(rep_str_starts(REP_S("abc"), REP_S("")) && !rep_str_starts(REP_S("a"), REP_S("ab")) &&
		rep_str_starts_nocase(REP_S("IPv6:x"), REP_S("ipv6:")),
	    "starts");
	ok(rep_str_ends(REP_S("abc"), REP_S("bc")) && !rep_str_ends(REP_S("c"), REP_S("bc")) &&
		rep_str_ends_nocase(REP_S("a.COM"), REP_S(".com")),
	    "ends");
	ok(rep_str_within(REP_S("News.Shop.example"), REP_S("shop.EXAMPLE")) &&
		rep_str_within(REP_S("Shop.example"), REP_S("shop.example")),
	    "a domain, and a name below it");
	ok(!rep_str_within(REP_S("myshop.example"), REP_S("shop.example")) &&
		!rep_str_within(REP_S("example"), REP_S("shop.example")) &&
		!rep_str_within(none, REP_S("shop.example")),
	    "neither one that ends as it does nor one above it");
	is_int((int)rep_str_find(REP_S("aXbXc"), REP_S("X"), 2), 3, "find goes on from a place");
	ok(rep_str_find(REP_S("abc"), REP_S("bd"), 0) == SIZE_MAX &&
		rep_str_find(REP_S("abc"), REP_S("a"), 9) == SIZE_MAX,
	    "find that finds nothing");
	is_int((int)rep_str_find(none, REP_S(""), 0), 0, "nothing is found in nothing");
	is_int((int)rep_str_find_nocase(REP_S("see S3140"), REP_S("s3140"), 0), 4, "find_nocase");
	ok(rep_str_has_any_nocase(REP_S("one TWO"), words, 2) &&
		!rep_str_has_any_nocase(REP_S("one TWO"), words, 1) &&
		!rep_str_has_any_nocase(REP_S("one TWO"), words, 0),
	    "has_any_nocase");
	ok(rep_str_printable(REP_S("a~!"), false) && rep_str_printable(REP_S(""), false) &&
		!rep_str_printable(REP_S("a b"), false) && rep_str_printable(REP_S("a b"), true) &&
		!rep_str_printable(REP_S("a\tb"), true) &&
		!rep_str_printable(REP_S("a\x7f"), true) &&
		!rep_str_printable(REP_S("\xc3\xa4"), true),
	    "printable");
	is_int((int)rep_str_chr(REP_S("a@b@c"), '@', 2), 3, "chr from a place");
	is_int((int)rep_str_rchr(REP_S("a@b@c"), '@'), 3, "rchr");
	ok(rep_str_chr(none, 'a', 0) == SIZE_MAX && rep_str_rchr(none, 'a') == SIZE_MAX,
	    "no byte in nothing");
	ok(rep_str_cmp(REP_S("a"), REP_S("ab")) < 0 && rep_str_cmp(REP_S("b"), REP_S("ab")) > 0 &&
		rep_str_cmp(none, REP_S("")) == 0,
	    "cmp orders by byte, then by length");
	is_int(rep_str_distance(REP_S("blockd"), REP_S("blocked"), 3), 1, "one letter missing");
	is_int(rep_str_distance(REP_S("kitten"), REP_S("sitting"), 5), 3, "kitten to sitting");
	is_int(rep_str_distance(REP_S("kitten"), REP_S("sitting"), 2), 3, "beyond max is max+1");
	ok(rep_str_u64(REP_S("65535"), 65535, &v) && v == 65535, "u64 at its max");
	ok(!rep_str_u64(REP_S("65536"), 65535, &v) && !rep_str_u64(REP_S(""), 9, &v) &&
		!rep_str_u64(REP_S("1x"), 99, &v) && !rep_str_u64(REP_S("-1"), 99, &v) &&
		v == 65535,
	    "u64 refuses above max, empty, letters, signs, and leaves its result alone");
	ok(rep_str_u64(REP_S("18446744073709551615"), UINT64_MAX, &v) && v == UINT64_MAX &&
		!rep_str_u64(REP_S("18446744073709551616"), UINT64_MAX, &v),
	    "u64 to the end of 64 bits and no further");
	ok(rep_str_digits(REP_S("0")) && rep_str_digits(REP_S("99999999999999999999999999")) &&
		!rep_str_digits(none) && !rep_str_digits(REP_S("1 ")) &&
		!rep_str_digits(REP_S("-1")) && !rep_str_digits(REP_S("0x1")),
	    "digits: one at least, and nothing else");
	v = 0;
	for (int c = CHAR_MIN; c <= CHAR_MAX; c++)
		v += rep_hex((char)c) >= 0;
	ok(v == 22 && rep_hex('0') == 0 && rep_hex('9') == 9 && rep_hex('a') == 10 &&
		rep_hex('f') == 15 && rep_hex('A') == 10 && rep_hex('F') == 15,
	    "the 22 hexadecimal digits, and nothing else");
}

static void
test_words(void)
{
	static const char *const words[] = { "label", NULL, "public", "bind" };
	enum rep_class class = REP_CLASS_UNKNOWN;
	const char *near = NULL;

	ok(rep_class_parse(REP_S("blocked"), &class, NULL) && class == REP_CLASS_BLOCKED,
	    "a class");
	ok(!rep_class_parse(REP_S("blockd"), &class, &near), "no class");
	is_str(rep_str_c(near), "blocked", "the nearest class");
	is_str(rep_str_c(rep_word_nearest(REP_S("pulbic"), words, REP_COUNT(words))), "public",
	    "nearest word");
	ok(rep_word_nearest(REP_S("x"), words, REP_COUNT(words)) == NULL, "nothing is near");
	ok(rep_scope_word(REP_SCOPE_NONE) == NULL && rep_class_word((enum rep_class)99) == NULL,
	    "no word for no value");
}

static void
test_taken(struct rep_arena *a)
{
	struct rep_buf b;
	struct rep_str s;

	rep_buf_init(&b, 10);
	s = rep_arena_take(a, &b);
	ok(s.p != NULL && s.n == 0, "an empty text is taken as one");
	rep_buf_add(&b, REP_S("one, "));
	rep_buf_add(&b, REP_S("two"));
	s = rep_arena_take(a, &b);
	is_str(s, "one, two", "a text made of pieces is taken whole");
	ok(b.p == NULL && b.n == 0 && s.p[s.n] == '\0', "and its buffer is finished");
	rep_buf_add(&b, REP_S("eleven bytes"));
	ok(rep_arena_take(a, &b).p == NULL && !b.full, "one that had no room is no text");
}

static void
test_bytes(void)
{
	unsigned char b[9] = { 1, 2, 3, 4, 5, 6, 7, 0xf8, 9 }, c[9] = { 0 };

	ok(rep_le64(b) == UINT64_C(0xf807060504030201), "64 bits, the least first");
	ok(rep_le64(b + 1) == UINT64_C(0x09f8070605040302), "at any address");
	ok(rep_le32(b) == 0x04030201, "32 bits");
	ok(rep_le(b, 2) == 0x0201 && rep_le(b, 8) == rep_le64(b) && rep_le(b, 0) == 0, "n bytes");
	ok(rep_be64(b) == UINT64_C(0x01020304050607f8) && rep_be32(b) == 0x01020304,
	    "and the least last");
	rep_le64_put(c, rep_le64(b));
	ok(memcmp(b, c, 8) == 0 && c[8] == 0, "what is put is got");
	rep_be64_put(c + 1, rep_be64(b));
	ok(memcmp(b, c + 1, 8) == 0, "the least last as well");
	rep_le32_put(c, UINT32_C(0xfffefdfc));
	ok(rep_le32(c) == UINT32_C(0xfffefdfc) && c[4] == 4, "32 bits are four bytes");
	rep_le_put(c, UINT64_C(0xaabbccdd), 2);
	ok(rep_le(c, 4) == UINT32_C(0xfffeccdd), "n bytes are n bytes");
}

/* An array that grows: what is in it stays, and when there is no more room it stays whole. */
static void
test_more(void)
{
	struct rep_arena *a = rep_arena_new(100000);
	uint32_t *v = NULL, *wider;
	size_t n = 0, cap = 0;
	bool same = true;

	while ((wider = rep_arena_more(a, v, n, &cap, sizeof *v)) != NULL) {
		v = wider;
		v[n] = (uint32_t)n;
		n++;
	}
	for (size_t i = 0; i < n; i++)
		same = same && v[i] == i;
	ok(n > 1000 && same, "an array of %zu grew with what is in it", n);
	is_int((int64_t)cap, (int64_t)n, "it has room for as many as it says");
	n--;
	ok(rep_arena_more(a, v, n, &cap, sizeof *v) == v, "with room it stays where it is");
	rep_arena_free(a);
}

static void
test_quoted(struct rep_arena *a)
{
	static const struct {
		const char *text;
		size_t from, max;
		const char *want, *what;
	} rows[] = {
		{ "abcdefgh", 7, 8, "abcdefgh", "a text that fits is whole" },
		{ "abcdefghi", 0, 8, "abcdefgh...", "one that does not says so" },
		{ "abcdefghi", 4, 8, "abcdefgh...", "byte 4 is among the first eight" },
		{ "abcdefghijklmnop", 6, 8, "...efghijkl...", "byte 6 has little behind it" },
		{ "abcdefghi", 9, 8, "...bcdefghi", "at the end as much as there is" },
		{ "abcdef\xc3\xa4ghi", 0, 7, "abcdef...", "no half of a character" },
		{ "", 0, 8, "", "nothing" },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++)
		is_str(rep_quoted(a, rep_str_c(rows[i].text), rows[i].from, rows[i].max),
		    rows[i].want, "quoted: %s", rows[i].what);
	is_int((int64_t)rep_str_common(REP_S("abcd"), REP_S("abxd")), 2, "both begin with two");
	is_int((int64_t)rep_str_common(REP_S("ab"), REP_S("abxd")), 2, "one begins the other");
	is_int((int64_t)rep_str_common(REP_S(""), REP_S("ab")), 0, "nothing in common");
}

static void
test_arena(void)
{
	struct rep_arena *a = rep_arena_new(100000);
	struct rep_str s;
	bool zero = true, aligned = true;
	char *p;

	for (size_t n = 1; n < 300; n += 7) {
		p = rep_arena_alloc(a, n);
		aligned = aligned && p != NULL && (uintptr_t)p % _Alignof(max_align_t) == 0;
		for (size_t i = 0; i < n && p != NULL; i++)
			zero = zero && p[i] == 0;
		if (p != NULL)
			memset(p, 0xff, n);
	}
	ok(aligned, "every allocation is aligned");
	ok(zero, "every allocation is zeroed");
	ok(rep_arena_alloc(a, 100001) == NULL && rep_arena_alloc(a, SIZE_MAX) == NULL,
	    "beyond the cap there is nothing");
	rep_arena_reset(a);
	is_int((int)rep_arena_used(a), 0, "reset forgets all");
	p = rep_arena_alloc(a, 4000);
	zero = p != NULL;
	for (size_t i = 0; i < 4000 && zero; i++)
		zero = p[i] == 0;
	ok(zero, "memory used again is zeroed again");
	s = rep_arena_dup(a, REP_S("text"));
	ok(rep_str_eq(s, REP_S("text")) && s.p[4] == '\0', "dup ends in a NUL");
	s = rep_arena_dup(a, (struct rep_str){ NULL, 0 });
	ok(s.p != NULL && s.n == 0 && s.p[0] == '\0', "dup of nothing is an empty text");
	is_str(rep_arena_printf(a, "%s:%d", "x", 7), "x:7", "printf");
	test_taken(a);
	test_quoted(a);
	while (rep_arena_alloc(a, 1000) != NULL)
		continue;
	ok(rep_arena_used(a) > 99000 - 16 && rep_arena_used(a) <= 100000 + 16,
	    "the cap is the cap");
	ok(rep_arena_printf(a, "%2000d", 1).p == NULL, "printf at the cap");
	rep_arena_free(a);
	rep_arena_free(NULL);
}

static void
test_buf(void)
{
	struct rep_buf b;

	rep_buf_init(&b, 10);
	ok(rep_buf_str(&b).n == 0 && rep_buf_str(&b).p != NULL, "an empty buffer is an empty view");
	rep_buf_add(&b, REP_S("12345"));
	rep_buf_printf(&b, "%d", 6789);
	rep_buf_addc(&b, '0');
	is_str(rep_buf_str(&b), "1234567890", "a buffer takes as much as its maximum");
	ok(!b.full, "and is not full then");
	rep_buf_addc(&b, 'x');
	ok(b.full && b.n == 10, "one more byte is dropped, and said");
	rep_buf_clear(&b);
	ok(!b.full && b.n == 0 && b.p[0] == '\0', "clear");
	rep_buf_printf(&b, "%s", "12345678901");
	ok(b.full && b.n == 0, "printf is all or nothing");
	rep_buf_fini(&b);
	rep_buf_init(&b, 1 << 20);
	for (int i = 0; i < 100000; i++)
		rep_buf_addc(&b, (char)('a' + i % 26));
	ok(b.n == 100000 && b.p[99999] == 'a' + 99999 % 26 && b.p[100000] == '\0', "it grows");
	rep_buf_fini(&b);
}

static void
test_err(void)
{
	static char long_text[5000];
	struct rep_err err;
	struct rep_str s;
	struct rep_buf b;

	memset(long_text, 'x', sizeof long_text - 1);
	s = rep_str_c(long_text);
	rep_buf_init(&b, 8000);
	rep_buf_printf(&b, "%.*s", REP_PR(s));
	is_int((int64_t)b.n, 4999, "REP_PR gives the whole of a text");
	rep_buf_fini(&b);
	is_int(rep_fail(&err, REP_EIO, "disk %s", "full"), REP_EIO, "fail gives its code back");
	is_int(rep_ctx(&err, "%s:%d", "file", 7), REP_EIO, "so does ctx");
	is_str(rep_str_c(err.msg), "file:7: disk full", "ctx puts the place in front");
	for (int i = 0; i < 200; i++)
		rep_ctx(&err, "%s", "a/long/place");
	ok(strlen(err.msg) < sizeof err.msg, "however many places, the sentence fits");
	ok(strcmp(err.msg + strlen(err.msg) - 3, "...") == 0, "and says that it was cut");
	rep_fail(&err, REP_EIO, "%.396s\xc3\xa9\xc3\xa9\xc3\xa9", long_text);
	ok(strlen(err.msg) == 399 && err.msg[395] == 'x' && strcmp(err.msg + 396, "...") == 0,
	    "not within a character");
	is_int(rep_fail(NULL, REP_ELIMIT, "x"), REP_ELIMIT, "nobody has to listen");
}

/* All statements as "word|word{" in one line. An error of the lexer is "!message". */
static struct rep_str
lexed(struct rep_str text, struct rep_arena *a, struct rep_buf *out)
{
	struct rep_lex_stmt st;
	struct rep_lex lex;
	struct rep_err err;
	enum rep_rc rc;

	rep_buf_clear(out);
	rep_lex_init(&lex, "f", text, a);
	while ((rc = rep_lex_next(&lex, &st, &err)) != REP_ENOTFOUND) {
		if (rc != REP_OK) {
			rep_buf_printf(out, "!%s ", err.msg);
			continue;
		}
		for (size_t i = 0; i < st.n; i++)
			rep_buf_printf(out, "%s%.*s", i > 0 ? "|" : "", REP_PR(st.w[i].s));
		rep_buf_printf(out, "%s ", st.opens ? "{" : st.closes ? "}" : ";");
	}
	return rep_buf_str(out);
}

static void
test_lex(void)
{
	static const struct {
		const char *name, *text, *want;
	} rows[] = {
		{ "nothing", "", "" },
		{ "blanks and comments alone", " \n\t# x\n;;\n#", "" },
		{ "words", "a b  c\nd", "a|b|c; d; " },
		{ "a semicolon ends", "a b; c", "a|b; c; " },
		{ "a block in one line", "s n { k v; l w }", "s|n{ k|v; l|w; } " },
		{ "a block over lines", "s n {\n\tk v\n}\n", "s|n{ k|v; } " },
		{ "no blank at a brace", "s{k v}", "s{ k|v; } " },
		{ "a sharp within a word", "a b#c # d", "a|b#c; " },
		{ "quotes", "a \"b c; {#\" d", "a|b c; {#|d; " },
		{ "an empty quote is a word", "a \"\"", "a|; " },
		{ "escapes", "a \"\\\"\\\\x\"", "a|\"\\x; " },
		{ "joined lines", "a \\\n b", "a|b; " },
		{ "joined lines of Windows", "a \\\r\n b\r\nc", "a|b; c; " },
		{ "joined quotes are one", "a \"b \" \\\n  \"c\"", "a|b c; " },
		{ "quotes in one line are two", "a \"b\" \"c\"", "a|b|c; " },
		{ "an open quote", "a \"b\nc",
		    "!f:1:3: the quote that opens here is not closed on its line c; " },
		{ "a backslash does not join within quotes", "a \"b\\\nc\"\nd",
		    "!f:1:3: the quote that opens here is not closed on its line "
		    "!f:2:2: the quote that opens here is not closed on its line d; " },
		{ "a brace too many", "a }\nb", "a; !f:1:3: a '}' without its '{' b; " },
		{ "a brace of nobody", "{ a\nb", "!f:1:1: a '{' without a keyword before it b; " },
		{ "an open block", "a {\nb\n",
		    "a{ b; !f:3: the file ends inside a block; a '}' is missing " },
	};
	struct rep_arena *a = rep_arena_new(1 << 20);
	struct rep_lex_stmt st;
	struct rep_buf out;
	struct rep_lex lex;
	struct rep_err err;

	rep_buf_init(&out, 1 << 20);
	for (size_t i = 0; i < REP_COUNT(rows); i++)
		is_str(
		    lexed(rep_str_c(rows[i].text), a, &out), rows[i].want, "lex: %s", rows[i].name);
	is_str(lexed((struct rep_str){ "a \0 b\nc", 7 }, a, &out),
	    "!f:1:3: a NUL byte; expected a text file c; ", "lex: a NUL byte");
	is_str(lexed(REP_S("a{b{c{d{e{f{g{h{i{\nj"), a, &out),
	    "a{ b{ c{ d{ e{ f{ g{ h{ !f:1:18: blocks can be nested at most 8 deep j; "
	    "!f:2: the file ends inside a block; a '}' is missing ",
	    "lex: too deep");
	rep_buf_clear(&out);
	for (int i = 0; i < 65; i++)
		rep_buf_printf(&out, "w%d ", i);
	rep_lex_init(&lex, "f", rep_buf_str(&out), a);
	is_int(rep_lex_next(&lex, &st, &err), REP_ESYNTAX, "lex: 65 words are one too many");
	rep_lex_init(&lex, "f", REP_S("one\n  two \"three\""), a);
	ok(rep_lex_next(&lex, &st, &err) == REP_OK && st.w[0].line == 1 && st.w[0].col == 1 &&
		rep_lex_next(&lex, &st, &err) == REP_OK && st.w[0].line == 2 && st.w[0].col == 3 &&
		st.w[1].col == 7 && st.w[1].quoted && !st.w[0].quoted,
	    "lex: every word knows its place");
	rep_buf_clear(&out);
	rep_buf_printf(&out, "a \"%5000s\" \\\n\"y\"", "x");
	rep_lex_init(&lex, "f", rep_buf_str(&out), a);
	ok(rep_lex_next(&lex, &st, &err) == REP_OK && st.n == 2 && st.w[1].s.n == 5001,
	    "lex: long quotes are joined whole");
	rep_buf_fini(&out);
	rep_arena_free(a);
}

static void
test_time(void)
{
	static const struct {
		const char *text;
		bool good;
		int64_t want;
	} rows[] = {
		{ "1970-01-01T00:00:00Z", true, 0 },
		{ "2026-11-03T06:42:11Z", true, 1793688131 },
		{ "2026-11-03T07:42:11+01:00", true, 1793688131 },
		{ "2026-11-03t01:12:11.999-0530", true, 1793688131 },
		{ "2026-11-03 06:42:11,5z", true, 1793688131 },
		{ "2000-02-29T00:00:00Z", true, 951782400 },
		{ "2024-02-29T23:59:59Z", true, 1709251199 },
		{ "1900-02-29T00:00:00Z", false, 0 }, /* no leap year: 1900 is no multiple of 400 */
		{ "2026-02-29T00:00:00Z", false, 0 },
		{ "2026-04-31T00:00:00Z", false, 0 },
		{ "2026-13-01T00:00:00Z", false, 0 },
		{ "2026-00-10T00:00:00Z", false, 0 },
		{ "2026-01-01T24:00:00Z", false, 0 },
		{ "2026-01-01T00:60:00Z", false, 0 },
		{ "2016-12-31T23:59:60Z", true, 1483228800 }, /* a leap second is the next second */
		{ "1969-12-31T23:59:59Z", true, -1 },
		{ "9999-12-31T23:59:59Z", true, 253402300799 },
		{ "2026-11-03", true, 1793664000 },
		{ "2026-11-03T06:42:11", false, 0 }, /* local time of which zone? */
		{ "2026-11-03T06:42:11Zx", false, 0 },
		{ "2026-11-03T06:42:11+1:00", false, 0 },
		{ "2026-11-3T06:42:11Z", false, 0 },
		{ "", false, 0 },
	};
	struct rep_err err = { .msg = "" };
	char buf[REP_TIME_TEXT];
	struct rep_civil c;
	size_t used = 0;
	int64_t at = 7;

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		bool good = rep_time_parse(rep_str_c(rows[i].text), &at, NULL, NULL) == REP_OK;

		ok(good == rows[i].good && (!good || at == rows[i].want), "time: \"%s\" is %s",
		    rows[i].text, rows[i].good ? "read" : "refused");
	}
	ok(rep_time_parse(REP_S("2026-11-03T06:42:11Z mx1 x"), &at, &used, &err) == REP_OK &&
		used == 20,
	    "time: a log line may begin with it");
	at = 7;
	ok(rep_time_parse(REP_S("Nov  3 06:42:11"), &at, &used, &err) == REP_ESYNTAX && at == 7,
	    "time: what cannot be read leaves the result alone");
	is_str(rep_str_c(err.msg),
	    "\"Nov  3 06:42:11\" is not an RFC 3339 time (2026-11-03T06:42:11Z)",
	    "time: and says so");
	is_str(rep_str_c(rep_time_text(1709251199, buf)), "2024-02-29T23:59:59Z",
	    "time: text of a leap day");
	is_str(rep_str_c(rep_time_text(-1, buf)), "1969-12-31T23:59:59Z",
	    "time: text before the epoch");
	ok(strlen(rep_time_text(INT64_MAX, buf)) < REP_TIME_TEXT, "time: any number has a text");
	/* Each day of 800 years, in both directions. */
	at = -INT64_C(62135596800); /* 0001-01-01 */
	for (int i = 0; i < 292194; i++, at += 86400) {
		rep_time_to_civil(at + 86399, &c);
		if (!rep_civil_valid(&c) || rep_time_from_civil(&c) != at + 86399)
			break;
	}
	is_str(
	    rep_str_c(rep_time_text(at, buf)), "0801-01-01T00:00:00Z", "time: 800 years of days");
}

static void
test_length(void)
{
	static const struct {
		const char *text;
		int64_t want; /* -1: it is none */
	} rows[] = { { "90s", 90 }, { "15m", 900 }, { "2h", 7200 }, { "1d", 86400 },
		{ "1w", 604800 }, { "3.2 days", 276480 }, { "1 day", 86400 }, { "2 Hours", 7200 },
		{ "0 s", 0 }, { "30 minutes", 1800 }, { "0.5h", 1800 }, { "10 sec", 10 },
		{ "3650d", 315360000 }, { "3651d", -1 }, { "9999999999d", -1 }, { "", -1 },
		{ "5", -1 }, { "days", -1 }, { "3.d", -1 }, { "3. d", -1 }, { "3  days", -1 },
		{ "2hs", -1 }, { "2 hourss", -1 }, { "2 h ", -1 }, { "-2h", -1 } };

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		int64_t s = 0;
		bool fine = rep_time_length(rep_str_c(rows[i].text), &s);

		is_int(fine ? s : -1, rows[i].want, "length: \"%s\"", rows[i].text);
	}
}

static void
test_span(void)
{
	static const struct {
		int64_t span_s;
		const char *want;
	} rows[] = { { -5, "0 s" }, { 119, "119 s" }, { 120, "2 min" }, { 3599, "59 min" },
		{ 3600, "1 h" }, { 12000, "3 h 20 min" }, { 172799, "47 h 59 min" },
		{ 172800, "2 days" }, { 777600, "9 days" } };
	char buf[REP_TIME_TEXT];

	for (size_t i = 0; i < REP_COUNT(rows); i++)
		is_str(rep_str_c(rep_time_span(rows[i].span_s, buf)), rows[i].want, "span: %s",
		    rows[i].want);
}

static int64_t
instant(struct rep_zone *z, const char *local, int64_t not_before)
{
	char text[64];
	struct rep_civil c;
	int64_t flat = 0;

	snprintf(text, sizeof text, "%sZ", local);
	if (rep_time_parse(rep_str_c(text), &flat, NULL, NULL) != REP_OK)
		return INT64_MIN;
	rep_time_to_civil(flat, &c);
	return rep_zone_instant(z, &c, not_before);
}

static void
test_zone(void)
{
	/* "before" is the time of the line before; "" for none */
	static const struct {
		const char *zone, *local, *before, *want;
	} rows[] = {
		{ "UTC", "2026-07-01T12:00:00", "", "2026-07-01T12:00:00Z" },
		{ "Europe/Paris", "2026-01-15T12:00:00", "", "2026-01-15T11:00:00Z" },
		{ "Europe/Paris", "2026-07-15T12:00:00", "", "2026-07-15T10:00:00Z" },
		/* 2026-03-29: 02:00 becomes 03:00 */
		{ "Europe/Paris", "2026-03-29T01:59:59", "", "2026-03-29T00:59:59Z" },
		{ "Europe/Paris", "2026-03-29T03:00:00", "", "2026-03-29T01:00:00Z" },
		/* 2026-10-25: 03:00 becomes 02:00 */
		{ "Europe/Paris", "2026-10-25T01:59:59", "", "2026-10-24T23:59:59Z" },
		{ "Europe/Paris", "2026-10-25T02:10:00", "", "2026-10-25T00:10:00Z" },
		{ "Europe/Paris", "2026-10-25T02:10:00", "2026-10-25T00:09:00Z",
		    "2026-10-25T00:10:00Z" },
		{ "Europe/Paris", "2026-10-25T02:10:00", "2026-10-25T00:55:00Z",
		    "2026-10-25T01:10:00Z" },
		{ "Europe/Paris", "2026-10-25T02:50:00", "2026-10-25T01:49:59Z",
		    "2026-10-25T01:50:00Z" },
		{ "Europe/Paris", "2026-10-25T03:00:00", "", "2026-10-25T02:00:00Z" },
		{ "America/New_York", "2026-11-01T01:30:00", "", "2026-11-01T05:30:00Z" },
		{ "America/New_York", "2026-11-01T01:30:00", "2026-11-01T06:29:00Z",
		    "2026-11-01T06:30:00Z" },
		{ "Australia/Sydney", "2026-01-15T12:00:00", "", "2026-01-15T01:00:00Z" },
		{ "Asia/Kathmandu", "2026-01-15T12:00:00", "", "2026-01-15T06:15:00Z" },
		/* half an hour, at half past: 2026-04-05 02:00 becomes 01:30 */
		{ "Australia/Lord_Howe", "2026-04-05T01:15:00", "", "2026-04-04T14:15:00Z" },
		{ "Australia/Lord_Howe", "2026-04-05T01:45:00", "", "2026-04-04T14:45:00Z" },
		{ "Australia/Lord_Howe", "2026-04-05T01:45:00", "2026-04-04T15:10:00Z",
		    "2026-04-04T15:15:00Z" },
		/* in Irish law winter time is the exception, and tm_isdst is set in winter */
		{ "Europe/Dublin", "2026-01-15T12:00:00", "", "2026-01-15T12:00:00Z" },
		{ "Europe/Dublin", "2026-07-15T12:00:00", "", "2026-07-15T11:00:00Z" },
	};
	char got[REP_TIME_TEXT];
	int64_t before;

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct rep_zone z = { 0 };

		setenv("TZ", rows[i].zone, 1);
		tzset();
		if (rep_time_parse(rep_str_c(rows[i].before), &before, NULL, NULL) != REP_OK)
			before = INT64_MIN;
		is_str(rep_str_c(rep_time_text(instant(&z, rows[i].local, before), got)),
		    rows[i].want, "zone: %s in %s%s%s", rows[i].local, rows[i].zone,
		    rows[i].before[0] != '\0' ? " after " : "", rows[i].before);
	}
}

/* A log of one autumn night, with a line every 20 minutes, read in order. */
static void
test_zone_night(void)
{
	struct rep_zone z = { 0 };
	int64_t at, last = INT64_MIN, wrong = 0;
	struct rep_civil c;
	struct tm tm;
	time_t t;

	setenv("TZ", "Europe/Paris", 1);
	tzset();
	for (at = 1792878000; at < 1792878000 + 8 * 3600; at += 1200) { /* from 2026-10-24T21:40Z */
		t = (time_t)at;
		localtime_r(&t, &tm);
		c = (struct rep_civil){ tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
			tm.tm_min, tm.tm_sec };
		last = rep_zone_instant(&z, &c, last);
		wrong += last != at;
	}
	is_int(wrong, 0, "zone: a log that crosses the hour twice is read in order");
	setenv("TZ", "UTC", 1);
	tzset();
}

/* The host's bits of a network, and whether an address is in it. */
static void
test_ip_bits(void)
{
	static const struct {
		const char *ip, *other;
		int bits;
		bool same;
		const char *first, *last; /* of the network of ip */
	} rows[] = {
		{ "192.0.2.77", "192.0.2.78", 32, false, "192.0.2.77", "192.0.2.77" },
		{ "192.0.2.77", "192.0.2.76", 31, true, "192.0.2.76", "192.0.2.77" },
		{ "192.0.2.77", "192.0.2.78", 30, true, "192.0.2.76", "192.0.2.79" },
		{ "192.0.2.77", "192.0.2.80", 28, false, "192.0.2.64", "192.0.2.79" },
		{ "192.0.2.77", "192.0.2.200", 24, true, "192.0.2.0", "192.0.2.255" },
		{ "192.0.2.77", "192.0.3.77", 24, false, "192.0.2.0", "192.0.2.255" },
		{ "192.0.2.77", "10.0.0.1", 0, true, "0.0.0.0", "255.255.255.255" },
		{ "192.0.2.77", "10.0.0.1", 1, false, "128.0.0.0", "255.255.255.255" },
		{ "2001:db8::7", "2001:db8::8", 128, false, "2001:db8::7", "2001:db8::7" },
		{ "2001:db8::7", "2001:db8::4", 126, true, "2001:db8::4", "2001:db8::7" },
		{ "2001:db8::7", "2001:db9::7", 29, true,
		    "2001:db8::", "2001:dbf:ffff:ffff:ffff:ffff:ffff:ffff" },
	};
	char text[REP_IP_TEXT];

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct rep_ip ip, other;

		if (!rep_ip_parse(rep_str_c(rows[i].ip), &ip) ||
		    !rep_ip_parse(rep_str_c(rows[i].other), &other))
			abort();
		ok(rep_ip_same_bits(ip.b, other.b, rows[i].bits) == rows[i].same,
		    "ip: %s and %s, %d bits", rows[i].ip, rows[i].other, rows[i].bits);
		other = ip;
		rep_ip_set_host(&other, rows[i].bits, false);
		is_str(rep_str_c(rep_ip_text(&other, text)), rows[i].first, "ip: first of /%d",
		    rows[i].bits);
		rep_ip_set_host(&ip, rows[i].bits, true);
		is_str(rep_str_c(rep_ip_text(&ip, text)), rows[i].last, "ip: last of /%d",
		    rows[i].bits);
	}
}

static void
test_ip(void)
{
	static const struct {
		const char *text, *want; /* NULL: none */
		const char *subnet;
		bool private;
	} rows[] = {
		{ "203.0.113.24", "203.0.113.24", "203.0.113.0/24", false },
		{ "[203.0.113.24]", "203.0.113.24", "203.0.113.0/24", false },
		{ "2001:DB8:1:2::19", "2001:db8:1:2::19", "2001:db8:1::/48", false },
		{ "IPv6:2001:db8::1", "2001:db8::1", "2001:db8::/48", false },
		{ "[ipv6:2001:db8::1]", "2001:db8::1", "2001:db8::/48", false },
		{ "::ffff:192.0.2.7", "192.0.2.7", "192.0.2.0/24", false },
		{ "127.0.0.1", "127.0.0.1", "127.0.0.0/24", true },
		{ "::1", "::1", "::/48", true },
		{ "::", "::", "::/48", true },
		{ "0.0.0.0", "0.0.0.0", "0.0.0.0/24", true },
		{ "10.1.2.3", "10.1.2.3", "10.1.2.0/24", true },
		{ "172.15.0.1", "172.15.0.1", "172.15.0.0/24", false },
		{ "172.16.0.1", "172.16.0.1", "172.16.0.0/24", true },
		{ "172.31.255.255", "172.31.255.255", "172.31.255.0/24", true },
		{ "172.32.0.1", "172.32.0.1", "172.32.0.0/24", false },
		{ "192.168.0.1", "192.168.0.1", "192.168.0.0/24", true },
		{ "100.64.0.1", "100.64.0.1", "100.64.0.0/24", true },
		{ "100.128.0.1", "100.128.0.1", "100.128.0.0/24", false },
		{ "169.254.169.254", "169.254.169.254", "169.254.169.0/24", true },
		{ "224.0.0.1", "224.0.0.1", "224.0.0.0/24", true },
		{ "fd00::1", "fd00::1", "fd00::/48", true },
		{ "fe80::1", "fe80::1", "fe80::/48", true },
		{ "ff02::1", "ff02::1", "ff02::/48", true },
		{ "256.0.0.1", NULL, NULL, false },
		{ "1.2.3", NULL, NULL, false },
		{ "1.2.3.4 ", NULL, NULL, false },
		{ "01.2.3.4", NULL, NULL, false },
		{ "2001:db8::1::2", NULL, NULL, false },
		{ "mx1.shop.example", NULL, NULL, false },
		{ "[]", NULL, NULL, false },
		{ "", NULL, NULL, false },
		{ "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb", NULL, NULL, false },
	};
	char text[REP_IP_TEXT], subnet[REP_IP_TEXT];
	struct rep_ip ip, other = { .version = 0 };

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		bool good = rep_ip_parse(rep_str_c(rows[i].text), &ip);

		if (rows[i].want == NULL) {
			ok(!good, "ip: \"%s\" is none", rows[i].text);
			continue;
		}
		ok(good && strcmp(rep_ip_text(&ip, text), rows[i].want) == 0 &&
			strcmp(rep_ip_subnet_text(&ip, subnet), rows[i].subnet) == 0 &&
			rep_ip_private(&ip) == rows[i].private,
		    "ip: %s is %s in %s%s", rows[i].text, rows[i].want, rows[i].subnet,
		    rows[i].private ? ", private" : "");
	}
	ok(!rep_ip_parse((struct rep_str){ "1.2.3.4\0", 8 }, &ip), "ip: a NUL is no part of one");
	ok(rep_ip_parse(REP_S("192.0.2.1"), &ip) && rep_ip_parse(REP_S("192.0.2.9"), &other) &&
		rep_ip_same_subnet(&ip, &other) && !rep_ip_eq(&ip, &other),
	    "ip: two of one subnet");
	ok(rep_ip_parse(REP_S("192.0.3.1"), &other) && !rep_ip_same_subnet(&ip, &other),
	    "ip: two of two subnets");
	other = (struct rep_ip){ .version = 0 };
	ok(!rep_ip_same_subnet(&other, &other) && rep_ip_text(&other, text)[0] == '\0' &&
		rep_ip_subnet_text(&other, subnet)[0] == '\0' && !rep_ip_private(&other),
	    "ip: no address is in no subnet");
}

static void
test_json(void)
{
	/* the input, and the expected text between the quotes */
	static const struct {
		const char *name;
		struct rep_str in;
		const char *want;
	} rows[] = {
		{ "plain", { "abc", 3 }, "abc" },
		{ "quotes and backslashes", { "\"\\", 2 }, "\\\"\\\\" },
		{ "control bytes", { "\t\n\r\x01\x7f", 5 }, "\\t\\n\\u000d\\u0001\\u007f" },
		{ "C1 controls", { "\xc2\x9b\xc2\xa0", 4 }, "\\u009b\xc2\xa0" },
		{ "a NUL", { "a\0b", 3 }, "a\\u0000b" },
		{ "UTF-8 of two, three, four bytes", { "\xc3\xa9\xe2\x82\xac\xf0\x9f\x93\xa7", 9 },
		    "\xc3\xa9\xe2\x82\xac\xf0\x9f\x93\xa7" },
		{ "Latin-1", { "r\xe9ponse", 7 }, "r\xef\xbf\xbdponse" },
		{ "a lone continuation", { "\x80", 1 }, "\xef\xbf\xbd" },
		{ "cut in the middle", { "\xe2\x82", 2 }, "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "overlong", { "\xc0\xaf", 2 }, "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "overlong of three", { "\xe0\x80\x80", 3 },
		    "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "a surrogate", { "\xed\xa0\x80", 3 }, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "beyond U+10FFFF", { "\xf4\x90\x80\x80", 4 },
		    "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
	};
	char want[128];
	struct rep_buf b;
	struct rep_json j;

	rep_buf_init(&b, 4096);
	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		rep_buf_clear(&b);
		rep_json_init(&j, &b);
		rep_json_str(&j, NULL, rows[i].in);
		snprintf(want, sizeof want, "\"%s\"", rows[i].want);
		is_str(rep_buf_str(&b), want, "json: %s", rows[i].name);
	}
	rep_buf_clear(&b);
	rep_json_init(&j, &b);
	rep_json_obj(&j, NULL);
	rep_json_int(&j, "i", INT64_MIN);
	rep_json_arr(&j, "a");
	rep_json_obj(&j, NULL);
	rep_json_end_obj(&j);
	rep_json_bool(&j, NULL, true);
	rep_json_arr(&j, NULL);
	rep_json_end_arr(&j);
	rep_json_end_arr(&j);
	rep_json_str_or_null(&j, "e", REP_S(""));
	rep_json_str_or_null(&j, "f", REP_S("full"));
	rep_json_cstr(&j, "n", NULL);
	rep_json_null(&j, "m");
	rep_json_real(&j, "r", 0.78123, 2);
	rep_json_real(&j, "x", NAN, 2);
	rep_json_real(&j, "y", HUGE_VAL, 2);
	rep_json_time(&j, "t", 0);
	rep_json_int_named(&j, REP_S("k\""), 5);
	rep_json_end_obj(&j);
	is_str(rep_buf_str(&b),
	    "{\"i\":-9223372036854775808,\"a\":[{},true,[]],\"e\":null,\"f\":\"full\","
	    "\"n\":null,\"m\":null,\"r\":0.78,\"x\":null,\"y\":null,"
	    "\"t\":\"1970-01-01T00:00:00Z\",\"k\\\"\":5}",
	    "json: commas, nesting and every kind of value");
	rep_buf_fini(&b);
}

static void
test_siphash(void)
{
	/* SipHash-2-4, key 00..0f, input of n bytes 00 01 02 ..: the vectors of its authors */
	static const struct {
		size_t n;
		uint64_t want;
	} rows[] = {
		{ 0, UINT64_C(0x726fdb47dd0e0e31) },
		{ 1, UINT64_C(0x74f839c593dc67fd) },
		{ 7, UINT64_C(0xab0200f58b01d137) },
		{ 8, UINT64_C(0x93f5f5799a932462) },
		{ 15, UINT64_C(0xa129ca6149be45e5) },
		{ 16, UINT64_C(0x3f2acc7f57c29bdb) },
		{ 63, UINT64_C(0x958a324ceb064572) },
	};
	struct rep_key key, other;
	char in[64];

	for (size_t i = 0; i < sizeof in; i++)
		in[i] = (char)i;
	for (size_t i = 0; i < sizeof key.b; i++)
		key.b[i] = (unsigned char)i;
	for (size_t i = 0; i < REP_COUNT(rows); i++)
		ok(rep_siphash(&key, (struct rep_str){ in, rows[i].n }) == rows[i].want,
		    "siphash of %zu bytes", rows[i].n);
	other = key;
	other.b[15] ^= 1;
	ok(rep_siphash(&key, REP_S("jo@hotmail.com")) !=
		rep_siphash(&other, REP_S("jo@hotmail.com")),
	    "siphash: another key, another hash");
	ok(rep_hash(REP_S("")) == UINT64_C(0xe220a8397b1dcdaf) &&
		rep_hash(REP_S("v=DKIM1; k=rsa; p=abc")) == UINT64_C(0x2f06780d9e69750c),
	    "hash: what is stored of it stays what it is");
	ok(rep_hash(REP_S("12345678")) != rep_hash(REP_S("12345678\0")) &&
		rep_hash(REP_S("")) != rep_hash((struct rep_str){ "\0", 1 }),
	    "hash: length counts");
}

/* Of 3 at once, then one in 10. */
static void
test_budget(void)
{
	static const struct rep_budget_limit limit = { 3, 10 };
	static const struct {
		int64_t now, wait; /* 0: it is taken */
	} rows[] = {
		{ 1000, 0 },
		{ 1000, 0 },
		{ 1000, 0 },
		{ 1000, 10 },
		{ 1004, 6 },
		{ 1009, 1 },
		{ 1010, 0 },
		{ 1010, 10 },
		{ 1029, 0 },
		{ 1029, 1 },
		{ 1030, 0 },
		{ 1030, 10 },
		/* All are there again, and no more than that. */
		{ 9000, 0 },
		{ 9000, 0 },
		{ 9000, 0 },
		{ 9000, 10 },
		/* The clock is set back by a long time. */
		{ 50, 10 },
		{ 60, 0 },
	};
	struct rep_budget b = { 0 };

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		is_int(rep_budget_wait(&b, &limit, rows[i].now), rows[i].wait, "budget: %zu", i);
		if (rows[i].wait == 0)
			rep_budget_take(&b, &limit, rows[i].now);
	}
}

/* More than a pipe takes at once, a full disk, and folders. */
static void
test_fd(void)
{
	enum { BYTES = 300000 };
	char *p = calloc(1, BYTES), *back = malloc(BYTES), name[] = "/tmp/reputed-fd-XXXXXX";
	int to[2] = { -1, -1 }, full = open("/dev/full", O_WRONLY | O_CLOEXEC), status = 1;
	size_t got = 0;
	ssize_t n = 1;
	pid_t child;

	if (p == NULL || back == NULL || pipe(to) != 0 || (child = fork()) < 0)
		abort();
	for (size_t i = 0; i < BYTES; i++)
		p[i] = (char)(i % 251);
	if (child == 0) {
		bool fine = rep_fd_write(to[1], (struct rep_str){ p, BYTES });

		free(p);
		free(back);
		_exit(fine ? 0 : 1);
	}
	close(to[1]);
	while (n > 0 && got < BYTES) {
		n = read(to[0], back + got, BYTES - got);
		got += n > 0 ? (size_t)n : 0;
	}
	close(to[0]);
	ok(waitpid(child, &status, 0) == child && status == 0 && got == BYTES &&
		memcmp(p, back, BYTES) == 0,
	    "fd: all of it is written");
	ok(!rep_fd_write(full, REP_S("x")) && errno == ENOSPC, "fd: a full disk is said");
	ok(rep_fd_write(full, REP_S("")), "fd: nothing always fits");
	close(full);
	ok(mkdtemp(name) != NULL && rep_fd_sync_folder(name), "fd: a folder");
	ok(rep_fd_sync_folder_of("x") && rep_fd_sync_folder_of("/x"), "fd: the folder of a file");
	rmdir(name);
	ok(!rep_fd_sync_folder(name) && errno == ENOENT, "fd: a folder that is gone");
	memset(p, 'x', BYTES - 1);
	p[BYTES - 1] = '\0';
	p[PATH_MAX + 1] = '/';
	ok(!rep_fd_sync_folder_of(p) && errno == ENAMETOOLONG, "fd: a path that is too long");
	free(p);
	free(back);
}

int
main(void)
{
	test_str();
	test_words();
	test_bytes();
	test_arena();
	test_more();
	test_buf();
	test_err();
	test_lex();
	test_time();
	test_span();
	test_length();
	test_zone();
	test_zone_night();
	test_ip();
	test_ip_bits();
	test_json();
	test_siphash();
	test_budget();
	test_fd();
	return done();
}
