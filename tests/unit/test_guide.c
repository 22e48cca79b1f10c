/*
 * unit/test_guide.c -- guides: reading them, their problems, and finding them by words.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "know/know.h"
#include "tap.h"

#include <stdlib.h>

#define HEAD "guide a\ntitle A thing\nsummary In short.\n"
#define WHAT "\n[what]\nIt is.\n"
#define TODO "\n[do]\n* Do it.\n"
#define VIEW "\n[view]\nwho W\nkind document\nsince 2026\nsure certain\nsays It is so.\nsource S\n"

static struct rep_arena *arena;

struct told {
	char text[4000];
	size_t n;
	unsigned lines;
};

static void
tell(void *ctx, const char *sentence)
{
	struct told *t = ctx;
	int n = snprintf(t->text + t->n, sizeof t->text - t->n, "%s\n", sentence);

	if (n > 0 && (size_t)n < sizeof t->text - t->n)
		t->n += (size_t)n;
	t->lines++;
}

static enum rep_rc
parse(const char *text, struct rep_guide *g, struct told *t)
{
	struct rep_err err;
	unsigned bad = 99;
	enum rep_rc rc;

	*t = (struct told){ .n = 0 };
	*g = (struct rep_guide){ .line = 0 };
	rc = rep_guide_parse("g.guide", rep_str_c(text), arena, g, tell, t, &bad, &err);
	if (rc == REP_OK || rc == REP_ENOTFOUND)
		is_int(bad, t->lines, "every problem is told once");
	return rc;
}

/*
 * --- errors: reported with their place, and the rest is used -----------------------------------
 */

