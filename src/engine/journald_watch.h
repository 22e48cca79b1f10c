/*
 * engine/journald_watch.h -- says when a journal of systemd has something new, from a process of its own.
 *
 * That process opens the journals, waits for libsystemd to be woken, and looks each time whether there is an
 * entry that matches: a journal is written to all the time, and mail is little of it. It reads no
 * field. So the daemon opens no journal, and its memory is flat. A journal that is damaged may end this process,
 * which is started again, and a pass (cli/cmd_serve.c), which opens the same files.
 *
 * It also tells, once, that a journal is not there, cannot be read, or is there again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_JOURNALD_WATCH_H
#define REP_ENGINE_JOURNALD_WATCH_H

#include "engine/journald.h"
#include "engine/session.h"

struct rep_journald_watch; /* opaque */

/* All is borrowed. With n == 0 nothing is started, and there is never news. */
enum rep_rc rep_journald_watch_new(const struct rep_journald *v, size_t n,
    const struct rep_session *s, struct rep_journald_watch **out,
    struct rep_err *err) REP_NODISCARD;
void rep_journald_watch_free(struct rep_journald_watch *w); /* ends the process; NULL is allowed */

/* A descriptor that can be read when there is something new. -1: the process is not there at present. */
int rep_journald_watch_fd(const struct rep_journald_watch *w);
/*
 * Whether a journal may have something that it had not at the last call; always at the first one, and after the
 * process was started again, which this does. steady_ms: a clock that nobody sets.
 */
bool rep_journald_watch_news(struct rep_journald_watch *w, int64_t steady_ms);

#endif
