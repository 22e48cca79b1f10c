/* Of events.c, ses.c and kumo.c only. SPDX-License-Identifier: Apache-2.0 */
#ifndef REP_INTAKE_EVENTS_INSIDE_H
#define REP_INTAKE_EVENTS_INSIDE_H

#include "intake/events.h"

#include <jansson.h>

/* A string member; its bytes are copied into the arena, since the tree goes. n == 0: none. */
struct rep_str rep_event_str(const json_t *o, const char *key, struct rep_arena *a);
/* RFC 3339 or seconds since 1970; 0: none. */
int64_t rep_event_time(const json_t *o, const char *key);

/* True when the object is one of theirs, whether or not it says anything of an attempt. */
bool rep_ses_read(struct rep_document *d, const json_t *o, uint64_t line, struct rep_arena *a);
bool rep_kumo_read(struct rep_document *d, const json_t *o, uint64_t line, struct rep_arena *a);

#endif
