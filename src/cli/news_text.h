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

#include "engine/alerts.h"

/*
 * Each piece of news: its kind and the incident's number, then the head of `reputed why`. Much that begins at once
 * is one piece. In the set's arena. Without rep_out_letter there may be colours in it.
 */
enum rep_rc rep_news_pieces(const struct rep_verdict_set *set, const struct rep_news *news,
    const struct rep_alert_piece **pieces, size_t *n, struct rep_err *err) REP_NODISCARD;

#endif
