/*
 * mail/addr.h -- finds mail addresses in any text.
 *
 * Looks for "local@domain" in the forms that bounces have: alone, in brackets, after "rfc822;", or
 * with a route before it. The domain needs a dot, unless the address is in brackets.
 *
 * Pure. The results are views into the text.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_MAIL_ADDR_H
#define REP_MAIL_ADDR_H

#include "base/str.h"

/* Finds the next address at or after *i and moves *i past it. False when there is none. */
bool rep_addr_next(struct rep_str text, size_t *i, struct rep_str *addr);
/* The first one; n == 0 when there is none. */
struct rep_str rep_addr_first(struct rep_str text);

struct rep_str rep_addr_local(struct rep_str addr);
struct rep_str rep_addr_domain(struct rep_str addr);

/* "MAILER-DAEMON", "postmaster", "noreply" and similar: never the recipient that failed. */
bool rep_addr_is_role(struct rep_str addr);

/*
 * The recipient that a VERP address carries: "bounce-7-jo=example.com@shop.example" carries
 * jo@example.com. It is written into out. Returns its length, 0 when there is none.
 */
size_t rep_addr_verp(struct rep_str addr, char *out, size_t max);

/* "rfc822; jo@example.com" without the type, and without blanks and brackets around the address. */
struct rep_str rep_addr_typed(struct rep_str value);

#endif
