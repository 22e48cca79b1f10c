/*
 * cli/distress.h -- says that the daemon cannot read or store any more, where the outbox cannot: it is in the database.
 *
 * When no pass ended well for ten minutes, a process tells every channel, once. When one did, it tells them that it is
 * over. Only the daemon remembers that, so one that is started anew may tell it again. A channel that does not take
 * the message does not get it later.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_DISTRESS_H
#define REP_CLI_DISTRESS_H

#include "cli/child.h"

struct rep_distress {
	int64_t since_s; /* since when passes fail, by the clock; 0: the last one did not */
	bool told;
};

/* A pass has ended, well or not. In the process that tells it does not return. `lock`: rep_child_start. */
void rep_distress_pass(struct rep_distress *d, struct rep_cli *c, int lock, bool well);

#endif
