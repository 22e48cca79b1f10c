/*
 * io/fetch.h -- fetches one document over HTTPS, as MTA-STS requires (RFC 8461 section 3.3).
 *
 * It follows no redirect and checks that the certificate is valid for the host's name. A document
 * larger than the buffer's maximum is an error. The caller gives the address, so that the name is
 * looked up with the same resolver as everything else. Blocks, at most for timeout_ms.
 * SSL_CERT_FILE in the environment names other certificate authorities.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_IO_FETCH_H
#define REP_IO_FETCH_H

#include "base/buf.h"
#include "base/err.h"
#include "base/ip.h"

/*
 * REP_EIO with the reason: no libcurl on this machine, no connection, an invalid certificate, a status
 * other than 200. REP_ELIMIT when host or path are too long.
 */
enum rep_rc rep_fetch(const char *host, const char *path, const struct rep_ip *ip, int timeout_ms,
    struct rep_buf *out, struct rep_err *err) REP_NODISCARD;

#endif
