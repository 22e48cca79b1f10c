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
	/* Mails of one time, each with a question or two. More wait for the next time. Judgement: nobody gets so many in a day. */
	REP_PROOFS_MAX = 2000,
	/* Of them those of one domain in From: a stranger's cannot take the place of all others. Judgement. */
	REP_PROOFS_OF_DOMAIN = 200,
	REP_PROOF_BYTES =
	    8 << 10, /* of one mail: four signatures with names of usual length. Judgement */
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
	uint64_t waiting; /* mails that are not among them: there are too many */
	uint64_t proven, refused, unanswered; /* how many mails, after rep_proofs_ask */
};

/*
 * What is to be asked now: those that were never asked first, the newest of them first, then those that were asked longest ago.
 * Views are in the arena; what has no room there waits. REP_EMEM.
 */
enum rep_rc rep_proofs_load(struct rep_store *store, struct rep_arena *a, struct rep_proofs *out,
    struct rep_err *err) REP_NODISCARD;
/* REP_EIO: DNS cannot be asked any more; what is known by then may be stored. */
enum rep_rc rep_proofs_ask(const struct rep_session *s, struct rep_resolver *r,
    struct rep_proofs *p, struct rep_err *err) REP_NODISCARD;
/* Needs a transaction. */
enum rep_rc rep_proofs_store(const struct rep_proofs *p, struct rep_store *store, int64_t clock_s,
    struct rep_arena *a, struct rep_err *err) REP_NODISCARD;

#endif
