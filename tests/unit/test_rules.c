/*
 * unit/test_rules.c -- the language of rules and providers: reading, errors, and which rule wins.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "know/know.h"
#include "tap.h"

#include <stdlib.h>

static const char providers[] =
    "provider acme { name \"Acme Mail\"; mx .mx.acme.example; domains acme.example }\n"
    "provider bolt { mx .bolt.example in.*.bolt.test; domains bolt.example bolt.test }\n"
    "provider pipe { kind route; mx relay.example }\n";

/* What every rule must have, and no test checks. */
#define REST "meaning \"m\"; source \"s\"; certain yes; "

struct told {
	char text[4000];
	size_t n, lines;
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

/* Up to three files, in this order: providers, a.rules, b.rules. */
static struct rep_know *
load(const char *a, const char *b, struct told *t, unsigned *bad)
{
	struct rep_know *k = rep_know_new();
	struct rep_err err = { .msg = "" };
	unsigned n;

	*t = (struct told){ .n = 0 };
	*bad = 0;
	if (rep_know_add(k, "p.providers", rep_str_c(providers), tell, t, &n, &err) != REP_OK ||
	    n != 0 || rep_know_add(k, "a.rules", rep_str_c(a), tell, t, &n, &err) != REP_OK)
		goto out;
	*bad += n;
	n = 0;
	if (b != NULL && rep_know_add(k, "b.rules", rep_str_c(b), tell, t, &n, &err) != REP_OK)
		goto out;
	*bad += n;
	if (rep_know_ready(k, &err) == REP_OK)
		return k;
out:
	printf("#  %s\n", err.msg);
	rep_know_free(k);
	return NULL;
}

/* --- errors ----------------------------------------------------------------------------------- */

/* The file, and its error. A rule `any.rest` after the error must be in force all the same. */
static const struct {
	const char *name, *text, *problem;
} errors[] = {
	{ "class", "speaker any\nrule x {\n\ttoken AAA-1\n\tclass blokked\n\t" REST "\n}",
	    "a.rules:4:8: no class \"blokked\"; did you mean \"blocked\"?" },
	{ "scope", "speaker any\nrule x { token AAA-1; class blocked\n scope subnett; " REST "}",
	    "a.rules:3:8: no scope \"subnett\"; did you mean \"subnet\"?" },
	{ "stage", "speaker any\nrule x { token AAA-1; class blocked; stage conect; " REST "}",
	    "a.rules:2:44: no stage \"conect\"; did you mean \"connect\"?" },
	{ "retry", "speaker any\nrule x { token AAA-1; class blocked; retry slow; " REST "}",
	    "a.rules:2:44: no retry advice \"slow\"; did you mean \"slower\"?" },
	{ "how long",
	    "speaker any\nrule x { token AAA-1; class blocked; retry slower 2x; " REST "}",
	    "a.rules:2:51: \"2x\" is not a length of time" },
	{ "cause", "speaker any\nrule x { token AAA-1; class blocked; cause hygene; " REST "}",
	    "a.rules:2:44: no cause \"hygene\"; did you mean \"hygiene\"?" },
	{ "certain",
	    "speaker any\nrule x { token AAA-1; class blocked; meaning m; source s; certain maybe }",
	    "a.rules:2:67: \"maybe\": expected yes or no" },
	{ "code", "speaker any\nrule x { token AAA-1; class blocked; code 55; " REST "}",
	    "a.rules:2:43: \"55\" is not a reply code" },
	{ "code of another class",
	    "speaker any\nrule x { class blocked; token AAA-1; code 650; " REST "}",
	    "a.rules:2:43: \"650\" is not a reply code" },
	{ "enhanced", "speaker any\nrule x { token AAA-1; class blocked; enhanced 5.7; " REST "}",
	    "a.rules:2:47: \"5.7\" is not an enhanced code" },
	{ "range backwards",
	    "speaker any\nrule x { token AAA-1; class blocked; enhanced 5.7.9-3; " REST "}",
	    "a.rules:2:47: \"5.7.9-3\" is not an enhanced code" },
	{ "url", "speaker any\nrule x { token AAA-1; class blocked; url ftp://x; " REST "}",
	    "a.rules:2:42: \"ftp://x\": expected an https: or mailto: address" },
	{ "field", "speaker any\nrule x { token AAA-1; class blocked; remdy r; " REST "}",
	    "a.rules:2:38: no field \"remdy\"; did you mean \"remedy\"?" },
	{ "a field of nothing near",
	    "speaker any\nrule x { token AAA-1; class blocked; elephants 1; " REST "}",
	    "a.rules:2:38: no field \"elephants\"\n" },
	{ "no value", "speaker any\nrule x { token AAA-1; class blocked; url; " REST "}",
	    "a.rules:2:38: \"url\" needs a value" },
	{ "words without quotes",
	    "speaker any\nrule x { token AAA-1; class blocked; remedy do this; " REST "}",
	    "a.rules:2:48: \"remedy\" takes 1 value; more words follow" },
	{ "short token", "speaker any\nrule x { token A1 AAA-1; class blocked; " REST "}",
	    "a.rules:2:16: a token needs at least three characters" },
	{ "short pattern", "speaker any\nrule x { text \"a*b\" abc; class blocked; " REST "}",
	    "a.rules:2:15: a pattern needs at least three literal" },
	{ "short unless",
	    "speaker any\nrule x { text abc; unless \"<code>\"; class blocked; " REST "}",
	    "a.rules:2:27: a pattern needs at least three literal" },
	{ "short capture",
	    "speaker any\nrule x { text abc; capture \"<code>\"; class blocked; " REST "}",
	    "a.rules:2:28: a pattern needs at least three literal" },
	{ "no class", "speaker any\nrule x { token AAA-1; " REST "}",
	    "a.rules:2:1: rule any.x lacks class" },
	{ "no meaning", "speaker any\nrule x { token AAA-1; class blocked; source s; certain no }",
	    "a.rules:2:1: rule any.x lacks meaning" },
	{ "no source", "speaker any\nrule x { token AAA-1; class blocked; meaning m; certain no }",
	    "a.rules:2:1: rule any.x lacks source" },
	{ "no certain", "speaker any\nrule x { token AAA-1; class blocked; meaning m; source s }",
	    "a.rules:2:1: rule any.x lacks certain" },
	{ "nothing to match", "speaker any\nrule x { class blocked; " REST "}",
	    "a.rules:2:1: rule any.x lacks anything to match" },
	{ "two names", "speaker any\nrule x y { token AAA-1; class blocked; " REST "}",
	    "a.rules:2:1: a rule has one name" },
	{ "no name", "speaker any\nrule { token AAA-1; class blocked; " REST "}",
	    "a.rules:2:1: a rule has one name" },
	{ "no speaker", "rule x { token AAA-1; class blocked; " REST "}",
	    "a.rules:1:1: a \"speaker\" line must come before" },
	{ "speaker of nobody", "speaker\nspeaker any", "a.rules:1:1: who speaks?" },
	{ "speaker misspelt", "speaker provder acme\nspeaker any",
	    "a.rules:1:9: no speaker \"provder\"; did you mean \"provider\"?" },
	{ "speaker without id", "speaker provider\nspeaker any",
	    "a.rules:1:9: \"provider\" needs an id after it" },
	{ "any with an id", "speaker any acme\nspeaker any", "a.rules:1:9: \"any\" takes no id" },
	{ "statement", "speaker any\nruel x { token AAA-1 }",
	    "a.rules:2:1: no statement \"ruel\"; did you mean \"rule\"?" },
	{ "rule without a block", "speaker any\nrule x", "a.rules:2:1: no statement \"rule\"" },
	{ "block in a block",
	    "speaker any\nrule x { more { token BBB-1; class listed }; token AAA-1; class blocked; " REST
	    "}",
	    "a.rules:2:10: no block is expected here" },
	{ "open quote", "speaker any\nrule x { text \"abc\n}",
	    "a.rules:2:15: the quote that opens here is not closed" },
	{ "brace too many", "speaker any\n}", "a.rules:2:1: a '}' without its '{'" },
	{ "twice",
	    "speaker any\nrule x { token AAA-1; class blocked; " REST "}\n"
	    "rule x { token AAA-2; class listed; " REST "}",
	    "a.rules:3:1: rule any.x is already on line 2" },
};

static void
test_errors(void)
{
	char text[2000];
	struct told t;
	unsigned bad;

	for (size_t i = 0; i < REP_COUNT(errors); i++) {
		struct rep_know *k;
		bool same;

		snprintf(text, sizeof text,
		    "%s\nspeaker any\nrule rest { token THE-REST; class listed; " REST "}\n",
		    errors[i].text);
		k = load(text, NULL, &t, &bad);
		same = k != NULL && strstr(t.text, errors[i].problem) == t.text &&
		    rep_know_rule(k, REP_S("any.rest")) != NULL && bad == t.lines;
		if (!ok(same, "error: %s; the rest is used", errors[i].name))
			printf("#  bad %u, lines %zu: %s\n", bad, t.lines, t.text);
		rep_know_free(k);
	}
}

/* A file that ends inside a block: the error is reported, and what came before is used. */
static void
test_cut_file(void)
{
	static const char text[] = "speaker any\nrule whole { token AAA-1; class blocked; " REST
				   "}\nrule x { token BBB-1; class blocked;\n";
	struct told t;
	unsigned bad;
	struct rep_know *k = load(text, NULL, &t, &bad);

	ok(k != NULL && bad > 0 &&
		strstr(t.text, "a.rules:4: the file ends inside a block") != NULL &&
		rep_know_rule(k, REP_S("any.whole")) != NULL,
	    "error: the file ends inside a block");
	rep_know_free(k);
}

static void
test_many_errors(void)
{
	struct told t;
	unsigned bad;
	struct rep_know *k =
	    load("speaker any\nrule x { clas blocked; scop url; token AAA-1; code 9xx; " REST "}\n"
		 "rule y { token ok; class url; " REST "}\nfoo\n",
		NULL, &t, &bad);

	is_int(bad, 7, "errors: every one is told");
	ok(k != NULL && rep_know_rules_n(k) == 0, "errors: such rules are left out");
	rep_know_free(k);
}

/* --- who wins --------------------------------------------------------------------------------- */

static const char *
rule_of(const struct rep_know *k, const char *host, const char *text, struct rep_reading *r)
{
	static char id[100];

	rep_know_read(k, rep_str_c(host), rep_str_c(text), r);
	snprintf(id, sizeof id, "%.*s", r->rule != NULL ? (int)r->rule->id.n : 0,
	    r->rule != NULL ? r->rule->id.p : "");
	return id;
}

static const char world[] =
    "speaker any\n"
    "defaults { class policy; scope message; " REST "}\n"
    "rule code { code 5xx }\n"
    "rule code-near { code 55x }\n"
    "rule enhanced { enhanced 5.7.* }\n"
    "rule enhanced-near { enhanced 5.7.20-29 }\n"
    "rule enhanced-one { enhanced 5.7.25 }\n"
    "rule class4or5 { enhanced x.2.2 }\n"
    "rule words { text \"refused by policy\" }\n"
    "rule words-longer { text \"refused*by policy of the house\" }\n"
    "rule words-at-rcpt { text \"refused by policy\"; stage rcpt }\n"
    "rule token { token ZZ-99 }\n"
    "rule not-here { text \"mailbox is full\"; unless \"disk\" }\n"
    "rule long-token { token \"a token much longer than the automaton looks\" }\n"
    "rule marked { token \"[AB12]\" }\n"
    "rule both { token TOK-7; text \"words of seven\" }\n"
    "rule with-enhanced { text \"quota of mails\"; enhanced 4.2.2 }\n"
    "rule perhaps { text \"may be so\"; certain no }\n"
    "speaker software filter\n"
    "defaults { class content; scope message; " REST "}\n"
    "rule words { text \"refused by policy\" }\n"
    "speaker provider acme\n"
    "defaults { class blocked; scope source; " REST "}\n"
    "rule words { text \"refused by policy\" }\n"
    "rule token { token ACME-1 }\n"
    "rule number { enhanced 5.7.606-649 }\n"
    "speaker provider bolt\n"
    "defaults { class throttled; scope source; " REST "}\n"
    "rule token { token BOLT-1; text \"bolt says slower\" }\n"
    "speaker own postfix\n"
    "defaults { class network; scope session; " REST "}\n"
    "rule refused { text \"connection refused\" }\n";

static const struct {
	const char *name, *host, *reply, *rule;
	bool certain;
} wins[] = {
	{ "code alone", "mx.x.example", "500 what", "any.code", true },
	{ "the nearer code", "mx.x.example", "551 what", "any.code-near", true },
	{ "a code of no rule", "mx.x.example", "451 what", "", false },
	{ "enhanced before code", "mx.x.example", "550 5.7.99 what", "any.enhanced", true },
	{ "the nearer enhanced code", "mx.x.example", "550 5.7.21 what", "any.enhanced-near",
	    true },
	{ "one enhanced code before a range", "mx.x.example", "550 5.7.25 w", "any.enhanced-one",
	    true },
	{ "x is 4 or 5: 4", "mx.x.example", "452 4.2.2 w", "any.class4or5", true },
	{ "x is 4 or 5: 5", "mx.x.example", "552 5.2.2 w", "any.class4or5", true },
	{ "enhanced code without a code", "mx.x.example", "5.7.25 w", "any.enhanced-one", true },
	{ "no reply at all", "mx.x.example", "", "", false },
	{ "the longer words", "mx.x.example", "550 refused now by policy of the house",
	    "any.words-longer", true },
	{ "software before any", "mx.x.example", "550 refused by policy", "filter.words", true },
	{ "provider before software", "a.mx.acme.example", "550 refused by policy", "acme.words",
	    true },
	{ "a host of that name", "MX.Acme.Example.", "550 refused by policy", "acme.words", true },
	{ "a host that only ends so", "notmx.acme.example", "550 refused by policy", "filter.words",
	    true },
	{ "a mail domain is no host", "acme.example", "550 refused by policy", "filter.words",
	    true },
	{ "a star is one label", "in.eu.bolt.test", "451 bolt says slower", "bolt.token", true },
	{ "and not two", "in.eu.west.bolt.test", "451 bolt says slower", "", false },
	{ "a token of another provider", "a.mx.acme.example", "550 BOLT-1", "any.code-near", true },
	{ "a token from a stranger is no worse than one from nobody", "mx.x.example", "550 ACME-1",
	    "acme.token", false },
	{ "a stranger's own words come first", "mx.x.example", "550 refused by policy ACME-1",
	    "filter.words", true },
	{ "a token when no host is known", "", "550 ACME-1", "acme.token", false },
	{ "words when no host is known", "", "451 bolt says slower", "", false },
	{ "any when no host is known", "", "550 ZZ-99", "any.token", false },
	{ "an uncertain rule", "mx.x.example", "550 may be so", "any.perhaps", false },
	{ "token before words", "mx.x.example", "550 refused by policy (zz-99)", "filter.words",
	    true },
	{ "token before longer words", "mx.x.example", "550 mailbox is full ZZ-99", "any.token",
	    true },
	{ "token within letters", "mx.x.example", "550 xZZ-99", "any.code-near", true },
	{ "token within digits", "mx.x.example", "550 ZZ-991", "any.code-near", true },
	{ "token between signs", "mx.x.example", "550 (ZZ-99)", "any.token", true },
	{ "token at both ends", "mx.x.example", "550 ZZ-99", "any.token", true },
	{ "the second time it stands alone", "mx.x.example", "550 ZZ-991 ZZ-99", "any.token",
	    true },
	{ "a long token", "mx.x.example", "550 A token much longer than the automaton looks",
	    "any.long-token", true },
	{ "a long token cut", "mx.x.example", "550 a token much longer than the automaton",
	    "any.code-near", true },
	{ "a token with signs at its ends", "mx.x.example", "550 x[AB12]y", "any.marked", true },
	{ "token or text: text", "mx.x.example", "550 words of seven", "any.both", true },
	{ "token or text: token", "mx.x.example", "550 tok-7", "any.both", true },
	{ "unless", "mx.x.example", "550 mailbox is full (disk)", "any.code-near", true },
	{ "not unless", "mx.x.example", "550 mailbox is full", "any.not-here", true },
	{ "enhanced code fits", "mx.x.example", "452 4.2.2 quota of mails", "any.with-enhanced",
	    true },
	{ "none was sent", "mx.x.example", "452 quota of mails", "any.with-enhanced", true },
	{ "another contradicts", "mx.x.example", "452 4.3.0 quota of mails", "", false },
	{ "a range needs its code", "a.mx.acme.example", "550 5.7.620 x", "acme.number", true },
	{ "below the range", "a.mx.acme.example", "550 5.7.605 x", "any.enhanced", true },
	{ "beyond the range", "a.mx.acme.example", "550 5.7.650 x", "any.enhanced", true },
	{ "own words", "", "connect to mx.x.example[192.0.2.1]:25: Connection refused",
	    "postfix.refused", true },
	{ "a remote reply with own words", "mx.x.example", "550 connection refused",
	    "any.code-near", true },
	{ "words told of, without a code", "", "refused by policy", "filter.words", false },
	{ "words told of by a known host", "a.mx.acme.example", "refused by policy", "acme.words",
	    true },
	{ "accepted needs no rule", "mx.x.example", "250 2.0.0 ZZ-99", "", true },
};

static void
test_wins(void)
{
	struct rep_reading r;
	struct told t;
	unsigned bad;
	struct rep_know *k = load(world, NULL, &t, &bad);

	is_int(bad, 0, "the world is right");
	for (size_t i = 0; k != NULL && i < REP_COUNT(wins); i++) {
		const char *id = rule_of(k, wins[i].host, wins[i].reply, &r);

		if (!ok(strcmp(id, wins[i].rule) == 0 && r.certain == wins[i].certain, "wins: %s",
			wins[i].name))
			printf(
			    "#  got \"%s\" certain %d, want \"%s\"\n", id, r.certain, wins[i].rule);
	}
	rep_know_free(k);
}

/* The stage counts only when it is known. */
static void
test_stage(void)
{
	static const char text[] = "speaker any\ndefaults { class policy; " REST "}\n"
				   "rule here { text \"not now\"; stage rcpt data }\n";
	struct rep_reading r;
	struct told t;
	unsigned bad;
	struct rep_know *k = load(text, NULL, &t, &bad);

	ok(strcmp(rule_of(k, "", "550 not now (in reply to RCPT TO command)", &r), "any.here") == 0,
	    "stage: the right one");
	ok(strcmp(rule_of(k, "", "550 not now (in reply to MAIL FROM command)", &r), "") == 0,
	    "stage: the wrong one");
	ok(strcmp(rule_of(k, "", "550 not now", &r), "any.here") == 0,
	    "stage: an unknown one passes");
	rep_know_free(k);
}

/* --- several files ------------------------------------------------------------------------------ */

static void
test_files(void)
{
	static const char first[] = "speaker any\ndefaults { class policy; " REST "}\n"
				    "rule x { token AAA-1 }\nrule y { text \"equal words\" }\n"
				    "rule y2 { text \"equal words\" }\nrule c { code 55x }\n"
				    "rule e { enhanced 5.1.1 }\n";
	static const char later[] = "speaker any\ndefaults { class listed; " REST "}\n"
				    "rule x { token BBB-1 }\nrule z { text \"equal words\" }\n"
				    "rule c2 { code 55x }\nrule e2 { enhanced 5.1.1 }\n";
	struct rep_reading r;
	struct told t;
	unsigned bad;
	struct rep_know *k = load(first, NULL, &t, &bad);

	ok(strcmp(rule_of(k, "mx.x.example", "550 equal words", &r), "any.y") == 0,
	    "files: within one the earlier wins");
	rep_know_free(k);
	k = load(first, later, &t, &bad);
	is_int(bad, 0, "files: the same id in a later file is no error");
	ok(strcmp(rule_of(k, "mx.x.example", "550 AAA-1", &r), "any.x") != 0,
	    "files: the rule of that id is replaced");
	ok(strcmp(rule_of(k, "mx.x.example", "550 BBB-1", &r), "any.x") == 0 &&
		r.class == REP_CLASS_LISTED && strcmp(r.rule->file, "b.rules") == 0,
	    "files: by the later one");
	is_int((int64_t)rep_know_rules_n(k), 8, "files: it is there once");
	ok(strcmp(rule_of(k, "mx.x.example", "550 equal words", &r), "any.z") == 0,
	    "files: of equals the later file's wins");
	ok(strcmp(rule_of(k, "mx.x.example", "551 hm", &r), "any.c2") == 0,
	    "files: also by code alone");
	ok(strcmp(rule_of(k, "mx.x.example", "450 5.1.1 hm", &r), "any.e2") == 0,
	    "files: also by enhanced code alone");
	rep_know_free(k);
}

static void
test_ties(void)
{
	static const struct {
		const char *name, *text;
		unsigned ties;
	} rows[] = {
		{ "same token", "rule x { token AAA-1 }\nrule y { token aaa-1 }", 1 },
		{ "same words", "rule x { text \"Some words\" }\nrule y { text \"some  WORDS\" }",
		    1 },
		{ "same codes", "rule x { code 550 }\nrule y { code 550 }", 1 },
		{ "codes apart",
		    "rule x { code 4xx; token AAA-1 }\nrule y { code 5xx; token AAA-1 }", 0 },
		{ "codes meet",
		    "rule x { code 55x; token AAA-1 }\nrule y { code 5x0; token AAA-1 }", 1 },
		{ "enhanced apart",
		    "rule x { enhanced 5.7.1-5; token AAA-1 }\nrule y { enhanced 5.7.6; token AAA-1 }",
		    0 },
		{ "enhanced meet",
		    "rule x { enhanced 5.7.1-6; token AAA-1 }\nrule y { enhanced x.7.6; token AAA-1 }",
		    1 },
		{ "any subject meets",
		    "rule x { enhanced 5.*.1; token AAA-1 }\nrule y { enhanced 5.7.1; token AAA-1 }",
		    1 },
		{ "more conditions", "rule x { token AAA-1 }\nrule y { code 5xx; token AAA-1 }",
		    0 },
		{ "stages apart",
		    "rule x { stage mail; token AAA-1 }\nrule y { stage rcpt; token AAA-1 }", 0 },
		{ "other speakers",
		    "rule x { token AAA-1 }\nspeaker software s\ndefaults { class policy; " REST
		    "}\nrule y { token AAA-1 }",
		    0 },
		{ "other tokens", "rule x { token AAA-1 }\nrule y { token AAA-2 }", 0 },
	};
	char text[1000];
	struct told t;
	unsigned bad;

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct rep_know *k;
		unsigned n;

		snprintf(text, sizeof text, "speaker any\ndefaults { class policy; " REST "}\n%s\n",
		    rows[i].text);
		k = load(text, NULL, &t, &bad);
		n = rep_know_ties(k, tell, &t);
		if (!is_int(n, rows[i].ties, "ties: %s", rows[i].name))
			printf("#  %s\n", t.text);
		if (n == 1)
			ok(strstr(t.text, "a.rules:4:1: rule any.y ties with any.x (a.rules:3)") ==
				t.text,
			    "ties: %s: where", rows[i].name);
		rep_know_free(k);
	}
}

