/*
 * intake/stamp.h -- the time at the start of a log line.
 *
 * RFC 3339 ("2026-11-03T06:42:11.123456+00:00") and RFC 3164 ("Nov  3 06:42:11",
 * local time without a year). The year is the newest that is not more than a day
 * after the file's own time.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_STAMP_H
#define REP_INTAKE_STAMP_H

#include "base/time.h"

struct rep_stamper {
	int64_t limit_s; /* nothing without a year lies after this */
	int64_t last_s;	 /* of the line before; 0: none */
	struct rep_zone zone;
	/* The line before, so that equal prefixes are not read again. */
	char seen[32];
	size_t seen_n;	    /* bytes of `seen` that fix the minute (RFC 3164) or the second */
	int64_t seen_s;	    /* its time, seconds of the minute taken off for RFC 3164 */
	size_t seen_zone_n; /* RFC 3339: bytes of the zone at the end of seen */
};

/* A file whose own time is file_s (0: not known, then now_s counts). */
void rep_stamper_init(struct rep_stamper *st, int64_t file_s, int64_t now_s);

/* *used: bytes of the stamp. REP_ESYNTAX with a sentence when there is none or it is no date. */
enum rep_rc rep_stamp_parse(struct rep_stamper *st, struct rep_str line, int64_t *at_s,
    size_t *used, struct rep_err *err) REP_NODISCARD;

#endif
