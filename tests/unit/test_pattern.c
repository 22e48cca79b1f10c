/*
 * unit/test_pattern.c -- the patterns of rules: what they match and capture, how long they take.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "know/pattern.h"
#include "know/fold.h"
#include "tap.h"

#include <time.h>

static struct rep_arena *arena;

static const struct rep_pattern *
compile(const char *s)
{
	const struct rep_pattern *p = NULL;
	struct rep_err err;

	if (rep_pattern_compile(arena, rep_str_c(s), &p, &err) != REP_OK)
		printf("#  %s\n", err.msg);
	return p;
}

static const struct {
	const char *pattern, *text;
	bool found;
} rows[] = {
	{ "mailbox full", "the mailbox full of mail", true },
	{ "mailbox full", "the mailbox  full", false }, /* the text is folded before */
	{ "Mailbox FULL", "mailbox full", true },
	{ "mail  box", "mail box", true },
	{ "doesn't exist", "user does not exist", true },
	{ "mailbox*full", "mailbox is rather full", true },
	{ "mailbox*full", "mailboxfull", true },
	{ "mailbox * full", "mailbox is full", true },
	{ "mailbox*full", "full is the mailbox", false },
	{ "a*bcd*e", "xa bcd e", true },
	{ "a*bcd*e", "xe bcd a", false },
	{ "abc*abc", "abc", false },
	{ "abc*abc", "abcabc", true },
	{ "ofr_###", "code ofr_102 here", true },
	{ "ofr_###", "code ofr_10x here", false },
	{ "ofr_###", "ofr_10", false },
	{ "#abc", "9abc", true },
	{ "#abc", "abc 1abc", true },
	{ "#abc", "xabc", false },
	{ "^abc", "abc def", true },
	{ "^abc", "xabc", false },
	{ "^abc*def", "abc x def", true },
	{ "^abc*^def", "abc ^def", true },
	{ "^*abc", "x abc", true },
	{ "^<code>: abc", "x-1: abc", true },
	{ "^<code>: abc", "y x-1: abc", false },
	{ "50\\* mails", "over 50* mails", true },
	{ "50\\* mails", "over 50 mails", false },
	{ "num \\#1", "num #1", true },
	{ "num \\#1", "num 51", false },
	{ "a\\<code>b", "a<code>b", true },
	{ "back\\\\slash", "back\\slash", true },
	{ "ends in back\\", "ends in back\\", true },
	{ "<unheard>", "x <unheard> y", true },
	{ "from [<address>] no", "from [192.0.2.1] no", true },
	{ "from [<address>] no", "from [2001:db8::1] no", true },
	{ "from [<address>] no", "from [fine] no", false },
	{ "from [<address>] no", "from [999.0.2.1] no", false },
	{ "from [<address>] no", "from [1] no from [192.0.2.1] no", true },
	{ "host <domain> blocked", "host blocked", false },
	{ "see <url>", "see ", false },
	{ "***abc***", "abc", true },
	{ "abc*", "abc", true },
	{ "*abc", "abc", true },
};

static void
test_match(void)
{
	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		const struct rep_pattern *p = compile(rows[i].pattern);

		ok(p != NULL &&
			rep_pattern_match(p, rep_str_c(rows[i].text), NULL) == rows[i].found,
		    "\"%s\" %s in \"%s\"", rows[i].pattern, rows[i].found ? "is" : "is not",
		    rows[i].text);
	}
}

