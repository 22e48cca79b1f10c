/*
 * auth/spf_repair.h -- what an SPF record with mistakes was meant to say.
 *
 * People type records into web forms: ipv4: for ip4:, a long dash from a word processor, two
 * records where one is allowed, a line that a zone editor joined without a space. This reads what
 * stands there and writes one record that parses, with a sentence for each thing it changed. It
 * invents nothing: what cannot be read is left out, and it says so. Whether the result is good is
 * not decided here (auth/spf_propose.h).
 *
 * Pure, and never fails: the bytes come from strangers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUTH_SPF_REPAIR_H
#define REP_AUTH_SPF_REPAIR_H

#include "auth/spf_chars.h"
#include "dns/answer.h"

/* Reads the TXT records of a domain. All of *out lives in the arena or the answer. */
void rep_spf_repair(
    const struct rep_dns_answer *txt, struct rep_arena *a, struct rep_spf_repair *out);

#endif
