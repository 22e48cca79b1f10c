/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/json_repair.h"
#include "base/json_out.h"

enum {
	INTEGER_DIGITS = 18, /* fit into 64 bits, whatever they are */
	DOUBLE_DIGITS = 300,
	SALVAGE_DEPTH = 64 /* Judgement: a report nests six deep */
};

struct cleaner {
	struct rep_str s;
	char *out; /* as long as s */
	uint64_t base;
	struct rep_faults *f;
	bool changed;
};

static void
change(struct cleaner *c, size_t at, size_t n, char to, enum rep_report_fault fault)
{
	memset(c->out + at, to, n);
	rep_fault_add(c->f, fault, REP_S(""), REP_S(""), c->base + at);
	c->changed = true;
}

/* The value of the four hexadecimal digits of an escape at i ("\\u003f"); -1: it is none. */
static int
escaped(struct rep_str s, size_t i)
{
	int v = 0;

	if (i + 6 > s.n || s.p[i] != '\\' || s.p[i + 1] != 'u')
		return -1;
	for (size_t k = i + 2; k < i + 6; k++) {
		int digit = rep_hex(s.p[k]);

		if (digit < 0)
			return -1;
		v = v * 16 + digit;
	}
	return v;
}

static bool
surrogate(int v, int first)
{
	return v >= first && v < first + 0x400;
}

/* An escape at i: what no text can have becomes a '?' or U+FFFD. Returns its last byte. */
static size_t
clean_escape(struct cleaner *c, size_t i)
{
	int v = escaped(c->s, i);

	if (surrogate(v, 0xd800) && surrogate(escaped(c->s, i + 6), 0xdc00))
		return i + 11;
	if (v == 0 || surrogate(v, 0xd800) || surrogate(v, 0xdc00)) {
		change(c, i, 0, ' ', REP_FAULT_SYNTAX);
		memcpy(c->out + i + 2, v == 0 ? "003f" : "fffd", 4);
	}
	if (v >= 0)
		return i + 5;
	if (i + 1 < c->s.n &&
	    (c->s.p[i + 1] == '\0' || strchr("\"\\/bfnrt", c->s.p[i + 1]) == NULL)) {
		change(c, i, 1, '?', REP_FAULT_SYNTAX);
		return i;
	}
	return i + 1;
}

/* A string from its quote on; returns what is behind it. */
static size_t
clean_string(struct cleaner *c, size_t i)
{
	struct rep_str s = c->s;

	for (i++; i < s.n && s.p[i] != '"'; i++) {
		size_t n = rep_utf8_len(s, i);

		if (s.p[i] == '\\')
			i = clean_escape(c, i);
		else if (n == 0)
			change(c, i, 1, '?', REP_FAULT_ENCODING);
		else if ((unsigned char)s.p[i] < 0x20)
			change(c, i, 1, ' ', REP_FAULT_SYNTAX);
		else
			i += n - 1;
	}
	return i + 1;
}

/* Whether a number of these digits, `power` of them behind an 'e', fits into what it is read into. */
static bool
fits(size_t digits, size_t power, bool real)
{
	return digits <= (real ? DOUBLE_DIGITS : INTEGER_DIGITS) && power < 3;
}

static size_t
clean_number(struct cleaner *c, size_t i)
{
	size_t k = i, digits = 0, power = 0;
	bool real = false, exponent = false;

	for (; k < c->s.n && c->s.p[k] != '\0' &&
	     (rep_digit(c->s.p[k]) || strchr("+-.eE", c->s.p[k]) != NULL);
	     k++) {
		digits += rep_digit(c->s.p[k]);
		power += exponent && rep_digit(c->s.p[k]);
		exponent = exponent || rep_lower(c->s.p[k]) == 'e';
		real = real || exponent || c->s.p[k] == '.';
	}
	if (!fits(digits, power, real) && k - i >= 4) {
		rep_fault_add(
		    c->f, REP_FAULT_NUMBER, REP_S(""), rep_str_sub(c->s, i, k - i), c->base + i);
		memset(c->out + i, ' ', k - i);
		memcpy(c->out + i, "null", 4);
		c->changed = true;
	}
	return k;
}

