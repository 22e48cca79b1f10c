/*
 * intake/log_reader.h -- reads one line of a log: what it says, before it is joined with others.
 *
 * Reads syslog lines and JSON of journald; the content of each line shows which it is. It knows
 * neither what a reply means nor what earlier lines said, except for the time stamps of the file,
 * which may lack the year. intake/mail_log.h joins the entries and makes facts of them. So the
 * bytes of strangers can be parsed in a locked process (serve/reader.h), and everything that is
 * remembered is elsewhere.
 *
 * Pure, except for memory.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_LOG_READER_H
#define REP_INTAKE_LOG_READER_H

#include "intake/mta.h"

/* One thing that a line says. All views are valid until the callback returns. */
struct rep_log_entry {
	int64_t at_s;	 /* UTC */
	uint64_t number; /* of the line */
	struct rep_str log_host;
	struct rep_str name; /* the instance of the mail server, a part of the syslog tag */
	const struct rep_mta_line *said;
	int near; /* the same line of another log may have the second before (-1) or after (1) at_s */
};

/* Any rc but REP_OK stops the reading of the line, and is returned. */
typedef enum rep_rc (*rep_log_entry_fn)(void *ctx, const struct rep_log_entry *e);

struct rep_log_reader;

/* now_s: the clock, or --now: lines over a day later are in the future. NULL: out of memory. */
struct rep_log_reader *rep_log_reader_new(int64_t now_s);
void rep_log_reader_free(struct rep_log_reader *r);

/* The following lines are of another file. file_s: its time (0: a pipe). */
void rep_log_reader_file(struct rep_log_reader *r, int64_t file_s);
/* They go on behind a line of last_s. Of an hour that local time has twice, only this tells which it is. */
void rep_log_reader_goes_on(struct rep_log_reader *r, int64_t last_s);

enum rep_line_kind {
	REP_LINE_OTHER = 0, /* read, has a time; also when it gave entries */
	REP_LINE_BAD,	    /* could not be read: *err says why */
	REP_LINE_UNREAD, /* of a mail server that is not read, or without a time: once for each file,
			  * *err says it */
	REP_LINE_UNFINISHED /* an open last line that may still grow: not used */
};

/*
 * Reads one line. `open`: there was no newline after it. *at_s gets its time, 0 when it has none. Where a
 * carriage return inside it is followed by another line, only what is before is read, and the line is bad.
 * Returns what fn returned, else REP_OK.
 */
enum rep_rc rep_log_reader_line(struct rep_log_reader *r, struct rep_str line, uint64_t number,
    bool open, rep_log_entry_fn fn, void *ctx, enum rep_line_kind *kind, int64_t *at_s,
    struct rep_err *err) REP_NODISCARD;

/* The time of the first line in `text` that has one (for sorting files). 0: none. */
int64_t rep_log_first_time(struct rep_str text, int64_t file_s, int64_t now_s);

#endif
