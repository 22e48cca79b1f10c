/*
 * audit/own_name.h -- the name that an own address should have: for its PTR, its A record and HELO.
 *
 * It is a name of the sender's own organization that can be published: one that the PTR or HELO has
 * already, or a usual one (mail.DOMAIN) that is free. Never the name of the machine inside of a
 * cloud, never one of somebody else, never an alias or a name that stands for another host.
 *
 * Pure. False: call again when the view knows more.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUDIT_OWN_NAME_H
#define REP_AUDIT_OWN_NAME_H

#include "audit/audit.h"

struct rep_own_name {
	struct rep_str text; /* in the arena; n == 0: no own domain is known */
	bool published;	     /* it leads to the address already */
};

/*
 * `domain` (n == 0: none) is the audited one; `ptr` the names that the address has. `helo` may be
 * anything that a server said.
 */
bool rep_own_name_find(const struct rep_ip *ip, const struct rep_name *domain, struct rep_str helo,
    const struct rep_audit_ptr *ptr, const struct rep_dns_view *v, struct rep_arena *a,
    struct rep_own_name *out);

/* Whether a name exists only inside of a network, such as ip-172-31-5-9.ec2.internal. */
bool rep_inside_name(struct rep_str name);

#endif
