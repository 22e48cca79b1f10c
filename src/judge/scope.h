/*
 * judge/scope.h -- which steps make sense, by the scope of a refusal.
 *
 * If an address is refused, another address may be accepted, and the owner can ask for delisting.
 * If a domain, message, link or recipient is refused, it is refused from every address: neither
 * another address nor a delisting helps. Inside src/judge only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_SCOPE_H
#define REP_JUDGE_SCOPE_H

#include "fact/words.h"

struct rep_scope_steps {
	bool move;	  /* another address, network or relay can help */
	bool delist;	  /* a request to remove the address or its network from a list */
	bool hold;	  /* holding all mail for the provider is right: nearly all is refused */
	const char *stop; /* what must not be sent for now; NULL: sending may go on */
};

const struct rep_scope_steps *rep_scope_steps(enum rep_scope s);

#endif
