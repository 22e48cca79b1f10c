/*
 * know/guide.h -- one page for people: what a thing is, why, what to do, and who says so.
 *
 * A guide is a text file (know, files ending in .guide; the format is in doc/guides.md).
 * Each claim that matters stands in a view, with who holds it, of which kind they are, since
 * when, how sure it is and where it can be read: a view that lacks one of these is left out,
 * and a guide without any view is none. Here it is only read and found; how it looks is
 * cli's business.
 *
 * Pure: it reads the text given and allocates from the arena given.
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

/* MORE: text that belongs to the item above it. */
enum rep_guide_block_kind { REP_BLOCK_TEXT = 0, REP_BLOCK_ITEM, REP_BLOCK_MORE, REP_BLOCK_PASTE };

/* A paste has its lines as they stand; all else is one line, to be wrapped. */
struct rep_guide_block {
	enum rep_guide_block_kind kind;
	struct rep_str text;
};

enum rep_view_kind {
	REP_VIEW_DOCUMENT = 0, /* of the provider, or a standard */
	REP_VIEW_EXPERT,       /* who runs or studies mail servers */
	REP_VIEW_MARKETER,     /* who sells mail services */
	REP_VIEW_EXPERIENCE,   /* ours; no source */
	REP_VIEW_KINDS
};

enum rep_view_sure { REP_SURE_CERTAIN = 0, REP_SURE_LIKELY, REP_SURE_UNCERTAIN, REP_SURE_N };

struct rep_guide_view {
	struct rep_str who, since, says, source, url; /* url: n == 0 when there is none */
	bool read_then; /* `since` is when it was read: the text has no date */
	enum rep_view_kind kind;
	enum rep_view_sure sure;
};

/* All memory is the arena's. */
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

/* The words of the file: "what", "document", "certain". NULL for what is none. */
const char *rep_guide_section_word(enum rep_guide_section s);
const char *rep_view_kind_word(enum rep_view_kind k);
const char *rep_view_sure_word(enum rep_view_sure s);

/*
 * Reads one file, one guide. What is wrong goes to `problem` as "file:line:col: ..." and is
 * left out; the rest is used. *bad gets the number of problems. REP_ENOTFOUND when so much is
 * missing that there is no guide left (that is among the problems too, and `out` untouched).
 */
enum rep_rc rep_guide_parse(const char *file, struct rep_str text, struct rep_arena *a,
    struct rep_guide *out, rep_problem_fn problem, void *ctx, unsigned *bad,
    struct rep_err *err) REP_NODISCARD;

/* A topic as it is compared: lower case, blanks and '_' made '-'. What is too long is cut. */
enum { REP_GUIDE_TOPIC = 64 };
struct rep_str rep_guide_topic(struct rep_str s, char buf[REP_GUIDE_TOPIC]);

/* Whether s is one of the guide's topics, whatever its spelling. */
bool rep_guide_has_topic(const struct rep_guide *g, struct rep_str s);

/* --- finding by words (know/guide_find.c) ---------------------------------------------------- */

enum { REP_GUIDE_WORDS = 16, REP_GUIDE_HITS = 8 };

struct rep_guide_hit {
	const struct rep_guide *guide;
	unsigned score;
	unsigned words;	  /* that count */
	unsigned matched; /* of these, how many the guide holds */
	bool topic;	  /* one of them is a topic */
};

/*
 * The guides that the words speak of, best first. Words are compared by their stems; a stem in
 * topics or title counts more than one in the text, a rare one more than a common one. Only
 * guides that hold all of the words, or half of them and one in topics, title or summary, are
 * among the hits. Equal scores keep the order of the guides, so the same words give the same
 * answer. Returns how many hits.
 */
size_t rep_guides_find(const struct rep_guide *const *guides, size_t n, struct rep_str words,
    struct rep_guide_hit hits[REP_GUIDE_HITS]);

/* Whether the first hit is so far ahead that it is shown alone. */
bool rep_guides_clear(const struct rep_guide_hit *hits, size_t n);

#endif
