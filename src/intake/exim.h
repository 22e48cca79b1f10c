/*
 * intake/exim.h -- reads Exim's main log, line by line, as struct rep_mta_line.
 *
 * A line gives at most two messages. Reception is QUEUED and MESSAGE_ID; "=>" and "->" are sent,
 * "==" is deferred, "**" is bounced (or expired, when Exim gave up trying). A delivery that reached
 * no host, by a transport that is not SMTP, gives nothing.
 *
 * Pure. The views point into the line.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_EXIM_H
#define REP_INTAKE_EXIM_H

#include "base/time.h"
#include "intake/mta.h"

/*
 * Reads the stamp of Exim's own file: "2026-11-03 06:42:11", and milliseconds, a zone and a process
 * id if log_selector asks for them. Returns the bytes read, 0 when the line does not begin with
 * one. *zoned: offset_s is from the line; otherwise the time is local.
 */
size_t rep_exim_stamp(struct rep_str line, struct rep_civil *civil, bool *zoned, int64_t *offset_s);

/* Returns how many of out were filled: 0 to 2. */
unsigned rep_exim_parse(struct rep_str message, struct rep_mta_line out[2]);

/* For the table in intake/mta_formats.c. The tag is "exim", "exim4" or "exim4-daemon". */
bool rep_exim_recognise(struct rep_str tag, struct rep_mta_tag *out);
enum rep_rc rep_exim_read(int daemon, struct rep_str message, rep_mta_fn fn, void *ctx);

#endif
