/*
 * io/fetch.h -- fetches one document over HTTPS, as MTA-STS requires (RFC 8461 section 3.3), or
 * the certificates of a mail server over SMTP with STARTTLS (RFC 3207).
 *
 * It follows no redirect and checks that the certificate is valid for the host's name. A document
 * larger than the buffer's maximum is an error. The caller gives a connected socket, so that the name
 * is looked up with the same resolver as everything else, and so that the process can be locked
 * (serve/fetcher.h) between the two calls: the first reads what lies in files, the second what comes
 * from the network.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_IO_FETCH_H
#define REP_IO_FETCH_H

#include "base/buf.h"
#include "base/err.h"

struct rep_fetch;

/*
 * Loads libcurl and the certificate authorities: those of ca_file, NULL for the system's. REP_EIO with the reason: no libcurl on this machine, no authorities.
 */
enum rep_rc rep_fetch_prepare(
    const char *ca_file, struct rep_fetch **out, struct rep_err *err) REP_NODISCARD;

/*
 * Fetches https://HOST/PATH over `fd`, which is closed. Blocks, at most for timeout_ms. Once for
 * each rep_fetch. REP_EIO with the reason: no answer, an invalid certificate, a status other than
 * 200, a document that is too large. REP_ELIMIT when host or path are too long.
 */
enum rep_rc rep_fetch_get(struct rep_fetch *f, int fd, const char *host, const char *path,
    int timeout_ms, struct rep_buf *out, struct rep_err *err) REP_NODISCARD;

/* How far a mail server went. */
struct rep_fetch_shown {
	bool offered;	    /* STARTTLS, in its answer to EHLO */
	bool without;	    /* its answer to EHLO is whole, and TLS could not be begun */
	bool late;	    /* what is missing did not come in time */
	struct rep_buf pem; /* the certificates in their order; n == 0: no TLS was set up */
};

/*
 * Says EHLO, STARTTLS, EHLO and NOOP over `fd`, which is closed. No certificate is refused here: they are
 * for the caller to judge. Blocks and ends as above. REP_OK: `out` says how far it went; if there is no
 * certificate, err has the reason. out->pem is the caller's, with its maximum.
 */
enum rep_rc rep_fetch_starttls(struct rep_fetch *f, int fd, const char *host, const char *helo,
    int timeout_ms, struct rep_fetch_shown *out, struct rep_err *err) REP_NODISCARD;

/* Says QUIT to a mail server that is still there, which may block, and frees all. NULL: nothing. */
void rep_fetch_free(struct rep_fetch *f);

/* The certificate authorities, as read from their file. */
struct rep_str rep_fetch_authorities(const struct rep_fetch *f);

#endif
