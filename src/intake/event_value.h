/*
 * intake/event_value.h -- values of a JSON event, copied into the arena.
 *
 * Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_EVENT_VALUE_H
#define REP_INTAKE_EVENT_VALUE_H

#include "base/arena.h"

#include <jansson.h>

/* A string member. Its bytes are copied into the arena, because the tree is freed. n == 0: none. */
struct rep_str rep_event_str(const json_t *o, const char *key, struct rep_arena *a);
/* RFC 3339, or seconds since 1970. 0: none, or not between 1970 and 9999. */
int64_t rep_event_time(const json_t *o, const char *key);

#endif
