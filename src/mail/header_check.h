/*
 * mail/header_check.h -- which fields of a header break RFC 5322 section 3.6.
 *
 * Only what receivers refuse: a field of addresses or a Date without a value, without an address or
 * a date; a field twice that may be there once; no Date or From. Of a header that came back without
 * any Received field it is not known whether it is whole, so nothing is called missing.
 *
 * Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_MAIL_HEADER_CHECK_H
#define REP_MAIL_HEADER_CHECK_H

#include "fact/header_fault.h"
#include "mail/header.h"

rep_header_faults rep_header_check(const struct rep_headers *h);

#endif
