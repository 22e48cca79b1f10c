/*
 * intake/exim.h -- Exim's main log, line by line, in the words of intake/postfix.h.
 *
 * A line becomes at most two messages of struct rep_postfix, so that what follows (open queue
 * ids, facts, labels) is the same for both servers: reception is QUEUED and MESSAGE_ID, "=>"
 * and "->" are sent, "==" deferred, "**" bounced (or expired, when Exim gave up trying).
 * Deliveries that reached no host by a transport that is none of SMTP yield nothing.
 *
 * Pure: views into the line; `relay` is written into the caller's room.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_EXIM_H
#define REP_INTAKE_EXIM_H

#include "base/time.h"
#include "intake/postfix.h"

enum { REP_EXIM_RELAY = 340 };

/*
 * The stamp of Exim's own file ("2026-11-03 06:42:11", with milliseconds, a zone and a process
 * id where log_selector asks for them): bytes used, 0 when the line does not begin with one.
 * *zoned: offset_s holds what the line says; else the time is local.
 */
size_t rep_exim_stamp(struct rep_str line, struct rep_civil *civil, bool *zoned, int64_t *offset_s);

/* "exim", "exim4", "exim4-daemon": a tag of syslog. */
bool rep_exim_tag(struct rep_str tag);

/* How many of out were filled: 0 to 2. */
unsigned rep_exim_parse(
    struct rep_str message, struct rep_postfix out[2], char relay[REP_EXIM_RELAY]);

#endif
