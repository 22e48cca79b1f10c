/*
 * engine/long_heard.h -- whose reports a person is told about without asking.
 *
 * That a mail is proven says whose it is, and no more: anybody has a domain with a key, and writes into a report what he
 * likes, its days too. So a reporter is listened to only when one of these is so:
 *
 * - the report is a file: the word of who gave it;
 * - a known provider reports so (`reports` in know/providers.providers), from a domain in which not everybody has a mailbox;
 * - reports of its domain have been here for REP_HEARD_DAYS: by the clock of this machine when they came by mail, by their own
 *   days when they were given as files.
 *
 * So an installation that is new listens to files and to known providers at once, and to the others when it has had their
 * mails for two weeks. A stranger who waits is listened to as well: doc/alerts.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_LONG_HEARD_H
#define REP_ENGINE_LONG_HEARD_H

#include "base/arena.h"
#include "store/store.h"

enum {
	/* Judgement: longer than what is recent (REP_ALARM_RECENT_DAYS): what one tells who is new is no news of ours. */
	REP_HEARD_DAYS = 16
};

struct rep_long_heard;

/* Of all reports that are kept. now_s: the clock. The arena has to stay until it is freed. */
enum rep_rc rep_long_heard_load(struct rep_store *store, int64_t now_s, struct rep_arena *a,
    struct rep_long_heard **out, struct rep_err *err) REP_NODISCARD;

void rep_long_heard_free(struct rep_long_heard *v);

/* Whether a report that is believed counts. */
bool rep_long_heard_counts(const struct rep_long_heard *v, const struct rep_kept_report *r);

#endif
