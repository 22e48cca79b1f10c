/*
 * unit/test_fold.c -- many spellings become one form; each folded byte knows its origin.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "know/fold.h"
#include "tap.h"

static struct rep_folded f;

static struct rep_str
fold(struct rep_str s, int code, bool multi)
{
	rep_fold(s, code, multi, &f);
	return (struct rep_str){ f.p, f.n };
}

static void
test_words(void)
{
	static const struct {
		const char *name, *in, *want;
	} rows[] = {
		{ "empty", "", "" },
		{ "case", "Mailbox FULL", "mailbox full" },
		{ "blanks", "  a \t b\r\n\n c  ", "a b c" },
		{ "doesn't", "it doesn't exist", "it does not exist" },
		{ "weren't", "Messages weren't sent", "messages were not sent" },
		{ "can't", "CAN'T do", "cannot do" },
		{ "won't", "we won't", "we will not" },
		{ "isn't, at the end", "it isn't", "it is not" },
		{ "before a sign", "don't, please", "do not, please" },
		{ "typographic", "it doesn\xe2\x80\x99t", "it does not" },
		{ "the other quote", "it doesn\xe2\x80\x98t", "it does not" },
		{ "no contraction", "ain'tx n't 'tis o'neil", "ain'tx n't 'tis o'neil" },
		{ "lone quotes", "'t n' t", "'t n' t" },
		{ "double quotes", "\xe2\x80\x9cspam\xe2\x80\x9d", "\"spam\"" },
		{ "dashes",
		    "a\xe2\x80\x93"
		    "b\xe2\x80\x91"
		    "c\xe2\x80\x90"
		    "d",
		    "a-b-c-d" },
		{ "no-break space",
		    "a\xc2\xa0"
		    "b",
		    "a b" },
		{ "narrow no-break space",
		    "a\xe2\x80\xaf"
		    "b",
		    "a b" },
		{ "no-break spaces in a row",
		    "a \xc2\xa0 \xc2\xa0"
		    "b",
		    "a b" },
		{ "other bytes stay", "r\xe9ponse \xc3\xa9t\xc3\xa9",
		    "r\xe9ponse \xc3\xa9t\xc3\xa9" },
		{ "a sign cut short", "a\xe2\x80", "a\xe2\x80" },
		{ "another cut short", "a\xc2", "a\xc2" },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++)
		is_str(
		    fold(rep_str_c(rows[i].in), 0, false), rows[i].want, "fold: %s", rows[i].name);
	is_str(fold((struct rep_str){ "a\0\0b", 4 }, 0, false), "a b", "fold: NUL is a blank");
}

static void
test_codes(void)
{
	static const struct {
		const char *name, *in;
		int code;
		bool multi;
		const char *want;
	} rows[] = {
		{ "with enhanced code", "one 421-4.7.28 two 421 4.7.28 three", 421, true,
		    "one two three" },
		{ "without", "one 550-two 550 three", 550, true, "one two three" },
		{ "a dash says that there are lines", "one 550-two 550 three", 550, false,
		    "one two three" },
		{ "one line: a number is a word", "limit is 550 mails", 550, false,
		    "limit is 550 mails" },
		{ "another code stays", "one 551-two", 550, true, "one 551-two" },
		{ "not within a word", "id550-x a550 b", 550, true, "id550-x a550 b" },
		{ "code 0 takes nothing out", "one 421-4.7.28 two", 0, true, "one 421-4.7.28 two" },
		{ "at the start", "550 5.1.1 gone", 550, true, "gone" },
		{ "at the end", "gone 550 ", 550, true, "gone" },
		{ "the code and nothing after it", "gone 550", 550, true, "gone 550" },
		{ "real newlines", "one\r\n550-5.7.1 two\r\n550 5.7.1 three", 550, true,
		    "one two three" },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++)
		is_str(fold(rep_str_c(rows[i].in), rows[i].code, rows[i].multi), rows[i].want,
		    "codes: %s", rows[i].name);
}

static void
test_origin(void)
{
	static const char in[] =
	    "  The  host CAN\xe2\x80\x99T 550-5.7.1  take \xe2\x80\x9cit\xe2\x80\x9d ";
	struct rep_str t = fold(rep_str_c(in), 550, true);
	bool grows = true, same = true;

	is_str(t, "the host cannot take \"it\"", "origin: the folded text");
	for (size_t i = 0; i < f.n; i++) {
		grows = grows && f.at[i] < f.at[i + 1] + (i + 1 < f.n);
		if (f.p[i] >= 'a' && f.p[i] <= 'z' && rep_alnum(in[f.at[i]]))
			same = same && rep_lower(in[f.at[i]]) == f.p[i];
	}
	ok(grows, "origin: never goes back");
	ok(f.at[f.n] <= sizeof in - 1, "origin: ends within the text");
	same = same && memcmp(in + f.at[rep_str_find(t, REP_S("take"), 0)], "take", 4) == 0;
	ok(same, "origin: letters lie where they came from");
}

static void
test_length(void)
{
	static char big[70000];
	struct rep_str t;

	memset(big, 'A', sizeof big);
	t = fold((struct rep_str){ big, sizeof big }, 550, true);
	ok(t.n == REP_FOLD_MAX && f.at[t.n] == REP_FOLD_MAX, "length: cut at %d", REP_FOLD_MAX);
	for (size_t i = 0; i + 3 < sizeof big; i += 3)
		memcpy(big + i, "n't", 3);
	t = fold((struct rep_str){ big, sizeof big }, 0, false);
	ok(t.n <= REP_FOLD_MAX && t.n > REP_FOLD_MAX - 8, "length: contractions at the end");
	for (size_t i = 0; i + 6 < sizeof big; i += 6)
		memcpy(big + i, "won't ", 6);
	t = fold((struct rep_str){ big, sizeof big }, 0, false);
	ok(t.n <= REP_FOLD_MAX && rep_str_starts(t, REP_S("will not will not ")),
	    "length: text that grows");
	memset(big, ' ', sizeof big);
	t = fold((struct rep_str){ big, sizeof big }, 0, false);
	is_int((int64_t)t.n, 0, "length: nothing but blanks");
}

/* Puts `in` behind n plain bytes, once as it is and once with a tab for each space, and folds both. */
static bool
same_with_tabs(struct rep_str in, size_t n, int code)
{
	static struct rep_folded spaces;
	char text[200];

	memset(text, 'Q', n);
	memcpy(text + n, in.p, in.n);
	rep_fold((struct rep_str){ text, n + in.n }, code, false, &spaces);
	for (size_t i = 0; i < n + in.n; i++)
		if (text[i] == ' ')
			text[i] = '\t';
	fold((struct rep_str){ text, n + in.n }, code, false);
	return spaces.n == f.n && memcmp(spaces.p, f.p, f.n) == 0 &&
	    memcmp(spaces.at, f.at, (f.n + 1) * sizeof f.at[0]) == 0;
}

/* Plain text is folded in blocks. Tabs, apostrophes and signs are not in them: the result is equal. */
static void
test_blocks(void)
{
	static const char *const rows[] = { " one two three four five  six seven eight nine ten",
		"a  b", "  x", " 550-5.7.1 gone for good, and for ever", "a 550-b 550 c",
		"It Doesn't Exist Here, and WON'T",
		"\xe2\x80\x9cspam\xe2\x80\x9d or not spam at all", "end ", " ",
		"a \x7f{|}~^`\\;\"[_] Z@z" };
	bool same = true;

	for (size_t i = 0; i < REP_COUNT(rows); i++)
		for (size_t n = 0; n < 80; n++)
			same &= same_with_tabs(rep_str_c(rows[i]), n, 0) &&
			    same_with_tabs(rep_str_c(rows[i]), n, 550);
	ok(same, "blocks: the same at every place");
}

int
main(void)
{
	test_words();
	test_blocks();
	test_codes();
	test_origin();
	test_length();
	return done();
}