/* A text of a rule that its own `unless` always goes with. */
static void
test_dead_words(void)
{
	static const struct {
		const char *name, *text;
		unsigned dead;
	} rows[] = {
		{ "in the rule", "rule x { text \"is * not whitelisted\" other; unless listed }",
		    1 },
		{ "in the defaults",
		    "defaults { class policy; unless \"too many\"; " REST
		    "}\nrule x { text \"too many processes\" }",
		    1 },
		{ "several", "rule x { text \"is blocked\" \"was*blocked\"; unless blocked }", 2 },
		{ "elsewhere", "rule x { text \"not whitelisted\"; unless \"\\\\ listed\" }", 0 },
		{ "of another rule",
		    "rule x { text \"not whitelisted\" }\nrule y { text else; unless listed }", 0 },
	};
	char text[1000];
	struct told t;
	unsigned bad;

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct rep_know *k;

		snprintf(text, sizeof text, "speaker any\ndefaults { class policy; " REST "}\n%s\n",
		    rows[i].text);
		k = load(text, NULL, &t, &bad);
		if (!is_int(rep_know_dead_words(k, tell, &t), rows[i].dead, "dead words: %s",
			rows[i].name))
			printf("#  %s\n", t.text);
		if (i == 0)
			is_str(rep_str_c(t.text),
			    "a.rules:3:1: rule any.x never matches by its text \"is * not "
			    "whitelisted\": "
			    "its unless \"listed\" is always in it\n",
			    "dead words: where");
		rep_know_free(k);
	}
}

