/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/caa.h"
#include "auth/tags.h"

#include <stdio.h>

/* Those of the registry that RFC 8659 (7.2) began, without those that are reserved. */
static const struct {
	const char *tag;
	enum rep_caa_kind kind;
} known[] = {
	{ "issue", REP_CAA_ISSUE },
	{ "issuewild", REP_CAA_ISSUEWILD },
	{ "iodef", REP_CAA_OTHER },
	{ "issuemail", REP_CAA_OTHER },
	{ "issuevmc", REP_CAA_OTHER },
	{ "contactemail", REP_CAA_OTHER },
	{ "contactphone", REP_CAA_OTHER },
};

static void
wrong(struct rep_caa *c, const char *what, struct rep_str v)
{
	if (c->why[0] == '\0')
		snprintf(c->why, sizeof c->why, "\"%.*s\" %s", (int)(v.n > 60 ? 60 : v.n),
		    rep_str_p(&v), what);
}

static bool
alnums(struct rep_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!rep_alnum(s.p[i]))
			return false;
	return s.n > 0;
}

/* Labels of letters, digits and hyphens inside, with dots between (RFC 8659, 4.2). */
static bool
domain(struct rep_str s)
{
	char before = '.';

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!rep_alnum(c) && (c != '-' || before == '.') &&
		    (c != '.' || !rep_alnum(before)))
			return false;
		before = c;
	}
	return s.n > 0 && rep_alnum(before);
}

static bool
parameter(struct rep_str s)
{
	size_t eq = rep_str_chr(s, '=', 0);

	if (eq == SIZE_MAX || !alnums(rep_str_trim(rep_str_sub(s, 0, eq))))
		return false;
	return rep_str_printable(rep_str_trim(rep_str_sub(s, eq + 1, s.n)), false);
}

/* "ca.example; account=1" */
static void
issue_value(struct rep_caa *c)
{
	struct rep_str rest = c->value, name = { "", 0 }, part;

	(void)rep_tag_word(&rest, ';', &name);
	/* 4.2 allows a name of one label, but no authority has one. */
	if (name.n > 0 && (!domain(name) || rep_str_chr(name, '.', 0) == SIZE_MAX)) {
		wrong(c, "is not the domain of one authority", name);
		return;
	}
	while (rep_tag_word(&rest, ';', &part))
		if (part.n > 0 && !parameter(part)) {
			wrong(c, "is no parameter (NAME=VALUE)", part);
			return;
		}
	c->issuer = name;
}

void
rep_caa_parse(struct rep_str raw, struct rep_caa *out)
{
	struct rep_caa c = { .kind = REP_CAA_UNKNOWN };
	size_t n = raw.n > 1 ? (unsigned char)raw.p[1] : 0;

	if (raw.n > 0) {
		c.flags = (unsigned char)raw.p[0];
		c.critical = (c.flags & 0x80) != 0;
	}
	if (n == 0 || n + 2 > raw.n || !alnums(rep_str_sub(raw, 2, n))) {
		snprintf(c.why, sizeof c.why, "the data of the record cannot be read");
		*out = c;
		return;
	}
	c.tag = rep_str_sub(raw, 2, n);
	c.value = rep_str_sub(raw, 2 + n, raw.n);
	for (size_t i = 0; i < REP_COUNT(known); i++)
		if (rep_str_eq_nocase(c.tag, rep_str_c(known[i].tag)))
			c.kind = known[i].kind;
	if (c.kind == REP_CAA_ISSUE || c.kind == REP_CAA_ISSUEWILD)
		issue_value(&c);
	c.good = c.why[0] == '\0';
	*out = c;
}

/* What the records with this property say. */
static enum rep_caa_word
word_of(const struct rep_caa *v, size_t n, enum rep_caa_kind kind)
{
	enum rep_caa_word word = REP_CAA_ANYBODY;

	for (size_t i = 0; i < n; i++)
		if (v[i].kind == kind && word != REP_CAA_SOME)
			word = v[i].issuer.n > 0 ? REP_CAA_SOME : REP_CAA_NOBODY;
	return word;
}

enum rep_caa_word
rep_caa_judge(const struct rep_caa *v, size_t n, bool wildcard)
{
	enum rep_caa_word wild = word_of(v, n, REP_CAA_ISSUEWILD);

	for (size_t i = 0; i < n; i++)
		if (v[i].kind == REP_CAA_UNKNOWN && v[i].critical)
			return REP_CAA_NOBODY;
	return wildcard && wild != REP_CAA_ANYBODY ? wild : word_of(v, n, REP_CAA_ISSUE);
}

const char *
rep_caa_meant(const struct rep_caa *c)
{
	if (c->kind != REP_CAA_UNKNOWN || c->tag.n < 4)
		return NULL;
	for (size_t i = 0; i < 2; i++) /* issue, issuewild */
		if (rep_str_distance(c->tag, rep_str_c(known[i].tag), 2) <= 2)
			return known[i].tag;
	return NULL;
}

/* --- what was meant ------------------------------------------------------------------------------ */

static bool
separates(char c)
{
	return c <= ' ' || c > '~' || strchr(",;\"'|", c) != NULL;
}

/* The domain in a word: "https://www.ca.example/" and "ca.example." have one. n == 0: none. */
static struct rep_str
domain_in(struct rep_str w)
{
	size_t at = rep_str_find(w, REP_S("://"), 0);

	if (at != SIZE_MAX) {
		w = rep_str_sub(w, at + 3, w.n);
		w = rep_str_sub(w, 0, rep_str_chr(w, '/', 0));
		if (rep_str_starts_nocase(w, REP_S("www.")))
			w = rep_str_sub(w, 4, w.n);
	}
	if (w.n > 0 && w.p[w.n - 1] == '.')
		w.n--;
	return domain(w) && rep_str_chr(w, '.', 0) != SIZE_MAX ? w : (struct rep_str){ "", 0 };
}

bool
rep_caa_issuers(struct rep_str value, struct rep_buf *out)
{
	size_t from = out->n;

	for (size_t i = 0, end; i < value.n; i = end) {
		struct rep_str w, name;

		while (i < value.n && separates(value.p[i]))
			i++;
		for (end = i; end < value.n && !separates(value.p[end]);)
			end++;
		w = rep_str_sub(value, i, end - i);
		if (w.n == 0)
			continue;
		if (rep_str_eq_nocase(w, REP_S("issue")) || rep_str_eq(w, REP_S("0")) ||
		    rep_str_eq_nocase(w, REP_S("CAA")))
			continue; /* the whole record is in its value */
		if ((name = domain_in(w)).n == 0)
			return false;
		rep_buf_printf(out, "%s%.*s", out->n > from ? " " : "", REP_PR(name));
	}
	return out->n > from && !out->full;
}
