/*
 * auth/spf_audit.h -- an SPF record as its owner should see it: the cost of every term.
 *
 * A check stops at the first match. This walk follows every include and redirect, so it shows the
 * cost for the message that needs them all (RFC 7208, 4.6.4), and what is wrong at any depth. What
 * to publish instead is not decided here (auth/spf_propose.h).
 *
 * A pure function over a view. False: call again when the view knows more. It asks for everything
 * that it can at once.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUTH_SPF_AUDIT_H
#define REP_AUTH_SPF_AUDIT_H

#include "auth/spf.h"

enum rep_spf_state {
	REP_SPF_STATE_OK = 0,
	REP_SPF_STATE_NONE,    /* no record, or the name does not exist */
	REP_SPF_STATE_SEVERAL, /* more than one record */
	REP_SPF_STATE_SYNTAX,
	REP_SPF_STATE_FAILED, /* DNS did not answer */
	REP_SPF_STATE_LOOP,   /* it includes itself */
	REP_SPF_STATE_DEEP    /* nested deeper than the walk follows */
};

/* One term of the record, or of a record that it includes, in the order of evaluation. */
struct rep_spf_leaf {
	unsigned depth;
	struct rep_str domain; /* the owner of the record */
	const struct rep_spf_term *term;
	/* Its domain-spec with the macros filled in that are the same for all mail (d, o). */
	struct rep_str spec;
	unsigned lookups, voids; /* of this leaf and all below it */
	unsigned voids4, voids6; /* lookups that find nothing for a sender of that family (4.6.4) */
	unsigned maybe;		 /* lookups that find nothing unless the message matches (exists) */
	bool dead;		 /* it leads to nothing, or to an error */
	bool fatal;		 /* dead, and a check that comes here ends in permerror */
	bool failed;		 /* dead for now: DNS did not answer */
	bool bogus;		 /* failed, because the signatures (DNSSEC) of its zone are wrong */
	bool duplicate;		 /* the same term is earlier in the same record */
	bool broad;		 /* covers more addresses than any sender has */
	bool everybody; /* lets everybody pass: +all, 0.0.0.0/0, an exists that always matches */
	bool after_all; /* a mechanism after `all`, so it is never evaluated */
	bool ignored;	/* a modifier without effect; `note` says why */
	const struct rep_spf_term *inside; /* a larger network of the same record; NULL: none */
	const char *note;		   /* NULL: none */
	enum rep_spf_state state;	   /* of the record that an include or redirect leads to */
};

struct rep_spf_audit {
	struct rep_spf_leaf *leaf; /* in the arena */
	size_t n;
	enum rep_spf_state state;
	struct rep_str record, reason; /* reason: for SYNTAX and FAILED */
	unsigned records;
	unsigned lookups, voids;
	unsigned voids4, voids6; /* for a sender of that family; with `voids` */
	bool six; /* mail over IPv6 may pass: a network, or a name with such an address */
	char all; /* qualifier of `all` in the top record; 'r': redirect; 0: neither */
	bool truncated;
};

bool rep_spf_audit(const struct rep_name *domain, const struct rep_dns_view *v, struct rep_arena *a,
    struct rep_spf_audit *out);

/* Whether what a term leads to depends on the message: macros like %{i} are left in it. */
bool rep_spf_of_message(const struct rep_spf_leaf *l);

/* The name that a term leads to. False: it depends on the message, or is no name. */
bool rep_spf_target(
    const struct rep_spf_leaf *l, const struct rep_name *domain, struct rep_name *target);

#endif
