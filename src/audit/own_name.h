/*
 * audit/own_name.h -- the name that an own address should have: for its PTR, its A record and HELO.
 *
 * It is a name of the sender's own organization that can be published: one that the PTR or HELO has
 * already, also where its record for this address is missing or was left behind by a move, or a usual
 * one (mail.DOMAIN) that is free. Never the name of the machine inside of a cloud, never one of somebody
 * else, never an alias or a name that stands for a host of somebody else. An address of in->ip or in->known
 * never loses its record.
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
	struct rep_ip
	    instead; /* the address that its record is to have no longer; version 0: none */
};

/*
 * A name for `ip`, one of in->ip. in->domain.n == 0: none is audited; `ptr` are the names that the address
 * has. `helo` may be anything that a server said.
 */
bool rep_own_name_find(const struct rep_audit_in *in, const struct rep_ip *ip, struct rep_str helo,
    const struct rep_audit_ptr *ptr, const struct rep_dns_view *v, struct rep_arena *a,
    struct rep_own_name *out);
/* The same for one name, which a server says or could say. out->text.n == 0: it cannot stand for `ip`. */
bool rep_own_name_of(const struct rep_audit_in *in, const struct rep_ip *ip, struct rep_str text,
    const struct rep_dns_view *v, struct rep_arena *a, struct rep_own_name *out);

/* Whether a name exists only inside of a network, such as ip-172-31-5-9.ec2.internal. */
bool rep_inside_name(struct rep_str name);

#endif