static const struct {
	const char *name, *text, *problem;
	bool left; /* the guide is used in spite of the problem */
} errors[] = {
	{ "field", HEAD "topcs b\n" WHAT TODO VIEW,
	    "g.guide:4:1: no field \"topcs\"; did you mean \"topics\"?", true },
	{ "a field of nothing near", HEAD "elephants 3\n" WHAT TODO VIEW,
	    "g.guide:4:1: no field \"elephants\"; expected guide, title, summary, "
	    "topics, classes or see",
	    true },
	{ "field twice", HEAD "title B\n" WHAT TODO VIEW,
	    "g.guide:4:1: \"title\" was given already", true },
	{ "no value", HEAD "topics\n" WHAT TODO VIEW, "g.guide:4:1: \"topics\" needs a value",
	    true },
	{ "indented at the start", "  guide a\n" HEAD WHAT TODO VIEW,
	    "g.guide:1:3: expected a field at the start of the line", true },
	{ "name", "guide A b\ntitle A\nsummary s\n" WHAT TODO VIEW,
	    "g.guide:1:7: \"A b\" is not a name: expected small letters, digits, '-' and '.'",
	    false },
	{ "no name", "title A\nsummary s\n" WHAT TODO VIEW,
	    "g.guide:1:1: the guide lacks guide, so it is ignored", false },
	{ "no title", "guide a\nsummary s\n" WHAT TODO VIEW,
	    "g.guide:1:1: the guide lacks title, so it is ignored", false },
	{ "no summary", "guide a\ntitle A\n" WHAT TODO VIEW,
	    "g.guide:1:1: the guide lacks summary, so it is ignored", false },
	{ "no what", HEAD TODO VIEW, "g.guide:1:1: the guide lacks [what], so it is ignored",
	    false },
	{ "no do", HEAD WHAT VIEW, "g.guide:1:1: the guide lacks [do], so it is ignored", false },
	{ "no view", HEAD WHAT TODO,
	    "g.guide:1:1: the guide has no view that says who holds it, so it is ignored", false },
	{ "empty between commas", HEAD "topics b, , c\n" WHAT TODO VIEW,
	    "g.guide:4:8: expected a word between the commas", true },
	{ "class", HEAD "classes blokked\n" WHAT TODO VIEW,
	    "g.guide:4:9: no class \"blokked\"; did you mean \"blocked\"?", true },
	{ "section", HEAD WHAT TODO "[whay]\nx\n" VIEW,
	    "g.guide:10:2: no section \"whay\"; did you mean \"what\"?", true },
	{ "section not closed", HEAD WHAT TODO "[why\nx\n" VIEW,
	    "g.guide:10:1: the '[' that opens here is not closed on its line", true },
	{ "section twice", HEAD WHAT TODO "[what]\nx\n" VIEW,
	    "g.guide:10:1: [what] is already on line 5", true },
	{ "section with nothing in it", HEAD WHAT TODO "[why]\n" VIEW,
	    "g.guide:10:1: [why] is empty", true },
	{ "item without words", HEAD WHAT TODO "*\n" VIEW,
	    "g.guide:10:1: expected words after the '*'", true },
	{ "kind", HEAD WHAT TODO VIEW "[view]\nwho X\nkind expret\n",
	    "g.guide:20:6: no kind \"expret\"; did you mean \"expert\"?", true },
	{ "sure", HEAD WHAT TODO VIEW "[view]\nwho X\nsure mostly-so\n",
	    "g.guide:20:6: no word for how sure \"mostly-so\"; expected certain, likely or uncertain",
	    true },
	{ "date", HEAD WHAT TODO VIEW "[view]\nsince 2026-13\n",
	    "g.guide:19:7: \"2026-13\" is not a date: expected 2026, 2026-06 or 2026-06-08", true },
	{ "date in words", HEAD WHAT TODO VIEW "[view]\nsince last May\n",
	    "g.guide:19:7: \"last May\" is not a date", true },
	{ "date and a word", HEAD WHAT TODO VIEW "[view]\nsince 2026 seen\n",
	    "g.guide:19:7: \"2026 seen\" is not a date", true },
	{ "url", HEAD WHAT TODO VIEW "[view]\nurl ftp://x\n",
	    "g.guide:19:5: \"ftp://x\": expected an https: or mailto: address", true },
	{ "view without source",
	    HEAD WHAT TODO VIEW "[view]\nwho X\nkind expert\nsince 2026\nsure likely\nsays y\n",
	    "g.guide:18:1: this view lacks source, so it is ignored", true },
	{ "view without date",
	    HEAD WHAT TODO VIEW "[view]\nwho X\nkind expert\nsure likely\nsays y\nsource z\n",
	    "g.guide:18:1: this view lacks since, so it is ignored", true },
	{ "field of a view", HEAD WHAT TODO VIEW "[view]\nwhom X\n",
	    "g.guide:19:1: no field \"whom\"; did you mean \"who\"?", true },
	{ "control character", HEAD WHAT "a\033[2Jb\n" TODO VIEW,
	    "g.guide:7:2: a byte that is not text; the line is ignored", true },
	{ "no UTF-8",
	    HEAD WHAT "a\xff"
		      "b\n" TODO VIEW,
	    "g.guide:7:2: a byte that is not text; the line is ignored", true },
};

static void
test_errors(void)
{
	for (size_t i = 0; i < REP_COUNT(errors); i++) {
		struct rep_guide g;
		struct told t;
		enum rep_rc rc = parse(errors[i].text, &g, &t);

		ok(strncmp(t.text, errors[i].problem, strlen(errors[i].problem)) == 0 ||
			strstr(t.text, errors[i].problem) != NULL,
		    "%s: told", errors[i].name);
		if (strstr(t.text, errors[i].problem) == NULL)
			printf("#  got %s#  want %s\n", t.text, errors[i].problem);
		is_int(rc, errors[i].left ? REP_OK : REP_ENOTFOUND, "%s: the rest is %s",
		    errors[i].name, errors[i].left ? "used" : "no guide");
		if (errors[i].left)
			ok(g.views_n == 1 && g.section[REP_GUIDE_WHAT].n >= 1 &&
				g.section[REP_GUIDE_DO].n == 1 &&
				rep_str_eq(g.title, REP_S("A thing")),
			    "%s: all valid is there", errors[i].name);
	}
}

