/*
 * engine/outbox_kept.h -- the outbox in the database.
 *
 * It is one value of the store (rep_store_state_put), read and written as a whole. Whoever changes it does so in
 * a transaction. So a message is there if and only if what it tells was stored as told, and it outlives kill -9,
 * power loss and a network that is down for a day.
 *
 * What cannot be read of it is left out and reported as bad input. The next save stores it without that, so it is
 * reported once.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_OUTBOX_KEPT_H
#define REP_ENGINE_OUTBOX_KEPT_H

#include "engine/outbox.h"
#include "engine/session.h"

/* For a caller that needs nothing else of the database. `session` is borrowed. Close it also after a failure. */
enum rep_rc rep_outbox_open(
    struct rep_outbox *box, const struct rep_session *session, struct rep_err *err) REP_NODISCARD;
/* Ends a transaction that is not committed without its changes. */
void rep_outbox_close(struct rep_outbox *box);

/*
 * Begins a transaction with the outbox as it is now: others may have changed it. Needs session and store of the box;
 * all else in it is made new, in the arena.
 */
enum rep_rc rep_outbox_begin(
    struct rep_outbox *box, struct rep_arena *a, struct rep_err *err) REP_NODISCARD;
/* Saves, and ends the transaction. */
enum rep_rc rep_outbox_commit(struct rep_outbox *box, struct rep_err *err) REP_NODISCARD;

/* The same for a caller that has a transaction, or only reads. Empty when there is none. */
enum rep_rc rep_outbox_load(
    struct rep_outbox *box, struct rep_arena *a, struct rep_err *err) REP_NODISCARD;
/*
 * Needs a transaction. Leaves out what is old (REP_OUTBOX_KEEP), and writes nothing when nothing was changed. What was
 * given up without a try is reported, with its number.
 */
enum rep_rc rep_outbox_save(struct rep_outbox *box, struct rep_err *err) REP_NODISCARD;

/*
 * Puts "[forgotten]" for an address in what is told of alerts, in its own transaction: for the address in any case, also
 * with '=' or "%40" instead of '@', as it is masked in replies, and for the login that is its local part. The alerts
 * and their messages stay. What is known of conditions (engine/held.h) with such a name is dropped; the others stay.
 */
enum rep_rc rep_outbox_forget(const struct rep_session *session, struct rep_store *store,
    struct rep_str address, struct rep_arena *a, struct rep_err *err) REP_NODISCARD;

#endif
