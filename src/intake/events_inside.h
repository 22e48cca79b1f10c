/* Only for events.c, ses.c and kumo.c. SPDX-License-Identifier: Apache-2.0 */
#ifndef REP_INTAKE_EVENTS_INSIDE_H
#define REP_INTAKE_EVENTS_INSIDE_H

#include "intake/document.h"
#include "intake/event_value.h"

/* True when the object is one of theirs, even if it says nothing about an attempt. */
bool rep_ses_read(struct rep_document *d, const json_t *o, uint64_t line, struct rep_arena *a);
bool rep_kumo_read(struct rep_document *d, const json_t *o, uint64_t line, struct rep_arena *a);

#endif
