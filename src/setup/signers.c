/* SPDX-License-Identifier: Apache-2.0 */
#include "setup/signers.h"
#include "base/lex.h"

/* What OpenDKIM logs with "SyslogSuccess yes", which Debian sets: "DKIM-Signature field added (s=mail, d=shop.example)". */
#define SIGNED REP_S("DKIM-Signature field added (s=")

enum { NAME_BYTES = 253, LABEL_BYTES = 63 };

/* Labels of letters, digits, '-' and '_' with dots between, at least `least`. */
static bool
are_labels(struct rep_str s, size_t least)
{
	size_t from = 0, n = 0;

	if (s.n == 0 || s.n > NAME_BYTES)
		return false;
	for (size_t i = 0; i <= s.n; i++) {
		if (i < s.n && s.p[i] != '.') {
			char c = rep_lower(s.p[i]);

			if (!rep_digit(c) && (c < 'a' || c > 'z') && c != '-' && c != '_')
				return false;
			continue;
		}
		if (i == from || i - from > LABEL_BYTES)
			return false;
		from = i + 1;
		n++;
	}
	return n >= least;
}

bool
rep_signer_domain(struct rep_str s)
{
	size_t dot = rep_str_rchr(s, '.');

	return are_labels(s, 2) && !rep_digit(s.p[dot + 1]);
}

bool
rep_signer_selector(struct rep_str s)
{
	return are_labels(s, 1);
}

/* Gives what has the form of a domain ("%" and "*": every one) and of a selector. */
static void
give(struct rep_str domain, struct rep_str selector, rep_signer_fn fn, void *ctx)
{
	if (rep_str_eq(domain, REP_S("%")) || rep_str_eq(domain, REP_S("*")))
		domain.n = 0;
	else if (!rep_signer_domain(domain))
		return;
	if (rep_signer_selector(selector))
		fn(ctx, domain, selector);
}

/* The next line, without blanks at its ends. */
static bool
take_line(struct rep_str *s, struct rep_str *line)
{
	if (!rep_str_take_line(s, line))
		return false;
	*line = rep_str_trim(*line);
	return true;
}

static struct rep_str
take_word(struct rep_str *line)
{
	size_t end = 0;
	struct rep_str word;

	while (end < line->n && line->p[end] != ' ' && line->p[end] != '\t')
		end++;
	word = rep_str_sub(*line, 0, end);
	*line = rep_str_trim(rep_str_sub(*line, end, line->n));
	return word;
}

/* --- OpenDKIM ---------------------------------------------------------------------------------------- */

struct rep_str
rep_opendkim_setting(struct rep_str text, const char *name)
{
	struct rep_str line;

	while (take_line(&text, &line))
		if (rep_str_eq_nocase(take_word(&line), rep_str_c(name)))
			return line;
	return REP_S("");
}

struct rep_str
rep_opendkim_file(struct rep_str set)
{
	static const char *const kinds[] = { "refile:", "file:" };

	for (size_t i = 0; i < REP_COUNT(kinds); i++)
		if (rep_str_starts_nocase(set, rep_str_c(kinds[i])))
			set = rep_str_sub(set, strlen(kinds[i]), set.n);
	return set.n > 0 && set.p[0] == '/' ? set : REP_S("");
}

void
rep_opendkim_keys(struct rep_str text, rep_signer_fn fn, void *ctx)
{
	struct rep_str line, key;
	size_t a, b;

	while (take_line(&text, &line)) {
		if (line.n == 0 || line.p[0] == '#')
			continue;
		(void)take_word(&line);
		key = take_word(&line);
		a = rep_str_chr(key, ':', 0);
		b = a == SIZE_MAX ? SIZE_MAX : rep_str_chr(key, ':', a + 1);
		if (b != SIZE_MAX)
			give(rep_str_sub(key, 0, a), rep_str_sub(key, a + 1, b - a - 1), fn, ctx);
	}
}

/* --- Rspamd ------------------------------------------------------------------------------------------ */

struct signing {
	struct rep_str names[REP_LEX_MAX_DEPTH + 1]; /* of the open blocks; [0] is the file */
	unsigned depth;
	rep_signer_fn fn;
	void *ctx;
};

