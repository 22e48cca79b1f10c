/*
 * serve/starttls_msg.h -- the answer of the process that asked a mail server for STARTTLS, as bytes.
 *
 *	SHOWN	rc u8 | reason, when rc is not REP_OK; else:
 *		state u8 | why | trusted u8 | named u8 | in time u8 | until u64 | names | n u8 |
 *		n times: certificate | key
 *
 * Pure. Strangers may have taken over the process, so every value is checked, and what belongs together.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_SERVE_STARTTLS_MSG_H
#define REP_SERVE_STARTTLS_MSG_H

#include "fact/starttls.h"
#include "serve/msg.h"

/* rc is not REP_OK: `reason` is sent, and s is not looked at. */
void rep_msg_put_starttls(
    struct rep_buf *out, enum rep_rc rc, const char *reason, const struct rep_starttls *s);

/*
 * Reads the payload of SHOWN into out, whose views point into it. REP_ESYNTAX: it makes no sense. Other
 * codes are those of the process, with its reason.
 */
enum rep_rc rep_msg_get_starttls(
    struct rep_str payload, struct rep_starttls *out, struct rep_err *err) REP_NODISCARD;

#endif
