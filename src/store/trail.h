/*
 * store/trail.h -- the deliveries of one person, one queue id or one message, in order.
 *
 * Recipients and Message-IDs are in the store as keyed hashes only, so the question is hashed with
 * the store's key (the store must be opened with it). Facts have no index for this (it would slow
 * down every ingest), so they are walked through: about a second for two million. With
 * REP_STORE_ROLLUPS_ONLY there are none, and those older than 90 days are gone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_STORE_TRAIL_H
#define REP_STORE_TRAIL_H

#include "base/arena.h"
#include "store/store.h"

enum { REP_TRAIL_MAX = 5000, REP_TRAIL_IDS = 16 };

/* What to look for: any of them. n == 0 and 0: not asked. */
struct rep_trail_ask {
	struct rep_str address, queue_id, message_id;
	uint64_t messages[REP_TRAIL_IDS]; /* hashes, as in a step: to follow a message on */
	size_t messages_n;
};

/* One attempt, as it was counted. Names are numbers (rep_store_names). */
struct rep_trail_step {
	int64_t at_s, delay_ms; /* delay_ms < 0: not known */
	uint64_t recipient, message;
	uint32_t label, route, provider, provider_domain, stream, rule;
	enum rep_status status;
	enum rep_class class;
	enum rep_scope scope;
	enum rep_stage stage;
	bool evidence, certain;
	int code, enhanced; /* 5.7.1 is 5007001; 0: none */
	int64_t form;
	struct rep_str queue_id;
	struct rep_str text, host; /* the newest reply of its form, masked; n == 0: none */
};

/*
 * The steps by time, in the arena; the newest REP_TRAIL_MAX. *left_out: older ones beyond that.
 */
enum rep_rc rep_store_trail(struct rep_store *s, const struct rep_trail_ask *ask,
    struct rep_arena *a, struct rep_trail_step **v, size_t *n, uint64_t *left_out,
    struct rep_err *err) REP_NODISCARD;

#endif
