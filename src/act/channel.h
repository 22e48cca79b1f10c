/*
 * act/channel.h -- takes an alert message out of the machine, by one channel of the configuration.
 *
 * It sends once, and remembers nothing: what was taken and what is to be tried again is the outbox's. A message may
 * be taken although it is reported as failed (the answer was lost); its id is the same each time it is sent, and tells
 * a receiver so. A secret is read for each message, and is in nothing that is told.
 *
 * It blocks. Not for a process that must answer meanwhile. It starts programs, looks up names and opens connections.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ACT_CHANNEL_H
#define REP_ACT_CHANNEL_H

#include "config/settings.h"
#include "engine/alert.h"

/*
 * How long one message may take, where nothing else says so. Judgement: a slow receiver answers within seconds, and
 * what has not answered in this time rather gets the message again.
 */
enum { REP_CHANNEL_TIMEOUT_MS = 30000 };

struct rep_channel_means {
	int timeout_ms;
	int64_t now_s;	      /* the clock, for the signature of a webhook */
	const char *ca_file;  /* for tests; NULL: the system's certificate authorities */
	const char *sendmail; /* for tests; NULL: /usr/sbin/sendmail */
};

/*
 * Sends a message. REP_OK: it was taken. Else err says why not, and *again whether a later try can work: not if the
 * receiver refused the message or us (4xx but 408, 425 and 429; 5xx of a mail server), which only a person can change. Trouble of this
 * machine (a secret that cannot be read, a program that is missing) can be over at the next try, and costs nobody
 * anything. It says nothing when the message was taken.
 */
enum rep_rc rep_channel_send(const struct rep_config_alert *c, const struct rep_alert_message *m,
    const struct rep_channel_means *how, bool *again, struct rep_err *err) REP_NODISCARD;

#endif
