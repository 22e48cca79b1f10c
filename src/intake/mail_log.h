/*
 * intake/mail_log.h -- a mail server's log, line by line, into facts.
 *
 * Syslog lines and journald JSON, told apart by content line by line; Postfix's
 * daemons are joined by queue id. What a reply means is asked of know; nothing is
 * decided here beyond that. Deliveries to loopback and private relays (content
 * filters), by lmtp, local, virtual, pipe are none to a provider and yield no fact,
 * unless the operator declared the relay: then it is a route.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_MAIL_LOG_H
#define REP_INTAKE_MAIL_LOG_H

#include "base/buf.h"
#include "base/hash.h"
#include "fact/fact.h"
#include "intake/queue.h"
#include "intake/stream.h"
#include "know/know.h"

struct rep_mail_log;

/* A relay that the operator declared: whose name, address and port (0: any) match is route `name`. */
struct rep_relay_test {
	void *ctx;
	/* The route's name (borrowed, lasting) or n == 0. */
	struct rep_str (*route_of)(
	    void *ctx, struct rep_str host, const struct rep_ip *ip, unsigned port);
};

struct rep_mail_log_params {
	const struct rep_know *know; /* borrowed */
	const struct rep_key *key;   /* borrowed */
	struct rep_streams *streams; /* borrowed */
	struct rep_relay_test relay; /* route_of may be NULL */
	int64_t now_s; /* the clock, or --now: lines over a day later are of the future */
};

/* Called for each fact; any rc but REP_OK stops the reading with it. */
typedef enum rep_rc (*rep_fact_fn)(void *ctx, const struct rep_fact *f, struct rep_err *err);

struct rep_mail_log *rep_mail_log_new(
    const struct rep_mail_log_params *o); /* NULL: out of memory */
void rep_mail_log_free(struct rep_mail_log *m);

/* From here on lines are of this file (name borrowed), whose own time is file_s (0: a pipe). */
void rep_mail_log_file(struct rep_mail_log *m, const char *name, int64_t file_s);

enum rep_line_kind {
	REP_LINE_OTHER = 0, /* read, dated, says nothing of deliveries */
	REP_LINE_BAD,	    /* could not be read: *err says why */
	REP_LINE_UNFINISHED /* an open last line that may still grow: not used */
};

/*
 * One line. `open`: no newline came after it. *at_s gets its time, 0 when it has none.
 * *kind as above (also OTHER when facts came of it). The rc is fn's, or REP_OK.
 */
enum rep_rc rep_mail_log_line(struct rep_mail_log *m, struct rep_str line, uint64_t number,
    bool open, rep_fact_fn fn, void *ctx, enum rep_line_kind *kind, int64_t *at_s,
    struct rep_err *err) REP_NODISCARD;

/*
 * Said from within fn: the fact was known before. What its queue id waits for was noted then,
 * and may have been forgotten since; it is not noted again.
 */
void rep_mail_log_known(struct rep_mail_log *m);

/* The time of the first line that has one among those in `text` (for ordering files); 0: none. */
int64_t rep_mail_log_first_time(struct rep_str text, int64_t file_s, int64_t now_s);

/* What was not remembered of open queue ids, for there were too many. */
struct rep_queue_limits rep_mail_log_limits(const struct rep_mail_log *m);

/* Open queue ids, saved and loaded (intake/queue.h). */
void rep_mail_log_save(const struct rep_mail_log *m, struct rep_buf *out);
enum rep_rc rep_mail_log_load(
    struct rep_mail_log *m, struct rep_str bytes, struct rep_err *err) REP_NODISCARD;

#endif
