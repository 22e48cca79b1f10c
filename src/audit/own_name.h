/*
 * audit/own_name.h -- the name that an own address should have: for its PTR, its A record and HELO.
 *
 * It is a name of the sender's own organization that can be published. First comes what is there: a PTR
 * name that leads back or lacks only its record, then any known name that leads to the address already
 * (HELO, hosts of MX and SPF, PTR names of other addresses, usual ones). Then a PTR name or HELO that can
 * get the address beside its others, and last a usual name (mail.DOMAIN) that is free. A name that PTR and HELO
 * say, and that leads to another address, may have been left behind by a move, or be in use there: it is the
 * other choice, and the only one where nothing else is left. A host of MX gets a further address of the same family only where nothing
 * else is left, since mail to the domain then goes there too. Never the name of the machine inside of a
 * cloud, never one of somebody else, never an alias or a name that stands for a host of somebody else. An
 * address of in->ip or in->known never loses its record, nor does one whose PTR says the name.
 *
 * Pure. False: call again when the view knows more.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUDIT_OWN_NAME_H
#define REP_AUDIT_OWN_NAME_H

#include "audit/audit.h"

/* How many addresses of a name are asked for their PTR. */
enum { REP_OWN_NAME_ASKED = 8 };

struct rep_own_name {
	struct rep_str text; /* in the arena; n == 0: there is none that can be had */
	bool published;	     /* it leads to the address already */
	/* Of a name that does not: */
	bool beside;	   /* it has other addresses, which stay */
	bool other_family; /* all of them are of the other family */
	bool takes_mail;   /* it is a host of MX: mail to the domain then goes to the address too */
	struct rep_ip
	    instead; /* the address that its record is to have no longer; version 0: none */
	/* The other choice: the name that PTR and HELO say now, and the address that it leads to. n == 0: none. */
	struct rep_str kept;
	struct rep_ip kept_ip;
};

/* What is known of all addresses of in->ip. */
struct rep_own_run {
	const struct rep_audit_in *in;	 /* domain.n == 0: none is audited */
	struct rep_str helo;		 /* anything that a server said */
	const struct rep_audit_ptr *ptr; /* the names that each address has */
	const struct rep_dns_view *v;
	struct rep_arena *a;
	const struct rep_own_name *given; /* what each address has got so far; NULL: nothing */
};

/* A name for in->ip[i]. */
bool rep_own_name_find(const struct rep_own_run *r, size_t i, struct rep_own_name *out);
/* The same for one name, which a server says or could say. out->text.n == 0: it cannot stand for it. */
bool rep_own_name_of(
    const struct rep_own_run *r, size_t i, struct rep_str text, struct rep_own_name *out);

/* A known name that leads to the address already, of in->ip or not. r->ptr may be NULL. out->text.n == 0: none. */
bool rep_own_name_leading(
    const struct rep_own_run *r, const struct rep_ip *ip, struct rep_own_name *out);

/* Whether a name is a host of the MX of in->domain. False also where that is not known. */
bool rep_own_name_is_mx(const struct rep_own_run *r, struct rep_str text);

/* Whether a name exists only inside of a network, such as ip-172-31-5-9.ec2.internal. */
bool rep_inside_name(struct rep_str name);

#endif
