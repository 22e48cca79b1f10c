/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/dkim_canon.h"
#include "auth/dkim_inside.h"

enum { CHUNK = 16384 };

const EVP_MD *
rep_dkim_sha256(void)
{
	static EVP_MD *found;

	if (found == NULL)
		found = EVP_MD_fetch(NULL, "SHA256", NULL);
	return found != NULL ? found : EVP_sha256();
}

static bool
wsp(char c)
{
	return c == ' ' || c == '\t';
}

static void
relaxed_field(struct rep_buf *out, const struct rep_field *f)
{
	bool blank = false, any = false;
	char *name = rep_buf_extend(out, f->name.n);

	for (size_t i = 0; name != NULL && i < f->name.n; i++)
		name[i] = rep_lower(f->name.p[i]);
	rep_buf_addc(out, ':');
	for (size_t i = 0; i < f->value.n;) {
		size_t from = i;

		while (i < f->value.n && !rep_blank(f->value.p[i]))
			i++;
		if (i > from) {
			if (blank && any)
				rep_buf_addc(out, ' ');
			rep_buf_add(out, rep_str_sub(f->value, from, i - from));
			any = true;
		}
		blank = false;
		while (i < f->value.n && rep_blank(f->value.p[i])) {
			/* Unfolding removes the CRLF. Only a space or tab around it is a blank. */
			blank = blank || wsp(f->value.p[i]);
			i++;
		}
	}
}

void
rep_dkim_field(struct rep_buf *out, const struct rep_field *f, bool relaxed)
{
	if (relaxed)
		relaxed_field(out, f);
	else
		rep_buf_add(out, f->whole);
}

/* --- the body ---------------------------------------------------------------------------------- */

struct sink {
	EVP_MD_CTX *md;
	size_t left;   /* of the limit */
	size_t length; /* of the whole canonical body */
	size_t n;
	char buf[CHUNK];
};

static void
drain(struct sink *s)
{
	size_t n = s->n < s->left ? s->n : s->left;

	if (n > 0)
		(void)EVP_DigestUpdate(s->md, s->buf, n);
	if (s->left != SIZE_MAX)
		s->left -= n;
	s->length += s->n;
	s->n = 0;
}

static void
put(struct sink *s, const char *p, size_t n)
{
	if (n > CHUNK - s->n)
		drain(s);
	if (n > CHUNK) {
		size_t take = n < s->left ? n : s->left;

		(void)EVP_DigestUpdate(s->md, p, take);
		if (s->left != SIZE_MAX)
			s->left -= take;
		s->length += n;
		return;
	}
	memcpy(s->buf + s->n, p, n);
	s->n += n;
}

enum { BLOCK = 16 };

/* BLOCK bytes that are compared all at once. */
typedef unsigned char block __attribute__((vector_size(BLOCK)));

/* Whether BLOCK bytes, and the one after them, have a tab or two blanks in a row. */
static bool
odd_within(const char p[BLOCK + 1])
{
	uint64_t odd[BLOCK / sizeof(uint64_t)];
	block here, next;

	memcpy(&here, p, BLOCK);
	memcpy(&next, p + 1, BLOCK);
	here = (block)((here == '\t') | (next == '\t') | ((here == ' ') & (next == ' ')));
	memcpy(odd, &here, sizeof odd);
	return (odd[0] | odd[1]) != 0;
}

/*
 * A line without blanks at its end. Each run of blanks becomes one space. `ending` bytes after it, its
 * CRLF or nothing, are kept as they are.
 */
static void
relaxed_line(struct sink *s, const char *p, size_t n, size_t ending)
{
	size_t from = 0, i = 0;

	while (i < n) {
		while (n - i > BLOCK && !odd_within(p + i))
			i += BLOCK;
		if (n - i <= BLOCK && n > BLOCK && !odd_within(p + n - BLOCK - 1))
			break;
		while (i < n && !wsp(p[i]))
			i++;
		if (i >= n)
			break;
		if (p[i] == ' ' && !wsp(p[i + 1])) { /* a single space stays */
			i += 2;
			continue;
		}
		put(s, p + from, i - from);
		put(s, " ", 1);
		while (wsp(p[i]))
			i++;
		from = i;
	}
	put(s, p + from, n - from + ending);
}

