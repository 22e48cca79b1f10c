/*
 * steer/soften.h -- a table for smtp_delivery_status_filter of Postfix (postconf(5)), made of the rules: a refusal of the
 * client defers a message, where Postfix alone would return it.
 *
 * Softened is what a rule reads as a block or a listing of the address or the network, in answer to EHLO, HELO or MAIL
 * FROM. So no refusal of a recipient or of a message is: those return to their senders as before. Postfix itself defers
 * after a banner with 5xx (smtp_skip_5xx_greeting). The provider's words stay whole in the log and in the queue, behind
 * the mark, which intake takes away again.
 *
 * Pure. The table is read by Postfix 3.0 and newer as type regexp, which every build of Postfix has.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_STEER_SOFTEN_H
#define REP_STEER_SOFTEN_H

#include "base/buf.h"
#include "know/know.h"

/* What the status of a softened refusal begins with (RFC 3463: 4.7.0, a policy, for now). */
#define REP_SOFTENED_STATUS "4.7.0"

/*
 * Appends the table and returns how many of its lines soften something. A rule that is known by a code alone has none:
 * other refusals have the same code. out->full: it is not whole.
 */
size_t rep_soften_table(const struct rep_know *know, struct rep_buf *out);

#endif
