/*
 * mail/mask.h -- masks people's addresses in text that is stored.
 *
 * "jo@hotmail.com" becomes "j***@hotmail.com", and VERP forms that carry a
 * recipient in a local part ("bounce-7-jo=hotmail.com@shop.example") become
 * "***@shop.example". Bytes beyond ASCII in a local part are masked as well.
 *
 * Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_MAIL_MASK_H
#define REP_MAIL_MASK_H

#include "base/buf.h"

/*
 * Appends s to out with every address masked, also where '@' is written "%40" as in URLs.
 * Never longer than s.n + 3 bytes for each of them. What is masked stays as it is when
 * masked again.
 */
void rep_mask(struct rep_buf *out, struct rep_str s);

/* One address, masked: "j***@example.com"; without '@' all is "***". */
void rep_mask_address(struct rep_buf *out, struct rep_str address);

#endif
