/*
 * engine/certificates.h -- when the certificates end that the Postfix of this machine shows.
 *
 * They are found by postconf(1) (smtpd_tls_chain_files, else smtpd_tls_cert_file) and read as files, so no server is
 * asked. What was read last is one value of the store (the state "certificates").
 *
 * What could not be found out is not known, and nothing is over by it: when postconf fails, nothing is noted; of a file
 * that cannot be read, what was read before is kept, and marked.
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
enum {
	REP_CERTIFICATES_MAX = 8,
	REP_CERTIFICATE_NEAR_S = 14 * 86400,
	REP_CERTIFICATES_OLD_S = 2 * 3600 /* a reading says nothing of now after this time */
};

struct rep_certificate {
	struct rep_str file; /* in an arena */
	int64_t ends_s;	     /* the first end of those in the file; 0: it was never read */
	struct rep_str why;  /* why it could not be read this time; not stored. n == 0: it could */
	bool unread;	     /* it could not be read the last time */
};

struct rep_certificates {
	int64_t at_s; /* when Postfix was asked last; 0: never */
	struct rep_certificate v[REP_CERTIFICATES_MAX];
	size_t n;
	uint64_t left_out; /* files that are not looked at: there are more than that */
};

/* Asks Postfix, and reads its files. REP_EIO: postconf is not there or failed, so nothing is known. */
enum rep_rc rep_certificates_read(struct rep_arena *a, int64_t at_s, struct rep_certificates *out,
    struct rep_err *err) REP_NODISCARD;

/* The same with what postconf says: the value of each of the two parameters, a line each. */
enum rep_rc rep_certificates_of(struct rep_str cert_file, struct rep_str chain_files,
    struct rep_arena *a, int64_t at_s, struct rep_certificates *out,
    struct rep_err *err) REP_NODISCARD;

/*
 * Stores them, with what was known of those that cannot be read now. Of these it keeps `why` only where it is news: the
 * file could be read the last time, or was not there. Needs a transaction.
 */
enum rep_rc rep_certificates_note(struct rep_certificates *now, struct rep_store *store,
    struct rep_arena *a, struct rep_err *err) REP_NODISCARD;

/* at_s is 0 when nothing is known. A line that cannot be read is left out. */
enum rep_rc rep_certificates_load(struct rep_store *store, struct rep_arena *a,
    struct rep_certificates *out, struct rep_err *err) REP_NODISCARD;

#endif
