/*
 * auth/spf_version.h -- where an SPF record begins, as people write it.
 *
 * "v=spf1" with a typing error, or behind a piece of a zone file.
 *
 * Pure: the bytes come from strangers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUTH_SPF_VERSION_H
#define REP_AUTH_SPF_VERSION_H

#include "base/arena.h"
#include "dns/answer.h"

/* The length of what was meant to be "v=spf1" at the beginning. 0: nothing like it. */
size_t rep_spf_version_len(struct rep_str s);

/* Whether a word in front of a record is a value for somebody else: "google-site-verification=abc". */
bool rep_spf_of_another(struct rep_str word);

/* How often "v=spf1" stands in a record: each begins one, where several were joined in one string. */
size_t rep_spf_versions(struct rep_str s);

/*
 * A record that was cut in two TXT records: `first` ends without `all` or redirect=, one of rr is terms up to `all`, and
 * both together parse. *half is that one. n == 0: there is none, or more than one.
 */
struct rep_str rep_spf_with_second_half(struct rep_str first, const struct rep_dns_rr **rr,
    size_t n, struct rep_arena *a, struct rep_str *half);

/* Whether the rest has something that only an SPF record has. "spf2.0/pra" is another protocol. */
bool rep_spf_has_terms(struct rep_str rest);

#endif
