/*
 * cli/news_text.h -- what is new about incidents, as a person reads it in a log or on a phone.
 *
 * Incidents that `reputed why` tells together are told together here: a second address that is refused is an
 * update of the first, with all of them in its headline.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_NEWS_TEXT_H
#define REP_CLI_NEWS_TEXT_H

#include "cli/out.h"
#include "engine/news.h"

/* Appends each piece of news: its kind and the incident's number, then the head of `reputed why`. */
enum rep_rc rep_news_text(struct rep_buf *b, const struct rep_verdict_set *set,
    const struct rep_news *news, struct rep_err *err) REP_NODISCARD;

#endif
