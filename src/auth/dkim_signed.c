/*
 * The header bytes that a signature signs, and whether it is valid for them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "auth/dkim_inside.h"

static void
unfolded(struct rep_arena *a, struct rep_field *f)
{
	struct rep_buf b;

	rep_buf_init(&b, 1 << 18);
	rep_dkim_field(&b, f, true);
	f->whole = rep_arena_printf(
	    a, "%.*s: %.*s", REP_PR(f->name), (int)(b.n - f->name.n - 1), b.p + f->name.n + 1);
	rep_buf_fini(&b);
}

/* The fields that h= names. A repeated name takes the fields from the last one upwards (5.4.2). */
void
rep_dkim_signed_bytes(const struct verify *w, const struct rep_dkim_signature *s,
    const struct variant *how, struct rep_buf *out)
{
	bool relaxed = s->relaxed_header;
	struct rep_str list = s->headers, name;
	struct rep_field own = w->m->field[s->field], f;
	bool used[REP_MESSAGE_MAX_FIELDS] = { false };
	struct rep_buf bare;
	size_t entry = 0;

	for (; rep_tag_word(&list, ':', &name); entry++) {
		size_t skip = entry == how->other;

		if (entry == how->omit)
			continue;
		for (size_t i = w->m->n; i-- > 0;) {
			if (used[i] || !rep_str_eq_nocase(w->m->field[i].name, name))
				continue;
			if (skip > 0) {
				skip--;
				continue;
			}
			used[i] = true;
			f = w->m->field[i];
			if (how->subject.p != NULL && rep_str_eq_nocase(name, REP_S("subject"))) {
				f.value = how->subject;
				f.whole = rep_arena_printf(
				    w->a, "%.*s: %.*s", REP_PR(f.name), REP_PR(f.value));
			}
			if (how->unfold)
				unfolded(w->a, &f);
			rep_dkim_field(out, &f, relaxed);
			rep_buf_add(out, REP_S("\r\n"));
			break;
		}
	}
	rep_buf_init(&bare, 1 << 18);
	rep_buf_add(&bare, rep_str_sub(own.whole, 0, (size_t)(own.value.p - own.whole.p)));
	rep_dkim_without_b(&bare, own.value);
	own.whole = rep_buf_str(&bare);
	own.value = rep_str_sub(
	    own.whole, (size_t)(own.value.p - w->m->field[s->field].whole.p), own.whole.n);
	rep_dkim_field(out, &own, relaxed);
	rep_buf_fini(&bare);
}

bool
rep_dkim_hash(struct rep_str bytes, unsigned char hash[REP_SHA256_BYTES])
{
	return EVP_Digest(bytes.p, bytes.n, hash, NULL, rep_dkim_sha256(), NULL) == 1;
}

bool
rep_dkim_holds_hash(const struct rep_dkim_signature *s, EVP_PKEY_CTX *key, struct rep_str signature,
    const unsigned char hash[REP_SHA256_BYTES])
{
	const unsigned char *b = (const unsigned char *)signature.p;
	EVP_MD_CTX *md;
	bool good;

	if (!s->ed25519)
		return EVP_PKEY_verify(key, b, signature.n, hash, REP_SHA256_BYTES) == 1;
	/* RFC 8463: it signs the hash */
	md = EVP_MD_CTX_new();
	good = md != NULL &&
	    EVP_DigestVerifyInit(md, NULL, NULL, NULL, EVP_PKEY_CTX_get0_pkey(key)) == 1 &&
	    EVP_DigestVerify(md, b, signature.n, hash, REP_SHA256_BYTES) == 1;
	EVP_MD_CTX_free(md);
	return good;
}

bool
rep_dkim_holds(const struct rep_dkim_signature *s, EVP_PKEY_CTX *key,
    const struct signature_bytes *b, struct rep_str bytes)
{
	unsigned char hash[REP_SHA256_BYTES];

	return rep_dkim_hash(bytes, hash) &&
	    rep_dkim_holds_hash(s, key, (struct rep_str){ (const char *)b->b, b->b_n }, hash);
}
