/*
 * know/guide.h -- one page for people: what a thing is, why, what to do, and who says so.
 *
 * A guide is a text file (in know, ending in .guide; doc/guides.md has the format). Each claim that
 * matters is in a view. A view says who holds it, what kind of source they are, since when, how
 * sure it is, and where it can be read. A view that lacks one of these is left out, and a file
 * without a view is not a guide. This module only reads and finds guides: src/cli decides how they
 * look.
 *
 * Pure: it reads the given text and allocates from the given arena.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_KNOW_GUIDE_H
#define REP_KNOW_GUIDE_H

#include "know/rule.h"

enum rep_guide_section {
	REP_GUIDE_WHAT = 0,
	REP_GUIDE_WHY,
	REP_GUIDE_DO,
	REP_GUIDE_THEN, /* what to expect */
	REP_GUIDE_NOT,	/* what not to do */
	REP_GUIDE_SECTIONS
};

/* MORE: text that belongs to the item before it. */
enum rep_guide_block_kind { REP_BLOCK_TEXT = 0, REP_BLOCK_ITEM, REP_BLOCK_MORE, REP_BLOCK_PASTE };

/* A paste keeps its lines. Any other block is one line, which the caller wraps. */
struct rep_guide_block {
	enum rep_guide_block_kind kind;
	struct rep_str text;
};

enum rep_view_kind {
	REP_VIEW_DOCUMENT = 0, /* from the provider, or a standard */
	REP_VIEW_EXPERT,       /* runs or studies mail servers */
	REP_VIEW_MARKETER,     /* sells mail services */
	REP_VIEW_EXPERIENCE,   /* our own; no source */
	REP_VIEW_KINDS
};

enum rep_view_sure { REP_SURE_CERTAIN = 0, REP_SURE_LIKELY, REP_SURE_UNCERTAIN, REP_SURE_N };

struct rep_guide_view {
	struct rep_str who, since, says, source, url; /* url: n == 0 when there is none */
	bool read_then; /* the text has no date, `since` is when it was read */
	enum rep_view_kind kind;
	enum rep_view_sure sure;
};

/* All memory belongs to the arena. */
struct rep_guide {
	struct rep_str name, title, summary;
	const struct rep_str *topics,
	    *see; /* topics in the form of rep_guide_topic, the name first */
	size_t topics_n, see_n;
	unsigned classes; /* bit 1 << enum rep_class: rules of these classes point here */
	struct {
		const struct rep_guide_block *v;
		size_t n;
	} section[REP_GUIDE_SECTIONS];
	const struct rep_guide_view *views;
	size_t views_n;
	const char *file;
	unsigned line;
};

/* The words in the file: "what", "document", "certain". NULL: not a valid value. */
const char *rep_guide_section_word(enum rep_guide_section s);
const char *rep_view_kind_word(enum rep_view_kind k);
const char *rep_view_sure_word(enum rep_view_sure s);

/*
 * Reads one file, which is one guide. Errors go to `problem` as "file:line:col: ...", and what is
 * wrong is left out. The rest is used. *bad gets the number of errors. REP_ENOTFOUND: so much is
 * missing that no guide is left. That is reported to `problem` too, and `out` is untouched.
 */
enum rep_rc rep_guide_parse(const char *file, struct rep_str text, struct rep_arena *a,
    struct rep_guide *out, rep_problem_fn problem, void *ctx, unsigned *bad,
    struct rep_err *err) REP_NODISCARD;

/* The form in which topics are compared: lower case, '-' for blanks and '_', cut to size. */
enum { REP_GUIDE_TOPIC = 64 };
struct rep_str rep_guide_topic(struct rep_str s, char buf[REP_GUIDE_TOPIC]);

/* Whether s is one of the guide's topics, in any spelling. */
bool rep_guide_has_topic(const struct rep_guide *g, struct rep_str s);

/* --- finding by words (know/guide_find.c) ---------------------------------------------------- */

enum { REP_GUIDE_WORDS = 16, REP_GUIDE_HITS = 8 };

struct rep_guide_hit {
	const struct rep_guide *guide;
	unsigned score;
	unsigned words;	  /* words of the query that count */
	unsigned matched; /* how many of these the guide has */
	bool topic;	  /* one of them is a topic of the guide */
};

/*
 * Finds guides for the words of a query, best first. Words are compared by their stems. A stem
 * counts more in topics or title than in the text, and a rare stem more than a common one. A guide
 * is a hit if it has all of the words, or half of them with one in topics, title or summary. Equal
 * scores keep the order of the guides, so the same words give the same answer. Returns the number
 * of hits.
 */
size_t rep_guides_find(const struct rep_guide *const *guides, size_t n, struct rep_str words,
    struct rep_guide_hit hits[REP_GUIDE_HITS]);

/* Whether the first hit is far enough ahead to be shown alone. */
bool rep_guides_clear(const struct rep_guide_hit *hits, size_t n);

#endif