/* Whether a comma at i has nothing behind it that it could separate. */
static bool
idle_comma(struct rep_str s, size_t i)
{
	for (i++; i < s.n && rep_blank(s.p[i]); i++)
		;
	return i < s.n && (s.p[i] == ',' || s.p[i] == '}' || s.p[i] == ']');
}

bool
rep_json_clean(struct rep_str s, char *out, uint64_t base, struct rep_faults *f)
{
	struct cleaner c = { s, out, base, f, false };
	size_t i = 0;

	if (s.n > 0)
		memcpy(out, s.p, s.n);
	while (i < s.n) {
		unsigned char b = (unsigned char)s.p[i];

		if (b == '"') {
			i = clean_string(&c, i);
		} else if (b == '-' || rep_digit((char)b)) {
			i = clean_number(&c, i);
		} else {
			if ((b < 0x20 && !rep_blank((char)b)) || b >= 0x80 ||
			    (b == ',' && idle_comma(s, i)))
				change(&c, i, 1, ' ', REP_FAULT_SYNTAX);
			i++;
		}
	}
	return c.changed;
}

/* --- what is complete ---------------------------------------------------------------------------------- */

struct salvage {
	char open[SALVAGE_DEPTH]; /* the brackets that are open */
	size_t depth;
	/*
	 * So deep are the elements of the lists of the outermost object, and in each of them so many objects are
	 * complete. One with two of them says something without the rest: a policy, and its summary.
	 */
	size_t shallow, inner;
	/* The last place where all that is open can be closed, and what is open there. */
	size_t cut, cut_depth;
	char cut_open[6];
};

/* What is before i is complete, or good enough, when what is open there is closed. */
static void
may_cut(struct salvage *v, size_t i)
{
	bool in_list = v->depth == v->shallow + 2 && v->open[v->depth - 1] == '[';

	if (v->depth > v->shallow && (v->inner < 2 || (v->depth > v->shallow + 1 && !in_list)))
		return;
	v->cut = i;
	v->cut_depth = v->depth;
	memcpy(v->cut_open, v->open, v->depth);
}

/* A bracket or a comma at i. False: no more can be used. */
static bool
mark(struct salvage *v, char c, size_t i)
{
	if (c == ',') {
		may_cut(v, i);
		return v->depth > 0;
	}
	if (c == '{' || c == '[') {
		if (v->depth == SALVAGE_DEPTH)
			return false;
		v->open[v->depth++] = c;
		v->inner = v->depth <= v->shallow + 1 ? 0 : v->inner;
		return true;
	}
	if (v->depth == 0 || v->open[v->depth - 1] != (c == '}' ? '{' : '['))
		return false;
	v->inner += --v->depth == v->shallow + 1 && c == '}';
	may_cut(v, i + 1);
	return v->depth > 0;
}

struct rep_str
rep_json_salvage(struct rep_str s, size_t upto, struct rep_arena *a)
{
	/* In the list of an object's member; one deeper when a list is around the object. */
	struct salvage v = { .shallow = s.n > 0 && s.p[0] == '[' ? 3 : 2 };
	bool within = false, more = true;
	struct rep_str copy;
	char *p;

	s = rep_str_sub(s, 0, upto);
	for (size_t i = 0; i < s.n && more; i++) {
		char c = s.p[i];

		if (within && c == '\\')
			i++;
		else if (c == '"')
			within = !within;
		else if (!within && c != '\0' && strchr("{}[],", c) != NULL)
			more = mark(&v, c, i);
	}
	if (v.cut == 0 || (p = rep_arena_alloc(a, v.cut + v.cut_depth + 1)) == NULL)
		return (struct rep_str){ "", 0 };
	memcpy(p, s.p, v.cut);
	copy = (struct rep_str){ p, v.cut };
	while (v.cut_depth > 0)
		p[copy.n++] = v.cut_open[--v.cut_depth] == '{' ? '}' : ']';
	return copy;
}
