/*
 * dns/overlay.h -- a view of the DNS as it would be if some records were published.
 *
 * It answers from the view below, with some TXT, address and PTR records added or in place of others. A proposal is evaluated
 * over it before a person sees it. Nothing below is changed, and what the view below does not know
 * yet is not known here either. Size, time and server of an answer stay those of the view below.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_DNS_OVERLAY_H
#define REP_DNS_OVERLAY_H

#include "dns/answer.h"

enum { REP_OVERLAY_MAX = 192 };

struct rep_dns_overlay {
	struct rep_arena *a; /* borrowed; holds the answers */
	struct rep_dns_view below;
	struct rep_dns_put {
		struct rep_name name;
		uint16_t type;
		struct rep_ip ip;	/* of an address record */
		struct rep_name target; /* of a PTR record */
		struct rep_ip instead;	/* the address whose record goes; version 0: none */
		bool (*replaces)(struct rep_str txt);
		struct rep_str text;
		struct rep_dns_answer *answer; /* NULL: not asked yet */
		/* Of an address record: whether its name was there only by a wildcard, and what is left then. */
		enum { REP_DNS_PUT_ASK = 0, REP_DNS_PUT_OWN, REP_DNS_PUT_WILD } found;
		struct rep_dns_answer *left[2]; /* A, AAAA; NULL: not asked yet */
	} v[REP_OVERLAY_MAX];
	size_t n;
};

void rep_dns_overlay_init(
    struct rep_dns_overlay *o, struct rep_arena *a, const struct rep_dns_view *below);

/*
 * At `name`, the TXT record `text` takes the place of all for which `replaces` is true (NULL: of
 * none). `text` must outlive the overlay. text.n == 0: they are only taken away. False: full.
 */
bool rep_dns_overlay_txt(struct rep_dns_overlay *o, const struct rep_name *name,
    bool (*replaces)(struct rep_str txt), struct rep_str text);

/*
 * At `name`, an A or AAAA record for `ip` stands beside what is there; NULL as `instead`, or the record
 * with that address goes. What a wildcard says of the addresses of that name goes too
 * (RFC 4592). False: full.
 */
bool rep_dns_overlay_address(struct rep_dns_overlay *o, const struct rep_name *name,
    const struct rep_ip *ip, const struct rep_ip *instead);

/* At `name`, a PTR record with `target` takes the place of all that are there. False: full. */
bool rep_dns_overlay_ptr(
    struct rep_dns_overlay *o, const struct rep_name *name, const struct rep_name *target);

/* Valid as long as o. */
struct rep_dns_view rep_dns_overlay_view(struct rep_dns_overlay *o);

#endif