/* --- captures ------------------------------------------------------------------------------------ */

static void
test_captures(void)
{
	static const char text[] =
	    "speaker any\ndefaults { class listed; " REST "}\n"
	    "rule list { text \"blocked using <list>\"; capture \"host [<address>]\" \"see <url>\" "
	    "\"host <address>\" }\n"
	    "rule token { token \"[AB12]\" CD-34 \"EF 56\"; capture \"code <code>\" }\n";
	struct rep_reading r;
	struct told t;
	unsigned bad;
	struct rep_know *k = load(text, NULL, &t, &bad);

	(void)rule_of(k, "mx.x.example",
	    "550 5.7.1 Host [192.0.2.7] is BLOCKED  using Zen.Example.ORG; see https://X.example/Q?a=B",
	    &r);
	is_str(r.capture[REP_CAPTURE_LIST], "Zen.Example.ORG", "captures: as it was written");
	is_str(r.capture[REP_CAPTURE_ADDRESS], "192.0.2.7", "captures: of the capture field");
	is_str(r.capture[REP_CAPTURE_URL], "https://X.example/Q?a=B",
	    "captures: a URL keeps its case");
	is_str(r.capture[REP_CAPTURE_DOMAIN], "", "captures: what is not there is empty");
	(void)rule_of(k, "mx.x.example",
	    "421-4.7.0 we don\xe2\x80\x99t like it 421-4.7.0 Host [192.0.2.9] blocked 421 4.7.0 using a.b",
	    &r);
	is_str(r.capture[REP_CAPTURE_ADDRESS], "192.0.2.9",
	    "captures: behind what folding took out or put in");
	is_str(r.capture[REP_CAPTURE_LIST], "a.b", "captures: at the end");
	(void)rule_of(k, "mx.x.example", "550 no [AB12]", &r);
	is_str(r.capture[REP_CAPTURE_CODE], "AB12",
	    "captures: the token is the code, without brackets");
	(void)rule_of(k, "mx.x.example", "550 no cd-34", &r);
	is_str(r.capture[REP_CAPTURE_CODE], "CD-34", "captures: the token as the rule writes it");
	(void)rule_of(k, "mx.x.example", "550 no cd-34 code x9", &r);
	is_str(r.capture[REP_CAPTURE_CODE], "x9", "captures: a captured code comes first");
	(void)rule_of(k, "mx.x.example", "550 no ef 56", &r);
	is_str(r.capture[REP_CAPTURE_CODE], "", "captures: words are no code");
	rep_know_free(k);
}

