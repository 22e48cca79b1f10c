/*
 * engine/address_names.h -- the confirmed names of addresses that nothing else names.
 *
 * Anybody can name any host in a PTR record, so a name counts only if it leads back to the address. That says who runs the
 * address, never who sends. Asked after an answer is computed; what has no answer in time has no name.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_ADDRESS_NAMES_H
#define REP_ENGINE_ADDRESS_NAMES_H

#include "engine/evaluate.h"
#include "engine/known_sender.h"
#include "know/clouds.h"

enum {
	REP_ADDRESS_NAMES_MAX =
	    24, /* Judgement: those that a page shows; of others nobody looks at the name */
	REP_ADDRESS_PTR_MAX =
	    4 /* names of one address that are looked at, the first in their order */
};

struct rep_address_name {
	struct rep_ip ip;
	struct rep_str name;	       /* confirmed; n == 0: none, or not known */
	uint16_t sender;	       /* by the name: engine/known_sender.h; 0: none known */
	const struct rep_cloud *cloud; /* that gave this name by itself; NULL: none */
	bool failed;		       /* DNS did not say */
};

struct rep_address_names {
	struct rep_address_name v[REP_ADDRESS_NAMES_MAX];
	size_t n;
};

/* Notes an address to be asked, once. What has no room, and what nobody outside has, is left out. */
void rep_address_names_add(struct rep_address_names *a, const struct rep_ip *ip);
/* NULL: it was not asked, or has no confirmed name. */
const struct rep_address_name *rep_address_name_of(
    const struct rep_address_names *a, const struct rep_ip *ip);

/* Asks for all of them. Names are in `kept`. As rep_evaluate. */
enum rep_rc rep_address_names_ask(struct rep_address_names *a, const struct rep_session *s,
    struct rep_resolver *r, const struct rep_known_senders *k, const struct rep_clouds *clouds,
    struct rep_arena *kept, struct rep_err *err) REP_NODISCARD;

#endif
