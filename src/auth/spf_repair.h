/*
 * auth/spf_repair.h -- what an SPF record with mistakes was meant to say.
 *
 * People type records into web forms: ipv4: for ip4:, a long dash from a word processor, two
 * records where one is allowed, a line that a zone editor joined without a space. This reads what
 * stands there and writes one record that parses, with a sentence for each thing it changed. It
 * invents nothing: what cannot be read is left out, and it says so. A piece of a name is never read as a name of
 * its own: that would let the owner of another domain pass. Whether the result is good is not decided here
 * (auth/spf_propose.h).
 *
 * Pure: the bytes come from strangers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUTH_SPF_REPAIR_H
#define REP_AUTH_SPF_REPAIR_H

#include "auth/spf_chars.h"
#include "dns/answer.h"

/*
 * Reads the TXT records of a domain. The view says whether a name that a space may have cut is whole. All of *out lives
 * in the arena or the answer. False: call again when the view knows more.
 */
bool rep_spf_repair(const struct rep_dns_answer *txt, const struct rep_dns_view *v,
    struct rep_arena *a, struct rep_spf_repair *out);

#endif
