/*
 * engine/watch.h -- finds the files that are new or longer, among the logs and folders that are watched.
 *
 * It reads no file. It remembers of each file which one it was (device and inode), its size, mode and time of
 * writing, and gives those that are others now. So a log that grew is given again, and its position in the
 * store (engine/positions.h) continues it; a document that did not change is given once in the life of a watch.
 *
 * A log is rotated in many ways: renamed, copied and truncated, packed. Whenever the file at a path is another
 * one than before, or shorter, the files beside it whose names begin with its name and were written since the
 * look before are given too, for some minutes: a mail server may write to the old file for a while. Rotation into another
 * folder is not followed. What was
 * read of them before is known by its content.
 *
 * A path that is gone, cannot be read, or is there again is told once (a note of the session), and so is
 * everything else, as long as each look finds it so.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_WATCH_H
#define REP_ENGINE_WATCH_H

#include "engine/inputs.h"

enum {
	REP_WATCH_PATHS = 64, /* given by a person; folders count as one */
	/* Files beside a log that may be it, packed or renamed: two years of weekly logs. */
	REP_WATCH_BESIDE = 128,
	/* How long they are looked at after a rotation that was kept: logrotate waits for a restart of seconds. Judgement. */
	REP_WATCH_BESIDE_S = 600
};

struct rep_watch; /* opaque */

/*
 * since_s: when a pass over what is watched began last (0: never). Files beside a log that were written since then
 * are given as well, until the log itself is there, so that nothing is missed that was rotated while nobody watched. `paths` are copied.
 */
enum rep_rc rep_watch_new(const char *const *paths, size_t n, int64_t since_s,
    struct rep_watch **out, struct rep_err *err) REP_NODISCARD;
void rep_watch_free(struct rep_watch *w); /* NULL is allowed */

/*
 * A descriptor that can be read when something near the paths may have changed; looking tells, also without it. -1: the kernel has no room for
 * another one (fs.inotify.max_user_instances), and only looking tells. rep_watch_clear empties it.
 */
int rep_watch_fd(const struct rep_watch *w);
void rep_watch_clear(struct rep_watch *w);

/*
 * What is to be read now, in the arena of s, which may be another one each time. s->clock_s is the present.
 * After rep_watch_keep (at clock_s, since reading may take long) the files are known as this look saw them;
 * without it the next look gives them again.
 */
enum rep_rc rep_watch_look(struct rep_watch *w, const struct rep_session *s, struct rep_inputs *out,
    struct rep_err *err) REP_NODISCARD;
void rep_watch_keep(struct rep_watch *w, int64_t clock_s);

#endif
