/*
 * auth/dkim_canon.h -- the canonical form of headers and bodies, RFC 6376 section 3.4, and hashes.
 *
 * Lines end in CRLF (mail/message.h). Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUTH_DKIM_CANON_H
#define REP_AUTH_DKIM_CANON_H

#include "base/buf.h"
#include "mail/message.h"

enum { REP_SHA256_BYTES = 32 };

/* A field in its canonical form, without the CRLF. */
void rep_dkim_field(struct rep_buf *out, const struct rep_field *f, bool relaxed);

/*
 * SHA-256 of the canonical body, of its first `limit` canonical bytes when limit != SIZE_MAX. `length` gets the bytes of the whole
 * canonical body.
 */
void rep_dkim_body_hash(struct rep_str body, bool relaxed, size_t limit,
    unsigned char hash[REP_SHA256_BYTES], size_t *length);

/* DKIM-Signature or another, with the value of b= taken out (3.7). */
void rep_dkim_without_b(struct rep_buf *out, struct rep_str value);

#endif
