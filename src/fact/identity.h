/*
 * fact/identity.h -- keyed hashes that recognise a fact or a recipient without storing the address.
 *
 * The hashes are those of base/hash.h. ASCII case in an address makes no difference.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_FACT_IDENTITY_H
#define REP_FACT_IDENTITY_H

#include "base/hash.h"
#include "fact/fact.h"

/* Hash of one address. `reputed forget` looks for it. */
uint64_t rep_recipient_hash(const struct rep_key *k, struct rep_str recipient);

/* Hash of the recipient together with the address it was expanded from (may be empty). */
uint64_t rep_recipient_identity(
    const struct rep_key *k, struct rep_str recipient, struct rep_str orig_to);

/* Hash of a whole fact: log host, queue id, recipient identity, second, status. */
uint64_t rep_fact_identity(const struct rep_key *k, const struct rep_fact *f);

#endif
