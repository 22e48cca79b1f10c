/*
 * cli/distress.h -- says that the daemon cannot read or store any more, where the outbox cannot: it is in the database.
 *
 * When no pass ended well for ten minutes, or one runs for fifteen, a process tells every channel, once. When one ended
 * well, it tells them that it is over. Only the daemon remembers that, so one that is started anew may tell it again. A channel that does not take
 * the message does not get it later.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_DISTRESS_H
#define REP_CLI_DISTRESS_H

#include "cli/child.h"

struct rep_distress {
	int64_t failing_ms; /* since when passes fail */
	int64_t again_ms;   /* nothing is tried before then */
	int64_t since_s;    /* by the clock: what was told names it */
	bool failing;	    /* the last pass did not end well */
	bool well;	    /* the last pass ended well */
	bool told, hangs;   /* that it fails; that a pass does not end */
};

/* A pass has ended, well or not. All times are of io/steady.h. */
void rep_distress_pass(struct rep_distress *d, bool well, int64_t now_ms);

/* Tells what is due. `begun_ms`: of the pass that runs; 0: none does. `lock`: rep_child_start. */
void rep_distress_look(
    struct rep_distress *d, struct rep_cli *c, int lock, int64_t now_ms, int64_t begun_ms);
/* When that has to be done again. */
int64_t rep_distress_next(const struct rep_distress *d, int64_t begun_ms);

#endif
