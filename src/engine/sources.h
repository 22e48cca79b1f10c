/*
 * engine/sources.h -- the public addresses that are known for each label (doc/words.md: source).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_SOURCES_H
#define REP_ENGINE_SOURCES_H

#include "base/ip.h"
#include "store/store.h"

struct rep_sources; /* label -> addresses, and how each is known */

struct rep_sources *rep_sources_new(void); /* NULL: out of memory */
void rep_sources_free(struct rep_sources *s);

/* Own addresses of all labels. A sender with more should name an address range, not a list. */
enum { REP_SOURCES_MAX = 4096 };

bool rep_sources_has(const struct rep_sources *s, struct rep_str label, const struct rep_ip *ip,
    enum rep_known_by by);

/*
 * Adds an address of a label. False when out of memory. *fresh: it was not there. At
 * REP_SOURCES_MAX nothing more is added, and rep_sources_full is true.
 */
bool rep_sources_add(struct rep_sources *s, struct rep_str label, const struct rep_ip *ip,
    enum rep_known_by by, bool *fresh);

bool rep_sources_full(const struct rep_sources *s);

/* Loads all that a store knows. */
enum rep_rc rep_sources_load(struct rep_sources *s, struct rep_store *store, struct rep_err *err);

/*
 * The public address of a label: its only address with the highest rank (configured, then stated,
 * then learnt). NULL when none is known, or several: then the label is a pool.
 */
const struct rep_ip *rep_sources_public(const struct rep_sources *s, struct rep_str label);

/* True when several addresses have the highest rank. */
bool rep_sources_pool(const struct rep_sources *s, struct rep_str label);

#endif
