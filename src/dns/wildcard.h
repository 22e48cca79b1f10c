/*
 * dns/wildcard.h -- whether a name gets its answers from a wildcard alone (RFC 4592).
 *
 * A wildcard answers only for names that are not there. A record of its own, or one below it, makes the name
 * one that is there: then it gets none of the wildcard's records any more (RFC 4592, 2.2.1 and 3.3.1). No answer
 * says that it came from a wildcard; but a name beside it that nobody uses gets the same one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_DNS_WILDCARD_H
#define REP_DNS_WILDCARD_H

#include "dns/answer.h"

/*
 * Whether all that the name has (A, AAAA, MX, TXT, or an alias) is what an unused name beside it has. So it is for
 * a name with records of its own that are the same, too. False also where DNS fails, or *known was set to false: the
 * view does not know enough yet. Where there is no wildcard, this asks one question.
 */
bool rep_dns_by_wildcard(const struct rep_dns_view *v, const struct rep_name *name, bool *known);

#endif
