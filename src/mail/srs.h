/*
 * mail/srs.h -- senders that a forwarder rewrote with SRS.
 *
 * Forwarded mail keeps its author, but the envelope sender gets the forwarder's domain, so that SPF
 * passes. The former sender is in the local part:
 *
 *   SRS0=hash=day=domain=user                      forwarded once
 *   SRS1=hash=first==hash=day=domain=user          forwarded once more; first: the first forwarder
 *
 * The byte after "SRS0" and "SRS1" is '=', '+' or '-', and so is the second '=' of "==".
 *
 * Pure. The hash cannot be checked, because the forwarder has the key. Anybody can write such a name, so
 * it is a name to count by and never proves where mail came from.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_MAIL_SRS_H
#define REP_MAIL_SRS_H

#include "base/str.h"

/* Whether a local part, or an address, begins as SRS writes it. Case does not matter. */
bool rep_srs_is(struct rep_str local);

/*
 * The domain that the mail came from, a view in local, which has no '@'. n == 0: not SRS, or a field
 * is missing.
 */
struct rep_str rep_srs_origin(struct rep_str local);

#endif
