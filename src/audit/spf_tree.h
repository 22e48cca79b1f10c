/*
 * audit/spf_tree.h -- what an SPF record costs, term by term, as JSON: the record, and all that it includes.
 *
 * The terms are in the order in which a receiver comes to them, each with its depth, so they are a tree. `lookups` of a term
 * is what it costs with all below it; that of all is what RFC 7208, 4.6.4 limits to 10. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUDIT_SPF_TREE_H
#define REP_AUDIT_SPF_TREE_H

#include "auth/spf_audit.h"
#include "base/json_out.h"

/*
 * Writes its keys into the object that is open. At most `most` terms; how many are left out is one of the keys, and whether the
 * walk itself came to its end (`whole`).
 */
void rep_spf_tree_json(struct rep_json *j, const struct rep_spf_audit *o, size_t most);

#endif
