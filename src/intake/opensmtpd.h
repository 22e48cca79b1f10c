/*
 * intake/opensmtpd.h -- what one OpenSMTPD log message says, taken apart.
 *
 * OpenSMTPD 6 and 7 as a row of intake/mta.c: "SESSION mta delivery evpid=.. to=<..> relay=..
 * result=".." stat=".."", which 6.x wrote as "SESSION mta event=delivery ..". The queue id is the
 * message's: the first eight digits of the envelope's. Deliveries by lmtp, maildir and pipes are
 * logged as mda and asked nobody.
 *
 * Pure: views into the message.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_OPENSMTPD_H
#define REP_INTAKE_OPENSMTPD_H

#include "intake/mta.h"

bool rep_opensmtpd_recognise(struct rep_str tag, struct rep_mta_tag *out);
enum rep_rc rep_opensmtpd_read(int daemon, struct rep_str message, rep_mta_fn fn, void *ctx);

#endif
