/*
 * audit/spf_begin.h -- the record that a proposal begins with.
 *
 * It is the one that is there, as it was meant. Where there is none: that of the mailboxes of the
 * domain, if the provider is known; else one for the addresses that are given, or for the MX hosts where all
 * of them are own ones.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUDIT_SPF_BEGIN_H
#define REP_AUDIT_SPF_BEGIN_H

#include "audit/audit.h"
#include "auth/spf_repair.h"

struct rep_spf_begin {
	struct rep_str record; /* n == 0: nothing is known about who sends */
	struct rep_str why;    /* why there is none, a sentence; n == 0: there is one */
	bool mx_only;	       /* it supposes that only the MX hosts send */
	/* Who has the mailboxes. Where no record is there, it includes theirs. NULL: not known. */
	const struct rep_provider *hosts;
};

/* `read` is what is there. False: call again when the view knows more. */
bool rep_spf_begin(const struct rep_audit_in *in, const struct rep_dns_view *v, struct rep_arena *a,
    const struct rep_spf_repair *read, struct rep_spf_begin *out);

#endif
