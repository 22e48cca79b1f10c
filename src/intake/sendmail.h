/*
 * intake/sendmail.h -- reads one Sendmail log message.
 *
 * Sendmail 8, for the table in intake/mta_formats.c: "ID: key=value, key=value, ..." with the tags
 * sm-mta, sm-que, sm-msp-queue and sendmail. One line may be about several recipients. Lines with
 * reject= are about incoming mail. Local mailers, and mail that was only queued, asked no provider.
 *
 * For a refusal, Sendmail logs what it means (stat=User unknown, stat=Service unavailable) and the
 * enhanced code of the reply. Versions since 8.16 log the reply itself too, in reply=. Older ones
 * seldom do, so less is certain there.
 *
 * Pure. The views point into the message.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_SENDMAIL_H
#define REP_INTAKE_SENDMAIL_H

#include "intake/mta.h"

bool rep_sendmail_recognise(struct rep_str tag, struct rep_mta_tag *out);
enum rep_rc rep_sendmail_read(int daemon, struct rep_str message, rep_mta_fn fn, void *ctx);

#endif
