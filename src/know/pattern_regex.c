/* SPDX-License-Identifier: Apache-2.0 */
#include "know/pattern_inside.h"

/*
 * What a folded blank may be in a reply: a run of them, and in a reply of several lines the code that each line repeats
 * (RFC 5321, 4.2.1).
 */
static const char blank[] = "( +|[ -]+5[0-9][0-9][ -](5\\.[0-9]+\\.[0-9]+[ -]+)?)";
/* "n't", also with a typographic apostrophe of two or three bytes. */
static const char contracted[] = "n.{1,3}t";

/* Words that may be written as one with "n't": what is folded, and what is before and instead of it. */
static const struct {
	struct rep_str word;
	const char *regex;
} contractions[] = {
	{ { "cannot", 6 }, "can(not|.{1,3}t)" },
	{ { "will not", 8 }, "(will +not|won.{1,3}t)" },
};

static void
put(struct rep_buf *out, const char *text)
{
	rep_buf_add(out, rep_str_c(text));
}

/* The bytes of a word that were written; 0: none begins at i. */
static size_t
contraction(struct rep_str s, size_t i, struct rep_buf *out)
{
	for (size_t k = 0; k < REP_COUNT(contractions); k++) {
		struct rep_str w = contractions[k].word;

		if (rep_str_starts(rep_str_sub(s, i, s.n), w) && rep_whole_word(s, i, i + w.n)) {
			put(out, contractions[k].regex);
			return w.n;
		}
	}
	if (i > 0 && rep_alnum(s.p[i - 1]) &&
	    rep_str_starts(rep_str_sub(s, i, s.n), REP_S(" not")) &&
	    rep_whole_word(s, i + 1, i + 4)) {
		put(out, "(");
		put(out, blank);
		put(out, "not|");
		put(out, contracted);
		put(out, ")");
		return 4;
	}
	return 0;
}

static void
literal(struct rep_str s, struct rep_buf *out)
{
	size_t n;

	for (size_t i = 0; i < s.n; i += n) {
		char c = s.p[i];

		if ((n = contraction(s, i, out)) > 0)
			continue;
		n = 1;
		if (c == ' ')
			put(out, blank);
		else if (c == '\'' || c == '"')
			put(out, ".{1,3}");
		else if (strchr("\\.[]()*+?{}|^$/", c) != NULL)
			rep_buf_printf(out, "\\%c", c);
		else
			rep_buf_addc(out, c);
	}
}

static const char *
capture(enum rep_capture c)
{
	static const char *const characters[REP_CAPTURE_N] = {
		[REP_CAPTURE_ADDRESS] = "[0-9a-f.:]+",
		[REP_CAPTURE_DOMAIN] = "[^ ]+",
		[REP_CAPTURE_LIST] = "[a-z0-9._+-]+",
		[REP_CAPTURE_CODE] = "[a-z0-9_-]+",
		[REP_CAPTURE_URL] = "[^ ]+",
		[REP_CAPTURE_ENDS] = "[a-z0-9. ]+",
	};

	return characters[c];
}

bool
rep_pattern_anchored(const struct rep_pattern *p)
{
	return p->anchored;
}

void
rep_pattern_regex(const struct rep_pattern *p, struct rep_buf *out)
{
	if (p->code)
		put(out, "(^|[^a-z0-9])");
	for (size_t i = 0; i < p->n; i++)
		switch (p->v[i].type) {
		case REP_ATOM_LITERAL: literal(p->v[i].s, out); break;
		case REP_ATOM_DIGIT: put(out, "[0-9]"); break;
		case REP_ATOM_CAPTURE: put(out, capture(p->v[i].capture)); break;
		case REP_ATOM_GAP: put(out, ".*"); break;
		}
	if (p->code)
		put(out, "([^a-z0-9]|$)");
}

void
rep_token_regex(struct rep_str folded, struct rep_buf *out)
{
	put(out, "(^|[^a-z0-9])");
	literal(folded, out);
	put(out, "([^a-z0-9]|$)");
}
