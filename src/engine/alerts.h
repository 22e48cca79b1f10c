/*
 * engine/alerts.h -- makes messages of what is news.
 *
 * Incidents that are told together are a piece. A piece opens an alert, or goes on with the open one that any of
 * its incidents is in already. An alert is resolved when none of its incidents is open any more. Updates of an alert
 * are at least REP_NEWS_TOGETHER_S apart.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_ALERTS_H
#define REP_ENGINE_ALERTS_H

#include "engine/news.h"
#include "engine/outbox.h"

/* What is told at once, in words. All is borrowed. */
struct rep_alert_piece {
	const struct rep_incident *const *group; /* of the verdicts' array */
	size_t n;
	/* All of them are over, and were told in one alert (or in none); else they are open, and some are news. */
	bool over;
	const char *before;	    /* stands in front of the title: "Back: " */
	struct rep_str head;	    /* stands in front of the text where no title does */
	struct rep_str title, text; /* as in struct rep_alert_message */
};

/* Notes in `news` which alerts are busy: of which something was told less than together_s ago. */
void rep_alerts_busy(const struct rep_verdict_set *set, struct rep_news *news,
    const struct rep_outbox *box, int64_t now_s, int64_t together_s);

/*
 * Puts a message of each piece into the outbox, and notes in `news` which alert each incident is in, and that it is
 * told. Alerts whose incidents are no longer among the verdicts are resolved, also without a piece. Of an alert that a
 * person has answered nothing is told but that it is over, so new trouble opens another one. Writes nothing to the
 * store.
 */
enum rep_rc rep_alerts_put(const struct rep_verdict_set *set, struct rep_news *news,
    const struct rep_alert_piece *pieces, size_t n, const struct rep_outbox_to *to,
    struct rep_outbox *box, struct rep_err *err) REP_NODISCARD;

#endif
