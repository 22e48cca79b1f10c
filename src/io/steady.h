/*
 * io/steady.h -- time that only grows: for waits, and for how long something took.
 *
 * Not the clock that people set, and no time of day.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_IO_STEADY_H
#define REP_IO_STEADY_H

#include <stdint.h>

int64_t rep_steady_us(void);
int64_t rep_steady_ms(void);

#endif
