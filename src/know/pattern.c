/* SPDX-License-Identifier: Apache-2.0 */
#include "know/pattern.h"
#include "base/ip.h"
#include "know/fold.h"

enum { MAX_ATOMS = 48 };

enum atom_type { LITERAL, DIGIT, CAPTURE, GAP };

struct atom {
	enum atom_type type;
	enum rep_capture capture;
	struct rep_str s; /* LITERAL: in the arena */
};

struct rep_pattern {
	bool anchored;
	size_t n, longest, weight; /* longest: index of the literal */
	struct atom v[];
};

static const char *const capture_words[REP_CAPTURE_N] = { "address", "domain", "list", "code",
	"url" };

const char *
rep_capture_word(enum rep_capture c)
{
	return capture_words[c];
}

static bool
capture_at(struct rep_str s, size_t i, enum rep_capture *c, size_t *n)
{
	for (int k = 0; k < REP_CAPTURE_N; k++) {
		struct rep_str w = rep_str_c(capture_words[k]);

		if (i + w.n + 2 <= s.n && s.p[i + w.n + 1] == '>' &&
		    rep_str_eq(rep_str_sub(s, i + 1, w.n), w)) {
			*c = (enum rep_capture)k;
			*n = w.n + 2;
			return true;
		}
	}
	return false;
}

/* Cuts the folded pattern into atoms; false when there are too many. */
static bool
cut(struct rep_str s, char *lit, struct atom *v, size_t *n)
{
	struct atom *open = NULL; /* the literal being written */
	size_t used = 0, skip;
	enum rep_capture c;

	for (size_t i = 0; i < s.n; i += skip) {
		struct atom a = { .type = LITERAL };

		skip = 1;
		if (s.p[i] == '*')
			a.type = GAP;
		else if (s.p[i] == '#')
			a.type = DIGIT;
		else if (s.p[i] == '<' && capture_at(s, i, &c, &skip))
			a = (struct atom){ .type = CAPTURE, .capture = c };
		if (a.type != LITERAL || open == NULL) {
			if (*n == MAX_ATOMS)
				return false;
			v[*n] = a;
			open = a.type == LITERAL ? &v[*n] : NULL;
			++*n;
			if (open != NULL)
				open->s = (struct rep_str){ lit + used, 0 };
		}
		if (open != NULL) {
			if (s.p[i] == '\\' && i + 1 < s.n)
				i++;
			lit[used++] = s.p[i];
			open->s.n++;
		}
	}
	return true;
}

/* Blanks beside a gap mean nothing: "a * b" also finds "ab"... but keeps "a" and "b" whole words. */
static void
trim_gaps(struct atom *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (v[i].type != GAP)
			continue;
		if (i > 0 && v[i - 1].type == LITERAL && v[i - 1].s.n > 1 &&
		    v[i - 1].s.p[v[i - 1].s.n - 1] == ' ')
			v[i - 1].s.n--;
		if (i + 1 < n && v[i + 1].type == LITERAL && v[i + 1].s.n > 1 &&
		    v[i + 1].s.p[0] == ' ') {
			v[i + 1].s.p++;
			v[i + 1].s.n--;
		}
	}
}

enum rep_rc
rep_pattern_compile(
    struct rep_arena *a, struct rep_str s, const struct rep_pattern **out, struct rep_err *err)
{
	struct atom v[MAX_ATOMS];
	struct rep_folded folded;
	struct rep_pattern *p;
	struct rep_str t;
	size_t n = 0, longest = SIZE_MAX, weight = 0;
	bool anchored = s.n > 0 && s.p[0] == '^';
	char *lit;

