/*
 * intake/events.h -- JSON events of other senders: Amazon SES and KumoMTA.
 *
 * SES in both dialects (notificationType, eventType), bare or within SNS, SQS, Lambda or
 * EventBridge envelopes; KumoMTA's log records. Objects stand one after the other, on lines of
 * their own or not, or in an array. What is neither is left out and counted in d->reason. A
 * signature of SNS is not checked: an event counts as a log of the operator's own, so only the
 * operator may bring it here.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_EVENTS_H
#define REP_INTAKE_EVENTS_H

#include "intake/document.h"

enum rep_rc rep_events_read(
    struct rep_document *d, struct rep_arena *a, struct rep_err *err) REP_NODISCARD;
/* One object in text (an SNS notification that was mailed): true when it was an event. */
bool rep_events_in_text(struct rep_document *d, struct rep_str text, struct rep_arena *a);

#endif
