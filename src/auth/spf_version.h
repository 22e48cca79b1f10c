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

#include "base/str.h"

/* The length of what was meant to be "v=spf1" at the beginning. 0: nothing like it. */
size_t rep_spf_version_len(struct rep_str s);

/* How often "v=spf1" stands in a record: each begins one, where several were joined in one string. */
size_t rep_spf_versions(struct rep_str s);

/* Whether the rest has something that only an SPF record has. "spf2.0/pra" is another protocol. */
bool rep_spf_has_terms(struct rep_str rest);

#endif
