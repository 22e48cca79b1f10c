/*
 * engine/looks.h -- stores what a command found in DNS, and shows what changed since the last look.
 *
 * A command collects what it looked at and what it found. rep_looks_store puts that into the
 * database, when there is one that can be written. Without a database nothing is reported, and none
 * is created except where --db names one. A database that cannot be written is reported, and
 * nothing else changes. Keys of lists are never stored: zones are stored as they are shown.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_LOOKS_H
#define REP_ENGINE_LOOKS_H

#include "audit/audit.h"
#include "engine/session.h"

/* One look. All it needs is in the arena. */
struct rep_looks {
	struct rep_arena *a; /* borrowed */
	int64_t at_s;
	struct rep_found *v;
	size_t n;
	struct rep_looked *asked;
	size_t asked_n;
	bool small;		   /* something did not fit: nothing is stored */
	struct rep_str spf_domain; /* n == 0: what is stored of its SPF record stays */
	struct rep_str spf;	   /* what that costs (engine/spf_kept.h); n == 0: there is none */
	/* Set by rep_looks_store: */
	bool stored;
	int64_t before_s;	   /* the last look before this at any of these subjects; 0: none */
	struct rep_found *history; /* the stays of these subjects */
	size_t history_n;
};

void rep_looks_init(struct rep_looks *k, struct rep_arena *a, int64_t at_s);

/*
 * Add what was looked at and the records that were found: of a domain, of an address's name, of
 * lists.
 */
void rep_looks_domain(
    struct rep_looks *k, const struct rep_audit_in *in, const struct rep_audit_domain *d);
void rep_looks_ptr(struct rep_looks *k, const struct rep_ip *ip, struct rep_str domain,
    struct rep_str helo, const struct rep_audit_ptr *p);
void rep_looks_lists(struct rep_looks *k, const struct rep_sweep *s);
/* Adds the findings. `domain` (n == 0: none) is the domain for which addresses were looked at. */
void rep_looks_findings(struct rep_looks *k, const struct rep_findings *f, struct rep_str domain,
    const struct rep_sweep *s);

/*
 * The addresses of all sources that are configured or that the database knows. None when there is no
 * database, or it cannot be read. At most REP_LOOKS_KNOWN, configured ones first, then stated, then
 * learnt.
 */
enum { REP_LOOKS_KNOWN = 256 };
size_t rep_looks_known(
    const struct rep_session *s, struct rep_arena *a, const struct rep_audit_known **v);

/* What receivers said when they refused, as one text; n == 0: nothing is known. In the arena. */
struct rep_str rep_looks_said(const struct rep_session *s, struct rep_arena *a);

/*
 * Stores the look. When `own` is not NULL, only if this address is the public address of a source,
 * or `check` looked at it before. NULL: what was looked at is our own.
 */
void rep_looks_store(const struct rep_session *s, struct rep_looks *k, const struct rep_ip *own);

/* Gives each finding its history. */
void rep_looks_mark(const struct rep_looks *k, struct rep_findings *f, struct rep_str domain,
    const struct rep_sweep *s);

#endif
