/*
 * mail/addr.h -- finds mail addresses in any text.
 *
 * What is looked for is "local@domain" as it is written in bounces: bare, in brackets, after
 * "rfc822;", with a route before it. The domain needs a dot unless it stands in brackets.
 *
 * Pure; views into the text.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_MAIL_ADDR_H
#define REP_MAIL_ADDR_H

#include "base/str.h"

/* The next address at or after *i; *i moves behind it. False when there is none. */
bool rep_addr_next(struct rep_str text, size_t *i, struct rep_str *addr);
/* The first one; n == 0 when there is none. */
struct rep_str rep_addr_first(struct rep_str text);

struct rep_str rep_addr_local(struct rep_str addr);
struct rep_str rep_addr_domain(struct rep_str addr);

/* "MAILER-DAEMON", "postmaster", "noreply" and similar: never the recipient that failed. */
bool rep_addr_is_role(struct rep_str addr);

/*
 * The recipient that a VERP address carries ("bounce-7-jo=example.com@shop.example" carries
 * jo@example.com), written into out; 0 when it carries none.
 */
size_t rep_addr_verp(struct rep_str addr, char *out, size_t max);

/* "rfc822; jo@example.com" without its type; also without blanks and brackets around it. */
struct rep_str rep_addr_typed(struct rep_str value);

#endif
