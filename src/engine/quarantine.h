/*
 * engine/quarantine.h -- documents that could not be read, kept aside with the reason.
 *
 * A private folder (0700) beside the database. Two files each, named by a hash of the content:
 * ID holds the bytes, ID.why the time, the reason and where it came from, a line each. The same
 * document twice is there once. Nothing in it is read again but by `quarantine` and `forget`,
 * and nothing is kept longer than REP_QUARANTINE_DAYS.
 *
 * Both files are on disk before either gets its name, and the bytes get theirs first. Who is
 * stopped in between leaves bytes without a reason: they are listed with the time of the file,
 * and go like all others. So does what was never named.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_QUARANTINE_H
#define REP_ENGINE_QUARANTINE_H

#include "base/arena.h"
#include "base/err.h"

enum {
	REP_QUARANTINE_DAYS = 14,
	REP_QUARANTINE_ID = 17,	      /* 16 digits and letters, and the NUL */
	REP_QUARANTINE_FILES = 10000, /* a folder that a person can still look through */
};
/* Anybody can mail a document that cannot be read: they must not fill the disk. */
#define REP_QUARANTINE_BYTES ((uint64_t)1 << 30)

struct rep_quarantined {
	char id[REP_QUARANTINE_ID];
	int64_t at_s; /* when it was put aside */
	uint64_t bytes;
	struct rep_str reason, from; /* the arena's; from.n == 0: not known */
};

/* Where documents are put, and how much room is left. */
struct rep_quarantine {
	const char *folder; /* borrowed */
	size_t files, files_max;
	uint64_t bytes, bytes_max;
};

/* The folder of a database: "DIR/quarantine" of "DIR/reputed.db"; the arena's. */
const char *rep_quarantine_folder(struct rep_arena *a, const char *db);

/* Counts what is there, with the maxima above. A folder that is not there holds nothing. */
enum rep_rc rep_quarantine_open(
    struct rep_quarantine *q, const char *folder, struct rep_err *err) REP_NODISCARD;
/* REP_ELIMIT when there is no more room: nothing is kept then. */
enum rep_rc rep_quarantine_put(struct rep_quarantine *q, struct rep_str bytes, const char *from,
    const char *reason, int64_t at_s, char id[REP_QUARANTINE_ID],
    struct rep_err *err) REP_NODISCARD;

/* All that is there, oldest first. */
enum rep_rc rep_quarantine_list(const char *folder, struct rep_arena *a, struct rep_quarantined **v,
    size_t *n, struct rep_err *err) REP_NODISCARD;
/* Only what rep_quarantine_list named; REP_ENOTFOUND otherwise. */
enum rep_rc rep_quarantine_read(const char *folder, const char *id, struct rep_arena *a,
    struct rep_str *bytes, struct rep_err *err) REP_NODISCARD;
enum rep_rc rep_quarantine_remove(
    const char *folder, const char *id, struct rep_err *err) REP_NODISCARD;
/* Those put aside before `before_s`, and what never got a name; *n gets how many documents went. */
enum rep_rc rep_quarantine_purge(
    const char *folder, int64_t before_s, size_t *n, struct rep_err *err) REP_NODISCARD;

struct rep_quarantine_forgotten {
	size_t removed;
	const char *
	    *not_judged; /* ids, in the arena: packed or broken, the address may be inside */
	size_t not_judged_n;
};

/*
 * Removes the documents that name an address (with its '@'): as it is, with '=' or "%40" for '@' (as in return
 * paths and links), in the bytes or in the decoded parts of a mail, whatever its case. Those that
 * cannot be looked into stay, and are named.
 */
enum rep_rc rep_quarantine_forget(const char *folder, struct rep_str address, struct rep_arena *a,
    struct rep_quarantine_forgotten *out, struct rep_err *err) REP_NODISCARD;

#endif
