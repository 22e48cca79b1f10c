/*
 * store/domains.h -- counts recipient domains by number, for a back end that cannot group rows.
 *
 * Inside src/store only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_STORE_DOMAINS_H
#define REP_STORE_DOMAINS_H

#include "base/str.h"

#include <stdint.h>

/* A domain, and how many facts name it. */
struct rep_named_domain {
	uint64_t id, n;
	struct rep_str name;
};

/* Adds up entries with the same id. Returns how many are left. */
size_t rep_domains_merge(struct rep_named_domain *v, size_t n);
/* The most frequent first; equal ones by name. */
void rep_domains_sort(struct rep_named_domain *v, size_t n);

#endif
