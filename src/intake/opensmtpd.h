/*
 * intake/opensmtpd.h -- reads one OpenSMTPD log message.
 *
 * OpenSMTPD 6 and 7, for the table in intake/mta_formats.c: "SESSION mta delivery evpid=.. to=<..>
 * relay=.. result=".." stat=".."". 6.x writes "SESSION mta event=delivery ..". The queue id is the
 * id of the message: the first eight digits of the envelope's. Deliveries by lmtp, maildir and
 * pipes are logged as mda: no provider was asked.
 *
 * Pure. The views point into the message.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_OPENSMTPD_H
#define REP_INTAKE_OPENSMTPD_H

#include "intake/mta.h"

bool rep_opensmtpd_recognise(struct rep_str tag, struct rep_mta_tag *out);
enum rep_rc rep_opensmtpd_read(int daemon, struct rep_str message, rep_mta_fn fn, void *ctx);

#endif
