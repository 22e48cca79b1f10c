/*
 * serve/chain.h -- reads the certificates that a mail server showed (RFC 5280).
 *
 * They are strangers' bytes, so this runs in the locked process only (serve/fetcher.h). Whether the chain
 * leads to an authority is decided by OpenSSL, as for HTTPS; no revocation is asked. The name is compared
 * as RFC 6125 says, with names of subjectAltName alone, as RFC 8461 (4.1) wants it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_SERVE_CHAIN_H
#define REP_SERVE_CHAIN_H

#include "base/arena.h"
#include "fact/starttls.h"

/*
 * `pem`: the certificates in the order in which they were shown. `authorities`: those of this machine, in
 * PEM. `host`: the name that the first one should have. Sets all of `out` that is for ENCRYPTED, and `why`.
 * Text and bytes lie in `a`. False: the first one cannot be read; why says it.
 */
bool rep_chain_read(struct rep_str pem, struct rep_str authorities, const char *host, int64_t now_s,
    struct rep_arena *a, struct rep_starttls *out);

#endif
