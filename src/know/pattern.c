/* SPDX-License-Identifier: Apache-2.0 */
#include "base/ip.h"
#include "base/time.h"
#include "know/fold.h"
#include "know/pattern_inside.h"

static const char *const capture_words[REP_CAPTURE_N] = { "address", "domain", "list", "code",
	"url", "ends" };

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

/* Cuts the folded pattern into atoms. False: there are too many. */
static bool
cut(struct rep_str s, char *lit, struct rep_atom *v, size_t *n)
{
	struct rep_atom *open = NULL; /* the literal being written */
	size_t used = 0, skip;
	enum rep_capture c;

	for (size_t i = 0; i < s.n; i += skip) {
		struct rep_atom a = { .type = REP_ATOM_LITERAL };

		skip = 1;
		if (s.p[i] == '*')
			a.type = REP_ATOM_GAP;
		else if (s.p[i] == '#')
			a.type = REP_ATOM_DIGIT;
		else if (s.p[i] == '<' && capture_at(s, i, &c, &skip))
			a = (struct rep_atom){ .type = REP_ATOM_CAPTURE, .capture = c };
		if (a.type != REP_ATOM_LITERAL || open == NULL) {
			if (*n == REP_PATTERN_ATOMS)
				return false;
			v[*n] = a;
			open = a.type == REP_ATOM_LITERAL ? &v[*n] : NULL;
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

/* Removes blanks beside a gap: "a * b" also finds "ab". A literal of one blank stays. */
static void
trim_gaps(struct rep_atom *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (v[i].type != REP_ATOM_GAP)
			continue;
		if (i > 0 && v[i - 1].type == REP_ATOM_LITERAL && v[i - 1].s.n > 1 &&
		    v[i - 1].s.p[v[i - 1].s.n - 1] == ' ')
			v[i - 1].s.n--;
		if (i + 1 < n && v[i + 1].type == REP_ATOM_LITERAL && v[i + 1].s.n > 1 &&
		    v[i + 1].s.p[0] == ' ') {
			v[i + 1].s.p++;
			v[i + 1].s.n--;
		}
	}
}

/* Whether the pattern is a code like "ofr###_102". It must not match inside a longer word. */
static bool
is_code(const struct rep_atom *v, size_t n)
{
	bool digit = false;

	for (size_t i = 0; i < n; i++) {
		if (v[i].type == REP_ATOM_GAP || v[i].type == REP_ATOM_CAPTURE)
			return false;
		digit |= v[i].type == REP_ATOM_DIGIT;
		for (size_t k = 0; v[i].type == REP_ATOM_LITERAL && k < v[i].s.n; k++) {
			if (v[i].s.p[k] == ' ')
				return false;
			digit |= rep_digit(v[i].s.p[k]);
		}
	}
	return digit;
}

/* Of a code: enough letters and digits that no other host writes the same by chance. */
static bool
is_particular(const struct rep_atom *v, size_t n)
{
	size_t letters = 0, digits = 0;

	for (size_t i = 0; i < n; i++) {
		digits += v[i].type == REP_ATOM_DIGIT;
		for (size_t k = 0; v[i].type == REP_ATOM_LITERAL && k < v[i].s.n; k++) {
			digits += rep_digit(v[i].s.p[k]);
			letters += rep_alnum(v[i].s.p[k]) && !rep_digit(v[i].s.p[k]);
		}
	}
	return letters >= 3 && digits >= 3;
}

bool
rep_whole_word(struct rep_str t, size_t from, size_t to)
{
	return (from == 0 || !rep_alnum(t.p[from]) || !rep_alnum(t.p[from - 1])) &&
	    (to == t.n || to == from || !rep_alnum(t.p[to - 1]) || !rep_alnum(t.p[to]));
}

enum rep_rc
rep_pattern_compile(
    struct rep_arena *a, struct rep_str s, const struct rep_pattern **out, struct rep_err *err)
{
	struct rep_atom v[REP_PATTERN_ATOMS];
	struct rep_folded folded;
	struct rep_pattern *p;
	struct rep_str t;
	size_t n = 0, longest = SIZE_MAX, weight = 0, captures = 0;
	bool anchored = s.n > 0 && s.p[0] == '^';
	char *lit;

	if (s.n > 500)
		return rep_fail(err, REP_ELIMIT, "a pattern of %zu bytes; at most 500", s.n);
	rep_fold(rep_str_sub(s, anchored, s.n), 0, false, &folded);
	t = (struct rep_str){ folded.p, folded.n };
	if ((lit = rep_arena_alloc(a, t.n + 1)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	if (!cut(t, lit, v, &n))
		return rep_fail(
		    err, REP_ELIMIT, "a pattern of more than %d parts", REP_PATTERN_ATOMS);
	trim_gaps(v, n);
	for (size_t i = 0; i < n; i++)
		if (v[i].type == REP_ATOM_CAPTURE) {
			captures++;
		} else if (v[i].type == REP_ATOM_LITERAL) {
			weight += v[i].s.n;
			v[i].rarest = rep_str_rarest(v[i].s);
			if (longest == SIZE_MAX || v[i].s.n > v[longest].s.n)
				longest = i;
		}
	if (longest == SIZE_MAX || v[longest].s.n < 3)
		return rep_fail(
		    err, REP_ESYNTAX, "a pattern needs at least three literal characters in a row");
	if ((p = rep_arena_alloc(a, sizeof *p + n * sizeof *v)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	if ((s = rep_arena_dup(a, s)).p == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	*p = (struct rep_pattern){ s, anchored, is_code(v, n), is_code(v, n) && is_particular(v, n),
		n, longest, weight, captures };
	memcpy(p->v, v, n * sizeof *v);
	*out = p;
	return REP_OK;
}

struct rep_str
rep_pattern_text(const struct rep_pattern *p)
{
	return p->text;
}

bool
rep_pattern_names(const struct rep_pattern *p)
{
	return p->names;
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
	case REP_CAPTURE_ENDS: return rep_alnum(ch) || ch == '.' || ch == ' ';
	default: return ch != ' ' && ch != '>' && ch != '"' && ch != ')' && ch != ']';
	}
}

/* The search for one pattern in one text. */
struct match {
	const struct rep_pattern *p;
	struct rep_str t;
	struct rep_captures *caps;
	/* dead: at this place, what follows capture i is known not to match. Without this note,
	 * neighbouring captures would try every way to divide the text. */
	bool memo;
	unsigned char dead[REP_PATTERN_ATOMS][REP_FOLD_MAX / 8 + 4];
};

static bool
dead(const struct match *m, size_t i, size_t at)
{
	return m->memo && at / 8 < sizeof m->dead[0] && (m->dead[i][at / 8] >> at % 8 & 1) != 0;
}

static size_t segment_at(struct match *m, size_t i, size_t end, size_t at);

/* Matches capture i at `at`, as long as possible, and then what follows it. */
static size_t
capture_here(struct match *m, size_t i, size_t end, size_t at)
{
	enum rep_capture c = m->p->v[i].capture;
	struct rep_str t = m->t;
	struct rep_ip ip;
	int64_t length_s;
	size_t n, r;

	if (dead(m, i, at))
		return SIZE_MAX;
	for (n = 0; at + n < t.n && n < 255 && in_capture(c, t.p[at + n]);)
		n++;
	/* Punctuation after a name is not part of it. */
	while (
	    n > 0 && (t.p[at + n - 1] == '.' || t.p[at + n - 1] == ',' || t.p[at + n - 1] == ';'))
		n--;
	for (; n > 0; n--) {
		if (c == REP_CAPTURE_ADDRESS && !rep_ip_parse(rep_str_sub(t, at, n), &ip))
			continue;
		if (c == REP_CAPTURE_ENDS && !rep_time_length(rep_str_sub(t, at, n), &length_s))
			continue;
		if ((r = segment_at(m, i + 1, end, at + n)) == SIZE_MAX)
			continue;
		if (m->caps->v[c].n == 0) {
			m->caps->v[c].from = (uint16_t)at;
			m->caps->v[c].n = (uint16_t)n;
		}
		return r;
	}
	if (m->memo && at / 8 < sizeof m->dead[0])
		m->dead[i][at / 8] |= (unsigned char)(1u << at % 8);
	return SIZE_MAX;
}

/* Matches atoms [i, end) exactly at `at`. Returns the end position. SIZE_MAX: no match. */
static size_t
segment_at(struct match *m, size_t i, size_t end, size_t at)
{
	const struct rep_atom *a;
	struct rep_str t = m->t;

	for (; i < end; i++) {
		a = &m->p->v[i];
		if (a->type == REP_ATOM_CAPTURE)
			return capture_here(m, i, end, at);
		if (a->type == REP_ATOM_LITERAL) {
			if (t.n - at < a->s.n || memcmp(t.p + at, a->s.p, a->s.n) != 0)
				return SIZE_MAX;
			at += a->s.n;
		} else {
			if (at >= t.n || !rep_digit(t.p[at]))
				return SIZE_MAX;
			at++;
		}
	}
	return at;
}

/* Finds the segment [i, end) at or after `at`. */
static size_t
segment_find(struct match *m, size_t i, size_t end, size_t at)
{
	size_t r;

	if (i == end)
		return at;
	for (; at <= m->t.n; at++) {
		if (m->p->v[i].type == REP_ATOM_LITERAL) {
			at = rep_str_find_by(m->t, m->p->v[i].s, m->p->v[i].rarest, at);
			if (at == SIZE_MAX)
				return SIZE_MAX;
		}
		r = segment_at(m, i, end, at);
		if (r != SIZE_MAX && (!m->p->code || rep_whole_word(m->t, at, r)))
			return r;
	}
	return SIZE_MAX;
}

bool
rep_pattern_match(const struct rep_pattern *p, struct rep_str t, struct rep_captures *caps)
{
	struct rep_captures mine = { 0 };
	size_t at = 0, end;
	struct match m;

	m.p = p;
	m.t = t;
	m.caps = &mine;
	m.memo = p->captures > 1;
	if (m.memo)
		memset(m.dead, 0, sizeof m.dead);
	if (caps != NULL)
		mine = *caps;
	for (size_t i = 0; i < p->n; i = end + 1) {
		for (end = i; end < p->n && p->v[end].type != REP_ATOM_GAP;)
			end++;
		if (i == 0 && p->anchored)
			at = segment_at(&m, i, end, at);
		else
			at = segment_find(&m, i, end, at);
		if (at == SIZE_MAX)
			return false;
	}
	if (caps != NULL)
		*caps = mine;
	return true;
}

/*
 * Writes a text in which p is found, with `digit` for each digit and `other` for each gap and capture, and
 * for what stands around it. `other` is nothing that a pattern has.
 */
static struct rep_str
example(const struct rep_pattern *p, char digit, char other,
    char out[REP_FOLD_MAX + REP_PATTERN_ATOMS + 2])
{
	size_t n = 0;

	if (!p->anchored)
		out[n++] = other;
	for (size_t i = 0; i < p->n; i++) {
		if (p->v[i].type == REP_ATOM_LITERAL) {
			memcpy(out + n, p->v[i].s.p, p->v[i].s.n);
			n += p->v[i].s.n;
		} else {
			out[n++] = p->v[i].type == REP_ATOM_DIGIT ? digit : other;
		}
	}
	out[n++] = other;
	return (struct rep_str){ out, n };
}

bool
rep_pattern_implies(const struct rep_pattern *p, const struct rep_pattern *q)
{
	char out[REP_FOLD_MAX + REP_PATTERN_ATOMS + 2];

	/* Two digits, as q may have one of them as a literal. The second time words touch their
	 * neighbours, unless p is found as a whole word only. */
	return rep_pattern_match(q, example(p, '0', '\1', out), NULL) &&
	    rep_pattern_match(q, example(p, '7', p->code ? '\1' : 'q', out), NULL);
}

size_t
rep_pattern_literals(const struct rep_pattern *p, struct rep_str v[REP_PATTERN_LITERALS])
{
	size_t n = 1;

	v[0] = p->v[p->longest].s;
	for (size_t i = 0; i < p->n && n < REP_PATTERN_LITERALS; i++)
		if (p->v[i].type == REP_ATOM_LITERAL && i != p->longest && p->v[i].s.n >= 3)
			v[n++] = p->v[i].s;
	return n;
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
