/*
 * engine/held.h -- since when conditions hold, and what a person was told of them.
 *
 * The store remembers them (the state "conditions" of rep_store_state_put), so that each is told once, however often
 * the daemon is killed. Whoever changes it does so in the transaction of the messages about it (engine/outbox.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_HELD_H
#define REP_ENGINE_HELD_H

#include "base/arena.h"
#include "base/err.h"
#include "fact/condition.h"

struct rep_store;

enum {
	/* Twice as many as may hold (engine/conditions.h): those that are over stay for a day. */
	REP_HELD_MAX = 2000,
	/* One that comes back within this time after it was over must hold `quiet` before it is told. */
	REP_HELD_BACK_S = 86400,
	/* That a condition still holds is written once a minute: waits are minutes. Judgement. */
	REP_HELD_SEEN_S = 60
};

struct rep_held {
	enum rep_kind kind;
	struct rep_str subject, of; /* subject: what the condition is known by */
	int64_t first_s; /* since then it holds without a break, as far as it was looked at */
	int64_t seen_s;	 /* it held when it was looked at last */
	int64_t told_s;	 /* 0: not told */
	int64_t so_s; /* since when it is so, as it was told; 0: not told, or by an older version */
	int64_t over_s; /* 0: it holds, or may */
	uint64_t alert; /* that it was told in; 0: none */
	bool back;	/* it was over shortly before */
	bool here;	/* it holds at this look; not stored */
};

struct rep_held_all {
	struct rep_arena *a; /* borrowed */
	struct rep_held *v;  /* room for REP_HELD_MAX */
	size_t n;
	const struct rep_held *stored; /* as the store has them */
	size_t stored_n;
};

/* Empty when there is none. A line that cannot be read is left out. */
enum rep_rc rep_held_load(struct rep_store *store, struct rep_arena *a, struct rep_held_all *out,
    struct rep_err *err) REP_NODISCARD;
/* Whether it is to be saved: something other than seen_s differs from the store, or that by a minute. */
bool rep_held_changed(const struct rep_held_all *held);
/* Needs a transaction. */
enum rep_rc rep_held_save(
    const struct rep_held_all *held, struct rep_store *store, struct rep_err *err) REP_NODISCARD;

/* What a condition is known by. */
struct rep_str rep_held_key(const struct rep_condition *c);
/* NULL: nothing is known of it. */
struct rep_held *rep_held_find(const struct rep_held_all *held, const struct rep_condition *c);

#endif
