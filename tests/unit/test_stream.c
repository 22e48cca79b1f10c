/*
 * unit/test_stream.c -- finding the stream: patterns of local parts, names, the maximum.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "intake/stream.h"
#include "tap.h"

static void
test_pattern(void)
{
	static const struct {
		const char *name, *local, *want;
	} rows[] = {
		{ "a word", "Newsletter", "newsletter" },
		{ "words", "password-reset", "password-reset" },
		{ "empty", "", "" },
		{ "digits", "order-12345", "order-#" },
		{ "digits at the end", "info2024", "info#" },
		{ "digits between", "a1b22c", "a#b#c" },
		{ "digits alone", "4711", "#" },
		{ "runs of digits are one", "x-1-2-3", "x-#" },
		{ "runs of digits, other signs", "x.1_2+3", "x.#" },
		{ "hex", "ret-0a1b2c3d4e5f", "ret-#" },
		{ "hex of letters alone is a word", "ret-deadbeef", "ret-deadbeef" },
		{ "short hex stays", "room-4a", "room-#a" },
		{ "letters and digits of a machine", "m-k3j9x2qw7z", "m-#" },
		{ "uuid", "c-550e8400-e29b-41d4-a716-446655440000", "c-#" },
		{ "uuid, capitals", "550E8400-E29B-41D4-A716-446655440000", "#" },
		{ "uuid whose parts have no digits", "c-aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee-x",
		    "c-#-x" },
		{ "what a relay makes of it",
		    "0100018c0a1b2c3d-550e8400-e29b-41d4-a716-446655440000-000000", "#" },
		{ "VERP", "bounce-4711-jo=mailbox.example", "bounce-#-*" },
		{ "VERP with plus", "bounces+jo=mailbox.example", "bounces+*" },
		{ "VERP with underscore", "news_jo.doe=mail.mailbox.example", "news_*" },
		{ "VERP and more", "b+99-jo=mailbox.example", "b+#-*" },
		{ "VERP alone", "jo=mailbox.example", "*" },
		{ "an equals sign that is none", "a=b", "a=b" },
		{ "BATV", "prvs=1234567890=news", "news" },
		{ "BATV, capitals", "PRVS=01ab23cd45=News", "news" },
		{ "BATV cut short", "prvs=x", "prvs=x" },
		{ "SRS0", "SRS0=a1B2=XY=mailbox.example=jo", "srs" },
		{ "SRS0 without its separator", "srs0jo", "srs#jo" },
		{ "SRS1", "srs1=a1B2=fwd.example==a1B2=XY=mailbox.example=jo", "srs" },
		{ "blanks and control signs", "a b\tc", "a_b_c" },
		{ "beyond ASCII", "r\xc3\xa9ponse", "r#ponse" },
		{ "signs", "a!b$c'd", "a!b$c'd" },
	};
	char out[REP_STREAM_TEXT];

	for (size_t i = 0; i < REP_COUNT(rows); i++)
		is_str((struct rep_str){ out, rep_stream_pattern(rep_str_c(rows[i].local), out) },
		    rows[i].want, "pattern: %s", rows[i].name);
	for (size_t n = 1; n < 300; n += 7) {
		char big[300];

		memset(big, n % 2 == 0 ? 'x' : '-', sizeof big);
		if (rep_stream_pattern((struct rep_str){ big, n }, out) > 64)
			ok(false, "pattern: %zu bytes make a long one", n);
	}
	ok(true, "pattern: long local parts make short patterns");
}

/* All uuids, days and recipients give the same stream. */
static void
test_same(void)
{
	static const char *const pairs[][2] = {
		{ "b-550e8400-e29b-41d4-a716-446655440000",
		    "b-00112233-4455-6677-8899-aabbccddeeff" },
		{ "bounce-1-jo=a.example", "bounce-22-ann=b.example" },
		{ "prvs=0123456789=x", "prvs=9876543210=x" },
		{ "day-2026-11-03", "day-2025-1-9" },
		{ "id.a1b2c3d4e5f6a7b8", "id.0011223344556677" },
	};
	char a[REP_STREAM_TEXT], b[REP_STREAM_TEXT];

	for (size_t i = 0; i < REP_COUNT(pairs); i++) {
		size_t n = rep_stream_pattern(rep_str_c(pairs[i][0]), a);
		size_t m = rep_stream_pattern(rep_str_c(pairs[i][1]), b);

		if (!ok(rep_str_eq((struct rep_str){ a, n }, (struct rep_str){ b, m }),
			"one stream: %s and %s", pairs[i][0], pairs[i][1]))
			printf("#  \"%.*s\" and \"%.*s\"\n", (int)n, a, (int)m, b);
	}
}

static void
test_of(void)
{
	static const struct {
		const char *name, *sender, *list, *feedback, *want;
	} rows[] = {
		{ "sender", "News@Shop.Example", "", "", "shop.example/news" },
		{ "null sender", "", "", "", "" },
		{ "null sender of a list", "", "x.shop.example", "", "" },
		{ "no domain", "root", "", "", "local/root" },
		{ "List-Id first", "b-1@shop.example", "weekly.shop.example", "x:y:z",
		    "shop.example/weekly.shop.example" },
		{ "Feedback-ID", "b-1@shop.example", "", "Camp77:shop:promo:esp",
		    "shop.example/camp#:shop:promo:esp" },
		{ "two ats", "\"a@b\"@shop.example", "", "", "shop.example/\"a@b\"" },
		{ "a slash in the domain", "a@b/c", "", "", "b_c/a" },
		{ "an empty local part", "@shop.example", "", "", "shop.example/" },
		{ "an empty domain", "a@", "", "", "/a" },
	};
	struct rep_streams *s = rep_streams_new(NULL, 0);
	struct rep_str one, two;

	for (size_t i = 0; i < REP_COUNT(rows); i++)
		is_str(rep_stream_of(s, rep_str_c(rows[i].sender), rep_str_c(rows[i].list),
			   rep_str_c(rows[i].feedback)),
		    rows[i].want, "stream: %s", rows[i].name);
	one = rep_stream_of(s, REP_S("News@shop.example"), REP_S(""), REP_S(""));
	two = rep_stream_of(s, REP_S("news@SHOP.example"), REP_S(""), REP_S(""));
	ok(one.p == two.p, "stream: the view lasts");
	rep_streams_free(s);
}

