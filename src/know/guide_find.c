/*
 * Finds guides by words: by stems, with weights for where a stem is and how rare it is. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "know/guide.h"

enum { STEM_MAX = 32 };

/* The worth of a stem by its place. In the text it grows: once, 2 to 3 times, more often. */
enum {
	A_TOPIC = 20,
	IN_TOPICS = 12,
	IN_TITLE = 8,
	IN_SUMMARY = 5,
	IN_TEXT = 1,
	STRONG = IN_SUMMARY
};

/* Words that any question has. Every guide is about mail, so "mail" is one of them. */
static const char *const common[] = { "a", "about", "after", "all", "am", "an", "and", "any", "are",
	"as", "at", "be", "but", "by", "can", "cannot", "do", "does", "email", "emails", "explain",
	"for", "from", "get", "gets", "getting", "go", "goes", "going", "has", "have", "help",
	"how", "i", "if", "in", "into", "is", "it", "its", "mail", "mails", "me", "message",
	"messages", "my", "need", "no", "not", "now", "of", "on", "or", "our", "please", "reputed",
	"should", "so", "that", "the", "their", "them", "then", "there", "they", "this", "to", "us",
	"use", "want", "was", "we", "what", "when", "where", "which", "who", "why", "will", "with",
	"you", "your" };

struct stem {
	char p[STEM_MAX];
	size_t n;
};

static bool
ends(const struct stem *s, const char *suffix, size_t more)
{
	struct rep_str v = { s->p, s->n }, e = rep_str_c(suffix);

	return s->n >= e.n + more && rep_str_ends(v, e);
}

/* Stems only as far as needed: "throttled", "throttling", "throttles" and "throttle" are one. */
static struct stem
stem_of(struct rep_str w)
{
	struct stem s = { .n = w.n < STEM_MAX ? w.n : STEM_MAX };
	bool cut = false;

	for (size_t i = 0; i < s.n; i++)
		s.p[i] = rep_lower(w.p[i]);
	if (ends(&s, "ies", 2)) {
		s.n -= 2;
		s.p[s.n - 1] = 'y';
	} else if (ends(&s, "ing", 3)) {
		s.n -= 3;
		cut = true;
	} else if (ends(&s, "ed", 3)) {
		s.n -= 2;
		cut = true;
	} else if (ends(&s, "sses", 1) || ends(&s, "xes", 2)) {
		s.n -= 2;
	} else if (ends(&s, "s", 3) && !ends(&s, "ss", 1)) {
		s.n -= 1;
	}
	if (cut && s.n > 3 && s.p[s.n - 1] == s.p[s.n - 2] && s.p[s.n - 1] != 's' &&
	    s.p[s.n - 1] != 'l')
		s.n--;
	if (s.n > 3 && s.p[s.n - 1] == 'e')
		s.n--;
	return s;
}

static bool
of_word(char c)
{
	return rep_alnum(c) || (unsigned char)c >= 0x80;
}

/* The next word from *at. A dot before a digit belongs to the word ("5.7.515"). */
static bool
next_word(struct rep_str text, size_t *at, struct rep_str *w)
{
	size_t i = *at, start;

	while (i < text.n && !of_word(text.p[i]))
		i++;
	start = i;
	while (i < text.n &&
	    (of_word(text.p[i]) ||
		(text.p[i] == '.' && i + 1 < text.n && rep_digit(text.p[i + 1]))))
		i++;
	*w = rep_str_sub(text, start, i - start);
	*at = i;
	return w->n > 0;
}

static bool
same(const struct stem *a, const struct stem *b)
{
	return a->n == b->n && memcmp(a->p, b->p, a->n) == 0;
}

static unsigned
count_in(struct rep_str text, const struct stem *s)
{
	unsigned n = 0;
	struct rep_str w;

	for (size_t at = 0; next_word(text, &at, &w);) {
		struct stem t;

		/* a stem has the first letter of its word, so most words need no stem */
		if (rep_lower(w.p[0]) != s->p[0])
			continue;
		t = stem_of(w);
		n += same(&t, s);
	}
	return n;
}

