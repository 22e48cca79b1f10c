/*
 * judge/scope.h -- which steps make sense for what a refusal is about.
 *
 * A refusal of an address can be left by another address, and its owner can ask for delisting. One of a
 * domain, a message, a link or a recipient goes along wherever it is sent from: no other address and no
 * delisting of an address helps. Inside src/judge only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_SCOPE_H
#define REP_JUDGE_SCOPE_H

#include "fact/words.h"

struct rep_scope_steps {
	bool move;	  /* another address, network or relay */
	bool delist;	  /* a request to take the address or its network off a list */
	const char *stop; /* what is not sent meanwhile; NULL: it need not stop */
};

const struct rep_scope_steps *rep_scope_steps(enum rep_scope s);

#endif
