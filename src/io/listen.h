/*
 * io/listen.h -- listens for connections, at an address or at a path.
 *
 * Whoever had the place before may be about to end: it is waited for.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_IO_LISTEN_H
#define REP_IO_LISTEN_H

#include "base/err.h"
#include "base/ip.h"

/*
 * A descriptor that does not block and is closed in programs that are started. A place that is taken is tried again for
 * wait_ms. -1, with a sentence that names it.
 */
int rep_listen_address(
    const struct rep_ip *at, unsigned port, int64_t wait_ms, struct rep_err *err) REP_NODISCARD;
/*
 * The same with a socket at a path, which everybody on this machine may connect to, as to a port. What is left over of one
 * goes; another program's stays, and so does what is no socket, or may be in use. Only another program that listens is waited
 * for.
 */
int rep_listen_path(struct rep_str path, int64_t wait_ms, struct rep_err *err) REP_NODISCARD;

#endif