static unsigned
count_in_text(const struct rep_guide *g, const struct stem *s)
{
	unsigned n = 0;

	for (size_t k = 0; k < REP_GUIDE_SECTIONS; k++)
		for (size_t b = 0; b < g->section[k].n; b++)
			n += count_in(g->section[k].v[b].text, s);
	for (size_t v = 0; v < g->views_n; v++)
		n += count_in(g->views[v].says, s) + count_in(g->views[v].who, s);
	return n;
}

static unsigned
worth(const struct rep_guide *g, const struct stem *s)
{
	unsigned n, best = 0;

	for (size_t t = 0; t < g->topics_n; t++) {
		struct stem whole = stem_of(g->topics[t]);

		if (same(&whole, s))
			return A_TOPIC;
		if (count_in(g->topics[t], s) > 0)
			best = IN_TOPICS;
	}
	if (best > 0)
		return best;
	if (count_in(g->title, s) > 0)
		return IN_TITLE;
	if (count_in(g->summary, s) > 0)
		return IN_SUMMARY;
	n = count_in_text(g, s);
	return n == 0 ? 0 : n == 1 ? IN_TEXT : n < 4 ? IN_TEXT + 1 : IN_TEXT + 2;
}

/* 1 if all guides have the stem, and one more each time the number is halved. */
static unsigned
rarity(size_t have, size_t all)
{
	unsigned r = 1;

	while (have * 2 <= all && have > 0) {
		have *= 2;
		r++;
	}
	return r;
}

static size_t
words_of(struct rep_str text, struct stem out[REP_GUIDE_WORDS])
{
	struct rep_str w;
	size_t n = 0, k;

	for (size_t at = 0; n < REP_GUIDE_WORDS && next_word(text, &at, &w);) {
		struct stem s = stem_of(w);

		for (k = 0; k < REP_COUNT(common); k++)
			if (rep_str_eq_nocase(w, rep_str_c(common[k])))
				break;
		if (k < REP_COUNT(common))
			continue;
		for (k = 0; k < n; k++)
			if (same(&out[k], &s))
				break;
		if (k == n)
			out[n++] = s;
	}
	return n;
}

struct tally {
	unsigned score, matched, best;
};

static struct tally
tally_of(const struct rep_guide *g, const struct stem *s, const unsigned *rare, size_t n)
{
	struct tally t = { 0 };

	for (size_t i = 0; i < n; i++) {
		unsigned w = worth(g, &s[i]);

		t.score += w * rare[i];
		t.matched += w > 0;
		if (w > t.best)
			t.best = w;
	}
	return t;
}

size_t
rep_guides_find(const struct rep_guide *const *guides, size_t n, struct rep_str words,
    struct rep_guide_hit hits[REP_GUIDE_HITS])
{
	struct stem s[REP_GUIDE_WORDS];
	unsigned rare[REP_GUIDE_WORDS];
	size_t words_n = words_of(words, s), found = 0, at;

	for (size_t i = 0; i < words_n; i++) {
		size_t have = 0;

		for (size_t g = 0; g < n; g++)
			have += worth(guides[g], &s[i]) > 0;
		rare[i] = rarity(have, n);
	}
	for (size_t g = 0; g < n; g++) {
		struct tally t = tally_of(guides[g], s, rare, words_n);

		if (t.matched == 0 ||
		    (t.matched < words_n && (t.best < STRONG || t.matched * 2 < words_n)))
			continue;
		for (at = found; at > 0 && hits[at - 1].score < t.score; at--)
			if (at < REP_GUIDE_HITS)
				hits[at] = hits[at - 1];
		if (at < REP_GUIDE_HITS)
			hits[at] = (struct rep_guide_hit){ guides[g], t.score, (unsigned)words_n,
				t.matched, t.best >= IN_TOPICS };
		if (found < REP_GUIDE_HITS)
			found++;
	}
	return found;
}

bool
rep_guides_clear(const struct rep_guide_hit *hits, size_t n)
{
	return n == 1 || (n > 1 && hits[0].score * 2 >= hits[1].score * 3);
}
