/*
 * engine/certificates.h -- when the certificates end that the Postfix of this machine shows.
 *
 * They are found by postconf(1) (smtpd_tls_cert_file, smtpd_tls_chain_files) and read as files, so no server is asked.
 * What was read last is one value of the store (the state "certificates").
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_CERTIFICATES_H
#define REP_ENGINE_CERTIFICATES_H

#include "base/arena.h"
#include "base/err.h"

struct rep_store;

/*
 * Judgement: clients of Let's Encrypt renew 30 days before the end (certbot), others later; two weeks before it a
 * renewal has failed, and there is time.
 */
enum { REP_CERTIFICATES_MAX = 8, REP_CERTIFICATE_NEAR_S = 14 * 86400 };

struct rep_certificate {
	struct rep_str file; /* in an arena */
	int64_t ends_s;
};

/* Reads them now. One that cannot be read is left out. Returns how many there are. */
size_t rep_certificates_read(struct rep_arena *a, struct rep_certificate v[REP_CERTIFICATES_MAX]);

/* Needs a transaction. */
enum rep_rc rep_certificates_save(const struct rep_certificate *v, size_t n,
    struct rep_store *store, struct rep_err *err) REP_NODISCARD;
/* None when there are none. A line that cannot be read is left out. */
enum rep_rc rep_certificates_load(struct rep_store *store, struct rep_arena *a,
    struct rep_certificate v[REP_CERTIFICATES_MAX], size_t *n, struct rep_err *err) REP_NODISCARD;

#endif
