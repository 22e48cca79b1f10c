/*
 * auth/dkim_key.h -- the key of a DKIM selector, RFC 6376 (3.6.1), 8301, 8463.
 *
 * Only dkim_key.c, and the files that verify with a key, know what a key is to OpenSSL.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUTH_DKIM_KEY_H
#define REP_AUTH_DKIM_KEY_H

#include "auth/tags.h"
#include "base/arena.h"

enum rep_dkim_key_type { REP_DKIM_RSA = 0, REP_DKIM_ED25519, REP_DKIM_KEY_OTHER };

enum rep_dkim_key_state {
	REP_DKIM_KEY_OK = 0,
	REP_DKIM_KEY_SYNTAX,
	REP_DKIM_KEY_REVOKED, /* p= is empty */
	REP_DKIM_KEY_UNKNOWN  /* k= or v= of another kind */
};

struct rep_dkim_key {
	enum rep_dkim_key_state state;
	enum rep_dkim_key_type type;
	unsigned bits;
	bool testing, strict; /* t=y, t=s */
	bool sha256, email;   /* h= and s= allow it */
	bool pkcs1; /* a bare RSAPublicKey, as in some keys from the first years of RFC 6376 */
	struct rep_str p; /* base64 as published */
	char reason[160]; /* for SYNTAX and UNKNOWN */
};

/* Reads the text of a key record. Errors are in `state` and `reason`. */
void rep_dkim_key_parse(struct rep_str txt, struct rep_dkim_key *out);

/* Makes an EVP_PKEY of a valid key. NULL: out of memory. Free it with EVP_PKEY_free. */
void *rep_dkim_key_open(const struct rep_dkim_key *k);

#endif
