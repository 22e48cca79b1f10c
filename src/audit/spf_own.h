/*
 * audit/spf_own.h -- which of the names in an SPF record are the sender's own.
 *
 * A name is own if it has the organizational domain of the audited one, and a host if an alias of it stays there, too:
 * what it leads to changes only when its owner changes it.
 *
 * Pure. *known is set to false where the view does not know an answer yet, and what is returned is only for now.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUDIT_SPF_OWN_H
#define REP_AUDIT_SPF_OWN_H

#include "audit/audit.h"

/* Whether a term is in the record of the domain, or in one of its organization. */
bool rep_spf_own_record(const struct rep_audit_in *in, const struct rep_spf_leaf *l);

/* Whether a name has addresses, and it and what an alias of it leads to are own names. */
bool rep_spf_own_host(const struct rep_audit_in *in, const struct rep_name *name,
    const struct rep_dns_view *v, bool *known);

/* Whether every host of the MX of a name is such a host. False also where there is none, or more than SPF looks up. */
bool rep_spf_own_mx(const struct rep_audit_in *in, const struct rep_name *name,
    const struct rep_dns_view *v, bool *known);

/*
 * The next host that a record names by "a:NAME", of anybody and with any sign; *at begins with 0. The record need not
 * parse. False: that was the last one.
 */
bool rep_spf_next_host(struct rep_str record, size_t *at, struct rep_name *host);

#endif