/* --- values of fields ------------------------------------------------------------------------------ */

static void
test_fields(void)
{
	static const char text[] =
	    "# a comment\nspeaker provider acme # who\n"
	    "defaults {\n\tscope source; url https://acme.example/help\n\tclass blocked\n"
	    "\tsource \"their page\"; certain yes\n}\n"
	    "rule all {\n\tcode 550 45x\n\tenhanced 5.7.1 4.7.*\n\tstage mail rcpt\n\ttoken AAA-1 AAA-2\n"
	    "\ttext \"one\" \\\n\t     \" two\" \"three\"\n\tunless \"four\"\n\tclass listed\n"
	    "\tscope range\n\tretry slower 90m\n\tcause range\n\tmeaning \"A \\\"word\\\".\"\n"
	    "\tremedy \"Do \" \\\n\t        \"it.\"\n}\n"
	    "rule bare { code 5xx; meaning m }\n";
	struct told t;
	unsigned bad;
	struct rep_know *k = load(text, NULL, &t, &bad);
	const struct rep_rule *r = rep_know_rule(k, REP_S("acme.all")), *d;

	is_int(bad, 0, "fields: all are read");
	if (!ok(r != NULL, "fields: the rule is there"))
		return;
	ok(r->codes_n == 2 && r->enhs_n == 2 && r->tokens_n == 2 && r->texts_n == 2 &&
		r->unless_n == 1 && r->stages == (1u << REP_STAGE_MAIL | 1u << REP_STAGE_RCPT),
	    "fields: lists");
	is_str(
	    rep_pattern_literal(r->texts[0]), "one two", "fields: a string over two lines is one");
	ok(r->class == REP_CLASS_LISTED && r->scope == REP_SCOPE_RANGE &&
		r->retry == REP_RETRY_SLOWER && r->retry_after_s == 5400 &&
		r->cause == REP_CAUSE_RANGE && r->certain,
	    "fields: words");
	is_str(r->meaning, "A \"word\".", "fields: a quote within quotes");
	is_str(r->remedy, "Do it.", "fields: remedy");
	is_str(r->source, "their page", "fields: of the defaults");
	ok(r->line == 8 && r->col == 1 && strcmp(r->file, "a.rules") == 0, "fields: its place");
	d = rep_know_rule(k, REP_S("acme.bare"));
	ok(d != NULL && d->class == REP_CLASS_BLOCKED && d->scope == REP_SCOPE_SOURCE &&
		d->retry_after_s == -1 && d->cause == -1 && d->texts_n == 0,
	    "fields: defaults are not changed by a rule");
	rep_know_free(k);
	k = load("speaker any\ndefaults { class policy; " REST
		 "}\nspeaker any\nrule x { token AAA-1 }\n",
	    NULL, &t, &bad);
	is_int(bad, 1, "fields: a speaker line forgets the defaults");
	rep_know_free(k);
}

