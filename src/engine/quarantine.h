/*
 * engine/quarantine.h -- documents that could not be read, kept with the reason.
 *
 * A private folder (0700) beside the database. Each document has two files, named by a hash of the
 * content: ID has the bytes; ID.why has the time, the reason and the origin, one line each. The
 * same document is stored once. Only the commands `quarantine` and `forget` read these files again,
 * and nothing is kept longer than REP_QUARANTINE_DAYS.
 *
 * Both files are on disk before either gets its name, and the bytes get their name first. When the
 * program is stopped in between, there are bytes without a reason: they are listed with the time of
 * the file, and are removed like all others. Files that never got a name are removed too.
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
	REP_QUARANTINE_FILES = 10000, /* a person can still look through so many */
};
/* Anybody can mail documents that cannot be read: they must not fill the disk. */
#define REP_QUARANTINE_BYTES ((uint64_t)1 << 30)

struct rep_quarantined {
	char id[REP_QUARANTINE_ID];
	int64_t at_s;	/* when it was put here */
	int64_t file_s; /* when its file was written, as the file system says */
	uint64_t bytes;
	struct rep_str reason, from; /* in the arena; from.n == 0: not known */
};

/* Where documents are put, and how much room there is. */
struct rep_quarantine {
	const char *folder; /* borrowed */
	size_t files, files_max;
	uint64_t bytes, bytes_max;
};

/* The folder of a database: "DIR/quarantine" for "DIR/reputed.db"; in the arena. */
const char *rep_quarantine_folder(struct rep_arena *a, const char *db);

/* Counts what is there, for the limits above. A folder that does not exist is empty. */
enum rep_rc rep_quarantine_open(
    struct rep_quarantine *q, const char *folder, struct rep_err *err) REP_NODISCARD;
/* Stores one document. REP_ELIMIT when there is no room: then nothing is stored. */
enum rep_rc rep_quarantine_put(struct rep_quarantine *q, struct rep_str bytes, const char *from,
    const char *reason, int64_t at_s, char id[REP_QUARANTINE_ID],
    struct rep_err *err) REP_NODISCARD;

/* All documents, the oldest first. */
enum rep_rc rep_quarantine_list(const char *folder, struct rep_arena *a, struct rep_quarantined **v,
    size_t *n, struct rep_err *err) REP_NODISCARD;
/* Reads one document. id must be one that rep_quarantine_list named, else REP_ENOTFOUND. */
enum rep_rc rep_quarantine_read(const char *folder, const char *id, struct rep_arena *a,
    struct rep_str *bytes, struct rep_err *err) REP_NODISCARD;
enum rep_rc rep_quarantine_remove(
    const char *folder, const char *id, struct rep_err *err) REP_NODISCARD;
/*
 * Removes documents older than `before_s`, and files that never got a name. *n: documents removed.
 */
enum rep_rc rep_quarantine_purge(
    const char *folder, int64_t before_s, size_t *n, struct rep_err *err) REP_NODISCARD;

struct rep_quarantine_forgotten {
	size_t removed;
	const char *
	    *not_judged; /* ids, in the arena: packed or broken, so the address may be inside */
	size_t not_judged_n;
};

/*
 * Removes the documents that contain an address. Looks in the bytes and in the decoded parts of a
 * mail, in any case, and also with '=' or "%40" instead of '@' (as in return paths and links).
 * Documents that cannot be searched stay, and are named in the result.
 */
enum rep_rc rep_quarantine_forget(const char *folder, struct rep_str address, struct rep_arena *a,
    struct rep_quarantine_forgotten *out, struct rep_err *err) REP_NODISCARD;

#endif
