/*
 * engine/folders.h -- on which days each watched mailbox or folder gave a document.
 *
 * One value of the store (the state "folders"): for each path, when its newest document was written, and of the 63 days
 * up to that one those that had a document. It is the time of the file, so a folder that is read again (after a restart,
 * by hand) is the same as before; of a mailbox in one file that time is known of the newest mail only, each time it is read.
 * What a document says is not asked: bounces, complaints and reports that nobody can read came as well.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_FOLDERS_H
#define REP_ENGINE_FOLDERS_H

#include "base/arena.h"
#include "base/err.h"
#include "engine/watch.h"

struct rep_store;

/*
 * Judgement: a path is compared with its usual when it has been known for eight weeks, and gave documents on three days
 * of each week of the last nine. It is silent when that is longer than twice its longest pause, and four days more: who
 * gets one each day, after six days; who rests at weekends, after ten. In 400 made-up years of random days, a
 * folder that gives on half of them is silent for so long once in a hundred years (tests/unit/test_folders.c).
 */
enum {
	REP_FOLDER_DAYS = 63,
	REP_FOLDER_KNOWN = 56,
	REP_FOLDER_LEAST = 27, /* days with a document */
	REP_FOLDER_PAUSES = 2,
	REP_FOLDER_MORE = 4
};

struct rep_folder {
	struct rep_str path; /* as the person gave it */
	int64_t last_s;	     /* its newest document; 0: none */
	uint64_t days;	     /* bit k: the day k days before that one had a document */
};

struct rep_folders {
	struct rep_folder v[REP_WATCH_PATHS];
	size_t n;
};

/* Pure. A document of that time; what `from` has, too. */
void rep_folder_note(struct rep_folder *f, int64_t at_s);
void rep_folder_join(struct rep_folder *f, const struct rep_folder *from);

/* Pure. Whether it is silent as never before. *days: of those known, with a document; *pause: the longest, in days. */
bool rep_folder_silent(
    const struct rep_folder *f, int64_t now_s, int *known, int *days, int *pause);

/*
 * What is known of the paths that are watched, with what was read of them now. Others are forgotten; so is a path with
 * bytes that are not printable. Stores it when it is new. Needs a transaction.
 */
enum rep_rc rep_folders_tend(const struct rep_folder *watched, size_t n, struct rep_store *store,
    struct rep_arena *a, struct rep_folders *out, struct rep_err *err) REP_NODISCARD;

#endif
