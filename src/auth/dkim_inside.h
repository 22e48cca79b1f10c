/*
 * auth/dkim_inside.h -- what the files of DKIM and ARC share. Inside src/auth only.
 *
 * From below: dkim_signature, dkim_keys and dkim_signed; dkim_why; dkim_check; arc; dkim.
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
	/* body hashes already made: simple and relaxed, without a limit */
	bool hashed[2];
	unsigned char hash[2][REP_SHA256_BYTES];
	size_t length[2];
};

/* The bytes of a signature and of its body hash. */
struct signature_bytes {
	unsigned char b[1024], bh[REP_SHA256_BYTES];
	size_t b_n;
};

/* How the headers of a signature are put together, to try what could have changed. */
struct variant {
	size_t omit;  /* entry of h= left out; SIZE_MAX: none */
	size_t other; /* entry of h= taken from the next field of that name; SIZE_MAX: none */
	struct rep_str subject; /* in place of the Subject's value; p == NULL: as it is */
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

/* More signed header bytes than this are not hashed: the signature then does not hold. */
enum { REP_DKIM_SIGNED_MAX = 1 << 20 };

/* dkim_signature.c: i= must be d= or below it, with `strict` d= itself (RFC 6376, 3.5 and t=s of 3.6.1). */
bool rep_dkim_identity_fits(struct rep_str identity, struct rep_str domain, bool strict);
/* b= and bh=; false: they are none. bh may be missing when `seal`. */
bool rep_dkim_bytes(const struct rep_tags *tags, bool seal, struct signature_bytes *out);

/* dkim_keys.c: gets and judges the key: NULL with s->result set, or pending. To be given back with _done. */
EVP_PKEY *rep_dkim_key_get(struct verify *w, struct rep_dkim_signature *s);
void rep_dkim_key_done(struct verify *w, EVP_PKEY *key);

/* dkim_signed.c: the signed header bytes of a signature, and whether it holds over them. */
void rep_dkim_signed_bytes(const struct verify *w, const struct rep_dkim_signature *s,
    const struct variant *how, struct rep_buf *out);
bool rep_dkim_holds(const struct rep_dkim_signature *s, EVP_PKEY *key,
    const struct signature_bytes *b, struct rep_str bytes);

/* dkim_why.c: why the body, or the headers, are not what was signed. */
struct rep_str rep_dkim_why_body(
    struct verify *w, const struct rep_dkim_signature *s, const struct signature_bytes *b);
void rep_dkim_why_header(
    struct verify *w, struct rep_dkim_signature *s, const struct signature_bytes *b, EVP_PKEY *key);

/* dkim_check.c: body and headers of one signature with a key that is good. */
void rep_dkim_check_one(
    struct verify *w, struct rep_dkim_signature *s, const struct signature_bytes *b, EVP_PKEY *key);

/* arc.c: ARC of the message. */
void rep_arc_verify(struct verify *w, struct rep_arc_result *out);

#endif
