/*
 * audit/dmarc_fix.h -- the one DMARC record that a run proposes, proven before anybody sees it.
 *
 * It keeps what the record says and works, corrects what is written wrongly, leaves out what RFC 9989
 * removed, and has a report address that takes mail. Where receivers use nothing of what is there
 * (no record, several, a near miss), it begins with p=none: a policy that was never in force must
 * not come into force by correcting a semicolon. Where a near miss is at a subdomain, what is in force
 * is the policy of the domain above it, and the record begins with that. Like any record it is then looked at over a view in
 * which it stands.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUDIT_DMARC_FIX_H
#define REP_AUDIT_DMARC_FIX_H

#include "audit/audit.h"

enum { REP_DMARC_FIX_NOTES = 12 };

struct rep_dmarc_fix {
	struct rep_str record; /* n == 0: none is proposed */
	struct rep_name at;    /* where it belongs: _dmarc.DOMAIN, or the end of the alias there */
	struct rep_name alias; /* n > 0: _dmarc.DOMAIN is an alias of this name of somebody else */
	bool fresh;	       /* nothing that is there is in force, so it begins with p=none */
	bool same;	       /* fresh, and p=none is what stands there */
	bool some;	       /* fresh, but some receivers apply the policy of the domain above */
	/* At a subdomain where nothing is read: whose policy is in force (n == 0: no such case), and which. */
	struct rep_name above;
	enum rep_dmarc_policy begins;
	size_t there;		/* how many records are there that are or resemble DMARC */
	bool nothing;		/* nothing is there that resembles DMARC */
	struct rep_str mailbox; /* an address that was made up, and has to exist; n == 0: none */
	bool no_reports;	/* no address that takes mail is known */
	struct rep_str note[REP_DMARC_FIX_NOTES]; /* what was changed, safe to show */
	size_t notes;
	struct rep_str
	    choice; /* a sentence about two records between which the person chooses; n == 0: none */
	unsigned left_out;	    /* notes for which there was no room */
	struct rep_findings *after; /* what would still be found; NULL: no record */
};

/* A TXT record at _dmarc that is no DMARC record, but was meant to be one. n == 0: none. */
struct rep_str rep_dmarc_near(const struct rep_dns_answer *txt);

/*
 * The record with another policy, and without the n tags of `gone`; all else stays as it is written. Not
 * proven. n == 0: too long.
 */
struct rep_str rep_dmarc_with(struct rep_arena *a, struct rep_str record, const char *policy,
    const char *const *gone, size_t n);

/*
 * A record that was never in force, as it should begin: with p=none, and nothing stronger for what is
 * below. The record itself, if it asks for no more. n == 0: too long.
 */
struct rep_str rep_dmarc_begin(struct rep_arena *a, struct rep_str record);

/* Drafts and proves. `found` is what was found now. False: call again when the view knows more. */
bool rep_dmarc_fix_find(const struct rep_audit_in *in, const struct rep_dns_view *v,
    struct rep_arena *a, const struct rep_dmarc *d, const struct rep_findings *found,
    struct rep_dmarc_fix *out);

/* What is wrong with DMARC of the domain: findings without a fix. False: not known yet. */
bool rep_dmarc_findings(const struct rep_audit_in *in, const struct rep_dns_view *v,
    struct rep_dmarc *d, struct rep_findings *f);
/*
 * Whether the domain of a report address wants reports about the domain whose record names it (RFC 9990,
 * 4). A domain of the same organization does. Unknown counts as yes. *at is the name that says so. False:
 * not known yet.
 */
bool rep_dmarc_agreed(const struct rep_name *about, const struct rep_name *to,
    const struct rep_dns_view *v, bool *agreed, const struct rep_dns_answer **said,
    struct rep_name *at);

#endif