static void
test_named(void)
{
	static const struct rep_str from[] = { { "alarm*@shop.example", 19 },
		{ "*@alarm.example", 15 } };
	static const struct rep_str list[] = { { "*.news.shop.example", 19 } };
	static const struct rep_str feedback[] = { { "promo:*", 7 } };
	static const struct rep_stream_named named[] = {
		{ { "alarms", 6 }, from, NULL, NULL, 2, 0, 0 },
		{ { "news", 4 }, NULL, list, feedback, 0, 1, 1 },
	};
	struct rep_streams *s = rep_streams_new(named, 2);
	static const struct {
		const char *sender, *list, *feedback, *want;
	} rows[] = {
		{ "Alarm-7@shop.example", "", "", "alarms" },
		{ "x@ALARM.example", "", "", "alarms" },
		{ "x@shop.example", "a.news.shop.example", "", "news" },
		{ "x@shop.example", "", "promo:1:2", "news" },
		{ "x@shop.example", "", "", "shop.example/x" },
		{ "", "a.news.shop.example", "", "news" },
		{ "alarm@shop.example", "a.news.shop.example", "", "alarms" },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++)
		is_str(rep_stream_of(s, rep_str_c(rows[i].sender), rep_str_c(rows[i].list),
			   rep_str_c(rows[i].feedback)),
		    rows[i].want, "named: %s %s %s", rows[i].sender, rows[i].list,
		    rows[i].feedback);
	rep_streams_free(s);
}

static void
letters(size_t i, char buf[64], const char *domain)
{
	/* words, so that no part of them is replaced */
	snprintf(buf, 64, "kind%c%c@%s", 'a' + (int)(i / 26), 'a' + (int)(i % 26), domain);
}

static void
test_cap(void)
{
	struct rep_streams *s = rep_streams_new(NULL, 0);
	char buf[64];
	size_t other = 0;

	rep_streams_seen(s, REP_S("shop.example/kindzz"));
	rep_streams_seen(s, REP_S("shop.example/kindzz"));
	rep_streams_seen(s, REP_S("a name of the operator"));
	rep_streams_seen(s, REP_S(""));
	for (size_t i = 0; i < 200; i++) {
		letters(i, buf, "shop.example");
		other += rep_str_eq(rep_stream_of(s, rep_str_c(buf), REP_S(""), REP_S("")),
		    REP_S("shop.example/other"));
	}
	is_int((int64_t)other, 200 - (REP_STREAMS_PER_DOMAIN - 2),
	    "cap: 64 of a domain, with the rest");
	ok(rep_streams_limits(s).folded == 1 &&
		rep_str_eq(rep_streams_limits(s).first, REP_S("shop.example")) &&
		!rep_streams_limits(s).full,
	    "cap: and the domain is named");
	is_str(rep_stream_of(s, REP_S("kindzz@shop.example"), REP_S(""), REP_S("")),
	    "shop.example/kindzz", "cap: what an earlier run saw keeps its name");
	letters(3, buf, "shop.example");
	is_str(rep_stream_of(s, rep_str_c(buf), REP_S(""), REP_S("")), "shop.example/kindad",
	    "cap: what came early keeps its name");
	is_str(rep_stream_of(s, REP_S("kindyy@other.example"), REP_S(""), REP_S("")),
	    "other.example/kindyy", "cap: another domain has its own");
	for (int i = 0; i < 6000; i++) {
		snprintf(buf, sizeof buf, "x@d%d.example", i);
		(void)rep_stream_of(s, rep_str_c(buf), REP_S(""), REP_S(""));
	}
	is_str(rep_stream_of(s, REP_S("x@one-more.example"), REP_S(""), REP_S("")), "other/other",
	    "cap: more domains than there is room for");
	ok(rep_streams_limits(s).full, "cap: and it is known that there were more");
	rep_streams_free(s);
}

static void
test_glob(void)
{
	static const struct {
		const char *p, *s;
		bool match;
	} rows[] = { { "", "", true }, { "", "a", false }, { "*", "", true }, { "*", "abc", true },
		{ "a*c", "ABC", true }, { "a*c", "ac", true }, { "a*c", "acb", false },
		{ "*a*b*", "xaxbx", true }, { "*a*b*", "xbxax", false }, { "abc", "ab", false },
		{ "ab", "abc", false }, { "a**c", "abc", true }, { "*@x", "a@y@x", true } };
	static char text[20000], p[100];

	for (size_t i = 0; i < REP_COUNT(rows); i++)
		ok(rep_glob(rep_str_c(rows[i].p), rep_str_c(rows[i].s)) == rows[i].match,
		    "glob: \"%s\" \"%s\"", rows[i].p, rows[i].s);
	memset(text, 'a', sizeof text);
	for (size_t i = 0; i < sizeof p; i++)
		p[i] = i % 2 == 0 ? '*' : 'a';
	p[sizeof p - 1] = 'b';
	ok(!rep_glob((struct rep_str){ p, sizeof p }, (struct rep_str){ text, sizeof text }),
	    "glob: many stars, in time");
}

int
main(void)
{
	test_pattern();
	test_same();
	test_of();
	test_named();
	test_cap();
	test_glob();
	return done();
}
