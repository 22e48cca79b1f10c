/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/dkim_canon.h"
#include "auth/dkim_inside.h"
#include "base/bytes.h"

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
	if (n == 0)
		return;
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

/* The simple form: as it is, but with one CRLF at its end. */
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
}

enum { BLOCK = 16 };

/* BLOCK bytes that are compared all at once. */
typedef unsigned char block __attribute__((vector_size(BLOCK)));

/*
 * Where, from i on and before `end`, the relaxed form may differ: at the first blank of a run, or at one
 * at the end of a line. Else `end`. It may name a place wrongly, but leaves none out. The byte before
 * `end` is no blank.
 */
static size_t
next_run(const char *p, size_t i, size_t end)
{
	block here, next;
	uint64_t low, high;

	for (; i + BLOCK < end; i += BLOCK) {
		memcpy(&here, p + i, BLOCK);
		memcpy(&next, p + i + 1, BLOCK);
		here = (block)((here == '\t') | ((here == ' ') & (next <= ' ')));
		low = rep_le64(&here);
		high = rep_le64((const char *)&here + sizeof low);
		if (low != 0)
			return i + (size_t)__builtin_ctzll(low) / 8;
		if (high != 0)
			return i + sizeof low + (size_t)__builtin_ctzll(high) / 8;
	}
	while (i < end && p[i] != '\t' && (p[i] != ' ' || (unsigned char)p[i + 1] > ' '))
		i++;
	return i;
}

/* Without the empty lines at the end, the last line end, and the blanks before it. */
static size_t
content(struct rep_str body)
{
	size_t n = body.n;

	for (;;) {
		while (n > 0 && wsp(body.p[n - 1]))
			n--;
		if (n < 2 || body.p[n - 1] != '\n' || body.p[n - 2] != '\r')
			return n;
		n -= 2;
	}
}

/* The relaxed form: no blanks at the end of a line, else one space for each run of them. */
static void
relaxed_body(struct sink *s, struct rep_str body)
{
	size_t end = content(body), from = 0, i = 0;
	const char *p = body.p;

	while ((i = next_run(p, i, end)) < end) {
		put(s, p + from, i - from);
		while (wsp(p[i]))
			i++;
		if (i + 1 == end || p[i] != '\r' || p[i + 1] != '\n')
			put(s, " ", 1);
		from = i;
	}
	put(s, p + from, end - from);
	if (end > 0)
		put(s, "\r\n", 2);
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
		if (relaxed)
			relaxed_body(&s, body);
		else
			simple_body(&s, body);
		drain(&s);
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
