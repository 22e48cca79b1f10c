/*
 * Gets the keys of signatures, checks them, and keeps them for the next message.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "auth/dkim_inside.h"
#include "base/hash.h"

#include <stdlib.h>

enum { KEYS = 64, MIN_RSA_BITS = 1024 };

struct rep_dkim_keys {
	struct kept {
		char txt[1024]; /* the record it was read from */
		size_t n;
		struct rep_dkim_key key; /* its p points into txt */
		EVP_PKEY_CTX *open;
	} v[KEYS];
};

struct rep_dkim_keys *
rep_dkim_keys_new(void)
{
	return calloc(1, sizeof(struct rep_dkim_keys));
}

void
rep_dkim_keys_free(struct rep_dkim_keys *k)
{
	if (k == NULL)
		return;
	for (size_t i = 0; i < KEYS; i++)
		EVP_PKEY_CTX_free(k->v[i].open);
	free(k);
}

/*
 * A key that is ready to verify: to make it so takes longer than to verify. An RSA key that OpenSSL
 * refuses verifies nothing.
 */
static EVP_PKEY_CTX *
open_key(const struct rep_dkim_key *k)
{
	EVP_PKEY *key = rep_dkim_key_open(k);
	EVP_PKEY_CTX *ctx = key == NULL ? NULL : EVP_PKEY_CTX_new(key, NULL);

	EVP_PKEY_free(key);
	if (ctx != NULL && k->type == REP_DKIM_RSA && EVP_PKEY_verify_init(ctx) == 1)
		(void)EVP_PKEY_CTX_set_signature_md(ctx, rep_dkim_sha256());
	return ctx;
}

/* Reads a key record and opens its key. Uses a kept key if there is one. */
static EVP_PKEY_CTX *
read_key(struct verify *w, struct rep_str txt, struct rep_dkim_key *out)
{
	struct kept *k = w->keys == NULL ? NULL : &w->keys->v[rep_hash(txt) % KEYS];

	if (k == NULL || txt.n > sizeof k->txt) {
		rep_dkim_key_parse(txt, out);
		w->own = out->state == REP_DKIM_KEY_OK ? open_key(out) : NULL;
		return w->own;
	}
	if (k->n != txt.n || memcmp(k->txt, txt.p, txt.n) != 0) {
		EVP_PKEY_CTX_free(k->open);
		memcpy(k->txt, txt.p, txt.n);
		k->n = txt.n;
		rep_dkim_key_parse((struct rep_str){ k->txt, k->n }, &k->key);
		k->open = k->key.state == REP_DKIM_KEY_OK ? open_key(&k->key) : NULL;
	}
	*out = k->key;
	return k->open;
}

void
rep_dkim_key_done(struct verify *w)
{
	EVP_PKEY_CTX_free(w->own);
	w->own = NULL;
}

/* Whether this signature may use the key record. If not, s says why. */
static bool
key_fits(struct verify *w, struct rep_dkim_signature *s)
{
	const struct rep_dkim_key *k = &s->key;
	enum rep_dkim_cause key = REP_DKIM_CAUSE_KEY;
	const char *why = NULL;

	if (k->state == REP_DKIM_KEY_REVOKED)
		why = "the key is revoked (p= is empty)";
	else if (k->state != REP_DKIM_KEY_OK)
		why = k->reason;
	else if ((k->type == REP_DKIM_ED25519) != s->ed25519)
		why = "the key is of another type than a= says";
	else if (!k->sha256)
		why = "the key does not allow sha256 (h=)";
	else if (!k->email)
		why = "the key is not for mail (s=)";
	else if (k->strict && s->identity.n > 0 &&
	    !rep_dkim_identity_fits(s->identity, s->domain, true))
		why = "the key requires that i= has the domain of d= itself (t=s)";
	if (why != NULL) {
		(void)rep_dkim_say(s, REP_DKIM_PERMERROR, key, rep_arena_dup(w->a, rep_str_c(why)));
		return false;
	}
	if (k->type == REP_DKIM_RSA && k->bits < MIN_RSA_BITS) {
		(void)rep_dkim_say(s, REP_DKIM_POLICY, REP_DKIM_CAUSE_POLICY,
		    rep_arena_printf(w->a,
			"the key has %u bits; fewer than 1024 must not be accepted "
			"(RFC 8301, 3.2)",
			k->bits));
		return false;
	}
	return true;
}

EVP_PKEY_CTX *
rep_dkim_key_get(struct verify *w, struct rep_dkim_signature *s)
{
	const struct rep_dns_answer *ans;
	char text[REP_NAME_TEXT];
	struct rep_name name;
	EVP_PKEY_CTX *key = NULL;

	if (!rep_dkim_key_name(s->selector, s->domain, &name)) {
		(void)rep_dkim_say(s, REP_DKIM_PERMERROR, REP_DKIM_CAUSE_SYNTAX,
		    REP_S("d= and s= do not form a domain name"));
		return NULL;
	}
	if ((ans = rep_dns_get(w->view, &name, REP_DNS_TXT)) == NULL) {
		w->pending = true;
		return NULL;
	}
	s->answer = ans;
	rep_name_text(&name, text);
	if (rep_dns_failed(ans->state)) {
		(void)rep_dkim_say(s, REP_DKIM_TEMPERROR, REP_DKIM_CAUSE_DNS,
		    rep_arena_printf(w->a, "the key at %s could not be looked up: %s", text,
			rep_dns_state_text(ans->state)));
		return NULL;
	}
	if (ans->n == 0) {
		(void)rep_dkim_say(s, REP_DKIM_PERMERROR, REP_DKIM_CAUSE_NO_KEY,
		    rep_arena_printf(w->a, "no key for signature: %s at %s",
			rep_dns_state_text(ans->state), text));
		return NULL;
	}
	for (size_t i = 0; i < ans->n; i++) { /* of several records, the first usable one */
		key = read_key(w, ans->rr[i]->data, &s->key);
		if (s->key.state == REP_DKIM_KEY_OK)
			break;
	}
	if (!key_fits(w, s)) {
		rep_dkim_key_done(w);
		return NULL;
	}
	if (key == NULL)
		(void)rep_dkim_say(
		    s, REP_DKIM_TEMPERROR, REP_DKIM_CAUSE_KEY, REP_S("out of memory"));
	return key;
}
