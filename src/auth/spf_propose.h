/*
 * auth/spf_propose.h -- one SPF record to publish in place of one that is wrong.
 *
 * From the walk over a record (auth/spf_audit.h) it makes the record that should stand there:
 * without what is dead, repeated, too broad, ptr, after `all` or without effect, with own addresses
 * in front, and within ten lookups. Only records and names of the domain's own organization are
 * replaced by what they lead to, because a service changes its addresses when it likes. If nothing
 * fits, it says what to give up instead.
 *
 * A draft: the caller evaluates it over the same view before a person sees it (audit/spf_fix.h).
 * Pure. False: call again when the view knows more.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUTH_SPF_PROPOSE_H
#define REP_AUTH_SPF_PROPOSE_H

#include "auth/spf_audit.h"

enum { REP_SPF_GIVEN_MAX = 32 };

struct rep_spf_propose_in {
	struct rep_name domain;
	const struct rep_ip *add; /* own addresses to enter */
	size_t add_n;
	/* Own names whose records are errors as they stand: the walk read them as they were meant. */
	const struct rep_name *mended;
	size_t mended_n;
	bool unread;	  /* terms that mail was perhaps meant to pass by cannot be read */
	bool errors_last; /* keep what works up to an error, behind all else; else it is left out */
	bool
	    silent_last; /* put what DNS does not answer for behind all else; else it stays in its place */
	/* The record that a domain with its mailboxes there includes, a name. n == 0: not known. */
	struct rep_str mailboxes;
	bool as_meant; /* write what leads to nothing as `a:` or `include:`; else it is left out */
	bool nobody;   /* a record without a term is one too: nobody sends */
};

/* A term that is left out although mail may depend on it, or that must go so that the rest fits. */
struct rep_spf_given {
	struct rep_str term;
	const char *why; /* NULL: it is only one too many */
	unsigned lookups;
};

/* The first ones, and how many more there are. */
struct rep_spf_givens {
	struct rep_spf_given v[REP_SPF_GIVEN_MAX];
	size_t n, more;
};

struct rep_spf_proposal {
	struct rep_str record; /* n == 0: there is nothing to propose */
	bool too_long;	       /* ... because it would be too long */
	unsigned lookups;
	bool fits;	   /* at most ten lookups */
	bool softened;	   /* ~all stands where -all was written */
	char was;	   /* '+' or '?': ~all stands where all or ?all was written; 0: neither */
	unsigned replaced; /* own names that their addresses replace */
	bool others;	   /* some of these addresses are of hosts of others */
	struct rep_spf_givens gone; /* left out */
	/* Kept behind all else: mail passes by the beginning of its record, and then comes an error. */
	struct rep_spf_givens half;
	/* Kept behind all else: DNS does not answer there now. */
	struct rep_spf_givens silent;
	/* Left out, and nobody loses by it: an inside address, what is refused behind its own pass. */
	struct rep_spf_givens idle;
	/* Includes of own hosts that have no record, but an address: they are written as `a:`. */
	struct rep_spf_givens host;
	/* Names in `a:` or `mx:` that have a record, but no address: they are written as `include:`. */
	struct rep_spf_givens service;
	/* Includes without a record that resemble that of the mailboxes: it stands in their place. */
	struct rep_spf_givens mistyped;
	/* If it does not fit: the terms that cost lookups, the dearest first. */
	struct rep_spf_givens costs;
};

bool rep_spf_propose(const struct rep_spf_propose_in *in, const struct rep_spf_audit *walk,
    const struct rep_dns_view *v, struct rep_arena *a, struct rep_spf_proposal *out);

#endif