/* --- providers --------------------------------------------------------------------------------------- */

static void
test_providers(void)
{
	struct rep_know *k = rep_know_new();
	const struct rep_providers *p = rep_know_providers(k);
	const struct rep_provider *v;
	struct told t = { .n = 0 };
	struct rep_err err;
	unsigned bad = 0;

	ok(rep_know_add(k, "a.providers", rep_str_c(providers), tell, &t, &bad, &err) == REP_OK &&
		bad == 0 && rep_providers_n(p) == 3,
	    "providers: read");
	v = rep_provider_by_id(p, REP_S("bolt"));
	ok(v != NULL && rep_str_eq(v->name, REP_S("bolt")) && v->kind == REP_PROVIDER_MAILBOX,
	    "providers: the name is the id where none is given");
	v = rep_provider_by_host(p, REP_S("relay.example"));
	ok(v != NULL && v->kind == REP_PROVIDER_ROUTE, "providers: kind");
	ok(rep_provider_by_domain(p, REP_S("Acme.Example")) != NULL &&
		rep_provider_by_domain(p, REP_S("x.acme.example")) == NULL &&
		rep_provider_by_domain(p, REP_S("")) == NULL,
	    "providers: by mail domain");
	ok(rep_provider_by_host(p, REP_S("")) == NULL &&
		rep_provider_by_host(p, REP_S(".")) == NULL &&
		rep_provider_by_host(p, REP_S("...")) == NULL,
	    "providers: odd hosts");
	v = rep_provider_by_id(p, REP_S("bolt"));
	ok(v->hold_n == 2 && v->domains_n == 2 && rep_str_eq(v->hold[0], REP_S("bolt.example")),
	    "providers: the first of its domains are what is held");
	ok(rep_know_add(k, "b.providers",
	       rep_str_c("provider acme {\n kind gatewy\n mxx a.example\n}\nprovider\n"
			 "provider last { mx .last.example .deep.mx.acme.example }\n"),
	       tell, &t, &bad, &err) == REP_OK &&
		bad == 3,
	    "providers: three problems");
	ok(strstr(t.text, "b.providers:2:7: no kind \"gatewy\"; did you mean \"gateway\"?") !=
		    NULL &&
		strstr(t.text, "b.providers:3:2: no field \"mxx\"; did you mean \"mx\"?") != NULL &&
		strstr(t.text, "b.providers:5:1: expected provider ID {") != NULL,
	    "providers: each with its place");
	v = rep_provider_by_host(p, REP_S("a.deep.mx.acme.example"));
	ok(v != NULL && rep_str_eq(v->id, REP_S("last")), "providers: the longest suffix wins");
	is_int((int64_t)rep_providers_n(p), 4, "providers: one of the same id replaces");
	ok(rep_know_add(k, "c.txt", REP_S(""), tell, &t, &bad, &err) == REP_EUSAGE,
	    "providers: a file of another kind");
	rep_know_free(k);
	is_str(rep_registered_domain(REP_S("mx1.mail.example.co.uk")), "example.co.uk",
	    "registered domain");
	is_str(rep_registered_domain(REP_S("MX.Example.com.")), "Example.com", "of any case");
	is_str(rep_registered_domain(REP_S("localhost")), "localhost", "of a host without one");
	is_str(rep_registered_domain(REP_S("")), "", "of nothing");
}

