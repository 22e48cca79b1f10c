/*
 * intake/log_line.h -- splits one line of a log into time, host, tag and message.
 *
 * The forms: syslog lines (also without a host, and of RFC 5424), JSON of journald, and Exim's own
 * files; each also inside what containers and collectors write around it (intake/prefix.h, docker's
 * json-file, a container that logs to syslog). Of mail only the tags of known servers are looked
 * at.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_LOG_LINE_H
#define REP_INTAKE_LOG_LINE_H

#include "base/arena.h"
#include "intake/mta_tags.h"
#include "intake/stamp.h"

enum { REP_LOG_USUAL = 64 }; /* bytes of a host with its blanks, kept for the usual line */

/* What is kept from line to line of one file. */
struct rep_log_splitter {
	struct rep_stamper stamp;
	struct rep_arena *mem; /* borrowed; JSON is read into it, and it is reset for each line */
	struct rep_zone zone;  /* of Exim's own stamps */
	int64_t exim_s;	       /* the last one of them */
	int64_t file_s; /* the time of the file, for lines that have none. 0: not to be used */
	bool stamped;	/* a line of this file had a stamp */
	struct rep_mta_tags tags;
	/* " HOST " of the last line that was plain. n == 0: there was none. */
	char usual[REP_LOG_USUAL];
	size_t usual_n;
};

/* The views point into the line or the arena; they are valid until the next line. */
struct rep_log_parts {
	int64_t at_s;
	int near;	     /* of journald's time: intake/journal.h */
	struct rep_str host; /* n == 0: the line does not say it */
	struct rep_str tag, message;
	bool timeless;			/* at_s is the time of the file, for no line has one */
	struct rep_str pid;		/* of the process that wrote it; n == 0: not said */
	const struct rep_mta_known *of; /* what the tag says */
};

/* REP_ESYNTAX with a sentence when the line has none of the forms. */
enum rep_rc rep_log_split(struct rep_log_splitter *l, struct rep_str line,
    struct rep_log_parts *out, struct rep_err *err) REP_NODISCARD;
/* The same without the short way for the usual line, to compare with. */
enum rep_rc rep_log_split_plainly(struct rep_log_splitter *l, struct rep_str line,
    struct rep_log_parts *out, struct rep_err *err) REP_NODISCARD;

#endif
