/*
 * auth/spf_audit.h -- an SPF record as its owner should see it: what every term costs.
 *
 * Unlike a check, which stops at the first match, the walk follows every include and redirect, so it
 * tells what the least fortunate message meets. It also proposes a record: without what is dead,
 * double or never needed, with own addresses that were missing, and within ten look-ups where that
 * can be had by writing addresses in place of names.
 *
 * A pure function over a view; false: call again when the view knows more (it asks for everything it
 * can at once).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUTH_SPF_AUDIT_H
#define REP_AUTH_SPF_AUDIT_H

#include "auth/spf.h"

enum rep_spf_state {
	REP_SPF_STATE_OK = 0,
	REP_SPF_STATE_NONE,    /* no record, or no such name */
	REP_SPF_STATE_SEVERAL, /* more than one */
	REP_SPF_STATE_SYNTAX,
	REP_SPF_STATE_FAILED, /* DNS could not tell */
	REP_SPF_STATE_LOOP,   /* it includes itself */
	REP_SPF_STATE_DEEP    /* beyond what the walk follows */
};

/* One term of the record or of what it includes, in the order they stand. */
struct rep_spf_leaf {
	unsigned depth;
	struct rep_str domain; /* whose record */
	const struct rep_spf_term *term;
	unsigned lookups, voids;  /* of it and all below it */
	bool dead;		  /* an include or a name that gives nothing, or an error */
	bool duplicate;		  /* the same term stood before in the same record */
	bool broad;		  /* covers more addresses than any sender has */
	bool after_all;		  /* never looked at */
	const char *note;	  /* NULL: none */
	enum rep_spf_state state; /* of what an include or redirect leads to */
};

struct rep_spf_audit {
	struct rep_spf_leaf *leaf; /* in the arena */
	size_t n;
	enum rep_spf_state state;
	struct rep_str record, reason; /* reason: of SYNTAX and FAILED */
	unsigned records, strings, bytes;
	uint32_t ttl_s;
	unsigned lookups, voids;
	char all; /* qualifier of the top's "all"; 0: neither all nor redirect; 'r': redirect */
	bool ptr, truncated;
	struct rep_str proposed; /* n == 0: none is needed, or none can be made */
	bool proposed_fits;
	unsigned proposed_lookups, flattened;
};

struct rep_spf_audit_in {
	struct rep_name domain;
	const struct rep_ip *own; /* that must be covered */
	const bool *covered;	  /* of each, what a check said */
	size_t own_n;
};

bool rep_spf_audit(const struct rep_spf_audit_in *in, const struct rep_dns_view *v,
    struct rep_arena *a, struct rep_spf_audit *out);

#endif
