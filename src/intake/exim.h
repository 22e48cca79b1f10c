/*
 * intake/exim.h -- Exim's main log, line by line, as struct rep_mta_line.
 *
 * A line becomes at most two messages of struct rep_mta_line: reception is QUEUED and MESSAGE_ID, "=>"
 * and "->" are sent, "==" deferred, "**" bounced (or expired, when Exim gave up trying).
 * Deliveries that reached no host by a transport that is none of SMTP yield nothing.
 *
 * Pure: views into the line.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_EXIM_H
#define REP_INTAKE_EXIM_H

#include "base/time.h"
#include "intake/mta.h"

/*
 * The stamp of Exim's own file ("2026-11-03 06:42:11", with milliseconds, a zone and a process
 * id where log_selector asks for them): bytes used, 0 when the line does not begin with one.
 * *zoned: offset_s holds what the line says; else the time is local.
 */
size_t rep_exim_stamp(struct rep_str line, struct rep_civil *civil, bool *zoned, int64_t *offset_s);

/* How many of out were filled: 0 to 2. */
unsigned rep_exim_parse(struct rep_str message, struct rep_mta_line out[2]);

/* The row of intake/mta.c. The tag is "exim", "exim4", "exim4-daemon". */
bool rep_exim_recognise(struct rep_str tag, struct rep_mta_tag *out);
enum rep_rc rep_exim_read(int daemon, struct rep_str message, rep_mta_fn fn, void *ctx);

#endif