/* --- what is read --------------------------------------------------------------------------- */

static const char whole[] = "# a comment\r\n"
			    "guide   rdns\r\n"
			    "title   Reverse\n"
			    "        DNS\n"
			    "topics  PTR, Reverse  DNS, reverse_dns,\n"
			    "        fcrdns\n"
			    "classes identity, listed\n"
			    "summary One  line.\n"
			    "see     spf\n"
			    "[ what ]\n"
			    "One\n"
			    "two.\n"
			    "# between\n"
			    "three.\n"
			    "\n"
			    "Four.\n"
			    "\n"
			    "    paste one\n"
			    "\n"
			    "      paste two\n"
			    "\ttab\n"
			    "Five.\n"
			    "[do]\n"
			    "* First,\n"
			    "  with more.\n"
			    "\n"
			    "  Under it.\n"
			    "\n"
			    "Not under it.\n"
			    "* Second.\n"
			    "    x\n"
			    "[view]\n"
			    "who    W\n"
			    "kind   experience\n"
			    "since  2026-06-08 read\n"
			    "sure   uncertain\n"
			    "\n"
			    "says   a\n"
			    "       b\n"
			    "url    https://example.com/";

static void
test_whole(void)
{
	static const struct {
		enum rep_guide_section s;
		enum rep_guide_block_kind kind;
		const char *text;
	} blocks[] = {
		{ REP_GUIDE_WHAT, REP_BLOCK_TEXT, "One two. three." },
		{ REP_GUIDE_WHAT, REP_BLOCK_TEXT, "Four." },
		{ REP_GUIDE_WHAT, REP_BLOCK_PASTE, "paste one\n\n  paste two\ntab" },
		{ REP_GUIDE_WHAT, REP_BLOCK_TEXT, "Five." },
		{ REP_GUIDE_DO, REP_BLOCK_ITEM, "First, with more." },
		{ REP_GUIDE_DO, REP_BLOCK_MORE, "Under it." },
		{ REP_GUIDE_DO, REP_BLOCK_TEXT, "Not under it." },
		{ REP_GUIDE_DO, REP_BLOCK_ITEM, "Second." },
		{ REP_GUIDE_DO, REP_BLOCK_PASTE, "x" },
	};
	static const char *const topics[] = { "rdns", "ptr", "reverse-dns", "fcrdns" };
	size_t at[REP_GUIDE_SECTIONS] = { 0 };
	struct rep_guide g;
	struct told t;

	is_int(parse(whole, &g, &t), REP_OK, "a whole guide is read");
	is_int(t.lines, 0, "without a word");
	is_str(g.name, "rdns", "name");
	is_str(g.title, "Reverse DNS", "a field goes on over indented lines");
	is_str(g.summary, "One  line.", "summary");
	is_int((int64_t)g.topics_n, REP_COUNT(topics), "topics, each once");
	for (size_t i = 0; i < REP_COUNT(topics) && i < g.topics_n; i++)
		is_str(g.topics[i], topics[i], "topic %s", topics[i]);
	ok(g.see_n == 1 && rep_str_eq(g.see[0], REP_S("spf")), "see");
	is_int(g.classes, 1 << REP_CLASS_IDENTITY | 1 << REP_CLASS_LISTED, "classes");
	for (size_t i = 0; i < REP_COUNT(blocks); i++) {
		size_t n = at[blocks[i].s]++;

		if (!ok(n < g.section[blocks[i].s].n, "block %zu is there", i))
			continue;
		is_int(g.section[blocks[i].s].v[n].kind, blocks[i].kind, "kind of block %zu", i);
		is_str(g.section[blocks[i].s].v[n].text, blocks[i].text, "text of block %zu", i);
	}
	is_int((int64_t)g.section[REP_GUIDE_WHAT].n, 4, "nothing more in [what]");
	is_int((int64_t)g.section[REP_GUIDE_DO].n, 5, "nothing more in [do]");
	if (!ok(g.views_n == 1, "one view"))
		return;
	is_str(g.views[0].says, "a b", "says; an empty line between fields does not matter");
	is_str(g.views[0].since, "2026-06-08", "since");
	ok(g.views[0].read_then, "it is the day of reading");
	is_int(g.views[0].sure, REP_SURE_UNCERTAIN, "sure");
	is_str(g.views[0].source, "from experience", "experience needs no source");
	is_str(g.views[0].url, "https://example.com/", "url, without an end of line");
	ok(rep_guide_has_topic(&g, REP_S("Reverse DNS")) &&
		rep_guide_has_topic(&g, REP_S(" RDNS ")) && !rep_guide_has_topic(&g, REP_S("dns")),
	    "topics are found whatever their spelling");
}

