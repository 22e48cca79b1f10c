/*
 * auth/dkim_inside.h -- what the files of DKIM and ARC share. Inside src/auth only.
 *
 * Each file uses only those before it: dkim_signature, dkim_keys and dkim_signed; dkim_why;
 * dkim_check; arc; dkim and dkim_later.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUTH_DKIM_INSIDE_H
#define REP_AUTH_DKIM_INSIDE_H

#include "auth/dkim.h"

#include <openssl/evp.h>

struct verify {
	const struct rep_message *m;
	const struct rep_dns_view *view;
	struct rep_dkim_keys *keys;
	struct rep_arena *a;
	int64_t now_s;
	bool pending;
	EVP_PKEY_CTX *own; /* the key in use, when `keys` does not keep it; owned */
	/* body hashes that are known: simple and relaxed, without a limit */
	bool hashed[2];
	unsigned char hash[2][REP_SHA256_BYTES];
	size_t length[2];
};

/* The decoded bytes of a signature and of its body hash. */
struct signature_bytes {
	unsigned char b[1024], bh[REP_SHA256_BYTES];
	size_t b_n;
};

/* A way to put the headers of a signature together, to find out what changed. */
struct variant {
	size_t omit;  /* entry of h= to leave out; SIZE_MAX: none */
	size_t other; /* entry of h= to take from the next field of that name; SIZE_MAX: none */
	struct rep_str subject; /* replaces the value of Subject; p == NULL: does not */
	bool
	    unfold; /* each on one line, with single blanks: as it may have been before it was folded */
};

static inline enum rep_dkim_result
rep_dkim_say(struct rep_dkim_signature *s, enum rep_dkim_result r, enum rep_dkim_cause c,
    struct rep_str reason)
{
	s->result = r;
	s->cause = c;
	s->reason = reason;
	return r;
}

/* At most this many signed header bytes are hashed. With more, the signature is not valid. */
enum { REP_DKIM_SIGNED_MAX = 1 << 20 };

/*
 * dkim_signature.c: whether i= is the domain of d= or below it (RFC 6376, 3.5). `strict`: only d=
 * itself (t=s, 3.6.1).
 */
bool rep_dkim_identity_fits(struct rep_str identity, struct rep_str domain, bool strict);
/* Decodes b= and bh=. False: not valid. With `seal`, bh may be missing. */
bool rep_dkim_bytes(const struct rep_tags *tags, bool seal, struct signature_bytes *out);

/*
 * dkim_keys.c: gets and checks the key, ready to verify. NULL: s->result is set, or pending. It is
 * valid until _done, which comes before the next _get.
 */
EVP_PKEY_CTX *rep_dkim_key_get(struct verify *w, struct rep_dkim_signature *s);
void rep_dkim_key_done(struct verify *w);

/* dkim_canon.c: SHA-256, looked up once. EVP_sha256() would be looked up at each use. */
const EVP_MD *rep_dkim_sha256(void);

/* dkim_signed.c: the header bytes that a signature signs, and whether it is valid for them. */
void rep_dkim_signed_bytes(const struct verify *w, const struct rep_dkim_signature *s,
    const struct variant *how, struct rep_buf *out);
bool rep_dkim_hash(struct rep_str bytes, unsigned char hash[REP_SHA256_BYTES]);
bool rep_dkim_holds_hash(const struct rep_dkim_signature *s, EVP_PKEY_CTX *key,
    struct rep_str signature, const unsigned char hash[REP_SHA256_BYTES]);
bool rep_dkim_holds(const struct rep_dkim_signature *s, EVP_PKEY_CTX *key,
    const struct signature_bytes *b, struct rep_str bytes);

/* dkim_why.c: why body or headers are not what was signed. */
struct rep_str rep_dkim_why_body(
    struct verify *w, const struct rep_dkim_signature *s, const struct signature_bytes *b);
void rep_dkim_why_header(struct verify *w, struct rep_dkim_signature *s,
    const struct signature_bytes *b, EVP_PKEY_CTX *key);

/* dkim_check.c: the hash of the body that a signature covers, and its whole length. */
void rep_dkim_body(struct verify *w, struct rep_dkim_signature *s,
    unsigned char hash[REP_SHA256_BYTES], size_t *length);
/* Checks body and headers of one signature with a usable key. */
void rep_dkim_check_one(struct verify *w, struct rep_dkim_signature *s,
    const struct signature_bytes *b, EVP_PKEY_CTX *key);

/* arc.c: verifies the ARC chain of the message. */
void rep_arc_verify(struct verify *w, struct rep_arc_result *out);

#endif