static void
test_captures(void)
{
	static const struct {
		const char *pattern, *text;
		enum rep_capture c;
		const char *want;
	} v[] = {
		{ "from [<address>] no", "mail from [192.0.2.1] no", REP_CAPTURE_ADDRESS,
		    "192.0.2.1" },
		{ "ip <address>", "your ip 192.0.2.77.", REP_CAPTURE_ADDRESS, "192.0.2.77" },
		{ "ip <address>", "ip 2001:db8::beef, no", REP_CAPTURE_ADDRESS, "2001:db8::beef" },
		{ "ip <address>", "ip 192.0.2.1: listed", REP_CAPTURE_ADDRESS, "192.0.2.1" },
		{ "listed at <domain>", "is listed at bl.example.org.", REP_CAPTURE_DOMAIN,
		    "bl.example.org" },
		{ "using <list>", "blocked using zen.example.org; see", REP_CAPTURE_LIST,
		    "zen.example.org" },
		{ "(<code>)", "we do not like it (ab-12_c)", REP_CAPTURE_CODE, "" },
		{ "it (<code>)", "we do not like it (ab-12_c)", REP_CAPTURE_CODE, "ab-12_c" },
		{ "see <url>", "see https://x.example/q?i=1&v=2.", REP_CAPTURE_URL,
		    "https://x.example/q?i=1&v=2" },
		{ "(see <url>)", "no (see https://x.example/y)", REP_CAPTURE_URL,
		    "https://x.example/y" },
		{ "see <url>", "see <https://x.example/y>", REP_CAPTURE_URL,
		    "<https://x.example/y" },
		{ "[<address>]*by <domain>", "host [192.0.2.1] blocked by mx.example",
		    REP_CAPTURE_DOMAIN, "mx.example" },
		{ "code <code>-end", "code a-b-end", REP_CAPTURE_CODE, "a-b" },
		{ "removal in <ends>", "expected removal in 3.2 days", REP_CAPTURE_ENDS,
		    "3.2 days" },
		{ "removal in <ends>", "removal in 2 hours. ask later", REP_CAPTURE_ENDS,
		    "2 hours" },
		{ "wait <ends>", "wait 90s, then try", REP_CAPTURE_ENDS, "90s" },
		{ "wait <ends>", "wait 3 elephants", REP_CAPTURE_ENDS, "" },
	};

	for (size_t i = 0; i < REP_COUNT(v); i++) {
		const struct rep_pattern *p = NULL;
		struct rep_captures caps = { 0 };
		struct rep_str t = rep_str_c(v[i].text);
		bool compiled =
		    rep_pattern_compile(arena, rep_str_c(v[i].pattern), &p, NULL) == REP_OK;

		if (compiled)
			(void)rep_pattern_match(p, t, &caps);
		is_str(rep_str_sub(t, caps.v[v[i].c].from, caps.v[v[i].c].n), v[i].want,
		    "\"%s\" keeps <%s>", v[i].pattern, rep_capture_word(v[i].c));
	}
}

static void
test_captures_stay(void)
{
	struct rep_captures caps = { 0 };
	struct rep_str t = REP_S("first 192.0.2.1 second 192.0.2.2");

	(void)rep_pattern_match(compile("first <address>"), t, &caps);
	(void)rep_pattern_match(compile("second <address>"), t, &caps);
	is_int(caps.v[REP_CAPTURE_ADDRESS].from, 6, "what was kept first stays");
	caps = (struct rep_captures){ 0 };
	ok(!rep_pattern_match(compile("first <address>*third"), t, &caps) &&
		caps.v[REP_CAPTURE_ADDRESS].n == 0,
	    "a pattern that is not found keeps nothing");
	caps = (struct rep_captures){ 0 };
	(void)rep_pattern_match(compile("ip <address> <code> end"),
	    REP_S("ip 1.2 abc end ip 192.0.2.3 def end"), &caps);
	is_int(caps.v[REP_CAPTURE_CODE].from, 28, "parts of a place that failed are not kept");
}

static void
test_errors(void)
{
	static const char *const bad[] = { "", "ab", "a*b*c", "<domain>", "#####", "^", "*",
		"a#b#c", "<code>ab<url>", "  ab  ", "a * bc" };
	char big[600];
	const struct rep_pattern *p;
	struct rep_err err;

	for (size_t i = 0; i < REP_COUNT(bad); i++)
		ok(rep_pattern_compile(arena, rep_str_c(bad[i]), &p, &err) == REP_ESYNTAX &&
			err.msg[0] != '\0',
		    "too little to look for: \"%s\"", bad[i]);
	memset(big, 'x', sizeof big);
	ok(rep_pattern_compile(arena, (struct rep_str){ big, 501 }, &p, &err) == REP_ELIMIT,
	    "too long");
	ok(rep_pattern_compile(arena, (struct rep_str){ big, 500 }, &p, &err) == REP_OK,
	    "as long as may be");
	for (size_t i = 0; i < 200; i += 4)
		memcpy(big + i, "abc*", 4);
	ok(rep_pattern_compile(arena, (struct rep_str){ big, 200 }, &p, &err) == REP_ELIMIT,
	    "too many parts");
}

