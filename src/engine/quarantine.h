/*
 * engine/quarantine.h -- documents that could not be read, kept aside with the reason.
 *
 * A private folder (0700) beside the database. Two files each, named by a hash of the content:
 * ID holds the bytes, ID.why the time, the reason and where it came from, a line each. The same
 * document twice is there once. Nothing in it is read again but by `quarantine`, and nothing is
 * kept longer than REP_QUARANTINE_DAYS.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_QUARANTINE_H
#define REP_ENGINE_QUARANTINE_H

#include "base/arena.h"
#include "base/err.h"

enum { REP_QUARANTINE_DAYS = 14, REP_QUARANTINE_ID = 17, REP_QUARANTINE_MAX = 10000 };

struct rep_quarantined {
	char id[REP_QUARANTINE_ID];
	int64_t at_s; /* when it was put aside */
	uint64_t bytes;
	struct rep_str reason, from; /* the arena's */
};

/* The folder of a database: "DIR/quarantine" of "DIR/reputed.db"; the arena's. */
const char *rep_quarantine_folder(struct rep_arena *a, const char *db);

enum rep_rc rep_quarantine_put(const char *folder, struct rep_str bytes, const char *from,
    const char *reason, int64_t at_s, char id[REP_QUARANTINE_ID],
    struct rep_err *err) REP_NODISCARD;
/* Oldest first. A folder that is not there holds nothing. */
enum rep_rc rep_quarantine_list(const char *folder, struct rep_arena *a, struct rep_quarantined **v,
    size_t *n, struct rep_err *err) REP_NODISCARD;
/* Only what rep_quarantine_list named; REP_ENOTFOUND otherwise. */
enum rep_rc rep_quarantine_read(const char *folder, const char *id, struct rep_arena *a,
    struct rep_str *bytes, struct rep_err *err) REP_NODISCARD;
enum rep_rc rep_quarantine_remove(
    const char *folder, const char *id, struct rep_err *err) REP_NODISCARD;
/* Those put aside before `before_s`; *n gets how many went. */
enum rep_rc rep_quarantine_purge(
    const char *folder, int64_t before_s, size_t *n, struct rep_err *err) REP_NODISCARD;

#endif
