/*
 * api/feeds.h -- what is read, when it was last, what waits, and what is not watched and hides something.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_API_FEEDS_H
#define REP_API_FEEDS_H

#include "engine/held.h"
#include "fact/waiting.h"
#include "api/param.h"
#include "api/world.h"

enum {
	REP_FEEDS_INPUTS_MAX =
	    50, /* Judgement: the last that were read; there is one for each rotated log */
	REP_FEEDS_DAYS = 90, /* how far back reports and complaints are looked for */
	/* Judgement: a server that sends so little that a day has no line is rare; `serve` learns more (log-silent). */
	REP_FEEDS_LOG_LATE_S = 86400,
	REP_FEEDS_QUEUE_LATE_S = 3600, /* `serve` reads it each minute */
	REP_FEEDS_LOOKS_LATE_S =
	    2 * 86400, /* `audit` is each six hours by default, and a day at most */
	/* A receiver reports each day (RFC 9990, 2.1.3), so four days are three reports too few. Judgement. */
	REP_FEEDS_REPORTS_LATE_S = 4 * 86400
};

enum rep_feed_state {
	REP_FEED_OK = 0,
	REP_FEED_LATE,
	REP_FEED_SILENT,
	REP_FEED_NEVER,
	REP_FEED_FAILING
};

enum rep_feed_kind {
	REP_FEED_LOG = 0,
	REP_FEED_LOOKS,
	REP_FEED_QUEUE,
	REP_FEED_DMARC,
	REP_FEED_TLS,
	REP_FEED_COMPLAINTS,
	REP_FEED_ALERTS,
	REP_FEED_QUARANTINE,
	REP_FEED_KINDS
};
const char *rep_feed_word(enum rep_feed_kind k);
const char *rep_feed_state_word(enum rep_feed_state s);

struct rep_feed_health {
	enum rep_feed_state state;
	int64_t last_s;	 /* 0: never */
	int64_t backlog; /* < 0: it is not that kind */
};

/* What all of them are made of. In the arena. */
struct rep_feeds {
	struct rep_feed_health of[REP_FEED_KINDS];
	int64_t present_s;
	struct rep_store_totals totals;
	struct rep_held_all held;
	struct rep_waits waits;
	uint64_t looks_failed; /* parts that did not answer at their last look */
	uint64_t quarantine_bytes;
	int64_t quarantine_oldest_s;
	bool channels; /* somebody is told */
};

enum rep_rc rep_feeds_make(
    const struct rep_api_world *w, struct rep_feeds *out, struct rep_err *err) REP_NODISCARD;

/* There is no parameter; one that is given is an error. */
enum rep_rc rep_feeds_parse(const struct rep_param *v, size_t n, struct rep_err *err) REP_NODISCARD;
/* Needs no verdicts. */
enum rep_rc rep_feeds_json(
    struct rep_buf *out, const struct rep_api_world *w, struct rep_err *err) REP_NODISCARD;

#endif