static bool
reports(const struct rep_providers *p, const char *domain, const char *org, const char *id)
{
	const struct rep_provider *v =
	    rep_provider_by_reporter(p, rep_str_c(domain), rep_str_c(org));

	return id == NULL ? v == NULL : v != NULL && rep_str_eq(v->id, rep_str_c(id));
}

static void
test_reporters(void)
{
	struct rep_know *k = rep_know_new();
	const struct rep_providers *p = rep_know_providers(k);
	struct told t = { .n = 0 };
	struct rep_err err;
	unsigned bad = 0;

	ok(rep_know_add(k, "a.providers",
	       rep_str_c(
		   "provider big { reports example.com as \"Big Mail\" }\n"
		   "provider small { reports example.com as Small; reports example.net example.org }\n"
		   "provider mailer { domains people.example sub.people.example;"
		   " reports people.example }\n"),
	       tell, &t, &bad, &err) == REP_OK &&
		bad == 0,
	    "reporters: read");
	ok(reports(p, "example.com", "Big Mail", "big") &&
		reports(p, "dmarc.Example.COM", "BIG mail", "big") &&
		reports(p, "example.com", "Small", "small"),
	    "reporters: by domain and organisation");
	ok(reports(p, "example.com", "Another", NULL) && reports(p, "example.com", "", NULL),
	    "reporters: another organisation of the domain is nobody known");
	ok(reports(p, "example.org", "Another", "small") &&
		reports(p, "a.example.net", "", "small"),
	    "reporters: by domain alone where that is enough");
	ok(reports(p, "notexample.com", "Big Mail", NULL) &&
		reports(p, "example.com.example.edu", "Big Mail", NULL) &&
		reports(p, "xample.com", "Big Mail", NULL) && reports(p, ".com", "Big Mail", NULL),
	    "reporters: not by a part of a name");
	ok(reports(p, "people.example", "Mailer", NULL) &&
		reports(p, "PEOPLE.example.", "Mailer", NULL) &&
		reports(p, "sub.people.example", "Mailer", NULL) &&
		reports(p, "dmarc.people.example", "Mailer", "mailer"),
	    "reporters: not from a domain in which people have mailboxes");
	ok(reports(p, "example.edu", "Big Mail", NULL) && reports(p, "", "Big Mail", NULL) &&
		reports(p, "com", "Small", NULL),
	    "reporters: the name of an organisation proves nothing");
	ok(rep_know_add(k, "b.providers",
	       rep_str_c("provider a { reports }\nprovider b { reports \"a b\" }\n"
			 "provider c { reports a.example b.example c.example d.example e.example"
			 " f.example g.example h.example i.example }\n"),
	       tell, &t, &bad, &err) == REP_OK &&
		bad == 3,
	    "reporters: three problems");
	ok(strstr(t.text, "b.providers:1:14: expected reports DOMAIN [as ORGANISATION]") != NULL &&
		strstr(t.text, "b.providers:2:22: expected a domain, as in reports example.com") !=
		    NULL &&
		strstr(t.text, "more reports than a provider may have at \"i.example\"") != NULL,
	    "reporters: each with its place");
	rep_know_free(k);
	k = rep_know_new();
	p = rep_know_providers(k);
	ok(rep_know_add_builtin(k, &err) == REP_OK &&
		reports(p, "microsoft.com", "Outlook.com", "microsoft-consumer") &&
		reports(p, "microsoft.com", "Enterprise Outlook", "microsoft-365") &&
		reports(p, "google.com", "google.com", "google") &&
		reports(p, "dmarc.yahoo.com", "Yahoo", "yahoo") &&
		reports(p, "us-1.mimecastreport.com", "Mimecast", "mimecast") &&
		reports(p, "sicher.gmx.net", "GMX", "united-internet"),
	    "reporters: the built-in ones");
	for (size_t i = 0; i < rep_providers_n(p); i++) {
		const struct rep_provider *v = rep_providers_at(p, i);

		for (size_t n = 0; n < v->reports_n; n++)
			ok(rep_provider_by_domain(p, v->reports[n].domain) == NULL,
			    "reporters: nobody has a mailbox in %.*s",
			    REP_PR(v->reports[n].domain));
		for (size_t n = 0; n < v->hold_n; n++)
			ok(reports(p, v->hold[n].p, v->name.p, NULL),
			    "reporters: who has a mailbox in %.*s does not", REP_PR(v->hold[n]));
	}
	ok(reports(p, "yahoo.com", "Yahoo", NULL) &&
		reports(p, "comcast.net", "comcast.net", NULL) &&
		reports(p, "a.yahoo.com", "Yahoo", NULL) && reports(p, "Mail.ru.", "Mail.Ru", NULL),
	    "reporters: nor in others of their domains");
	rep_know_free(k);
}

