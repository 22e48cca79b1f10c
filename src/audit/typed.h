/*
 * audit/typed.h -- which domain a person means by what they typed or pasted.
 *
 * An address of mail, a URL, a name with a dot at its end or in capitals, and the name of a record
 * ("s1._domainkey.shop.example") are understood; what is none is refused with the reason. A name is
 * never looked up literally that no domain can have.
 *
 * Pure, and never fails otherwise.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUDIT_TYPED_H
#define REP_AUDIT_TYPED_H

#include "dns/name.h"

struct rep_typed {
	struct rep_name domain;
	struct rep_str
	    selector;	   /* of "s1._domainkey.shop.example"; points into the text; n == 0: none */
	bool read;	   /* more than the domain itself was typed */
	char problem[200]; /* why it is no domain; "": it is one */
};

/* False: `problem` says why. */
bool rep_typed_domain(struct rep_str text, struct rep_typed *out);

/*
 * A selector as people give it: "s1", "s1._domainkey", "s1._domainkey.shop.example", "s=s1". Returns
 * the selector in it; n == 0: it is none, or of another domain.
 */
struct rep_str rep_typed_selector(struct rep_str text, const struct rep_name *domain);

/*
 * A HELO name as people give it: "mail.shop.example.", "EHLO mail.shop.example", "helo=<mail...>". It
 * may be an address literal, or no name at all: what a server says is looked at as it is. Returns the
 * name in it; n == 0: it is none, since it has spaces or commas, or is a variable ($myhostname).
 */
struct rep_str rep_typed_helo(struct rep_str text);

/* An address as people give it: "[192.0.2.7]", "192.0.2.7/32", "ip4:192.0.2.7". False: it is none. */
bool rep_typed_ip(struct rep_str text, struct rep_ip *out);
/* Whether it is a network, "192.0.2.0/24". */
bool rep_typed_network(struct rep_str text);

#endif