static void
test_weight(void)
{
	const struct rep_pattern *p = compile("short*the longest literal*mid <domain> end");

	is_str(rep_pattern_literal(p), "the longest literal", "the longest literal");
	is_int(
	    (int64_t)rep_pattern_weight(p), 5 + 19 + 4 + 4, "the weight is that of all literals");
}

/* Patterns that would take a backtracking matcher for ever. */
static void
test_time(void)
{
	static const struct {
		const char *pattern, *fill;
	} v[] = {
		{ "<code><code><code>xyz", "a" },
		{ "<code>-<code>-<code>-<code>-<code>-xyz", "a-" },
		{ "<domain>.<list>.<domain>.<list>.xyz", "a.b-" },
		{ "<address>:<address>:<address>:xyz", "1:" },
		{ "<url>/<url>/<url>/xyz", "a/" },
		{ "a*a*a*a*a*a*a*a*a*a*a*a*a*xyz", "a" },
		{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "a" },
		{ "#<code>#<code>#<code>#xyz", "1" },
	};
	static char text[REP_FOLD_MAX];

	for (size_t i = 0; i < REP_COUNT(v); i++) {
		const struct rep_pattern *p = compile(v[i].pattern);
		struct rep_captures caps = { 0 };
		clock_t from = clock();
		bool found;

		for (size_t k = 0; k < sizeof text; k++)
			text[k] = v[i].fill[k % strlen(v[i].fill)];
		found = rep_pattern_match(p, (struct rep_str){ text, sizeof text }, &caps);
		ok(!found && clock() - from < 2 * CLOCKS_PER_SEC, "in time: \"%s\"", v[i].pattern);
	}
}

/* Whether one pattern is always found where another one is. */
static void
test_implies(void)
{
	static const struct {
		const char *p, *q;
		bool implies;
	} implied[] = {
		{ "not whitelisted", "listed", true },
		{ "not whitelisted", "\\ listed", false },
		{ "your account*blocked", "blocked", true },
		{ "your account*blocked", "your*blocked", true },
		{ "your account*blocked", "blocked*your", false },
		{ "your account*blocked", "account blocked", false },
		{ "blocked by <list>", "blocked by", true },
		{ "blocked by <list>", "list", false },
		{ "blocked", "blocked by", false },
		{ "code ###", "code 0", false },
		{ "code ###", "code 7", false },
		{ "code ###", "code #", true },
		{ "code 550", "code #", true },
		{ "^blocked here", "blocked", true },
		{ "^blocked here", "^blocked", true },
		{ "blocked here", "^blocked", false },
		{ "blocked here", "\\ blocked", false },
		{ "abc#12", "abc#12", true },
		{ "abc 12 of it", "abc", true },
		{ "in abc12", "abc12", false }, /* of "in abc123" only a part */
		{ "in abc12 x", "abc12", true },
	};

	for (size_t i = 0; i < REP_COUNT(implied); i++) {
		const struct rep_pattern *p = compile(implied[i].p), *q = compile(implied[i].q);

		ok(p != NULL && q != NULL && rep_pattern_implies(p, q) == implied[i].implies,
		    "\"%s\" %s \"%s\"", implied[i].p,
		    implied[i].implies ? "implies" : "does not imply", implied[i].q);
	}
}

int
main(void)
{
	arena = rep_arena_new(1 << 20);
	test_match();
	test_captures();
	test_captures_stay();
	test_errors();
	test_weight();
	test_implies();
	test_time();
	rep_arena_free(arena);
	return done();
}
