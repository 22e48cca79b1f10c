/*
 * engine/own.h -- which domains and addresses are our own, by the configuration and by what was sent.
 *
 * Addresses: those of sources. Domains: those of the setting `domain`, or else those that most of the mail is from.
 * A domain of somebody else, whose mail is only passed on, should not be among them; nor may a mailbox provider's.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_OWN_H
#define REP_ENGINE_OWN_H

#include "config/config.h"
#include "engine/held.h"
#include "judge/input.h"

/*
 * Judgement: who sends for more domains names them. A domain is taken for an own one if a fiftieth of all accepted
 * mail of 30 days, and 100 messages or more, have it as the domain of the sender.
 */
enum {
	REP_OWN_DOMAINS = 32,
	REP_OWN_ADDRESSES = 256,
	REP_OWN_PART = 50,
	REP_OWN_LEAST = 100,
	REP_OWN_DAYS = 30
};

struct rep_own {
	struct rep_str domains[REP_OWN_DOMAINS]; /* lower case; views into the input */
	size_t domains_n;
	struct rep_ip addresses[REP_OWN_ADDRESSES];
	size_t addresses_n;
	size_t left_out; /* domains and addresses beyond these numbers */
};

/* REP_EMEM: out of memory. */
enum rep_rc rep_own_find(const struct rep_config *cfg, const struct rep_judge_in *in,
    struct rep_arena *a, struct rep_own *out, struct rep_err *err) REP_NODISCARD;

/*
 * Keeps domains that something was told of that looks at DNS found, and that is not over: that less mail is from one
 * mends nothing of it, and when there is more again it would be told again. Of domains in the configuration a person
 * says which are own ones.
 */
void rep_own_keep(
    const struct rep_config *cfg, const struct rep_held_all *held, struct rep_own *own);

/* The domain of a stream "shop.example/news", a view. n == 0: it has none. */
struct rep_str rep_own_sender(struct rep_str stream);

/* Whether a subject of a look ("shop.example", "192.0.2.7") is one of them. */
bool rep_own_has(const struct rep_own *own, struct rep_str subject);

#endif
