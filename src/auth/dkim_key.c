/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/dkim_key.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdio.h>

enum { DER_MAX = 4096, ED25519_BYTES = 32 };

static void
wrong(struct rep_dkim_key *k, enum rep_dkim_key_state state, const char *why)
{
	k->state = state;
	snprintf(k->reason, sizeof k->reason, "%.*s", (int)sizeof k->reason - 1, why);
}

void *
rep_dkim_key_open(const struct rep_dkim_key *k)
{
	unsigned char der[DER_MAX];
	const unsigned char *p = der;
	size_t n = rep_base64(k->p, der, sizeof der);
	EVP_PKEY *key;

	if (n == SIZE_MAX || n == 0)
		return NULL;
	if (k->type == REP_DKIM_ED25519)
		return n != ED25519_BYTES
		    ? NULL
		    : EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, der, n);
	if (k->pkcs1)
		return d2i_PublicKey(EVP_PKEY_RSA, NULL, &p, (long)n);
	key = d2i_PUBKEY(NULL, &p, (long)n);
	if (key != NULL && EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) {
		EVP_PKEY_free(key);
		return NULL;
	}
	return key;
}

static void
read_material(struct rep_dkim_key *k)
{
	unsigned char der[DER_MAX];
	size_t n = rep_base64(k->p, der, sizeof der);
	EVP_PKEY *key;

	if (n == SIZE_MAX) {
		wrong(k, REP_DKIM_KEY_SYNTAX, "p= is not base64");
		return;
	}
	if (k->type == REP_DKIM_ED25519 && n != ED25519_BYTES) {
		wrong(k, REP_DKIM_KEY_SYNTAX, "p= of an ed25519 key must be 32 bytes");
		return;
	}
	key = rep_dkim_key_open(k);
	if (key == NULL && k->type == REP_DKIM_RSA) {
		k->pkcs1 = true;
		key = rep_dkim_key_open(k);
	}
	if (key == NULL) {
		wrong(k, REP_DKIM_KEY_SYNTAX, "p= is base64, but does not contain a key");
		return;
	}
	k->bits = (unsigned)EVP_PKEY_get_bits(key);
	if (k->type == REP_DKIM_ED25519)
		k->bits = 256;
	EVP_PKEY_free(key);
}

void
rep_dkim_key_parse(struct rep_str txt, struct rep_dkim_key *out)
{
	struct rep_dkim_key k = { .sha256 = true, .email = true };
	const struct rep_str *v;
	struct rep_tags tags;
	struct rep_err err;

	if (rep_tags_parse(txt, &tags, &err) != REP_OK) {
		wrong(&k, REP_DKIM_KEY_SYNTAX, err.msg);
		*out = k;
		return;
	}
	if ((v = rep_tag(&tags, "k")) != NULL && !rep_str_eq(*v, REP_S("rsa")))
		k.type = rep_str_eq(*v, REP_S("ed25519")) ? REP_DKIM_ED25519 : REP_DKIM_KEY_OTHER;
	if ((v = rep_tag(&tags, "t")) != NULL) {
		k.testing = rep_tag_has(*v, ':', REP_S("y"));
		k.strict = rep_tag_has(*v, ':', REP_S("s"));
	}
	if ((v = rep_tag(&tags, "h")) != NULL)
		k.sha256 = rep_tag_has(*v, ':', REP_S("sha256"));
	if ((v = rep_tag(&tags, "s")) != NULL)
		k.email = rep_tag_has(*v, ':', REP_S("*")) || rep_tag_has(*v, ':', REP_S("email"));
	v = rep_tag(&tags, "v");
	if (v != NULL &&
	    (!rep_str_eq(*v, REP_S("DKIM1")) || !rep_str_eq(tags.v[0].name, REP_S("v")))) {
		wrong(&k, REP_DKIM_KEY_UNKNOWN, "v= must be DKIM1 and come first");
	} else if ((v = rep_tag(&tags, "p")) == NULL) {
		wrong(&k, REP_DKIM_KEY_SYNTAX, "p= is missing, so there is no key");
	} else if (v->n == 0) {
		k.state = REP_DKIM_KEY_REVOKED;
	} else if (k.type == REP_DKIM_KEY_OTHER) {
		wrong(&k, REP_DKIM_KEY_UNKNOWN, "k= is neither rsa nor ed25519 (in lower case)");
	} else {
		k.p = *v;
		read_material(&k);
	}
	*out = k;
}