static void
test_limits(void)
{
	size_t n = (64 << 10) + 1;
	char *big = calloc(1, n + 1);
	struct rep_guide g;
	struct rep_err err;
	unsigned bad;

	if (big == NULL)
		return;
	memset(big, 'a', n);
	is_int(rep_guide_parse(
		   "g.guide", (struct rep_str){ big, n }, arena, &g, NULL, NULL, &bad, &err),
	    REP_ELIMIT, "a file that is too large");
	is_int(rep_guide_parse(
		   "g.guide", (struct rep_str){ big, n - 1 }, arena, &g, NULL, NULL, &bad, &err),
	    REP_ENOTFOUND, "one that is just not too large, and nonsense");
	free(big);
}

/* --- in know ------------------------------------------------------------------------------------ */

static struct rep_know *
house(const char *const *texts, size_t n, struct told *t)
{
	struct rep_know *k = rep_know_new();
	char name[16];
	struct rep_err err;
	unsigned bad;

	*t = (struct told){ .n = 0 };
	for (size_t i = 0; i < n; i++) {
		snprintf(name, sizeof name, "%zu.guide", i);
		if (rep_know_add(k, name, rep_str_c(texts[i]), tell, t, &bad, &err) != REP_OK)
			printf("#  %s\n", err.msg);
	}
	return k;
}

#define G(name, title, more, text)                                                            \
	"guide " name "\ntitle " title "\nsummary s\n" more "\n[what]\n" text "\n[do]\n* d\n" \
	"[view]\nwho w\nkind document\nsince 2026\nsure certain\nsays so\nsource s\n"

static void
test_house(void)
{
	static const char *const texts[] = { G("spf", "One", "topics sender\n", "x"),
		G("s140", "Two", "classes blocked\n", "x"),
		G("spf", "Three", "topics other\nsee nowhere\n", "x"),
		G("four", "Four", "topics s140, x775\nclasses throttled\n", "x") };
	static const struct {
		const char *rule;
		enum rep_class class;
		const char *guide;
	} rules[] = { { "p.s140", REP_CLASS_CONTENT, "s140" },
		{ "p.x775", REP_CLASS_BLOCKED, "four" },
		{ "p.no-spf", REP_CLASS_AUTHENTICATION, "spf" },
		{ "p.no-spf", REP_CLASS_THROTTLED, "four" }, { "p.spf", REP_CLASS_POLICY, NULL },
		{ "p.any", REP_CLASS_BLOCKED, "s140" }, { "p.any", REP_CLASS_TLS, NULL } };
	struct told t;
	struct rep_know *k = house(texts, REP_COUNT(texts), &t);

	is_int((int64_t)rep_know_guides_n(k), 3, "a guide of the same name replaces the first");
	is_str(rep_know_guide_at(k, 0)->title, "Three", "in its place");
	ok(rep_know_guide(k, REP_S("sender")) == NULL, "with its topics");
	ok(rep_know_guide(k, REP_S("SPF")) == rep_know_guide_at(k, 0), "found by name");
	is_str(rep_know_guide(k, REP_S("s140"))->title, "Two", "a name comes before a topic");
	is_int(rep_know_guides_check(k, tell, &t), 2, "what does not hold between guides");
	ok(strstr(t.text,
	       "2.guide:1:1: its \"see\" names a guide that does not exist: \"nowhere\"") != NULL,
	    "see leads nowhere");
	ok(strstr(t.text,
	       "3.guide:1:1: it claims the topic \"s140\", which is a topic of guide s140") != NULL,
	    "a topic of two");
	for (size_t i = 0; i < REP_COUNT(rules); i++) {
		struct rep_rule r = { .id = rep_str_c(rules[i].rule), .class = rules[i].class };
		const struct rep_guide *g = rep_know_guide_of_rule(k, &r);

		is_str(g != NULL ? g->name : REP_S(""),
		    rules[i].guide != NULL ? rules[i].guide : "", "the guide of rule %s, class %s",
		    rules[i].rule, rep_class_word(rules[i].class));
	}
	rep_know_free(k);
}

