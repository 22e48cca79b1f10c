/*
 * io/fetch.h -- one document over HTTPS, as MTA-STS wants it (RFC 8461, 3.3).
 *
 * No redirect is followed, the certificate must hold for the host's name, and the document is cut at
 * its cap. The address is given, so that the name is asked of the same DNS as all else. Blocking,
 * with a deadline. SSL_CERT_FILE in the environment names other certificate authorities.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_IO_FETCH_H
#define REP_IO_FETCH_H

#include "base/buf.h"
#include "base/err.h"
#include "base/ip.h"

/* REP_EIO with the reason: no libcurl on this machine, no connection, a certificate that does not hold, another status than 200. */
enum rep_rc rep_fetch(const char *host, const char *path, const struct rep_ip *ip, int timeout_ms,
    struct rep_buf *out, struct rep_err *err) REP_NODISCARD;

#endif