/* "selector = x", "selector: x," and "selector x": the value; n == 0: another setting. */
static struct rep_str
value_of(const struct rep_lex_stmt *st, const char *name)
{
	struct rep_str key = st->w[0].s, value = { "", 0 };

	while (key.n > 0 && (key.p[key.n - 1] == '=' || key.p[key.n - 1] == ':'))
		key.n--;
	if (!rep_str_eq(key, rep_str_c(name)))
		return value;
	for (size_t i = 1; i < st->n && value.n == 0; i++)
		if (!rep_str_eq(st->w[i].s, REP_S("=")) && !rep_str_eq(st->w[i].s, REP_S(":")))
			value = st->w[i].s;
	while (value.n > 0 && value.p[value.n - 1] == ',')
		value.n--;
	return value;
}

/* The domain whose block is open: a block in a block `domain`. n == 0: none is. */
static struct rep_str
open_domain(const struct signing *s)
{
	for (unsigned i = 1; i < s->depth; i++)
		if (rep_str_eq(s->names[i], REP_S("domain")))
			return s->names[i + 1];
	return REP_S("");
}

static void
one_setting(struct signing *s, const struct rep_lex_stmt *st)
{
	struct rep_str selector = value_of(st, "selector"), domain = open_domain(s);

	if (selector.n == 0)
		return;
	if (domain.n > 0)
		give(domain, selector, s->fn, s->ctx);
	else if (s->depth == 0)
		give(REP_S("*"), selector, s->fn, s->ctx);
}

/*
 * The grammar of Rspamd (UCL) is larger than that of our own files, but blocks, settings, comments and quotes are the
 * same. What is not, is an error in that line, and passed over.
 */
void
rep_rspamd_signing(struct rep_str text, struct rep_arena *a, rep_signer_fn fn, void *ctx)
{
	struct signing s = { .fn = fn, .ctx = ctx };
	struct rep_lex_stmt st;
	struct rep_lex lex;
	enum rep_rc rc;

	rep_lex_init(&lex, "dkim_signing.conf", text, a);
	while ((rc = rep_lex_next(&lex, &st, NULL)) == REP_OK || rc == REP_ESYNTAX) {
		if (rc == REP_OK && !st.opens && !st.closes && st.n > 0)
			one_setting(&s, &st);
		for (; s.depth < lex.depth && s.depth < REP_LEX_MAX_DEPTH; s.depth++)
			s.names[s.depth + 1] =
			    rc == REP_OK && st.opens && st.n > 0 ? st.w[0].s : REP_S("");
		if (s.depth > lex.depth)
			s.depth = lex.depth;
	}
}

void
rep_rspamd_key(struct rep_str name, struct rep_str selector, rep_signer_fn fn, void *ctx)
{
	struct rep_str end = REP_S(".key"), domain;
	size_t dot;

	if (!rep_str_ends(name, end))
		return;
	name.n -= end.n;
	if (selector.n > 0 && name.n > selector.n + 1 && rep_str_ends(name, selector) &&
	    name.p[name.n - selector.n - 1] == '.') {
		domain = rep_str_sub(name, 0, name.n - selector.n - 1);
	} else {
		if ((dot = rep_str_rchr(name, '.')) == SIZE_MAX)
			return;
		domain = rep_str_sub(name, 0, dot);
		selector = rep_str_sub(name, dot + 1, name.n);
	}
	if (rep_signer_domain(domain))
		give(domain, selector, fn, ctx);
}

/* --- the log ----------------------------------------------------------------------------------------- */

void
rep_signed_lines(struct rep_str text, rep_signer_fn fn, void *ctx)
{
	size_t at = 0;

	while ((at = rep_str_find(text, SIGNED, at)) != SIZE_MAX) {
		size_t end, d;
		struct rep_str said;

		at += SIGNED.n;
		/* Both names, and what is between them. */
		end = rep_str_chr(rep_str_sub(text, at, 2 * NAME_BYTES + 8), ')', 0);
		if (end == SIZE_MAX)
			continue;
		said = rep_str_sub(text, at, end);
		d = rep_str_find(said, REP_S(", d="), 0);
		if (d != SIZE_MAX && rep_signer_domain(rep_str_sub(said, d + 4, said.n)))
			give(rep_str_sub(said, d + 4, said.n), rep_str_sub(said, 0, d), fn, ctx);
	}
}