/* --- by words ------------------------------------------------------------------------------------- */

static const struct {
	const char *words;
	const char *found; /* names, best first; "!" after one that is shown alone */
} finds[] = {
	{ "junk", "junk! feedback" },
	{ "my mail goes to junk", "junk! feedback" },
	{ "JUNKED", "junk! feedback" },
	{ "reverse dns aws", "names cloud" },
	{ "throttles", "slow!" },
	{ "throttling throttled throttle", "slow!" },
	{ "address", "names cloud" },
	{ "addresses", "names cloud" },
	{ "policies", "slow!" },
	{ "5.7.515", "names!" },
	{ "cloud elephants", "cloud!" },
	{ "cloud elephants tigers", "" },
	{ "trumpet", "slow!" }, /* only in the text, but all of the words */
	{ "trumpet elephants", "" },
	{ "the my of", "" },
	{ "", "" },
	{ "--- ... !!!", "" },
};

static void
test_finds(void)
{
	static const char *const texts[] = { G("junk", "Lands in junk", "topics spam folder\n",
						 "junk"),
		G("feedback", "Reports", "topics junk reports\n", "x"),
		G("names", "The name of an address", "topics reverse dns, 5.7.515\n",
		    "On AWS too."),
		G("cloud", "Clean addresses refused", "topics aws\n", "Reverse names. DNS. cloud"),
		G("slow", "Throttling", "topics policy\n", "A trumpet.") };
	struct told t;
	struct rep_know *k = house(texts, REP_COUNT(texts), &t);

	is_int(t.lines, 0, "the guides are good");
	for (size_t i = 0; i < REP_COUNT(finds); i++) {
		struct rep_guide_hit hits[REP_GUIDE_HITS];
		size_t n = rep_know_guides_find(k, rep_str_c(finds[i].words), hits), at = 0;
		char got[200] = "";

		for (size_t h = 0; h < n; h++)
			at += (size_t)snprintf(got + at, sizeof got - at, "%s%.*s%s",
			    h > 0 ? " " : "", REP_PR(hits[h].guide->name),
			    h == 0 && rep_guides_clear(hits, n) ? "!" : "");
		is_str(rep_str_c(got), finds[i].found, "words \"%s\"", finds[i].words);
		for (size_t h = 1; h < n; h++)
			ok(hits[h - 1].score >= hits[h].score, "best first");
	}
	rep_know_free(k);
}

static void
test_builtin(void)
{
	struct rep_know *k = rep_know_new();
	struct told t = { .n = 0 };
	struct rep_err err;

	is_int(rep_know_add_builtin(k, &err), REP_OK, "the built-in files are good");
	is_int(rep_know_guides_check(k, tell, &t), 0, "and hold together");
	printf("%s%s", t.n > 0 ? "#  " : "", t.text);
	ok(rep_know_guides_n(k) >= 21, "there are guides");
	rep_know_free(k);
}

int
main(void)
{
	arena = rep_arena_new(64 << 20);
	test_errors();
	test_whole();
	test_limits();
	test_house();
	test_finds();
	test_builtin();
	rep_arena_free(arena);
	return done();
}
