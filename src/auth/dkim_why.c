/*
 * Why a signature is not valid, as far as that can be told.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "auth/dkim_inside.h"

#include <openssl/rsa.h>

enum { MAX_LINES_TRIED = 200 };

static bool
body_is(const struct signature_bytes *b, struct rep_str body, bool relaxed)
{
	unsigned char hash[REP_SHA256_BYTES];
	size_t length;

	rep_dkim_body_hash(body, relaxed, SIZE_MAX, hash, &length);
	return memcmp(hash, b->bh, sizeof hash) == 0;
}

/* Tries the body without its last lines, one by one: a list may have added a footer. */
static size_t
added_lines(
    const struct rep_dkim_signature *s, const struct signature_bytes *b, struct rep_str body)
{
	size_t end = body.n, n = 0, lf;

	while (end > 0 && n < MAX_LINES_TRIED) {
		lf = rep_str_rchr(rep_str_sub(body, 0, end - 1), '\n');
		end = lf == SIZE_MAX ? 0 : lf + 1;
		n++;
		if (body_is(b, rep_str_sub(body, 0, end), s->relaxed_body))
			return n;
	}
	return 0;
}

struct rep_str
rep_dkim_why_body(
    struct verify *w, const struct rep_dkim_signature *s, const struct signature_bytes *b)
{
	struct rep_str body = w->m->body;
	size_t lines;

	if (s->body_limit != SIZE_MAX)
		return REP_S("the signed part of the body was changed");
	if (!s->relaxed_body && body_is(b, body, true))
		return REP_S(
		    "spaces in the body were changed on the way; c=relaxed tolerates that");
	if (body_is(b, REP_S(""), s->relaxed_body))
		return REP_S("an empty body was signed; the whole body was added later");
	if ((lines = added_lines(s, b, body)) > 0)
		return rep_arena_printf(w->a,
		    "the last %zu line%s of the body %s added after signing (a footer of a list or a filter)",
		    lines, rep_plural(lines), lines == 1 ? "was" : "were");
	return REP_S("the body was changed after signing");
}

/*
 * Decrypts an RSA signature with the key. If the padding is well-formed, the key is right, and
 * something else was signed.
 */
static bool
opens(EVP_PKEY_CTX *key, const struct signature_bytes *b)
{
	unsigned char out[1024];
	size_t n = sizeof out;
	EVP_PKEY *rsa = EVP_PKEY_CTX_get0_pkey(key);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(rsa, NULL);
	bool good;

	good = ctx != NULL && EVP_PKEY_verify_recover_init(ctx) == 1 &&
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1 &&
	    EVP_PKEY_get_size(rsa) <= (int)sizeof out &&
	    EVP_PKEY_verify_recover(ctx, out, &n, b->b, b->b_n) == 1;
	EVP_PKEY_CTX_free(ctx);
	return good;
}

static bool
try(struct verify *w, const struct rep_dkim_signature *s, const struct signature_bytes *b,
    EVP_PKEY_CTX *key, const struct variant *how)
{
	struct rep_buf bytes;
	bool good;

	rep_buf_init(&bytes, REP_DKIM_SIGNED_MAX);
	rep_dkim_signed_bytes(w, s, how, &bytes);
	good = !bytes.full && rep_dkim_holds(s, key, b, rep_buf_str(&bytes));
	rep_buf_fini(&bytes);
	return good;
}

/* Turns "[list] words" into "words": the Subject before a list put its name in front. */
static bool
without_tag(const struct rep_message *m, struct rep_str *out)
{
	for (size_t i = m->n; i-- > 0;) {
		struct rep_str v;
		size_t close;

		if (!rep_str_eq_nocase(m->field[i].name, REP_S("subject")))
			continue;
		v = rep_str_trim(m->field[i].value);
		close = rep_str_chr(v, ']', 0);
		if (v.n == 0 || v.p[0] != '[' || close == SIZE_MAX)
			return false;
		*out = rep_str_trim(rep_str_sub(v, close + 1, v.n));
		return true;
	}
	return false;
}

/* A sentence about the header that changed. n == 0: it cannot be told. */
static struct rep_str
which(struct verify *w, const struct rep_dkim_signature *s, const struct signature_bytes *b,
    EVP_PKEY_CTX *key)
{
	struct variant how = { SIZE_MAX, SIZE_MAX, { NULL, 0 }, false };
	struct rep_str list = s->headers, name;

	if (without_tag(w->m, &how.subject) && try(w, s, b, key, &how))
		return REP_S("Subject was changed: something in brackets was put in front of it");
	how.subject.p = NULL;
	if (!s->relaxed_header) {
		how.unfold = true;
		if (try(w, s, b, key, &how))
			return REP_S(
			    "spaces or line ends in the headers were changed; c=relaxed tolerates "
			    "that");
		how.unfold = false;
	}
	for (size_t i = 0; rep_tag_word(&list, ':', &name) && i < 64; i++) {
		how.omit = i;
		if (try(w, s, b, key, &how))
			return rep_arena_printf(w->a, "%.*s was added after signing", REP_PR(name));
		how.omit = SIZE_MAX;
		how.other = i;
		if (try(w, s, b, key, &how))
			return rep_arena_printf(
			    w->a, "a second %.*s was added after signing", REP_PR(name));
		how.other = SIZE_MAX;
	}
	return (struct rep_str){ "", 0 };
}

void
rep_dkim_why_header(struct verify *w, struct rep_dkim_signature *s, const struct signature_bytes *b,
    EVP_PKEY_CTX *key)
{
	struct rep_str told = which(w, s, b, key);

	if (told.n > 0)
		(void)rep_dkim_say(s, REP_DKIM_FAIL, REP_DKIM_CAUSE_HEADER,
		    rep_arena_printf(w->a, "signature did not verify: %.*s", REP_PR(told)));
	else if (s->ed25519)
		(void)rep_dkim_say(s, REP_DKIM_FAIL, REP_DKIM_CAUSE_HEADER_OR_KEY,
		    REP_S(
			"signature did not verify: a signed header was changed, or the key is another one"));
	else if (opens(key, b))
		(void)rep_dkim_say(s, REP_DKIM_FAIL, REP_DKIM_CAUSE_HEADER,
		    REP_S(
			"signature did not verify: the key is right and the body is unchanged, so "
			"a signed header was changed or removed"));
	else
		(void)rep_dkim_say(s, REP_DKIM_FAIL, REP_DKIM_CAUSE_WRONG_KEY,
		    REP_S("signature did not verify: it was not made with the published key (or b= "
			  "was damaged)"));
}
