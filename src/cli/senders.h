/*
 * cli/senders.h -- the processes of the daemon that send alerts, one for each channel that has something to send.
 *
 * So a channel that hangs holds up neither the watch nor another channel.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_SENDERS_H
#define REP_CLI_SENDERS_H

#include "cli/child.h"

struct rep_sender {
	uint64_t name; /* hash of the channel's name: it may get another place at a reload */
	pid_t pid;     /* 0: none */
	int pipe;
	int64_t begun_ms;
	int64_t next_ms; /* it is begun then; INT64_MAX: nothing waits */
	unsigned failed; /* in a row */
	bool again; /* the configuration was read again: all that waits is tried when it is begun */
};

struct rep_senders {
	struct rep_sender
	    v[REP_CONFIG_ALERTS]; /* by the place of the channel in the configuration */
	struct rep_str names[REP_CONFIG_ALERTS];
};

/*
 * The channels of the configuration, all of which may have something to send. Also after a reload: what sends to one
 * that is still there goes on, other processes are ended.
 */
void rep_senders_set(struct rep_senders *s, const struct rep_config *cfg);
/* After a reload: what failed at a channel before is tried at once. */
void rep_senders_again(struct rep_senders *s);

/* A message is due at that time of the clock. All channels look for it then, if they do not earlier. */
void rep_senders_due(struct rep_senders *s, const struct rep_config *cfg, int64_t due_s);

/* Begins what is due, and ends what hangs. In a child it does not return. `lock`: rep_child_start. */
void rep_senders_begin(struct rep_senders *s, struct rep_cli *c, int lock, int64_t now_ms);
/* When that has to be done again. */
int64_t rep_senders_next(const struct rep_senders *s, const struct rep_config *cfg);

/* A process has ended, with what waitpid gave. False: it was none of these. */
bool rep_senders_ended(struct rep_senders *s, const struct rep_config *cfg, pid_t pid, int status);

/* Ends all. A message that was on its way is sent again later, with the same id. */
void rep_senders_kill(struct rep_senders *s);

#endif
