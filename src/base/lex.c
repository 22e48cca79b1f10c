/* SPDX-License-Identifier: Apache-2.0 */
#include "base/lex.h"

#include <stdarg.h>
#include <stdio.h>

void
rep_lex_init(struct rep_lex *l, const char *file, struct rep_str text, struct rep_arena *a)
{
	*l = (struct rep_lex){ .text = text, .file = file, .arena = a, .line = 1 };
}

enum rep_rc
rep_lex_fail(const struct rep_lex *l, const struct rep_lex_word *w, struct rep_err *err,
    const char *fmt, ...)
{
	char sentence[sizeof err->msg]; /* when it does not fit, rep_fail puts "..." at the end */
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(sentence, sizeof sentence, fmt, ap);
	va_end(ap);
	return rep_fail(err, REP_ESYNTAX, "%s:%u:%u: %s", l->file, w->line, w->col, sentence);
}

static void
newline(struct rep_lex *l)
{
	l->at++;
	l->line++;
	l->bol = l->at;
}

/* Where the line ends that l->at is on: its '\n', or the end of the text. */
static size_t
end_of_line(const struct rep_lex *l)
{
	size_t nl = rep_str_chr(l->text, '\n', l->at);

	return nl == SIZE_MAX ? l->text.n : nl;
}

static void
skip_line(struct rep_lex *l)
{
	l->at = end_of_line(l);
	if (l->at < l->text.n)
		newline(l);
}

/* Length of the line end ("\n", "\r\n") right after l->at; 0 when there is none. */
static size_t
line_end(const struct rep_lex *l)
{
	if (rep_str_starts(rep_str_sub(l->text, l->at + 1, 2), REP_S("\r\n")))
		return 2;
	return l->at + 1 < l->text.n && l->text.p[l->at + 1] == '\n';
}

/* Skips blanks, comments and joined lines. Stops at a newline, unless `over` is set. */
static void
skip_blank(struct rep_lex *l, bool over)
{
	for (; l->at < l->text.n; l->at++) {
		char c = l->text.p[l->at];

		if (c == '\\' && line_end(l) > 0) {
			l->at += line_end(l);
			newline(l);
			l->at--;
		} else if (c == '\n') {
			if (!over)
				return;
			newline(l);
			l->at--;
		} else if (c == '#') {
			l->at = end_of_line(l) - 1;
		} else if (c != ' ' && c != '\t' && c != '\r' && !(over && c == ';')) {
			return;
		}
	}
}

static enum rep_rc
quoted(struct rep_lex *l, struct rep_lex_word *w, struct rep_err *err)
{
	size_t start = ++l->at, n = 0;
	struct rep_str line = rep_str_sub(l->text, 0, end_of_line(l));
	bool escaped = false;
	char *out;

	for (size_t i = start, slash;; i = slash + 2) {
		size_t quote = rep_str_chr(line, '"', i);

		if (quote == SIZE_MAX)
			return rep_lex_fail(
			    l, w, err, "the quote that opens here is not closed on its line");
		slash = rep_str_chr(rep_str_sub(line, 0, quote), '\\', i);
		if (slash == SIZE_MAX) {
			l->at = quote + 1;
			break;
		}
		escaped = true;
	}
	w->s = (struct rep_str){ l->text.p + start, l->at - 1 - start };
	w->quoted = true;
	if (!escaped)
		return REP_OK;
	if ((out = rep_arena_alloc(l->arena, w->s.n + 1)) == NULL)
		return rep_fail(err, REP_ELIMIT, "%s:%u: file too large", l->file, w->line);
	for (size_t i = 0; i < w->s.n; i++) {
		if (w->s.p[i] == '\\' && i + 1 < w->s.n)
			i++;
		out[n++] = w->s.p[i];
	}
	w->s = (struct rep_str){ out, n };
	return REP_OK;
}

static const bool ends_word[256] = { ['\0'] = true,
	['\t'] = true,
	['\n'] = true,
	['\r'] = true,
	[' '] = true,
	['"'] = true,
	[';'] = true,
	['{'] = true,
	['}'] = true };

static enum rep_rc
glue(
    struct rep_lex *l, struct rep_lex_word *prev, const struct rep_lex_word *w, struct rep_err *err)
{
	char *out = rep_arena_alloc(l->arena, prev->s.n + w->s.n + 1);

	if (out == NULL)
		return rep_fail(err, REP_ELIMIT, "%s:%u: file too large", l->file, w->line);
	if (prev->s.n > 0)
		memcpy(out, prev->s.p, prev->s.n);
	if (w->s.n > 0)
		memcpy(out + prev->s.n, w->s.p, w->s.n);
	prev->s = (struct rep_str){ out, prev->s.n + w->s.n };
	prev->line = w->line;
	return REP_OK;
}

