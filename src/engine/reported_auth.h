/*
 * engine/reported_auth.h -- what providers report of own mail, for the judge: loaded from the reports that are kept.
 *
 * Only reports whose mail is proven (a file proves nothing), of providers that mail goes to, whose period touches the time
 * that is judged by the hour. Of their records only those of own addresses. A report of a provider is known by the domain
 * in From of its mail (know/provider.h): what an organisation calls itself proves nothing, nor does a domain in which
 * others have mailboxes. So small hosts, of which nobody knows that, have no say.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_REPORTED_AUTH_H
#define REP_ENGINE_REPORTED_AUTH_H

#include "engine/session.h"
#include "judge/input.h"
#include "store/store.h"

enum {
	/* Days back from now, as observations by the hour: evidence looks no further. */
	REP_REPORTED_AUTH_DAYS = 89,
	/* Records that are read for a verdict, of the newest reports. A million take 0.2 s of CPU (measured). */
	REP_REPORTED_AUTH_RECORDS_MAX = 1000000,
	/* Rows for the judge, some 30 MB: addresses, domains, providers and days together. */
	REP_OWN_REPORTED_MAX = 262144,
	/* Own addresses and domains together that one report may have; real ones have some dozens. */
	REP_OWN_REPORTED_PAIRS_MAX = 4096,
	/* Domains in From in all of them. Judgement: a sender for more has no use for one sentence about one of them. */
	REP_OWN_REPORTED_DOMAINS_MAX = 16384
};

/* Which reports may be used, so that a verdict can be made again as of a moment. 0: no bound. */
struct rep_reported_auth_until {
	int64_t read_s; /* those that were read by then */
	int64_t end_s;	/* those whose period has ended by then */
};

struct rep_reported_auth_loaded {
	struct rep_reported_auth_until until; /* as given */
	uint64_t left_out;		      /* records beyond these limits */
	uint64_t damaged;		      /* reports that cannot be read */
	uint64_t hash;	/* of the reports that may be used: another hash means other evidence */
	int64_t read_s; /* when the newest of them was read; 0: there are none */
};

/* Sets in->reported. in must have now_s, names and obs. All is in the arena. The store is only read. */
enum rep_rc rep_reported_auth_load(const struct rep_session *s, struct rep_store *store,
    struct rep_reported_auth_until until, struct rep_judge_in *in, struct rep_arena *a,
    struct rep_reported_auth_loaded *out, struct rep_err *err) REP_NODISCARD;

#endif