	if (s.n > 500)
		return rep_fail(err, REP_ELIMIT, "a pattern of %zu bytes; at most 500", s.n);
	rep_fold(rep_str_sub(s, anchored, s.n), 0, false, &folded);
	t = (struct rep_str){ folded.p, folded.n };
	if ((lit = rep_arena_alloc(a, t.n + 1)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	if (!cut(t, lit, v, &n))
		return rep_fail(err, REP_ELIMIT, "a pattern of more than %d parts", MAX_ATOMS);
	trim_gaps(v, n);
	for (size_t i = 0; i < n; i++)
		if (v[i].type == LITERAL) {
			weight += v[i].s.n;
			if (longest == SIZE_MAX || v[i].s.n > v[longest].s.n)
				longest = i;
		}
	if (longest == SIZE_MAX || v[longest].s.n < 3)
		return rep_fail(
		    err, REP_ESYNTAX, "a pattern needs a literal of at least three signs in a row");
	if ((p = rep_arena_alloc(a, sizeof *p + n * sizeof *v)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	*p = (struct rep_pattern){ anchored, n, longest, weight };
	memcpy(p->v, v, n * sizeof *v);
	*out = p;
	return REP_OK;
}

static bool
in_capture(enum rep_capture c, char ch)
{
	switch (c) {
	case REP_CAPTURE_ADDRESS:
		return rep_digit(ch) || (ch >= 'a' && ch <= 'f') || ch == '.' || ch == ':';
	case REP_CAPTURE_DOMAIN:
		return rep_alnum(ch) || ch == '.' || ch == '-' || ch == '_' || (ch & 0x80) != 0;
	case REP_CAPTURE_LIST:
		return rep_alnum(ch) || ch == '.' || ch == '-' || ch == '_' || ch == '+';
	case REP_CAPTURE_CODE: return rep_alnum(ch) || ch == '-' || ch == '_';
	default: return ch != ' ' && ch != '>' && ch != '"' && ch != ')' && ch != ']';
	}
}

/* Atoms [i, end) exactly at `at`; returns the end position, SIZE_MAX when they are not there. */
static size_t
segment_at(const struct rep_pattern *p, size_t i, size_t end, struct rep_str t, size_t at,
    struct rep_captures *caps)
{
	const struct atom *a;
	struct rep_ip ip;
	size_t n, r;

	for (; i < end; i++) {
		a = &p->v[i];
		if (a->type == LITERAL) {
			if (t.n - at < a->s.n || memcmp(t.p + at, a->s.p, a->s.n) != 0)
				return SIZE_MAX;
			at += a->s.n;
		} else if (a->type == DIGIT) {
			if (at >= t.n || !rep_digit(t.p[at]))
				return SIZE_MAX;
			at++;
		} else {
			for (n = 0; at + n < t.n && n < 255 && in_capture(a->capture, t.p[at + n]);)
				n++;
			/* What a sentence puts after a name is not part of it. */
			while (n > 0 &&
			    (t.p[at + n - 1] == '.' || t.p[at + n - 1] == ',' ||
				t.p[at + n - 1] == ';'))
				n--;
			for (; n > 0; n--) {
				r = segment_at(p, i + 1, end, t, at + n, caps);
				if (r != SIZE_MAX &&
				    (a->capture != REP_CAPTURE_ADDRESS ||
					rep_ip_parse(rep_str_sub(t, at, n), &ip)))
					break;
			}
			if (n == 0)
				return SIZE_MAX;
			if (caps != NULL && caps->v[a->capture].n == 0) {
				caps->v[a->capture].from = (uint16_t)at;
				caps->v[a->capture].n = (uint16_t)n;
			}
			return r;
		}
	}
	return at;
}

/* The segment [i, end) at or after `at`. */
static size_t
segment_find(const struct rep_pattern *p, size_t i, size_t end, struct rep_str t, size_t at,
    struct rep_captures *caps)
{
	size_t r;

	if (i == end)
		return at;
	for (; at <= t.n; at++) {
		if (p->v[i].type == LITERAL) {
			at = rep_str_find(t, p->v[i].s, at);
			if (at == SIZE_MAX)
				return SIZE_MAX;
		}
		if ((r = segment_at(p, i, end, t, at, caps)) != SIZE_MAX)
			return r;
	}
	return SIZE_MAX;
}

bool
rep_pattern_match(const struct rep_pattern *p, struct rep_str t, struct rep_captures *caps)
{
	struct rep_captures mine = { 0 };
	size_t at = 0, end;

	if (caps != NULL)
		mine = *caps;
	for (size_t i = 0; i < p->n; i = end + 1) {
		for (end = i; end < p->n && p->v[end].type != GAP;)
			end++;
		if (i == 0 && p->anchored)
			at = segment_at(p, i, end, t, at, &mine);
		else
			at = segment_find(p, i, end, t, at, &mine);
		if (at == SIZE_MAX)
			return false;
	}
	if (caps != NULL)
		*caps = mine;
	return true;
}

struct rep_str
rep_pattern_literal(const struct rep_pattern *p)
{
	return p->v[p->longest].s;
}

size_t
rep_pattern_weight(const struct rep_pattern *p)
{
	return p->weight;
}
