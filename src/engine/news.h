/*
 * engine/news.h -- what a person was told about incidents, and what is new since.
 *
 * The store remembers for each incident what was told last (the state "told" of rep_store_state_put): a line
 * of its number, whether it was open, how often it had returned, the alert it is told in, and how many replies
 * it had. So a daemon that is killed tells nothing twice that was stored as told, and loses nothing that was not.
 *
 * An incident that is only suspected is no news before it is sure. One that was over when it was first seen
 * (old logs were read) is never news. One that goes on is news again each time it is ten times as much.
 *
 * An incident may be gone: its mail was forgotten, or it is at the edge of what is usual, and was no trouble at this
 * look. It counts as open for REP_NEWS_GONE_S more, and is no news when it is back by then.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_NEWS_H
#define REP_ENGINE_NEWS_H

#include "engine/verdicts.h"

enum rep_news_kind {
	REP_NEWS_NONE = 0,
	REP_NEWS_BEGAN,
	REP_NEWS_RETURNED,
	REP_NEWS_GROWN, /* as many replies as were told before, ten times */
	REP_NEWS_OVER
};

enum {
	/*
	 * Of an alert that is open, nothing is told for so long (s) after a message; then what is new is one
	 * message. Five addresses of a subnet fall within minutes of each other, as each sends its next mail.
	 * That all of it is over is told at once. Judgement; tests/stories shows how many messages come of it.
	 */
	REP_NEWS_TOGETHER_S = 900,
	REP_NEWS_GONE_S = 3600, /* Judgement: in the stories they are back within half an hour */
	REP_NEWS_GROWN_BY = 10	/* Judgement: a block of a month is told some five times */
};

struct rep_news {
	enum rep_news_kind
	    *of; /* by the index of the incident in the verdicts; in the set's arena */
	/*
	 * By the same index: the number of the alert (engine/outbox.h) that it was told in last, 0: in none. What a
	 * caller sets here is stored by rep_news_told.
	 */
	uint64_t *alert;
	bool *busy; /* its alert is open, and something of it was told just now (rep_alerts_busy) */
	int64_t busy_until_s; /* when the first of them no longer is; 0: none is */
	bool *told;	      /* set by the caller: what is so now is told */
	size_t n;	      /* how many are not NONE */
	uint64_t *gone;	      /* the alerts of incidents that are gone, and still count as open */
	size_t gone_n;
};

/* What is new, by what the store has. */
enum rep_rc rep_news_find(const struct rep_verdict_set *set, struct rep_store *store,
    struct rep_news *out, struct rep_err *err) REP_NODISCARD;
/* The alert (engine/outbox.h) that an incident was told in last. */
struct rep_news_place {
	uint64_t incident, alert;
};

/* Those of all incidents that are remembered as told, by incident; in the arena. */
enum rep_rc rep_news_places(struct rep_store *store, struct rep_arena *a,
    struct rep_news_place **out, size_t *n, struct rep_err *err) REP_NODISCARD;

/* Stores what was told, and that the rest was not. Needs a transaction. */
enum rep_rc rep_news_told(const struct rep_verdict_set *set, const struct rep_news *news,
    struct rep_store *store, struct rep_err *err) REP_NODISCARD;

#endif
