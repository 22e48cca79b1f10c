/*
 * io/fetch.h -- fetches one document over HTTPS, as MTA-STS requires (RFC 8461 section 3.3).
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
 * Loads libcurl and the certificate authorities: those of ca_file, NULL for the system's. It lives
 * until the process ends. REP_EIO with the reason: no libcurl on this machine, no authorities.
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

#endif
