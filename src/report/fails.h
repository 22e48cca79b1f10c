/*
 * report/fails.h -- from which part on messages fail, up to which they are fine, and since when they fail.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_REPORT_FAILS_H
#define REP_REPORT_FAILS_H

#include <stdbool.h>
#include <stdint.h>

enum {
	/* Judgement: with fewer messages a single bad one is a large part. */
	REP_FAILS_FEW = 20,
	/*
	 * Judgement, of a thousand: it fails, and it is fine. A slow name server, or one signer of several, makes a part fail; what
	 * forwarders break is not counted, but some of them are not recognised.
	 */
	REP_FAILS_PART = 200,
	REP_FINE_PART = 50
};

/* Days are given one by one, the newest first. All is 0 before. */
struct rep_fails_since {
	double net,
	    most; /* messages that fail beyond the part that makes it a failure, a thousand times */
	double newest, newest_failed; /* of the newest messages, REP_FAILS_FEW or more */
};

/* True: from this day on it fails, as far as is known: so one good day within a bad month does not hide it. */
static inline bool
rep_fails_day(struct rep_fails_since *s, double passed, double failed)
{
	if (s->newest < REP_FAILS_FEW) {
		s->newest += passed + failed;
		s->newest_failed += failed;
	}
	s->net += failed * (1000 - REP_FAILS_PART) - passed * REP_FAILS_PART;
	if (s->net <= s->most)
		return false;
	s->most = s->net;
	return true;
}

/* False: it does not fail, or the newest messages pass again. */
static inline bool
rep_fails_now(const struct rep_fails_since *s)
{
	return s->most > 0 && s->newest_failed * 1000 >= s->newest * REP_FAILS_PART;
}

#endif
