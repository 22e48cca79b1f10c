/*
 * intake/mail_log.h -- joins what the lines of a mail server's log say, and makes facts.
 *
 * intake/log_reader.h parses the lines. Here their entries are joined by queue id. know says
 * what a reply means; nothing else is decided here. Deliveries to loopback and private relays
 * (content filters), and those by lmtp, local, virtual and pipe, are not deliveries to a provider
 * and give no fact. But a relay that the operator declared is a route.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_MAIL_LOG_H
#define REP_INTAKE_MAIL_LOG_H

#include "base/buf.h"
#include "base/hash.h"
#include "fact/fact.h"
#include "intake/log_reader.h"
#include "intake/queue.h"
#include "intake/stream.h"
#include "know/know.h"

struct rep_mail_log;

/* Finds the declared relay that a name, address and port (0: any) belong to: route `name`. */
struct rep_relay_test {
	void *ctx;
	/* The name of the route (borrowed, permanent), or n == 0. */
	struct rep_str (*route_of)(
	    void *ctx, struct rep_str host, const struct rep_ip *ip, unsigned port);
};

struct rep_mail_log_params {
	const struct rep_know *know; /* borrowed */
	const struct rep_key *key;   /* borrowed */
	struct rep_streams *streams; /* borrowed */
	struct rep_relay_test relay; /* route_of may be NULL */
	int64_t now_s; /* the clock, or --now: lines over a day later are in the future */
};

/* Called for each fact. Any rc but REP_OK stops the reading, and is returned. */
typedef enum rep_rc (*rep_fact_fn)(void *ctx, const struct rep_fact *f, struct rep_err *err);

struct rep_mail_log *rep_mail_log_new(
    const struct rep_mail_log_params *o); /* NULL: out of memory */
void rep_mail_log_free(struct rep_mail_log *m);

/*
 * What follows is from this file (name is borrowed). file_s: time of the file (0: a pipe).
 */
void rep_mail_log_file(struct rep_mail_log *m, const char *name, int64_t file_s);

/* Takes one entry of the log. Returns what fn returned, else REP_OK. */
enum rep_rc rep_mail_log_entry(struct rep_mail_log *m, const struct rep_log_entry *e,
    rep_fact_fn fn, void *ctx, struct rep_err *err) REP_NODISCARD;

/*
 * Reads a line and takes its entries, both in this process. For lines that no stranger wrote:
 * stories, benches, tests. An ingest has its lines read elsewhere (serve/reader.h). As
 * rep_log_reader_line.
 */
enum rep_rc rep_mail_log_line(struct rep_mail_log *m, struct rep_str line, uint64_t number,
    bool open, rep_fact_fn fn, void *ctx, enum rep_line_kind *kind, int64_t *at_s,
    struct rep_err *err) REP_NODISCARD;

/*
 * Call it from within fn when the fact was already known. Then its queue id is not noted again: it
 * was noted the first time, and may have been removed since.
 */
void rep_mail_log_known(struct rep_mail_log *m);

/* What was not remembered of open queue ids, because there were too many. */
struct rep_queue_limits rep_mail_log_limits(const struct rep_mail_log *m);

/* Open queue ids, saved and loaded (intake/queue.h). Loading replaces those that there are. */
void rep_mail_log_save(const struct rep_mail_log *m, struct rep_buf *out);
enum rep_rc rep_mail_log_load(
    struct rep_mail_log *m, struct rep_str bytes, struct rep_err *err) REP_NODISCARD;

#endif
