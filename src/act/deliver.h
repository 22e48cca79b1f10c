/*
 * act/deliver.h -- sends what the outbox has for one channel.
 *
 * One message at a time, in their order; what is not taken is tried again later, and what is behind it waits, unless
 * the receiver refuses it for good. The database is held only to note that a message is tried and what became of
 * it, never while a channel is spoken to. A process that is killed between the two sends the message again, later and
 * with the same id; when nothing can be noted, nothing is sent.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ACT_DELIVER_H
#define REP_ACT_DELIVER_H

#include "act/channel.h"
#include "engine/session.h"

struct rep_deliver {
	const struct rep_session *session; /* borrowed, as all here; needs its clock_ms */
	const struct rep_config_alert *channel;
	struct rep_str host;
	struct rep_channel_means
	    means; /* its now_s is of no use: a message has the time when it is sent */
	bool now;  /* the configuration is new: what failed before is tried at once */
};

/* *due_s: when the next message is to be tried; 0: none waits. A message that is not taken is no error. */
enum rep_rc rep_deliver(
    const struct rep_deliver *o, int64_t *due_s, struct rep_err *err) REP_NODISCARD;

#endif
