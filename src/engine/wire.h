/*
 * engine/wire.h -- where intake meets the store: what every reader of facts does with them.
 *
 * A wire owns the streams, the table of own addresses and the reader of mail logs, and hands
 * each fact to the store. A fact counts once (store/store.h). An own address is kept for the
 * label of a fact when the configuration or --source tells it, or when a provider's own
 * certain rule cut it from its reply, and that fact is new.
 *
 * The store, know, key, configuration and stated addresses are the caller's and must live as
 * long as the wire. It opens and commits no transaction: writing needs one, begun by the
 * caller. It reads no clock.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_WIRE_H
#define REP_ENGINE_WIRE_H

#include "base/arena.h"
#include "engine/sources.h"
#include "config/config.h"
#include "intake/mail_log.h"
#include "store/store.h"

struct rep_wire_params {
	const struct rep_config *cfg;
	const char *const *stated; /* --source [LABEL=]IP, checked before (rep_wire_stated) */
	size_t stated_n;
	const struct rep_know *know;
	const struct rep_key *key;
	struct rep_store *store; /* NULL: nothing is kept, addresses are learnt all the same */
	int64_t now_s;		 /* the clock, or --now: lines over a day later are of the future */
	bool learn_not;		 /* addresses that replies name are not learnt (tests) */
};

struct rep_wire {
	struct rep_wire_params o;
	struct rep_streams *streams; /* owned, like the next two */
	struct rep_sources *sources;
	struct rep_mail_log *log;
};

/* Whether "[LABEL=]IP" is one, and its parts: name.n is 0 when it is for every label. */
bool rep_wire_stated(const char *arg, struct rep_str *name, struct rep_ip *ip);

/* Streams seen in earlier runs and the queue ids left open are read from the store. */
enum rep_rc rep_wire_open(struct rep_wire *f, const struct rep_wire_params *o, struct rep_arena *a,
    struct rep_err *err) REP_NODISCARD;
void rep_wire_close(struct rep_wire *f); /* a wire all zero is fine */

/* A reader of logs that has seen nothing, in place of the one there is. */
enum rep_rc rep_wire_log_anew(struct rep_wire *f, struct rep_err *err) REP_NODISCARD;

/* What the log has open now; false when it is not in the state of the store (it is damaged). */
enum rep_rc rep_wire_resume(struct rep_wire *f, bool *whole, struct rep_err *err) REP_NODISCARD;
/* Open queue ids into the state of the store; `room` is for the bytes. */
enum rep_rc rep_wire_save(
    struct rep_wire *f, struct rep_buf *room, struct rep_err *err) REP_NODISCARD;

/*
 * One fact: its address is learnt, then the store counts it. *fresh (may be NULL): it was not
 * known before; without a store always true.
 */
enum rep_rc rep_wire_fact(struct rep_wire *f, const struct rep_fact *fact, bool *fresh,
    struct rep_err *err) REP_NODISCARD;

#endif
