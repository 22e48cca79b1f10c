/*
 * audit/spf_after.h -- terms behind `all`, which never counted, and may stand before it.
 *
 * Somebody wrote them to let mail pass. They are moved where that lets nobody pass but the domain's own
 * hosts and services with an SPF record: an include of such a record, `a` and `mx` of own names, and
 * addresses that are known to be own ones. What else stands there stays, and is left out.
 *
 * Pure. False: call again when the view knows more.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUDIT_SPF_AFTER_H
#define REP_AUDIT_SPF_AFTER_H

#include "audit/audit.h"

struct rep_spf_moved {
	struct rep_str *term; /* in the arena; each is borrowed from the record */
	size_t n;
};

/* `record` parses. *out is it, or one in the arena in which terms were moved; they are in *moved. */
bool rep_spf_after_all(const struct rep_audit_in *in, const struct rep_dns_view *v,
    struct rep_arena *a, struct rep_str record, struct rep_str *out, struct rep_spf_moved *moved);

#endif
