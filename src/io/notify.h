/*
 * io/notify.h -- tells the service manager (systemd) what a daemon does: sd_notify(3).
 *
 * libsystemd is loaded when $NOTIFY_SOCKET is set, so that a daemon without a manager does not need it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_IO_NOTIFY_H
#define REP_IO_NOTIFY_H

#include "base/str.h"

#include <stdint.h>

/* Sends lines such as "READY=1\nSTATUS=...". Nothing when nobody listens. False: it could not be sent. */
bool rep_notify(const char *state);

/* How often the manager wants to hear "WATCHDOG=1", in ms; 0: never. */
int64_t rep_notify_watchdog_ms(void);

#endif
