/*
 * auth/dkim_canon.h -- canonical form and hash of headers and bodies (RFC 6376, 3.4).
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

/* Appends the canonical form of a field, without its CRLF. */
void rep_dkim_field(struct rep_buf *out, const struct rep_field *f, bool relaxed);

/*
 * SHA-256 of the canonical body, or of its first `limit` bytes if limit != SIZE_MAX. *length gets
 * the number of bytes of the whole canonical body.
 */
void rep_dkim_body_hash(struct rep_str body, bool relaxed, size_t limit,
    unsigned char hash[REP_SHA256_BYTES], size_t *length);

/* Appends the value of a DKIM-Signature or similar field without the value of b= (3.7). */
void rep_dkim_without_b(struct rep_buf *out, struct rep_str value);

#endif
