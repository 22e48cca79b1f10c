/*
 * audit/spf_fix.h -- the one SPF record that a run proposes, proven before anybody sees it.
 *
 * What stands in DNS is read as it was meant (auth/spf_repair.h), walked, and drafted anew
 * (auth/spf_propose.h). The draft is then put in place of the record, in a view only, and looked at
 * like any other record: every own address must pass, nobody may pass who did not, ten lookups and
 * two void ones are the limit, no new finding may appear. What does not hold is not proposed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUDIT_SPF_FIX_H
#define REP_AUDIT_SPF_FIX_H

#include "audit/audit.h"
#include "audit/spf_after.h"
#include "audit/spf_begin.h"
#include "auth/spf_propose.h"

enum { REP_SPF_MENDED_MAX = 6, REP_SPF_LOST_MAX = 16 };

struct rep_spf_fix {
	struct rep_str record;	    /* n == 0: none is proposed */
	struct rep_str why;	    /* why there is none, a sentence; n == 0: none is needed */
	struct rep_spf_begin begin; /* what it was made from */
	const struct rep_spf_repair *read; /* what stands there, as it was meant */
	struct rep_spf_proposal made;	   /* what was left out, or must be given up */
	struct rep_findings *after;	   /* what would still be found; NULL: no record */
	struct rep_findings *theirs; /* of `after`: what is in records of others; with `after` */
	struct rep_spf_moved moved;  /* terms behind `all` that stand before it now */
	/* Own included records with errors, whose content stands in the record, as it was meant. */
	struct rep_name mended[REP_SPF_MENDED_MAX];
	const struct rep_spf_repair *mended_read[REP_SPF_MENDED_MAX];
	size_t mended_n;
	const struct rep_spf_check *now; /* of in->ip, with what is published */
	/* Known addresses that would no longer pass: how many, and the first ones. */
	const struct rep_ip *lost[REP_SPF_LOST_MAX];
	size_t lost_n;
};

/*
 * `walk`, `read` and `found` are of what is there; `read` must outlive *out. False: call again when
 * the view knows more.
 */
bool rep_spf_fix_find(const struct rep_audit_in *in, const struct rep_dns_view *v,
    struct rep_arena *a, const struct rep_spf_audit *walk, const struct rep_spf_repair *read,
    const struct rep_findings *found, struct rep_spf_fix *out);

/* Void lookups of a record, for the family of senders for which there are more. */
unsigned rep_spf_voids(const struct rep_spf_audit *walk);

/* Of them: what is wrong in records of others, that no record of the domain's can correct. */
void rep_spf_findings_of_others(
    const struct rep_audit_in *in, const struct rep_spf_audit *walk, struct rep_findings *f);

/* What is wrong with a record: findings without a fix. */
void rep_spf_findings(const struct rep_audit_in *in, const struct rep_spf_audit *walk,
    const struct rep_spf_check *checks, const struct rep_spf_repair *read, struct rep_findings *f);

#endif
