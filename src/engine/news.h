/*
 * engine/news.h -- what a person was told about incidents, and what is new since.
 *
 * The store remembers for each incident what was told last (the state "told" of rep_store_state_put): a line
 * of its number, whether it was open, how often it had returned, and the alert it is told in. So a daemon that is killed tells nothing
 * twice that was stored as told, and loses nothing that was not.
 *
 * An incident that is only suspected is no news before it is sure. One that was over when it was first seen
 * (old logs were read) is never news.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_NEWS_H
#define REP_ENGINE_NEWS_H

#include "engine/verdicts.h"

enum rep_news_kind { REP_NEWS_NONE = 0, REP_NEWS_BEGAN, REP_NEWS_RETURNED, REP_NEWS_OVER };

struct rep_news {
	enum rep_news_kind
	    *of; /* by the index of the incident in the verdicts; in the set's arena */
	/*
	 * By the same index: the number of the alert (engine/outbox.h) that it was told in last, 0: in none. What a
	 * caller sets here is stored by rep_news_told.
	 */
	uint64_t *alert;
	size_t n; /* how many are not NONE */
};

/* What is new, by what the store has. */
enum rep_rc rep_news_find(const struct rep_verdict_set *set, struct rep_store *store,
    struct rep_news *out, struct rep_err *err) REP_NODISCARD;
/* Stores that all of it was told. Needs a transaction. */
enum rep_rc rep_news_told(const struct rep_verdict_set *set, const struct rep_news *news,
    struct rep_store *store, struct rep_err *err) REP_NODISCARD;

#endif
