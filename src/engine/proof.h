/*
 * engine/proof.h -- proves who sent the reports that came by mail, by keys that are still published.
 *
 * The signatures of a mail are checked when it is read, all but their keys (auth/dkim_later.h), and kept with its reports. Here
 * the keys are asked for, all at once, and each report takes its place among those that count, or stays apart for good. What DNS
 * did not answer waits for the next time.
 *
 * In three steps, so that the database is not locked while DNS is asked.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_PROOF_H
#define REP_ENGINE_PROOF_H

#include "engine/session.h"
#include "fact/signed.h"
#include "serve/resolver.h"
#include "store/store.h"

enum {
	/* Of one time: what a resolver asks at most (serve/resolver.h). More wait for the next time. */
	REP_PROOFS_MAX = 20000,
	/*
	 * Judgement: who rotates keys removes the old one after a week or so. A key that could not be asked for in a month will
	 * not come.
	 */
	REP_PROOFS_DAYS = 30
};

/* As the store keeps it. s->n is not 0. Whether there was room: out->full. */
void rep_proof_pack(const struct rep_signatures *s, struct rep_buf *out);

struct rep_proof; /* opaque */

struct rep_proofs {
	struct rep_proof *v; /* in the arena */
	size_t n;
	bool more;			      /* than REP_PROOFS_MAX */
	uint64_t proven, refused, unanswered; /* how many, after rep_proofs_ask */
};

/* What waits. Views are in the arena. REP_EMEM. */
enum rep_rc rep_proofs_load(struct rep_store *store, struct rep_arena *a, struct rep_proofs *out,
    struct rep_err *err) REP_NODISCARD;
/* REP_EIO: DNS cannot be asked any more; what is known by then may be stored. */
enum rep_rc rep_proofs_ask(const struct rep_session *s, struct rep_resolver *r,
    struct rep_proofs *p, struct rep_err *err) REP_NODISCARD;
/* Needs a transaction. */
enum rep_rc rep_proofs_store(const struct rep_proofs *p, struct rep_store *store, int64_t clock_s,
    struct rep_err *err) REP_NODISCARD;

#endif
