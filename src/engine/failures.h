/*
 * engine/failures.h -- keeps failure reports (RFC 6591, RFC 9991), and answers from them. As engine/reports.h does for DMARC.
 *
 * A report is about one message, so it is kept as long as single deliveries are, 90 days; one of an older message is not
 * kept. The time is what its writer says, but nobody's message is of the future: then it is the time of reading. Two that
 * say the same are one. No recipient is in one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_FAILURES_H
#define REP_ENGINE_FAILURES_H

#include "engine/reporter.h"
#include "engine/session.h"
#include "report/failures.h"
#include "store/store.h"

struct rep_failures_kept {
	uint64_t fresh, known;
	uint64_t old; /* of messages older than 90 days: not kept */
};

/* Keeps one. Needs an open transaction. */
enum rep_rc rep_failures_keep(struct rep_store *store, const struct rep_auth_failure *f,
    const struct rep_reporter *by, int64_t now_s, struct rep_failures_kept *n,
    struct rep_err *err) REP_NODISCARD;

/* Those of [from_s, until_s). domain: in lower case; empty: all. All is in the arena. */
enum rep_rc rep_failures_load(struct rep_store *store, struct rep_str domain, int64_t from_s,
    int64_t until_s, struct rep_arena *a, struct rep_failures_answer *out,
    struct rep_err *err) REP_NODISCARD;

#endif