static void
test_feeds(void)
{
	static const char *const wrong[][2] = {
		{ "provider a { feed x { tells hygene; how \"y\" } }",
		    "f.providers:1:29: no cause \"hygene\"; did you mean \"hygiene\"?" },
		{ "provider a { feed x { tells hygiene } }",
		    "f.providers:1:14: expected feed NAME { tells CAUSE; how TEXT } at" },
		{ "provider a { feed { tells hygiene; how y } }",
		    "f.providers:1:14: expected feed NAME {" },
		{ "provider a { feed x { hwo y; tells range; how y } }", "did you mean \"how\"?" },
		{ "provider a { fed x { y { z } } name b }",
		    "f.providers:1:14: no block \"fed\"; did you mean \"feed\"?" },
	};
	struct rep_know *k = rep_know_new();
	const struct rep_provider *v;
	struct told t = { .n = 0 };
	struct rep_err err;
	unsigned bad = 0;

	ok(rep_know_add(k, "a.providers",
	       rep_str_c("provider a { feed spam { tells own-reputation range; how \"ask them\" }\n"
			 " feed size { tells volume; how \"look\" }; name A }"),
	       tell, &t, &bad, &err) == REP_OK &&
		bad == 0,
	    "feeds: read");
	v = rep_provider_by_id(rep_know_providers(k), REP_S("a"));
	ok(v != NULL && v->feeds_n == 2 && rep_str_eq(v->feeds[0].what, REP_S("spam")) &&
		strcmp(v->feeds[0].how.p, "ask them") == 0 && v->feeds[0].tells_n == 2 &&
		v->feeds[0].tells[1] == REP_CAUSE_RANGE && v->feeds[1].tells_n == 1 &&
		rep_str_eq(v->name, REP_S("A")),
	    "feeds: what they tell, how, and what follows them");
	for (size_t i = 0; i < REP_COUNT(wrong); i++) {
		t = (struct told){ .n = 0 };
		ok(rep_know_add(k, "f.providers", rep_str_c(wrong[i][0]), tell, &t, &bad, &err) ==
			    REP_OK &&
			bad == 1 && strstr(t.text, wrong[i][1]) != NULL,
		    "feeds: told: %s (%s)", wrong[i][1], t.text);
	}
	v = rep_provider_by_id(rep_know_providers(k), REP_S("a"));
	ok(v != NULL && rep_str_eq(v->name, REP_S("b")),
	    "feeds: an unknown block is skipped whole");
	rep_know_free(k);
}

