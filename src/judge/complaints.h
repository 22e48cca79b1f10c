/*
 * judge/complaints.h -- complaint rates: by stream and provider, against what was taken.
 *
 * A rate is complaints of a stretch of time by the messages that the provider took in it. The
 * limits are the providers' own words (know/providers.providers); where one names none,
 * the strictest that others name is drawn in, and said to be of others. Pure.
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

/* Of a provider or route; never NULL: that of others where it names none. */
const struct rep_complaint_limit *rep_complaint_limit(
    const struct rep_providers *all, struct rep_str id);

enum rep_rate_state { REP_RATE_FEW = 0, REP_RATE_WELL, REP_RATE_WARN, REP_RATE_OVER };
const char *rep_rate_word(enum rep_rate_state s);

/* Below this many messages a single complaint is a rate of its own: too few to tell. */
enum { REP_RATE_MESSAGES = 500 };

struct rep_rate {
	uint32_t provider, stream; /* stream 0: all of the provider */
	uint32_t route;		   /* not 0: of a sending service, provider and stream are 0 */
	uint64_t complaints, accepted;
	double share; /* < 0: nothing was taken */
	enum rep_rate_state state;
	const struct rep_complaint_limit *limit;
	int64_t last_s;
};

struct rep_rates {
	struct rep_rate *v; /* worst first; all of the provider before its streams when alike */
	size_t n;
	uint64_t complaints, unmatched, opt_outs, others; /* others: failed checks, not-spam */
};

/* Complaints and observations of [from_s, until_s); both may reach beyond it. */
enum rep_rc rep_complaint_rates(const struct rep_providers *all, const struct rep_names *names,
    const struct rep_complaint *c, size_t c_n, const struct rep_observation *obs, size_t obs_n,
    int64_t from_s, int64_t until_s, struct rep_arena *a, struct rep_rates *out,
    struct rep_err *err) REP_NODISCARD;

#endif
