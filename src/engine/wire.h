/*
 * engine/wire.h -- connects intake and store: what happens with every fact that is read.
 *
 * A wire owns the streams, the table of own addresses and the reader of mail logs, and gives each
 * fact to the store. A fact counts once (store/store.h). An own address is stored for the label of
 * a fact in two cases: the configuration or --source names it, or a certain rule of the provider
 * found it in the provider's reply, and that fact is new.
 *
 * The store, know, key, configuration and stated addresses belong to the caller, and must exist as
 * long as the wire. The wire begins and commits no transaction: for writing, the caller must have
 * begun one. It reads no clock.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_WIRE_H
#define REP_ENGINE_WIRE_H

#include "base/arena.h"
#include "engine/sources.h"
#include "config/config.h"
#include "intake/hosts.h"
#include "intake/mail_log.h"
#include "store/store.h"

struct rep_wire_params {
	const struct rep_config *cfg;
	const char *const *stated; /* --source [LABEL=]IP, already checked (rep_wire_stated) */
	size_t stated_n;
	const struct rep_know *know;
	const struct rep_key *key;
	struct rep_store *store; /* NULL: nothing is stored, but addresses are learnt */
	int64_t now_s;		 /* the clock, or --now: lines over a day later are in the future */
	bool learn_not;		 /* do not learn addresses from replies (tests) */
};

struct rep_wire {
	struct rep_wire_params o;
	struct rep_streams *streams; /* owned, like the next three */
	struct rep_hosts *hosts;     /* of documents; the reader of logs has its own */
	struct rep_sources *sources;
	struct rep_mail_log *log;
};

/*
 * Splits "[LABEL=]IP". name.n is 0 when it is for every label. False when it is not such an
 * argument.
 */
bool rep_wire_stated(const char *arg, struct rep_str *name, struct rep_ip *ip);

/* Whether a stated name means a label: it is the whole label, its end or its beginning, or empty. */
bool rep_wire_names_label(struct rep_str name, struct rep_str label);

/* Reads the streams of earlier runs and the open queue ids from the store. */
enum rep_rc rep_wire_open(struct rep_wire *f, const struct rep_wire_params *o, struct rep_arena *a,
    struct rep_err *err) REP_NODISCARD;
void rep_wire_close(struct rep_wire *f); /* a wire that is all zero is allowed */

/* Replaces the reader of logs by one that has seen nothing. */
enum rep_rc rep_wire_log_anew(struct rep_wire *f, struct rep_err *err) REP_NODISCARD;

/* Loads the open queue ids from the store. *whole is false when they are damaged. */
enum rep_rc rep_wire_resume(struct rep_wire *f, bool *whole, struct rep_err *err) REP_NODISCARD;
/* Saves the open queue ids in the store. `room` is for the bytes. */
enum rep_rc rep_wire_save(
    struct rep_wire *f, struct rep_buf *room, struct rep_err *err) REP_NODISCARD;

/*
 * Takes one fact: learns its address, then the store counts it. *fresh (may be NULL): it was not
 * known before; always true without a store.
 */
enum rep_rc rep_wire_fact(struct rep_wire *f, const struct rep_fact *fact, bool *fresh,
    struct rep_err *err) REP_NODISCARD;

#endif