/* Whether each LF has a CR before it. Without an early end, for the vector unit. */
static bool
ends_lines(struct rep_str body)
{
	unsigned char bare = body.n > 0 && body.p[0] == '\n';

	for (size_t i = 1; i < body.n; i++)
		bare |= (unsigned char)((body.p[i] == '\n') & (body.p[i - 1] != '\r'));
	return bare == 0;
}

/* The simple form of a body whose lines end in CRLF: as it is, but for its end. */
static void
simple_body(struct sink *s, struct rep_str body)
{
	while (rep_str_ends(body, REP_S("\r\n\r\n")))
		body.n -= 2;
	if (rep_str_eq(body, REP_S("\r\n")))
		body.n = 0;
	put(s, body.p, body.n);
	if (!rep_str_ends(body, REP_S("\r\n")))
		put(s, "\r\n", 2);
	drain(s);
}

/* Leaves out empty lines at the end. An empty body becomes CRLF (simple) or nothing (relaxed). */
static void
canonical_body(struct sink *s, struct rep_str body, bool relaxed)
{
	const char *p = body.p, *end = body.p + body.n, *lf;
	size_t empty = 0, n;
	bool any = false;

	if (!relaxed && ends_lines(body)) {
		simple_body(s, body);
		return;
	}
	while (p < end) {
		lf = memchr(p, '\n', (size_t)(end - p));
		n = (size_t)((lf != NULL ? lf : end) - p);
		if (lf != NULL && n > 0 && p[n - 1] == '\r')
			n--;
		if (relaxed)
			while (n > 0 && wsp(p[n - 1]))
				n--;
		if (n == 0) {
			empty++;
		} else {
			/* its CRLF is there already, unless blanks were before it */
			size_t ending = lf == p + n + 1 && p[n] == '\r' ? 2 : 0;

			for (; empty > 0; empty--)
				put(s, "\r\n", 2);
			if (relaxed)
				relaxed_line(s, p, n, ending);
			else
				put(s, p, n + ending);
			if (ending == 0)
				put(s, "\r\n", 2);
			any = true;
		}
		p = lf != NULL ? lf + 1 : end;
	}
	if (!any && !relaxed)
		put(s, "\r\n", 2);
	drain(s);
}

void
rep_dkim_body_hash(struct rep_str body, bool relaxed, size_t limit,
    unsigned char hash[REP_SHA256_BYTES], size_t *length)
{
	struct sink s;

	s.md = EVP_MD_CTX_new();
	s.left = limit;
	s.length = s.n = 0;
	memset(hash, 0, REP_SHA256_BYTES);
	if (s.md != NULL && EVP_DigestInit_ex(s.md, rep_dkim_sha256(), NULL) == 1) {
		canonical_body(&s, body, relaxed);
		(void)EVP_DigestFinal_ex(s.md, hash, NULL);
	}
	EVP_MD_CTX_free(s.md);
	*length = s.length;
}

void
rep_dkim_without_b(struct rep_buf *out, struct rep_str value)
{
	size_t end;

	for (size_t i = 0; i < value.n; i = end) {
		struct rep_str part;
		size_t eq;

		end = rep_str_chr(value, ';', i);
		end = end == SIZE_MAX ? value.n : end + 1;
		part = rep_str_sub(value, i, end - i);
		eq = rep_str_chr(part, '=', 0);
		if (eq != SIZE_MAX &&
		    rep_str_eq(rep_str_trim(rep_str_sub(part, 0, eq)), REP_S("b"))) {
			rep_buf_add(out, rep_str_sub(part, 0, eq + 1));
			if (part.p[part.n - 1] == ';')
				rep_buf_addc(out, ';');
		} else {
			rep_buf_add(out, part);
		}
	}
}
