/*
 * judge/complaints.h -- complaint rates by stream and provider, as shares of the accepted mail.
 *
 * A rate is the complaints in a stretch of time, divided by the messages that the provider accepted
 * in it. The limits are those that the providers publish (know/providers.providers). Where a
 * provider names none, the strictest limit of the others is used, and is marked as theirs
 * (doc/sources.md, 13). Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_COMPLAINTS_H
#define REP_JUDGE_COMPLAINTS_H

#include "base/arena.h"
#include "base/err.h"
#include "fact/complaint.h"
#include "fact/fact.h"
#include "know/provider.h"

/* The limit of a provider or route. Never NULL: where it names none, the limit of others. */
const struct rep_complaint_limit *rep_complaint_limit(
    const struct rep_providers *all, struct rep_str id);

enum rep_rate_state { REP_RATE_FEW = 0, REP_RATE_WELL, REP_RATE_WARN, REP_RATE_OVER };
const char *rep_rate_word(enum rep_rate_state s);

/* With fewer messages than this there is no state: one complaint alone would make a high rate. */
enum { REP_RATE_MESSAGES = 500 };

struct rep_rate {
	uint32_t provider, stream; /* stream 0: all of the provider */
	uint32_t route;		   /* not 0: of a sending service; provider and stream are 0 then */
	uint64_t complaints, accepted;
	double share; /* < 0: nothing was accepted */
	enum rep_rate_state state;
	const struct rep_complaint_limit *limit;
	int64_t last_s;
};

struct rep_rates {
	struct rep_rate *v; /* worst first; at equal rank the whole provider before its streams */
	size_t n;
	uint64_t complaints, unmatched, opt_outs, others; /* others: failed checks, not-spam */
};

/* Uses the complaints and observations in [from_s, until_s). Both arrays may reach beyond it. */
enum rep_rc rep_complaint_rates(const struct rep_providers *all, const struct rep_names *names,
    const struct rep_complaint *c, size_t c_n, const struct rep_observation *obs, size_t obs_n,
    int64_t from_s, int64_t until_s, struct rep_arena *a, struct rep_rates *out,
    struct rep_err *err) REP_NODISCARD;

#endif
