/*
 * dns/bogus.h -- whether an answer is missing because of its DNSSEC signatures.
 *
 * A resolver that validates answers SERVFAIL for a name whose signatures are wrong. Asked without a check of
 * them (CD; RFC 4035, 3.2.2) it has an answer; and the root zone, which is signed, tells whether the resolver
 * validates at all (AD; RFC 4035, 3.2.3). So two more questions are asked where one has failed, and none else.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_DNS_BOGUS_H
#define REP_DNS_BOGUS_H

#include "dns/answer.h"

/*
 * The answer without a check, if that of `a` is missing because of its signatures (bogus; RFC 4035, 5.5). NULL: it
 * is not, or a is NULL, or *known was set to false: the view does not know enough yet.
 */
const struct rep_dns_answer *rep_dns_bogus(
    const struct rep_dns_view *v, const struct rep_dns_answer *a, bool *known);

/* Whether the resolver validates: it said so of the root, which is signed since 2010. */
bool rep_dns_validates(const struct rep_dns_view *v, bool *known);

#endif
