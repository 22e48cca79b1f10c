/*
 * Stories with errors: each error is reported with its line, and nothing crashes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "story.h"
#include "tap.h"

#define GOOD "title t\nabout block\nat 2026-01-05T00:00:00Z\nexpect no incident\n"

static const struct {
	const char *name, *text, *says;
} rows[] = {
	{ "a good one", GOOD, NULL },
	{ "comments and blank lines", "# x\n\n" GOOD "  # y\n", NULL },
	{ "no title", "about block\nexpect no incident\n", "s: a story needs a title" },
	{ "about nothing", "title t\nexpect no incident\n", "a story needs \"about PIECE\"" },
	{ "expects nothing", "title t\nabout block\n", "a story needs something that is expected" },
	{ "unknown verb", "title t\nanswr all timeout\n",
	    "s:2: no verb \"answr\"; did you mean \"answer\"?" },
	{ "an open quote", "title t\nanswer all \"550 x at mail\n", "s:2: a quote without an end" },
	{ "complaints to nobody", "complaints gogle 4\n", "s:1: no provider \"gogle\"" },
	{ "complaints without a number", "complaints google many\n",
	    "s:1: \"many\" is no number of complaints" },
	{ "no complaint", "complaints google 0\n", "s:1: \"0\" is no number of complaints" },
	{ "reported by nobody", "reported gogle x.example via a 1 dkim 1 spf 1 for 1d\n",
	    "s:1: no provider \"gogle\"" },
	{ "more passed than there was", "reported google x.example via a 1 dkim 2 spf 1 for 1d\n",
	    "s:1: reported PROVIDER DOMAIN via OUT N dkim N spf N for SPAN was expected" },
	{ "no time", "at noon\n", "s:1: \"noon\" is no time; 2026-01-05T10:00:00Z was expected" },
	{ "no span", "+10x\n", "s:1: \"+10x\" is no span; +10m, +5h, +1d12h were expected" },
	{ "no rate", "mail many from a@b to google\n",
	    "s:1: \"many\" is no rate; 40/h was expected" },
	{ "a rate of nothing", "mail 0/h from a@b to google\n", "s:1: \"0/h\" is no rate" },
	{ "mail to nobody", "mail 4/h from a@b\n", "s:1: mail needs from ADDRESS and to PROVIDER" },
	{ "an unknown provider", "mail 4/h from a@b to gogle\n", "s:1: no provider \"gogle\"" },
	{ "a word too many", "mail 4/h from a@b to google quickly\n",
	    "s:1: mail: \"quickly\" was not expected" },
	{ "no answer", "answer google\n", "s:1: answer needs a \"reply\"" },
	{ "a reply without a stage", "answer google \"550 no\"\n",
	    "s:1: a reply begins with its code and needs \"at STAGE\"" },
	{ "a reply without a code", "answer google \"no\" at mail\n",
	    "s:1: a reply begins with its code" },
	{ "no such stage", "answer google \"550 no\" at dinner\n",
	    "s:1: at connect, ehlo, mail, rcpt, data or dot was expected" },
	{ "over a hundred percent", "answer google 101% timeout\n", "s:1: answer: \"101%\"" },
	{ "no address", "address out-a here\n", "s:1: address LABEL IP was expected" },
	{ "an expectation nobody knows", "expect incidnt\n",
	    "s:1: \"incidnt\" cannot be expected here; did you mean \"incident\"?" },
	{ "a field nobody knows", "expect incident provder=google\n",
	    "s:1: an incident has no \"provder\"; did you mean \"provider\"?" },
	{ "no such class", "expect incident class=cross\n", "s:1: \"cross\" does not fit class" },
	{ "returns in words", "expect incident returns=twice\n",
	    "s:1: \"twice\" does not fit returns" },
	{ "no such cause", "expect cause rage likeliest\n",
	    "s:1: no cause \"rage\"; did you mean \"range\"?" },
	{ "a cause with no word", "expect cause range perhaps\n", "s:1: likeliest, almost-surely" },
	{ "why alone", "expect why\n", "s:1: contains \"..\" or lacks \"..\" was expected" },
	{ "no such state", "expect state a google ill\n", "s:1: SOURCE PROVIDER and well" },
	{ "a number of evidence", "expect 3 evidence stage\n",
	    "s:1: \"evidence\" cannot be expected here" },
	{ "words behind the end", "mark a b\n", "s:1: \"b\" was not expected here" },
	{ "bytes that are no text", "\x01\xff \"\\\n", "s:1: a quote without an end" },
};

int
main(void)
{
	struct rep_err err = { .msg = "" };
	struct story st;

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct rep_arena *a = rep_arena_new(16 << 20);
		enum rep_rc rc = story_parse("s", rep_str_c(rows[i].text), a, &st, &err);

		if (!ok(rows[i].says == NULL
			    ? rc == REP_OK
			    : rc != REP_OK && strstr(err.msg, rows[i].says) != NULL,
			"%s", rows[i].name))
			printf("#  got %d \"%s\"\n", (int)rc, err.msg);
		story_free(&st);
		rep_arena_free(a);
	}
	return done();
}
