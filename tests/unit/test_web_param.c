/*
 * unit/test_web_param.c -- parameters of a question: what is read, and what is an error.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/param.h"

#include "tap.h"

#include <stddef.h>
#include <stdlib.h>

static const char *const words[] = { "minute", "hour", "day" };

struct asked {
	struct rep_str q;
	struct rep_param_list list;
	int by;
	uint64_t kinds, n;
	int64_t from_s;
};

static const struct rep_param_row rows[] = {
	{ "q", REP_PARAM_TEXT, offsetof(struct asked, q), NULL, 0, 0 },
	{ "list", REP_PARAM_LIST, offsetof(struct asked, list), NULL, 0, 0 },
	{ "by", REP_PARAM_WORD, offsetof(struct asked, by), words, REP_COUNT(words), 0 },
	{ "kinds", REP_PARAM_WORDS, offsetof(struct asked, kinds), words, REP_COUNT(words), 0 },
	{ "from", REP_PARAM_TIME, offsetof(struct asked, from_s), NULL, 0, 0 },
	{ "n", REP_PARAM_NUMBER, offsetof(struct asked, n), NULL, 0, 500 },
};

static enum rep_rc
read_one(const char *name, const char *value, struct asked *a, struct rep_err *err)
{
	struct rep_param p = { rep_str_c(name), rep_str_c(value) };

	*a = (struct asked){ .by = 1, .from_s = INT64_MIN };
	err->msg[0] = '\0';
	return rep_params_read(&p, 1, rows, REP_COUNT(rows), a, err);
}

static void
test_good(void)
{
	struct rep_err err;
	struct asked a;

	is_int(read_one("q", " who refuses us ", &a, &err), REP_OK, "a text");
	is_str(a.q, "who refuses us", "a text without the blanks around it");
	is_int(a.by, 1, "what was not asked keeps its default");
	is_int(read_one("list", "a, b ,c", &a, &err), REP_OK, "a list");
	is_int((int64_t)a.list.n, 3, "a list of three");
	is_str(a.list.v[1], "b", "an item without the blanks around it");
	is_int(read_one("by", "day", &a, &err), REP_OK, "a word");
	is_int(a.by, 2, "a word is its place");
	is_int(read_one("kinds", "day,minute", &a, &err), REP_OK, "several words");
	is_int((int64_t)a.kinds, 5, "several words are bits");
	is_int(read_one("from", "2026-11-03", &a, &err), REP_OK, "a date");
	is_int(a.from_s, 1793664000, "a date is its midnight in UTC");
	is_int(read_one("from", "2026-11-03T00:00:01+01:00", &a, &err), REP_OK, "a time");
	is_int(a.from_s, 1793660401, "a time with its offset");
	is_int(read_one("n", "500", &a, &err), REP_OK, "the largest number");
	is_int((int64_t)a.n, 500, "a number");
	is_int(read_one("by", "", &a, &err), REP_OK, "an empty value was not asked");
	is_int(a.by, 1, "an empty value keeps the default");
}

static void
test_bad(void)
{
	static const struct {
		const char *name, *value, *says;
	} bad[] = {
		{ "bye", "day",
		    "there is no parameter \"bye\" here; there are: q, list, by, kinds, from and n" },
		{ "by", "week", "by: \"week\" is not one of minute, hour or day" },
		{ "kinds", "day,week", "kinds: \"week\" is not one of minute, hour or day" },
		{ "list", "a,,b", "list: \"a,,b\" is not a list: items, with a comma between two" },
		{ "from", "yesterday",
		    "from: \"yesterday\" is not a time such as 2026-11-03T10:31:07Z or 2026-11-03" },
		{ "n", "0", "n: \"0\" is not a whole number from 1 to 500" },
		{ "n", "501", "n: \"501\" is not a whole number from 1 to 500" },
		{ "n", "-1", "n: \"-1\" is not a whole number from 1 to 500" },
		{ "q", "a\x1b[31m", "q: has characters that cannot be shown" },
		{ "q", "a\xff", "q: has characters that cannot be shown" },
		{ "q\n", "a",
		    "there is no parameter \"(not readable)\" here; there are: q, list, by, kinds, from and n" },
	};
	struct rep_err err;
	struct asked a;

	for (size_t i = 0; i < REP_COUNT(bad); i++) {
		is_int(
		    read_one(bad[i].name, bad[i].value, &a, &err), REP_EUSAGE, "%zu is refused", i);
		is_str(rep_str_c(err.msg), bad[i].says, "%zu says what was expected", i);
	}
}

static void
test_limits(void)
{
	struct rep_param twice[] = { { REP_S("by"), REP_S("day") }, { REP_S("by"), REP_S("day") } };
	char text[REP_PARAM_BYTES_MAX + 2];
	struct rep_err err;
	struct asked a;

	is_int(rep_params_read(twice, 2, rows, REP_COUNT(rows), &a, &err), REP_EUSAGE,
	    "twice is refused");
	is_str(rep_str_c(err.msg), "by is there twice; once is expected", "twice says so");
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	is_int(read_one("q", text, &a, &err), REP_EUSAGE, "one byte too long");
	text[REP_PARAM_BYTES_MAX] = '\0';
	is_int(read_one("q", text, &a, &err), REP_OK, "the longest value");
	for (size_t i = 0; i < 2 * REP_PARAM_LIST_MAX; i++)
		text[i] = i % 2 == 0 ? 'a' : ',';
	text[2 * REP_PARAM_LIST_MAX - 1] = '\0';
	is_int(read_one("list", text, &a, &err), REP_OK, "the longest list");
	is_int((int64_t)a.list.n, REP_PARAM_LIST_MAX, "all of its items");
	memcpy(text + 2 * REP_PARAM_LIST_MAX - 1, ",a", 3);
	is_int(read_one("list", text, &a, &err), REP_EUSAGE, "one item too many");
	is_int(rep_params_read(twice, 1, NULL, 0, &a, &err), REP_EUSAGE, "none is known");
	is_str(rep_str_c(err.msg), "there is no parameter \"by\" here; there is none at all",
	    "none is known: it says so");
}

int
main(void)
{
	test_good();
	test_bad();
	test_limits();
	return done();
}
