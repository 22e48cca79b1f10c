/*
 * intake/stamp.h -- reads the time at the start of a log line.
 *
 * RFC 3339 ("2026-11-03T06:42:11.123456+00:00"), RFC 3164 ("Nov  3 06:42:11": local time without a
 * year), and the forms of journalctl, containers and templates that people write: a table in
 * stamp.c. A missing year is the newest with which the time is at most a day after the time of the
 * file. A stamp without a zone is local time.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_STAMP_H
#define REP_INTAKE_STAMP_H

#include "base/time.h"

struct rep_stamper {
	int64_t limit_s; /* a time without a year is never after this */
	int64_t last_s;	 /* time of the line before; 0: none */
	struct rep_zone zone;
	bool zoned; /* the last stamp said its zone */
	/* The start of the line before: when it is the same, it is not read again. */
	char seen[32];
	size_t seen_n;	    /* how many bytes of `seen` give the minute (RFC 3164) or the second */
	int64_t seen_s;	    /* the time of these bytes; for RFC 3164 the start of the minute */
	size_t seen_zone_n; /* RFC 3339: length of the zone at the end of seen */
};

/* For a file with the time file_s (0: not known, then now_s is used). */
void rep_stamper_init(struct rep_stamper *st, int64_t file_s, int64_t now_s);

/*
 * *used: length of the stamp. REP_ESYNTAX with a sentence when there is none, or it is not a date.
 */
enum rep_rc rep_stamp_parse(struct rep_stamper *st, struct rep_str line, int64_t *at_s,
    size_t *used, struct rep_err *err) REP_NODISCARD;

/*
 * True when the line begins like the line before: in the same minute (RFC 3164) or second. Then all is
 * as after rep_stamp_parse, and quicker.
 */
bool rep_stamp_again(struct rep_stamper *st, struct rep_str line, int64_t *at_s, size_t *used);

/*
 * The length of the stamp at the start of a line, judged by its form alone: it may be no date. 0:
 * none.
 */
size_t rep_stamp_shape(struct rep_str line);

#endif
