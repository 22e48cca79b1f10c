/*
 * audit/spf_words.h -- what people read beside the SPF record that is proposed, or instead of one.
 *
 * Pure. The texts live in the arena of the findings, and are safe to show.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUDIT_SPF_WORDS_H
#define REP_AUDIT_SPF_WORDS_H

#include "audit/spf_fix.h"

/* The words above the record: what was read wrongly, left out, supposed, and what it shows that is not in `found`. */
struct rep_str rep_spf_words(const struct rep_audit_in *in, const struct rep_spf_fix *fix,
    const struct rep_findings *found, struct rep_findings *f);

/* What to do when no record fixes a finding. `last`: if nothing else is known; n == 0: a general word. */
struct rep_str rep_spf_words_instead(const struct rep_audit_in *in, const struct rep_finding *x,
    const struct rep_spf_fix *fix, struct rep_str last, struct rep_findings *f);

#endif