/* Reads one word at l->at. A quoted piece after a joined line is added to the piece before it. */
static enum rep_rc
word(struct rep_lex *l, struct rep_lex_stmt *st, struct rep_err *err)
{
	struct rep_lex_word *w = &st->w[st->n], *prev = st->n > 0 ? w - 1 : NULL;
	enum rep_rc rc;
	size_t start;

	*w = (struct rep_lex_word){ .line = l->line, .col = (unsigned)(l->at - l->bol) + 1 };
	if (l->text.p[l->at] == '"') {
		if ((rc = quoted(l, w, err)) != REP_OK)
			return rc;
		if (prev != NULL && prev->quoted && prev->line < w->line)
			return glue(l, prev, w, err);
	} else {
		start = l->at;
		while (l->at < l->text.n && !ends_word[(unsigned char)l->text.p[l->at]])
			l->at++;
		if (l->at == start)
			return rep_lex_fail(l, w, err, "a NUL byte; expected a text file");
		w->s = (struct rep_str){ l->text.p + start, l->at - start };
	}
	st->n++;
	return REP_OK;
}

static enum rep_rc
statement(struct rep_lex *l, struct rep_lex_stmt *st, struct rep_err *err)
{
	enum rep_rc rc;

	for (;;) {
		struct rep_lex_word here = { .line = l->line,
			.col = (unsigned)(l->at - l->bol) + 1 };
		char c = l->at < l->text.n ? l->text.p[l->at] : '\n';

		if (c == '\n' || c == ';') {
			if (c == ';')
				l->at++;
			return REP_OK;
		}
		if (c == '}') {
			if (st->n > 0)
				return REP_OK;
			st->w[0] = here;
			l->at++;
			if (l->depth == 0)
				return rep_lex_fail(l, &here, err, "a '}' without its '{'");
			l->depth--;
			st->closes = true;
			return REP_OK;
		}
		if (c == '{') {
			if (st->n == 0)
				return rep_lex_fail(
				    l, &here, err, "a '{' without a keyword before it");
			if (++l->depth > REP_LEX_MAX_DEPTH) {
				l->depth--;
				return rep_lex_fail(l, &here, err,
				    "blocks can be nested at most %d deep", REP_LEX_MAX_DEPTH);
			}
			l->at++;
			st->opens = true;
			return REP_OK;
		}
		if (st->n == REP_LEX_MAX_WORDS)
			return rep_lex_fail(l, &here, err, "more than %d words in one statement",
			    REP_LEX_MAX_WORDS);
		if ((rc = word(l, st, err)) != REP_OK)
			return rc;
		skip_blank(l, false);
	}
}

enum rep_rc
rep_lex_next(struct rep_lex *l, struct rep_lex_stmt *st, struct rep_err *err)
{
	enum rep_rc rc;

	st->n = 0;
	st->opens = st->closes = false;
	skip_blank(l, true);
	if (l->at >= l->text.n) {
		if (l->depth > 0) {
			l->depth = 0;
			return rep_fail(err, REP_ESYNTAX,
			    "%s:%u: the file ends inside a block; a '}' is missing", l->file,
			    l->line);
		}
		return REP_ENOTFOUND;
	}
	rc = statement(l, st, err);
	if (rc != REP_OK)
		skip_line(l);
	return rc;
}

static void
told(struct rep_lex_reader *r, const struct rep_err *e)
{
	r->bad++;
	if (r->problem != NULL)
		r->problem(r->ctx, e->msg);
}

bool
rep_lex_inside(struct rep_lex_reader *r, struct rep_lex_stmt *st)
{
	unsigned depth = r->lex.depth;
	struct rep_err e;
	enum rep_rc rc;

	while ((rc = rep_lex_next(&r->lex, st, &e)) != REP_ENOTFOUND) {
		if (rc != REP_OK)
			told(r, &e);
		if (r->lex.depth < depth)
			return false;
		if (rc == REP_OK && st->n > 0)
			return true;
	}
	return false;
}

void
rep_lex_pass_over(struct rep_lex_reader *r)
{
	struct rep_lex_stmt st;

	while (rep_lex_inside(r, &st))
		if (st.opens)
			rep_lex_pass_over(r);
}

void
rep_lex_tell(struct rep_lex_reader *r, const struct rep_lex_word *w, const char *fmt, ...)
{
	struct rep_err e;
	char sentence[sizeof e.msg]; /* as in rep_lex_fail */
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(sentence, sizeof sentence, fmt, ap);
	va_end(ap);
	(void)rep_lex_fail(&r->lex, w, &e, "%s", sentence);
	told(r, &e);
}
