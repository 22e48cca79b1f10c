/*
 * intake/events.h -- JSON events of other senders: Amazon SES and KumoMTA.
 *
 * SES in both dialects (notificationType, eventType), alone or in envelopes of SNS, SQS, Lambda or
 * EventBridge; KumoMTA's log records. Objects follow one another, each on its own line or not, or
 * are in an array. Everything else is left out and counted in d->reason. The signature of SNS is
 * not checked: an event counts like a log of the operator's own, so only the operator may bring it
 * here.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_EVENTS_H
#define REP_INTAKE_EVENTS_H

#include "intake/document.h"

enum rep_rc rep_events_read(
    struct rep_document *d, struct rep_arena *a, struct rep_err *err) REP_NODISCARD;
/* Reads one object in text (a notification of SNS that was mailed). True when it was an event. */
bool rep_events_in_text(struct rep_document *d, struct rep_str text, struct rep_arena *a);

#endif