static void
test_complaint_limits(void)
{
#define LIMITS(fields) "provider a { complaints { " fields " } }"
	static const char *const wrong[][2] = {
		{ LIMITS("who A; warn 0.001; act 0.003; acts x"),
		    "f.providers:1:14: expected complaints { who TEXT; warn SHARE;" },
		{ LIMITS("who A; warn 0.004; act 0.003; acts x; source y"),
		    "with act no lower than warn, at" },
		{ LIMITS("who A; wran 0.001; act 0.003; acts x; source y"),
		    "did you mean \"warn\"?" },
		{ LIMITS("who A; warn 0; act 0.003; acts x; source y"),
		    "expected a share such as 0.001, not \"0\"" },
		{ LIMITS("who A; warn 1.5; act 0.003; acts x; source y"),
		    "expected a share such as 0.001, not \"1.5\"" },
		{ LIMITS("who A; warn 0.001; act 0.0x; acts x; source y"),
		    "expected a share such as 0.001, not \"0.0x\"" },
		{ LIMITS("who A; warn { x }; act 0.003; acts x; source y"),
		    "expected who TEXT, warn SHARE" },
	};
#undef LIMITS
	struct rep_know *k = rep_know_new();
	const struct rep_complaint_limit *l;
	struct told t = { .n = 0 };
	struct rep_err err;
	unsigned bad = 0;

	ok(rep_know_add(k, "a.providers",
	       rep_str_c("provider a {\n complaints { who A; warn 0.001; act 0.003\n acts \"it "
			 "blocks\"; source \"its page\" }\n name A\n}\nprovider b { name B }\n"),
	       tell, &t, &bad, &err) == REP_OK &&
		bad == 0,
	    "complaints: read");
	l = &rep_provider_by_id(rep_know_providers(k), REP_S("a"))->limit;
	ok(l->warn > 0.00099 && l->warn < 0.00101 && l->act > 0.00299 && l->act < 0.00301 &&
		rep_str_eq(l->who, REP_S("A")) && rep_str_eq(l->acts, REP_S("it blocks")) &&
		rep_str_eq(l->source, REP_S("its page")),
	    "complaints: all five fields");
	l = &rep_provider_by_id(rep_know_providers(k), REP_S("b"))->limit;
	ok(l->warn <= 0 && l->act <= 0 && l->who.n == 0, "complaints: a provider may name none");
	for (size_t i = 0; i < REP_COUNT(wrong); i++) {
		t = (struct told){ .n = 0 };
		ok(rep_know_add(k, "f.providers", rep_str_c(wrong[i][0]), tell, &t, &bad, &err) ==
			    REP_OK &&
			bad == 1 && strstr(t.text, wrong[i][1]) != NULL,
		    "complaints: told: %s (%s)", wrong[i][1], t.text);
	}
	l = &rep_provider_by_id(rep_know_providers(k), REP_S("a"))->limit;
	ok(l->warn <= 0, "complaints: a block with a problem is not used");
	rep_know_free(k);
}

/* Another way stands in `way`, which conduct can withhold; a remedy is told to everybody. */
static bool
names_a_way(struct rep_str remedy)
{
	static const char *const ways[] = { "another range", "another network", "another relay",
		"other network", "other range", "through a relay", "address elsewhere",
		"relay elsewhere", "address in another" };

	return rep_str_has_any_nocase(remedy, ways, REP_COUNT(ways));
}

/* What is compiled in. */
static void
test_builtin(void)
{
	struct rep_know *k = rep_know_new();
	struct rep_err err = { .msg = "" };
	struct told t = { .n = 0 };

	if (!ok(rep_know_add_builtin(k, &err) == REP_OK && rep_know_ready(k, &err) == REP_OK,
		"built in: without a problem"))
		printf("#  %s\n", err.msg);
	if (!is_int(rep_know_ties(k, tell, &t), 0, "built in: no ties"))
		printf("#  %s\n", t.text);
	if (!is_int(rep_know_dead_words(k, tell, &t), 0,
		"built in: no text that its own unless always goes with"))
		printf("#  %s\n", t.text);
	for (size_t i = 0; i < rep_know_rules_n(k); i++) {
		const struct rep_rule *r = rep_know_rule_at(k, i);

		if (r->speaker == REP_SPEAKER_PROVIDER &&
		    rep_provider_by_id(rep_know_providers(k), r->speaker_id) == NULL)
			ok(false, "built in: %.*s speaks for a provider nobody knows",
			    REP_PR(r->id));
		if (names_a_way(r->remedy))
			ok(false, "built in: the remedy of %.*s names another way", REP_PR(r->id));
	}
	rep_know_free(k);
}

/* How many rules of all that have the word, in a token or as their name, are not the same in part. */
static int64_t
lacking(const struct rep_know *all, const struct rep_know *part, struct rep_str word)
{
	int64_t n = 0;

	for (size_t i = 0; i < rep_know_rules_n(all); i++) {
		const struct rep_rule *r = rep_know_rule_at(all, i), *same;
		bool has = rep_str_ends_nocase(r->id, word);

		for (size_t t = 0; t < r->tokens_n; t++)
			has |= rep_str_find_nocase(r->tokens[t].as_written, word, 0) != SIZE_MAX;
		if (!has)
			continue;
		same = rep_know_rule(part, r->id);
		n += same == NULL || same->class != r->class || same->codes_n != r->codes_n ||
		    same->tokens_n != r->tokens_n || same->texts_n != r->texts_n ||
		    !rep_str_eq(same->meaning, r->meaning) ||
		    !rep_str_eq(same->remedy, r->remedy) || same->speaker != r->speaker ||
		    !rep_str_eq(same->speaker_id, r->speaker_id);
	}
	return n;
}

static int64_t
lacking_about(const struct rep_know *all, struct rep_str word)
{
	struct rep_know *part = rep_know_new();
	int64_t n = 1;

	if (part != NULL && rep_know_add_builtin_about(part, word, NULL) == REP_OK)
		n = lacking(all, part, word);
	rep_know_free(part);
	return n;
}

/* What is read about one word is what all rules say about it. */
static void
test_about(void)
{
	struct rep_know *all = rep_know_new();
	int64_t bad = 0, wide = 0;

	if (!ok(rep_know_add_builtin(all, NULL) == REP_OK, "about a word: the built-in rules"))
		return;
	for (size_t i = 0; i < rep_know_rules_n(all); i++) {
		const struct rep_rule *r = rep_know_rule_at(all, i);
		size_t dot = rep_str_rchr(r->id, '.');

		for (size_t e = 0; e < r->enhs_n; e++)
			wide += r->enhs[e].subject < 0 && r->enhs[e].detail_from >= 0;
		if (i % 7 != 0)
			continue;
		bad += lacking_about(all, rep_str_sub(r->id, dot + 1, r->id.n));
		for (size_t t = 0; t < r->tokens_n; t++)
			bad += lacking_about(all, r->tokens[t].as_written);
	}
	is_int(bad, 0, "about a word: no rule that has it is left out or read otherwise");
	is_int(wide, 0, "an enhanced code with a detail has a subject: `explain` looks for it");
	rep_know_free(all);
}

int
main(void)
{
	test_errors();
	test_cut_file();
	test_many_errors();
	test_wins();
	test_stage();
	test_files();
	test_ties();
	test_dead_words();
	test_captures();
	test_fields();
	test_providers();
	test_reporters();
	test_feeds();
	test_complaint_limits();
	test_builtin();
	test_about();
	return done();
}
