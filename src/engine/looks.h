/*
 * engine/looks.h -- what a command found in DNS is kept in the store, and what changed since is told.
 *
 * A command collects what it looked at and what was there; rep_looks_store puts it into the database
 * when there is one that can be written. Without a database nothing is said, and none is made but
 * where --db names one; one that cannot be written is said, and changes nothing else. No key of a
 * list gets in: zones stand as they are shown.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_LOOKS_H
#define REP_ENGINE_LOOKS_H

#include "audit/audit.h"
#include "engine/session.h"

/* One look; all it makes lives in the arena. */
struct rep_looks {
	struct rep_arena *a; /* borrowed */
	int64_t at_s;
	struct rep_found *v;
	size_t n;
	struct rep_looked *asked;
	size_t asked_n;
	bool small; /* something did not fit: nothing is kept */
	/* after rep_looks_store: */
	bool stored;
	int64_t before_s;	   /* the last look before at any of these subjects; 0: none */
	struct rep_found *history; /* stays of these subjects */
	size_t history_n;
};

void rep_looks_init(struct rep_looks *k, struct rep_arena *a, int64_t at_s);

/* What was looked at, and the records that were seen: of a domain, the name of an address, lists. */
void rep_looks_domain(
    struct rep_looks *k, const struct rep_audit_in *in, const struct rep_audit_domain *d);
void rep_looks_ptr(struct rep_looks *k, const struct rep_ip *ip, struct rep_str domain,
    struct rep_str helo, const struct rep_audit_ptr *p);
void rep_looks_lists(struct rep_looks *k, const struct rep_sweep *s);
/* What was found; `domain` (n == 0: none) is the one that addresses were looked at for. */
void rep_looks_findings(struct rep_looks *k, const struct rep_findings *f, struct rep_str domain,
    const struct rep_sweep *s);

/*
 * Keeps it. `own` (NULL: whatever was looked at is one's own): only when this address is a public one
 * of a source, or was looked at by `check` before.
 */
void rep_looks_store(const struct rep_session *s, struct rep_looks *k, const struct rep_ip *own);

/* Tells each finding its history. */
void rep_looks_mark(const struct rep_looks *k, struct rep_findings *f, struct rep_str domain,
    const struct rep_sweep *s);

#endif
