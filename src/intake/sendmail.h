/*
 * intake/sendmail.h -- what one Sendmail log message says, taken apart.
 *
 * Sendmail 8 as a row of intake/mta.c: "ID: key=value, key=value, ..." of the tags sm-mta, sm-que,
 * sm-msp-queue and sendmail. A line may be of several recipients. It logs of a refusal what it
 * means ("User unknown", "Service unavailable") and the enhanced code of the reply, seldom the
 * reply; Exim and Postfix log the words. So less is certain here. reject= lines are about mail
 * that came in; local mailers, and mail that was only queued, asked nobody.
 *
 * Pure: views into the message.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_SENDMAIL_H
#define REP_INTAKE_SENDMAIL_H

#include "intake/mta.h"

bool rep_sendmail_recognise(struct rep_str tag, struct rep_mta_tag *out);
enum rep_rc rep_sendmail_read(int daemon, struct rep_str message, rep_mta_fn fn, void *ctx);

#endif
